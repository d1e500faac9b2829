"""The jar as a stranger would use it: every check with the JDK that built it, then on a real Java 21 runtime; and every
command of the README; and what make image and make install leave.

Each theme is a file with a table CHECKS of name and function; a function takes a Stage. Everything stays on loopback
and ends with the script. Options: --only TEXT takes the checks whose runtime and name contain it, --seed N repeats data.
"""

import argparse
import contextlib
import random
import shutil
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import balancing
import cluster
import command_line
import containers
import demo
import exchange
import hardship
import idle
import leaks
import lifecycle
import local_port
import newcomer
import nodes
import packaging
import pages
import programs
import readme
import resources
import reverse_proxy
import secure_shell
import shells
import slow
import terminal
import transfer
import tunnels
import watch
from processes import Fleet, end_on_signals
from report import Report
from stage import Stage
from targets import Targets

CHECKS = (command_line.CHECKS | demo.CHECKS | lifecycle.CHECKS | balancing.CHECKS | transfer.CHECKS | idle.CHECKS
          | resources.CHECKS | tunnels.CHECKS)
LOGS = programs.TARGET / "smoke"
_DATA = 64 << 20
# Lanes side by side, because much of each is waiting, and all of the last; more than one may have checks that need the ports
# of the documents.
_LANES = (("build JDK",), ("Java 21", "README", "nginx", "image", "shells"), ("the jar", "cluster"))
_ON_USUAL_PORTS = {*demo.CHECKS.values(), *tunnels.CHECKS_OF_DOCS.values(),
                   *readme.CHECKS.values(), *containers.CHECKS.values()}
_usual_ports = threading.Lock()
_TITLES = {"README": "commands in", "nginx": "jar behind", "image": "installed as", "shells": "completion in",
           "the jar": "time limits of", "cluster": "nodes of a"}


def check_all(report, runtime, java, targets, checks):
    for name, function in checks.items():
        alone = _usual_ports if function in _ON_USUAL_PORTS else contextlib.nullcontext()
        with alone, Fleet(LOGS / runtime / name) as fleet:
            stage = Stage(fleet, programs.ours(java), targets)
            report.check(runtime, name, lambda: function(stage), fleet.logs)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    chosen = options.parse_args()
    end_on_signals()
    shutil.rmtree(LOGS, ignore_errors=True)
    runtimes = {"build JDK": (programs.java(), CHECKS | exchange.CHECKS | hardship.CHECKS
                              | newcomer.CHECKS | watch.CHECKS | local_port.CHECKS | secure_shell.CHECKS | terminal.CHECKS
                              | tunnels.CHECKS_OF_DOCS),
                "Java 21": (programs.java_21(), CHECKS), "README": (programs.java(), pages.CHECKS | readme.CHECKS),
                "nginx": (programs.java(), reverse_proxy.CHECKS),
                "image": (programs.java(), packaging.CHECKS | containers.CHECKS), "shells": (programs.java(), shells.CHECKS),
                "the jar": (programs.java(), slow.CHECKS),
                "cluster": (programs.java(), cluster.CHECKS | nodes.CHECKS)}
    print(f"seed {chosen.seed}", flush=True)
    report = Report()
    with Targets(_DATA, chosen.seed) as targets:
        chosen_checks = {runtime: {name: function for name, function in checks.items() if chosen.only in f"{runtime} {name}"}
                         for runtime, (_, checks) in runtimes.items()}
        for runtime, checks in chosen_checks.items():
            if checks:
                report.plan(_TITLES.get(runtime, "jar on"), runtime, checks)

        def check_lane(lane):
            for runtime in lane:
                check_all(report, runtime, runtimes[runtime][0], targets, chosen_checks[runtime])

        with ThreadPoolExecutor() as lanes:
            list(lanes.map(check_lane, _LANES))
    report.check("all logs", "no secret", lambda: leaks.check(not chosen.only))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
