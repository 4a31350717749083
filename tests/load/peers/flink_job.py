"""The common job by Flink SQL: event-time windows of one minute, one slot, streaming. Arguments: the input, the answer's file.

The job runs twice in one JVM and the second run counts, so that neither start nor compilation is held against it.
The heap is bounded, so that its memory is what it needs and not what the machine would give.
"""

import os
import pathlib
import shutil
import sys
import tempfile

os.environ.setdefault("JVM_ARGS", "-Xmx1g")
from measure import Measured  # noqa: E402
from pyflink.table import EnvironmentSettings, TableEnvironment  # noqa: E402

source, answer = sys.argv[1:]
settings = EnvironmentSettings.in_streaming_mode()
table = TableEnvironment.create(settings)
table.get_config().set("parallelism.default", "1")
table.get_config().set("table.local-time-zone", "UTC")
script = pathlib.Path(__file__).with_name("flink.sql").read_text()


def children(process):
    text = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in text.split()]


def job(folder):
    create_lines, create_answer, insert = script.replace("{source}", source).replace("{answer}", folder).split(";")
    for name in ("lines", "answer"):
        table.execute_sql(f"DROP TABLE IF EXISTS {name}")
    table.execute_sql(create_lines)
    table.execute_sql(create_answer)
    table.execute_sql(insert).wait()


(jvm,) = [c for c in children(os.getpid()) if "java" in os.readlink(f"/proc/{c}/exe")]
with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
    job(first)
    with Measured(jvm) as measured:
        job(second)
    measured.tell()
    with open(answer, "wb") as out:
        for part in sorted(pathlib.Path(second).rglob("part-*")):
            with open(part, "rb") as file:
                shutil.copyfileobj(file, out)
