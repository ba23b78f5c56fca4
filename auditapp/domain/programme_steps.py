"""The steps of a round of several agencies, dated from its start (guide, The year).

A quarter's round takes 13 weeks, counted in weeks of seven days from its start; each step is due on the last working
day of its last week. A joint targeted area inspection needs the same in 5 working days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from auditapp.domain.calendar import ONE_DAY, months_earlier
from auditapp.domain.vocabulary import ProgrammeKind
from auditapp.domain.working_days import add_working_days, is_announced, working_day_from, working_day_until

WEEK = timedelta(days=7)
RE_CHECK_AFTER = 6
REPORT: Final = "Report"
RE_CHECK: Final = "Re-check"

# What is done from which to which week of a round, and on which working days of an inspection.
STEPS: Final = (
    ("Theme and scope", (1, 1), (1, 1)),
    ("Sample and requests", (2, 2), (1, 1)),
    ("Agency returns", (3, 5), (2, 2)),
    ("Quality check and chase", (6, 6), (3, 3)),
    ("Meeting", (7, 7), (4, 4)),
    ("Agreed grades", (8, 8), (4, 4)),
    (REPORT, (9, 10), (5, 5)),
    ("Quality and Effectiveness subgroup (QEF)", (11, 11), (5, 5)),
    ("Safeguarding Children Board (PSCB)", (12, 12), (5, 5)),
    ("Actions open", (13, 13), (5, 5)),
)
STEPPED: Final = frozenset({ProgrammeKind.MULTI_AGENCY, ProgrammeKind.INSPECTION})


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done, when in the round, from which day, and by which working day."""

    name: str
    when: str
    begins_on: date
    due_on: date

    @property
    def is_announced(self) -> bool:
        """Whether the bank holidays that its days had to leave out are known."""
        return is_announced(self.due_on)


def steps_of(kind: ProgrammeKind, starts_on: date) -> tuple[Step, ...]:
    """The steps of a round in order, the re-check last; none for what has no steps."""
    if kind not in STEPPED:
        return ()
    step = _in_weeks if kind is ProgrammeKind.MULTI_AGENCY else _in_days
    steps = tuple(
        step(name, starts_on, *(weeks if kind is ProgrammeKind.MULTI_AGENCY else days)) for name, weeks, days in STEPS
    )
    opened = steps[-1].due_on
    re_check = working_day_from(months_earlier(opened, -RE_CHECK_AFTER))
    return (*steps, Step(RE_CHECK, f"{RE_CHECK_AFTER} months after the actions open", re_check, re_check))


def ends_of(kind: ProgrammeKind, starts_on: date) -> date:
    """The day on which a round is over, its re-check aside."""
    return steps_of(kind, starts_on)[-2].due_on


def report_of(kind: ProgrammeKind, starts_on: date) -> date:
    """The day on which the report of a round is due."""
    return next(step.due_on for step in steps_of(kind, starts_on) if step.name == REPORT)


def _in_weeks(name: str, starts_on: date, first: int, last: int) -> Step:
    begins = working_day_from(starts_on + WEEK * (first - 1))
    due = working_day_until(starts_on + WEEK * last - ONE_DAY)
    when = f"Week {first}" if first == last else f"Weeks {first} {'to' if last - first > 1 else 'and'} {last}"
    # Should nobody work in a whole week, its step is due on the next working day.
    return Step(name, when, begins, max(begins, due))


def _in_days(name: str, starts_on: date, first: int, last: int) -> Step:
    begins = working_day_from(starts_on)
    return Step(name, f"Day {first}", add_working_days(begins, first - 1), add_working_days(begins, last - 1))
