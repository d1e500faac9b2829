"""Real SOCKS clients at our SOCKS port: curl, and PySocks, with user name and password."""

import programs
from job import Job
from modes import TOKEN
from processes import LOOPBACK, PATIENCE, Failure, free_port, run
from targets import sha256

USER, PASSWORD = "interop-user", "interop-password"

_PYSOCKS_TCP = """
import hashlib, socks, sys, urllib.request, socket
port, web = map(int, sys.argv[1:3])
socks.set_default_proxy(socks.SOCKS5, "127.0.0.1", port, True, *sys.argv[3:])
socket.socket = socks.socksocket
body = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{web}/", timeout=80).read()
print(hashlib.sha256(body).hexdigest())
"""

_PYSOCKS_UDP = """
import socket, socks, sys
port, echo = map(int, sys.argv[1:3])
sock = socks.socksocket(socket.AF_INET, socket.SOCK_DGRAM)
sock.set_proxy(socks.SOCKS5, "127.0.0.1", port, True, *sys.argv[3:])
sock.settimeout(80)
sock.sendto(b"a datagram", ("127.0.0.1", echo))
print(sock.recvfrom(100)[0].decode())
"""

TABLE = "SOCKS clients of others"
ROW = "clients, java + java"


def job(targets, python):
    """A tunnel of our own whose SOCKS port wants a password."""
    return Job(TABLE, ROW, _start, _checks(targets, python))


def _start(fleet):
    ws, port = free_port(), free_port()
    server = fleet.start("server", [*programs.ours(), "server", "-t", TOKEN, "-H", LOOPBACK, "-P", ws, "-dd"])
    server.wait_for_port(ws)
    client = fleet.start("client", [*programs.ours(), "client", "-t", TOKEN, "-u", f"ws://{LOOPBACK}:{ws}",
                                    "-p", port, "-n", USER, "-w", PASSWORD, "-dd"])
    client.wait_for_port(port)
    return port


def _checks(targets, python):
    url = f"http://localhost:{targets.web}/"
    digest = sha256(targets.data).hex()
    curl = ["curl", "-sS", "--fail", "--max-time", PATIENCE]

    def fetch(*proxy):
        _expect(run(["sh", "-c", '"$@" | sha256sum', "sh", *curl, *proxy, url]), digest)

    def refuse(command):
        if run(command).returncode == 0:
            raise Failure("a wrong password was accepted")

    def pysocks(port, script, destination, password=PASSWORD):
        return [python, "-c", script, port, destination, USER, password]

    return {
        "curl --socks5-hostname": lambda port: fetch(
            "--socks5-hostname", f"{LOOPBACK}:{port}", "--proxy-user", f"{USER}:{PASSWORD}"),
        "curl -x socks5h://": lambda port: fetch("-x", f"socks5h://{USER}:{PASSWORD}@{LOOPBACK}:{port}"),
        "curl, wrong password": lambda port: refuse([*curl, "-x", f"socks5h://{USER}:wrong@{LOOPBACK}:{port}", url]),
        "PySocks tcp": lambda port: _expect(run(pysocks(port, _PYSOCKS_TCP, targets.web)), digest),
        "PySocks udp": lambda port: _expect(run(pysocks(port, _PYSOCKS_UDP, targets.echo)), "a datagram"),
        "PySocks, wrong password": lambda port: refuse(pysocks(port, _PYSOCKS_TCP, targets.web, "wrong")),
    }


def _expect(done, wanted):
    if not done.stdout.startswith(wanted):
        raise Failure(f"exit code {done.returncode}: {done.stdout[:200]} {done.stderr[-500:]}")
