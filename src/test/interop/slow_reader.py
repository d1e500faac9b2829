"""A reader that stalls, against the reference as the peer, which has no flow control. Where our side receives, not a
byte may be lost or altered: either the stream arrives whole, or it ends early for both ends to see. Other channels of
the WebSocket go on, or wait for a bounded time."""

import contextlib
import dataclasses
import socket
import threading
import time
from typing import NamedTuple

import matrix
import modes
import pace
import socks
from job import Job
from processes import LOOPBACK, Failure, free_port, wait_until

_SHORT, _LONG = 3, 30  # seconds that a reader stalls
_SLACK = 10.0  # seconds that others may wait longer
_PAUSE = 13  # seconds: who waits so long waits for our patience, not for a busy machine
_PATIENCE = 30  # seconds for which we let others wait
_SIZE = 48 << 20  # far more than all buffers on the way hold
_FITS = 16 << 20  # what the reference's queue of 1000 messages holds, and with such messages does not:
_SMALL_MESSAGES = ["-b", "4096"]
_LIMIT = 200
_TABLE = "slow reader: who receives"
_RESTS, _STALLS, _LOSES = f"stalls {_SHORT} s", "stalls for good", "loses bytes of small messages"
_REASON = ("the reference drops what does not fit into its queue of 1000 messages: bytes are missing, and the sender"
           " cannot know")

# Row: mode, cast with the word reference for the newest, whether the SOCKS client sends.
_OURS_RECEIVES = {
    "java client, reference server": ("forward", ("reference", modes.OURS), False),
    "java server, reference client": ("forward", (modes.OURS, "reference"), True),
    "java connector, java server, reference provider": ("agent", (modes.OURS, "reference", modes.OURS), False),
}
_REFERENCE_RECEIVES = {
    "reference client, java server": ("forward", (modes.OURS, "reference"), False),
    "reference server, java client": ("forward", ("reference", modes.OURS), True),
}


def jobs(players, reference, targets):
    for name, (mode, cast, upload) in _OURS_RECEIVES.items():
        yield Job(_TABLE, f"slow reader at {name}", _starter(mode, cast, reference, players), {
            _RESTS: lambda port, upload=upload: _rest(port, targets, upload, _SIZE),
            _STALLS: lambda port, upload=upload: _stall(port, targets, upload)})
    for name, (mode, cast, upload) in _REFERENCE_RECEIVES.items():
        yield Job(_TABLE, f"slow reader at {name}", _starter(mode, cast, reference, players), {
            _RESTS: lambda port, upload=upload: _rest(port, targets, upload, _FITS, end=False)}, {_STALLS: _REASON})
        yield Job(_TABLE, f"slow reader at {name}, control", _starter(mode, cast, reference, players, _SMALL_MESSAGES), {
            _LOSES: lambda port, upload=upload: _overflow(port, targets, upload)})


def _starter(mode_name, cast, reference, players, flags=()):
    """The flags are for our side."""
    mode = next(mode for mode in modes.MODES if mode.name == mode_name)
    flagged = dataclasses.replace(mode, variants={modes.BASE: {mode.roles[cast.index(modes.OURS)].name: flags}})
    named = tuple(reference if player == "reference" else player for player in cast)
    return matrix.starter(modes.Row(flagged, named, modes.BASE), players)


def _rest(port, targets, upload, size, end=True):
    """The reader stalls for a while: all arrives, and others wait no longer than the reader stalled. The reference, when it has
    heard of the end of a stream, gives up after some time what is still on its way to a slow reader."""
    began = time.monotonic()
    with _Stream(port, targets, upload) as stream, _Conversation(port, targets) as conversation:
        stream.send(size, end)
        time.sleep(_SHORT)
        arrived = stream.read(size)
        if arrived.altered or arrived.size != size:
            raise Failure(f"wanted {size} bytes: {arrived}")
        conversation.expect_pause_below(_SHORT + _SLACK, began)


