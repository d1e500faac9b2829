"""Stopping, dying and coming back."""

import signal
import time
from pathlib import Path

import pace
import socks
from processes import LOOPBACK, wait_until
from stage import Stage, expect, scratch

_STOP_LIMIT = 2  # seconds, from the specification
_RECONNECT = ("--reconnect-delay", "500ms")
# Initializing these takes tens of milliseconds, and a tunnel without TLS needs neither.
_COSTLY = "java.math.BigDecimal", "sun.security.ssl.SSLContextImpl"


def stops_on_signals(stage):
    """With a connection open, in both processes, on both signals."""
    for number in signal.SIGTERM, signal.SIGINT:
        server, client, _, port = stage.tunnel()
        with socks.connect(port, (LOOPBACK, stage.targets.echo)) as sock:
            socks.check_echo(sock)
            for program in client, server:
                expect_stop(program, number)


def expect_stop(program, number):
    """As fast as the specification wants it."""
    began = time.monotonic()
    program.send(number)
    code = program.wait_for_exit()
    pace.expect_within(_STOP_LIMIT, time.monotonic() - began, began, f"{program.name} stopped on {number.name}")
    expect(code == 0, f"{program.name} ended with {code} on {number.name}")


def survives_killed_server(stage):
    server, _, ws, port = stage.tunnel(*_RECONNECT)
    target = LOOPBACK, stage.targets.echo
    socks.echo(port, target)
    server.end()
    stage.server(ws)
    wait_until(lambda: socks.echoes(port, target), "the client should serve again")


def gives_up_when_told(stage):
    server, client, _, _ = stage.tunnel("-R")
    server.end()
    code = client.wait_for_exit()
    expect(code == 1, f"with -R the client ended with {code}")


def starts_without_costly_classes(stage):
    with scratch() as folder:
        java, *rest = stage.program
        log = f"-Xlog:class+load:file={folder}/%p"
        Stage(stage.fleet, [java, log, *rest], stage.targets).tunnel()
        loaded = [line.split() for file in Path(folder).iterdir() for line in file.read_text().splitlines()]
        expect(any("io.linksocks.websocket.Opening" in words for words in loaded), "the log shows no client")
        costly = [name for name in _COSTLY if any(name in words for words in loaded)]
        expect(not costly, f"loaded {costly}")


CHECKS = {"start-up": starts_without_costly_classes, "signals": stops_on_signals,
          "killed server": survives_killed_server, "-R": gives_up_when_told}
