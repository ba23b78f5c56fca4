"""The programme of a simulated year: begun with the guide's rhythm, changed, and its themes started by QA."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import ONE_DAY, CouncilYear, Month, london_day
from auditapp.domain.programme import Entry, Plan, why_not_done
from auditapp.domain.programme_changes import fingerprint_of
from auditapp.domain.themes import Choice
from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import CaseType, CycleKind, ProgrammeKind
from auditapp.domain.working_days import add_working_days
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.queries.programme import audits_left, entries_starting
from auditapp.services import programme, programme_years, themes
from auditapp.services.programme_steps import tick_step
from tests.simulation.book import NOBODY, Theme
from tests.simulation.life import Life
from tests.simulation.rounds import Round

RUNS_FOR, REPORT_AFTER = 20, 10
LINES = "What does the record show?"


@dataclass(frozen=True)
class Told:
    """A theme of the story: in which month of the year it starts, of which cases, among how many auditors."""

    title: str
    month: int
    size: int
    types: tuple[CaseType, ...] = ()
    among: int = 0
    is_named: bool = False


THEMES = (
    Told("Children who go missing", 1, 5, (CaseType.LAC, CaseType.CP)),
    Told("Minutes of conferences", 2, 4, (CaseType.CP,), among=4),
    Told("Thresholds", 4, 6),
    Told("Education", 6, 5, (CaseType.LAC,)),
    Told("Leaving care", 8, 4, (CaseType.CL,), is_named=True),
    Told("Neglect", 10, 6, (CaseType.CP, CaseType.CIN)),
)


def begin_year(life: Life, year: CouncilYear, at: datetime) -> None:
    """Begin a year with the guide's rhythm, as its preview shows, and plan the themes."""
    quinn = life.council.viewer("quinn")
    with life.database.transaction() as session:
        seen = programme_years.preview_start(session, year).proposal.fingerprint
        assert programme_years.start_year(session, year, seen=seen, by=quinn, at=at) == 12 + 12 + 4
        starts = [_working_day(year.months[number].first_day) for number in (0, 3, 6, 9)]
        rounds = _entries(session, year, ProgrammeKind.MULTI_AGENCY)
        life.book.rounds = [Round(each.public_id, on) for each, on in zip(rounds, starts, strict=True)]
        for told in THEMES:
            theme = _dated(told, year)
            (theme.entry,) = programme.add_entry(session, _planned(told, theme), repeated=False, by=quinn, at=at)
            life.book.themes.append(theme)
            life.diary[theme.starts_on].append(partial(start_theme, told=told, theme=theme))
            life.diary[add_working_days(theme.report_on, 1)].append(partial(tick_off, theme=theme))


def move_round(life: Life, at: datetime, *, number: int, days: int, later: bool) -> None:
    """Move a round of the year by some days, or it and all later ones, as the preview shows."""
    quinn = life.council.viewer("quinn")
    with life.database.transaction() as session:
        entry = programme.find_entry(session, life.book.rounds[number].entry)
        to = entry.plan.starts_on + timedelta(days=days)
        seen = fingerprint_of(programme.preview_move(session, entry.public_id, to=to, later=later))
        programme.move_entry(session, entry.public_id, to=to, later=later, seen=seen, by=quinn, at=at)
    for moved in life.book.rounds[number:] if later else [life.book.rounds[number]]:
        moved.starts_on = _working_day(moved.starts_on + timedelta(days=days))


def tick_steps(life: Life, at: datetime) -> None:
    """Note which steps of rounds are done today."""
    for each in life.book.rounds:
        for number in each.done_today(london_day(at)):
            with life.database.transaction() as session:
                what = tick_step(session, each.entry, number, by=life.council.viewer("quinn"), at=at)
            each.ticks[what] = at


def cancel_supervision(life: Life, at: datetime, *, year: CouncilYear, month: Month) -> None:
    """Cancel the supervision audits of a month that is still to come."""
    quinn = life.council.viewer("quinn")
    with life.database.transaction() as session:
        for entry in _entries(session, year, ProgrammeKind.SUPERVISION):
            if entry.plan.month == month:
                programme.cancel_entry(
                    session,
                    entry.public_id,
                    reason="Everybody is on leave.",
                    later=False,
                    version=entry.version,
                    by=quinn,
                    at=at,
                )
    life.book.without_supervision.add(month)


