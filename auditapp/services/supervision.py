"""Supervision audits: a month's share of workers' files, drawn, and files picked because of what a case audit found."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain import sampling
from auditapp.domain.calendar import CouncilYear, Month, Span, london_day
from auditapp.domain.case_lists import Entry
from auditapp.domain.cycle_names import month_of, picked_period
from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.grading import UNJUDGED
from auditapp.domain.items import grade_code
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.supervision import ListedWorker, WorkerDraw, draw_workers, from_record, to_record, verify_workers
from auditapp.domain.supervision import workers_of as listed_workers
from auditapp.domain.tools import SUPERVISION
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import AuditState, CycleKind, ProgrammeKind
from auditapp.persistence import trail
from auditapp.persistence.answers import stored_answers
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import CaseList, ListWorker
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.auditors import auditors
from auditapp.persistence.queries.audits import find_audit
from auditapp.persistence.queries.cases import case_list_to_draw_from, frame
from auditapp.persistence.queries.exclusions import excluded_workers
from auditapp.persistence.upsert import upsert
from auditapp.services import tools
from auditapp.services.assignments import File, ListNames, new_audit
from auditapp.services.audits import days_of_work, due_day
from auditapp.services.cycles import draw_of, find_cycle, keep_draw, months_on_offer
from auditapp.services.programme_links import link_month, month_entries, supervision_size
from auditapp.services.sharing import Given, hand_out, share_out

# Where a case audit looks at how a worker is managed and supervised.
OVERSIGHT = "D11"


def open_supervision(session: Session, month: Month, *, seed: str, by: Viewer, at: datetime) -> Cycle:
    """Draw a month's share of supervision files from the latest case list and share them out. Twice changes nothing."""
    check_runs_programme(by)
    there = find_supervision(session, str(month))
    if there is not None:
        return there
    offered = months_on_offer(london_day(at))
    if month not in offered:
        names = ", ".join(each.label for each in sorted(offered))
        raise Refused(f"Supervision audits of {month.label} cannot be opened now, only of {names}.")
    case_list = case_list_to_draw_from(session)
    planned = month_entries(session, ProgrammeKind.SUPERVISION, month)
    size = supervision_size(session, month)
    # The row is the lock: of two who open a month at once, one draws it and the other finds it drawn.
    cycle = claim_files(session, str(month), target=size, at=at)
    if cycle is None:
        return open_supervision(session, month, seed=seed, by=by, at=at)
    link_month(planned, cycle)
    files = supervision_files(session, draw_files(session, cycle, case_list, seed=seed, at=at))
    known = ListNames(session)
    due_on, days = due_day(session, london_day(at)), days_of_work(session, month, given_on=london_day(at))
    given = share_files(session, files, known, month=month, days=days, seed=seed)
    unassigned = sum(auditor is None for auditor in given.values())
    details: Details = {"month": str(month), "audits": len(files), "unassigned": unassigned}
    trail.record(session, "supervision.opened", by=by.public_id, at=at, subject=cycle.public_id, details=details)
    hand_out(session, cycle, files, given, known, due_on=due_on, days=days, by=by, at=at)
    return cycle


def pick_file(session: Session, public_id: str, *, by: Viewer, at: datetime) -> Audit:
    """Have the supervision file audited of the worker of a case, because its audit found little oversight of it.

    Once for each case audit: twice changes nothing. It goes to the auditor whose turn it is, as drawn ones do.
    """
    check_runs_programme(by)
    case_audit = find_audit(session, public_id, viewer=by, lock=True)
    there = picked_file(session, case_audit)
    if there is not None:
        return there
    check_pick(session, case_audit)
    worker = case_audit.list_worker
    assert worker is not None
    cycle = _picked_cycle(session, Month.of(london_day(at)), at=at)
    why_not = why_not_again(session, case_audit, at=at)
    if why_not:
        raise Refused(f"{why_not} Nothing was changed.")
    team = case_audit.list_team.name if case_audit.list_team else ""
    file = File(worker.code, None, team, worker.code, supervision_worker_id=worker.id, picked_from_id=case_audit.id)
    known, month = ListNames(session), month_of(cycle.period)
    days = days_of_work(session, month, given_on=london_day(at))
    given = share_files(session, [file], known, month=month, days=days, seed=case_audit.public_id)
    number = 1 + session.scalars(select(func.count()).where(Audit.cycle_id == cycle.id)).one()
    audit = new_audit(
        session,
        cycle,
        file,
        number=number,
        auditor=given[file.key],
        known=known,
        due_on=due_day(session, london_day(at)),
        by=by,
        at=at,
    )
    trail.record(
        session,
        "supervision.picked",
        by=by.public_id,
        at=at,
        subject=case_audit.public_id,
        chain=trail.audit_chain(case_audit.public_id),
        details={"next": audit.public_id},
    )
    return audit


def check_pick(session: Session, case_audit: Audit) -> None:
    """Refuse to have a file audited where no submitted case audit graded the oversight in the worse half."""
    if case_audit.case_id is None or case_audit.state is not AuditState.SUBMITTED:
        raise Refused("Only what a submitted case audit found leads to an audit of a supervision file.")
    if case_audit.list_worker is None:
        raise Refused("The case list names no worker of this case, so there is no supervision file to look at.")
    if not _has_weak_oversight(session, case_audit):
        raise Refused("This audit did not grade management oversight in the worse half of the scale.")


def why_not_again(session: Session, case_audit: Audit, *, at: datetime) -> str:
    """Say why the file of a case's worker is not looked at again now; nothing where it can be."""
    if case_audit.list_worker is None:
        return ""
    rule = sampling.not_again(at, months=programme_settings(session).not_again_months)
    code = case_audit.list_worker.code
    why = excluded_workers(session, rule, at=at).get(code)
    return f"The supervision file of {code} is looked at already: {why.lower()}." if why else ""


