"""When people work: moments of a London office day, and working days counted from one another."""

from datetime import UTC, date, datetime, time, timedelta

from auditapp.demonstration.chance import Chance
from auditapp.domain.calendar import LONDON, ONE_DAY, Month
from auditapp.domain.working_days import add_working_days

OPENS, CLOSES = 8, 17
"""The hours between which somebody begins to write."""


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a time of a London day, in UTC."""
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


def some_moment(day: date, chance: Chance, *, earliest: int = OPENS, latest: int = CLOSES) -> datetime:
    """Return a moment of a day between two full hours, to the second."""
    seconds = chance.randrange((latest - earliest) * 3600)
    return moment(day, earliest) + timedelta(seconds=seconds)


def first_working_day(month: Month) -> date:
    """Return the day on which a month is opened."""
    return add_working_days(month.first_day - ONE_DAY, 1)
