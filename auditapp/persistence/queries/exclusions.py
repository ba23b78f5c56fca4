"""Which cases may not be drawn at a moment: what was audited of late, or was being audited then.

Asked of a moment that is past, it answers as it would have then: by what was submitted, returned and replaced up to
that moment, and whatever became of those audits since. So the exclusions of a draw can be worked out anew.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from auditapp.domain.sampling import NotAgain
from auditapp.domain.vocabulary import AuditState
from auditapp.domain.workflow import OPEN
from auditapp.persistence.audits import Audit, SubmittedRecord
from auditapp.persistence.cases import Case, ListWorker
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.trail import TrailEvent, audit_chain

BEING_AUDITED = "Being audited now"
BEGINNINGS = ("audit.assigned", "audit.imported")


def excluded_cases(session: Session, rule: NotAgain, *, at: datetime, before: Cycle | None = None) -> dict[str, str]:
    """Return the cases that may not be drawn at a moment, audited too lately or being audited: reason by reference.

    With `before`, as it was for the draw of that cycle: audits of it and of later ones were not there yet.
    """
    cases = select(Case.case_reference).join(Audit, Audit.case_id == Case.id)
    return _excluded(session, cases, rule, at=at, before=before)


def excluded_workers(session: Session, rule: NotAgain, *, at: datetime, before: Cycle | None = None) -> dict[str, str]:
    """Return the workers whose supervision files may not be drawn at a moment, in the same way: reason by code."""
    workers = select(ListWorker.code).join(Audit, Audit.supervision_worker_id == ListWorker.id)
    return _excluded(session, workers, rule, at=at, before=before)


def _excluded(
    session: Session, names: Select[str], rule: NotAgain, *, at: datetime, before: Cycle | None
) -> dict[str, str]:
    audited, being_audited = names.where(*_audited(since=rule.since, at=at)), names.where(_being_audited(at=at))
    if before is not None:
        audited, being_audited = (query.where(*_was_there(at, before=before)) for query in (audited, being_audited))
    return {
        **dict.fromkeys(session.scalars(audited), rule.reason),
        **dict.fromkeys(session.scalars(being_audited), BEING_AUDITED),
    }


def _audited(*, since: datetime, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Whoever was submitted since then was so last, too: the index on states leads there."""
    return (
        Audit.state.in_((AuditState.SUBMITTED, AuditState.RETURNED)),
        Audit.submitted_at >= since,
        _stood_submitted(at, since=since),
    )


def _being_audited(*, at: datetime) -> ColumnElement[bool]:
    submitted_later = and_(Audit.state == AuditState.SUBMITTED, Audit.submitted_at > at)
    replaced_later = and_(Audit.state == AuditState.REPLACED, Audit.replaced_at > at)
    still_open = or_(Audit.state.in_(OPEN), submitted_later, replaced_later)
    return and_(still_open, ~_stood_submitted(at))


def _stood_submitted(at: datetime, *, since: datetime | None = None) -> ColumnElement[bool]:
    """Whether a version of the audit was submitted up to a moment, since another, and not yet returned at it."""
    record = SubmittedRecord
    standing = select(record.audit_id).where(
        record.audit_id == Audit.id,
        record.submitted_at <= at,
        or_(record.returned_at.is_(None), record.returned_at > at),
    )
    return (standing if since is None else standing.where(record.submitted_at >= since)).exists()


def _was_there(at: datetime, *, before: Cycle) -> tuple[ColumnElement[bool], ...]:
    """Whether the audit was made before a cycle's draw: a replacement, or more earlier results, may be younger."""
    event = TrailEvent
    began_later = select(event.id).where(
        event.chain == audit_chain("") + Audit.public_id, event.name.in_(BEGINNINGS), event.at > at
    )
    return (Audit.cycle_id < before.id, ~began_later.exists())
