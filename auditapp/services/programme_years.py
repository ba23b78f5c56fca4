"""The programme of a whole council year: read, begun with the guide's rhythm, copied from last year, approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.domain.calendar import CouncilYear, Month, london_day
from auditapp.domain.errors import NotNow, Refused
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.programme import Entry, load
from auditapp.domain.programme_changes import Move, Proposal, copied, rhythm
from auditapp.domain.programme_flags import Capacity, Flag, Measures, flags
from auditapp.domain.programme_settings import QUOTA_AT_MOST
from auditapp.domain.trail import Details
from auditapp.persistence import trail
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.programme import ProgrammeEntry, ProgrammeYear, hold_years
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries import programme as stored
from auditapp.services.programme import new_entry
from auditapp.services.themes import case_tools

LONGEST_LINE = 120
PROPOSED_MEANWHILE = "The programme was changed since this was shown. What would be added now is below."


@dataclass(frozen=True, slots=True)
class Approval:
    """The Board's approval of the frequency and of a year's plan: which board, when, where it is minuted."""

    approved_on: date
    board: str
    minute: str
    audits_a_month: int


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A council's year as it is planned: the entries that touch it, what is wrong with it, what each month holds.

    `changed` counts the entries that were added or changed after the approval was recorded; `version` is that of the
    approval.
    """

    year: CouncilYear
    entries: tuple[Entry, ...]
    flags: tuple[Flag, ...]
    planned: Mapping[Month, int]
    capacity: Capacity
    approval: Approval | None
    changed: int
    version: int

    @property
    def starting(self) -> tuple[Entry, ...]:
        """The entries that start in the year."""
        return tuple(entry for entry in self.entries if entry.plan.year == self.year)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be added to a year, and what would be wrong with it then."""

    proposal: Proposal
    flags: tuple[Flag, ...]
    capacity: Capacity


def year_plan(session: Session, year: CouncilYear, *, today: date | None = None) -> YearPlan:
    """Return a year as it is planned; with a day, what is wrong with it as it stands then."""
    entries, measures = stored.entries_of(session, year), _measures(session, year, today=today)
    row = session.get(ProgrammeYear, year.starts_in)
    since = row.recorded_at if row else None
    starting = [entry for entry in entries if entry.plan.year == year]
    return YearPlan(
        year=year,
        entries=entries,
        flags=flags(year, entries, measures),
        planned=load(entry.plan for entry in entries if entry.stands),
        capacity=measures.capacity,
        approval=_approval(row) if row else None,
        changed=sum(bool(since and entry.changed_at and entry.changed_at > since) for entry in starting),
        version=row.version if row else 0,
    )


def _measures(session: Session, year: CouncilYear, *, today: date | None = None) -> Measures:
    """Return what a year is held against."""
    tools = {tool.slug for tool in case_tools(session)}
    return Measures(stored.capacity(session, year), programme_settings(session), tools, today)


def _approval(row: ProgrammeYear) -> Approval | None:
    if row.approved_on is None:
        return None
    return Approval(row.approved_on, row.board or "", row.minute or "", row.audits_a_month or 0)


def preview_start(session: Session, year: CouncilYear) -> Preview:
    """Return what beginning a year with the guide's rhythm would add to it."""
    entries, settings = stored.entries_of(session, year), programme_settings(session)
    first = rhythm(year, entries, quota=settings.quota_of, supervision=settings.supervision_each_month)
    known = stored.taken(session, [each.origin for each in first.added])
    proposal = rhythm(year, entries, quota=settings.quota_of, supervision=settings.supervision_each_month, taken=known)
    return _preview(session, year, entries, proposal)


def preview_copy(session: Session, year: CouncilYear) -> Preview:
    """Return what copying last year's programme would add to a year."""
    last = stored.entries_starting(session, CouncilYear(year.starts_in - 1))
    entries, auditors = stored.entries_of(session, year), stored.active_auditors(session)
    known = stored.taken(session, [f"copy:{entry.public_id}" for entry in last])
    return _preview(session, year, entries, copied(year, last, entries, auditors=auditors, taken=known))


def _preview(session: Session, year: CouncilYear, entries: tuple[Entry, ...], proposal: Proposal) -> Preview:
    """Add the flags that the year would have with what is proposed."""
    measures = _measures(session, year)
    would_be = (Entry(public_id=each.origin, plan=each.plan) for each in proposal.added)
    return Preview(proposal, flags(year, (*entries, *would_be), measures), measures.capacity)


