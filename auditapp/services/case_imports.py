"""Case lists that were read and wait for whoever sent them to accept or discard them."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from auditapp.domain.case_lists import CaseList
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.understanding import Understanding
from auditapp.persistence import cases
from auditapp.services.cases import accept_case_list, check_day
from auditapp.services.pending_imports import content_of, drop_pending, find_pending, keep_pending

KIND = "cases"


@dataclass(frozen=True, slots=True)
class ReadCaseList:
    """A case list and what was understood of its file."""

    case_list: CaseList
    understanding: Understanding


@dataclass(frozen=True, slots=True)
class WaitingCaseList:
    """A case list that waits, with the name of its file."""

    public_id: str
    file_name: str
    read: ReadCaseList


_STORED = TypeAdapter(ReadCaseList)


def keep_case_list(session: Session, read: ReadCaseList, *, file_name: str, by: Viewer, at: datetime) -> str:
    """Let a case list wait until it is accepted, a day at most; return what its page is known by."""
    check_runs_programme(by)
    check_day(read.case_list.as_of, at=at)
    content = _STORED.dump_json(read)
    return keep_pending(session, content, kind=KIND, file_name=file_name, by=by, at=at).public_id


def waiting_case_list(session: Session, public_id: str, *, by: Viewer, at: datetime) -> WaitingCaseList:
    """Return a case list that somebody let wait; for anybody else there is none."""
    pending = find_pending(session, public_id, kind=KIND, by=by, at=at)
    return WaitingCaseList(public_id, pending.file_name, _STORED.validate_json(content_of(pending)))


def accept_waiting(session: Session, waiting: WaitingCaseList, *, by: Viewer, at: datetime) -> cases.CaseList:
    """Store a case list that waited, and forget that it did."""
    pending = find_pending(session, waiting.public_id, kind=KIND, by=by, at=at)
    read = waiting.read
    stored = accept_case_list(
        session, read.case_list, understanding=read.understanding, file_name=waiting.file_name, by=by, at=at
    )
    drop_pending(session, pending)
    return stored


def discard_case_list(session: Session, public_id: str, *, by: Viewer, at: datetime) -> None:
    """Forget a case list that waited."""
    drop_pending(session, find_pending(session, public_id, kind=KIND, by=by, at=at))
