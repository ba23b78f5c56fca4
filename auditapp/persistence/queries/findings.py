"""What findings are made of: kept counts within the scope of a person, and submitted audits to count anew."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, selectinload

from auditapp.domain.calendar import Month, Quarter
from auditapp.domain.counts import Count
from auditapp.domain.grading import Scale
from auditapp.domain.items import Answer
from auditapp.domain.permissions import Viewer
from auditapp.domain.quota import Quota
from auditapp.domain.tools import ToolDefinition
from auditapp.domain.vocabulary import AuditState, CaseType, CycleKind, Measure
from auditapp.persistence.audits import Audit, AuditAnswer
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Service
from auditapp.persistence.publications import Publication
from auditapp.persistence.queries.quota import QUOTA, read_quota
from auditapp.persistence.rollup import FindingCount
from auditapp.persistence.scope import counted_audits, counted_teams
from auditapp.persistence.tools import ScaleVersion, ToolVersion

# What is compared with the quarter before; the counts of other measures are not asked for.
COMPARED = (Measure.OVERALL.value, Measure.DOMAIN.value)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a tool and its scale, in the order in which versions and scales came."""

    id: int
    tool: ToolDefinition
    scale: Scale


@dataclass(frozen=True, slots=True)
class Shown:
    """That a quarter is shown to the Board: since when, and by whom."""

    quarter: Quarter
    at: datetime
    by: str


def versions(session: Session, slug: str) -> tuple[Version, ...]:
    """Return every version of a tool with its scale, the last one first."""
    query = select(ToolVersion, ScaleVersion).join(ScaleVersion, ScaleVersion.slug == ToolVersion.scale_slug)
    found = session.execute(query.where(ToolVersion.slug == slug).order_by(ToolVersion.version.desc()))
    return tuple(Version(version.id, version.tool, scale.scale) for version, scale in found)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a quarter's findings stand on: their tool's versions, whether they are shown, what is owed."""

    versions: tuple[Version, ...]
    shown: Shown | None
    quota: Quota | None
    services: tuple[str, ...]


def ground_of(session: Session, slug: str, *, quarter: Quarter, viewer: Viewer) -> Ground:
    """Return in one statement what the findings of a quarter with a tool stand on, for somebody who reads them."""
    services = _services_of(viewer).scalar_subquery()
    query = (
        select(ToolVersion, ScaleVersion, Publication.shown_at, Publication.shown_by, services, *QUOTA)
        .join(ScaleVersion, ScaleVersion.slug == ToolVersion.scale_slug)
        .outerjoin(Publication, and_(Publication.quarter == str(quarter), Publication.ended_at.is_(None)))
        .where(ToolVersion.slug == slug)
        .order_by(ToolVersion.version.desc())
    )
    rows = session.execute(query).all()
    return Ground(
        tuple(Version(version.id, version.tool, scale.scale) for version, scale, *_ in rows),
        next((Shown(quarter, row.shown_at, row.shown_by) for row in rows if row.shown_at), None),
        next((read_quota(*asked) for _, _, _, _, _, *asked in rows), None),
        next((_named(names) for _, _, _, _, names, *_ in rows), ()),
    )


@dataclass(frozen=True, slots=True)
class KeptCount:
    """A kept count and the tool version that its audits were made with."""

    version_id: int
    count: Count


def quarter_counts(
    session: Session, quarter: Quarter, *, year: Sequence[Month], version_ids: Iterable[int], viewer: Viewer
) -> tuple[KeptCount, ...]:
    """Return what a quarter's findings need: all its counts, the compared ones of the quarter before, the year's sums.

    Only the quarter's overall grades are told apart by case type and team: the rest is added up where it lies.
    """
    kept = FindingCount
    is_overall = kept.measure == Measure.OVERALL.value
    before, this, whole = _written(quarter.previous.months), _written(quarter.months), _written(year)
    is_split = and_(is_overall, kept.month.in_(this))
    case_type, team = (case((is_split, column), else_="") for column in (kept.case_type, kept.list_team))
    key = (kept.tool_version_id, kept.month, case_type, team, kept.measure, kept.key, kept.value)
    query = (
        select(*key, func.sum(kept.n))
        .where(
            kept.tool_version_id.in_(list(version_ids)),
            kept.cycle_kind == CycleKind.QOP.value,
            # All months at once, so that the key leads to them; then what is wanted of each.
            kept.month.in_(sorted({*before, *this, *whole})),
            or_(
                kept.month.in_(this),
                is_overall,
                and_(kept.month.in_(before), kept.measure.in_(COMPARED)),
            ),
            kept.n > 0,
            counted_teams(viewer),
        )
        .group_by(*key)
    )
    return tuple(_kept(row) for row in session.execute(query))


def grades_by_team(
    session: Session,
    months: Sequence[Month],
    *,
    version_ids: Iterable[int],
    kind: CycleKind,
    domain: str,
    viewer: Viewer,
) -> tuple[KeptCount, ...]:
    """Return the grades of a domain, or the overall ones where none is named, by month and team: no case types."""
    kept, measure = FindingCount, Measure.DOMAIN if domain else Measure.OVERALL
    key = (kept.tool_version_id, kept.month, literal(""), kept.list_team, kept.measure, kept.key, kept.value)
    query = (
        select(*key, func.sum(kept.n))
        .where(
            kept.tool_version_id.in_(list(version_ids)),
            kept.cycle_kind == kind.value,
            kept.month.in_(_written(months)),
            kept.measure == measure.value,
            kept.key == domain,
            kept.n > 0,
            counted_teams(viewer),
        )
        .group_by(kept.tool_version_id, kept.month, kept.list_team, kept.measure, kept.key, kept.value)
    )
    return tuple(_kept(row) for row in session.execute(query))


def audits_by_month(session: Session, slug: str, *, viewer: Viewer) -> tuple[dict[Month, int], Quota | None]:
    """Return how many audits with a tool count in each month that has any, as far as a person may see.

    With them, in the same statement, what the council owes, which is not asked where nothing was done.
    """
    query = (
        select(FindingCount.month, func.sum(FindingCount.n), *QUOTA)
        .join(ToolVersion, ToolVersion.id == FindingCount.tool_version_id)
        .where(
            ToolVersion.slug == slug,
            FindingCount.cycle_kind == CycleKind.QOP.value,
            FindingCount.measure == Measure.OVERALL.value,
            counted_teams(viewer),
        )
        .group_by(FindingCount.month)
        .having(func.sum(FindingCount.n) > 0)
    )
    rows = session.execute(query).all()
    quota = next((read_quota(*asked) for _, _, *asked in rows), None)
    return {Month.parse(month): int(n) for month, n, *_ in rows}, quota


def tools_with_audits(session: Session) -> dict[str, str]:
    """Return the name of every tool that submitted audits were made with, by slug, those of themes aside."""
    counted = select(FindingCount.id).where(
        FindingCount.tool_version_id == ToolVersion.id,
        FindingCount.cycle_kind != CycleKind.THEMATIC.value,
        FindingCount.n > 0,
    )
    query = select(ToolVersion.slug, ToolVersion.name).where(counted.exists())
    return dict(session.execute(query.order_by(ToolVersion.slug, ToolVersion.version)).all())


def publications(session: Session) -> tuple[Shown, ...]:
    """Return the quarters that are shown to the Board, the last one first."""
    query = select(Publication.quarter, Publication.shown_at, Publication.shown_by)
    rows = session.execute(query.where(Publication.ended_at.is_(None)).order_by(Publication.quarter.desc()))
    return tuple(Shown(Quarter.parse(quarter), at, by) for quarter, at, by in rows)


def latest_audits(slug: str, *, before: datetime, viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition of being a case's, or a supervision file's, latest submitted audit with a tool.

    It is the latest before a moment. Audits of themes are left out: they tell of the cases that a theme chose.
    """
    place = func.row_number().over(
        partition_by=(Audit.case_id, Audit.supervision_worker_id),
        order_by=(Audit.first_submitted_at.desc(), Audit.id.desc()),
    )
    ranked = (
        select(Audit.id, place.label("place"))
        .join(ToolVersion, ToolVersion.id == Audit.tool_version_id)
        .join(Cycle, Cycle.id == Audit.cycle_id)
        .where(
            ToolVersion.slug == slug,
            Cycle.kind != CycleKind.THEMATIC,
            Audit.first_submitted_at < before,
            counted_audits(viewer),
        )
        .subquery()
    )
    return Audit.id.in_(select(ranked.c.id).where(ranked.c.place == 1))


