"""What happens in a simulated year beside its rhythm: people go on leave, fall ill, leave; plans change."""

from datetime import date
from functools import partial

from auditapp.domain.calendar import ONE_DAY, CouncilYear
from auditapp.domain.vocabulary import AbsenceKind
from auditapp.domain.working_days import add_working_days
from tests.simulation.life import Event, Life
from tests.simulation.people import ask_for_leave, leave
from tests.simulation.programme import cancel_supervision, move_round


def write_diary(life: Life, year: CouncilYear) -> None:
    """Put the story of a year into the diary: in which of its months, on which working day, what."""
    absent, exempt = AbsenceKind.ABSENCE, AbsenceKind.EXEMPTION
    events: list[tuple[int, int, Event]] = [
        (0, 4, partial(ask_for_leave, kind=absent, begins_in=0, lasts=15)),
        (1, 4, partial(leave, comes_back=False)),
        (2, 5, partial(move_round, number=1, days=7, later=True)),
        (2, 3, partial(ask_for_leave, kind=absent, begins_in=4, lasts=12)),
        (3, 3, partial(cancel_supervision, year=year, month=year.months[4])),
        (4, 3, partial(leave, comes_back=True)),
        (5, 2, partial(ask_for_leave, kind=exempt, begins_in=3, lasts=30)),
        (7, 3, partial(leave, comes_back=False)),
        (8, 4, partial(move_round, number=3, days=2, later=False)),
        (8, 12, partial(ask_for_leave, kind=absent, begins_in=2, lasts=40)),
        (10, 14, partial(ask_for_leave, kind=absent, begins_in=0, lasts=9)),
    ]
    for month, day, event in events:
        life.diary[_day(year, month, day)].append(event)


def _day(year: CouncilYear, month: int, number: int) -> date:
    """Return the n-th working day of a month of the year."""
    return add_working_days(year.months[month].first_day - ONE_DAY, number)
