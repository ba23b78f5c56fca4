"""What a quarter or a day found: one record from kept counts, or counted anew from the audits themselves."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.domain.board import COUNT_BESIDES
from auditapp.domain.calendar import CouncilYear, Month, Quarter, Span, london_day, say_date
from auditapp.domain.counts import Count
from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.findings import Findings, find, since
from auditapp.domain.grading import Scale
from auditapp.domain.permissions import Viewer, check_reads_findings, check_runs_programme
from auditapp.domain.programme_settings import ProgrammeSettings, say_beside
from auditapp.domain.quota import Asked, Quota
from auditapp.domain.tools import QOP, Domain
from auditapp.domain.vocabulary import Measure, Role
from auditapp.domain.wording import begin, say_list
from auditapp.persistence import rollup, trail
from auditapp.persistence.queries import findings as queries
from auditapp.persistence.queries.findings import KeptCount, Shown, Version
from auditapp.services.audits import counts_of
from auditapp.services.averages import Standing, standing

SCOPED = (
    "These are the audits of your service's teams. The number asked for each month is the whole council's, "
    "so no target is shown."
)
LATEST = (
    "Of each case or supervision file only the latest audit submitted up to this day counts, those of themes aside. "
    "Months and years are those of that audit."
)


@dataclass(frozen=True, slots=True)
class QuarterFindings:
    """A quarter's findings for one person, and whether the quarter is shown to the Board."""

    findings: Findings
    shown: Shown | None


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A quarter of the list: done of the target, which is none where only some teams are seen."""

    quarter: Quarter
    done: int
    target: int | None
    shown: Shown | None


@dataclass(frozen=True, slots=True)
class YearRow:
    """A council year of the list: done of what is owed by its end, or by the end of the month that runs.

    `besides` says how many of these are no Quality of Practice audits, but count to the average by the settings.

    It is `over` once 31 March is past: what is short then is not carried into the next year.
    """

    year: CouncilYear
    done: int
    besides: int
    owed: int
    is_over: bool

    @property
    def short(self) -> int:
        """How many audits are missing, nothing where there are enough."""
        return max(0, self.owed - self.done)


@dataclass(frozen=True, slots=True)
class Overview:
    """What there are findings of, the last one first; no years for those who see some teams only."""

    quarters: tuple[QuarterRow, ...]
    years: tuple[YearRow, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where cases stood on a day, by the findings of a tool that people call `tool_name`."""

    tool_name: str
    findings: Findings


def overview(session: Session, *, viewer: Viewer, today: date) -> Overview:
    """Return the quarters that have audits, and how the council's years stand."""
    check_reads_findings(viewer)
    done, quota = queries.audits_by_month(session, QOP, viewer=viewer)
    now = _standing(session, done, quota, today=today)
    shown = {each.quarter: each for each in queries.publications(session)}
    found = sorted({Quarter.of(month) for month in done}, reverse=True)
    rows = tuple(
        QuarterRow(
            quarter,
            sum(done.get(month, 0) for month in quarter.months),
            _sum(_targets(quarter, now, viewer=viewer, today=today)),
            shown.get(quarter),
        )
        for quarter in found
    )
    return Overview(rows, tuple(_years(now, today=today)) if viewer.has(Role.QA, Role.DIRECTOR) else ())


def quarter_findings(session: Session, quarter: Quarter, *, viewer: Viewer, today: date) -> QuarterFindings:
    """Return what a quarter found, with what changed since the one before: all of it, or a person's own services'."""
    check_reads_findings(viewer)
    if quarter.first_day > today:
        raise Refused(f"{quarter.label} has not begun, so there is nothing to find yet.")
    ground = queries.ground_of(session, QOP, quarter=quarter, viewer=viewer)
    kept = queries.quarter_counts(
        session,
        quarter,
        year=CouncilYear.of(quarter.start).months,
        version_ids=[version.id for version in ground.versions],
        viewer=viewer,
    )
    now = _standing(session, _done(kept), ground.quota, today=today)
    targets = _targets(quarter, now, viewer=viewer, today=today)
    this = find_kept(quarter, kept, versions=ground.versions, targets=targets)
    if targets and now:
        this = replace(this, notes=(*this.notes, *_notes_on_the_average(targets, now.quota.settings)))
    before = find_kept(quarter.previous, kept, versions=ground.versions, targets={})
    return QuarterFindings(since(noted(this, viewer, services=ground.services), before), ground.shown)


def position(session: Session, slug: str, as_at: date, *, viewer: Viewer) -> Position:
    """Return where cases stood on a day: the latest audit of each with a tool, counted from the audits themselves."""
    check_reads_findings(viewer)
    versions = queries.versions(session, slug)
    if not versions:
        raise NotFound(f"There is no tool called '{slug}'.")
    _, end = Span(as_at, as_at).bounds_utc()
    condition = queries.latest_audits(slug, before=end, viewer=viewer)
    kept, days = [], [as_at]
    for audit, answers in queries.submitted_audits(session, condition):
        assert audit.first_submitted_at is not None
        days.append(london_day(audit.first_submitted_at))
        kept += [KeptCount(audit.tool_version_id, count) for count in counts_of(audit, answers)]
    found = find_kept(Span(min(days), as_at), kept, versions=versions, targets={})
    notes = (LATEST, *found.notes)
    headline = found.headline if found.audits else f"No audit with this tool was submitted up to {say_date(as_at)}."
    found = replace(found, period=f"position at {say_date(as_at)}", headline=headline, notes=notes)
    return Position(versions[0].tool.name, noted(found, viewer, services=queries.services_read(session, viewer)))


