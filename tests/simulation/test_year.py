"""A council's year ends with everything accounted for: nothing twice, nothing forgotten, everybody told on the day."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from auditapp.domain.calendar import london_day
from auditapp.domain.vocabulary import CycleKind, NoticeKind
from auditapp.domain.working_days import add_working_days, is_announced
from auditapp.jobs.table import JOBS
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.database import Database
from tests.simulation.accounts import hold_to_account
from tests.simulation.council_year import CouncilYear
from tests.simulation.dates import expected_dates
from tests.simulation.expectations import CLIMBS, REMINDERS, concern_climbs, expected, expected_of_actions
from tests.simulation.failures import NAMES, Saboteur
from tests.simulation.postman import Postman, every_letter_came_once

# Easter of 2026 begins the year and Easter of 2027 ends it, with the clocks changing in it; the schedule is away for
# three days at the end of October, over the other change of the clocks and the first working day of a month.
AWAY = frozenset({date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)})
# The mail server is away when a month opens, and on the day after.
WITHOUT_POST = frozenset({date(2026, 9, 1), date(2026, 9, 2)})


@pytest.mark.parametrize("fails", [False, True], ids=["nothing fails", "every step of every job fails"])
def test_the_council_year_2026_to_2027(database: Database, *, fails: bool) -> None:
    postman = Postman(WITHOUT_POST)
    year = CouncilYear(database, date(2026, 4, 1), date(2027, 3, 31), away=AWAY, fails=fails, postman=postman)
    year.play()
    hold_to_account(year)
    every_letter_came_once(year.life, postman, until=year.book.looks[-1])
    assert len(postman.came) > 800
    assert len(postman.tries) < sum(postman.tries.values())
    much_happened(year)
    # Monday 2 November was missed: the month is opened on Tuesday, the first day on which the schedule is back.
    with year.database.reading() as session:
        november = session.scalars(select(Cycle).where(Cycle.period == "2026-11")).first()
    assert november
    assert london_day(november.opened_at) == date(2026, 11, 3)
    if year.saboteur:
        every_job_failed_at_every_statement(year.saboteur)
        assert postman.words


def test_the_council_year_2027_to_2028_with_its_leap_day(database: Database) -> None:
    year = CouncilYear(database, date(2027, 4, 1), date(2028, 3, 31), seed=3)
    year.play()
    hold_to_account(year)
    much_happened(year)
    leap_day = date(2028, 2, 29)
    assert any(london_day(look) == leap_day for look in year.book.looks)
    assert any(london_day(given.held_from) < leap_day < given.due_on for given in year.book.given)
    # Should the holidays of 2028 not be announced, what is due in it would be guessed: the last step of any ladder.
    assert is_announced(add_working_days(year.last, 10 + 8))


def every_job_failed_at_every_statement(saboteur: Saboteur) -> None:
    """Nothing was ever done with a statement at which its job had not failed; and each job failed again and again."""
    assert saboteur.passed <= saboteur.failed
    places = Counter(place.job for place in saboteur.passed)
    assert places.keys() == {*NAMES}
    # A month that opens makes its audits in one transaction, and supervision's in another.
    of_months = Counter(place.transaction for place in saboteur.passed if place.job == "months")
    assert min(of_months[1], of_months[2]) > 40
    assert all(saboteur.failures[job.name] > 100 for job in JOBS)


def much_happened(year: CouncilYear) -> None:
    """Nothing of what a year has was left out by chance."""
    book, told = year.book, Counter(told.kind for told in expected(year))
    assert all(told[kind] > 10 for kind in (*REMINDERS, *CLIMBS))
    chased = Counter(told.kind for told in expected_of_actions(year))
    assert all(chased[kind] > 40 for kind in (NoticeKind.ACTION_SOON, NoticeKind.ACTION_LATE))
    assert book.handed_on > 10
    assert book.moved_back > 0
    assert sum(bool(auditor.leaves) for auditor in book.auditors.values()) == 5
    assert sum(bool(auditor.gone) for auditor in book.auditors.values()) == 3
    assert sum(given.submitted for given in book.given) > 300
    assert len(book.concerns) > 5
    assert concern_climbs(year)
    assert len(book.themes) == 6
    dates = expected_dates(year)
    assert len({telling.subject.partition(":")[0] for telling in dates}) == 4 + 6
    assert sum(telling.kind is NoticeKind.PROGRAMME_LATE for telling in dates) > 10
    for kind in CycleKind.SUPERVISION, CycleKind.THEMATIC:
        assert sum(given.submitted for given in book.given if given.kind is kind) > 20
