"""Thematic audits: planned, looked at, started once, followed as months are."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain import themes
from auditapp.domain.calendar import CouncilYear, Month, Span, london_day
from auditapp.domain.case_lists import Entry
from auditapp.domain.cycle_names import theme_number, theme_period
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.sampling import not_again_since
from auditapp.domain.themes import ThemePlan
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import CycleKind, Subject, ToolState
from auditapp.persistence import trail
from auditapp.persistence.cases import CaseList
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.cases import frame, latest_case_list
from auditapp.persistence.queries.cycles import auditors
from auditapp.persistence.queries.exclusions import excluded_cases
from auditapp.persistence.tools import ToolVersion
from auditapp.persistence.upsert import upsert
from auditapp.services.assignments import File, ListNames, case_files
from auditapp.services.cycles import draw_cases, find_cycle, sample
from auditapp.services.pending_imports import content_of, drop_pending, find_pending, keep_pending
from auditapp.services.sharing import Given, hand_out, share_out

KIND = "theme"


@dataclass(frozen=True, slots=True)
class WaitingTheme:
    """A plan that waits to be started, and the seed that its cases would be drawn with."""

    plan: ThemePlan
    seed: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A case that would be audited, by whom, and what is to be known of it: that it was audited of late, if named."""

    entry: Entry
    auditor: Person | None
    remark: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What starting a theme would do now. `fingerprint` tells it from anything else that it might do later."""

    rows: tuple[PreviewRow, ...]
    case_list: CaseList
    tool: ToolVersion
    fingerprint: str

    @property
    def unassigned(self) -> int:
        """How many cases nobody independent has room for."""
        return sum(row.auditor is None for row in self.rows)


_STORED = TypeAdapter(WaitingTheme)


def keep_theme(session: Session, plan: ThemePlan, *, seed: str, by: Viewer, at: datetime) -> str:
    """Let a plan wait until it is started, a day at most; return what its page is known by."""
    check_runs_programme(by)
    _check(session, plan, at=at)
    content = _STORED.dump_json(WaitingTheme(plan, seed))
    return keep_pending(session, content, kind=KIND, file_name=plan.title, by=by, at=at).public_id


def waiting_theme(session: Session, public_id: str, *, by: Viewer, at: datetime) -> WaitingTheme:
    """Return a plan that somebody let wait; for anybody else there is none."""
    return _STORED.validate_json(content_of(find_pending(session, public_id, kind=KIND, by=by, at=at)))


def discard_theme(session: Session, public_id: str, *, by: Viewer, at: datetime) -> None:
    """Forget a plan that waited."""
    drop_pending(session, find_pending(session, public_id, kind=KIND, by=by, at=at))


def preview_theme(session: Session, waiting: WaitingTheme, *, by: Viewer, at: datetime) -> Preview:
    """Return what starting a plan would do now: its cases, and who would audit them."""
    check_runs_programme(by)
    plan, case_list = waiting.plan, _case_list(session)
    tool = _check(session, plan, at=at)
    entries = _entries(session, plan, case_list, seed=waiting.seed, at=at)
    files = [File(each.case_reference, each.case_type, each.team, each.worker) for each in entries]
    given = _share_out(session, plan, files, ListNames(session), seed=waiting.seed, at=at)
    remarks = _lately_audited(session, at=at) if plan.named else {}
    return Preview(
        rows=tuple(
            PreviewRow(each, given[each.case_reference], remarks.get(each.case_reference, "")) for each in entries
        ),
        case_list=case_list,
        tool=tool,
        fingerprint=_fingerprint(files, given),
    )


def start_theme(session: Session, public_id: str, *, shown: str, by: Viewer, at: datetime) -> Cycle:
    """Start a plan that waited, if it does what its page showed (its fingerprint). Twice starts it once."""
    check_runs_programme(by)
    there = _started(session, public_id)
    if there is not None:
        return there
    pending = find_pending(session, public_id, kind=KIND, by=by, at=at)
    waiting = _STORED.validate_json(content_of(pending))
    cycle = open_theme(session, waiting.plan, key=public_id, seed=waiting.seed, shown=shown, by=by, at=at)
    drop_pending(session, pending)
    return cycle


def open_theme(
    session: Session, plan: ThemePlan, *, key: str, seed: str, by: Viewer, at: datetime, shown: str | None = None
) -> Cycle:
    """Find the cases of a theme and share them out. `key`, which the cycle is known by, makes it start once.

    With `shown`, the fingerprint of a preview, only if it is still what that showed.
    """
    check_runs_programme(by)
    there = _started(session, key)
    if there is not None:
        return there
    case_list = _case_list(session)
    # The row is the lock: of two who start one theme, or take one number, at once, the other looks again.
    cycle = _claim(session, plan, key=key, at=at)
    if cycle is None:
        return open_theme(session, plan, key=key, seed=seed, by=by, at=at, shown=shown)
    entries = (
        _named(frame(session, case_list.id), plan)
        if plan.named
        else draw_cases(session, cycle, case_list, seed=seed, at=at, criteria=plan.criteria)
    )
    files, known = case_files(session, entries), ListNames(session)
    given = _share_out(session, plan, files, known, seed=seed, at=at)
    if shown is not None and shown != _fingerprint(files, given):
        raise Refused("Something changed since this page was made: look at what would be started now, and start that.")
    unassigned = sum(auditor is None for auditor in given.values())
    details: Details = {"theme": cycle.period, "audits": len(files), "unassigned": unassigned}
    trail.record(session, "theme.started", by=by.public_id, at=at, subject=cycle.public_id, details=details)
    hand_out(session, cycle, files, given, known, due_on=plan.due_on, by=by, at=at)
    return cycle


def plan_of(cycle: Cycle) -> ThemePlan:
    """Return the plan of a theme."""
    return themes.from_json(cycle.plan or "")


def case_tools(session: Session) -> Sequence[ToolVersion]:
    """Return the published tools that look at cases, by name: those that a theme can be audited with."""
    query = select(ToolVersion).where(ToolVersion.state == ToolState.PUBLISHED).order_by(ToolVersion.name)
    return [version for version in session.scalars(query) if version.tool.subject is Subject.CASE]


def unknown_cases(session: Session, references: Iterable[str]) -> frozenset[str]:
    """Return the case references that the latest case list does not know."""
    listed = {entry.case_reference for entry in frame(session, _case_list(session).id)}
    return frozenset(references) - listed


def _check(session: Session, plan: ThemePlan, *, at: datetime) -> ToolVersion:
    """Refuse a plan that cannot be started; return its tool."""
    for problem in themes.faults(plan, today=london_day(at)).values():
        raise Refused(problem)
    unknown = unknown_cases(session, plan.named) if plan.named else ()
    if unknown:
        raise Refused(f"The latest case list does not know {', '.join(sorted(unknown))}.")
    tool = next((version for version in case_tools(session) if version.slug == plan.tool), None)
    if tool is None:
        raise Refused("Choose one of the published tools that look at cases.")
    return tool


def _case_list(session: Session) -> CaseList:
    found = latest_case_list(session)
    if found is None:
        raise Refused("There is no case list to draw from. Import one first, then plan the theme.")
    return found


def _started(session: Session, key: str) -> Cycle | None:
    query = select(Cycle).where(Cycle.public_id == key, Cycle.kind == CycleKind.THEMATIC)
    return session.scalar(query.options(joinedload(Cycle.tool_version)))


def _claim(session: Session, plan: ThemePlan, *, key: str, at: datetime) -> Cycle | None:
    """Return a new theme with the next number of its year, or None where somebody else took that or the key first."""
    tool = _check(session, plan, at=at)
    year = CouncilYear.of(Month.of(london_day(at)))
    query = select(Cycle.period, Cycle.title).where(
        Cycle.kind == CycleKind.THEMATIC, Cycle.period.startswith(f"{year.starts_in}-T")
    )
    there = session.execute(query).all()
    if plan.title.strip().casefold() in {title.casefold() for _, title in there}:
        raise Refused(f"There is a theme called ‘{plan.title.strip()}’ in {year.label} already. Choose another title.")
    number = 1 + max((theme_number(period) for period, _ in there), default=0)
    new = upsert(session, Cycle).values(
        public_id=key,
        kind=CycleKind.THEMATIC,
        period=theme_period(year, number),
        tool_version_id=tool.id,
        target=plan.cases,
        title=plan.title.strip(),
        plan=themes.to_json(plan),
        opened_at=at,
    )
    public_id = session.scalar(new.on_conflict_do_nothing().returning(Cycle.public_id))
    return find_cycle(session, public_id, kind=CycleKind.THEMATIC) if public_id else None


def _entries(session: Session, plan: ThemePlan, case_list: CaseList, *, seed: str, at: datetime) -> list[Entry]:
    listed = frame(session, case_list.id)
    if plan.named:
        return _named(listed, plan)
    made = sample(session, listed, size=plan.size, seed=seed, criteria=plan.criteria, at=at)
    by_reference = {entry.case_reference: entry for entry in listed}
    return [by_reference[case.case_reference] for case in made.order]


def _lately_audited(session: Session, *, at: datetime) -> dict[str, str]:
    """Return the cases that a draw would leave out now, with why: whoever names one should know."""
    since = not_again_since(at, months=programme_settings(session).not_again_months)
    return excluded_cases(session, since=since, at=at)


def _named(listed: Iterable[Entry], plan: ThemePlan) -> list[Entry]:
    by_reference = {entry.case_reference: entry for entry in listed}
    return [by_reference[reference] for reference in plan.named]


def _share_out(
    session: Session, plan: ThemePlan, files: Sequence[File], known: ListNames, *, seed: str, at: datetime
) -> Given:
    everybody = auditors(session)
    among = [person for person in everybody if person.public_id in plan.auditors] if plan.auditors else everybody
    today = london_day(at)
    year, days = CouncilYear.of(Month.of(today)), Span(today, max(today, plan.due_on))
    return share_out(session, files, known, among=among, kind=CycleKind.THEMATIC, year=year, days=days, seed=seed)


def _fingerprint(files: Iterable[File], given: Given) -> str:
    """Give the SHA-256 of which cases go to whom."""
    pairs = [(file.key, auditor.public_id if (auditor := given[file.key]) else "") for file in files]
    return hashlib.sha256(repr(pairs).encode()).hexdigest()
