"""A QoP month: opened once, its cases drawn and shared out; its draw performed again."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain import sampling
from auditapp.domain.calendar import CouncilYear, Month, london_day
from auditapp.domain.case_lists import EVERYBODY, Criteria, Entry
from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.tools import QOP
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import CycleKind, ProgrammeKind
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, CaseList
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.auditors import auditors
from auditapp.persistence.queries.cases import case_list_to_draw_from, frame
from auditapp.persistence.queries.exclusions import excluded_cases
from auditapp.persistence.queries.quota import done_by_month, quota_in_force
from auditapp.persistence.upsert import upsert
from auditapp.services import tools
from auditapp.services.assignments import ListNames, case_files
from auditapp.services.audits import days_of_work, due_day
from auditapp.services.averages import standing
from auditapp.services.programme_links import link_month, month_entries
from auditapp.services.sharing import hand_out, share_out


def open_month(session: Session, month: Month, *, seed: str, by: Viewer, at: datetime) -> Cycle:
    """Open a QoP month: draw its cases from the latest case list and share them out. Twice changes nothing."""
    check_runs_programme(by)
    there = find_month(session, month)
    if there is not None:
        return there
    offered = months_on_offer(london_day(at))
    if month not in offered:
        raise Refused(f"{month.label} cannot be opened now, only {', '.join(each.label for each in sorted(offered))}.")
    case_list = case_list_to_draw_from(session)
    planned = month_entries(session, ProgrammeKind.QOP_MONTH, month)
    new = upsert(session, Cycle).values(
        public_id=new_identifier(),
        kind=CycleKind.QOP,
        period=str(month),
        tool_version_id=tools.published(session, QOP).id,
        target=target_of(session, month, today=london_day(at)),
        opened_at=at,
    )
    # The row is the lock: of two who open a month at once, one draws it and the other finds it drawn.
    claimed = new.on_conflict_do_nothing(index_elements=["kind", "period"]).returning(Cycle.public_id)
    public_id = session.scalar(claimed)
    if public_id is None:
        return open_month(session, month, seed=seed, by=by, at=at)
    cycle = link_month(planned, find_cycle(session, public_id))
    drawn = draw_cases(session, cycle, case_list, seed=seed, at=at)
    _share_out(session, cycle, drawn, seed=seed, by=by, at=at)
    return cycle


def months_on_offer(today: date) -> tuple[Month, ...]:
    """Return the months that can be opened on a day: that one, the next, and the one before, should it be forgotten."""
    this = Month.of(today)
    return (this, this.next, this.previous)


def target_of(session: Session, month: Month, *, today: date) -> int:
    """Return how many audits a month owes: what is planned for it, and a third of what the year is short of."""
    done = done_by_month(session, CouncilYear.of(month).months)
    return standing(session, quota_in_force(session), done, today=today).asked_of(month, today=today).target


def find_month(session: Session, month: Month) -> Cycle | None:
    """Return a month's cycle if it was opened."""
    return session.scalar(select(Cycle).where(Cycle.kind == CycleKind.QOP, Cycle.period == str(month)))


def find_cycle(session: Session, public_id: str, *, kind: CycleKind = CycleKind.QOP) -> Cycle:
    """Return a cycle of a kind, a QoP month unless another is named, with its tool."""
    query = select(Cycle).where(Cycle.public_id == public_id, Cycle.kind == kind)
    cycle = session.scalar(query.options(joinedload(Cycle.tool_version)))
    if cycle is None:
        raise NotFound
    return cycle


def draw_of(session: Session, cycle: Cycle) -> CycleDraw:
    """Return the stored draw of a cycle, with the case list it was made from; there is none where cases were named."""
    query = select(CycleDraw).where(CycleDraw.cycle_id == cycle.id).options(joinedload(CycleDraw.case_list))
    stored = session.scalar(query)
    if stored is None:
        raise NotFound
    return stored


def read_draw(stored: CycleDraw) -> sampling.Draw:
    """Return the record of a draw."""
    return sampling.from_record(json.loads(stored.record))


