"""Absences as pages read them: one with the people around it, lists of many, and what waits for whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain.errors import NotFound
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AbsenceState, Role
from auditapp.persistence.absences import Absence
from auditapp.persistence.people import Person, RoleGrant, Team
from auditapp.persistence.queries.auditors import MAY_AUDIT
from auditapp.persistence.scope import decidable_absences, visible_absences

EARLIER = 25
WITH_PEOPLE = (joinedload(Absence.person), joinedload(Absence.entered_by), joinedload(Absence.decided_by))


def find_absence(session: Session, public_id: str, *, viewer: Viewer, lock: bool = False) -> Absence:
    """Return an absence that somebody may see, with the people around it; held and read anew if asked for."""
    known = (Absence.public_id == public_id, visible_absences(viewer))
    if lock:
        session.execute(select(Absence.id).where(*known).with_for_update())
    query = select(Absence).where(*known).options(*WITH_PEOPLE).execution_options(populate_existing=lock)
    absence = session.scalar(query)
    if absence is None:
        raise NotFound
    return absence


def services_of(session: Session, people: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return the services of the teams that people manage, by person."""
    query = (
        select(RoleGrant.person_id, Team.service_id)
        .join(Team, Team.id == RoleGrant.team_id)
        .where(RoleGrant.role == Role.AUDITOR, RoleGrant.person_id.in_(sorted(set(people))))
    )
    found: dict[int, frozenset[int]] = {}
    for person_id, service_id in session.execute(query):
        found[person_id] = found.get(person_id, frozenset()) | {service_id}
    return found


def my_absences(session: Session, viewer: Viewer) -> Sequence[Absence]:
    """Return somebody's own absences, the latest first."""
    return _absences(session, Absence.person_id == viewer.person_id, newest_first=True, most=EARLIER)


@dataclass(frozen=True, slots=True)
class Absences:
    """What those who approve see: what waits, who is away now or will be, and the last of what is settled."""

    waiting: Sequence[Absence]
    coming: Sequence[Absence]
    earlier: Sequence[Absence]


def absences_of_others(session: Session, viewer: Viewer, *, today: date) -> Absences:
    """Return the absences that somebody may see: what waits in the order of its days, and so what comes."""
    seen, is_standing = visible_absences(viewer), Absence.ends_on >= today
    is_approved, waits = Absence.state == AbsenceState.APPROVED, Absence.state == AbsenceState.ASKED
    is_settled = or_(Absence.state.in_((AbsenceState.REFUSED, AbsenceState.WITHDRAWN)), is_approved & ~is_standing)
    return Absences(
        waiting=_absences(session, seen, waits),
        coming=_absences(session, seen, is_approved, is_standing),
        earlier=_absences(session, seen, is_settled, newest_first=True, most=EARLIER),
    )


def ids_to_decide(session: Session, viewer: Viewer) -> frozenset[int]:
    """Return the absences that wait for somebody's decision, by their ids."""
    return frozenset(session.scalars(select(Absence.id).where(decidable_absences(viewer))))


def auditors_to_enter_for(session: Session, viewer: Viewer) -> Sequence[Person]:
    """Return the auditors whom somebody may enter an absence for, by name; never themselves."""
    query = select(Person).where(*MAY_AUDIT, Person.id != viewer.person_id)
    if not viewer.has(Role.QA, Role.ADMINISTRATOR, Role.DIRECTOR):
        led = select(RoleGrant.person_id).join(Team, Team.id == RoleGrant.team_id)
        of_services = led.where(RoleGrant.role == Role.AUDITOR, Team.service_id.in_(viewer.service_ids))
        query = query.where(Person.id.in_(of_services))
    return session.scalars(query.order_by(Person.name, Person.id)).all()


def _absences(
    session: Session, *conditions: ColumnElement[bool], newest_first: bool = False, most: int | None = None
) -> Sequence[Absence]:
    order = (Absence.starts_on.desc(), Absence.id.desc()) if newest_first else (Absence.starts_on, Absence.id)
    return session.scalars(select(Absence).where(*conditions).options(*WITH_PEOPLE).order_by(*order).limit(most)).all()
