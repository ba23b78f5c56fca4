"""Absences and exemptions: entered by somebody for themselves or another, approved or refused by somebody else."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain import absences as rules
from auditapp.domain.absences import Asked, Whose
from auditapp.domain.calendar import london_day, say_date
from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AbsenceState
from auditapp.persistence import trail
from auditapp.persistence.absences import Absence
from auditapp.persistence.people import Person
from auditapp.persistence.queries.absences import find_absence, services_of
from auditapp.persistence.queries.auditors import MAY_AUDIT
from auditapp.services.absence_notices import tell_asked, tell_deciders


def enter(session: Session, person: str, *, asked: Asked, by: Viewer, at: datetime) -> Absence:
    """Ask for an auditor's absence or exemption, by their public identifier. Somebody else has to approve it."""
    held = _held_auditor(session, person)
    rules.check_enter(_whose(session, held.id), by)
    wrong = rules.faults(asked, today=london_day(at))
    if wrong or asked.starts_on is None or asked.ends_on is None:
        raise Refused(" ".join(wrong.values()))
    _check_is_new(session, held, asked, starts_on=asked.starts_on, ends_on=asked.ends_on)
    absence = Absence(
        person_id=held.id,
        kind=asked.kind,
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        reason=asked.reason.strip(),
        state=AbsenceState.ASKED,
        entered_at=at,
        entered_by_id=by.person_id,
    )
    session.add(absence)
    session.flush()
    _tell(session, "absence.entered", absence, person=held, by=by, at=at)
    tell_deciders(session, absence, at=at)
    return absence


def approve(session: Session, public_id: str, *, by: Viewer, at: datetime) -> Absence:
    """Approve what somebody else has asked for: from now on it counts in the shares."""
    absence = find_absence(session, public_id, viewer=by, lock=True)
    rules.check_decide(absence, whose(session, absence), by)
    absence.state, absence.decided_at, absence.decided_by_id = AbsenceState.APPROVED, at, by.person_id
    _tell(session, "absence.approved", absence, person=absence.person, by=by, at=at)
    tell_asked(session, absence, at=at)
    return absence


def refuse(session: Session, public_id: str, *, reason: str, by: Viewer, at: datetime) -> Absence:
    """Refuse what somebody else has asked for, with a reason that they read."""
    absence = find_absence(session, public_id, viewer=by, lock=True)
    rules.check_decide(absence, whose(session, absence), by)
    why = reason.strip()
    if not why:
        raise Refused("Write why. They read it.")
    if len(why) > rules.LONGEST_REASON:
        raise Refused(f"Write the reason in {rules.LONGEST_REASON:,} characters or fewer.")
    absence.state, absence.refusal = AbsenceState.REFUSED, why
    absence.decided_at, absence.decided_by_id = at, by.person_id
    _tell(session, "absence.refused", absence, person=absence.person, by=by, at=at)
    tell_asked(session, absence, at=at)
    return absence


def withdraw(session: Session, public_id: str, *, by: Viewer, at: datetime) -> Absence:
    """Take back an absence that waits or was approved. Audits that were handed on meanwhile stay where they are."""
    absence = find_absence(session, public_id, viewer=by, lock=True)
    rules.check_withdraw(absence, whose(session, absence), by, today=london_day(at))
    absence.state = AbsenceState.WITHDRAWN
    _tell(session, "absence.withdrawn", absence, person=absence.person, by=by, at=at)
    return absence


def whose(session: Session, absence: Absence) -> Whose:
    """Return whom an absence is for, as the rules ask it."""
    return _whose(session, absence.person_id)


def _whose(session: Session, person_id: int) -> Whose:
    return Whose(person_id, services_of(session, [person_id]).get(person_id, frozenset()))


def _held_auditor(session: Session, public_id: str) -> Person:
    """Return an auditor and hold them: of two who enter the same absence at once, one finds that it is there."""
    query = select(Person).where(Person.public_id == public_id, *MAY_AUDIT)
    person = session.scalar(query.with_for_update())
    if person is None:
        raise NotFound
    return person


def _check_is_new(session: Session, person: Person, asked: Asked, *, starts_on: date, ends_on: date) -> None:
    there = session.scalar(
        select(Absence)
        .where(
            Absence.person_id == person.id,
            Absence.kind == asked.kind,
            Absence.state.in_(rules.STANDING),
            Absence.starts_on <= ends_on,
            Absence.ends_on >= starts_on,
        )
        .limit(1)
    )
    if there:
        raise Refused(
            f"{person.name} has an {there.kind.label.lower()} from {say_date(there.starts_on)} to "
            f"{say_date(there.ends_on)} already. Enter the days that it does not cover, or withdraw it first."
        )


def _tell(session: Session, kind: str, absence: Absence, *, person: Person, by: Viewer, at: datetime) -> None:
    """Record what became of an absence: its kind and days, and never why."""
    session.flush()
    details = {"kind": absence.kind.value, "starts_on": str(absence.starts_on), "ends_on": str(absence.ends_on)}
    trail.record(session, kind, by=by.public_id, at=at, subject=person.public_id, details=details)
