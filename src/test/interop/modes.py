"""The modes of LinkSocks as data: which roles there are, how each is started, and what may be varied."""

import itertools
from dataclasses import dataclass

TOKEN = "interop-token"
CONNECTOR_TOKEN = "interop-connector-token"
OURS = "java"
BASE = ""  # the variant without further flags


@dataclass(frozen=True)
class Role:
    """One process. Words in braces are replaced by free ports. It is up once it listens on the ready port; without
    one, once the server lets connectors in."""
    name: str
    arguments: str
    ready: str = ""


@dataclass(frozen=True)
class Mode:
    """Roles in their order of start. A variant gives some of them further flags."""
    name: str
    roles: tuple
    variants: dict

    def role_names(self):
        return " + ".join(role.name for role in self.roles)


_SERVER = f"server -t {TOKEN} -H 127.0.0.1 -P {{ws}}"
_REVERSE_SERVER = f"{_SERVER} -r -s 127.0.0.1"
_URL = "-u ws://127.0.0.1:{ws} -E"
_CONNECTOR = Role("connector", f"connector -t {CONNECTOR_TOKEN} {_URL} -s 127.0.0.1 -p {{socks}}", ready="socks")


def _at(*names):
    return " and ".join(f"the {name}" for name in names)


def _variants(*fast_open, threads):
    """Fast open at each of these roles alone, and four WebSockets at those."""
    chosen = {BASE: {}}
    chosen |= {f"fast open at {_at(name)}": {name: ["-f"]} for name in fast_open}
    return chosen | {f"4 threads at {_at(*threads)}": dict.fromkeys(threads, ["-T", "4"])}


MODES = (
    Mode("forward", (
        Role("server", _SERVER, ready="ws"),
        Role("client", f"client -t {TOKEN} {_URL} -s 127.0.0.1 -p {{socks}}", ready="socks"),
    ), _variants("client", "server", threads=("client",))),
    Mode("reverse", (
        Role("server", f"{_REVERSE_SERVER} -p {{socks}}", ready="ws"),
        Role("provider", f"client -r -t {TOKEN} {_URL}", ready="socks"),
    ), _variants("server", "provider", threads=("provider",))),
    Mode("agent", (
        Role("server", f"{_REVERSE_SERVER} -p {{inner}} -c {CONNECTOR_TOKEN}", ready="ws"),
        Role("provider", f"provider -t {TOKEN} {_URL}", ready="inner"),
        _CONNECTOR,
    ), _variants("connector", "provider", "server", threads=("provider", "connector"))),
    Mode("autonomy", (
        Role("server", f"{_REVERSE_SERVER} -p {{inner}} -a", ready="ws"),
        Role("provider", f"provider -t {TOKEN} -c {CONNECTOR_TOKEN} {_URL}"),
        _CONNECTOR,
    ), _variants("connector", "provider", "server", threads=("provider", "connector"))),
)


@dataclass(frozen=True)
class Row:
    """One line of the matrix: a mode, who plays each role, and a variant."""
    mode: Mode
    cast: tuple
    variant: str

    def label(self):
        return ", ".join(part for part in (" + ".join(self.cast), self.variant) if part)

    def __str__(self):
        return f"{self.mode.name}, {self.label()}"

    def player(self, *names):
        """Who plays the first of these roles that the mode has."""
        return next(player for role, player in zip(self.mode.roles, self.cast) if role.name in names)

    def commands(self, players, ports):
        """Yields (role, command) in the order of start."""
        flags = self.mode.variants[self.variant]
        for role, player in zip(self.mode.roles, self.cast):
            program = players[player]["server" if role.name == "server" else "client"]
            yield role, [*program, *role.arguments.format(**ports).split(), *flags.get(role.name, [])]


def rows(references, control):
    """Ours with ours, and every mix of ours and one reference; with control also the reference alone. The references
    come newest first, and the older ones play no variants."""
    for mode in MODES:
        casts = {(OURS,) * len(mode.roles): None}
        for reference in references:
            casts |= dict.fromkeys(itertools.product((OURS, reference), repeat=len(mode.roles)))
        for cast in casts:
            if control or OURS in cast:
                for variant in mode.variants:
                    if variant == BASE or not set(cast) & set(references[1:]):
                        yield Row(mode, cast, variant)
