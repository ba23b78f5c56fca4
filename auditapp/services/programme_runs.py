"""What the programme of the year sets off by itself: months and supervision audits that open."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import ProgrammeKind, ProgrammeState
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.programme import ProgrammeEntry
from auditapp.services import cycles, supervision


def open_month(session: Session, month: Month, *, seed: str, by: Viewer, at: datetime) -> Cycle | None:
    """Open a Quality of Practice month, unless the programme has cancelled it. A year without a programme has all."""
    entries = _entries(session, ProgrammeKind.QOP_MONTH, month)
    if entries and all(entry.state is ProgrammeState.CANCELLED for entry in entries):
        return None
    return _linked(entries, cycles.open_month(session, month, seed=seed, by=by, at=at))


def open_supervision(session: Session, month: Month, *, seed: str, by: Viewer, at: datetime) -> Cycle | None:
    """Open the supervision audits of a month, where the programme has them planned."""
    entries = _entries(session, ProgrammeKind.SUPERVISION, month)
    if not any(entry.state is ProgrammeState.PLANNED for entry in entries):
        return None
    return _linked(entries, supervision.open_supervision(session, month, seed=seed, by=by, at=at))


def _entries(session: Session, kind: ProgrammeKind, month: Month) -> list[ProgrammeEntry]:
    """Return and hold what the programme has of a kind in a month, cancelled or not."""
    query = select(ProgrammeEntry).where(
        ProgrammeEntry.kind == kind,
        ProgrammeEntry.starts_on >= month.first_day,
        ProgrammeEntry.starts_on <= month.last_day,
    )
    return list(session.scalars(query.order_by(ProgrammeEntry.id).with_for_update()))


def _linked(entries: list[ProgrammeEntry], cycle: Cycle) -> Cycle:
    """Note which audits came of the entry that stands, so that it is not moved away from under them."""
    for entry in entries:
        if entry.state is not ProgrammeState.CANCELLED and entry.cycle_id is None:
            entry.cycle_id = cycle.id
            entry.version += 1
    return cycle
