"""What everybody should have been told in a simulated year, worked out from the simulation's own book."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from auditapp.domain.calendar import LONDON, london_day
from auditapp.domain.vocabulary import NoticeKind
from auditapp.domain.working_days import add_working_days, is_working_day
from tests.simulation.book import NOBODY, Action, Given
from tests.simulation.council_year import MORNING, CouncilYear

# Working days after an audit was due on which each step of the ladder is taken: the guide's, as the settings begin.
CLIMBS = {NoticeKind.MANAGER: 1, NoticeKind.HEAD: 2, NoticeKind.OFFERED: 5, NoticeKind.DIRECTOR: 8}
REMINDERS = (NoticeKind.ASSIGNED, NoticeKind.SOON, NoticeKind.DUE)
SOON = 3
POST_AT, CONCERNS_BY, NOON = time(8), time(16), time(12)


@dataclass(frozen=True)
class Told:
    """That somebody is told something about an audit that is due on a day, and when."""

    audit: str
    kind: NoticeKind
    person: int
    due_on: date
    at: datetime


@dataclass(frozen=True)
class Morning:
    """That reminders of a working day are seen to, at a look at the clock: that morning's, or the next there was."""

    day: date
    look: datetime


def mornings(year: CouncilYear) -> list[Morning]:
    """Return when the reminders of each working day are seen to."""
    found, day = [], year.first
    while day <= year.last:
        look = first_look(year, datetime.combine(day, MORNING, LONDON))
        if is_working_day(day) and look:
            found.append(Morning(day, look))
        day += timedelta(days=1)
    return found


def first_look(year: CouncilYear, moment: datetime) -> datetime | None:
    """Return the first look at the clock from a moment on."""
    return next((look for look in year.book.looks if look >= moment), None)


def expected(year: CouncilYear) -> set[Told]:
    """Return what should have been told about every audit that somebody had."""
    seen_to, found = mornings(year), set[Told]()
    for given in sorted(year.book.given, key=lambda given: given.held_from):
        before = {
            (told.kind, told.person) for told in found if (told.audit, told.due_on) == (given.audit, given.due_on)
        }
        steps = _unassigned(year, given, seen_to) if given.person == NOBODY else _of(year, given, seen_to)
        for told in steps:
            # What went back with the dates that it had goes on where it was: no step of it is taken again.
            is_known = (told.kind, told.person) in before if told.kind in REMINDERS else told.kind in dict(before)
            if not is_known:
                found.add(told)
    return found


def _unassigned(year: CouncilYear, given: Given, seen_to: list[Morning]) -> Iterator[Told]:
    """QA is told of what nobody has, once."""
    look = _taken_at(given, london_day(given.since), seen_to)
    if look:
        yield from (Told(given.audit, NoticeKind.UNASSIGNED, who, given.due_on, look) for who in _quality(year))


def _of(year: CouncilYear, given: Given, seen_to: list[Morning]) -> Iterator[Told]:
    due, given_on = given.due_on, london_day(given.since)
    days = (given_on, max(given_on, add_working_days(due, -SOON)), due)
    looks = {kind: _taken_at(given, day, seen_to) for kind, day in zip(REMINDERS, days, strict=True)}
    for number, (kind, look) in enumerate(looks.items()):
        # Of reminders that fall together, because nobody looked for a while, only the last one is given.
        if look and look not in [looks[later] for later in REMINDERS[number + 1 :]]:
            yield Told(given.audit, kind, given.person, due, look)
    for kind, n in CLIMBS.items():
        look = _taken_at(given, add_working_days(due, n), seen_to)
        if look:
            yield from (Told(given.audit, kind, who, due, look) for who in _holders(year, kind, given.person, look))


def expected_of_actions(year: CouncilYear) -> set[Told]:
    """Return what should have been told about the actions that audits asked for, whoever has left since."""
    return {told for action in year.book.actions for told in _of_action(year, action, mornings(year))}


def _of_action(year: CouncilYear, action: Action, seen_to: list[Morning]) -> Iterator[Told]:
    near, late = add_working_days(action.due_on, -SOON), add_working_days(action.due_on, 1)
    agreed = [each for each in seen_to if each.look >= action.agreed_at]
    soon = [each.look for each in agreed if near <= each.day < late]
    past = [each.look for each in agreed if late <= each.day]
    for kind, looks in ((NoticeKind.ACTION_SOON, soon), (NoticeKind.ACTION_LATE, past)):
        for look in looks[:1]:
            managers = year.book.managers_of(action.team, look)
            is_here = year.book.auditors[action.person].is_here(look)
            who = managers | ({action.person} if is_here else set()) or _quality(year)
            yield from (Told(action.subject, kind, person, action.due_on, look) for person in who)


def _taken_at(given: Given, day: date, seen_to: list[Morning]) -> datetime | None:
    """Return the look at the clock at which a step of a day is taken, if the audit was still theirs to do then."""
    first = next((each.look for each in seen_to if each.day >= day and each.look >= given.held_from), None)
    return first if first and (given.until is None or given.until > first) else None


def _holders(year: CouncilYear, kind: NoticeKind, person: int, at: datetime) -> set[int]:
    if kind is NoticeKind.MANAGER:
        return year.book.managers(person, at)
    if kind is NoticeKind.OFFERED:
        return _quality(year)
    return {year.life.council.people["hope" if kind is NoticeKind.HEAD else "asha"].id}


def _quality(year: CouncilYear) -> set[int]:
    return {year.life.council.people[name].id for name in ("quinn", "quentin")}


def concern_climbs(year: CouncilYear) -> set[tuple[str, int, datetime]]:
    """Return which concern climbs to whom at which look: at four of its working day, and at noon of the next."""
    people, found = year.life.council.people, set[tuple[str, int, datetime]]()
    for public_id, (raised, acknowledged) in year.book.concerns.items():
        day = london_day(raised)
        if not is_working_day(day) or raised >= datetime.combine(day, CONCERNS_BY, LONDON):
            day = add_working_days(day, 1)
        steps = {"asha": (day, CONCERNS_BY), "dara": (add_working_days(day, 1), NOON)}
        for name, (on, at) in steps.items():
            look = first_look(year, datetime.combine(on, at, LONDON))
            if look and (acknowledged is None or acknowledged > look):
                found.add((public_id, people[name].id, look))
    return found
