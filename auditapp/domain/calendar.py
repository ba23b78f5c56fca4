"""Time as the council counts it: London days, months, quarters, council years, and the words for them."""

import calendar as gregorian
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from auditapp.domain.errors import Refused

LONDON = ZoneInfo("Europe/London")
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
QUARTER_STARTS = (4, 7, 10, 1)
YEAR_START = 4
ONE_DAY = timedelta(days=1)
_MONTH_AS_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})")


class Period(ABC):
    """A stretch of whole London days that counts are kept for."""

    __slots__ = ()

    @property
    @abstractmethod
    def label(self) -> str:
        """The period as people write it."""

    @property
    @abstractmethod
    def months(self) -> "tuple[Month, ...]":
        """The months that the period touches, in order."""

    @property
    def first_day(self) -> date:
        """The first day of the period."""
        return self.months[0].first_day

    @property
    def last_day(self) -> date:
        """The last day of the period, which belongs to it."""
        return self.months[-1].last_day

    def bounds_utc(self) -> tuple[datetime, datetime]:
        """The instants at which the period begins and the next one does, in UTC, for `begin <= instant < end`."""
        return _midnight(self.first_day), _midnight(self.last_day + ONE_DAY)

    def contains(self, instant: datetime) -> bool:
        """Whether an aware instant lies in the period, by London's clocks."""
        return self.first_day <= london_day(instant) <= self.last_day


@dataclass(frozen=True, order=True, slots=True)
class Month(Period):
    """A month of a year; written 2026-12."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2999 and 1 <= self.month <= 12):
            raise Refused(f"There is no month {self.year}-{self.month:02}. Write a month as 2026-12.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The month written as 2026-12; anything else is Refused."""
        written = _MONTH_AS_WRITTEN.fullmatch(text.strip())
        if written is None:
            raise Refused(f"“{text}” is not a month. Write a month as 2026-12.")
        return cls(int(written[1]), int(written[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month of a day, or of an aware instant by London's clocks."""
        day = london_day(day) if isinstance(day, datetime) else day
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def name(self) -> str:
        """The month without its year: 'December'."""
        return MONTH_NAMES[self.month - 1]

    @property
    def label(self) -> str:
        """The month as people write it: 'December 2026'."""
        return f"{self.name} {self.year}"

    @property
    def months(self) -> "tuple[Month, ...]":
        """The month itself."""
        return (self,)

    @property
    def first_day(self) -> date:
        """The first of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The 28th, 29th, 30th or 31st."""
        return date(self.year, self.month, gregorian.monthrange(self.year, self.month)[1])

    def plus(self, n: int) -> "Month":
        """The month n months later, or earlier where n is negative."""
        years, month = divmod(self.month - 1 + n, 12)
        return Month(self.year + years, month + 1)

    @property
    def next(self) -> "Month":
        """The month after."""
        return self.plus(1)

    @property
    def previous(self) -> "Month":
        """The month before."""
        return self.plus(-1)


@dataclass(frozen=True, order=True, slots=True)
class Quarter(Period):
    """Three months of the council's year, named by the first: written 2026-07."""

    start: Month

    def __post_init__(self) -> None:
        if self.start.month not in QUARTER_STARTS:
            raise Refused(
                f"No quarter starts in {self.start.label}. Quarters start in April, July, October and January: "
                f"write the one you mean as {Quarter.of(self.start)}."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """The quarter that begins in the month written as 2026-07; any other month is Refused."""
        return cls(Month.parse(text))

    @classmethod
    def of(cls, month: Month) -> Self:
        """The quarter that a month belongs to."""
        return cls(month.plus(-((month.month - 1) % 3)))

    def __str__(self) -> str:
        return str(self.start)

    @property
    def label(self) -> str:
        """The quarter with its months: 'July to September 2026'."""
        return f"{self.start.name} to {self.months[-1].label}"

    @property
    def months(self) -> tuple[Month, ...]:
        """Its three months."""
        return _run_of_months(self.start, 3)

    @property
    def next(self) -> "Quarter":
        """The quarter after."""
        return Quarter(self.start.plus(3))

    @property
    def previous(self) -> "Quarter":
        """The quarter before."""
        return Quarter(self.start.plus(-3))


@dataclass(frozen=True, order=True, slots=True)
class CouncilYear(Period):
    """The twelve months from 1 April of a calendar year."""

    starts_in: int

    @classmethod
    def of(cls, month: Month) -> Self:
        """The council's year that a month belongs to."""
        return cls(month.year if month.month >= YEAR_START else month.year - 1)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The year as the council writes it: '2026 to 2027'."""
        return f"{self.starts_in} to {self.starts_in + 1}"

    @property
    def months(self) -> tuple[Month, ...]:
        """April to March."""
        return _run_of_months(Month(self.starts_in, YEAR_START), 12)


@dataclass(frozen=True, slots=True)
class Span(Period):
    """Any stretch of days, both ends belonging to it."""

    begins: date
    ends: date

    def __post_init__(self) -> None:
        if self.ends < self.begins:
            raise Refused(f"{say_date(self.ends)} is before {say_date(self.begins)}. Give the earlier day first.")

    @property
    def label(self) -> str:
        """Both ends in words: '3 July to 30 September 2026', the first year only where it differs; a day as itself."""
        if self.begins == self.ends:
            return say_date(self.ends)
        year = f" {self.begins.year}" if self.begins.year != self.ends.year else ""
        return f"{self.begins.day} {Month.of(self.begins).name}{year} to {say_date(self.ends)}"

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month that the span touches."""
        first, last = Month.of(self.begins), Month.of(self.ends)
        return _run_of_months(first, (last.year - first.year) * 12 + last.month - first.month + 1)

    @property
    def first_day(self) -> date:
        """The day it begins."""
        return self.begins

    @property
    def last_day(self) -> date:
        """The day it ends."""
        return self.ends


def london_day(instant: datetime) -> date:
    """The date on London's calendars at an aware instant; a naive one is a mistake of the caller."""
    return _in_london(instant).date()


def was_on_clocks(day: date, at: time) -> bool:
    """Whether London's clocks show a time on a day; in the hour that is left out in March they do not."""
    local = datetime.combine(day, at, LONDON)
    return local.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == local.replace(tzinfo=None)


def months_earlier(day: date, n: int) -> date:
    """The same day n months earlier; the last day of that month where it has no such day."""
    month = Month.of(day).plus(-n)
    return date(month.year, month.month, min(day.day, month.last_day.day))


def say_date(day: date) -> str:
    """'3 December 2026'; an aware instant is said by its day in London. Any day at all can be said."""
    day = london_day(day) if isinstance(day, datetime) else day
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def say_time(instant: datetime) -> str:
    """'10:42', by London's clocks."""
    return f"{_in_london(instant):%H:%M}"


def say_instant(instant: datetime) -> str:
    """'3 December 2026, 10:42', by London's clocks."""
    return f"{say_date(instant)}, {say_time(instant)}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _in_london(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant without its zone cannot be placed on London's calendar.")
    return instant.astimezone(LONDON)


def _run_of_months(first: Month, n: int) -> tuple[Month, ...]:
    return tuple(first.plus(at) for at in range(n))
