"""Targets that let a tunnel wait: one that takes a connection and reads nothing, one that does not even take it, and names that
no name server answers for. All are on loopback."""

import contextlib
import os
import select
import shutil
import socket
import subprocess
import threading
from pathlib import Path

from processes import LOOPBACK

_BUFFER = 4 << 10  # the system is to keep little of what is sent there
_NAME_SERVER = "127.0.53.53"
_DNS = 53
_NEW_RESOLVER = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'


class SilentTarget(contextlib.AbstractContextManager):
    """Accepts connections and never reads; holds each until its peer has left."""

    def __init__(self):
        self._listener = socket.create_server((LOOPBACK, 0), backlog=1024)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self.port = self._listener.getsockname()[1]
        self._held, self._poll = {}, select.poll()
        self._poll.register(self._listener, select.POLLIN)
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        with contextlib.suppress(OSError, ValueError):  # closed at the end
            while True:
                for descriptor, _ in self._poll.poll():
                    self._accept() if descriptor == self._listener.fileno() else self._release(descriptor)

    def _accept(self):
        sock, _ = self._listener.accept()
        self._held[sock.fileno()] = sock
        self._poll.register(sock, select.POLLRDHUP)

    def _release(self, descriptor):
        self._poll.unregister(descriptor)
        sock = self._held.pop(descriptor, None)
        if sock:
            sock.close()

    def __exit__(self, *_):
        self._listener.close()
        for sock in list(self._held.values()):
            sock.close()


class FullTarget(contextlib.AbstractContextManager):
    """Listens, but its queue is full: the system drops what asks for a connection, and whoever dials has to wait."""

    def __init__(self):
        self._listener = socket.socket()
        self._listener.bind((LOOPBACK, 0))
        self._listener.listen(0)
        self.port = self._listener.getsockname()[1]
        self._queue = [socket.socket() for _ in range(2)]
        for sock in self._queue:
            sock.setblocking(False)
            sock.connect_ex((LOOPBACK, self.port))

    def __exit__(self, *_):
        for sock in (self._listener, *self._queue):
            sock.close()


class SilentNames(contextlib.AbstractContextManager):
    """A name server that never answers, for programs that are started with a command of :meth:`wrap`. That takes a mount
    namespace, and so root; without, there are no such names."""

    def __init__(self, folder):
        self._resolver = Path(folder, "resolv.conf")
        self._resolver.parent.mkdir(parents=True, exist_ok=True)
        self._resolver.write_text(f"nameserver {_NAME_SERVER}\n")
        self._server = socket.socket(type=socket.SOCK_DGRAM)
        self.available = self._begin()

    def _begin(self):
        if os.geteuid() or not shutil.which("unshare"):
            return False
        with contextlib.suppress(OSError):
            self._server.bind((_NAME_SERVER, _DNS))
            return subprocess.run(self._wrapped(["true"]), capture_output=True, check=False).returncode == 0
        return False

    def _wrapped(self, command):
        return ["unshare", "--mount", "sh", "-c", _NEW_RESOLVER, self._resolver, *command]

    def wrap(self, command):
        return self._wrapped(command) if self.available else command

    def __exit__(self, *_):
        self._server.close()
