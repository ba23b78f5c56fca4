"""The schedule as a table: each job with the moments at which it is due, in the order in which they are done.

A job is done for each moment, the oldest first, also for those that nobody was there for; one marked `only_latest` for
the last of them alone, because what it does covers the others. A job may be killed half-way and be done again, be done
twice, or by two at once: the key of each effect is what keeps it from being there twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from auditapp.domain.calendar import LONDON, Month, london_day
from auditapp.domain.errors import Refused
from auditapp.domain.schedule import Daily, Hourly, Rhythm
from auditapp.domain.vocabulary import NoticeKind
from auditapp.domain.working_days import is_working_day
from auditapp.jobs.office import SCHEDULE, Office
from auditapp.persistence.queries.reminders import chain
from auditapp.services import (
    action_reminders,
    concern_ladder,
    digests,
    programme_dates,
    programme_runs,
    reminders,
    upkeep,
)
from auditapp.services.glance import month_at_a_glance
from auditapp.services.notices import notify

Work = Callable[[Office, datetime, datetime], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the table. `work` is given the office, the moment that it is due for, and the moment that it is.

    `after` names the jobs whose work it builds on: while one of them fails, it waits.
    """

    name: str
    rhythm: Rhythm
    work: Work
    only_latest: bool = False
    after: frozenset[str] = frozenset()


def open_month(office: Office, due: datetime, at: datetime) -> None:
    """Open the month on its first working day, or on the first one on which it can be; tell QA where it cannot.

    With it opens the month's supervision audits, where the programme has some.
    """
    month = Month.of(london_day(due))
    if month != Month.of(london_day(at)):
        return  # the schedule was away until the month was over: what it would draw now belongs to no month
    openings = {
        NoticeKind.MONTH_WAITS: programme_runs.open_month,
        NoticeKind.SUPERVISION_WAITS: programme_runs.open_supervision,
    }
    for waits, opening in openings.items():
        try:
            with office.database.transaction() as session:
                opening(session, month, seed=office.new_seed(), by=SCHEDULE, at=at)
        except Refused:
            with office.database.transaction() as session:
                notify(session, chain(session).qa, waits, subject=str(month), at=at)


def remind(office: Office, due: datetime, at: datetime) -> None:
    """Take the steps of the ladder that are due by a day, and remind of the actions that audits asked for."""
    with office.database.transaction() as session:
        reminders.remind(session, london_day(due), by=SCHEDULE, at=at)
    with office.database.transaction() as session:
        action_reminders.remind_of_actions(session, london_day(due), at=at)
    with office.database.transaction() as session:
        programme_dates.remind_of_dates(session, london_day(due), at=at)


def warn(office: Office, due: datetime, at: datetime) -> None:
    """Tell QA, once a week, that the average is in danger: while there is still something to be done about it."""
    day = london_day(due)
    with office.database.transaction() as session:
        glance = month_at_a_glance(session, today=day)
        if glance.outlook.has_begun and glance.outlook.is_in_danger:
            week, month = day - timedelta(days=day.weekday()), str(glance.month)
            notify(session, chain(session).qa, NoticeKind.QUOTA_IN_DANGER, subject=month, due_on=week, at=at)


def chase_concerns(office: Office, due: datetime, at: datetime) -> None:
    """Tell whoever stands above that a concern is not acknowledged."""
    with office.database.transaction() as session:
        concern_ladder.climb(session, due, by=SCHEDULE, at=at)


def write_digests(office: Office, due: datetime, at: datetime) -> None:
    """Write everybody who wants their post by this hour what waits for them, each in a transaction of their own.

    What was missed is not made up for on a day of rest: the next working day says it.
    """
    if not is_working_day(london_day(at)):
        return
    hour, day = due.astimezone(LONDON).hour, london_day(due)
    with office.database.reading() as session:
        people = digests.people_to_write(session, hour=hour)
    for person_id in people:
        with office.database.transaction() as session:
            digests.write_digest(session, person_id, day=day, at=at)


def tidy(office: Office, due: datetime, at: datetime) -> None:  # noqa: ARG001  # every job is given the same
    """Remove what can have no effect any more."""
    with office.database.transaction() as session:
        upkeep.tidy(session, by=SCHEDULE, at=at)


JOBS = (
    Job("tidy", Daily(time(3)), tidy, only_latest=True),
    Job("months", Daily(time(7), working_days=True), open_month),
    Job("reminders", Daily(time(7), working_days=True), remind, after=frozenset({"months"})),
    Job("outlook", Daily(time(7), working_days=True), warn, only_latest=True, after=frozenset({"months"})),
    Job("concerns", Hourly(9, 18), chase_concerns),
    Job(
        "digests",
        Hourly(digests.HOURS[0], digests.HOURS[-1]),
        write_digests,
        only_latest=True,
        after=frozenset({"months", "reminders", "outlook"}),
    ),
)
