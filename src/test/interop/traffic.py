"""The columns of the matrix: what is sent through a tunnel, and what must come back."""

import contextlib
import socket
from concurrent.futures import ThreadPoolExecutor

import socks
from processes import LOOPBACK, Failure
from targets import DIGEST, download_command, sha256, upload_command

BULK = 8 << 20
_CONNECTIONS = 32
_DATAGRAM_SIZES = (1, 64, 512, 1200)
_DATAGRAM_TRIES = 3  # UDP may lose one
_DATAGRAM_PATIENCE = 20


def tcp_echo(port, targets, host=LOOPBACK):
    with socks.connect(port, (host, targets.echo)) as sock:
        for size in (1, 64, 64, 1000, 1 << 16):
            sent = targets.data[:size]
            sock.sendall(sent)
            _expect(socks.receive_exactly(sock, size), sent, f"echo of {size} bytes")


def upload(port, targets):
    with socks.connect(port, (LOOPBACK, targets.bulk)) as sock:
        sock.sendall(upload_command(BULK))
        sock.sendall(targets.data[:BULK])
        _expect(socks.receive_exactly(sock, DIGEST), sha256(targets.data[:BULK]), "digest of the upload")


def download(port, targets):
    with socks.connect(port, (LOOPBACK, targets.bulk)) as sock:
        sock.sendall(download_command(BULK))
        got = socks.receive_exactly(sock, BULK)
        _expect(sha256(got), sha256(targets.data[:BULK]), "digest of the download")


def udp_echo(port, targets, host=LOOPBACK):
    control, relay = socks.associate(port)
    with control, socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.settimeout(_DATAGRAM_PATIENCE)
        earlier = set()
        for size in _DATAGRAM_SIZES:
            sent = targets.data[size:2 * size]
            _expect(_exchange(sock, relay, socks.wrap((host, targets.echo), sent), earlier), sent, f"datagram of {size} bytes")
            earlier.add(sent)


def _exchange(sock, relay, datagram, earlier):
    """Returns what comes back, but for what is late: one that was sent again may come back twice."""
    for _ in range(_DATAGRAM_TRIES):
        sock.sendto(datagram, relay)
        with contextlib.suppress(TimeoutError):
            while (answer := socks.unwrap(sock.recv(1 << 16))) in earlier:
                pass
            return answer
    raise Failure(f"no answer to {_DATAGRAM_TRIES} datagrams of {len(datagram)} bytes")


def ipv6(port, targets):
    tcp_echo(port, targets, "::1")


def udp_ipv6(port, targets):
    udp_echo(port, targets, "::1")


def domain(port, targets):
    tcp_echo(port, targets, "localhost")


def udp_domain(port, targets):
    udp_echo(port, targets, "localhost")


def parallel(port, targets):
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        for done in [pool.submit(tcp_echo, port, targets) for _ in range(_CONNECTIONS)]:
            done.result()


def refused(port, targets):
    """A target that refuses: an error reply, or with fast open the end of the connection."""
    try:
        with socks.connect(port, (LOOPBACK, targets.closed)) as sock:
            rest = sock.recv(1)
    except (Failure, ConnectionError):
        return
    if rest:
        raise Failure("data from a target that refuses connections")


def _expect(got, wanted, what):
    if got != wanted:
        raise Failure(f"{what}: {len(got)} bytes came back altered")


KINDS = {"tcp": tcp_echo, "udp": udp_echo, "tcp ::1": ipv6, "udp ::1": udp_ipv6, "tcp domain": domain,
         "udp domain": udp_domain, "refused": refused}
BULK_KINDS = {"upload": upload, "download": download, f"{_CONNECTIONS} at once": parallel}
