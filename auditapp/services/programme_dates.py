"""The dates of the programme: told to QA when they are near, when they come, and while nobody has done what is due."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from auditapp.domain.calendar import Span
from auditapp.domain.digests import OF_PROGRAMME, Line
from auditapp.domain.programme_calendar import Due, dates_of
from auditapp.domain.vocabulary import NoticeKind
from auditapp.domain.working_days import add_working_days
from auditapp.persistence.notices import Notice
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.programme import entries_known, entries_of
from auditapp.persistence.queries.reminders import chain
from auditapp.services.notices import notify

CHASED_FOR = timedelta(days=400)
"""For how long after the end of an entry what it left open is looked for: its re-check is half a year later."""
TODAY = "today"


def open_dates(session: Session, today: date, until: date) -> tuple[Due, ...]:
    """Return what is due from a day up to another and not done, and before it all that is late, in order of time."""
    dates = dates_of(entries_of(session, Span(today - CHASED_FOR, until)))
    wanted = (due for due in dates if due.day <= until and (due.day >= today or due.is_chased))
    return tuple(sorted((due for due in wanted if not due.is_settled), key=lambda due: (due.day, due.what)))


def remind_of_dates(session: Session, day: date, *, at: datetime) -> int:
    """Tell QA of the dates that are near or come, each once, and every week of those that are late; say how many."""
    near, qa = add_working_days(day, programme_settings(session).remind_days), chain(session).qa
    made = 0
    for due in open_dates(session, day, near):
        kind = NoticeKind.PROGRAMME if due.day >= day else NoticeKind.PROGRAMME_LATE
        made += notify(session, qa, kind, subject=due.known_as, due_on=due.day, occasion=_occasion(due, day), at=at)
    return made


def _occasion(due: Due, day: date) -> str:
    """Say which telling of a date this is: that it is near, that it has come, or the week in which it is late."""
    if due.day > day:
        return ""
    return TODAY if due.day == day else (day - timedelta(days=day.weekday())).isoformat()


def lines_of_dates(session: Session, notices: Iterable[Notice]) -> Iterator[tuple[int, Line]]:
    """Yield what still holds of dates that were to be told, by its notice: nothing done, moved or cancelled."""
    wanted = [notice for notice in notices if notice.kind in OF_PROGRAMME]
    entries = entries_known(session, {notice.subject.partition(":")[0] for notice in wanted})
    dates = {(due.known_as, due.day): due for due in dates_of(entries) if not due.is_settled}
    for notice in wanted:
        if notice.due_on and (due := dates.get((notice.subject, notice.due_on))):
            yield notice.id, Line(notice.kind, f"{due.what}: {due.entry.plan.title}", notice.due_on)
