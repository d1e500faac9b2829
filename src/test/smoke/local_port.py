"""What programs of others do with the SOCKS port: curl in every form, a browser, git, apt, pip, and Python itself.

They ask for a name that only the server's side knows, so whatever they get has come through the tunnel.
"""

import contextlib
import hashlib
import re
import ssl
import threading
import urllib.request
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import chromium
import programs
from processes import LOOPBACK, PATIENCE, free_port, run
from stage import TOKEN, expect, scratch

_NAME = "site.example"
_USER, _PASSWORD = "smoke-user", "smoke-password"
_PAGE = "<title>page</title><p id=p>came through the tunnel</p>"
_SCRIPT = "<script>fetch('/sum', {method: 'PUT', body: 'x'}).then(a => a.text()).then(t => document.title = t)</script>"


class _Handler(SimpleHTTPRequestHandler):
    """Files, and for a body its length and sum."""
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        body = b"".join(self._body())
        answer = f"{len(body)} {hashlib.sha256(body).hexdigest()}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            yield self.rfile.read(int(self.headers["Content-Length"]))
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def log_message(self, *_):
        """The tests print what matters."""


class _Site(contextlib.AbstractContextManager):
    """A web site from a folder, over http and https, and a tunnel whose far end knows its name, with a port for
    anybody and one that wants a login."""

    def __init__(self, stage):
        self._folder = scratch()
        self.folder = Path(self._folder.name)
        self.folder.joinpath("page.html").write_text(_PAGE + _SCRIPT)
        self._servers = [self._serve(None), self._serve(self._certificate())]
        plain, encrypted = (server.server_address[1] for server in self._servers)
        self.http, self.https = f"http://{_NAME}:{plain}", f"https://{_NAME}:{encrypted}"
        self.address = f"http://{LOOPBACK}:{plain}"
        self.proxy, self.guarded = (f"{LOOPBACK}:{port}" for port in self._tunnel(stage))

    def _serve(self, certificate):
        server = ThreadingHTTPServer((LOOPBACK, 0), partial(_Handler, directory=self.folder))
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            # A browser may connect without a word: each handshake is for the thread of its connection.
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def _certificate(self):
        certificate = self.folder / "site.pem"
        _succeed(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={_NAME}", "-keyout",
                  certificate.with_suffix(".key"), "-out", certificate])
        return certificate

    def _tunnel(self, stage):
        hosts = self.folder / "hosts"
        hosts.write_text(f"{LOOPBACK} {_NAME} localhost\n")
        ws, port, guarded = free_port(), free_port(), free_port()
        java, *jar = stage.program
        server = stage.fleet.start("server", [java, f"-Djdk.net.hosts.file={hosts}", *jar, "server", "-t", TOKEN,
                                              "-H", LOOPBACK, "-P", ws, "-dd"])
        server.wait_for_port(ws)
        stage.client(ws, port)
        stage.client(ws, guarded, "-n", _USER, "-w", _PASSWORD)
        return port, guarded

    def __exit__(self, *_):
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._folder.cleanup()


def _succeed(command):
    done = run(command)
    expect(done.returncode == 0, f"{command}: exit code {done.returncode}, {done.stdout[-500:]} {done.stderr[-2000:]}")
    return done.stdout


def _curl(*arguments):
    return _succeed(["curl", "-sS", "--fail", "-k", "--max-time", PATIENCE, *arguments])


def _every_form(site, _):
    page = "/page.html"
    for proxy, target in ((f"http://{site.proxy}", site.http), (f"http://{site.proxy}", site.https),
                          (f"socks4a://{site.proxy}", site.http), (f"socks5h://{site.proxy}", site.https),
                          (f"socks4://{site.proxy}", site.address)):
        got = _curl("-x", proxy, target + page)
        expect(got.startswith(_PAGE), f"{proxy} {target}: {got}")
    expect(_curl("-x", f"http://{site.proxy}", "--proxytunnel", site.http + page).startswith(_PAGE), "tunnel")
    expect(_curl("-0", "-x", f"http://{site.proxy}", site.http + page).startswith(_PAGE), "HTTP/1.0")
    connects = _curl("-x", f"http://{site.proxy}", "-w", "%{num_connects}", "-o", "/dev/null", site.http + page,
                     "-o", "/dev/null", site.address + page, "-o", "/dev/null", site.http + page)
    expect(connects == "100", f"one connection for three URLs: {connects}")


def _uploads(site, data):
    file = site.folder / "data"
    file.write_bytes(data)
    wanted = f"{len(data)} {hashlib.sha256(data).hexdigest()}"
    for form in ["-T", file], ["-T", file, "-H", "Transfer-Encoding: chunked"], ["-T", file, "-H", "Expect:"]:
        got = _curl("-x", f"http://{site.proxy}", *form, f"{site.http}/sum")
        expect(got == wanted, f"{form}: {got}")


