"""Replacing a drawn case or supervision file: only with a reason, and only by the next in order."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain import sampling, supervision
from auditapp.domain.assignment import tie_between
from auditapp.domain.calendar import london_day
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import Viewer
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import AuditState, CaseType, CycleKind, Refusal
from auditapp.domain.workflow import check_refuse, check_replace
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, ListWorker
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.people import Person
from auditapp.persistence.queries.auditors import MAY_AUDIT
from auditapp.persistence.queries.audits import find_audit
from auditapp.persistence.queries.cases import frame
from auditapp.persistence.queries.exclusions import excluded_cases, excluded_workers
from auditapp.services.assignments import File, ListNames, case_files, new_audit
from auditapp.services.audits import checked_reason, due_day
from auditapp.services.cycles import draw_of, read_draw
from auditapp.services.independence import independence
from auditapp.services.supervision import read_worker_draw, supervision_files

Unsuitable = Callable[[str, str, str], bool]
"""Whether a file may not be audited: by its key, the team and the worker of it as the case list names them."""


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


def is_drawn(session: Session, audit: Audit) -> bool:
    """Say whether a next case can take an audit's place: not where the cases were named or the file was picked."""
    return session.get(CycleDraw, audit.cycle_id) is not None


def _replace(
    session: Session, audit: Audit, *, refusal: Refusal | None, reason: str, by: Viewer, at: datetime
) -> Audit:
    cycle = _held_cycle(session, audit.cycle_id)
    if not is_drawn(session, audit):
        return _give_back(session, audit, refusal=refusal, reason=reason, by=by, at=at)
    auditor = _still_auditor(session, audit.auditor_id)
    known = ListNames(session)
    is_unsuitable = _unsuitable_for(auditor, known)
    find_next = _next_worker if cycle.kind is CycleKind.SUPERVISION else _next_case
    file = find_next(session, cycle, audit, is_unsuitable=is_unsuitable, at=at)
    due = due_day(session, london_day(at))
    new = new_audit(
        session,
        cycle,
        file,
        number=_number_of_audits(session, cycle) + 1,
        auditor=None if is_unsuitable(file.key, file.team, file.worker) else auditor,
        known=known,
        due_on=max(due, audit.due_on or due),
        by=by,
        at=at,
    )
    audit.state, audit.replaced_at, audit.replaced_by_id = AuditState.REPLACED, at, new.id
    audit.refusal, audit.replacement_reason = refusal, reason or None
    session.flush()
    details = {"reason": refusal.value if refusal else "qa", "next": new.public_id}
    _tell(session, "case.replaced", audit, details=details, by=by, at=at)
    return new


def _give_back(
    session: Session, audit: Audit, *, refusal: Refusal | None, reason: str, by: Viewer, at: datetime
) -> Audit:
    """Leave an audit without an auditor: what was named or picked is audited by somebody else, not replaced."""
    if refusal is None:
        raise Refused(
            "This was not drawn but named, so there is no next one to take its place. Hand it on to another auditor."
        )
    audit.auditor, audit.refusal, audit.replacement_reason = None, refusal, reason or None
    session.flush()
    _tell(session, "audit.given_back", audit, details={"reason": refusal.value}, by=by, at=at)
    return audit


def _tell(session: Session, name: str, audit: Audit, *, details: Details, by: Viewer, at: datetime) -> None:
    chain = trail.audit_chain(audit.public_id)
    trail.record(session, name, by=by.public_id, at=at, subject=audit.public_id, chain=chain, details=details)


def _held_cycle(session: Session, cycle_id: int) -> Cycle:
    """Return a cycle and hold it: two replacements at once must not take the same next case."""
    query = select(Cycle).where(Cycle.id == cycle_id).options(joinedload(Cycle.tool_version))
    return session.scalars(query.with_for_update(of=Cycle)).one()


def _still_auditor(session: Session, person_id: int | None) -> Person | None:
    """Return somebody with their roles if audits may still be given to them."""
    query = select(Person).where(Person.id == person_id, *MAY_AUDIT).options(joinedload(Person.grants))
    return session.scalars(query).unique().one_or_none()


def _unsuitable_for(auditor: Person | None, known: ListNames) -> Unsuitable:
    """Return the test of what an auditor may not audit; nothing is unsuitable to no auditor."""
    bound = independence(auditor) if auditor else None

    def is_unsuitable(key: str, team: str, worker: str) -> bool:
        return (
            bound is not None
            and tie_between(known.to_assign(key, team_name=team, worker_code=worker), bound) is not None
        )

    return is_unsuitable


def _number_of_audits(session: Session, cycle: Cycle) -> int:
    return session.scalars(select(func.count()).where(Audit.cycle_id == cycle.id)).one()


def _next_case(session: Session, cycle: Cycle, audit: Audit, *, is_unsuitable: Unsuitable, at: datetime) -> File:
    stored = draw_of(session, cycle)
    made = read_draw(stored)
    rule = sampling.not_again(stored.drawn_at, months=made.not_again_months)
    taken = select(Case.case_reference).join(Audit, Audit.case_id == Case.id).where(Audit.cycle_id == cycle.id)
    assert audit.case_type is not None
    found = sampling.next_case(
        made,
        frame(session, stored.case_list_id),
        stratum=(audit.case_type, audit.list_team.name if audit.list_team else ""),
        taken={*session.scalars(taken), *excluded_cases(session, rule, at=at)},
        unsuitable=lambda entry: is_unsuitable(entry.case_reference, entry.team, entry.worker),
        keeps_type=_is_last_looked_after(session, audit),
    )
    if found is None:
        raise Refused("The case list has no further case for this auditor. Ask the quality assurance team.")
    (file,) = case_files(session, [found])
    return file


def _next_worker(session: Session, cycle: Cycle, audit: Audit, *, is_unsuitable: Unsuitable, at: datetime) -> File:
    stored = draw_of(session, cycle)
    made = read_worker_draw(stored)
    rule = sampling.not_again(stored.drawn_at, months=made.not_again_months)
    of_cycle = Audit.cycle_id == cycle.id
    taken = select(ListWorker.code).join(Audit, Audit.supervision_worker_id == ListWorker.id).where(of_cycle)
    found = supervision.next_worker(
        made,
        frame(session, stored.case_list_id),
        team=audit.list_team.name if audit.list_team else "",
        taken={*session.scalars(taken), *excluded_workers(session, rule, at=at)},
        unsuitable=lambda worker: is_unsuitable(worker.code, worker.team, worker.code),
    )
    if found is None:
        raise Refused("The case list has no further worker for this auditor. Ask the quality assurance team.")
    (file,) = supervision_files(session, [found])
    return file


def _is_last_looked_after(session: Session, audit: Audit) -> bool:
    """Say whether a case is the only looked-after one of its month: there has to be one, whoever audits it."""
    others = exists().where(
        Audit.cycle_id == audit.cycle_id,
        Audit.id != audit.id,
        Audit.case_type == CaseType.LAC,
        Audit.state != AuditState.REPLACED,
    )
    return audit.case_type is CaseType.LAC and not session.scalar(select(others))
