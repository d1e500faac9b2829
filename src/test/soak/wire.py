"""The WebSocket and its messages by hand, for peers that break the rules."""

import contextlib
import hashlib
import struct

from processes import Failure
from socks import receive_exactly

BINARY, CLOSE = 2, 8
TCP, UDP = 1, 2
CONNECT, DATA, DISCONNECT, CONNECTOR = b"\x01\x03", b"\x01\x04", b"\x01\x06", b"\x01\x07"
AUTH_RESPONSE, DATA_TYPE, CONNECT_RESPONSE, CONNECTOR_RESPONSE = 2, 4, 5, 8
OFFER_MARK, SESSION_IN_OFFER = 3, slice(6, 22)
WINDOW = 256 << 10
MASK = b"soak"
EXTENSIONS = "LinkSocks-Extensions: 1; resume, flow, fin, fair\r\n"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
SWITCHING, TOO_MANY = 101, 429
_BEGIN = b"\x01\xe1"


def expect(condition, what):
    if not condition:
        raise Failure(what)


# --- HTTP ------------------------------------------------------------------------------------------------------------

def upgrade(path, fields=""):
    """The head of a request for a WebSocket."""
    return (f"GET {path} HTTP/1.1\r\nHost: soak\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {'A' * 22}==\r\n{fields}\r\n").encode()


def login(token, reverse=False, instance=None):
    """The path that shows a token."""
    suffix = f"&instance={instance}" if instance else ""
    return f"/socket?token={hashlib.sha256(token.encode()).hexdigest()}&reverse={str(reverse).lower()}{suffix}"


def read_head(sock):
    """The status; not a byte behind the head is taken."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += receive_exactly(sock, 1)
    return int(head.split(b" ", 2)[1])


# --- frames ----------------------------------------------------------------------------------------------------------

def frame(opcode, payload):
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    else:
        length = b"\xfe" + struct.pack(">H", size) if size < 1 << 16 else b"\xff" + struct.pack(">Q", size)
    mask = (MASK * (size // 4 + 1))[:size]
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big")
    return bytes([0x80 | opcode]) + length + MASK + masked


def send(sock, *messages):
    sock.sendall(b"".join(frame(BINARY, message) for message in messages))


def read_frame(sock):
    first, length = receive_exactly(sock, 2)
    if length >= 126:
        length = int.from_bytes(receive_exactly(sock, 2 if length == 126 else 8), "big")
    return first & 0xF, receive_exactly(sock, length)


def message(sock, wanted):
    """The next message of a type; others, such as acknowledgements, are skipped."""
    while True:
        opcode, payload = read_frame(sock)
        expect(opcode != CLOSE, f"closed with {payload[:2].hex()} {payload[2:]}")
        if opcode == BINARY and payload[1] == wanted:
            return payload


def ends(sock):
    """Whether the server ends the connection in time, whatever it says before."""
    with contextlib.suppress(ConnectionError):
        while sock.recv(1 << 16):
            pass
    return True


# --- messages --------------------------------------------------------------------------------------------------------

def begin(offer):
    return _BEGIN + offer[SESSION_IN_OFFER] + bytes(8) + struct.pack(">I", WINDOW)


def connect(channel, host, port):
    name = host.encode()
    return CONNECT + bytes([TCP]) + channel + bytes([len(name)]) + name + struct.pack(">H", port)


def associate(channel):
    return CONNECT + bytes([UDP]) + channel


def data(channel, payload):
    return DATA + bytes([TCP]) + channel + b"\0" + struct.pack(">I", len(payload)) + payload


def add_connector(request, token):
    return CONNECTOR + request + bytes([len(token)]) + token.encode() + b"\x01"
