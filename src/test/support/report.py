"""Counts checks, prints them as tables, and ends with the line that CI reads: N passed, N failed."""

import itertools
import string
import sys
import time
import traceback

from processes import Failure

_OK, _FAILED, _MISSING = "ok", "FAILED", "not run"


class Report:
    """Checks may be reported from several threads, each row from one."""

    def __init__(self):
        self._tables = {}  # title -> row -> column -> outcome
        self._failures = []
        self._notes = {}  # reason -> mark

    def plan(self, title, row, columns):
        """Fixes a row's place; a planned check that never runs is a failure."""
        self._tables.setdefault(title, {})[row] = dict.fromkeys(columns, _MISSING)

    def check(self, row, column, function, logs=lambda: ""):
        """Runs one check; what it raises is kept for the end, with the programs' logs at this moment."""
        started = time.monotonic()
        try:
            function()
            outcome = _OK
        except Exception as error:
            outcome = _FAILED
            reason = str(error) if isinstance(error, (Failure, OSError)) else traceback.format_exc()
            self._failures.append(f"FAILED {row} / {column}: {reason}\n{logs()}")
        self._cells(row)[column] = outcome
        print(f"{outcome:6} {time.monotonic() - started:6.2f} s  {row} / {column}", file=sys.stderr, flush=True)

    def leave_out(self, row, column, reason):
        """A check that makes no sense here; the reason becomes a footnote."""
        mark = self._notes.setdefault(reason, string.ascii_lowercase[len(self._notes)])
        self._cells(row)[column] = f"- {mark}"

    def give_up(self, row, error, logs):
        """Counts every planned check of a row as failed, because what they need did not come up."""
        self._failures.append(f"FAILED {row}: {error}\n{logs()}")
        cells = self._cells(row)
        cells.update((column, _FAILED) for column in cells)

    def _cells(self, row):
        planned = (rows[row] for rows in self._tables.values() if row in rows)
        return next(planned, None) or self._tables.setdefault("", {}).setdefault(row, {})

    def finish(self):
        """Prints everything and returns the exit code."""
        for failure in self._failures:
            print(failure)
        for title, rows in self._tables.items():
            _print_cells(title, rows)
        for reason, mark in self._notes.items():
            print(f"{mark}  {reason}")
        cells = [cell for rows in self._tables.values() for row in rows.values() for cell in row.values()]
        passed, failed = cells.count(_OK), cells.count(_FAILED) + cells.count(_MISSING)
        print(f"{passed} passed, {failed} failed", flush=True)
        return 0 if passed and not failed else 1


def _print_cells(title, rows):
    columns = list(dict.fromkeys(itertools.chain(*rows.values())))
    print_table([[title, *columns], *([row, *(cells.get(column, "") for column in columns)] for row, cells in rows.items())])


def print_table(lines):
    """Prints rows of texts in columns."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    print()
