"""Case lists: read from a file, held against the list before, and accepted as the frame that samples are drawn from."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.documents.file_limits import FileLimits
from auditapp.documents.spreadsheets import read_spreadsheet
from auditapp.domain.annex_a import list_number
from auditapp.domain.calendar import london_day, say_date
from auditapp.domain.case_lists import CaseList, Changes, Stratum, compare, count_strata, frame_hash, holdings
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.trail import Details
from auditapp.domain.understanding import Progress, Understanding, understand
from auditapp.persistence import cases, trail
from auditapp.persistence.case_list_groups import store_children
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.queries.cases import frame, latest_case_list, same_case_list, same_in_force
from auditapp.persistence.upsert import upsert

LONGEST_FILE_NAME = 200
FIRST_DAY = date(2000, 1, 1)

_UNDERSTANDING = TypeAdapter(Understanding)


@dataclass(frozen=True, slots=True)
class Preview:
    """What accepting a case list would mean.

    `before` is the day of the list it is held against, None for the first. `same` is the public identifier of the list
    that is in force of the same day and says the same: accepting it again changes nothing.
    """

    strata: dict[Stratum, int]
    before: date | None
    changes: Changes | None
    new_teams: tuple[str, ...]
    new_workers: int
    same: str | None


def read_case_list(
    path: Path, *, name: str, as_of: date, limits: FileLimits | None = None, progress: Progress | None = None
) -> tuple[CaseList, Understanding]:
    """Read a file that somebody calls `name`, or raise InvalidFile that names everything wrong with it.

    It takes seconds for a large one: read before a transaction is opened.
    """
    with _no_collections():
        sheets = read_spreadsheet(path, name=name, wanted=lambda tab: list_number(tab) is not None, limits=limits)
        return understand(sheets, as_of=as_of, progress=progress)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Hold up Python's search for cycles: a case list has a million cells and none, and it would look ten times."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def preview_case_list(session: Session, case_list: CaseList) -> Preview:
    """Say what a case list holds, what is different from the list before, and which names are new."""
    before = latest_case_list(session, on_or_before=case_list.as_of)
    same = same_in_force(session, case_list.as_of, frame_hash(case_list.entries))
    teams = {entry.team for entry in case_list.entries} - {"", *session.scalars(select(ListTeam.name))}
    workers = {entry.worker for entry in case_list.entries} - {"", *session.scalars(select(ListWorker.code))}
    return Preview(
        strata=count_strata(case_list.entries),
        before=before.as_of if before else None,
        changes=compare(holdings(frame(session, before.id)), holdings(case_list.entries)) if before else None,
        new_teams=tuple(sorted(teams)),
        new_workers=len(workers),
        same=same.public_id if same else None,
    )


def accept_case_list(
    session: Session, case_list: CaseList, *, understanding: Understanding, file_name: str, by: Viewer, at: datetime
) -> cases.CaseList:
    """Store a case list and return it. One that is here already, child for child, is returned and nothing is changed.

    But where another of the same day was put over it, perhaps by mistake, it is put back in force.
    """
    check_runs_programme(by)
    check_day(case_list.as_of, at=at)
    if not case_list.entries:
        raise Refused("The list holds no children. Nothing was changed.")
    hashed = frame_hash(case_list.entries)
    new = upsert(session, cases.CaseList).values(
        public_id=new_identifier(),
        as_of=case_list.as_of,
        file_name=file_name[-LONGEST_FILE_NAME:],
        frame_hash=hashed,
        size=len(case_list.entries),
        understanding=_UNDERSTANDING.dump_json(understanding).decode(),
        imported_at=at,
    )
    # The row is the lock: of two who accept the same list at once, one stores it and the other finds it stored.
    claimed = new.on_conflict_do_nothing(index_elements=["as_of", "frame_hash"]).returning(cases.CaseList.id)
    number = session.scalar(claimed)
    stored = same_case_list(session, case_list.as_of, hashed)
    assert stored is not None, "a list that was stored now or before is there"
    if number is not None:
        store_children(session, number, entries=case_list.entries)
        details = _told(understanding, as_of=case_list.as_of, frame_hash=hashed)
        trail.record(session, "cases.imported", by=by.public_id, at=at, subject=stored.public_id, details=details)
    else:
        _put_back(session, stored, by=by, at=at)
    return stored


def _put_back(session: Session, stored: cases.CaseList, *, by: Viewer, at: datetime) -> None:
    session.execute(select(cases.CaseList.id).where(cases.CaseList.id == stored.id).with_for_update())
    if same_in_force(session, stored.as_of, stored.frame_hash) is None:
        stored.imported_at = at
        details: Details = {"as_of": stored.as_of.isoformat(), "frame_hash": stored.frame_hash}
        trail.record(session, "cases.put_back", by=by.public_id, at=at, subject=stored.public_id, details=details)


def check_day(as_of: date, *, at: datetime) -> None:
    """Refuse a list of a day that is still to come, or of one before any case list of this shape was made."""
    if as_of > london_day(at):
        raise Refused(f"The list cannot be of {say_date(as_of)}: that day is still to come. Enter the day it was made.")
    if as_of < FIRST_DAY:
        raise Refused(f"The list cannot be of {say_date(as_of)}: that is too long ago. Check the year.")


def understanding_of(case_list: cases.CaseList) -> Understanding:
    """Return what was understood of a list when it was imported."""
    return _UNDERSTANDING.validate_json(case_list.understanding)


def _told(understanding: Understanding, *, as_of: date, frame_hash: str) -> Details:
    """Return what the trail keeps of an import: its day, its counts and its hash, no child and no worker."""
    types = {case_type.value: children for case_type, children in understanding.types.items()}
    return {"as_of": as_of.isoformat(), "children": sum(types.values()), **types, "frame_hash": frame_hash}
