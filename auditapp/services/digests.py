"""The one message a day that says everything that waits for somebody, at the hour that they chose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from auditapp.domain.digests import OF_AUDITS, OF_PROGRAMME, Line, compose
from auditapp.domain.errors import Refused
from auditapp.domain.ladder import DECLINABLE, REMINDERS
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import MessageKind, NoticeKind
from auditapp.domain.workflow import OPEN
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.notices import MailPreference, Notice
from auditapp.persistence.people import Person
from auditapp.persistence.upsert import upsert
from auditapp.services import outbox
from auditapp.services.absence_notices import KINDS as OF_ABSENCES
from auditapp.services.absence_notices import words_of
from auditapp.services.programme_dates import lines_of_dates

DEFAULT_HOUR = 8
HOURS = range(7, 19)
FIRST_PAGE = "/"


@dataclass(frozen=True, slots=True)
class Preference:
    """When somebody wants their post, by the hour on London's clocks, and whether reminders are in it."""

    hour: int = DEFAULT_HOUR
    wants_reminders: bool = True


def preference_of(session: Session, person_id: int) -> Preference:
    """Return when somebody wants their post."""
    found = session.get(MailPreference, person_id)
    return Preference(found.hour, found.wants_reminders) if found else Preference()


def choose_post(session: Session, preference: Preference, *, by: Viewer, at: datetime) -> None:
    """Keep when somebody wants their own post, and whether with reminders."""
    if preference.hour not in HOURS:
        raise Refused(f"Choose an hour from {HOURS[0]} to {HOURS[-1]}.")
    before = preference_of(session, by.person_id)
    if before == preference:
        return
    row = {"person_id": by.person_id, "hour": preference.hour, "wants_reminders": preference.wants_reminders}
    put = upsert(session, MailPreference).values(row)
    session.execute(put.on_conflict_do_update(index_elements=["person_id"], set_=row))
    details = {"hour": f"{preference.hour:02}:00", "reminders": "yes" if preference.wants_reminders else "no"}
    trail.record(session, "post.chosen", by=by.public_id, at=at, subject=by.public_id, details=details)


def people_to_write(session: Session, *, hour: int) -> tuple[int, ...]:
    """Return who has something waiting and wants their post by this hour of the day."""
    wanted = MailPreference.hour
    query = (
        select(Notice.person_id)
        .outerjoin(MailPreference, MailPreference.person_id == Notice.person_id)
        .where(Notice.message_id.is_(None), Notice.settled_at.is_(None))
        .group_by(Notice.person_id, wanted)
        .order_by(Notice.person_id)
    )
    rows = session.execute(query.add_columns(wanted))
    return tuple(person_id for person_id, chosen in rows if (DEFAULT_HOUR if chosen is None else chosen) <= hour)


def write_digest(session: Session, person_id: int, *, day: date, at: datetime) -> bool:
    """Write somebody the one message of a day, of everything that waits and still holds; say whether there is one."""
    person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    waiting = session.scalars(_waiting(person_id)).all()
    holds = dict(_still_holding(session, person, waiting))
    idle = [notice.id for notice in waiting if notice.id not in holds]
    if idle:
        session.execute(update(Notice).where(Notice.id.in_(idle)).values(settled_at=at))
    if not holds:
        return False
    text = compose(holds.values(), today=day)
    message_id = outbox.queue(
        session,
        key=f"digest:{person.public_id}:{day}",
        person_id=person.id,
        kind=MessageKind.DIGEST,
        subject=text.subject,
        body=text.body,
        path=FIRST_PAGE,
        at=at,
    )
    if message_id is None:
        return False  # there was one today: what has come since waits for tomorrow's
    session.execute(update(Notice).where(Notice.id.in_(list(holds))).values(message_id=message_id))
    return True


def _waiting(person_id: int) -> Select[Notice]:
    return (
        select(Notice)
        .where(Notice.person_id == person_id, Notice.message_id.is_(None), Notice.settled_at.is_(None))
        .order_by(Notice.id)
        .with_for_update()
    )


def _still_holding(session: Session, person: Person, notices: Sequence[Notice]) -> Iterator[tuple[int, Line]]:
    """Yield what still holds by its notice: nothing that was done meanwhile, and no reminder that nobody wants."""
    preference = preference_of(session, person.id)
    subjects = {notice.subject for notice in notices}
    query = select(Audit).where(Audit.public_id.in_(subjects), Audit.state.in_(OPEN))
    audits = {audit.public_id: audit for audit in session.scalars(query)}
    absences = dict(words_of(session, {notice.subject for notice in notices if notice.kind in OF_ABSENCES}))
    if not person.is_active:
        return
    yield from lines_of_dates(session, notices)
    for notice in (notice for notice in notices if notice.kind not in OF_PROGRAMME):
        if notice.kind in DECLINABLE and not preference.wants_reminders:
            continue
        if notice.kind in OF_ABSENCES:
            words = absences.get((notice.subject, notice.kind))
            if words:
                yield notice.id, Line(notice.kind, words, None)
            continue
        if notice.kind not in OF_AUDITS:
            yield notice.id, Line(notice.kind, notice.subject, notice.due_on)
            continue
        audit = audits.get(notice.subject)
        if audit and audit.due_on == notice.due_on and _is_for(notice, audit):
            yield notice.id, Line(notice.kind, audit.reference, audit.due_on)


def _is_for(notice: Notice, audit: Audit) -> bool:
    """Say whether it still asks for what it did: of its auditor, or of those who are to give it to one."""
    if notice.kind in REMINDERS:
        return notice.person_id == audit.auditor_id
    return (audit.auditor_id is None) == (notice.kind is NoticeKind.UNASSIGNED)
