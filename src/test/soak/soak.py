"""Chaos: hundreds of clients come and go, right and wrong, while connections are cut, stalled and swallowed and processes
are killed and attacked. Not a byte may be wrong meanwhile, and in the end nothing may be left over: live heap, objects, threads,
descriptors, ports and the server's tables are compared with the beginning, and the memory budget must be back at zero.

Errors are allowed only where the chaos struck: at a port whose process was killed, and for connections that were to be
opened over a network that failed just then. Options: --minutes N of chaos (10), --clients N (500), --seed N. What is drawn is the
same for the same seed; when it happens depends on the machine. Then comes a small heap, see small_heap.py. Linux only. Logs
stay in target/soak.
"""

import argparse
import contextlib
import functools
import random
import resource
import shutil
import sys
import threading
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import attackers
import programs
import small_heap
import strangers
import traffic
from field import API_KEY, FORWARD, Field
from leftovers import Leftovers
from processes import Failure, Fleet, end_on_signals, wait_until
from report import Report, print_table
from silent_targets import FullTarget, SilentNames, SilentTarget
from targets import Targets

LOGS = programs.TARGET / "soak"
_DATA = 4 << 20
_WARM_UP = 15  # seconds: everything has happened once, pools and caches are filled
_THINKING = 4  # seconds that a client pauses, on the average
_TROUBLE_EVERY = 3  # seconds on the average
_STRANGERS = 0.3  # of all clients
_BLACK_HOLES_EVERY = 60  # seconds; it takes the two ends as long to notice one
_TOO_LATE = 400  # seconds after the end in which all clients are through
_TOLD = 20  # failures with all details


class Tally:
    """What happened, by kind of client and by what became of it."""

    def __init__(self):
        self._lock, self._counts, self._failures = threading.Lock(), {}, []

    def count(self, kind, outcome):
        with self._lock:
            self._counts.setdefault(kind, Counter())[outcome] += 1

    def fail(self, kind, what):
        self.count(kind, "failed")
        with self._lock:
            self._failures.append(f"{kind}: {what}")

    def print(self, title):
        outcomes = ["done", "hit by chaos", "failed"]
        print_table([[title, *outcomes], *([kind, *(str(counts[outcome]) for outcome in outcomes)]
                                           for kind, counts in sorted(self._counts.items()))])

    def check(self):
        done = sum(counts["done"] for counts in self._counts.values())
        if self._failures or not done:
            shown = "\n".join(self._failures[:_TOLD])
            raise Failure(f"{done} done, {len(self._failures)} failed\n{shown}")


def _named(error):
    return f"{type(error).__name__}: {error}"


class SlowTargets(contextlib.ExitStack):
    """Targets that attackers make the server wait for."""

    def __init__(self, seed):
        super().__init__()
        self.downloads = self.enter_context(Targets(_DATA, seed, small_heap.SEND_BUFFER))
        self.silent, self.full = self.enter_context(SilentTarget()), self.enter_context(FullTarget())
        self.names = self.enter_context(SilentNames(LOGS))


class Crowd:
    """Clients that come and go until they are told to stop."""

    def __init__(self, field, targets, slow_targets, seed):
        self._field, self._targets, self._slow_targets, self._seed = field, targets, slow_targets, seed
        self.visits, self.strangers, self.attacks = Tally(), Tally(), Tally()
        self._over, self._threads = threading.Event(), []

    def start(self, count):
        for number in range(count):
            source = random.Random(f"{self._seed} {number}")
            visit = self._stranger if number < count * _STRANGERS else self._visitor
            self._live(source, visit, _THINKING)
        for attack, pause in attackers.ATTACKS.items():
            source = random.Random(f"{self._seed} {attack.__name__}")
            self._live(source, functools.partial(self._attacker, attack), pause)

    def _live(self, source, visit, pause):
        def live():
            while not self._over.wait(source.expovariate(1 / pause)):
                visit(source)
        self._threads.append(threading.Thread(target=live, daemon=True))
        self._threads[-1].start()

    def _visitor(self, source):
        entrance = source.choice(self._field.entrances)
        action, = source.choices(list(traffic.KINDS), traffic.KINDS.values())
        kind, began = f"{entrance.name}: {action.__name__}", time.monotonic()
        try:
            action(traffic.Visit(entrance.port, self._targets, source))
            self.visits.count(kind, "done")
        except Exception as error:
            if entrance.excuses(error, began, time.monotonic()):
                self.visits.count(kind, "hit by chaos")
            else:
                now = datetime.now().isoformat(" ", "milliseconds")
                self.visits.fail(kind, f"{now} {_named(error)}, {time.monotonic() - began:.1f} s after its beginning")

    def _stranger(self, source):
        action, = source.choices(list(strangers.KINDS), strangers.KINDS.values())
        try:
            action(strangers.Stranger(self._field.web, self._targets, FORWARD, API_KEY, source))
            self.strangers.count(action.__name__, "done")
        except Exception as error:
            self.strangers.fail(action.__name__, _named(error))

    def _attacker(self, attack, source):
        try:
            attack(attackers.Attacker(self._field, self._slow_targets, source))
            self.attacks.count(attack.__name__, "done")
        except Exception as error:
            self.attacks.fail(attack.__name__, _named(error))

    def stop(self):
        self._over.set()
        end = time.monotonic() + _TOO_LATE
        for thread in self._threads:
            thread.join(max(0, end - time.monotonic()))
        late = sum(thread.is_alive() for thread in self._threads)
        if late:
            raise Failure(f"{late} clients still wait after {_TOO_LATE} s")


