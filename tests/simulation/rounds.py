"""A round of several agencies as the guide dates it: what is done in which of its weeks, and checked half a year on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from auditapp.domain.calendar import ONE_DAY, months_earlier
from auditapp.domain.working_days import add_working_days

# The guide, The year: what is done in which week of a round.
WEEKS = {
    "Theme and scope": 1,
    "Sample and requests": 2,
    "Agency returns": 5,
    "Quality check and chase": 6,
    "Meeting": 7,
    "Agreed grades": 8,
    "Report": 10,
    "Quality and Effectiveness subgroup (QEF)": 11,
    "Safeguarding Children Board (PSCB)": 12,
    "Actions open": 13,
}
RE_CHECK = "Re-check"
MONTHS_TO_RE_CHECK = 6
# Of every so many steps one is done late, by so many working days.
LATE_EVERY, LATE_BY = 4, 7


@dataclass
class Round:
    """A round of the year: its entry in the programme, when it starts, and which of its steps were ticked when."""

    entry: str
    starts_on: date
    ticks: dict[str, datetime] = field(default_factory=dict)

    def steps(self) -> Iterator[tuple[str, date]]:
        """Yield its steps with the days on which they are due: the last working day of their week."""
        opened = self.starts_on
        for what, week in WEEKS.items():
            opened = add_working_days(self.starts_on + timedelta(days=7 * week), -1)
            yield what, opened
        yield RE_CHECK, add_working_days(months_earlier(opened, -MONTHS_TO_RE_CHECK) - ONE_DAY, 1)

    def done_today(self, today: date) -> list[int]:
        """Return which steps are done today, by their place from 1: most on their day, some late."""
        return [
            number
            for number, (_, due_on) in enumerate(self.steps(), start=1)
            if today == (add_working_days(due_on, LATE_BY) if number % LATE_EVERY == 0 else due_on)
        ]
