"""The beginning of a LinkSocks connection by hand, to ask a server whether it takes a token."""

import base64
import hashlib
import os
import socket
import uuid

from processes import LOOPBACK
from socks import receive_exactly

_LIMIT = 5  # seconds


def accepts(port, token):
    """Whether a client with this token would be let in now."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    request = (f"GET /socket?token={digest}&reverse=false&instance={uuid.uuid4()} HTTP/1.1\r\n"
               f"Host: {LOOPBACK}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n")
    with socket.create_connection((LOOPBACK, port), _LIMIT) as sock:
        sock.sendall(request.encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += receive_exactly(sock, 1)
        # The frame's head, then AuthResponse: version, type, success.
        return head.startswith(b"HTTP/1.1 101 ") and receive_exactly(sock, 5)[4] == 1