def _login(site, _):
    url = site.http + "/page.html"
    for proxy in f"http://{site.guarded}", f"socks5h://{site.guarded}":
        expect(_curl("-x", proxy, "--proxy-user", f"{_USER}:{_PASSWORD}", url).startswith(_PAGE), proxy)
    for target in site.http, site.https:
        wrong = run(["curl", "-sSk", "-o", "/dev/null", "-w", "%{http_code} %{http_connect}", "-x",
                     f"http://{_USER}:not-{_PASSWORD}@{site.guarded}", target])
        expect("407" in wrong.stdout, f"{wrong.stdout} {wrong.stderr}")
    for form in "socks4", "socks5":
        refused = run(["curl", "-sS", "-x", f"{form}://{site.guarded}", site.address])
        expect(refused.returncode != 0, f"{form} without a login")


def _python(site, _):
    proxies = urllib.request.ProxyHandler({"http": f"http://{site.proxy}", "https": f"http://{site.proxy}"})
    context = ssl._create_unverified_context()
    opener = urllib.request.build_opener(proxies, urllib.request.HTTPSHandler(context=context))
    for target in site.http, site.https:
        with opener.open(target + "/page.html", timeout=PATIENCE) as answer:
            expect(answer.read().decode().startswith(_PAGE), target)


def _git(site, data):
    work, copy = site.folder / "work", site.folder / "copy"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example", "-c", "init.defaultBranch=main"]
    _succeed([*git, "init", "-q", work])
    work.joinpath("file").write_bytes(data)
    _succeed([*git, "-C", work, "add", "."])
    _succeed([*git, "-C", work, "commit", "-qm", "first"])
    _succeed([*git, "-C", work, "update-server-info"])
    for target in site.http, site.https:
        _succeed([*git, "-c", f"http.proxy=http://{site.proxy}", "-c", "http.sslVerify=false", "clone", "-q",
                  f"{target}/work/.git", f"{copy}{target[:5]}"])
        expect(Path(f"{copy}{target[:5]}", "file").read_bytes() == data, target)


def _apt(site, _):
    _make_package(site.folder)
    state = site.folder / "state"
    for part in "lists/partial", "cache/archives/partial":
        (state / part).mkdir(parents=True)
    (state / "sources.list").write_text(f"deb [trusted=yes] {site.http}/ ./\n")
    apt = ["apt-get", "-o", f"Dir::Etc::sourcelist={state}/sources.list", "-o", "Dir::Etc::sourceparts=-",
           "-o", f"Dir::State::lists={state}/lists", "-o", f"Dir::Cache={state}/cache", "-o", "APT::Sandbox::User=",
           "-o", f"Acquire::http::Proxy=http://{site.proxy}/"]
    _succeed([*apt, "update"])
    got = _succeed(["sh", "-c", f'cd "{state}" && "$@"', "sh", *apt, "download", "linksocks-smoke"])
    expect(re.search(r"linksocks-smoke.*\.deb", " ".join(map(str, state.iterdir()))), got)


def _make_package(folder):
    control = folder / "package" / "DEBIAN"
    control.mkdir(parents=True)
    fields = ("Package: linksocks-smoke\nVersion: 1\nArchitecture: all\nMaintainer: nobody <a@example>\n"
              "Description: nothing\n")
    control.joinpath("control").write_text(fields)
    _succeed(["dpkg-deb", "--build", folder / "package", folder / "smoke.deb"])
    data = folder.joinpath("smoke.deb").read_bytes()
    folder.joinpath("Packages").write_text(
        f"{fields}Filename: ./smoke.deb\nSize: {len(data)}\nSHA256: {hashlib.sha256(data).hexdigest()}\n")


def _pip(site, _):
    index = site.folder / "simple" / "linksocks-smoke"
    index.mkdir(parents=True)
    wheel = "linksocks_smoke-1-py3-none-any.whl"
    with zipfile.ZipFile(index / wheel, "w") as archive:
        info = "linksocks_smoke-1.dist-info/"
        archive.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: linksocks-smoke\nVersion: 1\n")
        archive.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: a\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(info + "RECORD", "")
    _succeed([programs.pip(), "download", "-q", "--no-cache-dir", "--disable-pip-version-check", "--no-deps",
              "--proxy", f"http://{site.proxy}", "--trusted-host", _NAME, "--index-url", f"{site.http}/simple/",
              "-d", site.folder / "got", "linksocks-smoke"])
    expect((site.folder / "got" / wheel).exists(), "no wheel")


def serves_programs(stage):
    data = stage.targets.data[:3_000_000]
    with _Site(stage) as site:
        for use in _every_form, _uploads, _login, _python, _git, _apt, _pip:
            use(site, data)


def serves_a_browser(stage):
    """With the proxy named, by a script that the port serves, and with what a page's own script sends."""
    with _Site(stage) as site:
        done = f"<title>1 {hashlib.sha256(b'x').hexdigest()}</title>"
        for setting, target in ((f"--proxy-server=http://{site.proxy}", site.https),
                                (f"--proxy-pac-url=http://{site.proxy}/proxy.pac", site.http)):
            page = chromium.page(setting, "--ignore-certificate-errors", target + "/page.html")
            expect("came through the tunnel" in page and done in page, f"{setting} {target}: {page[:500]}")


CHECKS = {"curl, urllib, git, apt, pip": serves_programs, "browser": serves_a_browser}
