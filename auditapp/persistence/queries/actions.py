"""Actions that audits asked for, as those who see to them read them."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AuditState
from auditapp.persistence.audits import Audit, AuditAction
from auditapp.persistence.scope import of_managed_teams, readable_findings

SHOWN_FOR = timedelta(days=28)
"""For how long an action is shown after its date."""


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action of a submitted audit, by the audit's public identifier and reference. `is_own`: the reader audited.

    Of those that are near or past, none is without its date.
    """

    public_id: str
    reference: str
    is_own: bool
    action: str
    owner: str
    due_on: date | None


def actions_near(session: Session, viewer: Viewer, *, today: date, until: date) -> tuple[ActionRow, ...]:
    """Return the actions of somebody's own audits and of those of their team, in order of their dates.

    Those that are due up to a day, and those whose date is past by up to four weeks. Some weeks hold few: no limit.
    """
    query = (
        select(
            Audit.public_id,
            Audit.reference,
            func.coalesce(Audit.auditor_id == viewer.person_id, False),
            AuditAction.action,
            AuditAction.owner,
            AuditAction.due_on,
        )
        .join(Audit, Audit.id == AuditAction.audit_id)
        .where(Audit.state == AuditState.SUBMITTED, readable_findings(viewer))
        .where(or_(Audit.auditor_id == viewer.person_id, of_managed_teams(viewer)))
        .where(AuditAction.due_on.between(today - SHOWN_FOR, until))
        .order_by(AuditAction.due_on, AuditAction.id)
    )
    return tuple(ActionRow(*row) for row in session.execute(query))
