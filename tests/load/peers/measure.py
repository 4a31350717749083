"""What a peer's job costs, in the form that `load` reads: CPU seconds of all threads, wall time, peak memory."""

import json
import os
import time


def cpu_of(process):
    """CPU seconds of a process so far, all threads, from /proc."""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb_of(process):
    """Most memory that a process ever held resident, MB of 1,000,000 bytes."""
    with open(f"/proc/{process}/status") as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0


class Measured:
    """`with Measured() as m: job()`, then `m.tell()`. `process` is whoever does the work; none: this one."""

    def __init__(self, process=None):
        self.process = process

    def cpu(self):
        return time.process_time() if self.process is None else cpu_of(self.process)

    def __enter__(self):
        self.cpu_s, self.wall_s = self.cpu(), time.monotonic()
        return self

    def __exit__(self, *_):
        self.cpu_s, self.wall_s = self.cpu() - self.cpu_s, time.monotonic() - self.wall_s

    def tell(self):
        peak_mb = peak_mb_of("self" if self.process is None else self.process)
        print(json.dumps({"cpu_s": self.cpu_s, "wall_s": self.wall_s, "peak_mb": peak_mb}), flush=True)


def write_answer(path, rows):
    """Rows of queue, minute in ms, offered, answered, abandoned, answered in 20 s, mean wait in ms."""
    with open(path, "w") as file:
        for row in rows:
            file.write(",".join(str(value) for value in row) + "\n")
