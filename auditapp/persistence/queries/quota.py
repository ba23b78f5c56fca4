"""What the council owes, and what was done of it."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month
from auditapp.domain.counts import COUNTED_AS
from auditapp.domain.programme_settings import BESIDE, from_json
from auditapp.domain.quota import Quota
from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import AuditState, CycleKind, Measure, ProgrammeKind, ProgrammeState
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.programme import ProgrammeEntry
from auditapp.persistence.programme_settings import SETTINGS
from auditapp.persistence.rollup import FindingCount
from auditapp.persistence.tools import ToolVersion

# What counts to a month's quota: its own audits, and earlier results. Themes and supervision are shown beside it.
OF_PROGRAMME = tuple(kind for kind, counted in COUNTED_AS.items() if counted is CycleKind.QOP)

# Parts of a statement, because every page that shows a target has one to put them in.
# Every opened month with the target it was opened with, as '2026-10=20,2026-11=27'.
OPENED = (
    select(func.aggregate_strings(Cycle.period + "=" + cast(Cycle.target, String), ","))
    .where(Cycle.kind == CycleKind.QOP)
    .correlate(None)
    .scalar_subquery()
)
FIRST_SUBMITTED = (
    select(Audit.first_submitted_at)
    .join(ToolVersion, ToolVersion.id == Audit.tool_version_id)
    .join(Cycle, Cycle.id == Audit.cycle_id)
    .where(Audit.state == AuditState.SUBMITTED, ToolVersion.slug == QOP, Cycle.kind.in_(OF_PROGRAMME))
    .order_by(Audit.first_submitted_at)
    .limit(1)
    .correlate(None)
    .scalar_subquery()
)
# Every QoP month that the programme plans with its number, as '2026-12-01=20,2027-01-01=26'.
PLANNED = (
    select(
        func.aggregate_strings(cast(ProgrammeEntry.starts_on, String) + "=" + cast(ProgrammeEntry.size, String), ",")
    )
    .where(ProgrammeEntry.kind == ProgrammeKind.QOP_MONTH, ProgrammeEntry.state != ProgrammeState.CANCELLED)
    .correlate(None)
    .scalar_subquery()
)
QUOTA = (OPENED, PLANNED, FIRST_SUBMITTED, SETTINGS)


def done_by_month(session: Session, wanted: Iterable[Month]) -> dict[Month, int]:
    """Return how many QoP audits count in each of some months, none where there were none."""
    asked = {str(month): month for month in wanted}
    query = (
        select(FindingCount.month, func.sum(FindingCount.n))
        .join(ToolVersion, ToolVersion.id == FindingCount.tool_version_id)
        .where(
            ToolVersion.slug == QOP,
            FindingCount.cycle_kind == CycleKind.QOP.value,
            FindingCount.measure == Measure.OVERALL.value,
            FindingCount.month.in_(list(asked)),
        )
        .group_by(FindingCount.month)
    )
    found = {asked[month]: int(n) for month, n in session.execute(query)}
    return {month: found.get(month, 0) for month in asked.values()}


def done_besides(session: Session, wanted: Iterable[Month]) -> dict[Month, dict[CycleKind, int]]:
    """Return how many audits of each kind were done in some months beside their QoP audits, by month and kind."""
    asked = {str(month): month for month in wanted}
    query = (
        select(FindingCount.month, FindingCount.cycle_kind, func.sum(FindingCount.n))
        .where(
            FindingCount.cycle_kind.in_([kind.value for kind in BESIDE]),
            FindingCount.measure == Measure.OVERALL.value,
            FindingCount.month.in_(list(asked)),
        )
        .group_by(FindingCount.month, FindingCount.cycle_kind)
    )
    found = {month: dict.fromkeys(BESIDE, 0) for month in asked.values()}
    for month, kind, n in session.execute(query):
        found[asked[month]][CycleKind.of(kind)] += int(n)
    return found


def quota_in_force(session: Session) -> Quota:
    """Return what the council owes."""
    return read_quota(*session.execute(select(*QUOTA)).one())


def read_quota(
    opened: str | None, planned: str | None, first_submitted: datetime | None, settings: str | None
) -> Quota:
    """Return the quota that the columns of `QUOTA` hold.

    The service began with the first QoP month that was opened, or with that of the first audit that counts.
    """
    targets = {Month.parse(period): int(target) for period, target in _pairs(opened)}
    counted = [Month.of(first_submitted)] if first_submitted else []
    return Quota(
        min((*targets, *counted), default=None),
        from_json(settings),
        opened=targets,
        planned={Month.of(date.fromisoformat(day)): int(size) for day, size in _pairs(planned)},
    )


def _pairs(text: str | None) -> list[list[str]]:
    return [each.split("=") for each in (text or "").split(",") if each]
