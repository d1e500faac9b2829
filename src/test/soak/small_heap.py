"""Two thousand connections through a server and a client with 64 MiB of heap each: idle ones fit. When 120 of them download at
once and nobody reads, the slowest are cut off, with a reason in the log; the others get every byte, a conversation and those
that stay idle never notice, and afterwards there is room again. The budget refuses before a heap is full: neither process
runs out of memory, which would end it with exit code 3."""

import contextlib
import signal

import socks
import traffic
from processes import LOOPBACK, Failure, free_port
from programs import java, ours
from targets import download_command

DATA = 16 << 20  # more than a connection has room for in all sockets on its way
_HEAP = "-Xmx64m"
_CONNECTIONS = 2000
# On loopback the system may keep some MiB for each: with more, its own memory for TCP would be full before the heap.
SEND_BUFFER = 64 << 10
_DOWNLOADS = 120
_READ_ON = 50  # of those that were not read for long
_WAKE = 10  # of those that were idle all the time
_PATIENCE = 150


def check(report, fleet, targets):
    program = [java(), _HEAP, "-XX:+ExitOnOutOfMemoryError", *ours()[1:]]
    ws, port = free_port(), free_port()
    server = fleet.start("server", [*program, "server", "-t", "heap", "-H", LOOPBACK, "-P", ws])
    server.wait_for_port(ws)
    client = fleet.start("client", [*program, "client", "-t", "heap", "-u", f"ws://{LOOPBACK}:{ws}", "-p", port])
    client.wait_for_port(port)
    with contextlib.ExitStack() as held:
        talk = held.enter_context(socks.connect(port, (LOOPBACK, targets.echo), _PATIENCE))
        connections = [held.enter_context(_Download(port, targets)) for _ in range(_CONNECTIONS)]
        downloads, idle = connections[:_DOWNLOADS], connections[_DOWNLOADS:]
        report.check("small heap", "idle connections", lambda: socks.check_echo(talk), fleet.logs)
        report.check("small heap", "nobody reads", lambda: _ask_all(downloads, talk), fleet.logs)
        report.check("small heap", "says why", lambda: client.wait_for_output("short of memory", _PATIENCE), fleet.logs)
        report.check("small heap", "some read on", lambda: _read_on(downloads), fleet.logs)
        report.check("small heap", "idle ones notice nothing", lambda: _finish(idle[::len(idle) // _WAKE]), fleet.logs)
    report.check("small heap", "recovers", lambda: _Download(port, targets).finish(), fleet.logs)
    report.check("small heap", "never full", lambda: _end_orderly(client, server), fleet.logs)


class _Download(contextlib.AbstractContextManager):
    def __init__(self, port, targets):
        self._data = targets.data
        self._sock = socks.connect(port, (LOOPBACK, targets.bulk), _PATIENCE)

    def ask(self):
        self._sock.sendall(download_command(len(self._data)))

    def rest(self):
        """True when all came, false when the connection was reset; anything else is an error."""
        try:
            traffic.expect_data(self._sock, self._data)
            return True
        except ConnectionResetError:
            return False

    def finish(self):
        with self:
            self.ask()
            if not self.rest():
                raise Failure("reset")

    def __exit__(self, *_):
        self._sock.close()


def _ask_all(downloads, talk):
    for number, download in enumerate(downloads):
        download.ask()
        if number % 10 == 0:
            socks.check_echo(talk)


def _end_orderly(*programs):
    for program in programs:
        program.send(signal.SIGTERM)
        code = program.wait_for_exit(_PATIENCE)
        if code:
            raise Failure(f"{program.name} ended with exit code {code}")


def _finish(downloads):
    for download in downloads:
        download.finish()


def _read_on(downloads):
    sample = downloads[::len(downloads) // _READ_ON]
    for download in set(downloads) - set(sample):
        download.__exit__()
    whole = sum(download.rest() for download in sample)
    if not whole:
        raise Failure("all were cut off")
