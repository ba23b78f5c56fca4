"""Which dates of the programme QA should have been told of in a simulated year, by the simulation's own book."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from auditapp.domain.vocabulary import NoticeKind
from auditapp.domain.working_days import add_working_days
from tests.simulation.council_year import CouncilYear
from tests.simulation.expectations import Morning, mornings

NEAR = 3


@dataclass(frozen=True)
class Telling:
    """That QA is told of a date: that it is near, that it has come, or that it is past."""

    subject: str
    kind: NoticeKind
    day: date
    told_at: datetime


@dataclass(frozen=True)
class Dated:
    """What is due on a day, when it was settled, and whether QA is told every week that it is past."""

    subject: str
    day: date
    settled_at: datetime | None
    is_chased: bool


def expected_dates(year: CouncilYear) -> Counter[Telling]:
    """Return what each of QA should have been told of the dates of rounds and themes by the end of the year."""
    seen_to = mornings(year)
    return Counter(telling for dated in (*_of_rounds(year), *_of_themes(year)) for telling in _told(dated, seen_to))


def _of_rounds(year: CouncilYear) -> Iterator[Dated]:
    for each in year.book.rounds:
        yield Dated(f"{each.entry}:Starts", each.starts_on, min(each.ticks.values(), default=None), is_chased=False)
        for what, due_on in each.steps():
            yield Dated(f"{each.entry}:{what}", due_on, each.ticks.get(what), is_chased=True)


def _of_themes(year: CouncilYear) -> Iterator[Dated]:
    for theme in year.book.themes:
        yield Dated(f"{theme.entry}:Starts", theme.starts_on, theme.started_at, is_chased=True)
        yield Dated(f"{theme.entry}:Audits done", theme.due_on, theme.done_at, is_chased=False)
        yield Dated(f"{theme.entry}:Report due", theme.report_on, theme.done_at, is_chased=True)


def _told(dated: Dated, seen_to: list[Morning]) -> Iterator[Telling]:
    """Yield when a date is told: once when it is near, on its day, and once in every week in which it is past."""
    open_then = [each for each in seen_to if dated.settled_at is None or each.look < dated.settled_at]
    since = add_working_days(dated.day, -NEAR)
    near = [each for each in open_then if since <= each.day < dated.day]
    on_the_day = [each for each in open_then if each.day == dated.day]
    for each in (*near[:1], *on_the_day):
        yield Telling(dated.subject, NoticeKind.PROGRAMME, dated.day, each.look)
    weeks = set[date]()
    for each in open_then if dated.is_chased else ():
        monday = each.day - timedelta(days=each.day.weekday())
        if each.day > dated.day and monday not in weeks:
            weeks.add(monday)
            yield Telling(dated.subject, NoticeKind.PROGRAMME_LATE, dated.day, each.look)
