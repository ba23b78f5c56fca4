"""The life of an audit after it was assigned: submitted, returned, handed on."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain import records
from auditapp.domain.absences import days_to_audit
from auditapp.domain.calendar import Month, Span, london_day
from auditapp.domain.completeness import Lack, domain_grades, missing
from auditapp.domain.counts import Count
from auditapp.domain.errors import Refused
from auditapp.domain.grading import indicative_grade
from auditapp.domain.items import OVERALL_GRADE, Answer
from auditapp.domain.permissions import Viewer
from auditapp.domain.tallies import Facts, tally
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import AuditState, Role
from auditapp.domain.workflow import check_move, check_reassign, check_return, check_write
from auditapp.domain.working_days import add_working_days
from auditapp.persistence import rollup, trail
from auditapp.persistence.answers import stored_answers
from auditapp.persistence.audits import Audit, SubmittedRecord
from auditapp.persistence.people import Person, RoleGrant
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.audits import find_audit
from auditapp.persistence.tools import form_of
from auditapp.services.actions import is_finished
from auditapp.services.answers import problem_of
from auditapp.services.independence import check_independent, check_still_independent
from auditapp.services.records import write_record

LONGEST_REASON = 2000


class NotComplete(Refused):
    """This audit is not complete yet. What is missing is listed; each line leads to where it belongs."""

    def __init__(self, lacks: tuple[Lack, ...]) -> None:
        super().__init__()
        self.lacks = lacks


def answers_of(session: Session, audit: Audit) -> dict[str, Answer]:
    """Return an audit's answers by item."""
    return {item: stored.answer for item, stored in stored_answers(session, audit.id).items()}


def lacks_of(audit: Audit, answers: Mapping[str, Answer]) -> tuple[Lack, ...]:
    """Return everything that keeps an audit from being submitted."""
    tool, scale = audit.tool_version.tool, audit.scale_version.scale
    absent = missing(tool, answers, case_type=audit.case_type, scale=scale)
    named = {lack.code for lack in absent}
    return (*absent, *(lack for lack in _wrong(audit, answers) if lack.code not in named), *_half_actions(audit))


def submit(session: Session, public_id: str, *, by: Viewer, at: datetime) -> Audit:
    """Make an audit a record: complete, graded, counted, and read-only from now on."""
    audit = find_audit(session, public_id, viewer=by, lock=True)
    check_write(audit, by)
    check_move(audit, AuditState.SUBMITTED)
    check_still_independent(session, audit)
    answers = answers_of(session, audit)
    lacks = lacks_of(audit, answers)
    if lacks:
        raise NotComplete(lacks)
    _grade(audit, answers)
    audit.state, audit.submitted_at, audit.return_reason = AuditState.SUBMITTED, at, None
    audit.first_submitted_at = audit.first_submitted_at or at
    audit.begun_at = audit.begun_at or at
    audit.revision += 1
    record = keep_record(session, audit, answers, at=at)
    counts = counts_of(audit, answers)
    rollup.add(session, counts, tool_version_id=audit.tool_version_id, kind=audit.cycle.kind)
    details: Details = {"revision": record.revision, "digest": record.digest}
    _tell(session, "audit.submitted", audit, by=by, at=at, details=details)
    return audit


def send_back(session: Session, public_id: str, *, reason: str, by: Viewer, at: datetime) -> Audit:
    """Return a submitted audit for correction. The version that was submitted is kept for ever beside the next."""
    audit = find_audit(session, public_id, viewer=by, lock=True)
    check_return(audit, by)
    why = checked_reason(reason)
    # What was counted is what stands: whoever writes in an audit holds it, and nobody may while it is submitted.
    answers = answers_of(session, audit)
    counts = counts_of(audit, answers)
    rollup.take_off(session, counts, tool_version_id=audit.tool_version_id, kind=audit.cycle.kind)
    record = session.get_one(SubmittedRecord, (audit.id, audit.revision))
    record.returned_at, record.return_reason = at, why
    audit.state, audit.return_reason = AuditState.RETURNED, why
    audit.due_on = due_day(session, london_day(at))
    _tell(session, "audit.returned", audit, by=by, at=at, details={"revision": audit.revision})
    return audit


