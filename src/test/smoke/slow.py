"""Who connects and then takes too long is not waited for, by nobody on any port; it takes the real time limits."""

import contextlib
import socket

from processes import LOOPBACK, PATIENCE
from stage import expect

_UPGRADE = (b"GET /any/path HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


def are_sent_away(stage):
    """What each of them has said before falling silent, and how the answer begins."""
    _, _, ws, port = stage.tunnel()
    silent = {
        "a caller who says nothing": (ws, b"", b"HTTP/1.1 408 "),
        "a request without an end": (ws, b"GET / HTTP/1.1\r\nHost: ", b"HTTP/1.1 408 "),
        "a body that nobody asked for": (ws, b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n", b"HTTP/1.1 200 "),
        "a WebSocket without a token": (ws, _UPGRADE, b"HTTP/1.1 101 "),
        "a SOCKS greeting without an end": (port, b"\5\1", b""),
        "a SOCKS client without a request": (port, b"\5\1\0", b"\5\0"),
        "a SOCKS4 request without an end": (port, b"\4\1\0", b""),
        "a request to the proxy without an end": (port, b"GET http://a/ HTTP/1.1\r\n", b"HTTP/1.1 408 "),
        "a proxy's client without a second request": (port, f"GET http://{LOOPBACK}:{stage.targets.web}/0 HTTP/1.1\r\n"
                                                            "Host: a\r\n\r\n".encode(), b"HTTP/1.1 200 "),
    }
    with contextlib.ExitStack() as held:
        sockets = {}
        for who, (where, said, _) in silent.items():
            sockets[who] = held.enter_context(socket.create_connection((LOOPBACK, where), PATIENCE))
            sockets[who].sendall(said)
        for who, sock in sockets.items():
            _, _, wanted = silent[who]
            got = _read_to_the_end(sock)
            expect(got.startswith(wanted) and (wanted or not got), f"{who}: {got}")


def _read_to_the_end(sock):
    data = bytearray()
    while piece := sock.recv(4096):
        data += piece
    return bytes(data)


CHECKS = {"slow strangers": are_sent_away}
