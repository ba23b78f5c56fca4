"""Entries of the programme: added, changed, moved, cancelled, done, repeated. Only the quality assurance team may.

Whoever changes something holds the council's years that it lies in, then the entry, and reads it anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import CouncilYear, Month, london_day
from auditapp.domain.errors import NotFound, NotNow, Refused
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.programme import (
    MONTHLY,
    Entry,
    Plan,
    check_change,
    check_finished,
    check_free,
    check_movable,
    check_within,
    checked,
    same_place,
)
from auditapp.domain.programme_changes import Move, fingerprint_of, moves, occurrences, repeat_of
from auditapp.domain.themes import from_json, to_json
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import ProgrammeKind, ProgrammeState
from auditapp.persistence import trail
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.programme import ProgrammeEntry, hold_years
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries import programme as stored

LONGEST_REASON = 2000
CHANGED_MEANWHILE = (
    "Somebody else changed this entry since the page was opened. Open it again: what they changed is there."
)
MOVED_MEANWHILE = "The programme was changed since this was shown. What would be moved now is below."


def add_entry(session: Session, plan: Plan, *, repeated: bool, by: Viewer, at: datetime) -> tuple[str, ...]:
    """Add an entry, or with `repeated` its occurrences up to the end of the council's year as one series.

    Return their public identifiers, the first one first. Of a series, what a month has already is left out.
    """
    check_runs_programme(by)
    plan = checked(plan)
    check_within(plan, years_on_offer(session, london_day(at)))
    hold_years(session, plan.year.starts_in)
    standing = [entry.plan for entry in stored.entries_starting(session, plan.year) if entry.stands]
    check_free(plan, standing)
    plans = [plan]
    if repeated:
        plans += [each for each in occurrences(plan)[1:] if not any(same_place(each, other) for other in standing)]
    series = new_identifier() if len(plans) > 1 else None
    added = [new_entry(each, series=series, at=at) for each in plans]
    session.add_all(added)
    session.flush()
    for entry in added:
        _tell(session, "programme.added", entry, by=by, at=at)
    return tuple(entry.public_id for entry in added)


def new_entry(plan: Plan, *, series: str | None = None, origin: str | None = None, at: datetime) -> ProgrammeEntry:
    """Return a planned entry that is not stored yet."""
    entry = ProgrammeEntry(
        public_id=new_identifier(),
        series=series,
        origin=origin,
        state=ProgrammeState.PLANNED,
        changed_at=at,
        version=1,
    )
    entry.write(plan)
    return entry


def years_on_offer(session: Session, today: date) -> range:
    """Return the calendar years in which the council's years start that can be planned or looked at."""
    return stored.years_with_a_programme(session, CouncilYear.of(Month.of(today)))


def find_entry(session: Session, public_id: str) -> Entry:
    """Return one entry of the programme."""
    found = stored.find(session, public_id)
    if found is None:
        raise NotFound
    return found


def change_entry(session: Session, public_id: str, *, plan: Plan, version: int, by: Viewer, at: datetime) -> bool:
    """Change what is planned, and say whether anything was. `version` is that of the page it was read from."""
    check_runs_programme(by)
    plan = checked(plan)
    entry = held_entry(session, public_id, plan.year)
    if entry.plan == plan:
        return False
    _check_version(entry, version)
    check_change(entry.entry(), plan)
    if (entry.kind, entry.starts_on) != (plan.kind, plan.starts_on):
        check_within(plan, years_on_offer(session, london_day(at)))
        _check_month(session, [plan], moved=[entry.public_id])
    _write(entry, plan, at=at)
    _let_theme_follow(session, entry)
    session.flush()
    _tell(session, "programme.changed", entry, by=by, at=at)
    return True


def preview_move(session: Session, public_id: str, *, to: date, later: bool) -> tuple[Move, ...]:
    """Return what moving an entry, and with `later` the later ones of its series, would come to."""
    entry = find_entry(session, public_id)
    check_movable(entry)
    found = moves(entry, to, later=stored.later_ones(session, entry) if later else ())
    _check_month(session, [move.plan for move in found], moved=[move.entry.public_id for move in found])
    return found


