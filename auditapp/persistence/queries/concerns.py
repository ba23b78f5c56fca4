"""Immediate concerns as those who must act on them read them: the open ones, and all of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from auditapp.domain.errors import NotFound
from auditapp.domain.permissions import Viewer
from auditapp.persistence.audits import Audit, Concern
from auditapp.persistence.cases import Case, ListTeam, ListWorker
from auditapp.persistence.people import Person
from auditapp.persistence.scope import concerned_audits

PAGE = 25
Order = Literal["oldest", "newest"]
ORDERS = {"oldest": (Concern.raised_at, Concern.id), "newest": (Concern.raised_at.desc(), Concern.id.desc())}


@dataclass(frozen=True, slots=True)
class ConcernRow:
    """One immediate concern, and who has acknowledged it, once somebody has.

    `case_reference` is of a supervision file the code of its worker.
    `is_homeless`: the case's team is not matched to one of the service, so that it stands on every head's page.
    """

    public_id: str
    audit_public_id: str
    reference: str
    case_reference: str
    is_supervision: bool
    team: str
    what: str
    told_whom: str
    told_at: datetime
    told_how: str
    raised_at: datetime
    raised_by: str
    is_own: bool
    is_homeless: bool
    acknowledged_at: datetime | None
    acknowledged_by: str


@dataclass(frozen=True, slots=True)
class ConcernsPage:
    """Twenty-five concerns, newest first, and where the next page begins."""

    rows: tuple[ConcernRow, ...]
    next_after: str | None


def open_concerns(session: Session, viewer: Viewer) -> tuple[ConcernRow, ...]:
    """Return the immediate concerns that a person must see and nobody has acknowledged, oldest first."""
    return _rows(session, viewer, Concern.acknowledged_at.is_(None), order="oldest")


def concerns_page(session: Session, viewer: Viewer, *, after: str = "") -> ConcernsPage:
    """Return every concern that a person must see, acknowledged or not, newest first, from after one of them."""
    conditions = []
    if after:
        seen = select(Concern).join(Concern.audit).where(Concern.public_id == after, concerned_audits(viewer))
        last = session.scalar(seen)
        if last is None:
            raise NotFound
        same_moment = (Concern.raised_at == last.raised_at) & (Concern.id < last.id)
        conditions.append((Concern.raised_at < last.raised_at) | same_moment)
    found = _rows(session, viewer, *conditions, order="newest", most=PAGE + 1)
    return ConcernsPage(found[:PAGE], found[PAGE - 1].public_id if len(found) > PAGE else None)


def _rows(
    session: Session,
    viewer: Viewer,
    *conditions: ColumnElement[bool],
    order: Order,
    most: int | None = None,
) -> tuple[ConcernRow, ...]:
    raiser, reader = aliased(Person), aliased(Person)
    query = (
        select(
            Concern.public_id,
            Audit.public_id.label("audit_public_id"),
            Audit.reference,
            func.coalesce(Case.case_reference, ListWorker.code, "").label("case_reference"),
            Audit.case_id.is_(None).label("is_supervision"),
            func.coalesce(ListTeam.name, "").label("team"),
            Concern.what,
            Concern.told_whom,
            Concern.told_at,
            Concern.told_how,
            Concern.raised_at,
            raiser.name.label("raised_by"),
            (Concern.raised_by_id == viewer.person_id).label("is_own"),
            ListTeam.team_id.is_(None).label("is_homeless"),
            Concern.acknowledged_at,
            func.coalesce(reader.name, "").label("acknowledged_by"),
        )
        .join(Audit, Audit.id == Concern.audit_id)
        .outerjoin(Case, Case.id == Audit.case_id)
        .outerjoin(ListWorker, ListWorker.id == Audit.supervision_worker_id)
        .join(raiser, raiser.id == Concern.raised_by_id)
        .outerjoin(reader, reader.id == Concern.acknowledged_by_id)
        .outerjoin(ListTeam, ListTeam.id == Audit.list_team_id)
        .where(concerned_audits(viewer), *conditions)
        .order_by(*ORDERS[order])
        .limit(most)
    )
    return tuple(ConcernRow(**row) for row in session.execute(query).mappings())
