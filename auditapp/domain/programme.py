"""The programme of a council's year: what is planned, what every plan must be, and how many audits fall into a month.

A Quality of Practice month and a month's supervision audits fill whole months. A round of several agencies is dated by
its steps from its start (`programme_steps`). A thematic audit and a deep dive have the days that somebody gives them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from auditapp.domain.apportionment import apportion
from auditapp.domain.calendar import CouncilYear, Month, Quarter, Span, say_date
from auditapp.domain.errors import NotNow, Refused
from auditapp.domain.programme_settings import BESIDE, ProgrammeSettings
from auditapp.domain.programme_steps import RE_CHECK, STEPPED, ends_of, report_of, steps_of
from auditapp.domain.tools import SUPERVISION
from auditapp.domain.vocabulary import CaseType, CycleKind, ProgrammeKind, ProgrammeState
from auditapp.domain.wording import say_count
from auditapp.domain.working_days import is_working_day

MONTHLY: Final = frozenset({ProgrammeKind.QOP_MONTH, ProgrammeKind.SUPERVISION})
"""What a month has once, and all of."""

STARTED: Final = frozenset({ProgrammeKind.THEMATIC, ProgrammeKind.DEEP_DIVE})
"""What somebody starts from its entry: one question, asked of a number of cases or of supervision files."""

LONGEST_TITLE, LONGEST_LINE, LONGEST_TEXT = 120, 120, 4000
SIZE_AT_MOST = 500
LONGEST_RUN = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is planned, as somebody writes it down. `auditors` are public identifiers, `tool` is a tool's slug.

    `size` counts audits; of a round, the children looked at.
    """

    kind: ProgrammeKind
    starts_on: date
    ends_on: date
    title: str = ""
    report_due_on: date | None = None
    size: int = 1
    practice_area: str = ""
    key_lines: str = ""
    tool: str = ""
    case_types: tuple[CaseType, ...] = ()
    auditors: tuple[str, ...] = ()
    note: str = ""

    @property
    def month(self) -> Month:
        """The month in which it starts."""
        return Month.of(self.starts_on)

    @property
    def year(self) -> CouncilYear:
        """The council's year in which it starts."""
        return CouncilYear.of(self.month)

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month that it touches."""
        return Span(self.starts_on, self.ends_on).months

    @property
    def counted_as(self) -> CycleKind | None:
        """Which of the council's own audits it holds, none in a round: those are the agencies'."""
        if self.kind in STEPPED:
            return None
        if self.kind is ProgrammeKind.QOP_MONTH:
            return CycleKind.QOP
        is_of_files = self.kind is ProgrammeKind.SUPERVISION or self.is_supervision_dive
        return CycleKind.SUPERVISION if is_of_files else CycleKind.THEMATIC

    @property
    def is_supervision_dive(self) -> bool:
        """Whether it is a deep dive that looks at supervision files, and at no cases."""
        return self.kind is ProgrammeKind.DEEP_DIVE and self.tool == SUPERVISION

    @property
    def days(self) -> str:
        """When it is, as people write it: a month, a day, or from when to when."""
        if self.kind in MONTHLY:
            return self.month.label
        if self.starts_on == self.ends_on:
            return say_date(self.starts_on)
        return Span(self.starts_on, self.ends_on).label

    def starting(self, starts_on: date, ends_on: date) -> "Plan":
        """The same on other days; a title that only says when it is says the new days."""
        title = "" if self.title == usual_title(self.kind, self.starts_on) else self.title
        return checked(replace(self, starts_on=starts_on, ends_on=ends_on, title=title))


@dataclass(frozen=True, slots=True)
class Tick:
    """That a step of a round is done: its name, who said so (a public identifier), and when."""

    step: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the programme. `series` is what its occurrences share, `origin` what it was made from.

    `repeats` is the public identifier of the deep dive that it repeats. `is_started`: audits were started from it, so
    it can no longer be moved; `cycle` is the public identifier of these, where it was read with them. `ticks` are the
    steps of a round that are done. `taken_out` are those whom it named before, and `report_was_due_on` is the day of a
    report that it asks for no longer.
    """

    public_id: str
    plan: Plan
    state: ProgrammeState = ProgrammeState.PLANNED
    series: str | None = None
    origin: str | None = None
    repeats: str | None = None
    cancellation: str = ""
    is_started: bool = False
    cycle: str = ""
    ticks: tuple[Tick, ...] = ()
    taken_out: tuple[str, ...] = ()
    report_was_due_on: date | None = None
    changed_at: datetime | None = None
    version: int = 1

    @property
    def stands(self) -> bool:
        """Whether it was not cancelled."""
        return self.state is not ProgrammeState.CANCELLED

    @property
    def is_movable(self) -> bool:
        """Whether it is still only planned."""
        return self.state is ProgrammeState.PLANNED and not self.is_started


