"""How many audits are likely to be in by the end of a month, from what each auditor did so far.

Each open audit has a chance to be submitted in time. It rests on how long audits take, and only on what comes after
the age that the audit has reached; on the pace of its auditor, which counts for as much as there is of their record;
and on the pace of the month, which all share. The chances are put together exactly: no throw of dice, the same record
gives the same range.

That the record is short, that somebody's audits come in or stay away together, and that a month goes slowly for
everybody, each make the range wider than the chances of single audits would. How often the ranges hold what comes is
measured on simulated years: `python -m tests.simulation.forecast`. Not foreseen is that an audit is sent back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from math import exp
from statistics import median
from typing import Final

from auditapp.domain.calendar import Month, Span
from auditapp.domain.chances import Chances, number_in, shortest_range, sum_of_all
from auditapp.domain.paces import PRODUCTS, Weights
from auditapp.domain.times_taken import Clock, Clocks, Fit, Held, first_day, fit, month_key, stretches_of

LIKELY: Final = 0.8
"""How much of what may come the range holds."""
NEGLIGIBLE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class OneAuditor:
    """What the forecast rests on for one auditor: open audits, how many are expected by the end, and their record.

    `usual_days` is the median of the working days that their earlier audits took; None without any.
    """

    auditor: int
    open: int
    expected: float
    earlier: int
    usual_days: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many will be in: `chances` are of 0, 1, 2 ... more than are in already.

    `low` to `high` is the shortest range in which the count ends in at least eight months of ten.
    """

    done: int
    chances: tuple[float, ...]
    low: int
    high: int
    auditors: tuple[OneAuditor, ...]
    record: int

    @property
    def open(self) -> int:
        """How many audits may still come in."""
        return len(self.chances) - 1

    @property
    def expected(self) -> float:
        """The mean of what may come."""
        return self.done + sum(more * chance for more, chance in enumerate(self.chances))

    @property
    def middle(self) -> int:
        """The number that is as likely reached as not."""
        return self.done + next(at for at, sofar in enumerate(accumulate(self.chances)) if sofar > 0.5 - NEGLIGIBLE)

    def chance_of(self, number: int) -> float:
        """How likely at least so many are in by the end."""
        return sum(self.chances[max(0, number - self.done) :])


def forecast(
    audits: Iterable[Held],
    *,
    month: Month,
    today: date,
    done: int,
    to_open: int = 0,
    away: Mapping[int, Sequence[Span]] | None = None,
) -> Forecast:
    """Say how many audits will be in by the end of a month, as it looks on the morning of a day.

    `audits` are those that are open and those of the record; `done` are in already. An audit that is nobody's, and
    each of the `to_open` that a month not opened yet will have, is reckoned with as if it were given out today, to
    somebody of whom nothing is known. `away` are the days on which auditors are absent: their audits wait meanwhile.
    """
    listed = [held for held in audits if held.given_on <= today]
    clocks = Clocks(first_day(listed, today), month.last_day, away or {})
    theirs = [(held, clocks.of(held.auditor)) for held in listed if held.auditor is not None]
    learnt = fit([stretch for held, clock in theirs for stretch in stretches_of(held, clock, today)])
    pace = learnt.pace_of_month(month_key(month))
    waiting = _waiting(theirs, learnt, today=today, months=pace)
    unheld = to_open + sum(held.auditor is None and held.submitted_on is None for held in listed)
    ahead = learnt.wait(*clocks.common.ages_left(today, today))
    anybody = [_Waiting([ahead], learnt.people, months=pace)] * unheld if unheld else []
    chances = _together([*waiting.values(), *anybody], pace)
    low, high = shortest_range(chances, holds=LIKELY)
    taken = _days_taken(theirs)
    return Forecast(
        done=done,
        chances=tuple(chances),
        low=done + low,
        high=done + high,
        auditors=tuple(_one_auditor(auditor, each, taken[auditor], pace) for auditor, each in waiting.items()),
        record=sum(len(days) for days in taken.values()),
    )


class _Waiting:
    """What may come of one auditor's open audits: the chance of each number, in a month of each of `PACES`."""

    def __init__(self, waits: Sequence[float], pace: Weights, *, months: Weights) -> None:
        self.open = len(waits)
        weighed, likely = _likely(pace), [month for month, _ in _likely(months)]
        by_product = {
            at: number_in([1 - exp(-PRODUCTS[at] * wait) for wait in waits])
            for at in range(weighed[0][0] + likely[0], weighed[-1][0] + likely[-1] + 1)
        }
        self.chances = {month: _mixed([(weight, by_product[at + month]) for at, weight in weighed]) for month in likely}

    def expected(self, months: Weights) -> float:
        """How many are expected, over all paces that the month may have."""
        chances = _mixed([(weight, self.chances[month]) for month, weight in _likely(months)])
        return sum(number * chance for number, chance in enumerate(chances))


def _together(waiting: Sequence[_Waiting], months: Weights) -> Chances:
    """Put auditors together, who go their own ways within one month, and then the paces that the month may have."""
    return _mixed([(weight, sum_of_all(each.chances[month] for each in waiting)) for month, weight in _likely(months)])


def _likely(paces: Weights) -> list[tuple[int, float]]:
    """The paces that somebody, or a month, may well have, by their places in `PACES`, with their weights."""
    return [(at, weight) for at, weight in enumerate(paces) if weight > NEGLIGIBLE]


def _mixed(parts: Sequence[tuple[float, Chances]]) -> Chances:
    """The chances over several possibilities, each with its weight."""
    whole = sum(weight for weight, _ in parts)
    mixed = [0.0] * len(parts[0][1])
    for weight, chances in parts:
        for number, chance in enumerate(chances):
            mixed[number] += weight / whole * chance
    return mixed


def _waiting(theirs: Iterable[tuple[Held, Clock]], learnt: Fit, *, today: date, months: Weights) -> dict[int, _Waiting]:
    """What may come of each auditor who has open audits."""
    waits: dict[int, list[float]] = defaultdict(list)
    for held, clock in theirs:
        if held.auditor is not None and held.submitted_on is None:
            waits[held.auditor].append(learnt.wait(*clock.ages_left(held.given_on, today)))
    return {auditor: _Waiting(each, learnt.pace_of(auditor), months=months) for auditor, each in waits.items()}


def _one_auditor(auditor: int, waiting: _Waiting, taken: Sequence[int], pace_of_month: Weights) -> OneAuditor:
    return OneAuditor(
        auditor,
        open=waiting.open,
        expected=waiting.expected(pace_of_month),
        earlier=len(taken),
        usual_days=median(taken) if taken else None,
    )


def _days_taken(theirs: Iterable[tuple[Held, Clock]]) -> dict[int, list[int]]:
    """The working days that the audits of the record took, by auditor."""
    taken: dict[int, list[int]] = defaultdict(list)
    for held, clock in theirs:
        if held.submitted_on is not None and held.auditor is not None:
            taken[held.auditor].append(max(0, clock.number(held.submitted_on) - clock.number(held.given_on)))
    return taken
