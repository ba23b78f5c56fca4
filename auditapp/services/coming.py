"""What comes next for somebody: dates of the programme, and when audits are given out again.

Whoever reads the programme meets all of its dates, and those who run it what is late of it before them. Auditors meet
the dates of what names them, and the next opening of a month.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from auditapp.domain.calendar import CouncilYear, Month, Quarter, Span, london_day, say_date
from auditapp.domain.permissions import Viewer
from auditapp.domain.programme import Entry
from auditapp.domain.programme_calendar import Due
from auditapp.domain.vocabulary import ProgrammeKind, Role
from auditapp.domain.working_days import is_announced
from auditapp.persistence.queries.cycles import months_opened
from auditapp.persistence.queries.programme import entries_starting
from auditapp.services.calendar_programme import opens_at
from auditapp.services.programme_dates import open_dates

AHEAD = timedelta(days=42)
MOST_DATES = 5
READ_PROGRAMME = (Role.QA, Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR)


@dataclass(frozen=True, slots=True)
class Coming:
    """A day and what is due on it; of an entry of the programme its title, and its public identifier for its readers.

    For everybody else `entry` is empty: they have no page of it.
    """

    day: date
    what: str
    title: str = ""
    entry: str = ""


def what_comes(session: Session, viewer: Viewer, *, today: date) -> tuple[Coming, ...]:
    """Return the next dates that are for somebody, in order of time; for those who run the programme the late ones."""
    if not viewer.has(*READ_PROGRAMME, Role.AUDITOR):
        return ()
    dates = open_dates(session, today, today + AHEAD)
    late = [due for due in dates if due.day < today] if viewer.has(Role.QA) else []
    own = [due for due in dates if due.day >= today and _is_for(due, viewer)]
    coming = [_of(due, viewer) for due in own[:MOST_DATES]]
    coming += _next_opening(session, today) if viewer.has(Role.AUDITOR) else ()
    coming.sort(key=lambda each: each.day)
    return (*(_of(due, viewer) for due in late[:MOST_DATES]), *coming[:MOST_DATES])


def next_report(today: date) -> str:
    """Say when the quarter that runs can be shown to the Board: as `republishing.check_is_over` has it, when over."""
    quarter = Quarter.of(Month.of(today))
    ends, shown_from = say_date(quarter.last_day), say_date(quarter.next.first_day)
    return f"{quarter.label} ends on {ends}: its report can be shown to the Board from {shown_from} on."


def _is_for(due: Due, viewer: Viewer) -> bool:
    return viewer.has(*READ_PROGRAMME) or viewer.public_id in due.entry.plan.auditors


def _of(due: Due, viewer: Viewer) -> Coming:
    known_as = due.entry.public_id if viewer.has(*READ_PROGRAMME) else ""
    return Coming(due.day, due.what, due.entry.plan.title, known_as)


def _next_opening(session: Session, today: date) -> Iterator[Coming]:
    """Yield when the next month opens that is not open, as far ahead as bank holidays are announced."""
    months = [Month.of(today).plus(n) for n in range(3)]
    opened = months_opened(session, months)
    years = Span(CouncilYear.of(months[0]).first_day, CouncilYear.of(months[-1]).last_day)
    planned = [entry for entry in entries_starting(session, years) if entry.plan.kind is ProgrammeKind.QOP_MONTH]
    for month in months:
        day = london_day(opens_at(month))
        if day >= today and month not in opened and is_announced(day) and _is_opened_in(month, planned):
            yield Coming(day, f"The audits of {month.label} are given out")
            return


def _is_opened_in(month: Month, planned: Iterable[Entry]) -> bool:
    """Whether a month is opened, as `programme_runs.open_month` has it: all are of a year in which none is planned."""
    of_year = [entry for entry in planned if entry.plan.year == CouncilYear.of(month)]
    return not of_year or any(entry.stands and entry.plan.month == month for entry in of_year)
