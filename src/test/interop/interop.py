"""Our jar against the reference implementation and against SOCKS clients of others, all as live processes.

The matrix has a row for every mode, cast and variant (modes.py) and a column for every kind of traffic (traffic.py).
Everything stays on loopback and ends with the script. Options: --control adds the reference against itself, --only
TEXT takes the rows that contain the text, --seed N repeats the data of an earlier run.
"""

import argparse
import random
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import clients
import modes
import programs
import traffic
from processes import Failure, Fleet, end_on_signals, free_port
from report import Report
from targets import Targets

# The newest one that installs without a compiler, and one from before 1.9.
REFERENCES = ("linksocks", "linksocks==1.8.13")
LOGS = programs.TARGET / "interop"


def install_references():
    """Name with version -> how to start it, for its server and for the other roles."""
    found = {}
    for requirement in REFERENCES:
        folder = programs.environment(requirement.replace("==", "-"), requirement)
        name = f"reference {programs.installed_version(folder, 'linksocks')}"
        found[name] = {"server": [folder / "python", HERE / "reference_server.py"], "client": [folder / "linksocks"]}
    if len(found) < len(REFERENCES):
        sys.exit(f"the reference's versions should differ: {', '.join(found)}")
    return found


def check_row(report, row, players, targets):
    columns = row.columns(traffic.COLUMNS)
    ports = {"ws": free_port(), "socks": free_port()}
    with Fleet(LOGS / str(row).replace(" ", "_")) as fleet:
        try:
            for role, command in row.commands(players, ports):
                fleet.start(role.name, command).wait_for_port(ports[role.ready])
        except Failure as error:
            report.give_up(str(row), columns, error, fleet.logs)
            return
        for column in columns:
            report.check(str(row), column, lambda: traffic.COLUMNS[column](ports["socks"], targets), fleet.logs)


def check_clients(report, targets):
    python = programs.environment("pysocks", "PySocks") / "python"
    with Fleet(LOGS / "clients") as fleet:
        try:
            send = clients.start(fleet, targets, python)
        except Failure as error:
            report.give_up(clients.ROW, clients.COLUMNS, error, fleet.logs)
            return
        for column, check in zip(clients.COLUMNS, send):
            report.check(clients.ROW, column, check, fleet.logs)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--control", action="store_true")
    options.add_argument("--only", default="")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    chosen = options.parse_args()
    end_on_signals()
    shutil.rmtree(LOGS, ignore_errors=True)
    references = install_references()
    players = {modes.OURS: {"server": programs.ours(), "client": programs.ours()}, **references}
    print(f"seed {chosen.seed}, {', '.join(references)}", flush=True)
    report = Report()
    with Targets(traffic.BULK, chosen.seed) as targets:
        for row in modes.rows(references, chosen.control):
            if chosen.only in str(row):
                check_row(report, row, players, targets)
        if chosen.only in clients.ROW:
            check_clients(report, targets)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
