"""A reader that stalls, against the reference as the peer, which has no flow control. Where our side receives, not a
byte may be lost or altered: either the stream arrives whole, or it ends early for both ends to see. Other channels of
the WebSocket go on, or wait for a bounded time."""

import contextlib
import socket
import threading
import time

import matrix
import modes
import socks
from job import Job
from processes import LOOPBACK, Failure, free_port, wait_until

_SHORT = 3  # seconds that a reader stalls
_BOUND = 40  # seconds that others may have to wait: our 30, and some for a slow machine
_SIZE = 48 << 20  # far more than all buffers on the way hold
_FITS = 16 << 20  # what the reference's queue of 1000 messages holds
_OVERFLOW = 96 << 20  # what it does not
_LIMIT = 60
_TABLE = "slow reader: who receives"
_RESTS, _STALLS = f"stalls {_SHORT} s", "stalls for good"
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
    for name, (mode_name, cast, upload) in _OURS_RECEIVES.items():
        yield Job(_TABLE, f"slow reader at {name}", _starter(mode_name, cast, players, reference), {
            _RESTS: lambda port, upload=upload: _rest(port, targets, upload, _SIZE),
            _STALLS: lambda port, upload=upload: _stall(port, targets, upload)})
    for name, (mode_name, cast, upload) in _REFERENCE_RECEIVES.items():
        yield Job(_TABLE, f"slow reader at {name}", _starter(mode_name, cast, players, reference), {
            _RESTS: lambda port, upload=upload: _rest(port, targets, upload, _FITS),
            "loses bytes": lambda port, upload=upload: _overflow(port, targets, upload)}, {_STALLS: _REASON})


def _starter(mode_name, cast, players, reference):
    mode = next(mode for mode in modes.MODES if mode.name == mode_name)
    named = tuple(reference if player == "reference" else player for player in cast)
    return matrix.starter(modes.Row(mode, named, modes.BASE), players)


def _rest(port, targets, upload, size):
    """The reader stalls for a while: all arrives, and others wait no longer than the reader stalled."""
    with _Stream(port, targets, upload) as stream, _Conversation(port, targets) as conversation:
        stream.send(size)
        time.sleep(_SHORT)
        arrived, altered = stream.read()
        if altered or arrived != size:
            raise Failure(f"{arrived} of {size} bytes arrived, {'altered' if altered else 'unaltered'}")
        conversation.expect_pause_below(_SHORT + _SHORT)


def _stall(port, targets, upload):
    """The reader stalls until others have waited and go on: then its stream has ended, unaltered as far as it came."""
    with _Stream(port, targets, upload) as stream, _Conversation(port, targets) as conversation:
        stream.send(_SIZE)
        wait_until(conversation.has_paused, "the other channel should wait, and go on", _LIMIT)
        arrived, altered = stream.read()
        if altered:
            raise Failure(f"altered within the first {arrived} bytes")
        if arrived == _SIZE:
            raise Failure("the stream was expected to end early")
        conversation.expect_pause_below(_BOUND)


def _overflow(port, targets, upload):
    """Control: bytes are missing in what arrives behind the reference."""
    with _Stream(port, targets, upload) as stream:
        stream.send(_OVERFLOW)
        time.sleep(_SHORT)
        arrived, altered = stream.read()
        if arrived == _OVERFLOW and not altered:
            raise Failure("the reference lost nothing")


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

    def send(self, size):
        threading.Thread(target=self._send, args=(size,), daemon=True).start()

    def _send(self, size):
        with contextlib.suppress(OSError):  # what did not arrive is the reader's to tell
            for start in range(0, size, len(self._data)):
                self._writer.sendall(self._data[:size - start])
            self._writer.shutdown(socket.SHUT_WR)

    def read(self):
        """Reads to the end; returns how many bytes came, and whether any of them is not what was sent."""
        arrived, altered = 0, False
        with contextlib.suppress(ConnectionError):
            while piece := self._reader.recv(1 << 16):
                altered = altered or not self._is_sent_at(arrived, piece)
                arrived += len(piece)
        return arrived, altered

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

    def has_paused(self):
        if self._error:
            raise Failure(f"the other channel ended: {self._error}")
        return self._longest > _SHORT

    def expect_pause_below(self, seconds):
        if self._error or self._longest > seconds:
            raise Failure(f"the other channel waited for {self._longest:.1f} s; {self._error}")