def usual_title(kind: ProgrammeKind, starts_on: date) -> str:
    """What an entry is called where nobody gave it a name: what it is, and when."""
    month = Month.of(starts_on)
    if kind is ProgrammeKind.MULTI_AGENCY:
        return f"Multi-agency round, {Quarter.of(month).label}"
    called = "Quality of Practice" if kind is ProgrammeKind.QOP_MONTH else kind.label
    return f"{called}, {month.label}"


def checked(plan: Plan) -> Plan:
    """The plan as it is kept: whole months are whole, a round ends with its steps, everything has a title."""
    if plan.kind in MONTHLY:
        plan = replace(plan, starts_on=plan.month.first_day, ends_on=plan.month.last_day, title="")
    if plan.kind in STEPPED:
        ends_on, report = ends_of(plan.kind, plan.starts_on), report_of(plan.kind, plan.starts_on)
        plan = replace(plan, ends_on=ends_on, report_due_on=report)
    title = " ".join(plan.title.split()) or usual_title(plan.kind, plan.starts_on)
    _check(replace(plan, title=title))
    return replace(plan, title=title)


def _check(plan: Plan) -> None:
    if plan.ends_on < plan.starts_on:
        raise Refused(f"It would end on {say_date(plan.ends_on)}, before it starts. Give the earlier day first.")
    if plan.ends_on - plan.starts_on > LONGEST_RUN:
        raise Refused("It would run for more than a year. Plan it as several entries.")
    if not 1 <= plan.size <= SIZE_AT_MOST:
        raise Refused(f"The number of audits must be from 1 to {SIZE_AT_MOST}.")
    if len(plan.title) > LONGEST_TITLE or not plan.title.isprintable():
        raise Refused(f"Write the title in {LONGEST_TITLE} characters or fewer.")
    if len(plan.practice_area) > LONGEST_LINE:
        raise Refused(f"Write the practice area in {LONGEST_LINE} characters or fewer.")
    if max(len(plan.key_lines), len(plan.note)) > LONGEST_TEXT:
        raise Refused(f"Write the key lines of enquiry and the note in {LONGEST_TEXT:,} characters or fewer each.")


def same_place(plan: Plan, other: Plan) -> bool:
    """Whether two plans are for the same thing: a month has one of what is monthly, a quarter one round.

    Everything else is the same by its title, within a year.
    """
    if plan.kind is not other.kind:
        return False
    if plan.kind in MONTHLY:
        return plan.month == other.month
    if plan.kind is ProgrammeKind.MULTI_AGENCY:
        return Quarter.of(plan.month) == Quarter.of(other.month)
    return plan.year == other.year and plan.title.casefold() == other.title.casefold()


def check_free(plan: Plan, standing: Iterable[Plan]) -> None:
    """Refuse a second one of what a month has once."""
    if plan.kind in MONTHLY and any(same_place(plan, other) for other in standing):
        raise Refused(f"{plan.month.label} has its {plan.kind.label} already. Change that one, or cancel it first.")


def check_planned(entry: Entry) -> None:
    """Refuse to change what was cancelled or is done."""
    if entry.state is not ProgrammeState.PLANNED:
        raise NotNow(f"This entry is now: {entry.state.label}. Nothing was changed.")


