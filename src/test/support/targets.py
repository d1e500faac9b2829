"""What the tunnels lead to: echo over TCP and UDP, a bulk service, a web server. Loopback, IPv4 and IPv6."""

import contextlib
import hashlib
import random
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from processes import LOOPBACK, free_port
from socks import receive_exactly

DIGEST = 32
_COMMAND = struct.Struct(">cQ")  # U (take) or D (give), and how many bytes
_WORDS = "once upon a time there was a tunnel that lost nothing and kept the order of all that it was given".split()
_PAGE = 20_000  # words, longer than the window of gzip
_ADDRESSES = ((socket.AF_INET, LOOPBACK), (socket.AF_INET6, "::1"))


def _make_data(size, source):
    """One half cannot be compressed, the other is text: both ways through a tunnel's gzip."""
    page = " ".join(source.choices(_WORDS, k=_PAGE)).encode()
    noise = source.randbytes(size // 2)
    return noise + (page * (size // len(page) + 1))[:size - len(noise)]


def upload_command(size):
    return _COMMAND.pack(b"U", size)


def download_command(size):
    return _COMMAND.pack(b"D", size)


def sha256(data):
    return hashlib.sha256(data).digest()


class Targets(contextlib.AbstractContextManager):
    """The closed port refuses, and nobody else can take it. The echo service sends back what comes. The bulk service takes a
    command: for an upload it answers with the digest of what it got, for a download it sends the first bytes of the data that
    all sides know. The system buffers what is sent as it likes, or as it is told."""

    def __init__(self, size, seed, send_buffer=None):
        self.data = _make_data(size, random.Random(seed))
        self.echo, self.bulk, self.web = free_port(), free_port(), free_port()
        self.closed, self._sockets = free_port(), []
        self._send_buffer = send_buffer
        for family, host in _ADDRESSES:
            self._hold(family, (host, self.closed))
            self._serve_tcp(family, (host, self.echo), self._echo)
            self._serve_tcp(family, (host, self.bulk), self._serve_bulk)
            self._serve_udp(family, (host, self.echo))
        self._start_web()

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        for sock in self._sockets:
            sock.close()

    def _hold(self, family, address):
        sock = socket.socket(family)
        sock.bind(address)
        self._sockets.append(sock)

    def _serve_tcp(self, family, address, service):
        listener = socket.create_server(address, family=family, backlog=256)
        if self._send_buffer:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._send_buffer)
        self._sockets.append(listener)
        _in_background(self._accept, listener, service)

    def _accept(self, listener, service):
        with contextlib.suppress(OSError):  # closed at the end
            while True:
                sock, _ = listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _in_background(self._attend, sock, service)

    @staticmethod
    def _attend(sock, service):
        with contextlib.suppress(Exception), sock:  # the client's side reports what went wrong
            service(sock)

    @staticmethod
    def _echo(sock):
        while data := sock.recv(1 << 16):
            sock.sendall(data)

    def _serve_bulk(self, sock):
        verb, size = _COMMAND.unpack(receive_exactly(sock, _COMMAND.size))
        if verb == b"U":
            sock.sendall(sha256(receive_exactly(sock, size)))
        else:
            sock.sendall(memoryview(self.data)[:size])
        sock.recv(1)  # the client closes

    def _serve_udp(self, family, address):
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.bind(address)
        self._sockets.append(sock)
        _in_background(self._echo_datagrams, sock)

    @staticmethod
    def _echo_datagrams(sock):
        with contextlib.suppress(OSError):
            while True:
                sock.sendto(*sock.recvfrom(1 << 16))

    def _start_web(self):
        data = self.data

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                """The path may say how many times in a row the data is wanted."""
                copies = int(self.path[1:] or 1)
                self.send_response(200)
                self.send_header("Content-Length", str(copies * len(data)))
                self.end_headers()
                for _ in range(copies):
                    self.wfile.write(data)

            def log_message(self, *_):
                """The tests print what matters."""

        self._http = ThreadingHTTPServer((LOOPBACK, self.web), Handler)
        _in_background(self._http.serve_forever)


def _in_background(function, *arguments):
    threading.Thread(target=function, args=arguments, daemon=True).start()
