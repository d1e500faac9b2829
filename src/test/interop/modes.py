"""The modes of LinkSocks as data: which roles there are, how each is started, and what may be varied."""

import itertools
from dataclasses import dataclass

TOKEN = "interop-token"
OURS = "java"
FAST_CLIENT = "fast open at the client"


@dataclass(frozen=True)
class Role:
    """One process. Words in braces are replaced by free ports; it is up once it listens on the ready port."""
    name: str
    arguments: str
    ready: str


@dataclass(frozen=True)
class Mode:
    """Roles in their order of start; a variant gives some of them further flags."""
    name: str
    roles: tuple
    variants: dict


MODES = (
    Mode(
        name="forward",
        roles=(
            Role("server", f"server -t {TOKEN} -H 127.0.0.1 -P {{ws}}", ready="ws"),
            Role("client", f"client -t {TOKEN} -u ws://127.0.0.1:{{ws}} -s 127.0.0.1 -p {{socks}} -E", ready="socks"),
        ),
        variants={
            "": {},
            FAST_CLIENT: {"client": ["-f"]},
            "fast open at the server": {"server": ["-f"]},
        },
    ),
)


@dataclass(frozen=True)
class Row:
    """One line of the matrix: a mode, who plays each role, and a variant."""
    mode: Mode
    cast: tuple
    variant: str

    def columns(self, columns):
        """All of them, but: the reference's client leaves a fast-open connection hanging when the target refuses."""
        hangs = self.variant == FAST_CLIENT and self.cast[-1] != OURS
        return [column for column in columns if not (hangs and column == "refused")]

    def __str__(self):
        cast = " + ".join(f"{player} {role.name}" for role, player in zip(self.mode.roles, self.cast))
        return ", ".join(part for part in (self.mode.name, cast, self.variant) if part)

    def commands(self, players, ports):
        """Yields (role, command) in the order of start."""
        flags = self.mode.variants[self.variant]
        for role, player in zip(self.mode.roles, self.cast):
            arguments = role.arguments.format(**ports).split()
            yield role, [*players[player][role.name], *arguments, *flags.get(role.name, [])]


def rows(references, control):
    """Ours with ours, and every mix of ours and one reference; with control also the reference alone."""
    for mode in MODES:
        casts = {(OURS,) * len(mode.roles)}
        for reference in references:
            casts |= set(itertools.product((OURS, reference), repeat=len(mode.roles)))
        for cast in sorted(casts):
            if control or OURS in cast:
                for variant in mode.variants:
                    yield Row(mode, cast, variant)
