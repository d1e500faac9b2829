"""Options of batches as they show on the wire between one side of ours and the reference, which must understand it all."""

import contextlib
import dataclasses
import socket
import struct
import threading
from typing import NamedTuple

import modes
import socks
from job import Job
from processes import LOOPBACK, Failure, free_port

_TEXT = b"what is said again and again is not worth its bytes; " * 40_000
_BULK = 256 << 10  # what is not compressed is never longer
_DATA, _TCP, _GZIP, _BINARY = 4, 1, 1, 2
_HEADER = struct.Struct(">BBB16sBI")
_TABLE = "options of batches"
_CASTS = {"server": (modes.OURS, "reference"), "client": ("reference", modes.OURS)}


def jobs(players, reference, targets):
    for role, cast in _CASTS.items():
        for flags, check in (("--compression-threshold 1KiB", _small_ones_are_compressed),
                             ("--compression-threshold off", _nothing_is_compressed),
                             ("--no-dynamic-batching", _nothing_grows),
                             ("--batch-time 0-0", _nothing_grows)):
            yield Job(_TABLE, f"java {role} {flags}", _starter(role, cast, reference, players, flags.split()),
                      {"on the wire": lambda started, check=check, role=role: check(started, targets, role)})


class _Started(NamedTuple):
    port: int
    tap: "_Tap"


def _starter(role, cast, reference, players, flags):
    mode = next(mode for mode in modes.MODES if mode.name == "forward")
    flagged = dataclasses.replace(mode, variants={modes.BASE: {role: flags}})
    row = modes.Row(flagged, tuple(reference if player == "reference" else player for player in cast), modes.BASE)

    def start(fleet):
        ports = {name: free_port() for name in ("ws", "socks", "inner")}
        tap = _Tap(ports["ws"])
        for played, command in row.commands(players, ports):
            line = [str(part).replace(f":{ports['ws']}", f":{tap.port}") for part in command]
            fleet.start(played.name, line).wait_for_port(ports[played.ready])
        return _Started(ports["socks"], tap)
    return start


def _messages(started, targets, role, sent):
    """Sends it to the echo and returns the Data messages of our side."""
    with socks.connect(started.port, (LOOPBACK, targets.echo)) as sock:
        threading.Thread(target=sock.sendall, args=(sent,), daemon=True).start()
        if socks.receive_exactly(sock, len(sent)) != sent:
            raise Failure("echo altered")
    return list(started.tap.messages(1 if role == "server" else 0))


def _small_ones_are_compressed(started, targets, role):
    if not any(compressed for compressed, _ in _messages(started, targets, role, _TEXT[:4096])):
        raise Failure("4 KiB of text went uncompressed")


def _nothing_is_compressed(started, targets, role):
    if any(compressed for compressed, _ in _messages(started, targets, role, _TEXT)):
        raise Failure("a message was compressed")


def _nothing_grows(started, targets, role):
    for compressed, size in _messages(started, targets, role, _TEXT):
        if compressed or size > _BULK:
            raise Failure(f"a batch grew: {size} bytes, compressed {compressed}")


class _Tap:
    """Leads to another port and keeps what passes."""

    def __init__(self, target):
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port = self._listener.getsockname()[1]
        self._target, self._streams = target, []
        threading.Thread(target=self._accept, daemon=True).start()

    def messages(self, direction):
        """Yields (whether compressed, bytes on the wire) of each whole Data message, 0 to the server or 1 from it."""
        for streams in self._streams:
            for message in _binary_messages(bytes(streams[direction])):
                if len(message) >= _HEADER.size and message[1:3] == bytes((_DATA, _TCP)):
                    yield message[_HEADER.size - 5] == _GZIP, len(message) - _HEADER.size

    def _accept(self):
        while True:
            near, _ = self._listener.accept()
            far = socket.create_connection((LOOPBACK, self._target))
            streams = bytearray(), bytearray()
            self._streams.append(streams)
            for source, sink, kept in ((near, far, streams[0]), (far, near, streams[1])):
                threading.Thread(target=self._pass_on, args=(source, sink, kept), daemon=True).start()

    @staticmethod
    def _pass_on(source, sink, kept):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                kept += data
                sink.sendall(data)
        for sock in (source, sink):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _binary_messages(stream):
    """The whole binary messages behind the HTTP head (RFC 6455, section 5.2)."""
    at, message = stream.find(b"\r\n\r\n") + 4, None
    while frame := _frame(stream, at):
        first, payload, at = frame
        if first & 0x0F == _BINARY:
            message = payload
        elif first & 0x0F == 0 and message is not None:
            message += payload
        if first & 0x80 and first & 0x08 == 0 and message is not None:
            yield message
            message = None


def _frame(stream, at):
    if len(stream) < at + 2:
        return None
    first, second = stream[at], stream[at + 1]
    at, size = at + 2, second & 0x7F
    for marker, form in ((126, ">H"), (127, ">Q")):
        if second & 0x7F == marker:
            if len(stream) < at + struct.calcsize(form):
                return None
            size, at = struct.unpack_from(form, stream, at)[0], at + struct.calcsize(form)
    masked = second & 0x80
    start = at + (4 if masked else 0)
    if len(stream) < start + size:
        return None
    payload = stream[start:start + size]
    if masked:
        mask = (stream[at:at + 4] * (size // 4 + 1))[:size]
        payload = (int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big")
    return first, payload, start + size
