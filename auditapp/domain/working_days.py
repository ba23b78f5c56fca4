"""Days on which people work in England, how many lie between two days, and how far off a due date is."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from auditapp.domain.calendar import ONE_DAY
from auditapp.domain.wording import say_count

SATURDAY = 5
# An audit that is due after ten working days is amber from the seventh on (guide, The quota).
SOON = 3
# Three working days are never spread over so many days; what is further off need not be counted.
A_WHILE = timedelta(days=14)


def say_due(due: date, today: date) -> str:
    """How far off a due date is: 'today', 'in 3 working days', 'late by 2 working days'.

    Where only days of rest lie between, calendar days are said: there is a difference, and it is not nought.
    """
    if due == today:
        return "today"
    working = working_days_between(min(today, due), max(today, due))
    far = say_count(working, "working day") if working else say_count(abs((due - today).days), "day")
    return f"in {far}" if due > today else f"late by {far}"


def urgency_of(due: date, today: date) -> str:
    """'red' on the day when something is due and after it, 'amber' in the three working days before, '' earlier."""
    if due <= today:
        return "red"
    return "amber" if due - today < A_WHILE and working_days_between(today, due) <= SOON else ""


def is_working_day(day: date) -> bool:
    """Whether people work in England on that day: no weekend and no announced bank holiday."""
    return day.weekday() < SATURDAY and day not in _bank_holidays()


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after a day, or before it where n is negative; the day itself where n is nought.

    Past `announced_until()` only weekends are known: ask `is_announced` of the result, and say so.
    """
    step = ONE_DAY if n > 0 else -ONE_DAY
    for _ in range(abs(n)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def working_day_from(day: date) -> date:
    """The day itself where people work on it, otherwise the next on which they do."""
    return day if is_working_day(day) else add_working_days(day, 1)


def working_day_until(day: date) -> date:
    """The day itself where people work on it, otherwise the last one before on which they did."""
    return day if is_working_day(day) else add_working_days(day, -1)


def working_days_between(start: date, end: date) -> int:
    """How many working days come after `start` up to and with `end`; negative where `end` is the earlier one.

    The inverse of `add_working_days`: counting back, `end` counts and `start` does not.
    """
    if end < start:
        return -sum(is_working_day(day) for day in _days_from(end, start))
    return sum(is_working_day(day + ONE_DAY) for day in _days_from(start, end))


def announced_until() -> date:
    """The last day of the last year whose bank holidays have been announced."""
    return date(max(_bank_holidays()).year, 12, 31)


def is_announced(day: date) -> bool:
    """Whether the bank holidays of that day's year are known; where not, say so instead of guessing."""
    return min(_bank_holidays()).year <= day.year <= announced_until().year


@cache
def _bank_holidays() -> frozenset[date]:
    known = BankHolidays(use_cached_holidays=True)
    return frozenset(holiday["date"] for holiday in known.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))


def _days_from(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=at) for at in range((end - start).days))