def recount(session: Session, *, by: Viewer, at: datetime) -> bool:
    """Count every submitted audit anew, put the kept counts right, and say whether they were wrong."""
    check_runs_programme(by)
    counted = (
        (audit.tool_version_id, audit.cycle.kind, count)
        for audit, answers in queries.submitted_audits(session)
        for count in counts_of(audit, answers)
    )
    was_wrong = rollup.recount(session, counted)
    if was_wrong:
        trail.record(session, "findings.recounted", by=by.public_id, at=at, subject="findings")
    return was_wrong


def find_kept(
    period: Quarter | Span, kept: Sequence[KeptCount], *, versions: Sequence[Version], targets: Mapping[Month, Asked]
) -> Findings:
    """Return what some counts of a tool's versions say of a period."""
    months = frozenset(period.months)
    own = [each for each in kept if each.count.month in months]
    used = {each.version_id for each in own}
    return find(
        period,
        _counts(own),
        domains=_domains(versions),
        scales=scales_of([version for version in versions if version.id in used] or versions[:1]),
        targets=targets,
    )


def _counts(kept: Iterable[KeptCount]) -> list[Count]:
    return [each.count for each in kept]


def _domains(versions: Sequence[Version]) -> tuple[Domain, ...]:
    """The domains of the last version in its order, then those that only earlier ones had."""
    found: dict[str, Domain] = {}
    for version in versions:
        for domain in version.tool.domains:
            found.setdefault(domain.code, domain)
    return tuple(found.values())


def scales_of(versions: Sequence[Version]) -> tuple[Scale, ...]:
    """The scales of some versions, which come last one first: the earliest scale first, each once."""
    return tuple({version.scale.slug: version.scale for version in reversed(versions)}.values())


def _done(kept: Iterable[KeptCount]) -> Mapping[Month, int]:
    done: Counter[Month] = Counter()
    for each in kept:
        if each.count.measure is Measure.OVERALL:
            done[each.count.month] += each.count.n
    return done


def _standing(session: Session, done: Mapping[Month, int], quota: Quota | None, *, today: date) -> Standing | None:
    """Return how months stand: those with Quality of Practice audits, and all since the service began."""
    if quota is None or quota.began is None:
        return None
    return standing(session, quota, {**dict.fromkeys(quota.months_until(today), 0), **done}, today=today)


def _notes_on_the_average(targets: Mapping[Month, Asked], settings: ProgrammeSettings) -> Iterator[str]:
    """Yield that more counts to the average of some months than their own audits, and since when."""
    counting = [month for month in targets if settings.counted_in(month)]
    if counting:
        kinds = {kind for month in counting for kind in settings.counted_in(month)}
        since = "" if len(counting) == len(targets) else f", from {min(counting).label} on"
        yield f"{begin(say_beside(kinds))} {COUNT_BESIDES}{since}. They are not in these figures."


def _targets(quarter: Quarter, now: Standing | None, *, viewer: Viewer, today: date) -> dict[Month, Asked]:
    """What the months of a quarter asked for, from when the service began up to now; nothing to who sees some teams."""
    if now is None or now.quota.began is None or not viewer.has(Role.QA, Role.DIRECTOR):
        return {}
    return {
        month: now.asked_of(month, today=today)
        for month in quarter.months
        if now.quota.began <= month and month.first_day <= today
    }


def _years(now: Standing | None, *, today: date) -> Iterator[YearRow]:
    """Yield the years since the service began, the last one first, by the guide's plain average: nothing is carried."""
    if now is None or now.quota.began is None:
        return
    this, counted = Month.of(today), now.counted
    for starts_in in range(CouncilYear.of(this).starts_in, CouncilYear.of(now.quota.began).starts_in - 1, -1):
        year = CouncilYear(starts_in)
        months = now.quota.months_in_use(min(this, year.months[-1]))
        yield YearRow(
            year,
            done=sum(counted.get(month, 0) for month in months),
            besides=sum(now.besides.get(month, 0) for month in months),
            owed=sum(now.quota.of(month) for month in months),
            is_over=year.last_day < today,
        )


def _sum(targets: Mapping[Month, Asked]) -> int | None:
    return sum(asked.target for asked in targets.values()) or None


def noted(findings: Findings, viewer: Viewer, *, services: Sequence[str]) -> Findings:
    """Return a record that says so, first of all, where it is made of some services' audits only."""
    if viewer.has(Role.QA, Role.DIRECTOR):
        return findings
    scope = say_list(services)
    headline = f"{scope} only. {findings.headline}"
    return replace(findings, scope=scope, headline=headline, notes=(SCOPED, *findings.notes))