def flags_of_move(session: Session, moves: Sequence[Move]) -> tuple[Flag, ...]:
    """Return what would be wrong after a move that is not wrong now, in every year that it reaches."""
    found = list[Flag]()
    moved = {move.entry.public_id: replace(move.entry, plan=move.plan) for move in moves}
    for year in sorted({plan.year for move in moves for plan in (move.entry.plan, move.plan)}):
        before, measures = stored.entries_of(session, year), _measures(session, year)
        stay = (entry for entry in before if entry.public_id not in moved)
        come = (entry for entry in moved.values() if {*entry.plan.months} & {*year.months})
        known = flags(year, before, measures)
        found += [flag for flag in flags(year, (*stay, *come), measures) if flag not in known]
    return tuple(found)


def start_year(session: Session, year: CouncilYear, *, seen: str, by: Viewer, at: datetime) -> int:
    """Begin a year with the guide's rhythm, as the preview showed, and return how many entries that added.

    `seen` is the fingerprint of the preview. What is there already is left as it is: twice adds nothing.
    """
    check_runs_programme(by)
    hold_years(session, year.starts_in)
    return _add(session, "programme.started", year, preview_start(session, year).proposal, seen=seen, by=by, at=at)


def copy_year(session: Session, year: CouncilYear, *, seen: str, by: Viewer, at: datetime) -> int:
    """Copy last year's programme into a year, as the preview showed, and return how many entries that added.

    `seen` is the fingerprint of the preview. What was copied before is not copied again, wherever it was moved.
    """
    check_runs_programme(by)
    hold_years(session, year.starts_in - 1, year.starts_in)
    return _add(session, "programme.copied", year, preview_copy(session, year).proposal, seen=seen, by=by, at=at)


def _add(
    session: Session, event: str, year: CouncilYear, proposal: Proposal, *, seen: str, by: Viewer, at: datetime
) -> int:
    if not proposal.added:
        return 0
    if proposal.fingerprint != seen:
        raise NotNow(PROPOSED_MEANWHILE)
    series = {each.group: new_identifier() for each in proposal.added if each.group}
    added: list[ProgrammeEntry] = [
        new_entry(each.plan, series=series.get(each.group), origin=each.origin, at=at) for each in proposal.added
    ]
    session.add_all(added)
    session.flush()
    details: Details = {"year": str(year), "entries": len(added)}
    trail.record(session, event, by=by.public_id, at=at, subject=str(year.starts_in), details=details)
    return len(added)


def record_approval(
    session: Session, year: CouncilYear, approval: Approval, *, version: int, by: Viewer, at: datetime
) -> bool:
    """Record that the Board approved of the frequency and of a year's plan; say whether that changed anything.

    Another one takes its place, and the trail keeps both. `version` is that of the page it was written on.
    """
    check_runs_programme(by)
    approval = _checked(approval, today=london_day(at))
    hold_years(session, year.starts_in)
    row = session.get_one(ProgrammeYear, year.starts_in, with_for_update=True, populate_existing=True)
    if _approval(row) == approval:
        return False
    if row.version != version:
        raise Refused("Somebody else recorded an approval since this page was opened. Open it again: theirs is there.")
    row.approved_on, row.board, row.minute = approval.approved_on, approval.board, approval.minute
    row.audits_a_month, row.recorded_at, row.version = approval.audits_a_month, at, row.version + 1
    session.flush()
    details: Details = {
        "year": str(year),
        "day": approval.approved_on.isoformat(),
        "board": approval.board,
        "minute": approval.minute,
        "audits": approval.audits_a_month,
    }
    trail.record(session, "programme.approved", by=by.public_id, at=at, subject=str(year.starts_in), details=details)
    return True


def _checked(approval: Approval, *, today: date) -> Approval:
    approval = replace(approval, board=" ".join(approval.board.split()), minute=" ".join(approval.minute.split()))
    if approval.approved_on > today:
        raise Refused("The day of the approval is still to come. Record it once the Board has approved.")
    for name, words in (("the board", approval.board), ("the minute reference", approval.minute)):
        if not (1 <= len(words) <= LONGEST_LINE and words.isprintable()):
            raise Refused(f"Write {name}, in {LONGEST_LINE} characters or fewer.")
    if not 1 <= approval.audits_a_month <= QUOTA_AT_MOST:
        raise Refused(f"The number of audits a month must be from 1 to {QUOTA_AT_MOST}.")
    return approval
