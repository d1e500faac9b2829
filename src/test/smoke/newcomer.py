"""What a newcomer does wrong: every error is one line that names the cause and the cure; linksocks check finds the rest."""

import contextlib
import http.server
import socket
import threading

from processes import LOOPBACK, free_port, run
from stage import TOKEN, expect


def names_the_cure(stage):
    """Command lines that can't work, and what their first warning or error must say."""
    ws, nobody = free_port(), free_port()
    stage.server(ws)
    server = ["server", "-t", TOKEN, "-H", LOOPBACK, "-P"]
    client = ["client", "-t", TOKEN, "-R", "-p", str(free_port()), "-u"]
    with socket.create_server((LOOPBACK, 0)) as listener, _web_server() as web:
        taken = str(listener.getsockname()[1])
        for arguments, *wanted in (
                ([*server, taken], f"{LOOPBACK}:{taken}", "in use", "-P"),
                (["server", "-t", TOKEN, "-H", "192.0.2.1"], "192.0.2.1:8765", "address of this machine with -H"),
                (["server", "-t", TOKEN, "-H", "no-such-host.invalid"], "unknown host", "-H"),
                ([*client, f"ws://{LOOPBACK}:{ws}", "-p", taken], f"{LOOPBACK}:{taken}", "in use", "-p"),
                ([*client, "ws://no-such-host.invalid"], "unknown host", "how the name is written"),
                ([*client, f"ws://{LOOPBACK}:{nobody}"], "refused", "is the server running"),
                ([*client, f"wss://{LOOPBACK}:{ws}"], "does not speak TLS", "ws://"),
                ([*client, f"ws://localhost:{web}"], "404", "its path"),
                ([*client, f"ws://{LOOPBACK}:{ws}", "-t", "not-the-token"], "refused the token", "LINKSOCKS_TOKEN"),
                ([*client, "ws://server.invalid", "--proxy", f"http://{LOOPBACK}:{nobody}"], "refused", "--proxy"),
                ([*client, f"wss://{LOOPBACK}:{nobody}", "--insecure"], "--insecure", "certificates are not checked"),
                (["client", "-u", f"ws://{LOOPBACK}:{ws}"], "none was given", "-t")):
            _expect_line(stage, arguments, wanted)


@contextlib.contextmanager
def _web_server():
    """One that has nothing to show."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(404)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def _expect_line(stage, arguments, wanted):
    """Some of these go on trying, so their first complaint is waited for."""
    program = stage.fleet.start("wrong", [*stage.program, *arguments])
    program.wait_for_output("WARN|linksocks: |linksocks client: |linksocks server: ")
    line = next(line for line in program.output().splitlines() if "INFO" not in line)
    program.end()
    expect(all(part in line for part in wanted) and "Exception" not in line, f"{arguments}: {line}")


def checks_a_connection(stage):
    ws = free_port()
    stage.server(ws)
    good = stage.run("check", "-t", TOKEN, "-u", f"ws://{LOOPBACK}:{ws}")
    expect(good.returncode == 0 and "FAILED" not in good.stdout and not good.stderr, f"{good}")
    expect([line.split()[1] for line in good.stdout.splitlines()] == [
        "url", "proxy", "dns", "tcp", "tls", "upgrade", "clock", "auth", "extensions", "round", "tunnel", "throughput"],
        good.stdout)
    bad = stage.run("check", "-t", "a wrong one", "-u", f"ws://{LOOPBACK}:{ws}")
    expect(bad.returncode == 1 and "LINKSOCKS_TOKEN" in bad.stdout and "wrong one" not in bad.stdout, f"{bad}")


def checks_the_way_through_a_proxy(stage):
    """The proxy of the environment lets through, wants a login, refuses, or has an address of an unknown kind."""
    ws = free_port()
    stage.server(ws)
    for status, scheme, wanted in ((200, "http", "101"), (407, "http", "wants a login"), (502, "http", "does not let"),
                                   (200, "socks4", "http_proxy")):
        with _proxy(status, ws) as port:
            done = run(["env", f"http_proxy={scheme}://{LOOPBACK}:{port}", *stage.program, "check", "-t", TOKEN,
                        "-u", f"ws://server.invalid:{ws}"])
        expect(wanted in done.stdout and (done.returncode == 0) == (wanted == "101"), f"{status}: {done}")


@contextlib.contextmanager
def _proxy(status, target):
    """An HTTP proxy that leads to one port whatever it is asked for."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        threading.Thread(target=_accept, args=(listener, status, target), daemon=True).start()
        yield listener.getsockname()[1]


def _accept(listener, status, target):
    with contextlib.suppress(OSError):
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=_serve, args=(sock, status, target), daemon=True).start()


def _serve(sock, status, target):
    with sock, contextlib.suppress(OSError):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += sock.recv(1) or b"\r\n\r\n"
        sock.sendall(b"HTTP/1.1 %d Answer\r\n\r\n" % status)
        if status == 200:
            with socket.create_connection((LOOPBACK, target)) as server:
                up = threading.Thread(target=_copy, args=(sock, server), daemon=True)
                up.start()
                _copy(server, sock)


def _copy(source, sink):
    with contextlib.suppress(OSError):
        while piece := source.recv(1 << 16):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)


def retries_at_another_moment_than_others(stage):
    """Clients of a server that restarts must not come back all at once."""
    clients = [stage.fleet.start("client", [*stage.program, "client", "-t", TOKEN, "-u", f"ws://{LOOPBACK}:{free_port()}"])
               for _ in range(6)]
    pauses = {client.wait_for_output(r"next attempt in (\d+) ms").group(1) for client in clients}
    expect(len(pauses) > 1, f"each pauses for {pauses} ms")


CHECKS = {"cures": names_the_cure, "jitter": retries_at_another_moment_than_others, "check": checks_a_connection,
          "check by proxy": checks_the_way_through_a_proxy}
