"""Out of descriptors, disk and ports: what is established goes on, the log says once why, and all is well when there is room
again. Linux only. What takes a small heap is in ../soak."""

import contextlib
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import programs
import socks
from processes import LOOPBACK, Failure, Fleet, free_port, listening, run, wait_until
from stage import TOKEN, Stage, expect
from targets import Targets

_DESCRIPTORS = 80
_MORE = 100  # connections than there are descriptors for
_PORTS = 40_000, 40_031


def server_out_of_descriptors(stage):
    """It still accepts and says no until it can't even accept."""
    ws, port = free_port(), free_port()
    began = time.monotonic()
    server = stage.fleet.start("server", [*_limited(stage), "server", "-t", TOKEN, "-H", LOOPBACK, "-P", ws])
    server.wait_for_port(ws)
    stage.client(ws, port)
    with contextlib.ExitStack() as held:
        talk = held.enter_context(socks.connect(port, (LOOPBACK, stage.targets.echo)))
        refusals = sum(not _opens(held, port, stage.targets.echo) for _ in range(_MORE))
        expect(0 < refusals < _MORE, f"{refusals} of {_MORE} connections refused")
        visitors = [held.enter_context(socket.create_connection((LOOPBACK, ws))) for _ in range(_MORE)]
        server.wait_for_output("can't accept connections on port")
        socks.check_echo(talk)
        expect(visitors, "nobody came")
    _expect_rarely(began, server, "can't open connections to targets: Too many open files", "can't accept connections")
    _recovers(port, stage.targets)
    wait_until(lambda: listening(ws), "the WebSocket port should answer")


def client_out_of_descriptors(stage):
    """Those who come wait in the queue of the port."""
    ws, port = free_port(), free_port()
    stage.server(ws)
    began = time.monotonic()
    client = stage.fleet.start("client", [*_limited(stage), "client", "-t", TOKEN, "-u", f"ws://{LOOPBACK}:{ws}",
                                          "-p", port])
    client.wait_for_port(port)
    with contextlib.ExitStack() as held:
        talk = held.enter_context(socks.connect(port, (LOOPBACK, stage.targets.echo)))
        for _ in range(_MORE):
            held.enter_context(socket.create_connection((LOOPBACK, port)))
        client.wait_for_output("can't accept connections on port")
        socks.check_echo(talk)
        socks.check_echo(talk, b"y")  # and nothing was lost behind it
    _expect_rarely(began, client, "can't accept connections")
    _recovers(port, stage.targets)


def log_on_a_full_disk(stage):
    """All that the log is for happens: debugging, a wrong token, connections."""
    ws, port = free_port(), free_port()
    full = Stage(stage.fleet, ["sh", "-c", 'exec "$@" >/dev/full 2>&1', "sh", *stage.program], stage.targets)
    stage.fleet.start("server", [*full.program, "server", "-dd", "-t", TOKEN, "-H", LOOPBACK, "-P", ws]).wait_for_port(ws)
    full.client(ws, port, "-dd")
    for _ in range(3):
        _recovers(port, stage.targets)


def token_on_a_full_disk(stage):
    """A token that nobody can read is no use."""
    done = run(["sh", "-c", '"$@" >/dev/full', "sh", *stage.program, "server", "-H", LOOPBACK, "-P", free_port()])
    expect(done.returncode == 1 and "can't write to standard output" in done.stderr, f"{done.returncode} {done.stderr}")


def no_port_to_dial_from(stage):
    """In a network of its own, where this file is the script."""
    setup = f'ip link set lo up && echo "{_PORTS[0]} {_PORTS[1]}" >/proc/sys/net/ipv4/ip_local_port_range && exec "$@"'
    done = run(["unshare", "-rn", "sh", "-c", setup, "sh", sys.executable, __file__, *stage.program], 300)
    expect(done.returncode == 0, done.stdout + done.stderr)


def _dial_without_ports(program):
    with Fleet(programs.TARGET / "smoke" / "no-ports") as fleet, Targets(1 << 20, 0) as targets:
        began = time.monotonic()
        server, _, _, port = Stage(fleet, program, targets).tunnel()
        with contextlib.ExitStack() as held:
            talk = held.enter_context(socks.connect(port, (LOOPBACK, targets.echo)))
            with contextlib.suppress(OSError):
                while True:
                    held.enter_context(socket.create_connection((LOOPBACK, targets.echo)))
            expect(not any(_opens(held, port, targets.echo) for _ in range(5)), "dialled without a port")
            socks.check_echo(talk)
            held.enter_context(socks.connect(port, (LOOPBACK, targets.bulk)))  # another target has other ports
        _expect_rarely(began, server, "can't open connections to targets: Cannot assign requested address")
        _recovers(port, targets)


def _limited(stage):
    return ["sh", "-c", f'ulimit -n {_DESCRIPTORS}; exec "$@"', "sh", *stage.program]


def _opens(held, port, target):
    """A refusal must be one by SOCKS, and quick."""
    try:
        held.enter_context(socks.connect(port, (LOOPBACK, target)))
        return True
    except Failure as error:
        expect("0x04" in str(error), str(error))
        return False


def _recovers(port, targets):
    wait_until(lambda: socks.echoes(port, (LOOPBACK, targets.echo)), "a new connection should get through")


def _expect_rarely(began, program, *warnings):
    """At most once a minute, and that is once unless the machine is very slow."""
    most = 1 + (time.monotonic() - began) // 60
    for warning in warnings:
        count = program.output().count(f"WARN  {warning}")
        expect(1 <= count <= most, f"{program.name} says {count} times: {warning}")


def _namespaces():
    with contextlib.suppress(OSError):
        return run(["unshare", "-rn", "ip", "link", "set", "lo", "up"]).returncode == 0
    return False


CHECKS = {"server out of descriptors": server_out_of_descriptors, "client out of descriptors": client_out_of_descriptors,
          "log on a full disk": log_on_a_full_disk, "token on a full disk": token_on_a_full_disk}
if _namespaces():
    CHECKS["no port to dial from"] = no_port_to_dial_from
else:
    print("this system gives no network of its own (unshare -rn): left out what happens without ports", file=sys.stderr)

if __name__ == "__main__":
    _dial_without_ports(sys.argv[1:])
