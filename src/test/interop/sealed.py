"""Our provider and connector through a server that must not learn anything: neither what passes between the processes
nor the memory of the server may hold the data or the target's name. The control has no secret, and finds both."""

import base64
import os
import secrets
import socket
import threading

import modes
import socks
from job import Job
from processes import LOOPBACK, Failure, free_port, wait_until

_TABLE = "sealed through"
_SECRET = "c2VhbGVkIGluIHRoaXMgdGVzdCwgMzIgYnl0ZXMgbG8"
_TARGET = "127.77.88.99"  # an address that occurs nowhere else, as text
_CONNECTIONS = 20


def jobs(players, references):
    for server in (modes.OURS, *references):
        for secret in (f"#{_SECRET}", ""):
            what = f"{server} server" + ("" if secret else ", control without a secret")
            yield Job(_TABLE, what, lambda fleet, server=server, secret=secret: _Run(fleet, players, server, secret), {
                "echo": _Run.talk, "packets": _Run.check_packets, "memory": _Run.check_memory})


class _Run:
    def __init__(self, fleet, players, server, secret):
        self._sealed = bool(secret)
        self._canary = base64.b32encode(secrets.token_bytes(30))
        self._echo = _echo_server()
        ws, inner, self._port = free_port(), free_port(), free_port()
        program = players[server]["server"]
        self._server = fleet.start("server", [
            *program, *f"server -t {modes.TOKEN} -H {LOOPBACK} -P {ws} -r -s {LOOPBACK} -p {inner}"
            f" -c {modes.CONNECTOR_TOKEN}".split()])
        self._server.wait_for_port(ws)
        self._tap = _Tap(ws)
        ours = players[modes.OURS]["client"]
        url = f"-u ws://{LOOPBACK}:{self._tap.port} -E"
        fleet.start("provider", [*ours, *f"provider -t {modes.TOKEN}{secret} {url}".split()])
        fleet.start("connector", [*ours, *(f"connector -t {modes.CONNECTOR_TOKEN}{secret} {url} -s {LOOPBACK}"
                                           f" -p {self._port}").split()]).wait_for_port(self._port)

    def talk(self):
        target = (_TARGET, self._echo.getsockname()[1])
        wait_until(lambda: socks.echoes(self._port, target), "a connection through provider and connector")
        for _ in range(_CONNECTIONS):
            with socks.connect(self._port, target) as sock:
                socks.check_echo(sock, self._canary)

    def check_packets(self):
        self._judge(self._tap.payloads(), "what passed between the processes")

    def check_memory(self):
        self._judge(_memory(self._server.pid), "the server's memory")

    def _judge(self, data, where):
        found = [name for name, text in (("data", self._canary), ("target", _TARGET.encode())) if text in data]
        if self._sealed and found:
            raise Failure(f"{', '.join(found)} in {where}")
        if not self._sealed and where.startswith("what") and len(found) < 2:
            raise Failure(f"without a secret only {found} in {where}: the search is no good")


def _echo_server():
    listener = socket.create_server((_TARGET, 0))

    def serve(sock):
        with sock:
            while data := sock.recv(65536):
                sock.sendall(data)

    def accept():
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener


class _Tap:
    """Passes connections on to the server and keeps every byte."""

    def __init__(self, server):
        self._server, self._streams = server, []
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client = self._listener.accept()[0]
            server = socket.create_connection((LOOPBACK, self._server))
            for source, sink in ((client, server), (server, client)):
                kept = bytearray()
                self._streams.append(kept)
                threading.Thread(target=self._pump, args=(source, sink, kept), daemon=True).start()

    @staticmethod
    def _pump(source, sink, kept):
        try:
            while data := source.recv(65536):
                kept += data
                sink.sendall(data)
        except OSError:
            return

    def payloads(self):
        return b"".join(bytes(stream) + _unmasked(bytes(stream)) for stream in self._streams)


def _unmasked(stream):
    """The payloads of all frames behind the handshake (RFC 6455, section 5.2)."""
    at, payloads = stream.find(b"\r\n\r\n") + 4, []
    while at + 2 <= len(stream):
        masked, length = stream[at + 1] & 0x80, stream[at + 1] & 0x7F
        at += 2
        if length >= 126:
            size = 2 if length == 126 else 8
            length = int.from_bytes(stream[at:at + size], "big")
            at += size
        mask = stream[at:at + 4] if masked else bytes(4)
        at += 4 if masked else 0
        data = stream[at:at + length]
        repeated = (mask * (len(data) // 4 + 1))[:len(data)]
        payloads.append((int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(data), "big"))
        at += length
    return b"".join(payloads)


def _memory(pid):
    """All that a process can write to, its heap and what is garbage in it."""
    parts = []
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            addresses, rights = line.split()[:2]
            if rights.startswith("rw") and "[v" not in line:
                begin, end = (int(part, 16) for part in addresses.split("-"))
                try:
                    parts.append(os.pread(memory.fileno(), end - begin, begin))
                except OSError:
                    continue
    return b"".join(parts)
