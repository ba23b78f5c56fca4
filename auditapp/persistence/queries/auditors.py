"""Who can audit: the time that they have, what they were given, and for whom audits wait in vain."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from fractions import Fraction

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from auditapp.domain.absences import LEAST_TIME, Away, time_left
from auditapp.domain.calendar import CouncilYear, Span
from auditapp.domain.quota import Auditor
from auditapp.domain.vocabulary import AbsenceState, AuditState, CycleKind, Role
from auditapp.domain.workflow import OPEN
from auditapp.persistence.absences import Absence
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListWorker
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person, RoleGrant

MAY_AUDIT = (Person.is_active, Person.grants.any(RoleGrant.role == Role.AUDITOR))


def auditors(session: Session, *, named: Collection[str] = ()) -> Sequence[Person]:
    """Return everybody who may be given audits, with their roles, by name; of those that are named, where any are."""
    query = select(Person).where(*MAY_AUDIT).options(selectinload(Person.grants))
    if named:
        query = query.where(Person.public_id.in_(named))
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


def is_with_leaver() -> ColumnElement[bool]:
    """Whether an audit is with somebody who can no longer be given audits: they left, or manage no team any more."""
    return Audit.auditor_id.is_not(None) & Audit.auditor_id.not_in(select(Person.id).where(*MAY_AUDIT))


def is_with_somebody_away(today: date) -> ColumnElement[bool]:
    """Whether an audit is with somebody who is away on a day, or exempt on it."""
    away = select(Absence.person_id).where(
        Absence.state == AbsenceState.APPROVED, Absence.starts_on <= today, Absence.ends_on >= today
    )
    return Audit.auditor_id.in_(away)
