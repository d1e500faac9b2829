"""Compares what processes hold before and after."""

import time

from gauges import CHANNEL, SESSION, Gauge
from processes import Failure
from report import print_table

_QUIET = 300  # seconds in which what was left behind has gone: abandoned sessions, farewells, idle threads
_PAUSE = 2  # seconds between two looks, each of which stops the processes for a moment
# The free list of buffers may hold 8 MiB more than before; what is beyond that is live data.
_HEAP = 10 << 20
# Tables that are filled by use and bounded: addresses that have failed.
_OBJECTS = 64
_SESSIONS = {"server": 7}  # one for each client; the others have one


class Leftovers:
    """Made while nothing goes on; everything is measured then, and again in :meth:`check`."""

    def __init__(self, field, folder):
        self._field, self._folder = field, folder
        self._before = self._settled(self._at_rest)
        self._tables = field.tables()

    def _measure(self):
        return {name: Gauge.of(process.pid, self._folder, self._field.budget(process))
                for name, process in self._field.steady.items()}

    def _settled(self, condition):
        """The first look that fulfils the condition, or else the last one."""
        end = time.monotonic() + _QUIET
        while not condition(gauges := self._measure()) and time.monotonic() < end:
            time.sleep(_PAUSE)
        return gauges

    @staticmethod
    def _at_rest(gauges):
        return all(gauge.objects[CHANNEL] == 0 and gauge.budget == 0 and gauge.objects[SESSION] == _SESSIONS.get(name, 1)
                   for name, gauge in gauges.items())

    def check(self, report, logs):
        after = self._settled(lambda gauges: self._at_rest(gauges) and not any(
            wrong for *_, wrong in self._compare(gauges)))
        rows = self._compare(after)
        tables = self._field.tables()
        rows.append(("server", "tables", _listed(self._tables), _listed(tables),
                     "" if tables == self._tables else f"{self._tables} became {tables}"))
        print_table([["process", "what", "before", "after", "verdict"],
                     *([*row, "grown" if wrong else "ok"] for *row, wrong in rows)])
        for process, what, _, _, wrong in rows:
            report.check(process, what, lambda: _refuse(wrong), logs)

    def _compare(self, gauges):
        """Rows of process, what, before, after, and what is wrong with that."""
        rows = []
        for name, now in gauges.items():
            then = self._before[name]
            rows += [(name, "live heap", f"{then.heap >> 10} KiB", f"{now.heap >> 10} KiB",
                      "" if now.heap - then.heap <= _HEAP else "more live heap"),
                     (name, "memory budget", f"{then.budget} B", f"{now.budget} B", "" if now.budget == 0 else "not zero"),
                     _row(name, "sessions and channels", _important(then), _important(now), 0),
                     _row(name, "own objects", then.objects, now.objects, _OBJECTS),
                     _row(name, "threads", then.threads, now.threads, 0),
                     _row(name, "descriptors", then.descriptors, now.descriptors, 0),
                     (name, "ports", str(len(then.ports)), str(len(now.ports)),
                      "" if then.ports == now.ports else f"{then.ports} became {now.ports}")]
        return rows


def _important(gauge):
    return type(gauge.objects)({name: gauge.objects[name] for name in (SESSION, CHANNEL)})


def _row(name, what, then, now, allowed):
    grown = {part: f"{then[part]} to {count}" for part, count in now.items() if count - then[part] > allowed}
    return name, what, str(then.total()), str(now.total()), f"{grown}" if grown else ""


def _listed(tables):
    return f"{sum(row[1] for row in tables.values())} clients, {sum(row[2] for row in tables.values())} channels"


def _refuse(wrong):
    if wrong:
        raise Failure(wrong)
