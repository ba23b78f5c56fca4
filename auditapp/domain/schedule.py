"""When the jobs of the schedule are due: pure functions of London's calendar, so that a whole year can be played.

The clock that runs them only says what time it is. What is due since when is worked out here, whatever the clock did
meanwhile: it may have been away for days, it may ask twice, and two may ask at once.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from auditapp.domain.calendar import LONDON, ONE_DAY, Month, london_day
from auditapp.domain.working_days import add_working_days, is_working_day

# In March this hour does not exist in London, and in October it comes twice.
NO_SUCH_HOUR = 1


class Rhythm(ABC):
    """The moments at which something is due."""

    __slots__ = ()

    @abstractmethod
    def on(self, day: date) -> Iterator[datetime]:
        """The moments of a London day at which it is due, in order, in UTC."""

    def between(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """The moments after one and up to another at which it is due, the oldest first."""
        day, last = london_day(after), london_day(until)
        while day <= last:
            yield from (moment for moment in self.on(day) if after < moment <= until)
            day += ONE_DAY

    def latest(self, until: datetime, *, days: int = 62) -> datetime | None:
        """The last moment up to another at which it was due, within so many days; None where there was none."""
        return max(self.between(until - timedelta(days=days), until), default=None)


@dataclass(frozen=True, slots=True)
class Daily(Rhythm):
    """Once a day, or once a working day, at a time on London's clocks."""

    at: time
    working_days: bool = False

    def __post_init__(self) -> None:
        _check_time(self.at)

    def on(self, day: date) -> Iterator[datetime]:
        """The moment of a day, none on a day of rest where only working days count."""
        if not self.working_days or is_working_day(day):
            yield london_moment(day, self.at)


@dataclass(frozen=True, slots=True)
class Hourly(Rhythm):
    """Every full hour of a working day, from one hour to another."""

    first: int
    last: int

    def __post_init__(self) -> None:
        for hour in range(self.first, self.last + 1):
            _check_time(time(hour))

    def on(self, day: date) -> Iterator[datetime]:
        """The hours of a day, none on a day of rest."""
        if is_working_day(day):
            yield from (london_moment(day, time(hour)) for hour in range(self.first, self.last + 1))


@dataclass(frozen=True, slots=True)
class Monthly(Rhythm):
    """Once a month, on its n-th working day, at a time on London's clocks."""

    at: time
    working_day: int = 1

    def __post_init__(self) -> None:
        _check_time(self.at)

    def on(self, day: date) -> Iterator[datetime]:
        """The moment, where the day is the n-th working day of its month."""
        before = Month.of(day).first_day - ONE_DAY
        if day == add_working_days(before, self.working_day):
            yield london_moment(day, self.at)


def london_moment(day: date, at: time) -> datetime:
    """The instant at which London's clocks show a time of a day, in UTC."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def _check_time(at: time) -> None:
    if at.hour == NO_SUCH_HOUR:
        raise ValueError(
            "Nothing is due between 1 and 2 in the morning: that hour is missing in March and twice in October."
        )