class Chaos:
    """What goes wrong, drawn from the seed."""

    def __init__(self, field, seed):
        self._field, self._source, self.counts = field, random.Random(f"{seed} chaos"), Counter()
        self._next_hole = 0

    def run(self, seconds):
        end = time.monotonic() + seconds
        self._next_hole = time.monotonic() + _TROUBLE_EVERY
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, self._source.expovariate(1 / _TROUBLE_EVERY)))
            self._strike()
        for mortal in self._field.mortals.values():
            if mortal.down:
                mortal.revive()

    def _strike(self):
        down = [name for name, mortal in self._field.mortals.items() if mortal.down]
        if down:
            self._field.mortals[self._source.choice(down)].revive()
            return
        if time.monotonic() > self._next_hole:
            self._next_hole += _BLACK_HOLES_EVERY
            self._trouble("swallow")
            return
        what = self._source.choice(("cut", "cut", "hang_up", "stall", "kill"))
        if what == "kill":
            name = self._source.choice(list(self._field.mortals))
            self._field.mortals[name].kill()
            self.counts[f"kill -9 of a {name}"] += 1
        else:
            self._trouble(what)

    def _trouble(self, what):
        calm = [relay for relay in self._field.relays if not relay.in_trouble()]
        if calm:
            relay = self._source.choice(calm)
            getattr(relay, what)(*((self._source.uniform(0.1, 8),) if what == "stall" else ()))
            self.counts[what] += 1


def soak(report, fleet, targets, slow_targets, options):
    field = Field(fleet, slow_targets.names)
    field.wait_for_everybody()
    warm = Crowd(field, targets, slow_targets, f"{options.seed} warm-up")
    warm.start(options.clients)
    time.sleep(_WARM_UP)
    warm.stop()
    leftovers = Leftovers(field, LOGS)
    if not slow_targets.names.available:
        print("no attack by silent names, which takes root and unshare", file=sys.stderr)
    print(f"chaos begins, {options.minutes:g} min", file=sys.stderr, flush=True)

    crowd, chaos = Crowd(field, targets, slow_targets, options.seed), Chaos(field, options.seed)
    crowd.start(options.clients)
    chaos.run(options.minutes * 60)
    report.check("traffic", "all through", crowd.stop, fleet.logs)
    wait_until(lambda: not any(relay.in_trouble() for relay in field.relays), "black holes should end", 300)
    field.wait_for_everybody()

    crowd.visits.print("SOCKS clients")
    crowd.strangers.print("WebSocket clients")
    crowd.attacks.print("attacks")
    print_table([["chaos", "times"], *([what, str(times)] for what, times in sorted(chaos.counts.items()))])
    report.check("traffic", "SOCKS clients", crowd.visits.check, fleet.logs)
    report.check("traffic", "WebSocket clients", crowd.strangers.check, fleet.logs)
    report.check("traffic", "attacks", crowd.attacks.check, fleet.logs)
    report.check("traffic", "memory was short", lambda: field.server.wait_for_output("short of memory"), fleet.logs)
    report.check("traffic", "after all", lambda: _all_work(field, targets), fleet.logs)
    leftovers.check(report, fleet.logs)


def _all_work(field, targets):
    """Every way still leads there, for every provider in turn."""
    for entrance in field.entrances:
        for _ in range(2):
            traffic.Visit(entrance.port, targets, random.Random(0)).upload()


def allow_descriptors():
    """As many as the system lets us have; the virtual machine does the same for itself."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--clients", type=int, default=500)
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    chosen = options.parse_args()
    end_on_signals()
    shutil.rmtree(LOGS, ignore_errors=True)
    print(f"seed {chosen.seed}", flush=True)
    report = Report()
    allow_descriptors()
    with Fleet(LOGS) as fleet, Targets(_DATA, chosen.seed) as targets, SlowTargets(chosen.seed) as slow_targets:
        report.check("soak", "carried through", lambda: soak(report, fleet, targets, slow_targets, chosen), fleet.logs)
    with Fleet(LOGS / "small-heap") as fleet, Targets(small_heap.DATA, chosen.seed, small_heap.SEND_BUFFER) as targets:
        report.check("small heap", "carried through", lambda: small_heap.check(report, fleet, targets), fleet.logs)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
