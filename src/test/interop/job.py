"""A row of a table as work to be done: programs to start once, and the checks that share them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from processes import Failure, Fleet


@dataclass(frozen=True)
class Job:
    """A check takes what start returned. Columns left out carry the reason."""
    table: str
    row: str
    start: Callable
    checks: dict
    left_out: dict = field(default_factory=dict)

    def plan(self, report):
        report.plan(self.table, self.row, [*self.checks, *self.left_out])
        for column, reason in self.left_out.items():
            report.leave_out(self.row, column, reason)

    def run(self, report, logs):
        with Fleet(logs / self.row.replace(" ", "_")) as fleet:
            try:
                started = self.start(fleet)
            except (Failure, OSError) as error:
                report.give_up(self.row, error, fleet.logs)
                return
            for column, check in self.checks.items():
                report.check(self.row, column, lambda: check(started), fleet.logs)