def why_not_done(entry: Entry, *, today: date, left: int = 0) -> str:
    """Say why a planned entry cannot be done yet; nothing where it can.

    It has not begun, a step of a round is not done, or of the audits that were started from it some are `left`: one
    round a quarter is owed to the Board, so none counts as done before it is. A theme that was never started here may
    have been done elsewhere, but not before its last day.
    """
    plan = entry.plan
    if left:
        return f"It can be marked as done when its audits are submitted. Now {say_count(left, 'is', 'are')} not."
    if plan.kind in STARTED:
        is_over = entry.is_started or plan.ends_on < today
        return "" if is_over else "It can be marked as done once it is started and its audits are submitted."
    if plan.starts_on > today:
        whole = "the whole round" if plan.kind in STEPPED else "it"
        return f"It starts on {say_date(plan.starts_on)}: {whole} can be marked as done from then on."
    ticked = {tick.step for tick in entry.ticks}
    steps = [step.name for step in steps_of(plan.kind, plan.starts_on)]
    missing = [name for name in steps if name not in ticked and name != RE_CHECK]
    still_open = say_count(len(missing), "step is open", "steps are open")
    return f"It can be marked as done when its steps are, the re-check aside. Now {still_open}." if missing else ""


def check_finished(entry: Entry, *, today: date, left: int = 0) -> None:
    """Refuse to mark as done what was cancelled, is done already, or cannot be done yet."""
    check_planned(entry)
    why_not = why_not_done(entry, today=today, left=left)
    if why_not:
        raise NotNow(f"{why_not} Nothing was changed.")


def check_within(plan: Plan, years: Collection[int]) -> None:
    """Refuse a start outside the council's years that have a programme, by the calendar years in which they start."""
    if plan.year.starts_in not in years:
        first, last = CouncilYear(min(years)), CouncilYear(max(years))
        reach = f"from {first.months[0].label} to {last.months[-1].label}"
        raise Refused(f"The programme reaches {reach}, and {say_date(plan.starts_on)} is not in it.")


def check_change(entry: Entry, plan: Plan) -> None:
    """Refuse to change what was settled: the kind, and once audits were started all but the report's day and the note.

    The audits go on with what they were started with, so the programme goes on saying it.
    """
    check_planned(entry)
    before = entry.plan
    if before.kind is not plan.kind:
        raise Refused("An entry stays what it is. Cancel it, and add another one.")
    if not entry.is_started:
        return
    if plan != replace(before, report_due_on=plan.report_due_on, note=plan.note):
        raise Refused("Audits were started from this entry. Only the day of its report and the note can be changed.")
    if before.report_due_on and (plan.report_due_on is None or plan.report_due_on < plan.ends_on):
        raise Refused(f"Its report cannot be due before its audits, on {say_date(plan.ends_on)}.")


def check_movable(entry: Entry) -> None:
    """Refuse to move or cancel what was started, cancelled or is done."""
    if entry.is_started:
        raise NotNow("Audits were started from this entry: it stays where it is. Nothing was changed.")
    check_planned(entry)


def load(plans: Iterable[Plan]) -> Mapping[Month, int]:
    """How many audits fall into each month: a plan over several months is shared among them by their working days."""
    found: dict[Month, int] = {}
    for plan in plans:
        days = {month: _working_days(plan, month) for month in plan.months}
        shared = apportion(plan.size, days, capacity=dict.fromkeys(days, plan.size), point=Fraction(1, 2))
        for month, n in shared.items():
            found[month] = found.get(month, 0) + n
    return found


def load_besides(plans: Iterable[Plan], settings: ProgrammeSettings) -> Mapping[Month, int]:
    """How many of the planned audits count to the average of each month beside its own, by the settings."""
    every, found = tuple(plans), dict[Month, int]()
    for kind in BESIDE:
        for month, n in load(plan for plan in every if plan.counted_as is kind).items():
            if kind in settings.counted_in(month):
                found[month] = found.get(month, 0) + n
    return found


def _working_days(plan: Plan, month: Month) -> int:
    first, last = max(plan.starts_on, month.first_day), min(plan.ends_on, month.last_day)
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return sum(is_working_day(day) for day in days) or 1
