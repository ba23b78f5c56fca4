"""What a month is made of: who can audit, what was done, which cases may not be drawn again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from auditapp.domain.calendar import Month
from auditapp.domain.quota import Auditor
from auditapp.domain.vocabulary import AuditState, CycleKind, Measure, Role
from auditapp.domain.workflow import OPEN
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person, RoleGrant
from auditapp.persistence.rollup import FindingCount
from auditapp.persistence.tools import ToolVersion

QOP = "quality-of-practice"
AUDITED = "Audited in the last 12 months"
BEING_AUDITED = "Being audited now"


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One month of the list: how many audits, how many of them submitted."""

    public_id: str
    month: Month
    target: int
    audits: int
    submitted: int
    replaced: int
    opened_at: datetime


def months(session: Session) -> tuple[CycleRow, ...]:
    """Return the QoP months that were opened, the last one first."""
    states = select(Audit.cycle_id, Audit.state, func.count()).group_by(Audit.cycle_id, Audit.state)
    counted: dict[int, Counter[AuditState]] = {}
    for cycle_id, state, n in session.execute(states):
        counted.setdefault(cycle_id, Counter())[state] = n
    opened = session.scalars(select(Cycle).where(Cycle.kind == CycleKind.QOP).order_by(Cycle.period.desc()))
    return tuple(_row(cycle, counted.get(cycle.id, Counter())) for cycle in opened)


def _row(cycle: Cycle, states: Counter[AuditState]) -> CycleRow:
    replaced = states[AuditState.REPLACED]
    return CycleRow(
        public_id=cycle.public_id,
        month=Month.parse(cycle.period),
        target=cycle.target,
        audits=states.total() - replaced,
        submitted=states[AuditState.SUBMITTED],
        replaced=replaced,
        opened_at=cycle.opened_at,
    )


def done_by_month(session: Session, wanted: Iterable[Month]) -> dict[Month, int]:
    """Return how many QoP audits count in each of some months, none where there were none."""
    asked = {str(month): month for month in wanted}
    query = (
        select(FindingCount.month, func.sum(FindingCount.n))
        .join(ToolVersion, ToolVersion.id == FindingCount.tool_version_id)
        .where(
            ToolVersion.slug == QOP, FindingCount.measure == Measure.OVERALL.value, FindingCount.month.in_(list(asked))
        )
        .group_by(FindingCount.month)
    )
    found = {asked[month]: int(n) for month, n in session.execute(query)}
    return {month: found.get(month, 0) for month in asked.values()}


def auditors(session: Session) -> Sequence[Person]:
    """Return everybody who may be given audits, with their roles, by name."""
    query = (
        select(Person)
        .where(Person.is_active, Person.grants.any(RoleGrant.role == Role.AUDITOR))
        .options(selectinload(Person.grants))
    )
    return session.scalars(query.order_by(Person.name, Person.id)).all()


def shares_of(session: Session, people: Iterable[Person], *, since: datetime) -> list[Auditor]:
    """Return what sharing out needs to know of auditors: their time, and what they were given since a moment."""
    given = (
        select(Audit.auditor_id, func.count())
        .where(Audit.assigned_at >= since, Audit.state != AuditState.REPLACED)
        .group_by(Audit.auditor_id)
    )
    counts = {person_id: n for person_id, n in session.execute(given) if person_id is not None}
    return [
        Auditor(person.id, working_time=Fraction(person.working_time), done_this_year=counts.get(person.id, 0))
        for person in people
    ]


def excluded_cases(session: Session, *, since: datetime) -> dict[str, str]:
    """Return the cases that may not be drawn: audited since a moment, or being audited; the reason by reference."""
    audited = select(Case.case_reference).join(Audit, Audit.case_id == Case.id)
    recent = audited.where(Audit.state == AuditState.SUBMITTED, Audit.submitted_at >= since)
    now = audited.where(Audit.state.in_(OPEN))
    return {
        **dict.fromkeys(session.scalars(recent), AUDITED),
        **dict.fromkeys(session.scalars(now), BEING_AUDITED),
    }


def team_of_workers(session: Session) -> dict[int, int]:
    """Return the team that each practitioner works in, by person."""
    query = select(RoleGrant.person_id, RoleGrant.team_id).where(RoleGrant.role == Role.PRACTITIONER)
    return {person_id: team_id for person_id, team_id in session.execute(query) if team_id is not None}
