"""Upkeep: removing what was needed for a while and can have no effect any more, so that nothing grows for ever."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import unique

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import Session

from auditapp.domain.passwords import ABSOLUTE, FAILURES_COUNT_FOR, IDLE
from auditapp.domain.permissions import Viewer, check_administers
from auditapp.domain.vocabulary import Labelled
from auditapp.persistence import trail
from auditapp.persistence.cases import PendingImport
from auditapp.persistence.database import Base
from auditapp.persistence.sign_in import FailedAttempts, Invitation, SignInSession
from auditapp.persistence.submissions import Submission
from auditapp.services.pending_imports import WAITS

# Longer than a form's key is taken, and long enough to see what became of a sign-in or a link.
KEPT_FOR = timedelta(days=30)


@unique
class Leftover(Labelled):
    """What is left of something that is over, by the name that the trail gives it."""

    SESSIONS = "sessions", "Ended sign-ins"
    LINKS = "links", "Dead one-time links"
    COUNTERS = "counters", "Counts of failed sign-ins"
    KEYS = "keys", "Keys of forms"
    FILES = "files", "Files that waited"


def tidy(session: Session, *, by: Viewer, at: datetime) -> Mapping[Leftover, int]:
    """Remove what has no effect any more, and return how much. Where nothing is, nothing is recorded."""
    check_administers(by)
    removed = {
        leftover: session.connection().execute(delete(kind).where(is_over)).rowcount
        for leftover, (kind, is_over) in _leftovers(at).items()
    }
    if any(removed.values()):
        details = {leftover.value: count for leftover, count in removed.items()}
        trail.record(session, "upkeep.tidied", by=by.public_id, at=at, subject="upkeep", details=details)
    return removed


def _leftovers(at: datetime) -> Mapping[Leftover, tuple[type[Base], ColumnElement[bool]]]:
    """Say which rows are over at a moment, and have been for as long as they are kept."""
    long_ago = at - KEPT_FOR
    has_ended = SignInSession.revoked_at < long_ago
    has_expired = (SignInSession.seen_at < long_ago - IDLE) | (SignInSession.created_at < long_ago - ABSOLUTE)
    return {
        Leftover.SESSIONS: (SignInSession, has_ended | has_expired),
        Leftover.LINKS: (Invitation, (Invitation.used_at < long_ago) | (Invitation.expires_at < long_ago)),
        Leftover.COUNTERS: (FailedAttempts, FailedAttempts.since < at - FAILURES_COUNT_FOR),
        Leftover.KEYS: (Submission, Submission.at < long_ago),
        Leftover.FILES: (PendingImport, PendingImport.made_at <= at - WAITS),
    }
