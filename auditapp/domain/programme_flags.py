"""What is wrong with a year as it is planned: said when it is planned, not when it is missed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor

from auditapp.domain.calendar import CouncilYear, Month, Quarter, say_date
from auditapp.domain.programme import MONTHLY, STARTED, Entry, load, load_besides
from auditapp.domain.programme_settings import ProgrammeSettings
from auditapp.domain.programme_steps import STEPPED, steps_of
from auditapp.domain.vocabulary import ProgrammeKind, ProgrammeState
from auditapp.domain.wording import say_count, say_list
from auditapp.domain.working_days import announced_until, is_announced, is_working_day

DIVE = ProgrammeKind.DEEP_DIVE


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many audits the active auditors can do in a month: their working time, together, times the most for one.

    `away` is the working time that approved absences and exemptions take of a month, where they take any.
    """

    auditors: int
    working_time: Fraction
    most_each: int
    away: Mapping[Month, Fraction] = field(default_factory=dict)

    @property
    def audits(self) -> int:
        """The number of a month in which nobody is away, rounded down."""
        return floor(self.working_time * self.most_each)

    def of(self, month: Month) -> int:
        """The number of a month, rounded down."""
        return floor((self.working_time - self.away.get(month, 0)) * self.most_each)

    @property
    def words(self) -> str:
        """How the number comes about."""
        together = f"{float(self.working_time):.2f}".rstrip("0").rstrip(".")
        return (
            f"{say_count(self.auditors, 'active auditor')}, working {together} of full time together, "
            f"at most {self.most_each} each a month: {say_count(self.audits, 'audit')} a month.{self._less}"
        )

    @property
    def _less(self) -> str:
        less = [f"{self.of(month)} in {month.label}" for month in sorted(self.away) if self.of(month) < self.audits]
        return f" Approved absences and exemptions leave {say_list(less)}." if less else ""


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing to mend: in a word or two, in a sentence, and which months and entries it is about.

    `is_shared`: every entry of its months has a part in it.
    """

    short: str
    words: str
    months: tuple[Month, ...] = ()
    entries: tuple[str, ...] = ()
    is_shared: bool = False

    def is_about(self, entry: Entry) -> bool:
        """Whether somebody who looks at an entry has to know."""
        shares = self.is_shared and entry.stands and bool({*self.months} & {*entry.plan.months})
        return entry.public_id in self.entries or shares


@dataclass(frozen=True, slots=True)
class Measures:
    """What a year is held against: what auditors can do, what months owe, and the slugs of tools that look at cases.

    Months that are over on `today` can hold no fewer audits any more. What is not known is not held against it.
    """

    capacity: Capacity
    settings: ProgrammeSettings | None = None
    case_tools: Collection[str] | None = None
    today: date | None = None


def flags(year: CouncilYear, entries: Iterable[Entry], measures: Measures) -> tuple[Flag, ...]:
    """Return all that is wrong with a year. `entries` are those that touch it; a year without any has no flags."""
    standing = sorted((entry for entry in entries if entry.stands), key=lambda entry: entry.plan.starts_on)
    if not standing:
        return ()
    starting = [entry for entry in standing if entry.plan.year == year]
    return (
        *_quarters_without_a_round(year, starting),
        *_months_without_audits(year, starting),
        *_below_the_quota(year, standing, measures),
        *_over_capacity(year, standing, measures),
        *(
            flag
            for entry in starting
            for flag in (*_of_one(entry), *_without_a_way(entry, measures), *_late(entry, measures.today))
        ),
        *_unannounced(starting),
    )


def quarters_of(year: CouncilYear) -> tuple[Quarter, ...]:
    """Return the four quarters of a council's year."""
    return tuple(dict.fromkeys(Quarter.of(month) for month in year.months))


def rounds_of(quarter: Quarter, entries: Iterable[Entry]) -> int:
    """Count the multi-agency rounds that start in a quarter; one is owed."""
    return sum(
        entry.stands and entry.plan.kind is ProgrammeKind.MULTI_AGENCY and Quarter.of(entry.plan.month) == quarter
        for entry in entries
    )


def _quarters_without_a_round(year: CouncilYear, entries: Sequence[Entry]) -> Iterator[Flag]:
    for quarter in quarters_of(year):
        if not rounds_of(quarter, entries):
            words = f"No multi-agency round starts in {quarter.label}. One a quarter is owed to the Board."
            yield Flag("No round", words, quarter.months)


def _months_without_audits(year: CouncilYear, entries: Sequence[Entry]) -> Iterator[Flag]:
    planned = {entry.plan.month for entry in entries if entry.plan.kind is ProgrammeKind.QOP_MONTH}
    missing = tuple(month for month in year.months if month not in planned)
    if missing:
        yield Flag("No QoP month", f"No Quality of Practice month is planned for {_listed(missing)}.", missing)


def _below_the_quota(year: CouncilYear, entries: Sequence[Entry], measures: Measures) -> Iterator[Flag]:
    settings = measures.settings
    months = {entry.plan.month for entry in entries if entry.plan.kind is ProgrammeKind.QOP_MONTH}
    if settings is None or not months >= {*year.months}:
        return
    besides = load_besides((entry.plan for entry in entries), settings)
    planned = sum(entry.plan.size for entry in entries if entry.plan.kind is ProgrammeKind.QOP_MONTH)
    planned += sum(besides.get(month, 0) for month in year.months)
    owed = sum(map(settings.quota_of, year.months))
    if planned < owed:
        hold = (
            "What counts to the average of the year is planned with"
            if any(map(settings.counted_in, year.months))
            else "The Quality of Practice months of the year hold"
        )
        words = f"{hold} {planned} audits together, and {owed} are owed on average. Plan more in some of its months."
        yield Flag("Below the quota", words, year.months)


