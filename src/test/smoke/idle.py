"""A server that nobody uses costs nothing. Linux only: it reads /proc."""

import os
import subprocess
import time
from pathlib import Path

from processes import free_port
from programs import java
from stage import expect

_WATCH = 5  # seconds for one look; what the start has left to do delays the quiet
_LOOKS = 12
_ALLOWED = 0.02  # of one core; the virtual machine's own housekeeping is below half of it
_STARTS = 3  # of Java, which cost as much on a fast machine, and more on a slow one


def uses_no_cpu(stage):
    server = stage.server(free_port())
    allowed = max(_ALLOWED * _WATCH, sum(_cpu_seconds_of_a_start() for _ in range(_STARTS)))
    looks = []
    while not looks or looks[-1] > allowed and len(looks) < _LOOKS:
        before = _cpu_seconds(server.pid)
        time.sleep(_WATCH)
        looks.append(_cpu_seconds(server.pid) - before)
    expect(looks[-1] <= allowed, f"without a client CPU seconds in {_WATCH} s were {looks}, {allowed:.2f} are allowed")


def _cpu_seconds_of_a_start():
    usage = os.wait4(subprocess.Popen([java(), "-version"], stderr=subprocess.DEVNULL).pid, 0)[2]
    return usage.ru_utime + usage.ru_stime


def _cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


CHECKS = {"no CPU": uses_no_cpu}
