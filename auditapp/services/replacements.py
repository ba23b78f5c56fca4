"""Replacing a drawn case: only with a reason, and only by the next in order."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain import sampling
from auditapp.domain.assignment import tie_between
from auditapp.domain.case_lists import Entry
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AuditState, CaseType, Refusal
from auditapp.domain.workflow import check_refuse, check_replace
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person
from auditapp.persistence.queries.audits import find_audit
from auditapp.persistence.queries.cases import frame
from auditapp.persistence.queries.cycles import MAY_AUDIT
from auditapp.persistence.queries.exclusions import excluded_cases
from auditapp.services.assignments import ListNames, case_ids, new_audit
from auditapp.services.audits import checked_reason
from auditapp.services.cycles import draw_of, read_draw
from auditapp.services.independence import independence


def replace_case(session: Session, public_id: str, *, reason: str, by: Viewer, at: datetime) -> Audit:
    """Replace a drawn case by the next in order, for a reason that QA gives."""
    audit = find_audit(session, public_id, viewer=by, lock=True)
    check_replace(audit, by)
    return _replace(session, audit, refusal=None, reason=checked_reason(reason), by=by, at=at)


def refuse_case(session: Session, public_id: str, *, refusal: Refusal, reason: str, by: Viewer, at: datetime) -> Audit:
    """Give back a case that one knows, supervised or cannot open; take the next in order."""
    audit = find_audit(session, public_id, viewer=by, lock=True)
    check_refuse(audit, by)
    why = checked_reason(reason) if reason.strip() else ""
    return _replace(session, audit, refusal=refusal, reason=why, by=by, at=at)


def _replace(
    session: Session, audit: Audit, *, refusal: Refusal | None, reason: str, by: Viewer, at: datetime
) -> Audit:
    cycle = _held_cycle(session, audit.cycle_id)
    auditor = _still_auditor(session, audit.auditor_id)
    known = ListNames(session)
    taken = set(_references_of(session, cycle))
    is_unsuitable = _unsuitable_for(auditor, known)
    entry = _next_entry(session, cycle, audit, taken=taken, is_unsuitable=is_unsuitable, at=at)
    new = new_audit(
        session,
        cycle,
        entry,
        number=len(taken) + 1,
        case_id=case_ids(session, [entry.case_reference])[entry.case_reference],
        auditor=None if is_unsuitable(entry) else auditor,
        known=known,
        by=by,
        at=at,
    )
    audit.state, audit.replaced_at, audit.replaced_by_id = AuditState.REPLACED, at, new.id
    audit.refusal, audit.replacement_reason = refusal, reason or None
    session.flush()
    details = {"reason": refusal.value if refusal else "qa", "next": new.public_id}
    chain = trail.audit_chain(audit.public_id)
    trail.record(
        session, "case.replaced", by=by.public_id, at=at, subject=audit.public_id, chain=chain, details=details
    )
    return new


def _held_cycle(session: Session, cycle_id: int) -> Cycle:
    """Return a cycle and hold it: two replacements at once must not take the same next case."""
    query = select(Cycle).where(Cycle.id == cycle_id).options(joinedload(Cycle.tool_version))
    return session.scalars(query.with_for_update(of=Cycle)).one()


def _still_auditor(session: Session, person_id: int | None) -> Person | None:
    """Return somebody with their roles if audits may still be given to them."""
    query = select(Person).where(Person.id == person_id, *MAY_AUDIT).options(joinedload(Person.grants))
    return session.scalars(query).unique().one_or_none()


def _unsuitable_for(auditor: Person | None, known: ListNames) -> Callable[[Entry], bool]:
    """Return the test of whom an auditor may not audit; nobody is unsuitable to no auditor."""
    bound = independence(auditor) if auditor else None
    return lambda entry: bound is not None and tie_between(known.to_assign(entry), bound) is not None


def _references_of(session: Session, cycle: Cycle) -> list[str]:
    query = select(Case.case_reference).join(Audit, Audit.case_id == Case.id).where(Audit.cycle_id == cycle.id)
    return list(session.scalars(query))


def _next_entry(
    session: Session,
    cycle: Cycle,
    audit: Audit,
    *,
    taken: set[str],
    is_unsuitable: Callable[[Entry], bool],
    at: datetime,
) -> Entry:
    stored = draw_of(session, cycle)
    made = read_draw(stored)
    since = sampling.not_again_since(stored.drawn_at, months=made.not_again_months)
    assert audit.case_type is not None
    found = sampling.next_case(
        made,
        frame(session, stored.case_list_id),
        stratum=(audit.case_type, audit.list_team.name if audit.list_team else ""),
        taken=taken | excluded_cases(session, since=since, at=at).keys(),
        unsuitable=is_unsuitable,
        keeps_type=_is_last_looked_after(session, audit),
    )
    if found is None:
        raise Refused("The case list has no further case for this auditor. Ask the quality assurance team.")
    return found


def _is_last_looked_after(session: Session, audit: Audit) -> bool:
    """Say whether a case is the only looked-after one of its month: there has to be one, whoever audits it."""
    others = exists().where(
        Audit.cycle_id == audit.cycle_id,
        Audit.id != audit.id,
        Audit.case_type == CaseType.LAC,
        Audit.state != AuditState.REPLACED,
    )
    return audit.case_type is CaseType.LAC and not session.scalar(select(others))
