"""How cost grows: scale.py [--only WORD] [--json FILE] [--svg FILE], after make jar. Linux; everything on loopback.

A server and a client as processes, and from one step to the next ten times as many channels, more clients, larger messages
or more WebSockets. Prints a table for each, which --json keeps and --svg draws.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import resource
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src" / "test" / "support"))

import plot
import programs
import socks
from processes import LOOPBACK, Fleet, end_on_signals, free_port

TOKEN = "scale-token"
_WARM_UP = 5  # seconds
_ROUNDS = 1000
_BULK = 512 << 20
_TICKS = os.sysconf("SC_CLK_TCK")


# --- what the tunnel leads to, in a process of its own -------------------------------------------------------------------


def _serve(echo, source):
    """The echo port sends back what comes, the source port gives bytes until it is closed."""
    _allow_files()
    threading.Thread(target=_give, args=(source,), daemon=True).start()
    ready = selectors.DefaultSelector()
    ready.register(echo, selectors.EVENT_READ)
    while True:
        for key, _ in ready.select():
            if key.fileobj is echo:
                sock = echo.accept()[0]
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                ready.register(sock, selectors.EVENT_READ)
            elif data := key.fileobj.recv(1 << 20):
                key.fileobj.sendall(data)
            else:
                ready.unregister(key.fileobj)
                key.fileobj.close()


def _give(source):
    data = os.urandom(1 << 20)

    def serve(sock):
        with contextlib.suppress(OSError), sock:
            while True:
                sock.sendall(data)

    while True:
        threading.Thread(target=serve, args=(source.accept()[0],), daemon=True).start()


class Targets(contextlib.AbstractContextManager):
    def __init__(self):
        ports = [socket.create_server((LOOPBACK, 0), backlog=4096) for _ in range(2)]
        self.echo, self.source = ((LOOPBACK, port.getsockname()[1]) for port in ports)
        self._process = multiprocessing.get_context("fork").Process(target=_serve, args=ports, daemon=True)
        self._process.start()
        for port in ports:
            port.close()

    def __exit__(self, *_):
        self._process.kill()


# --- the tunnel ------------------------------------------------------------------------------------------------------


class Tunnel(contextlib.ExitStack):
    """A running server and client. Connections that are held open end with it."""

    def __init__(self, *flags):
        super().__init__()
        self._fleet = self.enter_context(Fleet(programs.TARGET / "scale"))
        self.ws, self.port = free_port(), free_port()
        self.server = self._start("server", "-t", TOKEN, "-H", LOOPBACK, "-P", self.ws)
        self.server.wait_for_port(self.ws)
        self.client = self._start("client", "-t", TOKEN, "-u", f"ws://{LOOPBACK}:{self.ws}", "-p", self.port, *flags)
        self.client.wait_for_port(self.port)

    def _start(self, *arguments):
        return self._fleet.start(arguments[0], [*programs.ours(), *arguments])

    def start_clients(self, tunnels):
        """Clients by the hundred, all in one process."""
        file = Path(self.enter_context(tempfile.TemporaryDirectory()), "clients.json")
        clients = {f"c{port}": {"token": TOKEN, "url": f"ws://{LOOPBACK}:{self.ws}", "socks-port": port} for port in tunnels}
        file.write_text(json.dumps({"clients": clients}))
        many = self._start("run", file)
        for port in tunnels:
            many.wait_for_port(port, 60)

    def connect(self, target, port=None):
        sock = self.enter_context(socks.connect(port or self.port, target, 60))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def memory(self):
        """Resident KiB of server and client after a collection."""
        for process in (self.server, self.client):
            subprocess.run([programs.java().with_name("jcmd"), str(process.pid), "GC.run"], check=True, stdout=subprocess.DEVNULL)
        return [_resident(process.pid) for process in (self.server, self.client)]

    def heap(self):
        """Live KiB of server and client."""
        return [_live(process.pid) for process in (self.server, self.client)]

    def processor_seconds(self):
        return sum(_processor_seconds(process.pid) for process in (self.server, self.client))


def _resident(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def _live(pid):
    histogram = subprocess.run([programs.java().with_name("jcmd"), str(pid), "GC.class_histogram"], check=True,
                               capture_output=True, text=True).stdout
    return int(histogram.split()[-1]) >> 10


def _processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _echo(sock, size, seconds):
    """Round trips in microseconds."""
    message, times = os.urandom(size), []
    end = time.monotonic() + seconds
    while len(times) < _ROUNDS and time.monotonic() < end:
        start = time.perf_counter()
        threading.Thread(target=sock.sendall, args=(message,)).start() if size > 1 << 17 else sock.sendall(message)
        socks.receive_exactly(sock, size)
        times.append((time.perf_counter() - start) * 1e6)
    return times


def _latency(sock):
    times = sorted(_echo(sock, 64, 10))
    return {"echo p50 µs": round(times[len(times) // 2]), "echo p99 µs": round(times[len(times) * 99 // 100])}


def _download(socks_, size):
    """MiB/s of all together."""
    def take(sock, share):
        buffer, left = bytearray(1 << 20), share
        while left > 0:
            left -= sock.recv_into(buffer)

    threads = [threading.Thread(target=take, args=(sock, size // len(socks_))) for sock in socks_]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (size >> 20) / (time.monotonic() - start)


# --- what grows ------------------------------------------------------------------------------------------------------


def channels(targets):
    """Idle connections, and one that talks."""
    with Tunnel() as tunnel:
        talk = tunnel.connect(targets.echo)
        _echo(talk, 64, _WARM_UP)
        heap_before = tunnel.heap()
        count = 0
        for wanted in (1, 10, 100, 1000, 10_000):
            while count < wanted:
                socks.check_echo(tunnel.connect(targets.echo))
                count += 1
            memory, heap = tunnel.memory(), tunnel.heap()
            yield {"channels": count, "server MiB": round(memory[0] / 1024, 1), "client MiB": round(memory[1] / 1024, 1),
                   "live KiB a channel, server": round((heap[0] - heap_before[0]) / count, 1),
                   "live KiB a channel, client": round((heap[1] - heap_before[1]) / count, 1),
                   **_latency(talk)}


def clients(targets):
    """WebSockets, each of a client of its own with a session of its own."""
    with Tunnel() as tunnel:
        _echo(tunnel.connect(targets.echo), 64, _WARM_UP)
        heap_before, ports = tunnel.heap(), []
        for wanted in (1, 10, 100, 500):
            new = [free_port() for _ in range(wanted - len(ports))]
            tunnel.start_clients(new)
            ports += new
            for port in ports:
                socks.echo(port, targets.echo)
            yield {"clients": wanted, "server MiB": round(tunnel.memory()[0] / 1024, 1),
                   "live KiB a client, server": round((tunnel.heap()[0] - heap_before[0]) / wanted, 1),
                   **_latency(tunnel.connect(targets.echo, ports[-1]))}


def sizes(targets):
    """Requests and answers of one size, back to back."""
    with Tunnel() as tunnel:
        talk = tunnel.connect(targets.echo)
        _echo(talk, 64, _WARM_UP)
        for size in (64, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20):
            _echo(talk, size, 1)
            times = _echo(talk, size, 4)
            yield {"bytes": size, "round trip µs": round(statistics.median(times)),
                   "MiB/s each way": round(size / (1 << 20) / (statistics.median(times) / 1e6), 1)}


def threads(targets):
    """Eight downloads over so many WebSockets (--threads)."""
    for count in (1, 2, 4, 8):
        with Tunnel("--threads", count) as tunnel:
            streams = [tunnel.connect(targets.source) for _ in range(8)]
            end = time.monotonic() + _WARM_UP
            while time.monotonic() < end:
                _download(streams, _BULK // 8)
            start = tunnel.processor_seconds()
            rate = _download(streams, _BULK * 2)
            used = tunnel.processor_seconds() - start
            yield {"WebSockets": count, "MiB/s": round(rate), "CPU s/GiB": round(used / (_BULK * 2 / (1 << 30)), 2)}


_STEPS = {"channels": channels, "clients": clients, "sizes": sizes, "threads": threads}


def _print_table(rows):
    header = list(rows[0])
    print("| " + " | ".join(header) + " |\n" + "|---" * len(header) + "|")
    for row in rows:
        print("| " + " | ".join(f"{value:,}" for value in row.values()) + " |")


def _allow_files():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="", help="one of " + ", ".join(_STEPS))
    options.add_argument("--json", type=Path)
    options.add_argument("--svg", type=Path)
    chosen = options.parse_args()
    end_on_signals()
    _allow_files()
    shutil.rmtree(programs.TARGET / "scale", ignore_errors=True)
    measured = {}
    with Targets() as targets:
        for name, step in _STEPS.items():
            if chosen.only in name:
                print(f"\n{name}: {step.__doc__}\n", flush=True)
                measured[name] = list(step(targets))
                _print_table(measured[name])
    if chosen.json:
        chosen.json.write_text(json.dumps(measured, indent=1) + "\n")
    if chosen.svg:
        chosen.svg.write_text(plot.svg(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
