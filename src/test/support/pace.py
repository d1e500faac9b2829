"""How fast this machine is at the moment. Promises in seconds are those of a machine with nothing else to do. How much longer
things may take is told by a control, a start of Java, which is measured all the time beside the checks, and by the number of
those who wait for a processor, which a short control may not feel."""

import os
import subprocess
import threading
import time

from processes import Failure
from programs import java

_USUAL = 0.1  # seconds that the control takes, with room for chance
_PAUSE = 1
_controls = []  # (when it ended, seconds that it took)


def _run_control():
    began = time.monotonic()
    subprocess.run([java(), "-version"], capture_output=True, check=True)
    ended = time.monotonic()
    _controls.append((ended, ended - began))


def _run_controls():
    while True:
        _run_control()
        time.sleep(_PAUSE)


threading.Thread(target=_run_controls, name="pace", daemon=True).start()


def slowness(since):
    """How many times as long as usual something has taken at worst since this moment of time.monotonic()."""
    _run_control()
    waiting = os.getloadavg()[0] / os.cpu_count()
    return max(1, waiting, *(took / _USUAL for ended, took in list(_controls) if ended >= since))


def expect_within(limit, took, since, what):
    """Refuses what took longer than promised, at the pace that the machine has had since it began."""
    if took > limit and took > (allowed := limit * slowness(since)):
        raise Failure(f"{what}: {took:.2f} s and not {limit:g} s, at this pace {allowed:.2f} s")
