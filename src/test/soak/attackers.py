"""Attacks that go on all the time beside the honest clients. Each is one round of one attack, which takes some seconds; strangers
come from addresses of their own, and those who have a token have one that nobody else uses."""

import contextlib
import socket
import time
import uuid

import socks
import wire
from field import API_KEY, AUTONOMY, RIVAL
from processes import LOOPBACK
from targets import download_command
from wire import expect

_PATIENCE = 150
_HOLD = 5  # seconds that an attacker goes on before it leaves
_FROM = "127.0.66."
_BODY = 1 << 20
_SMALL_BUFFER = 4 << 10
_PIECE = 8 << 10
_PIECES = 24  # less than the initial window, so that each is in order


class Attacker:
    """One round. The targets are slow or silent, see silent_targets.py; the source of randomness is the attacker's own."""

    def __init__(self, field, slow_targets, source):
        self._field, self._slow_targets, self._source = field, slow_targets, source
        self._address = f"{_FROM}{source.randrange(1, 255)}"

    def _connect(self, receive_buffer=None):
        sock = socket.socket()
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.settimeout(_PATIENCE)
        sock.bind((self._address, 0))
        sock.connect((LOOPBACK, self._field.web))
        return sock

    def _crowd(self, stack, count, **options):
        return [stack.enter_context(self._connect(**options)) for _ in range(count)]

    def _ask(self, path, fields=""):
        """The status of a GET."""
        with self._connect() as sock:
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n{fields}\r\n".encode())
            return wire.read_head(sock)

    # --- strangers ------------------------------------------------------------------------------------------------------

    def bodies(self):
        """Large ones, whose last byte never comes, to any path and without a key."""
        with contextlib.ExitStack() as stack:
            crowd = self._crowd(stack, 40)
            for sock in crowd:
                path = self._source.choice(("/", "/nothing", "/healthz", "/api/token", "/dashboard"))
                sock.sendall(f"POST {path} HTTP/1.1\r\nHost: soak\r\nContent-Length: {_BODY}\r\n\r\n".encode())
            for sock in crowd:
                with contextlib.suppress(OSError):  # who has answered need not take the rest
                    sock.sendall(bytes(_BODY - 1))
            for sock in crowd:
                with contextlib.suppress(ConnectionError):
                    status = wire.read_head(sock)
                    expect(400 <= status < 500, f"status {status} for half a body")

    def untaken_answers(self):
        """Asks for more than the system keeps, and takes nothing of it."""
        request = b"GET /dashboard/app.js HTTP/1.1\r\nHost: soak\r\n\r\n" * 100
        with contextlib.ExitStack() as stack:
            for sock in self._crowd(stack, 20, receive_buffer=_SMALL_BUFFER):
                sock.setblocking(False)
                with contextlib.suppress(OSError):
                    for _ in range(100):
                        sock.sendall(request)
            time.sleep(_HOLD)

    def silent_websockets(self):
        """Never show a token."""
        with contextlib.ExitStack() as stack:
            crowd = self._crowd(stack, 60)
            for sock in crowd:
                sock.sendall(wire.upgrade("/anything"))
            for sock in crowd:
                expect(wire.ends(sock), "a WebSocket stays without a token")

    def web_pages(self):
        """What a page of another site makes its visitor's browser send does not lock the visitor out."""
        for _ in range(15):
            status = self._ask("/api/status", "Referer: http://page.example/\r\n")
            expect(status == 401, f"status {status} without a key")
            with self._connect() as sock:
                sock.sendall(wire.upgrade(wire.login("wrong"), "Origin: http://page.example\r\n"))
                expect((status := wire.read_head(sock)) == 403, f"status {status} for a page of another site")
        status = self._ask("/api/status", f"Authorization: Basic c3NvOnNzbw==\r\nX-API-Key: {API_KEY}\r\n")
        expect(status == 200, f"status {status} with the right key")
        with self._session():
            pass

    # --- those who have a token -------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _session(self):
        """Breaks off at its end, so that the server keeps the session for a while."""
        with self._connect() as sock:
            sock.sendall(wire.upgrade(wire.login(RIVAL), wire.EXTENSIONS))
            expect((status := wire.read_head(sock)) == wire.SWITCHING, f"status {status}")
            offer = wire.message(sock, wire.AUTH_RESPONSE)
            expect(offer[2] == 1, "the right token was refused")
            wire.send(sock, wire.begin(offer))
            yield sock

    def _channel(self):
        return self._source.randbytes(16)

    def deserters(self):
        """Sessions that are opened and left, one after the other."""
        for _ in range(40):
            with self._session():
                pass

    def stalled_downloads(self):
        """Hundreds at once, of which nothing is taken."""
        command = download_command(len(self._slow_targets.downloads.data))
        with self._session() as sock:
            for _ in range(200):
                channel = self._channel()
                wire.send(sock, wire.connect(channel, LOOPBACK, self._slow_targets.downloads.bulk), wire.data(channel, command))
            time.sleep(_HOLD)

    def hoarded_uploads(self):
        """Little in each of many channels, which the target does not take."""
        with self._session() as sock, contextlib.suppress(ConnectionError):
            channels = [self._channel() for _ in range(600)]
            wire.send(sock, *(wire.connect(channel, LOOPBACK, self._slow_targets.silent.port) for channel in channels))
            piece = self._source.randbytes(_PIECE)
            for _ in range(_PIECES):
                wire.send(sock, *(wire.data(channel, piece) for channel in channels))
            time.sleep(_HOLD)

    def associations(self):
        """Each takes large buffers."""
        with self._session() as sock:
            wire.send(sock, *(wire.associate(self._channel()) for _ in range(200)))
            time.sleep(_HOLD)

    def given_up_dials(self):
        """Connect and Disconnect, for a target that does not answer."""
        with self._session() as sock:
            for _ in range(20):
                for channel in [self._channel() for _ in range(50)]:
                    wire.send(sock, wire.connect(channel, LOOPBACK, self._slow_targets.full.port), wire.DISCONNECT + channel)
            wire.send(sock, *(wire.connect(self._channel(), LOOPBACK, self._slow_targets.full.port) for _ in range(300)))
            time.sleep(_HOLD)

    def silent_names(self):
        """Whose name server says nothing."""
        if self._slow_targets.names.available:
            with self._session() as sock:
                names = [f"n{self._source.getrandbits(64)}.silent.invalid" for _ in range(300)]
                wire.send(sock, *(wire.connect(self._channel(), name, 80) for name in names))
                time.sleep(_HOLD)

    def connector_tokens(self):
        """A provider that makes many, and comes back as another one."""
        with self._connect() as sock:
            instance = uuid.UUID(int=self._source.getrandbits(128))
            sock.sendall(wire.upgrade(wire.login(AUTONOMY, True, instance)))
            expect((status := wire.read_head(sock)) == wire.SWITCHING, f"status {status}")
            expect(wire.message(sock, wire.AUTH_RESPONSE)[2] == 1, "the right token was refused")
            wire.send(sock, *(wire.add_connector(self._source.randbytes(16), self._source.randbytes(32).hex())
                              for _ in range(300)))
            wire.message(sock, wire.CONNECTOR_RESPONSE)
            time.sleep(_HOLD)

    def abandoned_targets(self):
        """Ask through the honest client's port, get no answer, and leave in one way or another."""
        for _ in range(30):
            with socks.connect(self._field.entrances[0].port, (LOOPBACK, self._slow_targets.silent.port), _PATIENCE) as sock:
                sock.sendall(b"GET / HTTP/1.1\r\nHost: soak\r\n\r\n")
                way = self._source.randrange(3)
                if way == 0:
                    sock.shutdown(socket.SHUT_WR)
                elif way == 1:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, wire.RESET_ON_CLOSE)


# Seconds between two rounds, on the average.
ATTACKS = {Attacker.bodies: 8, Attacker.untaken_answers: 8, Attacker.silent_websockets: 8, Attacker.web_pages: 8,
           Attacker.deserters: 8, Attacker.stalled_downloads: 12, Attacker.hoarded_uploads: 12, Attacker.associations: 8,
           Attacker.given_up_dials: 8, Attacker.silent_names: 8, Attacker.connector_tokens: 8,
           Attacker.abandoned_targets: 4}
