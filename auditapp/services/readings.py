"""Reading what was found: whoever opens the record of an audit that is not theirs leaves a line in its history."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.domain.calendar import Span, london_day
from auditapp.domain.permissions import Viewer
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.trail import audit_chain

READ = "audit.read"


def is_to_be_told(session: Session, audit: Audit, *, by: Viewer, at: datetime) -> bool:
    """Say whether the history has no line yet of this person's reading today. One's own audit needs none."""
    if audit.auditor_id == by.person_id:
        return False
    today = london_day(at)
    since, _ = Span(today, today).bounds_utc()
    return not trail.has_event(session, READ, by=by.public_id, chain=audit_chain(audit.public_id), since=since)


def tell(session: Session, public_id: str, *, by: Viewer, at: datetime) -> None:
    """Write into an audit's history that a person read its record. Two at once leave two lines, both of them true."""
    trail.record(session, READ, by=by.public_id, at=at, subject=public_id, chain=audit_chain(public_id))
