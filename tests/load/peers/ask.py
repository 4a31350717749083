"""Asks DuckDB or ClickHouse's engine (chDB): one JSON question a line in, one JSON answer a line out.

A question is {"sql": ..., "rows": bool}; the answer carries the wall and CPU seconds of the question alone, its rows
when wanted, or the error. One process an engine, so that memory and CPU seconds are its own.
"""

import datetime
import decimal
import json
import resource
import sys
import time


def duckdb_engine(threads):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads={threads}")
    connection.execute("SET TimeZone='UTC'")
    return lambda sql: connection.execute(sql).fetchall()


def chdb_engine(threads, folder):
    from chdb import session

    opened = session.Session(folder)
    opened.query(f"SET max_threads={threads}")
    opened.query("SET output_format_json_quote_64bit_integers=0")

    def ask(sql):
        answer = opened.query(sql, "JSONCompact").bytes()
        return json.loads(answer)["data"] if answer else []

    return ask


def cell(value):
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value)
    return str(value) if isinstance(value, datetime.date) else value


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    engine, threads = sys.argv[1], int(sys.argv[2])
    ask = duckdb_engine(threads) if engine == "duckdb" else chdb_engine(threads, sys.argv[3])
    for line in sys.stdin:
        question = json.loads(line)
        try:
            wall_began, cpu_began = time.perf_counter(), cpu()
            rows = ask(question["sql"])
            answer = {"wall_s": time.perf_counter() - wall_began, "cpu_s": cpu() - cpu_began}
            if question.get("rows"):
                answer["rows"] = [[cell(value) for value in row] for row in rows]
        except Exception as error:  # The other side prints it and ends the area.
            answer = {"error": f"{question['sql']}: {error}"}
        print(json.dumps(answer), flush=True)


main()
