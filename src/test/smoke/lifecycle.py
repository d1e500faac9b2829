"""Stopping, dying and coming back."""

import contextlib
import signal

import socks
from processes import LOOPBACK, Failure, wait_until
from stage import expect

_STOP_LIMIT = 2  # seconds, from the specification
_RECONNECT = ("--reconnect-delay", "500ms")


def stops_on_signals(stage):
    """With a connection open, in both processes, on both signals."""
    for number in signal.SIGTERM, signal.SIGINT:
        server, client, _, port = stage.tunnel()
        with socks.connect(port, (LOOPBACK, stage.targets.echo)) as sock:
            sock.sendall(b"x")
            socks.receive_exactly(sock, 1)
            for program in client, server:
                program.send(number)
                code = program.wait_for_exit(_STOP_LIMIT)
                expect(code == 0, f"{program.name} ended with {code} on {number.name}")


def survives_killed_server(stage):
    server, _, ws, port = stage.tunnel(*_RECONNECT)
    _echo(port, stage.targets)
    server.end()
    stage.server(ws)
    wait_until(lambda: _echoes(port, stage.targets), "the client should serve again", 30)


def gives_up_when_told(stage):
    server, client, _, _ = stage.tunnel("-R")
    server.end()
    code = client.wait_for_exit(10)
    expect(code == 1, f"with -R the client ended with {code}")


def _echoes(port, targets):
    with contextlib.suppress(Failure, OSError):
        _echo(port, targets)
        return True
    return False


def _echo(port, targets):
    with socks.connect(port, (LOOPBACK, targets.echo)) as sock:
        sock.sendall(b"hello")
        expect(socks.receive_exactly(sock, 5) == b"hello", "echo altered")


CHECKS = {"signals": stops_on_signals, "killed server": survives_killed_server, "-R": gives_up_when_told}
