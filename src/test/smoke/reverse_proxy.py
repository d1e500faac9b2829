"""Behind nginx, with the configuration and the command of docs/security.md: only ports, paths and the names of files are
replaced. Clients come over IPv6, so that the proxy's address, 127.0.0.1, is not theirs."""

import contextlib
import hashlib
import itertools
import os
import re
import shutil
import signal
import socket
import ssl
from pathlib import Path

import socks
from processes import LOOPBACK, PATIENCE, ROOT, Failure, free_port, run, wait_until
from stage import TOKEN, expect, scratch
from targets import DIGEST, download_command, sha256, upload_command

_IPV6_LOOPBACK = "::1"
_FAILURES = 10  # that one address has before it must wait
_PINGS = 2  # of 15 s each; together longer than:
_SHORT_TIMEOUT = "25s"
_OWN_PATH = "/a/path/of/its/own"

# What every nginx has around such a file.
_FRAME = """daemon off;
pid {folder}/nginx.pid;
error_log stderr notice;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/linksocks.conf;
}}
"""


class _Site(contextlib.AbstractContextManager):
    """nginx as the page has it, with TLS, in front of a server as the page has it."""

    def __init__(self, stage, read_timeout=None):
        self._stage, self.port, self.server_port = stage, free_port(), free_port()
        self._held = contextlib.ExitStack()
        self.folder = Path(self._held.enter_context(scratch()))
        self._make_certificate()
        self._write_configuration(read_timeout)
        self.server = self._start_server()
        self.nginx = self.start_nginx()

    def __exit__(self, *_):
        self.nginx.end()
        self._held.close()

    def _make_certificate(self):
        made = run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext",
                    f"subjectAltName=DNS:localhost,IP:{LOOPBACK},IP:{_IPV6_LOOPBACK}",
                    "-keyout", self.folder / "key.pem", "-out", self.folder / "chain.pem"])
        expect(made.returncode == 0, made.stderr)

    def _write_configuration(self, read_timeout):
        text = _replace(_from_the_page(r"```nginx\n(.*?)```"), {
            "server 127.0.0.1:8765;": f"server {LOOPBACK}:{self.server_port};",
            "listen 443 ssl;": f"listen {LOOPBACK}:{self.port} ssl;",
            "listen [::]:443 ssl;": f"listen [{_IPV6_LOOPBACK}]:{self.port} ssl;",
            "/etc/ssl/tunnel.example/": f"{self.folder}/",
            "/var/log/nginx/": f"{self.folder}/"})
        if read_timeout:
            text = _replace(text, {"proxy_read_timeout 60s;": f"proxy_read_timeout {read_timeout};",
                                   "error.log crit;": "error.log error;"})
        (self.folder / "linksocks.conf").write_text(text)
        (self.folder / "nginx.conf").write_text(_FRAME.format(folder=self.folder))

    def _start_server(self):
        """Without --deny-private, for all targets here are private."""
        (self.folder / "tokens.txt").write_text(f"forward {TOKEN}\n")
        command = _replace(_from_the_page(r"^    linksocks (server .* --trusted-proxy .*)$"), {
            "-P 8765": f"-P {self.server_port}", "tokens.txt": str(self.folder / "tokens.txt"), " --deny-private": ""})
        server = self._stage.fleet.start("server", [*self._stage.program, *command.split(), "-dd"])
        server.wait_for_port(self.server_port)
        return server

    def start_nginx(self):
        self.nginx = self._stage.fleet.start("nginx", [_program("nginx"), "-c", self.folder / "nginx.conf", "-e", "stderr"])
        self.nginx.wait_for_port(self.port)
        return self.nginx

    def client(self, path=""):
        """Returns the client and its SOCKS port."""
        port = free_port()
        client = self._stage.fleet.start("client", [
            *self._stage.program, "client", "-t", TOKEN, "-u", f"wss://[{_IPV6_LOOPBACK}]:{self.port}{path}",
            "--ca", self.folder / "chain.pem", "-p", port, "-dd"])
        client.wait_for_port(port)
        return client, port

    def ask(self, host, target, *fields):
        """The status of the answer to one request."""
        context = ssl.create_default_context(cafile=self.folder / "chain.pem")
        with socket.create_connection((host, self.port), PATIENCE) as plain, \
                context.wrap_socket(plain, server_hostname="localhost") as sock:
            head = [f"GET {target} HTTP/1.1", "Host: localhost", *fields]
            sock.sendall("\r\n".join([*head, "", ""]).encode())
            return int(socks.receive_exactly(sock, 12).split()[1])

    def try_token(self, host, token, *fields):
        digest = hashlib.sha256(token.encode()).hexdigest()
        return self.ask(host, f"/socket?token={digest}", "Upgrade: websocket", "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *fields)


def _program(name):
    """In the package of this name in Debian."""
    found = shutil.which(name, path=os.environ["PATH"] + os.pathsep + "/usr/sbin")
    if not found:
        raise Failure(f"there is no {name}: install Debian's package {name}")
    return found


def _from_the_page(pattern):
    page = (ROOT / "docs" / "security.md").read_text()
    found = re.findall(pattern, page, re.MULTILINE | (re.DOTALL if pattern.startswith("```") else 0))
    expect(len(found) == 1, f"docs/security.md should have one {pattern!r}, not {len(found)}")
    return found[0]


def _replace(text, changes):
    for old, new in changes.items():
        expect(old in text, f"docs/security.md should say {old!r}")
        text = text.replace(old, new)
    return text


def downloads_and_names_the_client(stage):
    """By both forms of authentication: with the token's hash in the query, and, at a path of its own, without."""
    with _Site(stage) as site:
        for path in "", _OWN_PATH:
            client, port = site.client(path)
            curl = ["curl", "-sS", "--fail", "--max-time", PATIENCE, "--socks5-hostname", f"{LOOPBACK}:{port}",
                    f"http://localhost:{stage.targets.web}/"]
            done = run(["sh", "-c", '"$@" | sha256sum', "sh", *curl])
            expect(done.stdout.startswith(sha256(stage.targets.data).hex()), f"{path}: {done.stdout} {done.stderr}")
            client.end()
        named = re.findall(r"client (\S+) by way of \S+ connected$", site.server.output(), re.MULTILINE)
        # Where a path is slow for a moment, a client tries another connection.
        expect(len(named) >= 2 and set(named) == {_IPV6_LOOPBACK}, f"clients named {named}")
        _stop(site.nginx)
        written = (site.folder / "linksocks.log").read_text()
        expect("GET /socket\" 101" in written and f"GET {_OWN_PATH}\" 101" in written, f"access log: {written}")
        written += (site.folder / "linksocks-error.log").read_text()
        expect(hashlib.sha256(TOKEN.encode()).hexdigest() not in written and "?" not in written, f"a query: {written}")


def judges_clients_by_their_own_address(stage):
    """Who guesses has to wait, whatever address he claims to have; others behind the same proxy don't."""
    with _Site(stage) as site:
        for number in range(_FAILURES):
            status = site.try_token(_IPV6_LOOPBACK, f"guess {number}", f"X-Forwarded-For: 192.0.2.{number}",
                                    f"CF-Connecting-IP: 192.0.2.{number}")
            expect(status == 101, f"guess {number}: {status}")
        more = itertools.count(_FAILURES)

        def has_to_wait():
            """For some seconds after each guess."""
            site.try_token(_IPV6_LOOPBACK, f"guess {next(more)}")
            return site.try_token(_IPV6_LOOPBACK, TOKEN, "X-Forwarded-For: 192.0.2.99") == 429

        wait_until(has_to_wait, "who has guessed should have to wait")
        expect(site.try_token(LOOPBACK, TOKEN) == 101, "another client is locked out")
        api = {host: site.ask(host, "/api/status") for host in (LOOPBACK, _IPV6_LOOPBACK)}
        expect(api == {LOOPBACK: 404, _IPV6_LOOPBACK: 403}, f"the API, which is off here: {api}")


def loses_nothing_when_nginx_restarts(stage):
    """A download and an upload, one half before and one half after, on the same connections."""
    with _Site(stage) as site:
        client, port = site.client()
        data, half = stage.targets.data, len(stage.targets.data) // 2
        with socks.connect(port, (LOOPBACK, stage.targets.bulk)) as down, \
                socks.connect(port, (LOOPBACK, stage.targets.bulk)) as up:
            down.sendall(download_command(len(data)))
            up.sendall(upload_command(len(data)) + data[:half])
            received = socks.receive_exactly(down, half // 2)
            site.nginx.send(signal.SIGHUP)
            site.nginx.wait_for_output("gracefully shutting down")
            received += socks.receive_exactly(down, half // 2)
            expect(" resumed" not in site.server.output(), "a reload should leave tunnels alone")
            _stop(site.nginx)
            site.start_nginx()
            up.sendall(data[half:])
            received += socks.receive_exactly(down, len(data) - half)
            expect(received == data, "the download is altered")
            expect(socks.receive_exactly(up, DIGEST) == sha256(data), "the upload is altered")
        site.server.wait_for_output("client .* resumed")
        client.wait_for_output("connection to .* ended")


def outlives_the_read_timeout(stage):
    """Nobody speaks for longer than nginx waits, but for the pings."""
    with _Site(stage, _SHORT_TIMEOUT) as site:
        client, port = site.client()
        with socks.connect(port, (LOOPBACK, stage.targets.echo)) as sock:
            client.wait_for_output(rf"(?s)(ping .*?){{{_PINGS}}}")
            socks.check_echo(sock)
        _stop(site.nginx)
        expect("timed out" not in (site.folder / "linksocks-error.log").read_text(), "the connection was lost")


def believes_the_proxy_protocol(stage):
    """HAProxy passes on TCP, in both versions of its header; a peer that is no balancer has none."""
    port, first, second = free_port(), free_port(), free_port()
    server = stage.server(port, "--trusted-proxy", LOOPBACK, "--proxy-protocol")
    with scratch() as name:
        configuration = Path(name) / "haproxy.cfg"
        configuration.write_text("defaults\n mode tcp\n timeout connect 5s\n timeout client 1m\n timeout server 1m\n" + "".join(
            f"listen v{version}\n bind [{_IPV6_LOOPBACK}]:{front}\n bind {LOOPBACK}:{front}\n server s {LOOPBACK}:{port} {option} source {LOOPBACK}\n"
            for version, front, option in ((1, first, "send-proxy"), (2, second, "send-proxy-v2"))))
        proxy = stage.fleet.start("haproxy", [_program("haproxy"), "-db", "-f", configuration])
        for front in first, second:
            proxy.wait_for_port(front)
            socks_port = free_port()
            client = stage.fleet.start("client", [*stage.program, "client", "-t", TOKEN, "-u",
                                                  f"ws://[{_IPV6_LOOPBACK}]:{front}", "--no-env-proxy", "-p", socks_port])
            client.wait_for_port(socks_port)
            with socks.connect(socks_port, (LOOPBACK, stage.targets.echo)) as sock:
                socks.check_echo(sock)
            client.end()
        proxy.end()
    named = re.findall(r"client (\S+):\d+ connected$", server.output(), re.MULTILINE)
    expect(len(named) >= 2 and set(named) == {f"[{_IPV6_LOOPBACK}]"}, f"clients named {named}")


def tells_targets_the_client_address(stage):
    """HAProxy, as the target of a forward, answers with the addresses that it was told."""
    port, target, forward, socks_port = free_port(), free_port(), free_port(), free_port()
    stage.server(port)
    with scratch() as name:
        configuration = Path(name) / "haproxy.cfg"
        configuration.write_text(
            "defaults\n mode http\n timeout connect 5s\n timeout client 1m\n timeout server 1m\n"
            f"frontend told\n bind {LOOPBACK}:{target} accept-proxy\n"
            ' http-request return status 200 content-type text/plain lf-string "%[src]:%[src_port] %[dst]:%[dst_port]"\n')
        proxy = stage.fleet.start("haproxy", [_program("haproxy"), "-db", "-f", configuration])
        proxy.wait_for_port(target)
        client = stage.client(port, socks_port, "--forward", f"[{_IPV6_LOOPBACK}]:{forward}:{LOOPBACK}:{target},proxy=v2")
        client.wait_for_output("forward open")
        with socket.create_connection((_IPV6_LOOPBACK, forward), PATIENCE) as sock:
            sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
            answer = b"".join(iter(lambda: sock.recv(4096), b""))
            told = f"{_IPV6_LOOPBACK}:{sock.getsockname()[1]} {_IPV6_LOOPBACK}:{forward}"
        expect(answer.endswith(told.encode()), f"{told!r} is not what HAProxy was told: {answer}")
        client.end()
        proxy.end()


def _stop(nginx):
    """At once, as a service is restarted."""
    nginx.send(signal.SIGTERM)
    nginx.wait_for_exit()
    nginx.end()


CHECKS = {
    "download": downloads_and_names_the_client, "client addresses": judges_clients_by_their_own_address,
    "PROXY protocol": believes_the_proxy_protocol, "PROXY protocol for targets": tells_targets_the_client_address,
    "restart": loses_nothing_when_nginx_restarts, "read timeout": outlives_the_read_timeout,
}
