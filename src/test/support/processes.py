"""Programs under test as processes: started with a log, waited for with a limit, all ended at the end."""

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

LOOPBACK = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 90  # seconds for what takes a moment: enough on a slow and busy machine, so that only what hangs takes longer
# Above those of the documents, and below those that the system gives to outgoing connections.
_BLOCKS = [*range(20_000, 32_000, 400)]
_PAUSE = 0.02  # between two looks at a log or a port


class Failure(Exception):
    """What a check reports: the program did not do what it should."""


def _ports():
    """Of one block after the other: whoever has bound its first port owns it, so scripts that run side by side share none.
    The browser's tests do the same, see ../browser/programs.js."""
    for first in random.sample(_BLOCKS, len(_BLOCKS)):
        with contextlib.suppress(OSError), socket.socket() as owned:
            owned.bind((LOOPBACK, first))
            ports = range(first + 1, first + _BLOCKS[1] - _BLOCKS[0])
            yield from random.sample(ports, len(ports))


_own_ports, _own_ports_lock = _ports(), threading.Lock()


def free_port():
    """A port that was free a moment ago, for TCP and UDP, and is never returned again."""
    with _own_ports_lock:
        for port in _own_ports:
            with contextlib.suppress(OSError), socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
                tcp.bind((LOOPBACK, port))
                udp.bind((LOOPBACK, port))
                return port
    raise Failure("all ports are taken")


def wait_until(condition, what, seconds=PATIENCE):
    """Returns the condition's first true value."""
    end = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {seconds:g} s")
        time.sleep(_PAUSE)


def listening(port, host=LOOPBACK):
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def clean_environment():
    """The environment without anything that would configure a program under test."""
    return {k: v for k, v in os.environ.items() if not k.startswith("LINKSOCKS_") and "proxy" not in k.lower()}


class Running:
    """One started program. It leads a process group of its own, so that its children end with it. Until then the system keeps
    its number, even when it has ended itself: another program could get it, and be killed in its place."""

    alive = set()
    started = []

    def __init__(self, name, command, log):
        self.name, self.log, self.command = name, Path(log), [str(part) for part in command]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as out:
            self._process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True, env=clean_environment(), cwd=ROOT)
        self.pid = self._process.pid
        self.alive.add(self)
        self.started.append(self)

    def output(self):
        return self.log.read_text(errors="replace")

    def wait_for_port(self, port, seconds=PATIENCE):
        self._wait(lambda: listening(port), f"listen on port {port}", seconds)

    def wait_for_output(self, pattern, seconds=PATIENCE):
        """Returns the match of the pattern in the lines that the program has printed; the last may be on its way."""
        def whole_lines():
            text = self.output()
            return text if self._exit_code() is not None else text[:text.rfind("\n") + 1]

        return self._wait(lambda: re.search(pattern, whole_lines(), re.MULTILINE), f"print {pattern!r}", seconds)

    def _wait(self, condition, what, seconds):
        def look():
            code = self._exit_code()
            value = condition()
            if not value and code is not None:
                raise Failure(f"{self.name} ended with {code} and did not {what}")
            return value
        return wait_until(look, f"{self.name} should {what}", seconds)

    def wait_for_exit(self, seconds=PATIENCE):
        """Returns the exit code."""
        wait_until(lambda: self._exit_code() is not None, f"{self.name} should end", seconds)
        return self._exit_code()

    def _exit_code(self):
        """None while it runs; the negative number of a signal that has ended it."""
        if self not in self.alive:
            return self._process.returncode
        ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status

    def send(self, number):
        if self in self.alive:
            os.kill(self.pid, number)

    def end(self):
        if self in self.alive:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()
            self.alive.discard(self)


class Fleet(contextlib.AbstractContextManager):
    """Starts programs and ends all of them when its block ends, however that happens."""

    def __init__(self, logs):
        self._logs, self._all = Path(logs), []

    def start(self, name, command):
        program = Running(name, command, self._logs / f"{len(self._all)}-{name}.log")
        self._all.append(program)
        return program

    def programs(self, *names):
        """What was started by these names, in this order."""
        return [next(program for program in self._all if program.name == name) for name in names]

    def logs(self, lines=40):
        """The end of what each program printed, for a report of a failure."""
        parts = []
        for program in self._all:
            tail = program.output().splitlines()[-lines:]
            parts.append("\n".join([f"--- {program.log.relative_to(ROOT)}", *tail]))
        return "\n".join(parts)

    def __exit__(self, *_):
        for program in reversed(self._all):
            program.end()


def run(command, seconds=PATIENCE):
    """Runs a short command to its end; stdout and stderr are in the result as text."""
    try:
        return subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=seconds, env=clean_environment(), cwd=ROOT, check=False)
    except subprocess.TimeoutExpired:
        raise Failure(f"{command[0]} did not end within {seconds:g} s") from None


def end_on_signals():
    """No process outlives the script, whichever thread started it and whatever the script is doing."""
    signal.signal(signal.SIGTERM, _end_all)
    signal.signal(signal.SIGINT, _end_all)


def _end_all(number, _):
    for program in list(Running.alive):
        program.end()
    os._exit(128 + number)
