"""The common job by chDB: one SQL over the NDJSON, one thread. Arguments: the input, the answer's file."""

import pathlib
import sys

import chdb
from measure import Measured

source, answer = sys.argv[1:]
sql = pathlib.Path(__file__).with_name("chdb.sql").read_text().replace("{source}", source)
with Measured() as measured:
    rows = chdb.query(sql, "CSV").bytes().decode().replace('"', "")
measured.tell()
pathlib.Path(answer).write_text(rows)
