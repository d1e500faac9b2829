"""WebSocket clients made by hand, most of them up to no good. Each claims an address of its own, which the server
believes, because it trusts the proxy that we pretend to be; or ten wrong tokens would lock everybody out."""

import contextlib
import json
import socket
import struct
import time
import uuid

import wire
from processes import LOOPBACK, Failure
from wire import expect

_PATIENCE = 150
_ADDRESSES = 48


class Stranger:
    """One visit to the WebSocket port."""

    def __init__(self, port, targets, token, api_key, source):
        self._port, self._targets, self._token, self._key, self._source = port, targets, token, api_key, source
        self._address = f"192.0.2.{source.randrange(_ADDRESSES)}"

    # --- the wire --------------------------------------------------------------------------------------------------

    def _connect(self):
        return socket.create_connection((LOOPBACK, self._port), _PATIENCE)

    def _head(self, path, fields=""):
        return wire.upgrade(path, f"X-Forwarded-For: {self._address}\r\n{fields}")

    def _authenticate(self, sock, token, fields=""):
        """The AuthResponse; None when this address has to wait, because others have guessed from it."""
        sock.sendall(self._head(wire.login(token), fields))
        status = wire.read_head(sock)
        if status == wire.TOO_MANY:
            return None
        expect(status == wire.SWITCHING, f"status {status}")
        return wire.message(sock, wire.AUTH_RESPONSE)

    def _enter(self, sock, fields=""):
        response = self._authenticate(sock, self._token, fields)
        expect(response is None or response[2] == 1, "the right token was refused")
        return response

    # --- those who may come in ----------------------------------------------------------------------------------------

    def guest(self):
        """A client of the base protocol that talks to the echo, and leaves in order or not at all."""
        with self._connect() as sock:
            if self._enter(sock) is None:
                return
            channel = uuid.UUID(int=self._source.getrandbits(128)).bytes
            wire.send(sock, wire.connect(channel, LOOPBACK, self._targets.echo))
            expect(wire.message(sock, wire.CONNECT_RESPONSE)[2] == 1, "no connection to the echo")
            payload = self._source.randbytes(self._source.randrange(1, 5000))
            wire.send(sock, wire.data(channel, payload))
            echoed = b""
            while len(echoed) < len(payload):
                echoed += wire.message(sock, wire.DATA_TYPE)[24:]
            expect(echoed == payload, "wrong bytes from the echo")
            self._leave(sock, wire.DISCONNECT + channel)

    def _leave(self, sock, last):
        way = self._source.randrange(3)
        if way == 0:
            wire.send(sock, last)
            sock.sendall(wire.frame(wire.CLOSE, struct.pack(">H", 1000)))
            expect(wire.ends(sock), "the connection stays after a close")
        elif way == 1:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, wire.RESET_ON_CLOSE)

    def deserter(self):
        """Leaves a session with an open channel behind, which the server keeps for a while in vain."""
        with self._connect() as sock:
            offer = self._enter(sock, wire.EXTENSIONS)
            if offer is None:
                return
            expect(offer[wire.OFFER_MARK] == 0xE0, "no offer")
            channel = uuid.UUID(int=self._source.getrandbits(128)).bytes
            wire.send(sock, wire.begin(offer), wire.connect(channel, LOOPBACK, self._targets.echo))
            wire.message(sock, wire.CONNECT_RESPONSE)

    # --- those who may not --------------------------------------------------------------------------------------------

    def guesser(self):
        with self._connect() as sock:
            response = self._authenticate(sock, f"wrong-{self._source.random()}")
            expect(response is None or response[2] == 0, "a wrong token was accepted")
            expect(wire.ends(sock), "the connection stays after a wrong token")

    def babbler(self):
        """No HTTP at all."""
        with self._connect() as sock:
            with contextlib.suppress(ConnectionError):
                sock.sendall(self._source.randbytes(self._source.randrange(1, 40_000)) + b"\r\n\r\n")
            expect(wire.ends(sock), "the connection stays after garbage")

    def half_handshake(self):
        with self._connect() as sock:
            head = self._head("/socket")
            sock.sendall(head[:self._source.randrange(1, len(head))])
            if self._source.random() < 0.5:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, wire.RESET_ON_CLOSE)

    def slow_loris(self):
        """A byte now and then; ten seconds are for the whole head."""
        with self._connect() as sock, contextlib.suppress(ConnectionError):
            for byte in self._head("/socket"):
                sock.sendall(bytes([byte]))
                time.sleep(0.5)
            raise Failure("a head of minutes was read to its end")

    def giant(self):
        """A frame over the limit, of which nothing may be stored."""
        with self._connect() as sock:
            if self._enter(sock) is not None:
                sock.sendall(b"\x82\xff" + struct.pack(">Q", 33 << 20) + wire.MASK)
                self._expect_close(sock, 1009)

    def unmasked(self):
        with self._connect() as sock:
            if self._enter(sock) is not None:
                sock.sendall(b"\x82\x05hello")
                self._expect_close(sock, 1002)

    def nonsense(self):
        """Well-formed frames with malformed messages: some are forgiven, a hundred in a row are not."""
        with self._connect() as sock:
            if self._enter(sock) is not None:
                sock.sendall(wire.frame(wire.BINARY, wire.DATA + self._source.randbytes(3)) * 100)
                self._expect_close(sock, 1008)

    def idler(self):
        """Is let in up to the first message, and never sends it."""
        with self._connect() as sock:
            sock.sendall(self._head("/"))
            if wire.read_head(sock) == wire.SWITCHING:
                expect(wire.ends(sock), "the connection stays without authentication")

    @staticmethod
    def _expect_close(sock, code):
        for opcode, payload in iter(lambda: wire.read_frame(sock), None):
            if opcode == wire.CLOSE:
                expect(payload[:2] == struct.pack(">H", code), f"close code {payload[:2].hex()} and not {code}")
                return

    # --- HTTP ----------------------------------------------------------------------------------------------------------

    def reader(self):
        status, _ = self._request("GET", self._source.choice(("/", "/healthz", "/nothing", "/api/status")))
        expect(status in (200, 400, 401, 404, 426, wire.TOO_MANY), f"status {status}")

    def token_maker(self):
        """Adds a token and removes it again, by the right key."""
        kind = self._source.choice(("forward", "reverse"))
        status, answer = self._request("POST", "/api/token", {"type": kind}, key=self._key)
        if status == wire.TOO_MANY:
            return
        expect(status == 200, f"status {status} for a new token")
        path = f"/api/token/{json.loads(answer)['token']}"
        self._address = "198.51.100.1"  # where nobody guesses
        status, _ = self._request("DELETE", path, key=self._key)
        expect(status == 200, f"status {status} when the token was removed")

    def _request(self, method, path, body=None, key="wrong"):
        content = json.dumps(body).encode() if body else b""
        head = (f"{method} {path} HTTP/1.1\r\nHost: soak\r\nX-Forwarded-For: {self._address}\r\nX-API-Key: {key}\r\n"
                f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n")
        with self._connect() as sock:
            sock.sendall(head.encode() + content)
            answer = b"".join(iter(lambda: sock.recv(1 << 16), b""))
        return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


# How often each is chosen.
KINDS = {Stranger.guest: 6, Stranger.deserter: 2, Stranger.guesser: 2, Stranger.babbler: 2, Stranger.half_handshake: 2,
         Stranger.slow_loris: 1, Stranger.giant: 1, Stranger.unmasked: 1, Stranger.nonsense: 1, Stranger.idler: 1,
         Stranger.reader: 3, Stranger.token_maker: 2}
