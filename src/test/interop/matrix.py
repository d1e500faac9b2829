"""The rows of the matrix as jobs: what each row checks and leaves out, and how its programs come up."""

import modes
import traffic
from job import Job
from processes import free_port
from shortcomings import SHORTCOMINGS


def jobs(players, references, control, targets):
    for row in modes.rows(references, control):
        yield _job(row, players, references, targets)
    for shortcoming in SHORTCOMINGS:
        yield _control(shortcoming, players, references[0], targets)


def _job(row, players, references, targets):
    checks = _checks(row, references, targets)
    left_out = {column: shortcoming.reason for shortcoming in SHORTCOMINGS if shortcoming.covers(row)
                for column in shortcoming.columns}
    title = f"{row.mode.name}: {' + '.join(role.name for role in row.mode.roles)}"
    return Job(title, str(row), starter(row, players),
               {column: check for column, check in checks.items() if column not in left_out}, left_out)


def _checks(row, references, targets):
    """Bulk only where no older reference and no variant is involved."""
    kinds = traffic.KINDS if row.variant or set(row.cast) & set(references[1:]) else traffic.KINDS | traffic.BULK_KINDS
    return {name: lambda port, send=send: send(port, targets) for name, send in kinds.items()}


def _control(shortcoming, players, reference, targets):
    name, variant = shortcoming.control
    mode = next(mode for mode in modes.MODES if mode.name == name)
    row = modes.Row(mode, (reference,) * len(mode.roles), variant)
    return Job("controls: the reference alone", str(row), starter(row, players),
               {"cannot do it either": lambda port: shortcoming.show(port, targets)})


def starter(row, players):
    """What starts a row's programs and returns the SOCKS port."""
    def start(fleet):
        ports = {name: free_port() for name in ("ws", "socks", "inner")}
        started = []
        for role, command in row.commands(players, ports):
            started.append(fleet.start(role.name, command))
            if role.ready:
                started[-1].wait_for_port(ports[role.ready])
            else:
                started[0].wait_for_output(modes.CONNECTOR_TOKEN_ADDED)
        return ports["socks"]
    return start