def tick_off(life: Life, at: datetime, *, theme: Theme) -> None:
    """Mark a theme as done once its report was due, or as soon after it as its audits are all submitted."""
    with life.database.transaction() as session:
        entry = programme.find_entry(session, theme.entry)
        if why_not_done(entry, today=london_day(at), left=audits_left(session, entry.public_id)):
            life.diary[add_working_days(london_day(at), 1)].append(partial(tick_off, theme=theme))
            return
        programme.finish_entry(session, theme.entry, by=life.council.viewer("quinn"), at=at)
    theme.done_at = at


def start_theme(life: Life, at: datetime, *, told: Told, theme: Theme) -> None:
    """Let QA keep a start of a theme, look at what it would do, and do that."""
    choice = _choice(life, told, at)
    with life.database.transaction() as session:
        quinn = life.council.viewer("quinn")
        key = themes.keep_theme(session, theme.entry, choice, seed=told.title, by=quinn, at=at)
    with life.database.reading() as session:
        waiting = themes.waiting_theme(session, key, by=life.council.viewer("quinn"), at=at)
        preview = themes.preview_theme(session, waiting, by=life.council.viewer("quinn"), at=at)
    assert len(preview.rows) == told.size
    later = at + timedelta(minutes=2)
    with life.database.transaction() as session:
        themes.start_theme(session, key, shown=preview.fingerprint, by=life.council.viewer("quinn"), at=later)
    theme.started_at = later
    shown = {row.entry.case_reference: row.auditor.id if row.auditor else NOBODY for row in preview.rows}
    _note_started(life, key, shown, theme, at=later)


def _note_started(life: Life, key: str, shown: Mapping[str, int], theme: Theme, *, at: datetime) -> None:
    """Write down who was given what, as it was shown."""
    query = select(Audit.public_id, Case.case_reference).join(Case).join(Audit.cycle).where(Cycle.public_id == key)
    with life.database.reading() as session:
        started = session.execute(query.order_by(Audit.id)).all()
    assert {case for _, case in started} == shown.keys()
    for audit, case in started:
        life.book.give(audit, CycleKind.THEMATIC, shown[case], at=at, due_on=theme.due_on)


def _choice(life: Life, told: Told, at: datetime) -> Choice:
    """Choose who audits, where not everybody does, and the cases, where they are named."""
    free = [each for each in life.book.auditors.values() if each.works(at)]
    among = [each.person.public_id for each in life.chance.sample(free, told.among)]
    return Choice(named=tuple(_unaudited(life, told.size)) if told.is_named else (), auditors=tuple(among))


def _unaudited(life: Life, n: int) -> list[str]:
    """Return children of the latest list of whom nobody has audited anything."""
    with life.database.reading() as session:
        audited = set(session.scalars(select(Case.case_reference)))
    return [case for case in life.book.latest if case not in audited][:n]


def _dated(told: Told, year: CouncilYear) -> Theme:
    starts_on = add_working_days(_working_day(year.months[told.month].first_day), 5)
    due_on = add_working_days(starts_on, RUNS_FOR)
    return Theme("", told.title, starts_on, due_on, add_working_days(due_on, REPORT_AFTER), told.size)


def _planned(told: Told, theme: Theme) -> Plan:
    return Plan(
        kind=ProgrammeKind.THEMATIC,
        title=theme.title,
        starts_on=theme.starts_on,
        ends_on=theme.due_on,
        report_due_on=theme.report_on,
        size=theme.size,
        practice_area=theme.title,
        key_lines=LINES,
        tool=QOP,
        case_types=told.types,
    )


def _entries(session: Session, year: CouncilYear, kind: ProgrammeKind) -> list[Entry]:
    return [entry for entry in entries_starting(session, year) if entry.plan.kind is kind]


def _working_day(day: date) -> date:
    """Return the day, or the next on which people work."""
    return add_working_days(day - ONE_DAY, 1)
