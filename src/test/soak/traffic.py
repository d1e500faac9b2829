"""What SOCKS clients do in a soak. Every byte that comes back is compared with what it must be."""

import contextlib
import socket
import struct
import time

import socks
from processes import LOOPBACK, Failure
from targets import DIGEST, download_command, sha256, upload_command

PATIENCE = 150  # seconds without a byte: longer than two peers need to find each other again after a black hole
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_DATAGRAM_PATIENCE = 1


class Corrupt(Failure):
    """Wrong bytes, or a stall beyond all bounds: nothing excuses it."""


class Truncated(Failure):
    """An orderly end of the stream before its time: only a proxy that was killed may seem to say that."""


class Refused(Failure):
    """The proxy could not reach the target."""


class Broken(Failure):
    """The connection was reset."""


def expect_data(sock, expected):
    """The stream must go on with exactly this."""
    done = 0
    while done < len(expected):
        piece = sock.recv(min(len(expected) - done, 1 << 16))
        if not piece:
            raise Truncated(f"{done} of {len(expected)} bytes")
        if piece != expected[done:done + len(piece)]:
            raise Corrupt(f"wrong bytes between {done} and {done + len(piece)}")
        done += len(piece)


class Visit:
    """One connection of one client through a SOCKS port; the source of randomness is the client's own."""

    def __init__(self, port, targets, source):
        self._port, self._targets, self._source = port, targets, source

    @contextlib.contextmanager
    def _connected(self, port, host=LOOPBACK):
        with _named_errors():
            with self._open(port, host) as sock:
                yield sock

    def _open(self, port, host):
        try:
            return socks.connect(self._port, (host, port), PATIENCE)
        except Failure as error:
            raise (Refused if "SOCKS reply" in str(error) else Truncated)(f"while connecting: {error}") from None

    def _size(self):
        """Mostly small, now and then all there is."""
        return int(len(self._targets.data) ** self._source.uniform(0, 1))

    def _expect_data(self, sock, offset, size):
        expect_data(sock, memoryview(self._targets.data)[offset:offset + size])

    # --- what clients do -------------------------------------------------------------------------------------------

    def download(self):
        size = self._size()
        with self._connected(self._targets.bulk, self._source.choice((LOOPBACK, "::1", "localhost"))) as sock:
            sock.sendall(download_command(size))
            self._expect_data(sock, 0, size)

    def upload(self):
        size = self._size()
        with self._connected(self._targets.bulk) as sock:
            sock.sendall(upload_command(size))
            sock.sendall(memoryview(self._targets.data)[:size])
            answer = bytearray()
            while len(answer) < DIGEST:
                piece = sock.recv(DIGEST - len(answer))
                if not piece:
                    raise Truncated(f"{len(answer)} bytes of the digest")
                answer += piece
            if answer != sha256(memoryview(self._targets.data)[:size]):
                raise Corrupt(f"digest of an upload of {size} bytes")

    def conversation(self):
        with self._connected(self._targets.echo) as sock:
            for _ in range(self._source.randrange(1, 20)):
                size = self._source.randrange(1, 2000)
                offset = self._source.randrange(len(self._targets.data) - size)
                sock.sendall(self._targets.data[offset:offset + size])
                self._expect_data(sock, offset, size)
                time.sleep(self._source.uniform(0, 0.3))

    def half_close(self):
        size = min(self._size(), 100_000)  # the echo answers meanwhile, and nobody reads before all is sent
        with self._connected(self._targets.echo) as sock:
            sock.sendall(self._targets.data[:size])
            sock.shutdown(socket.SHUT_WR)
            self._expect_data(sock, 0, size)
            if sock.recv(1):
                raise Corrupt("bytes behind the end")

    def stalled_reader(self):
        size = len(self._targets.data)
        with self._connected(self._targets.bulk) as sock:
            sock.sendall(download_command(size))
            first = self._source.randrange(1, 100_000)
            self._expect_data(sock, 0, first)
            time.sleep(self._source.uniform(1, 10))
            self._expect_data(sock, first, size - first)

    def reset_midway(self):
        with self._connected(self._targets.bulk) as sock:
            sock.sendall(download_command(len(self._targets.data)))
            self._expect_data(sock, 0, self._source.randrange(1, len(self._targets.data) // 2))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)

    def closed_target(self):
        with _named_errors():
            try:
                socks.connect(self._port, (LOOPBACK, self._targets.closed), PATIENCE).close()
            except Failure as error:
                if "0x04" not in str(error):
                    raise Refused(str(error)) from None
                return
            raise Corrupt("connected to a closed port")

    def garbage(self):
        """Not SOCKS at all, or only the beginning of it; the port must stay."""
        with _named_errors(), socket.create_connection((LOOPBACK, self._port), PATIENCE) as sock:
            sock.sendall(self._source.choice((b"GET / HTTP/1.1\r\n\r\n", b"\x05", b"\x05\x00", b"\x05\x01\x00\x05\x01",
                                              b"\x04\x01", self._source.randbytes(300))))
            if self._source.random() < 0.5:
                sock.shutdown(socket.SHUT_WR)
                with contextlib.suppress(ConnectionResetError):
                    while sock.recv(1 << 12):
                        pass

    def datagrams(self):
        """They may be lost, but not altered; and not all of them."""
        with _named_errors():
            try:
                control, relay = socks.associate(self._port, PATIENCE)
            except Failure as error:
                raise (Refused if "SOCKS reply" in str(error) else Truncated)(str(error)) from None
            with control, socket.socket(type=socket.SOCK_DGRAM) as sock:
                sock.settimeout(_DATAGRAM_PATIENCE)
                sent = set()
                for _ in range(self._source.randrange(1, 6)):
                    sent.add(payload := self._source.randbytes(self._source.randrange(16, 8000)))
                    self._exchange(control, sock, relay, payload, sent)

    def _exchange(self, control, sock, relay, payload, sent):
        """Sends until it comes back; what was believed lost may come back, too."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            sock.sendto(socks.wrap((LOOPBACK, self._targets.echo), payload), relay)
            with contextlib.suppress(TimeoutError):
                while (answer := socks.unwrap(sock.recv(1 << 16))) != payload:
                    if answer not in sent:
                        raise Corrupt("wrong datagram")
                return
            control.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                control.recv(1)
                raise Broken("the association ended")
        raise Corrupt(f"no datagram came back for {PATIENCE} s")


@contextlib.contextmanager
def _named_errors():
    try:
        yield
    except TimeoutError:
        raise Corrupt(f"no byte for {PATIENCE} s") from None
    except OSError as error:
        raise Broken(str(error)) from None


# How often each is chosen.
KINDS = {Visit.download: 6, Visit.upload: 6, Visit.conversation: 6, Visit.half_close: 3, Visit.stalled_reader: 1,
         Visit.reset_midway: 2, Visit.datagrams: 3, Visit.closed_target: 1, Visit.garbage: 2}
