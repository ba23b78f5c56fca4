"""What the pages of all cycles have in common: who has done what, and where the page of a cycle is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import url_for

from auditapp.domain.calendar import Month, london_day
from auditapp.domain.cycle_names import title_of_cycle
from auditapp.domain.errors import Refused
from auditapp.domain.vocabulary import AuditState, CycleKind
from auditapp.domain.workflow import OPEN
from auditapp.domain.working_days import announced_until, is_announced
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.queries.audit_lists import AuditRow, cycle_audits
from auditapp.services.independence import ties_of_open_audits
from auditapp.web.units import now, session

PAGES = {
    CycleKind.QOP: "cycles.cycle",
    CycleKind.THEMATIC: "themes.theme",
    CycleKind.SUPERVISION: "supervision.cycle",
}


@dataclass(frozen=True, slots=True)
class Doing:
    """What one auditor has of a cycle: how many audits, how many of them submitted, how many late."""

    name: str
    given: int
    submitted: int
    late: int


def progress_of(cycle: Cycle) -> dict[str, object]:
    """Return what a page says of the audits of a cycle: those that stand, those replaced, and how many of which."""
    rows, today = cycle_audits(session(), cycle.id), london_day(now())
    standing = [row for row in rows if row.state is not AuditState.REPLACED]
    dues = [row.due_on for row in standing if row.state in OPEN and row.due_on]
    return {
        "cycle": cycle,
        "rows": standing,
        "replaced": [row for row in rows if row.state is AuditState.REPLACED],
        "submitted": sum(row.state is AuditState.SUBMITTED for row in standing),
        "late": sum(due < today for due in dues),
        "unassigned": sum(not row.auditor for row in standing),
        "people": _by_auditor(standing, today=today),
        "ties": ties_of_open_audits(session(), cycle_id=cycle.id),
        "announced_until": None if all(map(is_announced, dues)) else announced_until(),
        "today": today,
    }


def _by_auditor(standing: Iterable[AuditRow], *, today: date) -> list[Doing]:
    """Count the audits of each auditor, who has most to do first."""
    theirs: defaultdict[tuple[str, str], list[AuditRow]] = defaultdict(list)
    for row in standing:
        if row.auditor_public_id:
            theirs[row.auditor, row.auditor_public_id].append(row)
    people = [
        Doing(
            name,
            given=len(rows),
            submitted=sum(row.state is AuditState.SUBMITTED for row in rows),
            late=sum(row.state in OPEN and row.due_on is not None and row.due_on < today for row in rows),
        )
        for (name, _), rows in theirs.items()
    ]
    return sorted(people, key=lambda person: (person.submitted - person.given, person.name))


def month_among(offered: Iterable[Month], asked: str) -> Month:
    """Return the month of a list that was asked for; Refused where it is none of them."""
    for month in offered:
        if str(month) == asked:
            return month
    raise Refused("Select one of the months of the list.")


def address_of(cycle: Cycle) -> str:
    """Return the address of a cycle's page; earlier results have none, and lead to the months."""
    if cycle.kind not in PAGES:
        return url_for("cycles.cycles")
    return url_for(PAGES[cycle.kind], public_id=cycle.public_id)


def name_and_address(cycle: Cycle) -> tuple[str, str]:
    """Return what a link to a cycle's page says, and its address: 'November 2026', the title of a theme."""
    return title_of_cycle(cycle.kind, cycle.period, cycle.title), address_of(cycle)


def way_back_to(cycle: Cycle) -> dict[str, str]:
    """Return a back link to a cycle's page."""
    name, address = name_and_address(cycle)
    return {"text": name, "href": address}
