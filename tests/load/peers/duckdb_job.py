"""The common job by DuckDB: one SQL over the NDJSON, one thread. Arguments: the input, the answer's file."""

import pathlib
import sys

import duckdb
from measure import Measured, write_answer

source, answer = sys.argv[1:]
sql = pathlib.Path(__file__).with_name("duckdb.sql").read_text()
connection = duckdb.connect(config={"threads": 1})
with Measured() as measured:
    rows = connection.execute(sql, [source]).fetchall()
measured.tell()
write_answer(answer, rows)
