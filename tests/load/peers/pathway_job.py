"""The common job by Pathway: one grouping over the NDJSON. Arguments: the input, the answer's file."""

import os
import sys

os.environ.setdefault("PATHWAY_THREADS", "1")
import pathway as pw  # noqa: E402
from measure import Measured, write_answer  # noqa: E402

source, answer = sys.argv[1:]


class Line(pw.Schema):
    type: str
    in_queue: str
    entered_at: str
    wait_ms: int = pw.column_definition(default_value=0)


lines = pw.io.jsonlines.read(source, schema=Line, mode="static")
flags = lines.select(
    pw.this.in_queue,
    pw.this.wait_ms,
    minute=pw.this.entered_at.str.slice(0, 16),
    offered=pw.cast(int, pw.this.type == "call.queued"),
    answered=pw.cast(int, pw.this.type == "call.answered"),
    abandoned=pw.cast(int, pw.this.type == "call.ended"),
    in_target=pw.cast(int, (pw.this.type == "call.answered") & (pw.this.wait_ms <= 20_000)),
)
counts = flags.groupby(pw.this.in_queue, pw.this.minute).reduce(
    pw.this.in_queue,
    pw.this.minute,
    offered=pw.reducers.sum(pw.this.offered),
    answered=pw.reducers.sum(pw.this.answered),
    abandoned=pw.reducers.sum(pw.this.abandoned),
    in_target=pw.reducers.sum(pw.this.in_target),
    wait_ms=pw.reducers.sum(pw.this.wait_ms),
)
rows = {}


def changed(key, row, time, is_addition):
    if is_addition:
        rows[key] = row
    elif rows.get(key) == row:
        del rows[key]


pw.io.subscribe(counts, on_change=changed)
with Measured() as measured:
    pw.run(monitoring_level=pw.MonitoringLevel.NONE)
measured.tell()
from datetime import datetime  # noqa: E402

write_answer(
    answer,
    [
        (
            row["in_queue"],
            int(datetime.fromisoformat(row["minute"] + ":00+00:00").timestamp() * 1000),
            row["offered"],
            row["answered"],
            row["abandoned"],
            row["in_target"],
            row["wait_ms"] // max(row["answered"] + row["abandoned"], 1),
        )
        for row in rows.values()
    ],
)
