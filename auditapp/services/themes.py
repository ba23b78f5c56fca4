"""Thematic audits: each is planned in the programme, and started once, from its entry there, after a look at it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain import themes
from auditapp.domain.calendar import CouncilYear, Month, Span, london_day
from auditapp.domain.case_lists import Entry
from auditapp.domain.cycle_names import theme_number, theme_period
from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.programme import STARTED, Plan, check_planned
from auditapp.domain.programme import Entry as Planned
from auditapp.domain.sampling import not_again, say_shortfall
from auditapp.domain.themes import Choice, ThemePlan
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import CycleKind, Subject, ToolState
from auditapp.persistence import trail
from auditapp.persistence.cases import CaseList
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.auditors import auditors
from auditapp.persistence.queries.cases import NO_CASE_LIST, case_list_to_draw_from, frame, latest_case_list
from auditapp.persistence.queries.exclusions import excluded_cases
from auditapp.persistence.tools import ToolVersion
from auditapp.services.assignments import File, ListNames, case_files
from auditapp.services.cycles import draw_cases, sample
from auditapp.services.pending_imports import content_of, drop_pending, find_pending, keep_pending
from auditapp.services.programme import find_entry, held_entry, link_theme
from auditapp.services.sharing import Given, hand_out, share_out
from auditapp.services.theme_previews import Preview, preview_rows

KIND = "theme"


@dataclass(frozen=True, slots=True)
class WaitingTheme:
    """A start that waits for a second look: of which entry (its public identifier), with which choice and seed."""

    entry: str
    choice: Choice
    seed: str


_STORED = TypeAdapter(WaitingTheme)


def find_planned_theme(session: Session, public_id: str) -> Planned:
    """Return the entry of something that is started as a theme: nothing else of the programme is."""
    found = find_entry(session, public_id)
    if found.plan.kind not in STARTED:
        raise NotFound
    return found


def problems_of(session: Session, plan: Plan, *, today: date) -> tuple[str, ...]:
    """Return what keeps a planned theme from being started on a day, as sentences."""
    found = list(themes.faults(plan, today=today))
    if plan.tool and plan.tool not in {tool.slug for tool in case_tools(session)}:
        found.append("Its audit tool is not one of the published tools that look at cases.")
    if latest_case_list(session) is None:
        found.append(NO_CASE_LIST)
    return tuple(found)


def keep_theme(session: Session, public_id: str, choice: Choice, *, seed: str, by: Viewer, at: datetime) -> str:
    """Let the start of an entry's theme wait for a second look, a day at most; return what its page is known by."""
    check_runs_programme(by)
    entry = find_planned_theme(session, public_id)
    check_planned(entry)
    _check(session, entry.plan, choice, at=at)
    content = _STORED.dump_json(WaitingTheme(public_id, choice, seed))
    return keep_pending(session, content, kind=KIND, file_name=entry.plan.title, by=by, at=at).public_id


def waiting_theme(session: Session, public_id: str, *, by: Viewer, at: datetime) -> WaitingTheme:
    """Return a start that somebody let wait; for anybody else there is none."""
    return _STORED.validate_json(content_of(find_pending(session, public_id, kind=KIND, by=by, at=at)))


def discard_theme(session: Session, public_id: str, *, by: Viewer, at: datetime) -> str:
    """Forget a start that waited, and return the public identifier of its entry, which stays planned."""
    pending = find_pending(session, public_id, kind=KIND, by=by, at=at)
    drop_pending(session, pending)
    return _STORED.validate_json(content_of(pending)).entry


def preview_theme(session: Session, waiting: WaitingTheme, *, by: Viewer, at: datetime) -> Preview:
    """Return what starting a theme would do now, as it is planned now: its cases, and who would audit them."""
    check_runs_programme(by)
    entry, case_list = find_planned_theme(session, waiting.entry), case_list_to_draw_from(session)
    tool = _check(session, entry.plan, waiting.choice, at=at)
    plan = themes.theme_of(entry.plan, waiting.choice)
    entries, shortfall = _entries(session, plan, case_list, seed=waiting.seed, at=at)
    files = [File(each.case_reference, each.case_type, each.team, each.worker) for each in entries]
    known, lately = ListNames(session), _lately_audited(session, at=at) if plan.named else {}
    given = _share_out(session, plan, files, known, seed=waiting.seed, at=at)
    return Preview(
        plan=plan,
        rows=tuple(preview_rows(entries, given, known, planned=entry.plan, lately=lately)),
        case_list=case_list,
        tool=tool,
        shortfall=shortfall,
        fingerprint=_fingerprint(plan, files, given),
    )


def start_theme(session: Session, public_id: str, *, shown: str, by: Viewer, at: datetime) -> Cycle:
    """Start a theme that waited, if it does what its page showed (its fingerprint). Twice starts it once."""
    check_runs_programme(by)
    there = _started(session, Cycle.public_id == public_id)
    if there is not None:
        return there
    pending = find_pending(session, public_id, kind=KIND, by=by, at=at)
    waiting = _STORED.validate_json(content_of(pending))
    cycle = open_theme(
        session, waiting.entry, waiting.choice, key=public_id, seed=waiting.seed, shown=shown, by=by, at=at
    )
    drop_pending(session, pending)
    return cycle