def reassign(session: Session, public_id: str, *, to: str, by: Viewer, at: datetime) -> Audit:
    """Hand an open audit to another auditor: what was begun moves along, and stays marked whose it was."""
    audit = find_audit(session, public_id, viewer=by, lock=True)
    check_reassign(audit, by)
    auditor = find_auditor(session, to)
    if auditor.id == audit.auditor_id:
        raise Refused(f"{auditor.name} has this audit already. Select somebody else.")
    check_independent(session, audit, auditor)
    give_to(session, audit, auditor, by=by, at=at)
    return audit


def give_to(
    session: Session,
    audit: Audit,
    auditor: Person,
    *,
    by: Viewer,
    at: datetime,
    dates: tuple[datetime, date | None] | None = None,
) -> None:
    """Give an audit that is held to an auditor who was found independent: due anew, or with the dates given."""
    before = audit.auditor
    audit.auditor = auditor
    due = due_day(session, london_day(at))
    # A theme may have given longer than is given anew.
    audit.assigned_at, audit.due_on = dates or (at, max(due, audit.due_on or due))
    details = {"from": before.public_id if before else None, "to": auditor.public_id}
    _tell(session, "audit.reassigned", audit, by=by, at=at, details=details)


def due_day(session: Session, day: date) -> date:
    """Return the day on which an audit is due that is given out, or given back, on a day."""
    return add_working_days(day, programme_settings(session).due_days)


def days_of_work(session: Session, month: Month, *, given_on: date) -> Span:
    """Return the days in which audits of a month are done that are given out, or handed on, on a day."""
    return days_to_audit(month, given_on=given_on, due_on=due_day(session, given_on))


def counts_of(audit: Audit, answers: Mapping[str, Answer]) -> tuple[Count, ...]:
    """Return what a submitted audit adds to the findings: to the month in which it was first submitted."""
    assert audit.first_submitted_at is not None
    team = audit.list_team.name if audit.list_team else None
    facts = Facts(Month.of(london_day(audit.first_submitted_at)), audit.case_type, team)
    return tally(facts, audit.tool_version.tool, answers, scale=audit.scale_version.scale)


def find_auditor(session: Session, public_id: str) -> Person:
    """Return an active auditor with their roles."""
    person = session.scalar(
        select(Person)
        .join(Person.grants)
        .where(Person.public_id == public_id, Person.is_active, RoleGrant.role == Role.AUDITOR)
        .options(joinedload(Person.grants))
    )
    if person is None:
        raise Refused("Select one of the auditors of the list.")
    return person


def checked_reason(text: str) -> str:
    """Return a reason, trimmed; refuse none, or one that is a story."""
    reason = text.strip()
    if not reason:
        raise Refused("Enter the reason. It is kept with the audit.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"Enter the reason in {LONGEST_REASON:,} characters or fewer.")
    return reason


def _grade(audit: Audit, answers: Mapping[str, Answer]) -> None:
    tool, scale = audit.tool_version.tool, audit.scale_version.scale
    indicative = indicative_grade(tool, domain_grades(tool, answers), scale=scale).grade
    audit.overall_grade = answers[OVERALL_GRADE].value
    audit.indicative_grade = indicative.value if indicative else None


def keep_record(session: Session, audit: Audit, answers: Mapping[str, Answer], *, at: datetime) -> SubmittedRecord:
    """Store what an audit, loaded with all that stands around it, says as it is submitted at a moment."""
    document = records.to_json(write_record(audit, answers, at=at))
    kept = SubmittedRecord(
        audit_id=audit.id,
        revision=audit.revision,
        document=document,
        digest=records.digest_of(document),
        submitted_at=at,
    )
    session.add(kept)
    session.flush()
    return kept


def _wrong(audit: Audit, answers: Mapping[str, Answer]) -> Iterable[Lack]:
    """Yield the answers that were stored but are not fit to stand: a text far too long, a number that is none."""
    form = form_of(audit.tool_version.definition, audit.scale_version.definition, audit.case_type)
    for code, item in form.items():
        problem = problem_of(item, answers.get(code, Answer()))
        if problem:
            yield Lack(item.section, code, problem)


def _half_actions(audit: Audit) -> Iterable[Lack]:
    for action in audit.actions:
        if not is_finished(action):
            yield Lack("actions", str(action.number), f"Finish action {action.number}, or remove it.")


def _tell(session: Session, name: str, audit: Audit, *, by: Viewer, at: datetime, details: Details) -> None:
    session.flush()
    chain = trail.audit_chain(audit.public_id)
    trail.record(session, name, by=by.public_id, at=at, subject=audit.public_id, chain=chain, details=details)
