"""Case lists as pages and draws read them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select, tuple_
from sqlalchemy.orm import Session

from auditapp.domain.case_lists import Entry, Stratum
from auditapp.domain.errors import NotFound, Refused
from auditapp.persistence.cases import CaseList, CaseListGroup, ListTeam, ListWorker

PAGE = 25
NO_CASE_LIST = "There is no case list to draw from. Import one first."
# The list of the latest day is drawn from, and of several of one day that which was imported last.
_LATEST = (CaseList.as_of.desc(), CaseList.imported_at.desc(), CaseList.id.desc())


def latest_case_list(session: Session, *, on_or_before: date | None = None) -> CaseList | None:
    """Return the case list of the latest day, or of the latest day up to one; the last imported where two are."""
    query = select(CaseList).order_by(*_LATEST).limit(1)
    return session.scalar(query if on_or_before is None else query.where(CaseList.as_of <= on_or_before))


def case_list_to_draw_from(session: Session) -> CaseList:
    """Return the latest case list; Refused where none was imported."""
    found = latest_case_list(session)
    if found is None:
        raise Refused(NO_CASE_LIST)
    return found


def find_case_list(session: Session, public_id: str) -> CaseList:
    """Return a case list."""
    found = session.scalar(select(CaseList).where(CaseList.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def same_case_list(session: Session, as_of: date, frame_hash: str) -> CaseList | None:
    """Return the case list of a day that says the same, if it is here already."""
    return session.scalar(select(CaseList).where(CaseList.as_of == as_of, CaseList.frame_hash == frame_hash))


def same_in_force(session: Session, as_of: date, frame_hash: str) -> CaseList | None:
    """Return the case list that is in force of a day, if it says the same: another of that day was not put over it."""
    latest = latest_case_list(session, on_or_before=as_of)
    return latest if latest and (latest.as_of, latest.frame_hash) == (as_of, frame_hash) else None


@dataclass(frozen=True, slots=True)
class CaseListsPage:
    """Twenty-five case lists, the latest first, and where the next page begins."""

    rows: tuple[CaseList, ...]
    next_after: str | None


def case_lists_page(session: Session, *, after: str = "") -> CaseListsPage:
    """Return case lists by their day, the latest first, from after one of them."""
    query = select(CaseList).order_by(*_LATEST).limit(PAGE + 1)
    if after:
        last = find_case_list(session, after)
        query = query.where(
            tuple_(CaseList.as_of, CaseList.imported_at, CaseList.id) < (last.as_of, last.imported_at, last.id)
        )
    found = session.scalars(query).all()
    return CaseListsPage(tuple(found[:PAGE]), found[PAGE - 1].public_id if len(found) > PAGE else None)


def frame(session: Session, case_list_id: int) -> tuple[Entry, ...]:
    """Return every case of a list, as the list named its team and worker, in the order of the references."""
    group = CaseListGroup
    query = (
        select(
            group.case_references,
            group.case_type,
            func.coalesce(ListTeam.name, ""),
            func.coalesce(ListWorker.code, ""),
        )
        .outerjoin(ListTeam, ListTeam.id == group.list_team_id)
        .outerjoin(ListWorker, ListWorker.id == group.list_worker_id)
        .where(group.case_list_id == case_list_id)
    )
    entries = [
        Entry(reference, case_type, team, worker)
        for references, case_type, team, worker in session.execute(query)
        for reference in references.split(" ")
    ]
    return tuple(sorted(entries, key=lambda entry: entry.case_reference))


def strata(session: Session, case_list_id: int) -> dict[Stratum, int]:
    """Count the children of a list by type and team; no team is the empty text."""
    group, team = CaseListGroup, func.coalesce(ListTeam.name, "")
    query = (
        select(group.case_type, team, func.sum(group.children))
        .outerjoin(ListTeam, ListTeam.id == group.list_team_id)
        .where(group.case_list_id == case_list_id)
        .group_by(group.case_type, team)
    )
    return {(case_type, name): children for case_type, name, children in session.execute(query)}


@dataclass(frozen=True, slots=True)
class Unmapped:
    """How many teams and workers of a list nobody has said anything about yet."""

    teams: int
    workers: int


def unmapped(session: Session, case_list_id: int) -> Unmapped:
    """Count the teams and workers of a list that are not mapped to teams and people of the service."""
    group = CaseListGroup
    query = (
        select(
            func.count(case((ListTeam.team_id.is_(None), group.list_team_id)).distinct()),
            func.count(case((ListWorker.person_id.is_(None), group.list_worker_id)).distinct()),
        )
        .outerjoin(ListTeam, ListTeam.id == group.list_team_id)
        .outerjoin(ListWorker, ListWorker.id == group.list_worker_id)
        .where(group.case_list_id == case_list_id)
    )
    return Unmapped(*session.execute(query).one())
