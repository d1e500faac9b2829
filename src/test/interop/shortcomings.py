"""What the reference cannot do, so that the matrix leaves it out, and the controls that show it: as soon as the
reference can, a control fails and its entry here must go."""

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import modes
import socks
from processes import LOOPBACK, Failure

_TRIES, _ROUNDS, _AT_ONCE = 10, 500, 16


@dataclass(frozen=True)
class Shortcoming:
    """A control's row is played by the reference alone."""
    reason: str
    columns: tuple
    covers: Callable  # row -> whether it suffers from this
    control: tuple  # mode and variant of the row that shows it
    show: Callable  # (port, targets), fails when the shortcoming is gone


def _reference_with_fast_open_at_the_entry(row):
    return row.has_fast_open(row.mode.entry) and row.player(row.mode.entry) != modes.OURS


def _fast_open_through_the_reference(row):
    return row.has_fast_open("connector") and row.player("server") != modes.OURS


def _outlives_its_target(port, targets):
    """The reference looks for such connections at intervals, so one may end at once by chance."""
    if not any(_lives_on(port, targets) for _ in range(_TRIES)):
        raise Failure("connections ended as soon as their target refused")


def _lives_on(port, targets):
    with socks.connect(port, (LOOPBACK, targets.closed)) as sock:
        sock.settimeout(1)
        try:
            sock.recv(1)
        except TimeoutError:
            return True
        except ConnectionError:
            return False
    return False


def _first_bytes_get_lost(port, targets):
    """Now and then, so many tries are made."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in range(_ROUNDS):
            if not all(pool.map(lambda _: _echoes(port, targets), range(_AT_ONCE))):
                return
    raise Failure(f"no first byte was lost in {_ROUNDS * _AT_ONCE} tries")


def _echoes(port, targets):
    with socks.connect(port, (LOOPBACK, targets.echo)) as sock:
        sock.settimeout(2)
        sock.sendall(b"x")
        with contextlib.suppress(TimeoutError):
            return sock.recv(1)


SHORTCOMINGS = (
    Shortcoming(
        "the reference keeps a fast-open connection open for up to half a minute after its target refused",
        ("refused",), _reference_with_fast_open_at_the_entry, ("forward", "-f client"), _outlives_its_target),
    Shortcoming(
        "the reference's server drops data that overtakes its own opening of the way to the provider: a fast-open"
        " connection of a connector hangs now and then",
        ("tcp", "tcp ::1", "tcp domain"), _fast_open_through_the_reference, ("agent", "-f connector"),
        _first_bytes_get_lost),
)
