"""What must not be noticed above a tunnel: a network that breaks every second, a client that sleeps, readers that stall."""

import hashlib
import itertools
import re
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import relay
import socks
import targets
from processes import LOOPBACK, free_port
from stage import expect

_PATIENCE = 400
_GIB_OF_COPIES = 16  # of the 64 MiB that the web server has
_RATE = "60M"  # bytes a second, so that there are many cuts
_SLEEP = 30
_STALLED = 8
_MEMORY_LIMIT = 200 << 20


def _behind(stage, *flags):
    """A tunnel with a relay in the middle; returns its two processes, the relay and the SOCKS port."""
    ws, port = free_port(), free_port()
    server = stage.server(ws)
    between = relay.Relay(ws)
    client = stage.client(between.port, port, "--reconnect-delay", "500ms", *flags)
    return server, client, between, port


def _curl(stage, port, copies, *flags, begun=None, go_on=None):
    """Returns the digest of what it got. One event is set when the first bytes have come, and the rest waits for the other."""
    url = f"http://localhost:{stage.targets.web}/{copies}"
    curl = subprocess.Popen(["curl", "-sS", "--fail", "--max-time", str(_PATIENCE), *flags, "--socks5-hostname",
                             f"{LOOPBACK}:{port}", url], stdout=subprocess.PIPE)
    digest = hashlib.sha256()
    for piece in iter(lambda: curl.stdout.read1(1 << 20), b""):
        digest.update(piece)
        if begun:
            begun.set()
            expect(go_on.wait(_PATIENCE), "nobody lets the download go on")
    expect(curl.wait() == 0, f"curl ended with {curl.returncode}")
    return digest.digest()


def _digest(stage, copies):
    digest = hashlib.sha256()
    for _ in range(copies):
        digest.update(stage.targets.data)
    return digest.digest()


def keeps_a_gibibyte_and_a_conversation(stage):
    """1 GiB by curl and somebody who types, while the WebSocket is cut every second."""
    *_, between, port = _behind(stage)
    with ThreadPoolExecutor(1) as worker, socks.connect(port, (LOOPBACK, stage.targets.echo), _PATIENCE) as sock:
        download = worker.submit(_curl, stage, port, _GIB_OF_COPIES, "--limit-rate", _RATE)
        next_cut, cuts = time.monotonic() + 1, 0
        for number in itertools.count():
            socks.check_echo(sock, b"%08d" % number)
            if download.done():
                break
            if time.monotonic() >= next_cut:
                between.cut()
                next_cut, cuts = time.monotonic() + 1, cuts + 1
            time.sleep(0.05)  # somebody who types
    expect(download.result() == _digest(stage, _GIB_OF_COPIES), "the download is not what the server sent")
    expect(cuts >= 10, f"only {cuts} cuts")


def wakes_up(stage):
    """The client is suspended in the middle of a download."""
    _, client, _, port = _behind(stage)
    with ThreadPoolExecutor(1) as worker, socks.connect(port, (LOOPBACK, stage.targets.echo), _PATIENCE) as sock:
        begun, asleep = threading.Event(), threading.Event()
        download = worker.submit(_curl, stage, port, 2, begun=begun, go_on=asleep)
        socks.check_echo(sock, b"before")
        expect(begun.wait(_PATIENCE), "the download did not begin")
        client.send(signal.SIGSTOP)
        asleep.set()
        time.sleep(_SLEEP)
        expect(not download.done(), "the download was over before the client slept")
        client.send(signal.SIGCONT)
        socks.check_echo(sock, b"after")
        expect(download.result() == _digest(stage, 2), "the download is not what the server sent")


def stalled_readers_cost_little(stage):
    """Eight downloads that nobody reads and one that goes on; in the end all digests match."""
    server, client, _, port = _behind(stage)
    size = len(stage.targets.data)
    _download(stage, port, size)
    before = {program: _resident(program.pid) for program in (server, client)}
    stalled = [_begin_download(stage, port, size) for _ in range(_STALLED)]
    _download(stage, port, size)
    for program, bytes_before in before.items():
        grown = _resident(program.pid) - bytes_before
        expect(grown < _MEMORY_LIMIT, f"{program.name} grew by {grown >> 20} MiB")
    with ThreadPoolExecutor(_STALLED) as workers:
        list(workers.map(lambda sock: _finish_download(stage, sock, size), stalled))


def _download(stage, port, size):
    _finish_download(stage, _begin_download(stage, port, size), size)


def _begin_download(stage, port, size):
    sock = socks.connect(port, (LOOPBACK, stage.targets.bulk), _PATIENCE)
    sock.sendall(targets.download_command(size))
    return sock


def _finish_download(stage, sock, size):
    with sock:
        data = socks.receive_exactly(sock, size)
    expect(data == stage.targets.data[:size], "the download is not what the server sent")


def _resident(pid):
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) << 10


CHECKS = {"1 GiB, cut every second": keeps_a_gibibyte_and_a_conversation, "client asleep for 30 s": wakes_up,
          "stalled readers": stalled_readers_cost_little}
