"""What the audits of a theme ask others to do."""

from itertools import starmap

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from auditapp.domain.permissions import Viewer
from auditapp.domain.theme_actions import ThemeAction
from auditapp.persistence.audits import Audit, AuditAction
from auditapp.persistence.cases import ListTeam
from auditapp.persistence.scope import counted_audits


def theme_actions(session: Session, cycle_id: int, viewer: Viewer) -> tuple[ThemeAction, ...]:
    """Return the actions of the submitted audits of a theme that a person may read, the first to be done first."""
    query = (
        select(
            Audit.public_id,
            Audit.reference,
            func.coalesce(ListTeam.name, ""),
            AuditAction.number,
            AuditAction.action,
            AuditAction.success_measure,
            AuditAction.owner,
            AuditAction.due_on,
        )
        .join(Audit, Audit.id == AuditAction.audit_id)
        .outerjoin(ListTeam, ListTeam.id == Audit.list_team_id)
        .where(in_theme(cycle_id, viewer))
        .order_by(AuditAction.due_on, Audit.id, AuditAction.number)
    )
    return tuple(starmap(ThemeAction, session.execute(query)))


def count_actions(session: Session, cycle_id: int, viewer: Viewer) -> int:
    """Count these actions."""
    query = select(func.count()).join(Audit, Audit.id == AuditAction.audit_id).where(in_theme(cycle_id, viewer))
    return session.scalars(query.select_from(AuditAction)).one()


def in_theme(cycle_id: int, viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition of being an audit of a theme whose findings a person reads."""
    return (Audit.cycle_id == cycle_id) & counted_audits(viewer)
