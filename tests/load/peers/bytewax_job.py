"""The common job by Bytewax: windows of one minute per queue in a stateful step. Arguments: the input, the answer's file.

The step is written by hand over whole batches; Bytewax's own window operators take several times as long.
"""

import json
import sys
from collections import defaultdict
from datetime import datetime

import bytewax.operators as op
from bytewax.connectors.files import FileSource
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, run_main
from measure import Measured, write_answer

LATE_MS = 180_000


def read(lines):
    events = []
    for line in lines:
        event = json.loads(line)
        minute = event["entered_at"][:16]
        events.append((event["in_queue"], (minute, event["type"], event.get("wait_ms"))))
    return events


def milliseconds(minute):
    return int(datetime.fromisoformat(minute + ":00+00:00").timestamp() * 1000)


class Windows(op.StatefulBatchLogic):
    """Windows of one queue; closed once a window three minutes later has begun."""

    def __init__(self):
        self.open = {}
        self.newest = ""

    def rows(self, minutes):
        for minute in minutes:
            offered, answered, abandoned, in_target, wait_ms = self.open.pop(minute)
            mean = wait_ms // max(answered + abandoned, 1)
            yield (milliseconds(minute), offered, answered, abandoned, in_target, mean)

    def on_batch(self, values):
        for minute, kind, wait_ms in values:
            counts = self.open.get(minute)
            if counts is None:
                counts = self.open[minute] = [0, 0, 0, 0, 0]
            if kind == "call.queued":
                counts[0] += 1
                continue
            if kind == "call.answered":
                counts[1] += 1
                counts[3] += wait_ms <= 20_000
            else:
                counts[2] += 1
            counts[4] += wait_ms
        closed = []
        if len(self.open) > 4:
            newest = milliseconds(max(self.open))
            closed = [m for m in self.open if milliseconds(m) + LATE_MS + 60_000 <= newest]
        return (list(self.rows(closed)), op.StatefulBatchLogic.RETAIN)

    def on_eof(self):
        return (list(self.rows(list(self.open))), op.StatefulBatchLogic.DISCARD)

    def snapshot(self):
        return None


source, answer = sys.argv[1:]
out = []
flow = Dataflow("job")
lines = op.input("lines", flow, FileSource(source, batch_size=1_000))
events = op.flat_map_batch("read", lines, read)
counted = op.stateful_batch("windows", events, lambda _: Windows())
op.output("out", counted, TestingSink(out))
with Measured() as measured:
    run_main(flow)
measured.tell()
write_answer(answer, [(queue, *row) for queue, row in out])