def move_entry(session: Session, public_id: str, *, to: date, later: bool, seen: str, by: Viewer, at: datetime) -> int:
    """Move an entry to another day or month, or it and the later ones of its series as far; return how many.

    `seen` is the fingerprint of the preview that somebody looked at.
    """
    check_runs_programme(by)
    held_entry(session, public_id, CouncilYear.of(Month.of(to)))
    planned = preview_move(session, public_id, to=to, later=later)
    before = planned[0].entry.plan.starts_on
    if planned[0].plan == planned[0].entry.plan:
        return 0
    years = years_on_offer(session, london_day(at))
    for move in planned:
        check_within(move.plan, years)
    if fingerprint_of(planned) != seen:
        raise NotNow(MOVED_MEANWHILE)
    hold_years(session, *{move.plan.year.starts_in for move in planned})
    # A month has one of what is monthly, at every statement: those that go furthest go first.
    for move in sorted(planned, key=lambda move: move.plan.starts_on, reverse=planned[0].plan.starts_on > before):
        _write(_locked(session, move.entry.public_id), move.plan, at=at)
        session.flush()
    told: Details = {
        "kind": planned[0].plan.kind.value,
        "day_before": before.isoformat(),
        "day": planned[0].plan.starts_on.isoformat(),
        "later": len(planned) - 1,
    }
    trail.record(session, "programme.moved", by=by.public_id, at=at, subject=public_id, details=told)
    return len(planned)


def cancel_entry(
    session: Session, public_id: str, *, reason: str, later: bool, version: int, by: Viewer, at: datetime
) -> int:
    """Cancel an entry with a reason, or it and the later ones of its series that are only planned; return how many."""
    check_runs_programme(by)
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Refused(f"Write the reason, in {LONGEST_REASON:,} characters or fewer.")
    entry = held_entry(session, public_id)
    if entry.state is ProgrammeState.CANCELLED:
        return 0
    _check_version(entry, version)
    check_movable(entry.entry())
    others = stored.later_ones(session, entry.entry()) if later else ()
    for other in (entry.public_id, *(other.public_id for other in others if other.is_movable)):
        cancelled = _locked(session, other)
        cancelled.cancellation = reason
        _move_to(cancelled, ProgrammeState.CANCELLED, at=at)
    session.flush()
    n = sum(other.is_movable for other in others)
    _tell(session, "programme.cancelled", entry, by=by, at=at, later=n)
    return n + 1


def finish_entry(session: Session, public_id: str, *, by: Viewer, at: datetime) -> bool:
    """Mark an entry as done; say whether that changed anything."""
    check_runs_programme(by)
    entry = held_entry(session, public_id)
    if entry.state is ProgrammeState.DONE:
        return False
    check_finished(entry.entry(), today=london_day(at), left=stored.audits_left(session, public_id))
    # The plan is as it was: only what changes it counts against the Board's approval.
    _move_to(entry, ProgrammeState.DONE, at=entry.changed_at)
    session.flush()
    _tell(session, "programme.done", entry, by=by, at=at)
    return True


def reopen_entry(session: Session, public_id: str, *, by: Viewer, at: datetime) -> bool:
    """Plan again what was cancelled or marked as done; say whether that changed anything."""
    check_runs_programme(by)
    entry = held_entry(session, public_id)
    if entry.state is ProgrammeState.PLANNED:
        return False
    _check_month(session, [entry.plan], moved=[entry.public_id])
    entry.cancellation = None
    _move_to(entry, ProgrammeState.PLANNED, at=at)
    session.flush()
    _tell(session, "programme.reopened", entry, by=by, at=at)
    return True


