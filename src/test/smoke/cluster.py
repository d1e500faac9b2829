"""Three servers that share tokens through etcd: as docs/cluster.md has them, and while etcd is stopped or killed."""

import base64
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pace
import socks
from processes import LOOPBACK, PATIENCE, ROOT, free_port, listening, run, wait_until
from stage import TOKEN, expect, scratch

_KEY = "my-key"  # of the page
_PROVIDERS, _CONNECTORS = "token-of-providers", "token-of-connectors"
_PAGE = ROOT / "docs/cluster.md"
_USUAL_PORTS = (8765, 8766, 8767)
_HEAP = "-Xmx64m"
_TOKENS, _VISIBLE = 200, 0.2  # at other nodes, in seconds, p99
_MANY, _LOAD = 10_000, 2.0
_AWAY, _HEALED = 25, 5.0  # leases last 10 s
_STALE = 12.0  # seconds until a hung etcd is noticed at the latest


class Cluster(contextlib.AbstractContextManager):
    """etcd and three nodes, started by the commands of the page with other ports."""

    def __init__(self, stage, *flags, nodes=len(_USUAL_PORTS)):
        self.stage, self.scheme = stage, "etcd"
        self._held = contextlib.ExitStack()
        self.folder = Path(self._held.enter_context(scratch()))
        self.etcd_port, self._peer_port = free_port(), free_port()
        self.ports = [free_port() for _ in _USUAL_PORTS]
        self.etcd = self.start_etcd()
        self._make_key()
        self.nodes = [self.start_node(number, *flags) for number in range(nodes)]

    def __exit__(self, *_):
        for program in (*self.nodes, self.etcd):
            program.end()
        self._held.close()

    def start_etcd(self, *flags, scheme="http"):
        client, peer = f"{scheme}://{LOOPBACK}:{self.etcd_port}", f"http://{LOOPBACK}:{self._peer_port}"
        etcd = self.stage.fleet.start("etcd", [
            "etcd", *flags, "--data-dir", self.folder / "etcd", "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}"])
        etcd.wait_for_port(self.etcd_port)
        return etcd

    def _blocks(self):
        return [re.sub(r" \\\n *", " ", block) for block in re.findall(r"(?:^    .+\n)+", _PAGE.read_text(), re.MULTILINE)]

    def _make_key(self):
        for command in self._blocks()[0].splitlines()[:2]:
            expect(run(["sh", "-c", f"cd {self.folder} && {command}"]).returncode == 0, command)

    def make_certificate(self, name):
        """One for this machine, and its key."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        made = run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext",
                    f"subjectAltName=IP:{LOOPBACK}", "-keyout", key, "-out", certificate])
        expect(made.returncode == 0, made.stderr)
        return certificate, key

    def etcdctl(self, *arguments):
        command = ["env", "ETCDCTL_API=3", "etcdctl", "--command-timeout=60s", f"--endpoints={LOOPBACK}:{self.etcd_port}"]
        certificate = self.folder / "etcd.pem"
        return run([*command, *(["--cacert", certificate] if certificate.exists() else []), *arguments])

    def command(self, number):
        """That of the page which starts a node."""
        command = next(line for line in self._blocks()[0].splitlines() if f"-P {_USUAL_PORTS[number]}" in line)
        return self.replace(command).replace("cluster.key", str(self.folder / "cluster.key")).replace(
            "etcd://", f"{self.scheme}://")

    def start_node(self, number, *flags):
        """Starts a node with its options of the page, perhaps beside the present one."""
        command = self.command(number)
        words = command.split()
        expect(words[:2] == ["linksocks", "server"], f"not a server: {command}")
        java, *rest = self.stage.program
        node = self.stage.fleet.start(f"node-{number}", [java, _HEAP, *rest, *words[1:], "-H", LOOPBACK, "-d", *flags])
        node.wait_for_port(self.ports[number])
        return node

    def replace(self, text):
        for usual, own in zip(_USUAL_PORTS, self.ports):
            text = text.replace(str(usual), str(own))
        return text.replace("2379", str(self.etcd_port))

    def start_proxy(self):
        configuration = self.replace(next(block for block in self._blocks() if "frontend" in block))
        port = free_port()
        file = self.folder / "haproxy.cfg"
        file.write_text(re.sub(r"^    ", "", configuration, flags=re.MULTILINE).replace("8080", str(port)))
        self.stage.fleet.start("haproxy", ["haproxy", "-f", file]).wait_for_port(port)
        return port

    def ask(self, number, method, path, body=None):
        """Status and answer of a node's API."""
        request = urllib.request.Request(
            f"http://{LOOPBACK}:{self.ports[number]}{path}", method=method, headers={"X-API-Key": _KEY},
            data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def add(self, number, token, **members):
        self._change(number, "POST", "/api/token", {"type": "forward", "token": token, **members}, done=409)

    def remove(self, number, token):
        self._change(number, "DELETE", f"/api/token/{token}", None, done=404)

    def _change(self, number, method, path, body, done):
        """A busy machine may keep etcd from answering in time; what it has done all the same shows at the next attempt."""
        def attempt():
            answers.append(self.ask(number, method, path, body))
            status = answers[-1][0]
            expect(status in (200, 503) or status == done and len(answers) > 1, f"{method} {path} {body}: {answers}")
            return status != 503

        answers = []
        wait_until(attempt, f"{method} {path} {body} should succeed")

    def clients(self, number):
        return json.loads(self.ask(number, "GET", "/api/clients")[1])["total"]

    def admits(self, number, token):
        return _admits(self.ports[number], token)

    def is_stale(self, number):
        return "stale" in self.ask(number, "GET", "/readyz")[1]


def _admits(port, token):
    """Whether a client with the token gets in."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    with socket.create_connection((LOOPBACK, port), PATIENCE) as sock:
        sock.sendall(f"GET /socket?reverse=false&token={digest} HTTP/1.1\r\nHost: {LOOPBACK}\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            piece = sock.recv(1)
            expect(piece, "no answer to the handshake")
            head += piece
        if b" 101 " not in head.splitlines()[0]:
            return False
        message = socks.receive_exactly(sock, socks.receive_exactly(sock, 2)[1])
        return message[2] == 1


def _percentile(times, part):
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def runs_as_the_page_has_it(stage):
    with Cluster(stage) as cluster:
        front = cluster.start_proxy()
        token = "my-token"
        cluster.add(0, token)
        expect(cluster.ask(1, "POST", "/api/token", {"type": "forward", "token": token})[0] == 409, "no conflict at another node")
        ports = [free_port() for _ in range(3)]
        for port in ports:
            stage.peer("client", front, "-p", port, token=token).wait_for_port(port)
            socks.echo(port, (LOOPBACK, stage.targets.echo))
        wait_until(lambda: sum(map(cluster.clients, range(3))) == 3, "the nodes should have three clients")
        # On a machine under load, HAProxy may have given up a node for a while.
        clients = [cluster.clients(number) for number in range(3)]
        expect(max(clients) < 3, f"nodes have {clients} clients behind round robin")
        shown = run([*stage.program, "status", "-u", f"http://{LOOPBACK}:{cluster.ports[1]}", "-k", _KEY]).stdout
        for port in cluster.ports:
            expect(f"{LOOPBACK}:{port}" in shown, f"status lacks node {port}: {shown}")
        cluster.nodes[1].send(signal.SIGKILL)
        began = time.monotonic()
        for port in ports:
            wait_until(lambda: socks.echoes(port, (LOOPBACK, stage.targets.echo)), "every client should work again")
        print(f"  a node killed: all clients work again after {time.monotonic() - began:.1f} s")
        cluster.remove(2, token)
        for number in (0, 2):
            wait_until(lambda: cluster.clients(number) == 0, f"node {number} should cut its clients off")


def makes_tokens_known_at_once(stage):
    with Cluster(stage) as cluster:
        times, start = [], time.monotonic()
        for count in range(_TOKENS):
            token = f"token-{count}"
            cluster.add(0, token)
            began = time.monotonic()
            for number in (1, 2):
                expect(cluster.admits(number, token), f"node {number} refused a new token")
            times.append(time.monotonic() - began)
        p99 = _percentile(times, 0.99)
        print(f"  a new token at two other nodes: median {_percentile(times, 0.5) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")
        pace.expect_within(_VISIBLE, p99, start, "p99 of a new token")


def loads_many_tokens(stage):
    with Cluster(stage) as cluster:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda count: cluster.add(count % 3, f"token-{count}"), range(_MANY)))
        cluster.nodes[2].end()
        began = time.monotonic()
        cluster.nodes[2] = node = cluster.start_node(2)
        loaded = node.wait_for_output(r"tokens of the cluster loaded in ([\d.]+) (ms|s)$")
        took = float(loaded[1]) / (1000 if loaded[2] == "ms" else 1)
        print(f"  {_MANY} tokens loaded in {took:.2f} s")
        expect(cluster.admits(2, f"token-{_MANY - 1}"), "the last token is unknown")
        pace.expect_within(_LOAD, took, began, f"{_MANY} tokens loaded")


def uses_tls_and_a_user_of_etcd(stage):
    with Cluster(stage, nodes=0) as cluster:
        cluster.etcd.end()
        # It may have been about to write its first entries.
        shutil.rmtree(cluster.folder / "etcd", ignore_errors=True)
        certificate, key = cluster.make_certificate("etcd")
        cluster.scheme = "https"
        cluster.etcd = cluster.start_etcd("--cert-file", certificate, "--key-file", key, scheme="https")
        for command in ("user add root:root-password", "role add linksocks",
                        "role grant-permission linksocks --prefix=true readwrite /linksocks/home/",
                        "user add linksocks:its-password", "user grant-role linksocks linksocks",
                        "user grant-role root root", "auth enable"):
            done = cluster.etcdctl(*command.split())
            expect(done.returncode == 0, f"{command}: {done.stderr}")
        password = cluster.folder / "password"
        password.write_text("its-password\n")
        flags = "--cluster-ca", certificate, "--cluster-user", "linksocks", "--cluster-password-file", password
        cluster.nodes = [cluster.start_node(number, *flags) for number in (0, 1)]
        cluster.add(0, TOKEN)
        expect(cluster.admits(1, TOKEN), "node 1 refused a new token")
        password.write_text("another-password\n")
        done = stage.run(*cluster.command(2).split()[1:], "-H", LOOPBACK, *flags)
        expect(done.returncode and "authentication failed" in done.stderr, f"joined with a wrong password: {done.stderr}")


def trusts_an_authority_of_its_own_between_nodes(stage):
    """TLS between the nodes, and none with etcd."""
    with Cluster(stage, nodes=0) as cluster:
        certificate, key = cluster.make_certificate("node")
        urls = [f"wss://{LOOPBACK}:{port}" for port in cluster.ports[:2]]
        cluster.nodes = [cluster.start_node(number, "--node-url", url, "--tls-cert", certificate, "--tls-key", key,
                                            "--cluster-ca", certificate) for number, url in enumerate(urls)]
        cluster.nodes.append(cluster.start_node(2))
        cluster.add(2, _PROVIDERS, type="reverse")
        cluster.add(2, _CONNECTORS, type="connector", reverse_token=_PROVIDERS)
        peer, proxy = [*stage.program, "client", "--ca", certificate], free_port()
        stage.fleet.start("provider", [*peer, "-r", "-t", _PROVIDERS, "-u", urls[0]]).wait_for_output("connected to")
        stage.fleet.start("connector", [*peer, "-t", _CONNECTORS, "-u", urls[1], "-p", proxy]).wait_for_port(proxy)
        wait_until(lambda: socks.echoes(proxy, (LOOPBACK, stage.targets.echo)), "a provider at another node should be reached")


class _Load:
    """Streams that have to go on, and known tokens that have to be admitted, while etcd is away."""

    def __init__(self, cluster, stage):
        self.cluster, self.refused, self.admitted = cluster, 0, 0
        self._done = threading.Event()
        self._proxies = []
        cluster.add(0, _PROVIDERS, type="reverse")
        cluster.add(0, _CONNECTORS, type="connector", reverse_token=_PROVIDERS)
        stage.peer("provider", cluster.ports[0], token=_PROVIDERS).wait_for_output("connected to")
        for port in cluster.ports:
            for role, token in (("client", TOKEN), ("connector", _CONNECTORS)):
                proxy = free_port()
                stage.peer(role, port, "-p", proxy, token=token).wait_for_port(proxy)
                self._proxies.append(proxy)
        self._pool = ThreadPoolExecutor(4 * len(self._proxies) + 1)
        self._results = [self._pool.submit(self._echo, proxy, stage.targets.echo) for proxy in self._proxies for _ in range(4)]
        self._guests = self._pool.submit(self._enter)

    def _echo(self, proxy, target):
        with socks.connect(proxy, (LOOPBACK, target)) as sock:
            while not self._done.wait(0.05):
                socks.check_echo(sock, os.urandom(1000).hex().encode())

    def _enter(self):
        while not self._done.wait(0.05):
            for number in range(3):
                self.refused += not self.cluster.admits(number, TOKEN)
                self.admitted += 1

    def finish(self):
        self._done.set()
        self._pool.shutdown()
        lost = sum(result.exception() is not None for result in self._results)
        self._guests.result()
        expect(not lost, f"{lost} of {len(self._results)} streams lost")
        expect(not self.refused, f"{self.refused} of {self.admitted} clients with a known token refused")
        print(f"  {len(self._results)} streams lost none, {self.admitted} clients with a known token admitted")


def goes_on_without_etcd(stage):
    with Cluster(stage, "--socks-port-nodes", "none") as cluster:
        cluster.add(0, TOKEN)
        cluster.add(0, "removed meanwhile")
        load = _Load(cluster, stage)
        for how in ("stopped", "killed"):
            cluster.etcd.send(signal.SIGSTOP if how == "stopped" else signal.SIGKILL)
            began = time.monotonic()
            for number in range(3):
                wait_until(lambda: cluster.is_stale(number), f"node {number} should be stale")
            noticed = time.monotonic() - began
            print(f"  etcd {how}: noticed after {noticed:.1f} s")
            pace.expect_within(_STALE, noticed, began, f"etcd {how} was noticed")
            status, answer = cluster.ask(1, "POST", "/api/token", {"type": "forward", "token": "another"})
            expect(status == 503 and "stale" in answer, f"a change while etcd is {how}: {status} {answer}")
            expect(cluster.ask(1, "GET", "/readyz")[0] == 200, "not ready without etcd")
            while time.monotonic() < began + _AWAY:
                time.sleep(0.2)
            if how == "stopped":
                cluster.etcd.send(signal.SIGCONT)
            else:
                cluster.etcd.end()
                cluster.etcd = cluster.start_etcd()
            back = time.monotonic()
            wait_until(lambda: not any(cluster.is_stale(number) for number in range(3)), "the cluster should heal")
            healed = time.monotonic() - back
            print(f"  etcd {how} for {_AWAY} s: healed after {healed:.1f} s")
            pace.expect_within(_HEALED, healed, back, "the cluster healed")
            cluster.add(2, f"after it was {how}")
            wait_until(lambda: cluster.admits(0, f"after it was {how}"), "a new token should be known")
        load.finish()


def starts_without_etcd(stage):
    with Cluster(stage) as cluster:
        cache = cluster.folder / "cache"
        cluster.nodes[0].end()
        cluster.nodes[0] = cluster.start_node(0, "--cluster-cache", cache)
        for token in ("kept", "removed"):
            cluster.add(0, token)
        # After a first line and the marker of the cluster.
        wait_until(lambda: cache.exists() and cache.read_text().count("\n") == 4, "the cache should have both tokens")
        expect(cache.stat().st_mode & 0o777 == 0o600, "others can read the cache")
        cluster.nodes[0].end()
        cluster.remove(1, "removed")
        cluster.etcd.send(signal.SIGSTOP)
        cluster.nodes[0] = cluster.start_node(0, "--cluster-cache", cache)
        expect(cluster.admits(0, "kept"), "a token of the cache is refused")
        cluster.etcd.send(signal.SIGCONT)
        wait_until(lambda: not cluster.is_stale(0), "the node should follow etcd")
        expect(cluster.admits(0, "kept"), "a token of the cache is refused")
        expect(not cluster.admits(0, "removed"), "a token that was removed meanwhile is back")


def keeps_tokens_that_etcd_has_lost(stage):
    with Cluster(stage, nodes=2) as cluster:
        cluster.add(0, TOKEN)
        wait_until(lambda: cluster.admits(1, TOKEN), "node 1 should know the token")
        cluster.etcd.end()
        shutil.rmtree(cluster.folder / "etcd")
        cluster.etcd = cluster.start_etcd()
        for number in (0, 1):
            wait_until(lambda: "has lost cluster" in cluster.ask(number, "GET", "/readyz")[1], f"node {number} should notice")
        wait_until(lambda: "/node/" in cluster.etcdctl("get", "--prefix", "--keys-only", "/linksocks/home/").stdout,
                   "nodes should show themselves again")
        done = stage.run(*cluster.command(2).split()[1:], "-H", LOOPBACK)
        expect(done.returncode and "has lost cluster" in done.stderr, f"began the cluster anew: {done.stderr}")
        for number in (0, 1):
            expect(cluster.admits(number, TOKEN), f"node {number} has lost a token")


def keeps_strangers_out(stage):
    with Cluster(stage) as cluster:
        cluster.add(0, "mine")
        other = cluster.folder / "other.key"
        other.write_text("another secret, which has enough characters\n")
        done = stage.run("server", "-H", LOOPBACK, "-P", free_port(), "--cluster", f"etcd://{LOOPBACK}:{cluster.etcd_port}/home",
                         "--cluster-key", other, "--node-url", f"ws://{LOOPBACK}:1")
        expect(done.returncode and "another key" in done.stderr, f"joined with another key: {done.stderr}")
        entries = json.loads(cluster.etcdctl("get", "--prefix", "/linksocks/home/", "-w", "json").stdout)["kvs"]
        everything = b"".join(base64.b64decode(entry[part]) for entry in entries for part in ("key", "value"))
        for secret in (b"mine", hashlib.sha256(b"mine").hexdigest().encode(), LOOPBACK.encode()):
            expect(secret not in everything, f"etcd can read {secret}")
        cluster.nodes[2].send(signal.SIGKILL)
        wait_until(lambda: len(json.loads(cluster.ask(0, "GET", "/api/cluster")[1])["nodes"]) == 2,
                   "a killed node should disappear")


def opens_socks_ports_at_every_node(stage):
    with Cluster(stage, nodes=0) as cluster, socket.socket() as taken:
        hosts = [f"127.0.0.{number}" for number in (2, 3, 4)]
        port = free_port()
        taken.bind((hosts[2], port))
        taken.listen()
        cluster.nodes = [cluster.start_node(number, "-s", host) for number, host in enumerate(hosts)]
        cluster.add(0, TOKEN, type="reverse", port=port)
        expect(not listening(port, hosts[1]), "a SOCKS port is open without a provider")
        stage.peer("provider", cluster.ports[0])
        for host in hosts[:2]:
            wait_until(lambda: listening(port, host), f"the SOCKS port at {host} should open")
            socks.echo(port, (LOOPBACK, stage.targets.echo), host=host)
        wait_until(lambda: (answer := cluster.ask(2, "GET", "/readyz"))[0] == 200 and "SOCKS port" in answer[1],
                   "node 2 should say that the port is taken")
        wait_until(lambda: cluster.ask(0, "GET", "/readyz") == (200, "ready\n"), "a node with all ports should be ready")


CHECKS = {"cluster of the page": runs_as_the_page_has_it, "tokens of a cluster": makes_tokens_known_at_once,
          "many tokens of a cluster": loads_many_tokens, "cluster without etcd": goes_on_without_etcd,
          "start without etcd": starts_without_etcd, "lost cluster": keeps_tokens_that_etcd_has_lost,
          "cluster with TLS": uses_tls_and_a_user_of_etcd,
          "TLS between nodes": trusts_an_authority_of_its_own_between_nodes,
          "SOCKS ports of a cluster": opens_socks_ports_at_every_node,
          "strangers of a cluster": keeps_strangers_out}
