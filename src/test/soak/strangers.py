"""WebSocket clients made by hand, most of them up to no good. Each claims an address of its own, which the server
believes, because it trusts the proxy that we pretend to be; or ten wrong tokens would lock everybody out."""

import contextlib
import hashlib
import json
import socket
import struct
import time
import uuid

from processes import LOOPBACK, Failure
from socks import receive_exactly

_PATIENCE = 60
_ADDRESSES = 48
_BINARY, _CLOSE = 2, 8
_MASK = b"soak"
_TCP = 1
_CONNECT, _DATA, _DISCONNECT = b"\x01\x03", b"\x01\x04", b"\x01\x06"
_AUTH_RESPONSE, _DATA_TYPE, _CONNECT_RESPONSE = 2, 4, 5
_OFFER_MARK, _SESSION_IN_OFFER = 3, slice(6, 22)
_BEGIN = b"\x01\xe1"
_WINDOW = 256 << 10
_TOO_MANY = 429
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_EXTENSIONS = "LinkSocks-Extensions: 1; resume, flow, fin, fair\r\n"


class Stranger:
    """One visit to the WebSocket port."""

    def __init__(self, port, targets, token, api_key, source):
        self._port, self._targets, self._token, self._key, self._source = port, targets, token, api_key, source
        self._address = f"192.0.2.{source.randrange(_ADDRESSES)}"

    # --- the wire --------------------------------------------------------------------------------------------------

    def _connect(self):
        return socket.create_connection((LOOPBACK, self._port), _PATIENCE)

    def _head(self, path, fields=""):
        return (f"GET {path} HTTP/1.1\r\nHost: soak\r\nX-Forwarded-For: {self._address}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {'A' * 22}==\r\n"
                f"{fields}\r\n").encode()

    def _authenticate(self, sock, token, fields=""):
        """The AuthResponse; None when this address has to wait, because others have guessed from it."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        sock.sendall(self._head(f"/socket?token={digest}&reverse=false", fields))
        status = _read_head(sock)
        if status == _TOO_MANY:
            return None
        _expect(status == 101, f"status {status}")
        return _message(sock, _AUTH_RESPONSE)

    def _enter(self, sock, fields=""):
        response = self._authenticate(sock, self._token, fields)
        _expect(response is None or response[2] == 1, "the right token was refused")
        return response

    # --- those who may come in ----------------------------------------------------------------------------------------

    def guest(self):
        """A client of the base protocol that talks to the echo, and leaves in order or not at all."""
        with self._connect() as sock:
            if self._enter(sock) is None:
                return
            channel = uuid.UUID(int=self._source.getrandbits(128)).bytes
            host = LOOPBACK.encode()
            _send(sock, _CONNECT + bytes([_TCP]) + channel + bytes([len(host)]) + host
                  + struct.pack(">H", self._targets.echo))
            _expect(_message(sock, _CONNECT_RESPONSE)[2] == 1, "no connection to the echo")
            payload = self._source.randbytes(self._source.randrange(1, 5000))
            _send(sock, _DATA + bytes([_TCP]) + channel + b"\0" + struct.pack(">I", len(payload)) + payload)
            echoed = b""
            while len(echoed) < len(payload):
                echoed += _message(sock, _DATA_TYPE)[24:]
            _expect(echoed == payload, "wrong bytes from the echo")
            self._leave(sock, _DISCONNECT + channel)

    def _leave(self, sock, last):
        way = self._source.randrange(3)
        if way == 0:
            _send(sock, last)
            sock.sendall(_frame(_CLOSE, struct.pack(">H", 1000)))
            _expect(_ends(sock), "the connection stays after a close")
        elif way == 1:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)

    def deserter(self):
        """Leaves a session with an open channel behind, which the server keeps for a while in vain."""
        with self._connect() as sock:
            offer = self._enter(sock, _EXTENSIONS)
            if offer is None:
                return
            _expect(offer[_OFFER_MARK] == 0xE0, "no offer")
            _send(sock, _BEGIN + offer[_SESSION_IN_OFFER] + bytes(8) + struct.pack(">I", _WINDOW))
            host = LOOPBACK.encode()
            _send(sock, _CONNECT + bytes([_TCP]) + uuid.UUID(int=self._source.getrandbits(128)).bytes
                  + bytes([len(host)]) + host + struct.pack(">H", self._targets.echo))
            _message(sock, _CONNECT_RESPONSE)

    # --- those who may not --------------------------------------------------------------------------------------------

    def guesser(self):
        with self._connect() as sock:
            response = self._authenticate(sock, f"wrong-{self._source.random()}")
            _expect(response is None or response[2] == 0, "a wrong token was accepted")
            _expect(_ends(sock), "the connection stays after a wrong token")

    def babbler(self):
        """No HTTP at all."""
        with self._connect() as sock:
            with contextlib.suppress(ConnectionError):
                sock.sendall(self._source.randbytes(self._source.randrange(1, 40_000)) + b"\r\n\r\n")
            _expect(_ends(sock), "the connection stays after garbage")

    def half_handshake(self):
        with self._connect() as sock:
            head = self._head("/socket")
            sock.sendall(head[:self._source.randrange(1, len(head))])
            if self._source.random() < 0.5:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)

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
                sock.sendall(b"\x82\xff" + struct.pack(">Q", 33 << 20) + _MASK)
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
                sock.sendall(_frame(_BINARY, _DATA + self._source.randbytes(3)) * 100)
                self._expect_close(sock, 1008)

    def idler(self):
        """Is let in up to the first message, and never sends it."""
        with self._connect() as sock:
            sock.sendall(self._head("/"))
            if _read_head(sock) == 101:
                _expect(_ends(sock), "the connection stays without authentication")

    @staticmethod
    def _expect_close(sock, code):
        for opcode, payload in iter(lambda: _read_frame(sock), None):
            if opcode == _CLOSE:
                _expect(payload[:2] == struct.pack(">H", code), f"close code {payload[:2].hex()} and not {code}")
                return

    # --- HTTP ----------------------------------------------------------------------------------------------------------

    def reader(self):
        status, _ = self._request("GET", self._source.choice(("/", "/healthz", "/nothing", "/api/status")))
        _expect(status in (200, 400, 401, 404, 426, _TOO_MANY), f"status {status}")

    def token_maker(self):
        """Adds a token and removes it again, by the right key."""
        kind = self._source.choice(("forward", "reverse"))
        status, answer = self._request("POST", "/api/token", {"type": kind}, key=self._key)
        if status == _TOO_MANY:
            return
        _expect(status == 200, f"status {status} for a new token")
        path = f"/api/token/{json.loads(answer)['token']}"
        self._address = "198.51.100.1"  # where nobody guesses
        status, _ = self._request("DELETE", path, key=self._key)
        _expect(status == 200, f"status {status} when the token was removed")

    def _request(self, method, path, body=None, key="wrong"):
        content = json.dumps(body).encode() if body else b""
        head = (f"{method} {path} HTTP/1.1\r\nHost: soak\r\nX-Forwarded-For: {self._address}\r\nX-API-Key: {key}\r\n"
                f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n")
        with self._connect() as sock:
            sock.sendall(head.encode() + content)
            answer = b"".join(iter(lambda: sock.recv(1 << 16), b""))
        return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


def _expect(condition, what):
    if not condition:
        raise Failure(what)


def _read_head(sock):
    """The status; not a byte behind the head is taken."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += receive_exactly(sock, 1)
    return int(head.split(b" ", 2)[1])


