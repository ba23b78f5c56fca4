"""Supervision by team: what supervision files showed, beside how audits of cases graded management oversight."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from auditapp.domain.calendar import Period
from auditapp.domain.counts import Count
from auditapp.domain.figures import Table
from auditapp.domain.grading import Scale
from auditapp.domain.permissions import Viewer, check_reads_findings
from auditapp.domain.tabulation import tabulate
from auditapp.domain.tools import QOP, SUPERVISION
from auditapp.domain.vocabulary import CycleKind, Measure
from auditapp.persistence.queries import findings as queries
from auditapp.persistence.queries.findings import KeptCount, Version
from auditapp.services.findings import scales_of
from auditapp.services.supervision import OVERSIGHT

WORDS = {"by_team": "by team", "by_month": "by month"}


@dataclass(frozen=True, slots=True)
class Beside:
    """The same split of both: of supervision files by their overall grade, of cases by that of management oversight.

    None where there is nothing to split.
    """

    key: str
    words: str
    files: Table | None
    oversight: Table | None


def supervision_by_team(session: Session, period: Period, *, viewer: Viewer) -> tuple[Beside, ...]:
    """Return what a period showed by team and by month: of all teams, or of a person's own services."""
    check_reads_findings(viewer)
    files = _tables(session, SUPERVISION, period, kind=CycleKind.SUPERVISION, domain="", viewer=viewer)
    oversight = _tables(session, QOP, period, kind=CycleKind.QOP, domain=OVERSIGHT, viewer=viewer)
    return tuple(
        Beside(
            key,
            words,
            _titled(files.get(key), f"Supervision files {words}"),
            _titled(oversight.get(key), f"Management oversight in audited cases (D11) {words}"),
        )
        for key, words in WORDS.items()
    )


def _tables(
    session: Session, slug: str, period: Period, *, kind: CycleKind, domain: str, viewer: Viewer
) -> dict[str, Table]:
    """Tabulate the overall grades of a tool's audits, or the grades of one domain as if they were these."""
    versions = queries.versions(session, slug)
    ids = [version.id for version in versions]
    kept = queries.grades_by_team(session, period.months, version_ids=ids, kind=kind, domain=domain, viewer=viewer)
    if not kept:
        return {}
    found = tabulate(period, _as_overall(kept), domains=(), scales=_scales(kept, versions))
    return {table.key: table for table in found}


def _as_overall(kept: Sequence[KeptCount]) -> list[Count]:
    return [replace(each.count, measure=Measure.OVERALL, key="") for each in kept]


def _scales(kept: Sequence[KeptCount], versions: Sequence[Version]) -> Sequence[Scale]:
    used = {each.version_id for each in kept}
    return scales_of([version for version in versions if version.id in used] or versions[:1])


def _titled(table: Table | None, title: str) -> Table | None:
    return replace(table, title=title) if table else None
