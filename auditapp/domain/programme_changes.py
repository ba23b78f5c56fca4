"""How a programme is changed as a whole: a series moved, last year copied, a year begun with the guide's rhythm.

Each gives what would come about, for somebody to look at first; `fingerprint` says later whether it is still that.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, count, takewhile

from auditapp.domain.calendar import CouncilYear, Month, months_earlier
from auditapp.domain.programme import LONGEST_TITLE, MONTHLY, Entry, Plan, checked, same_place, usual_title
from auditapp.domain.programme_flags import quarters_of
from auditapp.domain.vocabulary import ProgrammeKind
from auditapp.domain.working_days import working_day_from, working_day_until

ROUND_SIZE = 6
"""How many children a multi-agency round looks at where nobody says otherwise."""
QUARTER_MONTHS = 3
NOT_COPIED = frozenset({ProgrammeKind.INSPECTION})
"""An inspection comes unasked: that there was one says nothing of the next year."""
REPEAT = ": repeat"


@dataclass(frozen=True, slots=True)
class Proposed:
    """An entry that would be added. `origin` is there only once, `group` holds the occurrences of one series."""

    plan: Plan
    origin: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be added to a year, in order of time, and how much is left out because it is there already."""

    added: tuple[Proposed, ...]
    left_out: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """What tells whether a proposal is still the one that somebody looked at."""
        return hashlib.sha256(repr(self.added).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Move:
    """An entry that would be moved, and its plan on the new days."""

    entry: Entry
    plan: Plan


def fingerprint_of(moves: Sequence[Move]) -> str:
    """Say what tells whether some moves are still those that somebody looked at."""
    told = [(move.entry.public_id, move.entry.version, move.plan.starts_on) for move in moves]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def moves(entry: Entry, to: date, *, later: Iterable[Entry] = ()) -> tuple[Move, ...]:
    """Move an entry to a day (of what is monthly, to that day's month), and the later ones of its series as far.

    What is not monthly starts and ends on working days. Later ones that are done, cancelled or started stay.
    """
    others = [other for other in later if other.is_movable and other.plan.starts_on > entry.plan.starts_on]
    in_order = sorted(others, key=lambda other: (other.plan.starts_on, other.public_id))
    if entry.plan.kind in MONTHLY:
        months = _months_between(entry.plan.month, Month.of(to))
        return tuple(Move(each, _moved_by_months(each.plan, months)) for each in (entry, *in_order))
    far = working_day_from(to) - entry.plan.starts_on
    return tuple(Move(each, _moved_by(each.plan, far)) for each in (entry, *in_order))


def _months_between(first: Month, last: Month) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _moved_by_months(plan: Plan, months: int) -> Plan:
    month = plan.month.plus(months)
    report = plan.report_due_on and working_day_from(months_earlier(plan.report_due_on, -months))
    return replace(plan, report_due_on=report).starting(month.first_day, month.last_day)


def _moved_by(plan: Plan, far: timedelta) -> Plan:
    report = plan.report_due_on and working_day_from(plan.report_due_on + far)
    starts_on, ends_on = working_day_from(plan.starts_on + far), working_day_from(plan.ends_on + far)
    return replace(plan, report_due_on=report).starting(starts_on, ends_on)


def occurrences(plan: Plan) -> tuple[Plan, ...]:
    """Return a plan with its repetitions up to the end of the council's year: monthly, or a round every quarter."""
    months = 1 if plan.kind in MONTHLY else QUARTER_MONTHS
    starts = (months_earlier(plan.starts_on, -months * at) for at in count(1))
    within = takewhile(lambda day: CouncilYear.of(Month.of(day)) == plan.year, starts)
    return (plan, *(_on_another_day(plan, _within(plan.year, working_day_from(day))) for day in within))


def _on_another_day(plan: Plan, starts_on: date) -> Plan:
    return plan.starting(starts_on, starts_on + (plan.ends_on - plan.starts_on))


def rhythm(
    year: CouncilYear,
    entries: Iterable[Entry],
    *,
    quota: Callable[[Month], int],
    supervision: int,
    taken: Collection[str] = (),
) -> Proposal:
    """Propose the guide's rhythm: every month its QoP and supervision audits, every quarter a multi-agency round.

    `taken` are origins that were used before: what was added once and moved away or cancelled, is not added again.
    """
    sizes: dict[ProgrammeKind, Callable[[Month], int]] = {
        ProgrammeKind.QOP_MONTH: quota,
        ProgrammeKind.SUPERVISION: lambda _: supervision,
    }
    monthly = (_proposed(kind, month.first_day, size(month)) for kind, size in sizes.items() for month in year.months)
    rounds = (
        _proposed(ProgrammeKind.MULTI_AGENCY, working_day_from(quarter.first_day), ROUND_SIZE)
        for quarter in quarters_of(year)
    )
    return _without_known(chain(monthly, rounds), entries, taken)


def _proposed(kind: ProgrammeKind, starts_on: date, size: int) -> Proposed:
    plan = checked(Plan(kind=kind, starts_on=starts_on, ends_on=starts_on, size=size))
    return Proposed(plan, f"rhythm:{kind}:{plan.month}", kind)


def copied(
    year: CouncilYear,
    last: Iterable[Entry],
    entries: Iterable[Entry],
    *,
    auditors: Collection[str],
    taken: Collection[str] = (),
) -> Proposal:
    """Propose last year's programme for a year: the same months, and the same days or the next working ones, in order.

    Left out are what was cancelled, inspections, deep dives whose repeat is planned, and what the year has already.
    Of the auditors those stay who are still active.
    """
    last = list(last)
    repeated = {entry.repeats for entry in last} | {entry.repeats for entry in entries}
    wanted = (
        Proposed(_a_year_later(entry.plan, year, auditors), f"copy:{entry.public_id}", entry.series or "")
        for entry in sorted(last, key=_in_time)
        if entry.stands and entry.plan.kind not in NOT_COPIED and entry.public_id not in repeated
    )
    return _without_known(wanted, entries, taken)


def _in_time(entry: Entry) -> tuple[date, str, str]:
    return entry.plan.starts_on, entry.plan.kind, entry.public_id


def _a_year_later(plan: Plan, year: CouncilYear, auditors: Collection[str]) -> Plan:
    def later(day: date) -> date:
        return working_day_from(months_earlier(day, -12))

    kept = replace(
        plan,
        report_due_on=plan.report_due_on and later(plan.report_due_on),
        auditors=tuple(person for person in plan.auditors if person in auditors),
    )
    if plan.kind in MONTHLY:
        month = plan.month.plus(12)
        return kept.starting(month.first_day, month.last_day)
    starts_on = _within(year, later(plan.starts_on))
    return kept.starting(starts_on, max(starts_on, later(plan.ends_on)))


def _within(year: CouncilYear, day: date) -> date:
    """Return the day, or the last working day of the year where the next one would be after it."""
    return min(day, working_day_until(year.last_day))


def _without_known(wanted: Iterable[Proposed], entries: Iterable[Entry], taken: Collection[str]) -> Proposal:
    """Leave out what was added before, and what has its place already; put the rest in order of time."""
    standing = [entry.plan for entry in entries if entry.stands]
    added: list[Proposed] = []
    left_out: list[str] = []
    for each in wanted:
        if each.origin in taken or any(same_place(each.plan, plan) for plan in standing):
            left_out.append(each.plan.title)
        else:
            added.append(each)
    return Proposal(tuple(sorted(added, key=lambda each: each.plan.starts_on)), tuple(left_out))


def repeat_of(plan: Plan, *, months: int) -> Plan:
    """Return the repeat of a deep dive so many months later, on working days."""

    def later(day: date) -> date:
        return working_day_from(months_earlier(day, -months))

    usual = plan.title == usual_title(plan.kind, plan.starts_on)
    is_named = not usual and not plan.title.endswith(REPEAT)
    title = f"{plan.title[: LONGEST_TITLE - len(REPEAT)]}{REPEAT}" if is_named else plan.title
    report = plan.report_due_on and later(plan.report_due_on)
    again = replace(plan, title=title, report_due_on=report)
    return again.starting(later(plan.starts_on), later(plan.ends_on))
