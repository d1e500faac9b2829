"""A server that nobody uses costs nothing. Linux only: it reads /proc."""

import os
import time
from pathlib import Path

from processes import free_port
from stage import expect

_SETTLE, _WATCH = 3, 5  # seconds: start-up work ends, then this long is looked at
_ALLOWED = 0.02  # of one core; the virtual machine's own housekeeping is below half of it


def uses_no_cpu(stage):
    server = stage.server(free_port())
    time.sleep(_SETTLE)
    before = _cpu_seconds(server.pid)
    time.sleep(_WATCH)
    used = _cpu_seconds(server.pid) - before
    expect(used <= _ALLOWED * _WATCH, f"{used:.2f} s of CPU in {_WATCH} s without a client")


def _cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


CHECKS = {"no CPU": uses_no_cpu}
