"""Telling of absences: those who may decide about one that waits, and those whom a decision is for."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import say_date
from auditapp.domain.vocabulary import AbsenceKind, AbsenceState, NoticeKind
from auditapp.persistence.absences import Absence
from auditapp.persistence.queries.absences import services_of
from auditapp.persistence.queries.reminders import chain
from auditapp.services.notices import notify

KINDS = frozenset({NoticeKind.ABSENCE_WAITS, NoticeKind.ABSENCE_DECIDED})


def tell_deciders(session: Session, absence: Absence, *, at: datetime) -> None:
    """Note that an absence waits, for those who are nearest to it of whoever may decide: see `domain.absences`."""
    known, services = chain(session), services_of(session, [absence.person_id]).get(absence.person_id, frozenset())
    above = {person for service in services for person in known.assistant_directors.get(service, ())}
    heads = {person for service in services for person in known.heads.get(service, ())}
    near = known.qa | heads if absence.kind is AbsenceKind.ABSENCE else above
    concerned = {absence.person_id, absence.entered_by_id}
    people = near - concerned or known.directors - concerned
    notify(session, people, NoticeKind.ABSENCE_WAITS, subject=absence.public_id, due_on=absence.starts_on, at=at)


def tell_asked(session: Session, absence: Absence, *, at: datetime) -> None:
    """Note that an absence was approved or refused, for whose it is and whoever entered it."""
    people = {absence.person_id, absence.entered_by_id}
    subject = absence.public_id
    notify(session, people, NoticeKind.ABSENCE_DECIDED, subject=subject, due_on=absence.starts_on, at=at)


def words_of(session: Session, public_ids: Collection[str]) -> Iterator[tuple[tuple[str, NoticeKind], str]]:
    """Yield what is said of absences that still wait, or that are decided: kinds and days, and neither who nor why."""
    query = select(Absence).where(Absence.public_id.in_(sorted(public_ids)))
    for absence in session.scalars(query) if public_ids else ():
        said = f"{absence.kind.label}, {say_date(absence.starts_on)} to {say_date(absence.ends_on)}"
        if absence.state is AbsenceState.ASKED:
            yield (absence.public_id, NoticeKind.ABSENCE_WAITS), said
        elif absence.state in {AbsenceState.APPROVED, AbsenceState.REFUSED}:
            yield (absence.public_id, NoticeKind.ABSENCE_DECIDED), f"{said}: {absence.state.label.lower()}"
