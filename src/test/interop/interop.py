"""Our jar against the reference implementation and against SOCKS clients of others, all as live processes.

The matrix has a table for every mode, a row for every cast and variant (modes.py) and a column for every kind of
traffic (traffic.py). Rows run side by side. Everything stays on loopback and ends with the script. Options: --control
adds the reference against itself, --only TEXT takes the rows that contain the text, --seed N repeats the data of an
earlier run, --jobs N is how many rows run at once.
"""

import argparse
import random
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import batching
import clients
import leaks
import matrix
import modes
import programs
import sealed
import slow_reader
import traffic
from processes import end_on_signals
from report import Report
from targets import Targets

# The newest one that installs without a compiler, and one from before 1.9.
REFERENCES = ("linksocks", "linksocks==1.8.13")
LOGS = programs.TARGET / "interop"


def install_references():
    """Version -> how to start it, for its server and for the other roles; the newest comes first."""
    found = {}
    for requirement in REFERENCES:
        folder = programs.environment(requirement.replace("==", "-"), requirement)
        found[programs.installed_version(folder, "linksocks")] = {
            "server": [folder / "python", HERE / "reference_server.py"], "client": [folder / "linksocks"]}
    if len(found) < len(REFERENCES):
        sys.exit(f"the reference's versions should differ: {', '.join(found)}")
    return found


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--control", action="store_true")
    options.add_argument("--only", default="")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options.add_argument("--jobs", type=int, default=6)
    chosen = options.parse_args()
    end_on_signals()
    shutil.rmtree(LOGS, ignore_errors=True)
    references = install_references()
    players = {modes.OURS: {"server": programs.ours(), "client": programs.ours()}, **references}
    print(f"seed {chosen.seed}, reference {', '.join(references)}", flush=True)
    report = Report()
    with Targets(traffic.BULK, chosen.seed) as targets, ThreadPoolExecutor(chosen.jobs) as pool:
        jobs = [*slow_reader.jobs(players, next(iter(references)), targets),
                *batching.jobs(players, next(iter(references)), targets),
                *sealed.jobs(players, list(references)),
                *matrix.jobs(players, list(references), chosen.control, targets),
                clients.job(targets, programs.environment("pysocks", "PySocks") / "python")]
        chosen_jobs = [job for job in jobs if chosen.only in job.row]
        for job in chosen_jobs:
            job.plan(report)
        for done in [pool.submit(job.run, report, LOGS) for job in chosen_jobs]:
            done.result()
    report.check("all logs of ours", "no secret", lambda: leaks.check(not chosen.only))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