def offered_repeat(session: Session, entry: Entry) -> Plan | None:
    """Return the repeat of a deep dive that nobody has planned yet, by the settings; none of anything else."""
    if entry.plan.kind is not ProgrammeKind.DEEP_DIVE or not entry.stands or stored.repeats_of(session, entry):
        return None
    return repeat_of(entry.plan, months=programme_settings(session).deep_dive_months)


def plan_repeat(session: Session, public_id: str, *, by: Viewer, at: datetime) -> str:
    """Plan the repeat of a deep dive and return its public identifier; one that is planned already is returned."""
    check_runs_programme(by)
    entry = held_entry(session, public_id)
    known = stored.repeats_of(session, entry.entry())
    if known:
        return known[0].public_id
    plan = offered_repeat(session, entry.entry())
    if plan is None:
        raise NotNow("Only a deep dive that is planned or done has a repeat. Nothing was changed.")
    hold_years(session, plan.year.starts_in)
    repeat = new_entry(plan, origin=f"repeat:{public_id}", at=at)
    repeat.repeats_of_id = entry.id
    session.add(repeat)
    session.flush()
    _tell(session, "programme.added", repeat, by=by, at=at)
    return repeat.public_id


def held_entry(session: Session, public_id: str, *years: CouncilYear) -> ProgrammeEntry:
    """Hold the years that an entry lies in and goes to, then the entry, and return it as it is now."""
    lies_in = find_entry(session, public_id).plan.year
    hold_years(session, *{year.starts_in for year in (lies_in, *years)})
    return _locked(session, public_id)


def link_theme(entry: ProgrammeEntry, cycle: Cycle, plan: Plan, *, at: datetime) -> None:
    """Note, at a held entry, which theme was started from it; its plan says what that was started with.

    Only a plan that is another one by that counts against the Board's approval.
    """
    entry.changed_at = entry.changed_at if entry.plan == plan else at
    entry.write(plan)
    entry.cycle_id, entry.version = cycle.id, entry.version + 1


def _let_theme_follow(session: Session, entry: ProgrammeEntry) -> None:
    """Let the theme that runs say the day of the report that its entry says."""
    if entry.cycle_id is None or entry.report_due_on is None:
        return
    cycle = session.get_one(Cycle, entry.cycle_id, with_for_update=True, populate_existing=True)
    if cycle.plan:
        cycle.plan = to_json(replace(from_json(cycle.plan), report_due_on=entry.report_due_on))


def _locked(session: Session, public_id: str) -> ProgrammeEntry:
    query = select(ProgrammeEntry).where(ProgrammeEntry.public_id == public_id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()


def _check_version(entry: ProgrammeEntry, version: int) -> None:
    if entry.version != version:
        raise Refused(CHANGED_MEANWHILE)


def _check_month(session: Session, plans: Sequence[Plan], *, moved: Iterable[str]) -> None:
    """Refuse a second one of what a month has once; those that are moved are no longer where they were."""
    monthly, away = [plan for plan in plans if plan.kind in MONTHLY], frozenset(moved)
    if not monthly:
        return
    there = stored.standing_in(session, [plan.starts_on for plan in monthly])
    standing = [entry.plan for entry in there if entry.public_id not in away]
    for plan in monthly:
        check_free(plan, standing)


def _write(entry: ProgrammeEntry, plan: Plan, *, at: datetime) -> None:
    entry.write(plan)
    entry.changed_at, entry.version = at, entry.version + 1


def _move_to(entry: ProgrammeEntry, state: ProgrammeState, *, at: datetime) -> None:
    entry.state = state
    entry.changed_at, entry.version = at, entry.version + 1


def _tell(
    session: Session, name: str, entry: ProgrammeEntry, *, by: Viewer, at: datetime, later: int | None = None
) -> None:
    told: Details = {"kind": entry.kind.value, "day": entry.starts_on.isoformat()}
    if later is not None:
        told = {**told, "later": later}
    trail.record(session, name, by=by.public_id, at=at, subject=entry.public_id, details=told)
