"""What a month is made of: who can audit, what was done, which cases may not be drawn again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import ColumnElement, String, case, cast, func, select
from sqlalchemy.orm import Session, selectinload

from auditapp.domain.absences import LEAST_TIME, Away, time_left
from auditapp.domain.calendar import CouncilYear, Month, Span
from auditapp.domain.counts import COUNTED_AS
from auditapp.domain.cycle_names import say_cycle
from auditapp.domain.programme_settings import from_json
from auditapp.domain.quota import Auditor, Quota
from auditapp.domain.vocabulary import (
    AbsenceState,
    AuditState,
    CycleKind,
    Measure,
    ProgrammeKind,
    ProgrammeState,
    Role,
)
from auditapp.domain.workflow import OPEN
from auditapp.persistence.absences import Absence
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListWorker
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.people import Person, RoleGrant
from auditapp.persistence.programme import ProgrammeEntry
from auditapp.persistence.programme_settings import SETTINGS
from auditapp.persistence.rollup import FindingCount
from auditapp.persistence.tools import ToolVersion

QOP = "quality-of-practice"
# What counts to a month's quota: its own audits, and earlier results. Themes and supervision are shown beside it.
OF_PROGRAMME = tuple(kind for kind, counted in COUNTED_AS.items() if counted is CycleKind.QOP)
MAY_AUDIT = (Person.is_active, Person.grants.any(RoleGrant.role == Role.AUDITOR))

# Parts of a statement, because every page that shows a target has one to put them in.
# Every opened month with the target it was opened with, as '2026-10=20,2026-11=27'.
OPENED = (
    select(func.aggregate_strings(Cycle.period + "=" + cast(Cycle.target, String), ","))
    .where(Cycle.kind == CycleKind.QOP)
    .correlate(None)
    .scalar_subquery()
)
FIRST_SUBMITTED = (
    select(Audit.first_submitted_at)
    .join(ToolVersion, ToolVersion.id == Audit.tool_version_id)
    .join(Cycle, Cycle.id == Audit.cycle_id)
    .where(Audit.state == AuditState.SUBMITTED, ToolVersion.slug == QOP, Cycle.kind.in_(OF_PROGRAMME))
    .order_by(Audit.first_submitted_at)
    .limit(1)
    .correlate(None)
    .scalar_subquery()
)
# Every QoP month that the programme plans with its number, as '2026-12-01=20,2027-01-01=26'.
PLANNED = (
    select(
        func.aggregate_strings(cast(ProgrammeEntry.starts_on, String) + "=" + cast(ProgrammeEntry.size, String), ",")
    )
    .where(ProgrammeEntry.kind == ProgrammeKind.QOP_MONTH, ProgrammeEntry.state != ProgrammeState.CANCELLED)
    .correlate(None)
    .scalar_subquery()
)
QUOTA = (OPENED, PLANNED, FIRST_SUBMITTED, SETTINGS)


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One cycle of a list: how many audits, how many of them submitted. `month` is its own, or that of its start."""

    public_id: str
    kind: CycleKind
    period: str
    title: str
    month: Month
    target: int
    audits: int
    submitted: int
    replaced: int
    opened_at: datetime

    @property
    def name(self) -> str:
        """What people call it."""
        return say_cycle(self.kind, self.period, self.title)

    @property
    def is_finished(self) -> bool:
        """Whether every audit of it is submitted."""
        return self.submitted == self.audits


def months(session: Session) -> tuple[CycleRow, ...]:
    """Return the QoP months that were opened, the last one first."""
    return cycles_of(session, CycleKind.QOP)


def cycles_of(session: Session, kind: CycleKind) -> tuple[CycleRow, ...]:
    """Return the cycles of a kind, the last one first."""
    states = (
        select(Audit.cycle_id, Audit.state, func.count())
        .join(Audit.cycle)
        .where(Cycle.kind == kind)
        .group_by(Audit.cycle_id, Audit.state)
    )
    counted: dict[int, Counter[AuditState]] = {}
    for cycle_id, state, n in session.execute(states):
        counted.setdefault(cycle_id, Counter())[state] = n
    opened = session.scalars(select(Cycle).where(Cycle.kind == kind).order_by(Cycle.period.desc()))
    return tuple(_row(cycle, counted.get(cycle.id, Counter())) for cycle in opened)


