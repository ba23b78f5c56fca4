"""How long audits take, in working days from the day on which they are given out: learnt from what came of each.

What is learnt: how likely an audit of each age is to come in on a day, how much faster or slower each auditor and each
month goes than the average (`domain/paces.py`), and how much faster it goes in the last days of a month. An audit that
is open tells as much as one that is in: that it did not come in so far.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final

from auditapp.domain.calendar import ONE_DAY, Month, Span
from auditapp.domain.paces import Seen, Weights, known, mean, spread
from auditapp.domain.working_days import is_working_day

OLDEST: Final = 30
"""After so many working days, an audit is as likely to come in on one day as on another."""
BEFOREHAND: Final = 5.0
"""How many working days of audits the average of all ages stands for in the rate of a single age."""
RATE_BEFOREHAND: Final = 0.07
"""What a service without any record reckons with: half of what was given out is in after ten working days."""
ROUNDS: Final = 2
LAST_DAYS: Final = 3
"""How many working days at the end of a month have a rate of their own: some hurry so that it counts."""
RECORD_COUNTS: Final = 0.5
"""For how much of what it says an auditor's record counts: people change."""
MONTH_COUNTS: Final = 0.2
"""For how much the month so far counts: no month goes on as it began."""
NUMBERED_MONTHS: Final = 15
"""How far back days are numbered: the year of the record, and what was open when it began."""
NOTHING: Final = Seen(0, 0.0)


@dataclass(frozen=True, slots=True)
class Held:
    """An audit in somebody's hands, or in nobody's: given out on a day, and submitted on a day or open."""

    auditor: int | None
    given_on: date
    submitted_on: date | None = None


class Clock:
    """Numbers the days on which somebody works: the same number from one working day until the next."""

    def __init__(self, first: date, last: date, away: Sequence[Span]) -> None:
        self._first = first.toordinal()
        days = [date.fromordinal(at) for at in range(self._first, last.toordinal() + 1)]
        works = [
            is_working_day(day) and not any(span.first_day <= day <= span.last_day for span in away) for day in days
        ]
        self._numbers = list(accumulate(works))
        self._last_of_month = {month_key(day): number for day, number in zip(days, self._numbers, strict=True)}

    def number(self, day: date) -> int:
        """The number of the last working day up to a day."""
        at = day.toordinal() - self._first
        return self._numbers[min(at, len(self._numbers) - 1)] if at >= 0 else 0

    def last_of_month(self, key: int) -> int:
        """The number of a month's last working day."""
        return self._last_of_month.get(key, 0)

    def ages_left(self, given_on: date, today: date) -> tuple[int, int]:
        """The ages, in working days, of an open audit from this morning on: the first, and one past the last."""
        given = self.number(given_on)
        first = 0 if given_on >= today else self.number(today - ONE_DAY) - given + 1
        return first, max(first, self._numbers[-1] - given + 1)


class Clocks:
    """A clock for everybody who is away now and then, and one for all others."""

    def __init__(self, first: date, last: date, away: Mapping[int, Sequence[Span]]) -> None:
        self.common = Clock(first, last, ())
        self._own = {auditor: Clock(first, last, spans) for auditor, spans in away.items() if spans}

    def of(self, auditor: int | None) -> Clock:
        """The clock of an auditor."""
        return self.common if auditor is None else self._own.get(auditor, self.common)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of an audit's life in one month, or in its last days: from one age up to another, in working days.

    An audit that was submitted in it lived through half of its last day.
    """

    auditor: int
    month: int
    is_last: bool
    begins: int
    ends: float
    is_done: bool


def stretches_of(held: Held, clock: Clock, today: date) -> Iterator[Stretch]:
    """Cut what was seen of an audit's life into its months."""
    assert held.auditor is not None
    given = clock.number(held.given_on)
    if held.submitted_on is not None:
        ends = max(0, clock.number(held.submitted_on) - given) + 0.5
    else:
        ends = float(clock.ages_left(held.given_on, today)[0])
    begins, month = 0, month_key(held.given_on)
    while begins < ends and month <= month_key(today):
        for is_last in (False, True):
            upto = max(begins, clock.last_of_month(month) - (0 if is_last else LAST_DAYS) - given + 1)
            if begins < min(ends, upto):
                is_done = ends <= upto and held.submitted_on is not None
                yield Stretch(held.auditor, month, is_last, begins, min(ends, upto), is_done)
            begins = upto
        month += 1


class Hazard:
    """How much of a chance an audit of each age has, in a day, to be submitted, at the average pace."""

    def __init__(self, rates: Sequence[float]) -> None:
        self.rates = rates
        self._sums = [0.0, *accumulate(rates)]

    def upto(self, age: float) -> float:
        """All of the chances up to an age, one upon another."""
        if age >= OLDEST:
            return self._sums[OLDEST] + (age - OLDEST) * self.rates[OLDEST]
        whole = int(age)
        return self._sums[whole] + (age - whole) * self.rates[whole]

    def between(self, begins: float, ends: float) -> float:
        """The chances from one age up to another."""
        return self.upto(ends) - self.upto(begins)


