"""A council's year with the service, lived through day by day up to the morning of the day it is made."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from auditapp.demonstration import ground, listing, people
from auditapp.demonstration.absences import plan_absences
from auditapp.demonstration.beside import plan_supervision, plan_themes
from auditapp.demonstration.diary import Diary, Progress
from auditapp.demonstration.hours import first_working_day, moment
from auditapp.demonstration.months import Months
from auditapp.demonstration.programme import plan_programme
from auditapp.demonstration.story import Story
from auditapp.domain.calendar import Month, Quarter
from auditapp.domain.tools import QOP, SUPERVISION
from auditapp.domain.working_days import add_working_days
from auditapp.persistence.database import Database
from auditapp.services import publications, tools

MONTHS = 12
SETTLING_IN = 5
"""How many working days before the first case list the council was set up."""
SHOWN_AFTER = 9
"""How many working days after its end a quarter is shown to the Board."""


def build(
    database: Database, *, today: date, progress: Progress | None = None, months: int = MONTHS, reset: bool = False
) -> None:
    """Fill a new database, whole or not at all, with a year of invented work up to the day before `today`.

    The same day gives the same figures; only identifiers differ. With `reset`, a demonstration that is there is
    removed first; any other database that holds something is refused.
    """
    with database.transaction() as session:
        ground.make_ready(session, reset=reset)
        ground.mark(session, today=today)
        _live(session, today, _months_before(today, months), progress or (lambda _done, _total: None))


def build_if_new(database: Database, *, today: date, progress: Progress) -> None:
    """Fill a database if nothing was ever done in it, and leave any other as it is."""
    with database.reading() as session:
        is_new = ground.is_new(session)
    if is_new:
        build(database, today=today, progress=progress)


def _months_before(today: date, number: int) -> Sequence[Month]:
    """Return so many months up to the last one whose first working day has passed."""
    latest = Month.of(today)
    if first_working_day(latest) >= today:
        latest = latest.previous
    return [latest.plus(step - number + 1) for step in range(number)]


def _live(session: Session, today: date, months: Sequence[Month], progress: Progress) -> None:
    quarters = _quarters(months)
    listed_on = first_working_day(quarters[0].start)
    diary = Diary(begins=moment(add_working_days(listed_on, -SETTLING_IN), 9), ends=moment(today, 0))
    story = _story(session, diary, seed=today.isoformat())
    listing.plan_lists(story, quarters)
    plan_absences(story, last_day=add_working_days(today, -1))
    opening = Months(story, latest=months[-1])
    for month in months:
        opening.plan(month)
        plan_supervision(story, opening, month)
    plan_themes(story, opening, latest=months[-1], first=months[0])
    for quarter in quarters:
        if set(quarter.months) <= set(months):
            _plan_publication(story, quarter)
    plan_programme(story, opening, months[-1])
    diary.live(session, progress)


def _quarters(months: Sequence[Month]) -> list[Quarter]:
    """Return the quarters of the months, and of the month before: each begins with a case list."""
    return sorted({Quarter.of(month) for month in (months[0].previous, *months)})


def _story(session: Session, diary: Diary, *, seed: str) -> Story:
    tools.install_shipped(session, at=diary.begins)
    council = people.Council()
    people.settle(session, council, at=diary.begins + timedelta(minutes=30))
    version = tools.published(session, QOP)
    supervision = tools.published(session, SUPERVISION).tool
    return Story(seed, council, diary, version.tool, tools.scale_of(session, version).scale, supervision)


def _plan_publication(story: Story, quarter: Quarter) -> None:
    quality = story.quality(story.chance(quarter))

    def show(session: Session, at: datetime) -> None:
        publications.show_to_board(session, quarter, by=quality, at=at)

    story.diary.plan(moment(add_working_days(quarter.last_day, SHOWN_AFTER), 14, 10), show)