def open_theme(
    session: Session,
    entry_id: str,
    choice: Choice,
    *,
    key: str,
    seed: str,
    by: Viewer,
    at: datetime,
    shown: str | None = None,
) -> Cycle:
    """Find the cases of an entry's theme and share them out; return the theme that runs where it was started before.

    Whoever starts it holds the entry: a second click, tab or process finds it started. `key` is what the theme is known
    by. With `shown`, the fingerprint of a preview, it starts only if it is still what that showed.
    """
    check_runs_programme(by)
    find_planned_theme(session, entry_id)
    entry = held_entry(session, entry_id)
    there = _started(session, Cycle.id == entry.cycle_id)
    if there is not None:
        return there
    check_planned(entry.entry())
    tool, case_list = _check(session, entry.plan, choice, at=at), case_list_to_draw_from(session)
    plan = themes.theme_of(entry.plan, choice)
    cycle = _claim(session, plan, tool, year=entry.plan.year, key=key, at=at)
    entries = (
        _named(frame(session, case_list.id), plan)
        if plan.named
        else draw_cases(session, cycle, case_list, seed=seed, at=at, criteria=plan.criteria)
    )
    files, known = case_files(session, entries), ListNames(session)
    given = _share_out(session, plan, files, known, seed=seed, at=at)
    if shown is not None and shown != _fingerprint(plan, files, given):
        raise Refused("Something changed since this page was made: look at what would be started now, and start that.")
    link_theme(entry, cycle, themes.planned_as_started(entry.plan, choice), at=at)
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
    listed = {entry.case_reference for entry in frame(session, case_list_to_draw_from(session).id)}
    return frozenset(references) - listed


def _check(session: Session, plan: Plan, choice: Choice, *, at: datetime) -> ToolVersion:
    """Refuse what cannot be started; return its tool."""
    for problem in problems_of(session, plan, today=london_day(at)):
        raise Refused(problem)
    themes.check_choice(choice)
    unknown = unknown_cases(session, choice.named) if choice.named else ()
    if unknown:
        raise Refused(f"The latest case list does not know {', '.join(sorted(unknown))}.")
    return next(tool for tool in case_tools(session) if tool.slug == plan.tool)


def _started(session: Session, which: ColumnElement[bool]) -> Cycle | None:
    query = select(Cycle).where(which, Cycle.kind == CycleKind.THEMATIC)
    return session.scalar(query.options(joinedload(Cycle.tool_version)))


def _claim(session: Session, plan: ThemePlan, tool: ToolVersion, *, year: CouncilYear, key: str, at: datetime) -> Cycle:
    """Return a new theme with the next number of its year, whose row in the programme is held with the entry."""
    of_year = (Cycle.kind == CycleKind.THEMATIC, Cycle.period.startswith(f"{year.starts_in}-T"))
    there = session.execute(select(Cycle.period, Cycle.title).where(*of_year)).all()
    if plan.title.casefold() in {title.casefold() for _, title in there}:
        raise Refused(f"There is a theme called ‘{plan.title}’ in {year.label} already. Give this one another title.")
    number = 1 + max((theme_number(period) for period, _ in there), default=0)
    cycle = Cycle(
        public_id=key,
        kind=CycleKind.THEMATIC,
        period=theme_period(year, number),
        tool_version=tool,
        target=plan.cases,
        title=plan.title,
        plan=themes.to_json(plan),
        opened_at=at,
    )
    session.add(cycle)
    session.flush()
    return cycle


def _entries(
    session: Session, plan: ThemePlan, case_list: CaseList, *, seed: str, at: datetime
) -> tuple[list[Entry], str]:
    """Return the cases that a theme would be of, and why they are fewer than planned, where they are."""
    listed = frame(session, case_list.id)
    if plan.named:
        return _named(listed, plan), ""
    made = sample(session, listed, size=plan.size, seed=seed, criteria=plan.criteria, at=at)
    by_reference = {entry.case_reference: entry for entry in listed}
    return [by_reference[case.case_reference] for case in made.order], say_shortfall(made)


def _lately_audited(session: Session, *, at: datetime) -> dict[str, str]:
    """Return the cases that a draw would leave out now, with why: whoever names one should know."""
    rule = not_again(at, months=programme_settings(session).not_again_months)
    return excluded_cases(session, rule, at=at)


def _named(listed: Iterable[Entry], plan: ThemePlan) -> list[Entry]:
    by_reference = {entry.case_reference: entry for entry in listed}
    return [by_reference[reference] for reference in plan.named]


def _share_out(
    session: Session, plan: ThemePlan, files: Sequence[File], known: ListNames, *, seed: str, at: datetime
) -> Given:
    among, today = auditors(session, named=plan.auditors), london_day(at)
    year, days = CouncilYear.of(Month.of(today)), Span(today, max(today, plan.due_on))
    return share_out(session, files, known, among=among, kind=CycleKind.THEMATIC, year=year, days=days, seed=seed)


def _fingerprint(plan: ThemePlan, files: Iterable[File], given: Given) -> str:
    """Give the SHA-256 of what is planned, and of which cases go to whom."""
    pairs = [(file.key, auditor.public_id if (auditor := given[file.key]) else "") for file in files]
    return hashlib.sha256(repr((themes.to_json(plan), pairs)).encode()).hexdigest()
