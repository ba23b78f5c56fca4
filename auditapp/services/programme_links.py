"""What a month opens with and which entry of the programme it was opened from, whoever opens it."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.vocabulary import ProgrammeKind, ProgrammeState
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.programme import ProgrammeEntry
from auditapp.persistence.programme_settings import programme_settings


def month_entries(session: Session, kind: ProgrammeKind, month: Month) -> list[ProgrammeEntry]:
    """Return and hold what the programme has of a kind in a month, cancelled or not.

    Whoever opens the month holds it first, then claims the month: always in this order.
    """
    query = _of_month(kind, month).with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(query))


def link_month(entries: list[ProgrammeEntry], cycle: Cycle) -> Cycle:
    """Note which audits came of the entry that stands, so that it is not moved away from under them."""
    for entry in entries:
        if entry.state is not ProgrammeState.CANCELLED and entry.cycle_id is None:
            entry.cycle_id = cycle.id
            entry.version += 1
    return cycle


def has_months(session: Session, year: CouncilYear) -> bool:
    """Say whether the programme of a council's year has Quality of Practice months, cancelled or not."""
    in_year = ProgrammeEntry.starts_on.between(year.first_day, year.last_day)
    there = select(ProgrammeEntry.id).where(ProgrammeEntry.kind == ProgrammeKind.QOP_MONTH, in_year)
    return session.scalar(there.limit(1)) is not None


def supervision_size(session: Session, month: Month) -> int:
    """Return how many supervision files are drawn for a month: as many as the programme says, or else the setting."""
    entries = session.scalars(_of_month(ProgrammeKind.SUPERVISION, month))
    planned = (entry.size for entry in entries if entry.state is not ProgrammeState.CANCELLED)
    return next(planned, programme_settings(session).supervision_each_month)


def _of_month(kind: ProgrammeKind, month: Month) -> Select[ProgrammeEntry]:
    return (
        select(ProgrammeEntry)
        .where(ProgrammeEntry.kind == kind, ProgrammeEntry.starts_on.between(month.first_day, month.last_day))
        .order_by(ProgrammeEntry.id)
    )
