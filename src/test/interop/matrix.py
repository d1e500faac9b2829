"""The rows of the matrix as jobs: which checks each row makes, and how its programs come up."""

import contextlib

import modes
import traffic
import websocket
from job import Job
from processes import free_port, wait_until

_READY_LIMIT = 20  # seconds


def jobs(players, references, control, targets):
    for row in modes.rows(references, control):
        yield Job(_title(row.mode), str(row), _starter(row, players), _checks(row, targets))


def _title(mode):
    return f"{mode.name}: {' + '.join(role.name for role in mode.roles)}"


def _starter(row, players):
    """Starts everything and returns the SOCKS port."""
    def start(fleet):
        ports = {name: free_port() for name in ("ws", "socks", "inner")}
        for role, command in row.commands(players, ports):
            program = fleet.start(role.name, command)
            if role.ready:
                program.wait_for_port(ports[role.ready], _READY_LIMIT)
            else:
                wait_until(lambda: _lets_in(ports["ws"]), f"the {role.name} should bring its token", _READY_LIMIT)
        return ports["socks"]
    return start


def _lets_in(port):
    with contextlib.suppress(OSError):
        return websocket.accepts(port, modes.CONNECTOR_TOKEN)


def _checks(row, targets):
    columns = traffic.KINDS if row.variant else traffic.KINDS | traffic.BULK_KINDS
    return {name: lambda port, send=send: send(port, targets) for name, send in columns.items()}
