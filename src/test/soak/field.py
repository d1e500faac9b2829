"""The processes of a soak: a server that stays, clients, providers and a connector, some behind relays that fail, some that
are killed again and again."""

import json
import re
import time
import urllib.request
from dataclasses import dataclass

import traffic
from processes import LOOPBACK, PATIENCE, free_port, wait_until
from programs import java, ours
from relay import Relay

API_KEY = "soak-key"
FORWARD, REVERSE, AGENT, CONNECTOR = "soak-forward", "soak-reverse", "soak-agent", "soak-connector"
RIVAL, AUTONOMY = "soak-rival", "soak-autonomy"  # of attackers
GRACE = 30  # seconds: more than two ends may differ in noticing a black hole
_HALF_CLOSED = 75  # seconds: longer than an honest connection is silent
_HEAP = "-Xmx256m"  # of the server: so little that attackers can fill it
_LIMITS = ("--resume-timeout", f"{GRACE}s", "--half-closed-timeout", f"{_HALF_CLOSED}s")
_FLAGS = (*_LIMITS, "--reconnect-delay", "500ms")
_BUDGET = re.compile(r"^linksocks_budget_used_bytes (\S+)", re.MULTILINE)


class Mortal:
    """A process that is killed and started again."""

    def __init__(self, start):
        self._start = start
        self._process, self._kills, self.down = start(), [], False

    def kill(self):
        self._kills.append([time.monotonic(), None])
        self.down = True
        self._process.end()

    def revive(self):
        self._process = self._start()
        self._kills[-1][1] = time.monotonic()
        self.down = False

    def troubled(self, began, ended):
        """Whether it was dead at any moment between the two."""
        return any(killed <= ended and (back is None or began <= back) for killed, back in list(self._kills))


@dataclass
class Entrance:
    """A SOCKS port, and what may happen to those who use it."""

    name: str
    port: int
    own: tuple = ()  # processes that have the port and are killed
    far: tuple = ()  # processes behind it that are killed
    relays: tuple = ()

    def excuses(self, error, began, ended):
        """A proxy that dies may end a connection in any way, one behind it not in a way that looks orderly; a network
        that fails may at most keep a connection from being opened."""
        def troubled(those):
            return any(one.troubled(began, ended) for one in those)

        match error:
            case traffic.Corrupt():
                return False
            case traffic.Truncated():
                return troubled(self.own)
            case traffic.Refused():
                return troubled(self.own + self.far + self.relays)
            case traffic.Broken():
                return troubled(self.own + self.far)
        return False


class Field:
    def __init__(self, fleet, names):
        self._fleet, self._metrics = fleet, {}
        self.web = free_port()
        program = names.wrap([java(), _HEAP, *ours()[1:]])
        self.server = self._start(program, "server", "server", "-k", API_KEY, "-H", LOOPBACK, "-P", self.web,
                                  "--trusted-proxy", LOOPBACK, *_LIMITS)
        self.server.wait_for_port(self.web)
        self._reverse, self._add = free_port(), []
        self._api("POST", "/api/token", type="forward", token=FORWARD)
        self._api("POST", "/api/token", type="reverse", token=REVERSE, port=self._reverse)
        self._api("POST", "/api/token", type="reverse", token=AGENT, port=free_port())
        self._api("POST", "/api/token", type="connector", token=CONNECTOR, reverse_token=AGENT)
        self._api("POST", "/api/token", type="forward", token=RIVAL)
        self._api("POST", "/api/token", type="reverse", token=AUTONOMY, allow_manage_connector=True)
        self.relays = [Relay(self.web) for _ in range(3)]
        self._start_processes(*self.relays)

    def _start_processes(self, first, second, third):
        calm, rough, killed, agent = (free_port() for _ in range(4))
        self.steady = {
            "server": self.server,
            "client": self._socks("client", FORWARD, self.web, calm),
            "client, bad network": self._socks("client", FORWARD, first.port, rough),
            "provider, bad network": self._provider(REVERSE, second.port),
            "provider for agents": self._provider(AGENT, self.web),
            "connector, bad network": self._socks("connector", CONNECTOR, third.port, agent),
        }
        client = Mortal(lambda: self._socks("client", FORWARD, self.web, killed))
        provider = Mortal(lambda: self._provider(REVERSE, self.web))
        self.mortals = {"client": client, "provider": provider}
        self.entrances = [
            Entrance("forward", calm),
            Entrance("forward, bad network", rough, relays=(first,)),
            Entrance("forward, client killed", killed, own=(client,)),
            Entrance("reverse, provider killed", self._reverse, far=(provider,), relays=(second,)),
            Entrance("agent, bad network", agent, relays=(third,)),
        ]

    def _start(self, program, name, *arguments):
        port = free_port()
        process = self._fleet.start(name, [*program, *arguments, "--metrics", port])
        self._metrics[process] = port
        return process

    def _socks(self, role, token, server, port):
        process = self._start(ours(), role, role, "-t", token, "-u", f"ws://{LOOPBACK}:{server}", "-p", port, *_FLAGS)
        process.wait_for_port(port)
        return process

    def _provider(self, token, server):
        process = self._start(ours(), "provider", "provider", "-t", token, "-u", f"ws://{LOOPBACK}:{server}", *_FLAGS)
        process.wait_for_output("connected to")
        return process

    def budget(self, process):
        """Bytes that it counts for channels and what they carry."""
        with urllib.request.urlopen(f"http://{LOOPBACK}:{self._metrics[process]}/metrics", timeout=PATIENCE) as answer:
            return int(float(_BUDGET.search(answer.read().decode())[1]))

    # --- the server's tables ------------------------------------------------------------------------------------------

    def _api(self, method, path, **body):
        request = urllib.request.Request(f"http://{LOOPBACK}:{self.web}{path}", method=method,
                                         data=json.dumps(body).encode() if body else None,
                                         headers={"X-API-Key": API_KEY})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def tables(self):
        """Clients and channels of every token."""
        return {token["token"]: (token["type"], token["clients_count"], token["channels"])
                for token in self._api("GET", "/api/status")["tokens"]}

    def wait_for_everybody(self):
        everybody = {FORWARD: 3, REVERSE: 2, AGENT: 1, RIVAL: 0, AUTONOMY: 0}
        wait_until(lambda: {name: row[1] for name, row in self.tables().items()} == everybody,
                   "all clients and providers should be connected", 2 * PATIENCE)
