"""The actions that an audit asks for: up to five, each kept as it is written and judged after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from auditapp.domain.calendar import london_day
from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.permissions import Viewer
from auditapp.domain.workflow import check_write
from auditapp.persistence import trail
from auditapp.persistence.audits import MOST_ACTIONS, Audit, AuditAction
from auditapp.persistence.queries.audits import find_audit

FURTHEST = timedelta(days=2 * 365)
LIMITS = {"action": 4000, "success_measure": 4000, "owner": 200}


@dataclass(frozen=True, slots=True)
class Planned:
    """An action as it was typed."""

    action: str
    success_measure: str
    owner: str
    due_on: date | None


def write_action(
    session: Session, public_id: str, *, number: int | None, planned: Planned, by: Viewer, at: datetime
) -> AuditAction:
    """Keep an action: a new one under the next free number, or one that is there."""
    audit = find_audit(session, public_id, viewer=by, lock=True)
    check_write(audit, by)
    row = _new(audit) if number is None else _numbered(audit, number)
    row.action, row.success_measure = planned.action.strip(), planned.success_measure.strip()
    row.owner, row.due_on = planned.owner.strip(), planned.due_on
    _tell(session, "action.written", audit, row.number, by=by, at=at)
    return row


def remove_action(session: Session, public_id: str, *, number: int, by: Viewer, at: datetime) -> None:
    """Take an action back before its audit is submitted."""
    audit = find_audit(session, public_id, viewer=by, lock=True)
    check_write(audit, by)
    audit.actions.remove(_numbered(audit, number))
    _tell(session, "action.removed", audit, number, by=by, at=at)


def faults(planned: Planned, *, at: datetime) -> dict[str, str]:
    """Return what is wrong with an action, by field: it needs all four, and a day that is still to come."""
    found = {}
    if not planned.action.strip():
        found["action"] = "Enter what is to be done."
    if not planned.success_measure.strip():
        found["success_measure"] = "Enter how you will see that it worked."
    if not planned.owner.strip():
        found["owner"] = "Enter who will do it."
    if planned.due_on is None:
        found["due_on"] = "Enter the day by which it is to be done."
    elif planned.due_on < london_day(at):
        found["due_on"] = "The due date must not be in the past."
    elif planned.due_on > london_day(at) + FURTHEST:
        found["due_on"] = "The due date must be within two years. Check the year."
    return found | too_long(planned, LIMITS)


def is_finished(action: AuditAction) -> bool:
    """Say whether a stored action has all that it needs. That its day has come since is no fault of it."""
    is_whole = bool(action.action and action.success_measure and action.owner and action.due_on)
    return is_whole and not too_long(action, LIMITS)


def too_long(typed: object, limits: Mapping[str, int]) -> dict[str, str]:
    """Return what to say of texts over their limits, by field."""
    return {
        field: f"Shorten this to {most:,} characters."
        for field, most in limits.items()
        if len(getattr(typed, field).strip()) > most
    }


def _new(audit: Audit) -> AuditAction:
    taken = {action.number for action in audit.actions}
    free = [number for number in range(1, MOST_ACTIONS + 1) if number not in taken]
    if not free:
        raise Refused(f"An audit has at most {MOST_ACTIONS} actions. Change or remove one of them.")
    row = AuditAction(audit_id=audit.id, number=free[0])
    audit.actions.append(row)
    return row


def _numbered(audit: Audit, number: int) -> AuditAction:
    for action in audit.actions:
        if action.number == number:
            return action
    raise NotFound


def _tell(session: Session, name: str, audit: Audit, number: int, *, by: Viewer, at: datetime) -> None:
    session.flush()
    chain = trail.audit_chain(audit.public_id)
    trail.record(
        session, name, by=by.public_id, at=at, subject=audit.public_id, chain=chain, details={"number": number}
    )