def picked_file(session: Session, case_audit: Audit) -> Audit | None:
    """Return the audit of a supervision file that a case audit led to, with its cycle and auditor."""
    query = select(Audit).where(Audit.picked_from_id == case_audit.id)
    return session.scalar(query.options(joinedload(Audit.cycle), joinedload(Audit.auditor)))


def find_supervision(session: Session, period: str) -> Cycle | None:
    """Return the supervision cycle of a period if there is one, with its tool."""
    query = select(Cycle).where(Cycle.kind == CycleKind.SUPERVISION, Cycle.period == period)
    return session.scalar(query.options(joinedload(Cycle.tool_version)))


def supervision_files(session: Session, workers: Iterable[ListedWorker]) -> tuple[File, ...]:
    """Return what the audits of some workers' files look at, in the same order."""
    listed = tuple(workers)
    query = select(ListWorker.code, ListWorker.id).where(ListWorker.code.in_([worker.code for worker in listed]))
    ids = dict(session.execute(query).all())
    return tuple(File(each.code, None, each.team, each.code, supervision_worker_id=ids[each.code]) for each in listed)


def sample_files(
    session: Session, listed: Sequence[Entry], *, size: int, seed: str, at: datetime, before: Cycle | None = None
) -> WorkerDraw:
    """Draw workers of a list at a moment, without those looked at of late; Refused where there is none left."""
    months = programme_settings(session).not_again_months
    rule = sampling.not_again(at, months=months)
    excluded = excluded_workers(session, rule, at=at, before=before)
    made = draw_workers(listed, size=size, seed=seed, excluded=excluded, not_again_months=months)
    if not made.order:
        why = (
            f"each was looked at {sampling.say_lately(months)} or is being looked at now"
            if listed_workers(listed)
            else "the latest case list names no worker"
        )
        raise Refused(f"No supervision file may be drawn: {why}.")
    return made


def read_worker_draw(stored: CycleDraw) -> WorkerDraw:
    """Return the record of a draw of supervision files."""
    return from_record(json.loads(stored.record))


def verify_supervision(session: Session, cycle: Cycle) -> tuple[str, ...]:
    """Perform a draw of supervision files again, and say every difference; none if it holds."""
    stored = draw_of(session, cycle)
    made = read_worker_draw(stored)
    rule = sampling.not_again(stored.drawn_at, months=made.not_again_months)
    excluded = excluded_workers(session, rule, at=stored.drawn_at, before=cycle)
    of_cycle = Audit.cycle_id == cycle.id
    query = select(ListWorker.code).join(Audit, Audit.supervision_worker_id == ListWorker.id).where(of_cycle)
    audited = set(session.scalars(query))
    return (
        *verify_workers(made, frame(session, stored.case_list_id), excluded=excluded),
        *(f"{one.code} was drawn, but no audit was ever made." for one in made.order if one.code not in audited),
    )


def draw_files(
    session: Session, cycle: Cycle, case_list: CaseList, *, seed: str, at: datetime
) -> tuple[ListedWorker, ...]:
    """Draw the workers whose files a cycle looks at, and keep the record of it."""
    listed = frame(session, case_list.id)
    made = sample_files(session, listed, size=cycle.target, seed=seed, before=cycle, at=at)
    record = json.dumps(to_record(made), separators=(",", ":"))
    keep_draw(session, cycle, case_list, seed=seed, record=record, at=at)
    return made.order


def share_files(
    session: Session,
    files: Sequence[File],
    known: ListNames,
    *,
    month: Month,
    days: Span,
    seed: str,
    named: Collection[str] = (),
) -> Given:
    """Give files to the auditors whose turn it is in a month's year: of all, or of some who are named."""
    year, among = CouncilYear.of(month), auditors(session, named=named)
    return share_out(session, files, known, among=among, kind=CycleKind.SUPERVISION, year=year, days=days, seed=seed)


def claim_files(session: Session, period: str, *, target: int, at: datetime, title: str = "") -> Cycle | None:
    """Return a new supervision cycle, or None where somebody else made the one of this period first."""
    new = upsert(session, Cycle).values(
        public_id=new_identifier(),
        kind=CycleKind.SUPERVISION,
        period=period,
        title=title,
        tool_version_id=tools.published(session, SUPERVISION).id,
        target=target,
        opened_at=at,
    )
    claimed = new.on_conflict_do_nothing(index_elements=["kind", "period"]).returning(Cycle.public_id)
    public_id = session.scalar(claimed)
    return find_cycle(session, public_id, kind=CycleKind.SUPERVISION) if public_id else None


def _picked_cycle(session: Session, month: Month, *, at: datetime) -> Cycle:
    """Return the cycle of the files that are picked in a month, held: two at once get numbers one after the other."""
    period = picked_period(month)
    claim_files(session, period, target=0, at=at)
    session.execute(
        select(Cycle.id).where(Cycle.kind == CycleKind.SUPERVISION, Cycle.period == period).with_for_update()
    )
    found = find_supervision(session, period)
    if found is None:
        raise NotFound
    return found


def _has_weak_oversight(session: Session, case_audit: Audit) -> bool:
    """Say whether a case audit graded management oversight below the headline of its scale."""
    domain = next((each for each in case_audit.tool_version.tool.domains if each.code == OVERSIGHT), None)
    if domain is None:
        return False
    code = grade_code(domain)
    stored = stored_answers(session, case_audit.id, items=[code]).get(code)
    grade = stored.answer.value if stored else None
    return grade is not None and grade not in UNJUDGED and not case_audit.scale_version.scale.good_or_better(grade)
