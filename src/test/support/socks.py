"""A SOCKS5 client that reads every reply exactly: CONNECT and UDP ASSOCIATE, all three address types."""

import contextlib
import ipaddress
import socket
import struct

from processes import LOOPBACK, PATIENCE, Failure

CONNECT, UDP_ASSOCIATE = 1, 3
_NO_AUTH, _PASSWORD = 0, 2


def connect(port, target, timeout=PATIENCE, host=LOOPBACK):
    """A connection to the target through the proxy on a loopback port."""
    return _request(port, CONNECT, target, timeout, host)[0]


def associate(port, timeout=PATIENCE):
    """Returns the connection that keeps the association alive, and the address for datagrams."""
    control, (host, relay) = _request(port, UDP_ASSOCIATE, ("0.0.0.0", 0), timeout)
    return control, (LOOPBACK if host in ("0.0.0.0", "::") else host, relay)


def _request(port, command, target, timeout, host=LOOPBACK):
    sock = socket.create_connection((host, port), timeout)
    try:
        sock.sendall(bytes([5, 1, _NO_AUTH]))
        method = receive_exactly(sock, 2)
        if method != bytes([5, _NO_AUTH]):
            raise Failure(f"method reply {method.hex()}")
        sock.sendall(bytes([5, command, 0]) + encode_address(target))
        version, code, reserved, kind = receive_exactly(sock, 4)
        if (version, reserved) != (5, 0):
            raise Failure("malformed reply")
        if code:
            raise Failure(f"SOCKS reply {code:#04x}")
        return sock, _read_address(sock, kind)
    except BaseException:
        sock.close()
        raise


def encode_address(address):
    host, port = address
    try:
        ip = ipaddress.ip_address(host)
        head = bytes([1 if ip.version == 4 else 4]) + ip.packed
    except ValueError:
        name = host.encode()
        head = bytes([3, len(name)]) + name
    return head + struct.pack(">H", port)


def _read_address(sock, kind):
    if kind == 3:
        host = receive_exactly(sock, receive_exactly(sock, 1)[0]).decode()
    elif kind in (1, 4):
        host = str(ipaddress.ip_address(receive_exactly(sock, 4 if kind == 1 else 16)))
    else:
        raise Failure(f"reply with address type {kind}")
    return host, struct.unpack(">H", receive_exactly(sock, 2))[0]


def wrap(target, payload):
    return bytes(3) + encode_address(target) + payload


def unwrap(datagram):
    """The payload of a datagram from the relay, behind a well-formed header."""
    if len(datagram) < 5 or datagram[:3] != bytes(3):
        raise Failure(f"malformed UDP header {datagram[:4].hex()}")
    size = {1: 10, 3: 7 + datagram[4], 4: 22}.get(datagram[3])
    if size is None or len(datagram) < size:
        raise Failure(f"malformed UDP header {datagram[:22].hex()}")
    return datagram[size:]


def check_echo(sock, message=b"hello"):
    sock.sendall(message)
    if receive_exactly(sock, len(message)) != message:
        raise Failure("echo altered")


def echo(port, target, timeout=PATIENCE, host=LOOPBACK):
    """A new connection through the proxy to an echo service."""
    with connect(port, target, timeout, host) as sock:
        check_echo(sock)


def echoes(port, target, timeout=10):
    """Whether one gets through. Where it is asked again and again, one that hangs must not take all the time."""
    with contextlib.suppress(Failure, OSError):
        echo(port, target, timeout)
        return True
    return False


def receive_exactly(sock, size):
    data = bytearray()
    while len(data) < size:
        piece = sock.recv(min(size - len(data), 1 << 20))
        if not piece:
            raise Failure(f"connection ended after {len(data)} of {size} bytes")
        data += piece
    return bytes(data)