def months_opened(session: Session, wanted: Iterable[Month]) -> dict[Month, CycleRow]:
    """Return those of some months that were opened."""
    query = (
        select(
            Cycle.public_id,
            Cycle.kind,
            Cycle.period,
            Cycle.title,
            Cycle.target,
            Cycle.opened_at,
            func.count(case((Audit.state != AuditState.REPLACED, 1))),
            func.count(case((Audit.state == AuditState.SUBMITTED, 1))),
            func.count(case((Audit.state == AuditState.REPLACED, 1))),
        )
        .outerjoin(Audit, Audit.cycle_id == Cycle.id)
        .where(Cycle.kind == CycleKind.QOP, Cycle.period.in_([str(month) for month in wanted]))
        .group_by(Cycle.id)
    )
    rows = [
        CycleRow(public_id, kind, period, title, Month.parse(period), target, audits, submitted, replaced, opened_at)
        for public_id, kind, period, title, target, opened_at, audits, submitted, replaced in session.execute(query)
    ]
    return {row.month: row for row in rows}


def drawn_cycles(session: Session) -> Sequence[Cycle]:
    """Return every cycle whose cases or files were drawn, the last one first."""
    query = select(Cycle).join(CycleDraw, CycleDraw.cycle_id == Cycle.id).order_by(Cycle.opened_at.desc(), Cycle.id)
    return session.scalars(query).all()


