"""Sharing the files of a cycle out among the auditors: within their shares, and never to one who is not independent."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.domain import quota
from auditapp.domain.absences import due_day_of
from auditapp.domain.assignment import assign
from auditapp.domain.calendar import CouncilYear, Span, london_day
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.auditors import aways, shares_of
from auditapp.services.assignments import File, ListNames, new_audit
from auditapp.services.independence import independence

Given = Mapping[str, Person | None]
"""Who gets which file, by its key; nobody where nobody independent has room for it."""


def share_out(
    session: Session,
    files: Sequence[File],
    known: ListNames,
    *,
    among: Sequence[Person],
    kind: CycleKind,
    year: CouncilYear,
    days: Span,
    seed: str,
) -> Given:
    """Give each file to an independent auditor, within their share where it can be; what nobody can take waits for QA.

    Where nobody who has a share left is independent of a file, somebody gets more than theirs, up to the most for each.
    `days` are those in which they would audit: whoever is away then has less time, or none.
    """
    cases = [known.to_assign(file.key, team_name=file.team, worker_code=file.worker) for file in files]
    most_each = programme_settings(session).most_each
    auditors = shares_of(session, among, year=year, kind=kind, days=days)
    limits = [of(auditors, total=len(cases), most_each=most_each) for of in (quota.shares, quota.caps_of)]
    shared = assign(cases, [independence(person) for person in among], limits=limits, seed=seed)
    by_id = {person.id: person for person in among}
    taken = {one.case_reference: by_id[one.auditor] for one in shared.assigned}
    return {file.key: taken.get(file.key) for file in files}


def hand_out(
    session: Session,
    cycle: Cycle,
    files: Sequence[File],
    given: Given,
    known: ListNames,
    *,
    due_on: date,
    by: Viewer,
    at: datetime,
    days: Span | None = None,
) -> None:
    """Make the audits of a cycle, numbered in the order of its files.

    Where the days are given in which they are done, whoever is away in them has their working days when they are back.
    """
    away = aways(session, days) if days else {}
    for number, file in enumerate(files, start=1):
        auditor, due = given[file.key], due_on
        if days and auditor and auditor.id in away:
            due = due_day_of(away[auditor.id], days, given_on=london_day(at), due_on=due_on)
        new_audit(session, cycle, file, number=number, auditor=auditor, known=known, due_on=due, by=by, at=at)
