"""Counts checks, prints them as tables, and ends with the line that CI reads: N passed, N failed."""

import itertools
import sys
import time
import traceback

from processes import Failure


class Report:
    def __init__(self):
        self._rows = {}  # row -> column -> outcome
        self._failures = []

    def check(self, row, column, function, logs=lambda: ""):
        """Runs one check; what it raises is kept for the end, with the programs' logs at this moment."""
        started = time.monotonic()
        try:
            function()
            outcome = "ok"
        except Exception as error:
            outcome = "FAILED"
            reason = str(error) if isinstance(error, (Failure, OSError)) else traceback.format_exc()
            self._failures.append(f"FAILED {row} / {column}: {reason}\n{logs()}")
        self._rows.setdefault(row, {})[column] = outcome
        print(f"{outcome:6} {time.monotonic() - started:6.2f} s  {row} / {column}", file=sys.stderr, flush=True)

    def give_up(self, row, columns, error, logs):
        """Counts every check of a row as failed, because what they need did not come up."""
        self._failures.append(f"FAILED {row}: {error}\n{logs()}")
        self._rows[row] = dict.fromkeys(columns, "FAILED")

    def finish(self):
        """Prints everything and returns the exit code."""
        for failure in self._failures:
            print(failure)
        for _, rows in itertools.groupby(self._rows.items(), key=lambda item: next(iter(item[1]))):
            _print_table(dict(rows))
        outcomes = [outcome for row in self._rows.values() for outcome in row.values()]
        failed = len(outcomes) - outcomes.count("ok")
        print(f"{len(outcomes) - failed} passed, {failed} failed", flush=True)
        return 1 if failed or not outcomes else 0


def _print_table(rows):
    columns = list(dict.fromkeys(itertools.chain(*rows.values())))
    lines = [["", *columns], *([row, *(cells.get(column, "-") for column in columns)] for row, cells in rows.items())]
    widths = [max(map(len, column)) for column in zip(*lines)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    print()
