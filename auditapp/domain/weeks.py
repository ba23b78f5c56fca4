"""The weeks of a month, Monday to Sunday, cut where the month begins and ends; how many audits came in in each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from auditapp.domain.calendar import ONE_DAY, Month

SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Week:
    """The days of a week that lie in one month, how many audits came in on them, and how many by their end."""

    first_day: date
    last_day: date
    submitted: int
    so_far: int

    @property
    def days(self) -> str:
        """The days without their month: '2 to 8', or '30'."""
        first, last = self.first_day.day, self.last_day.day
        return str(first) if first == last else f"{first} to {last}"

    @property
    def label(self) -> str:
        """The days with their month: '2 to 8 November'."""
        return f"{self.days} {Month.of(self.first_day).name}"


def weeks_so_far(month: Month, submitted: Iterable[date], *, today: date) -> tuple[Week, ...]:
    """Count what came in in each week of a month that has begun by a day; `submitted` are days of the month."""
    days, weeks, so_far = list(submitted), list[Week](), 0
    for first, last in _weeks_of(month):
        if first <= today:
            count = sum(first <= day <= last for day in days)
            so_far += count
            weeks.append(Week(first, last, count, so_far))
    return tuple(weeks)


def _weeks_of(month: Month) -> Iterator[tuple[date, date]]:
    first = month.first_day
    while first <= month.last_day:
        last = min(first + timedelta(days=SUNDAY - first.weekday()), month.last_day)
        yield first, last
        first = last + ONE_DAY