def _over_capacity(year: CouncilYear, entries: Sequence[Entry], measures: Measures) -> Iterator[Flag]:
    capacity = measures.capacity
    if not capacity.auditors:
        yield Flag("No auditors", "Nobody is active as an auditor, so no month can be done.", year.months)
        return
    planned = load(entry.plan for entry in entries)
    for month in year.months:
        over = planned.get(month, 0) - capacity.of(month)
        is_past = measures.today is not None and month.last_day < measures.today
        if over > 0 and not is_past:
            words = (
                f"{month.label} holds {planned[month]} audits, {over} more than the auditors can do. "
                "Move something to another month, or plan fewer."
            )
            yield Flag("Over capacity", words, (month,), is_shared=True)


def _of_one(entry: Entry) -> Iterator[Flag]:
    plan, about = entry.plan, (entry.public_id,)
    lacks = [
        words
        for words, missing in (
            ("an audit tool", not plan.tool),
            ("a day on which its report is due", not plan.report_due_on),
        )
        if missing and plan.kind is ProgrammeKind.THEMATIC
    ]
    if lacks:
        yield Flag(
            "Not complete", f"‘{plan.title}’ has no {' and no '.join(_without_article(lacks))} yet.", entries=about
        )
    if plan.report_due_on and plan.report_due_on < plan.ends_on and plan.kind is not ProgrammeKind.MULTI_AGENCY:
        words = (
            f"The report of ‘{plan.title}’ is due on {say_date(plan.report_due_on)}, "
            f"before the audits end on {say_date(plan.ends_on)}."
        )
        yield Flag("Report before the end", words, entries=about)
    rests = [(what, day) for what, day in _days_of(entry) if not is_working_day(day)]
    if rests:
        said = say_list([f"{what} on {day:%A} {say_date(day)}" for what, day in rests])
        yield Flag("Day of rest", f"‘{plan.title}’ {said}. Choose a working day.", entries=about)


def _days_of(entry: Entry) -> Iterator[tuple[str, date]]:
    """Yield the days that somebody chose for an entry; months and the steps of rounds come of the calendar."""
    plan = entry.plan
    if plan.kind in MONTHLY:
        return
    yield "starts", plan.starts_on
    if plan.kind not in STEPPED:
        yield "has its audits due", plan.ends_on
        if plan.report_due_on:
            yield "has its report due", plan.report_due_on


def _without_a_way(entry: Entry, measures: Measures) -> Iterator[Flag]:
    """A theme looks at cases, and a deep dive at cases or at supervision: with another tool it cannot be started."""
    plan = entry.plan
    knows = measures.case_tools is not None and plan.tool and plan.kind in STARTED
    is_startable = plan.is_supervision_dive or plan.tool in (measures.case_tools or ())
    if knows and not entry.is_started and not is_startable:
        words = (
            f"‘{plan.title}’ cannot be started: its audit tool does not look at cases, or is not published. Choose "
            "another one."
        )
        yield Flag("No way to start", words, entries=(entry.public_id,))


def _late(entry: Entry, today: date | None) -> Iterator[Flag]:
    """Steps of a round that are past and not marked as done, and what should have been started or opened."""
    if today is None or entry.state is not ProgrammeState.PLANNED:
        return
    plan, ticked = entry.plan, {tick.step for tick in entry.ticks}
    steps = [step for step in steps_of(plan.kind, plan.starts_on) if step.name not in ticked]
    late = [step.name for step in steps if step.due_on < today]
    if late:
        past = say_count(len(late), "step is", "steps are")
        words = f"‘{plan.title}’: {past} past and not marked as done: {say_list(late)}."
        yield Flag("Late", words, entries=(entry.public_id,))
    if plan.kind in STARTED and not entry.is_started and plan.starts_on < today:
        words = f"‘{plan.title}’ was to start on {say_date(plan.starts_on)}."
        yield Flag("Not started", words, entries=(entry.public_id,))
    if plan.kind in MONTHLY and not entry.is_started and plan.month.last_day < today:
        yield Flag("Not opened", f"‘{plan.title}’ is over and was never opened.", entries=(entry.public_id,))


def _without_article(words: Iterable[str]) -> list[str]:
    return [each.partition(" ")[2] for each in words]


def unannounced_of(entry: Entry) -> tuple[int, ...]:
    """Return the calendar years of an entry whose bank holidays are not known; those of whole months do not matter."""
    plan = entry.plan
    if plan.kind in MONTHLY:
        days: tuple[date | None, ...] = (plan.starts_on,)
    else:
        steps = (step.due_on for step in steps_of(plan.kind, plan.starts_on))
        days = (plan.starts_on, plan.ends_on, plan.report_due_on, *steps)
    return tuple(sorted({day.year for day in days if day and not is_announced(day)}))


def _unannounced(entries: Sequence[Entry]) -> Iterator[Flag]:
    found: dict[int, list[str]] = {}
    for entry in entries:
        for year in unannounced_of(entry):
            found.setdefault(year, []).append(entry.public_id)
    for year, about in sorted(found.items()):
        words = (
            f"The bank holidays of {year} are not announced yet, only those up to {announced_until().year}. "
            f"Days of {say_count(len(about), 'entry', 'entries')} in {year} leave out weekends alone: look at them "
            "again once the holidays are known."
        )
        yield Flag("Holidays not announced", words, entries=tuple(about))


def _listed(months: Sequence[Month]) -> str:
    *others, last = [month.label for month in months]
    return f"{', '.join(others)} and {last}" if others else last
