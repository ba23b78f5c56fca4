"""Somebody's own calendar: their audits, and the dates of the programme that are for them."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from auditapp.documents.feed import Entry
from auditapp.domain.calendar import london_day
from auditapp.domain.errors import NotFound
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AuditState, Role
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.calendar_address import CalendarAddress
from auditapp.persistence.people import Person
from auditapp.persistence.upsert import upsert
from auditapp.services.calendar_programme import SHOWN_FOR, Reader, programme_days
from auditapp.services.coming import READ_PROGRAMME
from auditapp.services.secrets import SHOWN_AGAIN_FOR, proof

# Whose calendar has anything in it.
READERS = frozenset({Role.AUDITOR, *READ_PROGRAMME})


def make_address(session: Session, *, secret: str, by: Viewer, at: datetime) -> str:
    """Make a secret the calendar address of one's own, and return it; the one before stops working."""
    row = {"person_id": by.person_id, "secret_hash": proof(secret), "made_at": at}
    put = upsert(session, CalendarAddress).values(row)
    session.execute(put.on_conflict_do_update(index_elements=["person_id"], set_=row))
    trail.record(session, "calendar.opened", by=by.public_id, at=at, subject=by.public_id)
    return secret


def take_address_back(session: Session, *, by: Viewer, at: datetime) -> bool:
    """Let one's calendar address stop working, and say whether there was one."""
    gone = delete(CalendarAddress).where(CalendarAddress.person_id == by.person_id)
    if not session.connection().execute(gone).rowcount:
        return False
    trail.record(session, "calendar.closed", by=by.public_id, at=at, subject=by.public_id)
    return True


def was_just_made(session: Session, secret: str, *, by: Viewer, at: datetime) -> bool:
    """Say whether a secret is one's calendar address, made within the last minutes: its form may show it again."""
    made = select(CalendarAddress.person_id).where(
        CalendarAddress.person_id == by.person_id,
        CalendarAddress.secret_hash == proof(secret),
        CalendarAddress.made_at > at - SHOWN_AGAIN_FOR,
    )
    return session.scalar(made) is not None


def address_made_at(session: Session, person_id: int) -> datetime | None:
    """Say since when somebody has a calendar address, if they have one."""
    return session.scalar(select(CalendarAddress.made_at).where(CalendarAddress.person_id == person_id))


def reader(session: Session, secret: str) -> Person:
    """Return whose calendar an address is of, with their roles, while they are here."""
    query = select(Person).join(CalendarAddress).where(CalendarAddress.secret_hash == proof(secret), Person.is_active)
    person = session.scalar(query.options(selectinload(Person.grants)))
    if person is None:
        raise NotFound
    return person


def entries(session: Session, person: Person, *, base_url: str, host: str, at: datetime) -> Iterator[Entry]:
    """Yield the days of somebody's calendar: by references and titles alone, for calendars travel."""
    roles = {grant.role for grant in person.grants}
    # Whoever audits no longer sees all that they had taken out.
    for audit in _audits(session, person, at=at):
        yield _of_audit(audit, person, base_url=base_url, host=host)
    if roles & READERS:
        known = Reader(person.public_id, not roles.isdisjoint(READ_PROGRAMME), base_url, host)
        yield from programme_days(session, known, now=at)


def _audits(session: Session, person: Person, *, at: datetime) -> Iterator[Audit]:
    """Yield the audits that somebody has, or was ever given and has not any more: their calendar may hold these."""
    given = exists().where(
        trail.TrailEvent.chain == trail.audit_chain("") + Audit.public_id,
        trail.TrailEvent.name.in_(trail.GIVEN),
        trail.TrailEvent.details["to"].as_string() == person.public_id,
    )
    query = (
        select(Audit)
        .where(or_(Audit.auditor_id == person.id, given), Audit.due_on.is_not(None))
        .where(Audit.due_on >= london_day(at - SHOWN_FOR))
        .order_by(Audit.id)
    )
    yield from session.scalars(query)


def _of_audit(audit: Audit, person: Person, *, base_url: str, host: str) -> Entry:
    assert audit.due_on is not None
    is_done, still_audits = (
        audit.state is AuditState.SUBMITTED,
        any(each.role is Role.AUDITOR for each in person.grants),
    )
    is_theirs = audit.auditor_id == person.id and audit.state is not AuditState.REPLACED and (is_done or still_audits)
    changed_at = max(filter(None, (audit.assigned_at, audit.begun_at, audit.submitted_at, audit.replaced_at)))
    return Entry(
        uid=f"audit-{audit.public_id}@{host}",
        day=audit.due_on,
        title=f"Audit {audit.reference}: submitted" if is_done else f"Audit {audit.reference} due",
        link=f"{base_url}/audits/{audit.public_id}",
        sequence=audit.version,
        changed_at=changed_at,
        is_cancelled=not is_theirs,
    )
