"""Which dates of the programme QA should have been told of in a simulated year, by the guide's weeks of a round."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from auditapp.domain.calendar import Month, Quarter, months_earlier
from auditapp.domain.working_days import add_working_days
from tests.simulation.council_year import CouncilYear
from tests.simulation.expectations import mornings

NEAR = 3
# The guide, The year: what is done in which week of a round.
WEEKS = {
    "Theme and scope": 1,
    "Sample and requests": 2,
    "Agency returns": 5,
    "Quality check and chase": 6,
    "Meeting": 7,
    "Agreed grades": 8,
    "Report": 10,
    "Quality and Effectiveness subgroup (QEF)": 11,
    "Safeguarding Children Board (PSCB)": 12,
    "Actions open": 13,
}
MONTHS_TO_RE_CHECK = 6


@dataclass(frozen=True)
class Near:
    """That QA is told of a date, three working days before it."""

    subject: str
    day: date
    told_at: datetime


def expected_dates(year: CouncilYear) -> set[Near]:
    """Return every date of a round or a theme that somebody should have been told of by the end of the year."""
    seen_to, found = mornings(year), set[Near]()
    for subject, day in (*_of_rounds(year), *_of_themes(year)):
        near = (each for each in seen_to if add_working_days(day, -NEAR) <= each.day <= day)
        first = next(near, None)
        if first:
            found.add(Near(subject, day, first.look))
    return found


def _of_rounds(year: CouncilYear) -> Iterator[tuple[str, date]]:
    for starts_on in year.book.rounds:
        title = f"Multi-agency round, {Quarter.of(Month.of(starts_on)).label}"
        yield f"Starts: {title}", starts_on
        opened = starts_on
        for what, week in WEEKS.items():
            opened = add_working_days(starts_on + timedelta(days=7 * week), -1)
            yield f"{what}: {title}", opened
        six_months_on = months_earlier(opened, -MONTHS_TO_RE_CHECK)
        yield f"Re-check: {title}", add_working_days(six_months_on - timedelta(days=1), 1)


def _of_themes(year: CouncilYear) -> Iterator[tuple[str, date]]:
    for theme in year.book.themes:
        yield f"Starts: {theme.title}", theme.starts_on
        yield f"Audits done: {theme.title}", theme.due_on
        yield f"Report due: {theme.title}", theme.report_on
