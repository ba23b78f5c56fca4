"""One audit with all that stands around it, and what it said when it was submitted."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from auditapp.domain.errors import NotFound
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AuditState, Role
from auditapp.persistence.audits import Audit, Concern, SubmittedRecord
from auditapp.persistence.cases import ListTeam
from auditapp.persistence.scope import readable_findings, visible_audits
from auditapp.persistence.trail import held_audit


def find_audit(session: Session, public_id: str, *, viewer: Viewer, lock: bool = False) -> Audit:
    """Return an audit that a person may know of, with its case, tool, scale, people and actions; held if asked for."""
    return _found(session, Audit.public_id == public_id, visible_audits(viewer), lock=lock)


def find_audit_once_held(session: Session, public_id: str, *, viewer: Viewer, lock: bool = False) -> tuple[Audit, bool]:
    """Return an audit that a person may know of, or had once, as `find_audit` does; and whether they ever had it."""
    held_it = held_audit(session, public_id, person=viewer.public_id)
    known = true() if held_it else visible_audits(viewer)
    return _found(session, Audit.public_id == public_id, known, lock=lock), held_it


def _found(session: Session, *known: ColumnElement[bool], lock: bool) -> Audit:
    if lock:
        # Held first and read then, anew: what stands around it, and what a page read before, may be of before the wait.
        session.execute(select(Audit.id).where(*known).with_for_update())
    query = (
        select(Audit)
        .where(*known)
        .execution_options(populate_existing=lock)
        .options(
            joinedload(Audit.case),
            joinedload(Audit.list_team).joinedload(ListTeam.team),
            joinedload(Audit.list_worker),
            joinedload(Audit.supervision_worker),
            joinedload(Audit.cycle),
            joinedload(Audit.tool_version),
            joinedload(Audit.scale_version),
            joinedload(Audit.auditor),
            selectinload(Audit.actions),
            selectinload(Audit.concerns).joinedload(Concern.raised_by),
        )
    )
    audit = session.scalar(query)
    if audit is None:
        raise NotFound
    return audit


def find_record(session: Session, public_id: str, *, viewer: Viewer, revision: int | None = None) -> SubmittedRecord:
    """Return what an audit said when it was submitted last, or in the version that is asked for."""
    query = (
        select(SubmittedRecord)
        .join(Audit, Audit.id == SubmittedRecord.audit_id)
        .where(Audit.public_id == public_id, _readable(viewer))
        .order_by(SubmittedRecord.revision.desc())
        .limit(1)
    )
    found = session.scalar(query if revision is None else query.where(SubmittedRecord.revision == revision))
    if found is None:
        raise NotFound
    return found


def find_audit_with_history(session: Session, public_id: str, *, viewer: Viewer) -> Audit:
    """Return an audit whose history a person may read: QA and its auditor at any time, others once they may read it."""
    audit = find_audit(session, public_id, viewer=viewer)
    if not (viewer.has(Role.QA) or audit.auditor_id == viewer.person_id):
        find_record(session, public_id, viewer=viewer)
    return audit


def _readable(viewer: Viewer) -> ColumnElement[bool]:
    """Its auditor and QA read every version; others what stands submitted, and nothing that was found to be wrong."""
    is_qa = true() if viewer.has(Role.QA) else false()
    sent_back = and_(Audit.state == AuditState.RETURNED, is_qa)
    stands = or_(SubmittedRecord.revision == Audit.revision, is_qa)
    return or_(Audit.auditor_id == viewer.person_id, and_(readable_findings(viewer), stands), sent_back)


def revisions(session: Session, audit_id: int, *, viewer: Viewer) -> Sequence[SubmittedRecord]:
    """Return the versions of an audit that were submitted and that a person may read, the first one first."""
    query = select(SubmittedRecord).join(Audit, Audit.id == SubmittedRecord.audit_id)
    mine = query.where(SubmittedRecord.audit_id == audit_id, _readable(viewer))
    return session.scalars(mine.order_by(SubmittedRecord.revision)).all()
