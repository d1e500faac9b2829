"""What every smoke check gets: our program, somewhere to start it, and the targets behind a tunnel."""

import tempfile
from dataclasses import dataclass

from processes import LOOPBACK, PATIENCE, Failure, Fleet, free_port, run
from targets import Targets

TOKEN = "smoke-token"


@dataclass
class Stage:
    fleet: Fleet
    program: list
    targets: Targets

    def run(self, *arguments, seconds=PATIENCE):
        """A command that ends by itself."""
        return run([*self.program, *arguments], seconds)

    def server(self, port, *flags):
        server = self.fleet.start("server", [
            *self.program, "server", "-t", TOKEN, "-H", LOOPBACK, "-P", port, "-dd", *flags])
        server.wait_for_port(port)
        return server

    def peer(self, role, server_port, *flags, token=TOKEN):
        """A client, provider or connector."""
        return self.fleet.start(role, [
            *self.program, role, "-t", token, "-u", f"ws://{LOOPBACK}:{server_port}", "-dd", *flags])

    def client(self, server_port, socks_port, *flags):
        client = self.peer("client", server_port, "-p", socks_port, *flags)
        client.wait_for_port(socks_port)
        return client

    def tunnel(self, *client_flags):
        """Returns the running server and client, and the ports of both."""
        ws, socks = free_port(), free_port()
        return self.server(ws), self.client(ws, socks, *client_flags), ws, socks


def scratch():
    """A folder for a block. Programs that run on, or helpers of one that has ended, may still write there when it goes."""
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


def expect(condition, what):
    if not condition:
        raise Failure(what)
