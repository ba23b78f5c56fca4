"""Immediate concerns: that a child may not be safe, who was told, and who has read it since."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.permissions import Viewer
from auditapp.domain.workflow import check_raise
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit, Concern
from auditapp.persistence.queries.audits import find_audit_once_held
from auditapp.persistence.scope import concerned_audits
from auditapp.services import concern_ladder
from auditapp.services.actions import too_long

EARLIEST = timedelta(days=365)
LIMITS = {"what": 4000, "told_whom": 200, "told_how": 200}


@dataclass(frozen=True, slots=True)
class Raised:
    """A concern as it was typed: what was seen, who was told, when and how."""

    what: str
    told_whom: str
    told_at: datetime | None
    told_how: str


def faults(raised: Raised, *, at: datetime) -> dict[str, str]:
    """Return what is wrong with a concern, by field: it cannot be raised without who was told, when and how."""
    found = {}
    if not raised.what.strip():
        found["what"] = "Enter what makes you think that the child may not be safe."
    if not raised.told_whom.strip():
        found["told_whom"] = "Enter who was told. Tell the team manager or the head of service now if nobody was."
    if not raised.told_how.strip():
        found["told_how"] = "Enter how they were told."
    if raised.told_at is None:
        found["told_on"] = "Enter the day and the time when they were told."
    elif raised.told_at > at:
        found["told_on"] = "The time when they were told must not be in the future."
    elif raised.told_at < at - EARLIEST:
        found["told_on"] = "The time when they were told must be within the last year. Check the year."
    return found | too_long(raised, LIMITS)


def audit_to_raise_in(session: Session, public_id: str, *, by: Viewer, lock: bool = False) -> Audit:
    """Return an audit in which somebody may raise a concern: theirs now or once, open or not; held if asked for."""
    audit, held_it = find_audit_once_held(session, public_id, viewer=by, lock=lock)
    check_raise(audit, by, held_it=held_it)
    return audit


def raise_concern(session: Session, public_id: str, *, raised: Raised, by: Viewer, at: datetime) -> Concern:
    """Keep a concern; from now on it stands first on the pages of the head of service and QA."""
    audit = audit_to_raise_in(session, public_id, by=by, lock=True)
    wrong = faults(raised, at=at)
    if wrong or raised.told_at is None:
        raise Refused(" ".join(wrong.values()))
    concern = Concern(
        audit_id=audit.id,
        what=raised.what.strip(),
        told_whom=raised.told_whom.strip(),
        told_at=raised.told_at,
        told_how=raised.told_how.strip(),
        raised_at=at,
        raised_by_id=by.person_id,
    )
    session.add(concern)
    _tell(session, "concern.raised", audit, by=by, at=at)
    concern_ladder.announce(session, concern, audit, at=at)
    return concern


def acknowledge(session: Session, public_id: str, *, by: Viewer, at: datetime) -> Concern:
    """Note that somebody responsible has read a concern and acts on it. Nobody acknowledges their own."""
    concern = session.scalar(
        select(Concern)
        .join(Concern.audit)
        .where(Concern.public_id == public_id, concerned_audits(by))
        .options(joinedload(Concern.audit))
        .with_for_update(of=Concern)
        .execution_options(populate_existing=True)
    )
    if concern is None:
        raise NotFound
    if concern.raised_by_id == by.person_id:
        raise NotAllowed("You raised this concern yourself. Somebody else has to acknowledge it.")
    if concern.acknowledged_at is not None:
        raise NotNow("Somebody has acknowledged this concern already.")
    concern.acknowledged_at, concern.acknowledged_by_id = at, by.person_id
    _tell(session, "concern.acknowledged", concern.audit, by=by, at=at)
    return concern


def _tell(session: Session, name: str, audit: Audit, *, by: Viewer, at: datetime) -> None:
    session.flush()
    chain = trail.audit_chain(audit.public_id)
    trail.record(session, name, by=by.public_id, at=at, subject=audit.public_id, chain=chain)
