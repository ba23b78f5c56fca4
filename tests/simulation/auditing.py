"""What auditors do in a simulated year: they submit what they have, late or not, and raise concerns."""

from collections.abc import Callable
from datetime import datetime, timedelta

from auditapp.domain.calendar import london_day
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import CycleKind, ItemKind
from auditapp.persistence.audits import Audit
from auditapp.services import actions, answers, audits, concerns
from auditapp.services.actions import Planned
from auditapp.services.concerns import Raised
from tests.council import typed_answer
from tests.simulation.book import NOBODY, Action, Given
from tests.simulation.life import Life

Submit = Callable[[Given, datetime], None]
GRADES = ("outstanding", "good", "good", "requires_improvement_to_be_good", "inadequate")


def do_a_days_work(life: Life, at: datetime, *, submit: Submit) -> None:
    """Let everybody who is at work submit something, or not, by their habits; mind the concerns."""
    for given in life.book.open():
        if given.person == NOBODY:
            continue
        auditor = life.book.auditors[given.person]
        had_for = (london_day(at) - london_day(given.held_from)).days
        if had_for >= auditor.habit.after and life.chance.random() < auditor.habit.chance and auditor.works(at):
            submit(given, at)
    _mind_concerns(life, at)


def submit(life: Life, given: Given, at: datetime) -> None:
    """Write an audit and submit it, with a concern now and then."""
    grade, by, later = life.chance.choice(GRADES), life.viewer(given.person), at + timedelta(minutes=5)
    if grade == "inadequate" and given.kind is CycleKind.QOP and life.chance.random() < 0.3:
        _raise(life, given, by, at)
    if life.chance.random() < 0.25:
        _ask_for_action(life, given, by, at)
    _write(life, given.audit, grade=grade, by=by, at=later)
    with life.database.transaction() as session:
        audits.submit(session, given.audit, by=by, at=later)
    given.until, given.submitted = later, True


def _write(life: Life, audit: str, *, grade: str, by: Viewer, at: datetime) -> None:
    """Answer what has to be answered, and no more: a year has hundreds of audits."""
    with life.database.transaction() as session:
        writing = answers.audit_to_write(session, audit, by=by)
        typed = {
            code: typed_answer(item, grade=grade)
            for code, item in writing.form.items()
            if item.required or item.kind is ItemKind.TEXT
        }
        answers.save(session, writing, typed=typed, sitting="one-sitting", by=by, at=at)


def _raise(life: Life, given: Given, by: Viewer, at: datetime) -> None:
    told = Raised("Not seen.", "Head of service", at - timedelta(minutes=1), "By telephone")
    with life.database.transaction() as session:
        concern = concerns.raise_concern(session, given.audit, raised=told, by=by, at=at)
        session.flush()
        life.book.concerns[concern.public_id] = (at, None)


def _ask_for_action(life: Life, given: Given, by: Viewer, at: datetime) -> None:
    """Have the audit ask for something: by tomorrow, or within two months."""
    due_on = london_day(at) + timedelta(days=life.chance.randint(1, 60))
    planned = Planned("See the child alone", "Seen, and written down", "The worker", due_on)
    with life.database.transaction() as session:
        action = actions.write_action(session, given.audit, number=None, planned=planned, by=by, at=at)
        audit = session.get_one(Audit, action.audit_id)
        subject = f"{audit.reference}, action 1"
    life.book.actions.append(Action(subject, life.team_of_audit(given.audit), given.person, due_on, at))


def _mind_concerns(life: Life, at: datetime) -> None:
    for public_id, (raised, acknowledged) in life.book.concerns.items():
        if acknowledged is None and raised < at and life.chance.random() < 0.5:
            with life.database.transaction() as session:
                concerns.acknowledge(session, public_id, by=life.council.viewer("quinn"), at=at)
            life.book.concerns[public_id] = (raised, at)