def _row(cycle: Cycle, states: Counter[AuditState]) -> CycleRow:
    replaced = states[AuditState.REPLACED]
    return CycleRow(
        public_id=cycle.public_id,
        kind=cycle.kind,
        period=cycle.period,
        title=cycle.title,
        month=cycle.month,
        target=cycle.target,
        audits=states.total() - replaced,
        submitted=states[AuditState.SUBMITTED],
        replaced=replaced,
        opened_at=cycle.opened_at,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many open audits there are of all cycles: late, with nobody, sent back, with those who left or are away."""

    late: int
    unassigned: int
    returned: int
    left: int
    away: int


def waiting(session: Session, *, today: date) -> Waiting:
    """Count the audits of all cycles that wait for somebody."""
    query = select(
        func.count(case((Audit.due_on < today, 1))),
        func.count(case((Audit.auditor_id.is_(None), 1))),
        func.count(case((Audit.state == AuditState.RETURNED, 1))),
        func.count(case((is_with_leaver(), 1))),
        func.count(case((is_with_somebody_away(today), 1))),
    ).where(Audit.state.in_(OPEN))
    return Waiting(*session.execute(query).one())


def is_with_leaver() -> ColumnElement[bool]:
    """Whether an audit is with somebody who can no longer be given audits: they left, or manage no team any more."""
    return Audit.auditor_id.is_not(None) & Audit.auditor_id.not_in(select(Person.id).where(*MAY_AUDIT))


def is_with_somebody_away(today: date) -> ColumnElement[bool]:
    """Whether an audit is with somebody who is away on a day, or exempt on it."""
    away = select(Absence.person_id).where(
        Absence.state == AbsenceState.APPROVED, Absence.starts_on <= today, Absence.ends_on >= today
    )
    return Audit.auditor_id.in_(away)


def done_by_month(session: Session, wanted: Iterable[Month]) -> dict[Month, int]:
    """Return how many QoP audits count in each of some months, none where there were none."""
    asked = {str(month): month for month in wanted}
    query = (
        select(FindingCount.month, func.sum(FindingCount.n))
        .join(ToolVersion, ToolVersion.id == FindingCount.tool_version_id)
        .where(
            ToolVersion.slug == QOP,
            FindingCount.cycle_kind == CycleKind.QOP.value,
            FindingCount.measure == Measure.OVERALL.value,
            FindingCount.month.in_(list(asked)),
        )
        .group_by(FindingCount.month)
    )
    found = {asked[month]: int(n) for month, n in session.execute(query)}
    return {month: found.get(month, 0) for month in asked.values()}


def quota_in_force(session: Session) -> Quota:
    """Return what the council owes."""
    return read_quota(*session.execute(select(*QUOTA)).one())


def read_quota(
    opened: str | None, planned: str | None, first_submitted: datetime | None, settings: str | None
) -> Quota:
    """Return the quota that the columns of `QUOTA` hold.

    The service began with the first QoP month that was opened, or with that of the first audit that counts.
    """
    targets = {Month.parse(period): int(target) for period, target in _pairs(opened)}
    counted = [Month.of(first_submitted)] if first_submitted else []
    return Quota(
        min((*targets, *counted), default=None),
        from_json(settings),
        opened=targets,
        planned={Month.of(date.fromisoformat(day)): int(size) for day, size in _pairs(planned)},
    )


def _pairs(text: str | None) -> list[list[str]]:
    return [each.split("=") for each in (text or "").split(",") if each]


def auditors(session: Session) -> Sequence[Person]:
    """Return everybody who may be given audits, with their roles, by name."""
    query = select(Person).where(*MAY_AUDIT).options(selectinload(Person.grants))
    return session.scalars(query.order_by(Person.name, Person.id)).all()


def shares_of(
    session: Session,
    people: Iterable[Person],
    *,
    year: CouncilYear,
    kind: CycleKind = CycleKind.QOP,
    days: Span | None = None,
    but: Cycle | None = None,
) -> list[Auditor]:
    """Return what sharing out needs to know of auditors: their time, and what they have of a year's cycles of a kind.

    A QoP month is of its own year, whenever it was opened; other cycles are of the year in which they began. Where the
    days are given in which they would audit, their time is what absences leave of these. What they have of one cycle
    can be left out: it is to be shared out.
    """
    is_of_year: ColumnElement[bool] = Cycle.period.in_([str(month) for month in year.months])
    if kind is not CycleKind.QOP:
        begins, ends = year.bounds_utc()
        is_of_year = (Cycle.opened_at >= begins) & (Cycle.opened_at < ends)
    given = (
        select(Audit.auditor_id, func.count())
        .join(Audit.cycle)
        .where(Cycle.kind == kind, is_of_year, Audit.state != AuditState.REPLACED)
        .group_by(Audit.auditor_id)
    )
    if but is not None:
        given = given.where(Audit.cycle_id != but.id)
    counts = {person_id: n for person_id, n in session.execute(given) if person_id is not None}
    left = _time_left(session, days) if days else {}
    return [
        Auditor(
            person.id,
            working_time=Fraction(person.working_time) * left.get(person.id, 1),
            absent=left.get(person.id, 1) < LEAST_TIME,
            done_this_year=counts.get(person.id, 0),
        )
        for person in people
    ]


def _time_left(session: Session, days: Span) -> dict[int, Fraction]:
    """Return what absences leave of some days, by person: nothing is said of those who have none."""
    return {person_id: time_left(found, days) for person_id, found in aways(session, days).items()}


def aways(session: Session, days: Span, *, person_id: int | None = None) -> dict[int, tuple[Away, ...]]:
    """Return the approved absences and exemptions that touch some days, by person: of all, or of one."""
    query = select(Absence.person_id, Absence.kind, Absence.starts_on, Absence.ends_on).where(
        Absence.state == AbsenceState.APPROVED, Absence.starts_on <= days.ends, Absence.ends_on >= days.begins
    )
    if person_id is not None:
        query = query.where(Absence.person_id == person_id)
    found: dict[int, tuple[Away, ...]] = {}
    for whose, kind, starts_on, ends_on in session.execute(query.order_by(Absence.starts_on, Absence.id)):
        found[whose] = (*found.get(whose, ()), Away(kind, starts_on, ends_on))
    return found


def held_of(session: Session, cycle: Cycle) -> dict[int, int]:
    """Return how many audits of a cycle everybody has, those that were replaced aside."""
    query = select(Audit.auditor_id, func.count()).where(
        Audit.cycle_id == cycle.id, Audit.state != AuditState.REPLACED, Audit.auditor_id.is_not(None)
    )
    return {person_id: n for person_id, n in session.execute(query.group_by(Audit.auditor_id)) if person_id}


def open_by_auditor(session: Session) -> dict[int, int]:
    """Return how many audits of all cycles everybody has to finish."""
    query = select(Audit.auditor_id, func.count()).where(Audit.state.in_(OPEN), Audit.auditor_id.is_not(None))
    return {person_id: n for person_id, n in session.execute(query.group_by(Audit.auditor_id)) if person_id}


def teams_of_workers(session: Session) -> dict[int, frozenset[int]]:
    """Return the teams of the people whom case lists name as workers, by person."""
    query = select(RoleGrant.person_id, RoleGrant.team_id).where(
        RoleGrant.team_id.is_not(None), RoleGrant.person_id.in_(select(ListWorker.person_id))
    )
    found: dict[int, set[int]] = {}
    for person_id, team_id in session.execute(query):
        if team_id is not None:
            found.setdefault(person_id, set()).add(team_id)
    return {person_id: frozenset(teams) for person_id, teams in found.items()}
