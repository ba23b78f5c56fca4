"""Files that were read, and plans of themes, that wait for the person who sent them to accept or refuse them."""

import zlib
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from auditapp.domain.errors import NotFound
from auditapp.domain.permissions import Viewer
from auditapp.persistence.cases import PendingImport

WAITS = timedelta(days=1)
LONGEST_FILE_NAME = 200
LIST_IS_GONE = "list does not wait any more: it was accepted or discarded"


def keep_pending(
    session: Session, content: bytes, *, kind: str, file_name: str, by: Viewer, at: datetime
) -> PendingImport:
    """Keep what would be kept of a file, for a day; the same person's earlier one and whatever is too old go."""
    session.execute(delete(PendingImport).where(_of(kind), (PendingImport.person_id == by.person_id) | _too_old(at)))
    pending = PendingImport(
        kind=kind,
        person_id=by.person_id,
        file_name=file_name[-LONGEST_FILE_NAME:],
        content=zlib.compress(content),
        made_at=at,
    )
    session.add(pending)
    session.flush()
    return pending


def find_pending(session: Session, public_id: str, *, kind: str, by: Viewer, at: datetime) -> PendingImport:
    """Return what a person sent and has not settled; what somebody else sent is not there."""
    own = (PendingImport.public_id == public_id) & (PendingImport.person_id == by.person_id)
    pending = session.scalar(select(PendingImport).where(own, _of(kind), ~_too_old(at)))
    if pending is None:
        what = "plan does not wait any more: it was started or discarded" if kind == "theme" else LIST_IS_GONE
        raise NotFound(f"This {what}, or is older than a day.")
    return pending


def content_of(pending: PendingImport) -> bytes:
    """Return what was kept of the file."""
    return zlib.decompress(pending.content)


def drop_pending(session: Session, pending: PendingImport) -> None:
    """Forget a file that was accepted or refused."""
    session.execute(delete(PendingImport).where(PendingImport.id == pending.id))


def _of(kind: str) -> ColumnElement[bool]:
    return PendingImport.kind == kind


def _too_old(at: datetime) -> ColumnElement[bool]:
    return PendingImport.made_at <= at - WAITS