def _frame(opcode, payload):
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
    masked = bytes(byte ^ _MASK[i % 4] for i, byte in enumerate(payload))
    return bytes([0x80 | opcode]) + length + _MASK + masked


def _send(sock, message):
    sock.sendall(_frame(_BINARY, message))


def _read_frame(sock):
    first, length = receive_exactly(sock, 2)
    if length >= 126:
        length = int.from_bytes(receive_exactly(sock, 2 if length == 126 else 8), "big")
    return first & 0xF, receive_exactly(sock, length)


def _message(sock, wanted):
    """The next message of a type; others, such as acknowledgements, are of no interest here."""
    while True:
        opcode, payload = _read_frame(sock)
        _expect(opcode != _CLOSE, f"closed with {payload[:2].hex()} {payload[2:]}")
        if opcode == _BINARY and payload[1] == wanted:
            return payload


def _ends(sock):
    """Whether the server ends the connection in time, whatever it says before."""
    with contextlib.suppress(ConnectionError):
        while sock.recv(1 << 16):
            pass
    return True


# How often each is chosen.
KINDS = {Stranger.guest: 6, Stranger.deserter: 2, Stranger.guesser: 2, Stranger.babbler: 2, Stranger.half_handshake: 2,
         Stranger.slow_loris: 1, Stranger.giant: 1, Stranger.unmasked: 1, Stranger.nonsense: 1, Stranger.idler: 1,
         Stranger.reader: 3, Stranger.token_maker: 2}
