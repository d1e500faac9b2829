"""The modes of LinkSocks as data: which roles there are, how each is started, and what may be varied."""

import itertools
from dataclasses import dataclass

TOKEN = "interop-token"
CONNECTOR_TOKEN = "interop-connector-token"
OURS = "java"
BASE = ""  # the variant without further flags
CONNECTOR_TOKEN_ADDED = "(?i)connector token add"  # in the log of either server


@dataclass(frozen=True)
class Role:
    """One process. Words in braces are replaced by free ports. It is up once the ready port is open; without one,
    once the server has its connector token."""
    name: str
    arguments: str
    ready: str = ""


@dataclass(frozen=True)
class Mode:
    """Roles in their order of start, and which of them has the SOCKS port. A variant gives some roles more flags."""
    name: str
    roles: tuple
    entry: str
    variants: dict


_SERVER = f"server -t {TOKEN} -H 127.0.0.1 -P {{ws}}"
_REVERSE_SERVER = f"{_SERVER} -r -s 127.0.0.1"
_URL = "-u ws://127.0.0.1:{ws} -E"
_CONNECTOR = Role("connector", f"connector -t {CONNECTOR_TOKEN} {_URL} -s 127.0.0.1 -p {{socks}}", ready="socks")
FAST_OPEN, _FOUR_THREADS = ["-f"], ["-T", "4"]
_LOG_EVERYTHING = ["-dd"]  # ours, where no secret may show

MODES = (
    Mode("forward", entry="client", roles=(
        Role("server", _SERVER, ready="ws"),
        Role("client", f"client -t {TOKEN} {_URL} -s 127.0.0.1 -p {{socks}}", ready="socks"),
    ), variants={
        BASE: {},
        "-f client": {"client": FAST_OPEN},
        "-f server": {"server": FAST_OPEN},
        "-T 4 client": {"client": _FOUR_THREADS},
    }),
    Mode("reverse", entry="server", roles=(
        Role("server", f"{_REVERSE_SERVER} -p {{socks}}", ready="ws"),
        Role("provider", f"client -r -t {TOKEN} {_URL}", ready="socks"),
    ), variants={
        BASE: {},
        "-f server": {"server": FAST_OPEN},
        "-f provider": {"provider": FAST_OPEN},
        "-T 4 provider": {"provider": _FOUR_THREADS},
    }),
    Mode("agent", entry="connector", roles=(
        Role("server", f"{_REVERSE_SERVER} -p {{inner}} -c {CONNECTOR_TOKEN}", ready="ws"),
        Role("provider", f"provider -t {TOKEN} {_URL}", ready="inner"),
        _CONNECTOR,
    ), variants={
        BASE: {},
        "-f connector": {"connector": FAST_OPEN},
        "-f provider": {"provider": FAST_OPEN},
        "-T 4 provider, connector": {"provider": _FOUR_THREADS, "connector": _FOUR_THREADS},
    }),
    Mode("autonomy", entry="connector", roles=(
        Role("server", f"{_REVERSE_SERVER} -p {{inner}} -a", ready="ws"),
        Role("provider", f"provider -t {TOKEN} -c {CONNECTOR_TOKEN} {_URL}"),
        _CONNECTOR,
    ), variants={
        BASE: {},
        "-f connector": {"connector": FAST_OPEN},
        "-T 4 provider, connector": {"provider": _FOUR_THREADS, "connector": _FOUR_THREADS},
    }),
)


@dataclass(frozen=True)
class Row:
    """One line of the matrix: a mode, who plays each role, and a variant."""
    mode: Mode
    cast: tuple
    variant: str

    def __str__(self):
        return " ".join(part for part in (self.mode.name, " + ".join(self.cast), self.variant) if part)

    def player(self, role_name):
        return next(player for role, player in zip(self.mode.roles, self.cast) if role.name == role_name)

    def has_fast_open(self, role_name):
        return self.mode.variants[self.variant].get(role_name) == FAST_OPEN

    def commands(self, players, ports):
        """Yields (role, command) in the order of start."""
        flags = self.mode.variants[self.variant]
        for role, player in zip(self.mode.roles, self.cast):
            program = players[player]["server" if role.name == "server" else "client"]
            yield role, [*program, *role.arguments.format(**ports).split(), *flags.get(role.name, []),
                         *(_LOG_EVERYTHING if player == OURS else [])]


def rows(references, control):
    """Ours with ours, and every mix of ours and one reference; with control also the reference alone. The references
    come newest first. Variants are for casts in which one role at most is played by the newest."""
    for mode in MODES:
        casts = {(OURS,) * len(mode.roles): None}
        for reference in references:
            casts |= dict.fromkeys(itertools.product((OURS, reference), repeat=len(mode.roles)))
        for cast in casts:
            if control or OURS in cast:
                others = [player for player in cast if player != OURS]
                varied = others in ([], [references[0]]) or OURS not in cast
                yield from (Row(mode, cast, variant) for variant in (mode.variants if varied else [BASE]))