def _stall(port, targets, upload):
    """The reader stalls until others have waited and go on: then its stream was reset, unaltered as far as it came."""
    began = time.monotonic()
    with _Stream(port, targets, upload) as stream, _Conversation(port, targets) as conversation:
        stream.send(_SIZE)
        wait_until(conversation.has_paused, "the other channel should wait, and go on", _LIMIT)
        arrived = stream.read(_SIZE)
        if arrived.altered or not arrived.reset:
            raise Failure(f"wanted the beginning of {_SIZE} bytes and a reset: {arrived}")
        conversation.expect_pause_below(_PATIENCE + _SLACK, began)


def _overflow(port, targets, upload):
    """Control: bytes are missing in what arrives behind the reference, of which the reader took nothing while it was sent."""
    for stall in _SHORT, _LONG:  # a busy machine may need the second to pass all on
        with _Stream(port, targets, upload) as stream:
            stream.send(_FITS).join(_LIMIT)
            time.sleep(stall)
            arrived = stream.read(_FITS)
            if arrived.size != _FITS or arrived.altered:
                return
    raise Failure(f"the reference lost nothing: {arrived}")


class _Arrived(NamedTuple):
    size: int
    altered: bool  # something is not what was sent at its place
    reset: bool


class _Stream(contextlib.AbstractContextManager):
    """A connection through the tunnel of which we hold both ends: one sends, the other reads when told."""

    def __init__(self, port, targets, upload):
        self._data = memoryview(targets.data)[:len(targets.data) // 2]  # the half that cannot be compressed
        with socket.create_server((LOOPBACK, free_port())) as listener:
            near = socks.connect(port, listener.getsockname(), _LIMIT)
            far, _ = listener.accept()
        self._writer, self._reader = (near, far) if upload else (far, near)
        self._writer.settimeout(_LIMIT)
        self._reader.settimeout(_LIMIT)

    def __exit__(self, *_):
        self._writer.close()
        self._reader.close()

    def send(self, size, end=True):
        """Returns the thread that sends."""
        sending = threading.Thread(target=self._send, args=(size, end), daemon=True)
        sending.start()
        return sending

    def _send(self, size, end):
        with contextlib.suppress(OSError):  # what did not arrive is the reader's to tell
            for start in range(0, size, len(self._data)):
                self._writer.sendall(self._data[:size - start])
            if end:
                self._writer.shutdown(socket.SHUT_WR)

    def read(self, size):
        """Reads so much or to the end."""
        arrived, altered = 0, False
        try:
            while arrived < size and (piece := self._reader.recv(1 << 16)):
                altered = altered or not self._is_sent_at(arrived, piece)
                arrived += len(piece)
        except ConnectionError:
            return _Arrived(arrived, altered, True)
        return _Arrived(arrived, altered, False)

    def _is_sent_at(self, position, piece):
        start = position % len(self._data)
        first = self._data[start:start + len(piece)]
        return piece[:len(first)] == first and piece[len(first):] == self._data[:len(piece) - len(first)]


class _Conversation(contextlib.AbstractContextManager):
    """Somebody else on the same WebSocket, who says a word again and again and waits for its echo."""

    def __init__(self, port, targets):
        self._sock = socks.connect(port, (LOOPBACK, targets.echo), _LIMIT)
        self._longest, self._error = 0, None
        threading.Thread(target=self._talk, daemon=True).start()

    def __exit__(self, *_):
        self._sock.close()

    def _talk(self):
        try:
            while True:
                started = time.monotonic()
                self._sock.sendall(b"word")
                socks.receive_exactly(self._sock, 4)
                self._longest = max(self._longest, time.monotonic() - started)
                time.sleep(0.01)
        except (Failure, OSError) as error:
            self._error = error

    def _look_well(self):
        if self._error:
            raise Failure(f"the other channel ended: {self._error}")

    def has_paused(self):
        self._look_well()
        return self._longest > _PAUSE

    def expect_pause_below(self, seconds, since):
        self._look_well()
        pace.expect_within(seconds, self._longest, since, "the other channel waited")