@dataclass(frozen=True, slots=True)
class Fit:
    """What the record says: the chances of each age, and the paces of people and of months."""

    hazard: Hazard
    pace_at_end: float
    people: Weights
    months: Weights
    seen_of_people: Mapping[int, Seen]
    seen_of_months: Mapping[int, Seen]

    def wait(self, begins: int, ends: int) -> float:
        """The chances of an audit from one age up to the one that it has when the month is over."""
        last = max(begins, ends - LAST_DAYS)
        return self.hazard.between(begins, last) + self.pace_at_end * self.hazard.between(last, max(last, ends))

    def pace_of(self, auditor: int) -> Weights:
        """The paces that an auditor may have from now on."""
        return known(self.people, self.seen_of_people.get(auditor, NOTHING).counted(RECORD_COUNTS))

    def pace_of_month(self, month: int) -> Weights:
        """The paces that a month may have from now on."""
        return known(self.months, self.seen_of_months.get(month, NOTHING).counted(MONTH_COUNTS))


def fit(stretches: Sequence[Stretch]) -> Fit:
    """Learn from the record, in rounds: each takes the paces for known by which the next one weighs ages and people."""
    persons = months = ends = [1.0] * len(stretches)  # the paces of the stretches, each by itself
    for _ in range(ROUNDS):
        hazard = _hazard(stretches, [a * b * c for a, b, c in zip(persons, months, ends, strict=True)])
        far = [hazard.between(each.begins, each.ends) for each in stretches]
        at_end = _pace_at_end(stretches, [a * b * c for a, b, c in zip(far, persons, months, strict=True)])
        ends = [at_end if each.is_last else 1.0 for each in stretches]
        expected = [a * b for a, b in zip(far, ends, strict=True)]
        seen_of_months = _seen(
            (each.month, each.is_done, a * b) for each, a, b in zip(stretches, expected, persons, strict=True)
        )
        of_months = spread(seen_of_months.values())
        by_month = {month: mean(known(of_months, seen)) for month, seen in seen_of_months.items()}
        months = [by_month[each.month] for each in stretches]
        seen_of_people = _seen(
            (each.auditor, each.is_done, a * b) for each, a, b in zip(stretches, expected, months, strict=True)
        )
        of_people = spread(seen_of_people.values())
        by_person = {auditor: mean(known(of_people, seen)) for auditor, seen in seen_of_people.items()}
        persons = [by_person[each.auditor] for each in stretches]
    return Fit(hazard, at_end, of_people, of_months, seen_of_people, seen_of_months)


def _pace_at_end(stretches: Sequence[Stretch], expected: Sequence[float]) -> float:
    """How much faster it goes in the last days of months than was expected of these days; 1 where little was seen."""
    last = [(each.is_done, far) for each, far in zip(stretches, expected, strict=True) if each.is_last]
    events, expected_then = sum(is_done for is_done, _ in last), sum(far for _, far in last)
    return (events + BEFOREHAND) / (expected_then + BEFOREHAND)


def _seen(lived: Iterable[tuple[int, bool, float]]) -> dict[int, Seen]:
    """Add up events, and what was expected, by person or by month."""
    events: dict[int, int] = defaultdict(int)
    expected: dict[int, float] = defaultdict(float)
    for whose, is_done, far in lived:
        events[whose] += is_done
        expected[whose] += far
    return {whose: Seen(events[whose], expected[whose]) for whose in events}


def _hazard(stretches: Sequence[Stretch], paces: Sequence[float]) -> Hazard:
    """Weigh for each age how many came in against how many could, slow ones counting for less.

    N. E. Breslow's estimate (Biometrics 30 (1974) 89-99), an age of which little was seen drawn towards the average.
    """
    came, joins, parts = [0.0] * (OLDEST + 1), [0.0] * (OLDEST + 1), [0.0] * (OLDEST + 1)
    for each, weight in zip(stretches, paces, strict=True):
        first, last = min(OLDEST, each.begins), min(OLDEST, int(each.ends))
        joins[first] += weight
        joins[last] -= weight  # whole days up to here; the rest of the last one, and all that are past the oldest:
        parts[last] += weight * (each.ends - max(last, each.begins))
        came[last] += each.is_done
    there = [whole + part for whole, part in zip(accumulate(joins), parts, strict=True)]
    average = (sum(came) + BEFOREHAND * RATE_BEFOREHAND) / (sum(there) + BEFOREHAND)
    return Hazard(
        [(events + BEFOREHAND * average) / (days + BEFOREHAND) for events, days in zip(came, there, strict=True)]
    )


def first_day(listed: Sequence[Held], today: date) -> date:
    """The day from which on days are numbered; an audit that is older still has an age past `OLDEST` by then."""
    earliest = Month.of(today).plus(-NUMBERED_MONTHS).first_day
    return max(earliest, min((held.given_on for held in listed), default=today))


def month_key(when: Month | date) -> int:
    """A number for a month, or for that of a day; the next month has the next one."""
    return when.year * 12 + when.month - 1
