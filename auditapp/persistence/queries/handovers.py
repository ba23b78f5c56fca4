"""What is handed on together: somebody's open audits with their ties, and what was handed on before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from auditapp.domain.errors import NotFound
from auditapp.domain.vocabulary import AbsenceState
from auditapp.domain.workflow import OPEN
from auditapp.persistence.absences import Absence
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.handovers import Handover, HandoverLine
from auditapp.persistence.people import Person
from auditapp.persistence.queries.auditors import is_with_leaver, is_with_somebody_away
from auditapp.persistence.queries.independence import WITH_TIES
from auditapp.persistence.trail import TrailEvent, audit_chain

LAST = 25
_HOLDERS = (
    select(Person.public_id, Person.name, func.count(Audit.id))
    .join(Audit, Audit.auditor_id == Person.id)
    .where(Audit.state.in_(OPEN))
    .group_by(Person.id, Person.public_id, Person.name)
    .order_by(Person.name, Person.id)
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with open audits that should be handed on, how many these are, and the absence because of which.

    Of an absence that is still to come, `away_from` is its first day, and the audits are those due in it.
    """

    public_id: str
    name: str
    open: int
    absence: str | None = None
    away_from: date | None = None


def leavers(session: Session) -> tuple[Holder, ...]:
    """Return the people who left, or manage no team any more, and have open audits."""
    return tuple(Holder(*row) for row in session.execute(_HOLDERS.where(is_with_leaver())))


def people_away(session: Session, *, today: date) -> tuple[Holder, ...]:
    """Return the people who are away or exempt on a day and have open audits."""
    absence = (
        select(func.min(Absence.public_id))
        .where(
            Absence.person_id == Person.id,
            Absence.state == AbsenceState.APPROVED,
            Absence.starts_on <= today,
            Absence.ends_on >= today,
        )
        .correlate(Person)
        .scalar_subquery()
    )
    query = _HOLDERS.where(is_with_somebody_away(today)).add_columns(absence)
    return tuple(Holder(*row) for row in session.execute(query))


def people_away_soon(session: Session, *, after: date, until: date) -> tuple[Holder, ...]:
    """Return whose approved absence or exemption begins after a day and up to another, with open audits due in it."""
    begins = (Absence.state == AbsenceState.APPROVED, Absence.starts_on > after, Absence.starts_on <= until)
    query = (
        select(Person.public_id, Person.name, func.count(Audit.id), Absence.public_id, Absence.starts_on)
        .join(Audit, Audit.auditor_id == Person.id)
        .join(Absence, Absence.person_id == Person.id)
        .where(Audit.state.in_(OPEN), Audit.due_on.between(Absence.starts_on, Absence.ends_on), *begins)
        .group_by(Person.id, Person.public_id, Person.name, Absence.id, Absence.public_id, Absence.starts_on)
        .order_by(Absence.starts_on, Person.name, Absence.id)
    )
    return tuple(Holder(*row) for row in session.execute(query))


def count_open(session: Session, person_id: int) -> int:
    """Return how many open audits somebody has: how many, and nothing else of them."""
    query = select(func.count()).select_from(Audit).where(*_open_of(person_id))
    return session.scalar(query) or 0


def open_audits_of(session: Session, person_id: int) -> Sequence[Audit]:
    """Return somebody's open audits of all kinds with their ties and cycles, cycle by cycle; read anew."""
    query = (
        select(Audit)
        .join(Audit.cycle)
        .where(*_open_of(person_id))
        .options(*WITH_TIES, joinedload(Audit.cycle))
        .order_by(Cycle.kind, Cycle.period, Audit.id)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).unique().all()


def hold_open_audits(session: Session, person_id: int) -> None:
    """Hold somebody's open audits, then their cycles: nobody else hands on audits of these at the same time.

    In this order, as whoever replaces a case holds them.
    """
    session.execute(select(Audit.id).where(Audit.id.in_(_ids(person_id))).order_by(Audit.id).with_for_update())
    months = select(Audit.cycle_id).where(Audit.id.in_(_ids(person_id)))
    session.execute(select(Cycle.id).where(Cycle.id.in_(months)).order_by(Cycle.id).with_for_update())


def find_handover(session: Session, public_id: str, *, lock: bool = False) -> Handover:
    """Return what was handed on together, with its audits and people; held, and its audits too, if asked for."""
    known = select(Handover.id).where(Handover.public_id == public_id)
    if lock:
        session.execute(known.with_for_update())
        audits = select(HandoverLine.audit_id).where(HandoverLine.handover_id.in_(known))
        session.execute(select(Audit.id).where(Audit.id.in_(audits)).order_by(Audit.id).with_for_update())
    query = (
        select(Handover)
        .where(Handover.public_id == public_id)
        .options(
            joinedload(Handover.person).selectinload(Person.grants),
            joinedload(Handover.by),
            joinedload(Handover.absence),
            selectinload(Handover.lines).options(
                joinedload(HandoverLine.to),
                joinedload(HandoverLine.audit).options(*WITH_TIES),
            ),
        )
        .execution_options(populate_existing=lock)
    )
    handover = session.scalar(query)
    if handover is None:
        raise NotFound
    return handover


def last_handovers(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Handover]:
    """Return what was handed on together last, the latest first."""
    query = (
        select(Handover)
        .where(*conditions)
        .options(joinedload(Handover.person), joinedload(Handover.by), selectinload(Handover.lines))
    )
    return session.scalars(query.order_by(Handover.at.desc(), Handover.id.desc()).limit(LAST)).all()


def written_in(session: Session, handover: Handover) -> frozenset[tuple[int, str]]:
    """Return who did something in which of the audits since they were handed on, as the audits' own chains have it."""
    chains = {audit_chain(line.audit.public_id): line.audit_id for line in handover.lines}
    event = TrailEvent
    query = select(event.chain, event.by).where(
        event.chain.in_(chains), event.at >= handover.at, event.name != "audit.reassigned"
    )
    return frozenset((chains[chain], by) for chain, by in session.execute(query.distinct()))


def _open_of(person_id: int) -> Iterable[ColumnElement[bool]]:
    return (Audit.auditor_id == person_id, Audit.state.in_(OPEN))


def _ids(person_id: int) -> Select[int]:
    return select(Audit.id).where(*_open_of(person_id))
