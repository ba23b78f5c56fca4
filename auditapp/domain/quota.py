"""The quota: how many audits a month asks for, and how they are shared among the auditors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.errors import Refused
from auditapp.domain.programme_settings import ProgrammeSettings


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a month: the quota that was agreed on, and the target, which carries shortfalls forward."""

    quota: int
    target: int


@dataclass(frozen=True, slots=True)
class Quota:
    """What the council owes: since the month in which the service began (None while it has not), by its settings.

    `opened` holds the targets that months were opened with: what was drawn then is what is asked for to their end.
    `planned` holds the numbers that the programme plans for months: an average may be met with more now and less then.
    `planned_besides` is what it plans of audits that the settings count to the average besides.
    """

    began: Month | None
    settings: ProgrammeSettings
    opened: Mapping[Month, int] = field(default_factory=dict)
    planned: Mapping[Month, int] = field(default_factory=dict)
    planned_besides: Mapping[Month, int] = field(default_factory=dict)

    def of(self, month: Month) -> int:
        """Give the quota of a month, before anything is carried forward."""
        return self.settings.quota_of(month)

    def asked_of(
        self, month: Month, done: Mapping[Month, int], *, today: date, besides: Mapping[Month, int] | None = None
    ) -> Asked:
        """Give the quota of a month, and its target: the one it was opened with, or would be opened with today.

        That is the number that the programme plans for the month, or else the quota, plus a third of the year's
        shortfall so far, rounded up, and capped.

        `done` names the Quality of Practice audits submitted in each month, `besides` what counts with them; none where
        a month is not named. In April the count starts from nothing (guide, The quota). What a month is short of is
        known once it is over: a month that is opened before its time owes nothing for the one that still runs.
        """
        quota = self.of(month)
        if month in self.opened:
            return Asked(quota, self.opened[month])
        over = [earlier for earlier in self.months_in_use(month) if earlier < month and earlier.last_day < today]
        # A month that was planned smaller is made up for by another one in the plan: only what it missed is carried.
        behind = sum(self._planned_of(each) - done.get(each, 0) for each in over)
        missed = max(0, behind - self._to_spare(CouncilYear.of(month), besides or {}))
        carried, planned = ceil(Fraction(missed, 3)), self._planned_of(month)
        return Asked(quota, max(planned, min(self.settings.target_at_most, planned + carried)))

    def _planned_of(self, month: Month) -> int:
        """Give the number that the programme plans for a month, or its quota where it plans none."""
        return self.planned.get(month, self.of(month))

    def _to_spare(self, year: CouncilYear, besides: Mapping[Month, int]) -> int:
        """Give how many of a year's audits can be missed, because others that count are done or to come."""
        months = self.months_in_use(year.months[-1])
        planned, owed = sum(map(self._planned_of, months)), sum(map(self.of, months))
        others = max(sum(each.get(month, 0) for month in months) for each in (self.planned_besides, besides))
        return max(0, planned + others - max(planned, owed))

    def months_in_use(self, month: Month) -> tuple[Month, ...]:
        """Name the months of the council's year that owe audits, up to a month and with it.

        What was before the service began, is no shortfall.
        """
        first = month if self.began is None else self.began
        return tuple(each for each in CouncilYear.of(month).months if first <= each <= month)

    def months_until(self, today: date) -> tuple[Month, ...]:
        """Name every month from that in which the service began up to the one that runs."""
        months, this = list[Month](), Month.of(today)
        month = self.began or this.next
        while month <= this:
            months.append(month)
            month = month.next
        return tuple(months)

    def shortfall(self, months: Sequence[Month], done: Mapping[Month, int]) -> int:
        """Give how many audits some months are short of their quotas, taken together; never below nothing."""
        return max(0, sum(self.of(month) - done.get(month, 0) for month in months))


def average(done: Sequence[int], *, months: int | None = None) -> Fraction | None:
    """Give the average of the last months, or of all; None when there is none yet."""
    counted = done if months is None else done[-months:]
    return Fraction(sum(counted), len(counted)) if counted else None


@dataclass(frozen=True, slots=True)
class Auditor:
    """Somebody who may be given audits: the share of full time they work, and their audits of the year so far."""

    id: int
    working_time: Fraction = Fraction(1)
    absent: bool = False
    done_this_year: int = 0

    @property
    def active(self) -> bool:
        """Whether audits can be given to them this month."""
        return not self.absent and self.working_time > 0


def shares(auditors: Sequence[Auditor], *, total: int, most_each: int) -> dict[int, int]:
    """Share a month's audits out: auditor to number, nothing for those who are absent.

    Everybody gets one before anybody gets a second. What is left goes, one by one, to whoever has had least in the
    year for the time they work. The cap of `most_each` is lifted only as far as the total needs it, and for each by
    the time they work: see `caps_of`.
    """
    active = sorted((auditor for auditor in auditors if auditor.active), key=lambda auditor: auditor.id)
    if total and not active:
        raise Refused("No auditor is available this month. Record who works again, or wait until somebody does.")
    given = {auditor.id: 0 for auditor in auditors}
    caps = caps_of(active, total=total, most_each=most_each)
    for _ in range(total):
        chosen = min(active, key=lambda auditor: _turn(auditor, given, caps[auditor.id]))
        given[chosen.id] += 1
    return given


def caps_of(auditors: Sequence[Auditor], *, total: int, most_each: int) -> dict[int, int]:
    """Give the most that each who is there is given: `most_each`, or the least that full time needs for the total.

    A full-timer's cap is then the lowest with which all caps together cover the total, and a half-timer's half of it.
    """
    active = [auditor for auditor in auditors if auditor.active]
    full_time, caps = 0, dict.fromkeys((auditor.id for auditor in active), most_each)
    while caps and sum(caps.values()) < total:
        full_time += 1
        caps = {auditor.id: max(most_each, ceil(full_time * auditor.working_time)) for auditor in active}
    return caps


def _turn(auditor: Auditor, given: Mapping[int, int], cap: int) -> tuple[bool, bool, Fraction]:
    """Order auditors by whose turn it is: below the cap, without any, then the lowest load after one more."""
    already = given[auditor.id]
    load = Fraction(auditor.done_this_year + already + 1) / auditor.working_time
    return already >= cap, already > 0, load