def verify_draw(session: Session, cycle: Cycle) -> tuple[str, ...]:
    """Perform a cycle's draw again from its stored case list and seed, and say every difference; none if it holds.

    Whom it leaves out is worked out anew, from the audits as they stood at the draw.
    """
    stored = draw_of(session, cycle)
    made = read_draw(stored)
    rule = sampling.not_again(stored.drawn_at, months=made.not_again_months, algorithm=made.algorithm)
    excluded = excluded_cases(session, rule, at=stored.drawn_at, before=cycle)
    audited = set(
        session.scalars(
            select(Case.case_reference).join(Audit, Audit.case_id == Case.id).where(Audit.cycle_id == cycle.id)
        )
    )
    unaudited = [case.case_reference for case in made.order if case.case_reference not in audited]
    return (
        *sampling.verify(made, frame(session, stored.case_list_id), excluded=excluded),
        *(f"Case {reference} was drawn, but no audit of it was ever made." for reference in unaudited),
    )


def draw_cases(
    session: Session,
    cycle: Cycle,
    case_list: CaseList,
    *,
    seed: str,
    at: datetime,
    criteria: Criteria = EVERYBODY,
) -> list[Entry]:
    """Draw a cycle's cases, keep the record of it, and return what the list says of them, in the order drawn."""
    listed = frame(session, case_list.id)
    made = sample(session, listed, size=cycle.target, seed=seed, criteria=criteria, before=cycle, at=at)
    record = json.dumps(sampling.to_record(made), separators=(",", ":"))
    keep_draw(session, cycle, case_list, seed=seed, record=record, at=at)
    entries = {entry.case_reference: entry for entry in listed}
    return [entries[case.case_reference] for case in made.order]


def sample(
    session: Session,
    listed: Sequence[Entry],
    *,
    size: int,
    seed: str,
    at: datetime,
    criteria: Criteria = EVERYBODY,
    before: Cycle | None = None,
) -> sampling.Draw:
    """Draw cases of a list at a moment, without those that may not be drawn; Refused where there is none left."""
    months = programme_settings(session).not_again_months
    rule = sampling.not_again(at, months=months)
    excluded = excluded_cases(session, rule, at=at, before=before)
    made = sampling.draw(listed, size=size, seed=seed, excluded=excluded, not_again_months=months, criteria=criteria)
    if not made.order:
        raise Refused(
            f"No case of the latest case list may be drawn: each was {rule.reason.lower()}, is being audited now, or "
            "is closed. Import a newer case list first."
            if criteria == EVERYBODY
            else "No case like this may be drawn: there is none on the latest case list, or each was "
            f"{rule.reason.lower()} or is being audited now. Choose more case types or teams."
        )
    return made


def keep_draw(session: Session, cycle: Cycle, case_list: CaseList, *, seed: str, record: str, at: datetime) -> None:
    """Keep the record of a cycle's draw, as JSON."""
    session.add(
        CycleDraw(
            cycle_id=cycle.id,
            case_list_id=case_list.id,
            seed=seed,
            frame_hash=case_list.frame_hash,
            record=record,
            drawn_at=at,
        )
    )


def _share_out(session: Session, cycle: Cycle, drawn: list[Entry], *, seed: str, by: Viewer, at: datetime) -> None:
    """Give each case to an independent auditor within their share, and make the audits."""
    known, files, month = ListNames(session), case_files(session, drawn), Month.parse(cycle.period)
    due_on, days = due_day(session, london_day(at)), days_of_work(session, month, given_on=london_day(at))
    given = share_out(
        session,
        files,
        known,
        among=auditors(session),
        kind=cycle.kind,
        year=CouncilYear.of(month),
        days=days,
        seed=seed,
    )
    unassigned = sum(auditor is None for auditor in given.values())
    details: Details = {"month": cycle.period, "audits": len(files), "unassigned": unassigned}
    trail.record(session, "cycle.opened", by=by.public_id, at=at, subject=cycle.public_id, details=details)
    hand_out(session, cycle, files, given, known, due_on=due_on, days=days, by=by, at=at)
