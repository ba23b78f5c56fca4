"""Audit tools as the pages list them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auditapp.domain.vocabulary import ToolState
from auditapp.domain.workflow import OPEN
from auditapp.persistence.audits import Audit
from auditapp.persistence.tools import ToolVersion


@dataclass(frozen=True, slots=True)
class ToolRow:
    """One version of a tool, and how many audits were made with it."""

    public_id: str
    name: str
    slug: str
    version: int
    state: ToolState
    domains: int
    imported_at: datetime
    audits: int


def open_audits(session: Session, version: ToolVersion) -> int:
    """Count the audits that are written with a version and not submitted yet."""
    query = select(func.count()).select_from(Audit)
    return session.scalar(query.where(Audit.tool_version_id == version.id, Audit.state.in_(OPEN))) or 0


def tool_versions(session: Session) -> tuple[ToolRow, ...]:
    """Return every version of every tool: by tool, the newest first."""
    used = select(Audit.tool_version_id, func.count().label("audits")).group_by(Audit.tool_version_id).subquery()
    query = (
        select(ToolVersion, func.coalesce(used.c.audits, 0))
        .outerjoin(used, used.c.tool_version_id == ToolVersion.id)
        .order_by(ToolVersion.slug, ToolVersion.version.desc())
    )
    return tuple(
        ToolRow(
            public_id=version.public_id,
            name=version.name,
            slug=version.slug,
            version=version.version,
            state=version.state,
            domains=version.domain_count,
            imported_at=version.imported_at,
            audits=audits,
        )
        for version, audits in session.execute(query)
    )
