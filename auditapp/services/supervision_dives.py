"""A deep dive into supervision: many workers' files at once, planned in the programme and started from there."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.domain.calendar import Span, london_day, say_date
from auditapp.domain.cycle_names import dive_period
from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.programme import Entry, check_planned
from auditapp.domain.themes import dive_of, may_start_from, to_json
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence import trail
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.queries.cases import case_list_to_draw_from
from auditapp.services.assignments import ListNames
from auditapp.services.cycles import find_cycle
from auditapp.services.programme import find_entry, held_entry
from auditapp.services.programme_links import link_month
from auditapp.services.sharing import hand_out
from auditapp.services.supervision import claim_files, draw_files, share_files, supervision_files


def find_planned_dive(session: Session, public_id: str) -> Entry:
    """Return the entry of a deep dive into supervision: nothing else is started here."""
    found = find_entry(session, public_id)
    if not found.plan.is_supervision_dive:
        raise NotFound
    return found


def started_dive(session: Session, entry: Entry) -> Cycle | None:
    """Return the audits that an entry's deep dive was started with, if it was."""
    return find_cycle(session, entry.cycle, kind=CycleKind.SUPERVISION) if entry.cycle else None


def check_dive(entry: Entry, *, today: date) -> None:
    """Refuse what was cancelled or is done, what is not due to start yet, and what would be due already."""
    check_planned(entry)
    first = may_start_from(entry.plan)
    if today < first:
        raise Refused(f"It can be started from {say_date(first)} on.")
    if entry.plan.ends_on <= today:
        raise Refused(f"Its audits would be due on {say_date(entry.plan.ends_on)}. Move it first.")


def start_dive(session: Session, public_id: str, *, seed: str, by: Viewer, at: datetime) -> Cycle:
    """Draw the files of a deep dive and share them out among those whom its entry names. Twice starts it once."""
    check_runs_programme(by)
    find_planned_dive(session, public_id)
    held = held_entry(session, public_id)
    there = started_dive(session, find_entry(session, public_id))
    if there is not None:
        return there
    today, plan = london_day(at), held.plan
    check_dive(held.entry(), today=today)
    case_list = case_list_to_draw_from(session)
    cycle = claim_files(session, dive_period(plan.month), target=plan.size, title=plan.title, at=at)
    if cycle is None:
        raise Refused(f"Another deep dive of {plan.month.label} was started already. Move this one to another month.")
    cycle.plan = to_json(dive_of(plan))
    files = supervision_files(session, draw_files(session, cycle, case_list, seed=seed, at=at))
    known, days = ListNames(session), Span(today, plan.ends_on)
    given = share_files(session, files, known, month=plan.month, days=days, seed=seed, named=plan.auditors)
    link_month([held], cycle)
    unassigned = sum(auditor is None for auditor in given.values())
    details: Details = {"month": str(plan.month), "audits": len(files), "unassigned": unassigned}
    trail.record(session, "supervision.dive_started", by=by.public_id, at=at, subject=cycle.public_id, details=details)
    hand_out(session, cycle, files, given, known, due_on=plan.ends_on, by=by, at=at)
    return cycle