def services_read(session: Session, viewer: Viewer) -> tuple[str, ...]:
    """Return the names of the services whose teams' audits somebody's findings are made of."""
    return _named(session.scalar(_services_of(viewer)))


def _services_of(viewer: Viewer) -> Select[str]:
    return select(func.aggregate_strings(Service.name, "\n")).where(Service.id.in_(viewer.service_ids))


def _named(names: str | None) -> tuple[str, ...]:
    return tuple(sorted((names or "").splitlines()))


def submitted_audits(
    session: Session, condition: ColumnElement[bool] | None = None
) -> Iterator[tuple[Audit, dict[str, Answer]]]:
    """Yield submitted audits with their answers' values, a few hundred at a time, in the order they were made."""
    query = select(Audit).where(Audit.state == AuditState.SUBMITTED).order_by(Audit.id).limit(AT_ONCE)
    query = query.options(
        selectinload(Audit.cycle),
        selectinload(Audit.tool_version),
        selectinload(Audit.scale_version),
        selectinload(Audit.list_team),
    )
    query = query if condition is None else query.where(condition)
    last = 0
    while audits := session.scalars(query.where(Audit.id > last)).all():
        answers = _values(session, [audit.id for audit in audits])
        yield from ((audit, answers.get(audit.id, {})) for audit in audits)
        last = audits[-1].id


def _values(session: Session, audit_ids: list[int]) -> dict[int, dict[str, Answer]]:
    query = select(AuditAnswer.audit_id, AuditAnswer.item, AuditAnswer.value)
    found: dict[int, dict[str, Answer]] = {}
    for audit_id, item, value in session.execute(
        query.where(AuditAnswer.audit_id.in_(audit_ids), AuditAnswer.value.is_not(None))
    ):
        found.setdefault(audit_id, {})[item] = Answer(value)
    return found


@lru_cache(maxsize=1000)
def _month(written: str) -> Month:
    return Month.parse(written)


def _written(months: Iterable[Month]) -> list[str]:
    return [str(month) for month in months]


def _kept(row: Row[int, str, str, str, str, str, str, int]) -> KeptCount:
    version_id, month, case_type, team, measure, key, value, n = row
    kind = CaseType.of(case_type) if case_type else None
    return KeptCount(version_id, Count(_month(month), kind, team or None, Measure.of(measure), key, value, int(n)))
