"""What the programme of the year sets off by itself: months and supervision audits that open."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import ProgrammeKind, ProgrammeState
from auditapp.persistence.cycles import Cycle
from auditapp.services import cycles, supervision
from auditapp.services.programme_links import has_months, link_month, month_entries


def open_month(session: Session, month: Month, *, seed: str, by: Viewer, at: datetime) -> Cycle | None:
    """Open a Quality of Practice month, unless the programme has cancelled it; Refused where it has none in it.

    A council's year without any planned month has all twelve.
    """
    entries = month_entries(session, ProgrammeKind.QOP_MONTH, month)
    if entries and all(entry.state is ProgrammeState.CANCELLED for entry in entries):
        return None
    if not entries and has_months(session, CouncilYear.of(month)):
        raise Refused(f"The programme has no Quality of Practice month in {month.label}.")
    # Whoever opens links; one that was opened before it was planned is linked here.
    return link_month(entries, cycles.open_month(session, month, seed=seed, by=by, at=at))


def open_supervision(session: Session, month: Month, *, seed: str, by: Viewer, at: datetime) -> Cycle | None:
    """Open the supervision audits of a month, where the programme has them planned."""
    entries = month_entries(session, ProgrammeKind.SUPERVISION, month)
    if not any(entry.state is ProgrammeState.PLANNED for entry in entries):
        return None
    return link_month(entries, supervision.open_supervision(session, month, seed=seed, by=by, at=at))
