"""What everybody should have been told in a simulated year, worked out from the simulation's own book."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from auditapp.domain.calendar import LONDON, london_day
from auditapp.domain.vocabulary import NoticeKind, Role
from auditapp.domain.working_days import add_working_days
from auditapp.persistence.people import RoleGrant
from tests.simulation.council_year import CouncilYear, Given

# Working days after an audit was due on which each step of the ladder is taken: the guide's, as the settings begin.
CLIMBS = {NoticeKind.MANAGER: 1, NoticeKind.HEAD: 2, NoticeKind.OFFERED: 5, NoticeKind.DIRECTOR: 8}
SOON = 3
AT = time(7)


@dataclass(frozen=True)
class Told:
    """That somebody is told something about an audit on a day."""

    audit: str
    kind: NoticeKind
    person: int
    day: date


def expected(year: CouncilYear) -> set[Told]:
    """Return what should have been told about every audit that somebody had."""
    people = _people(year)
    return {told for given in year.book for told in _of(year, given, people)}


def _of(year: CouncilYear, given: Given, people: dict[NoticeKind, set[int]]) -> Iterator[Told]:
    due = given.due_on
    reminders = {
        NoticeKind.ASSIGNED: london_day(given.since),
        NoticeKind.SOON: add_working_days(due, -SOON),
        NoticeKind.DUE: due,
    }
    looks = {kind: _look(year, given, day) for kind, day in reminders.items()}
    for kind, look in looks.items():
        later = [other for other in looks if list(looks).index(other) > list(looks).index(kind)]
        # Of reminders that fall together, because nobody looked for a while, only the last one is given.
        if look and not any(looks[other] == look for other in later):
            yield Told(given.audit, kind, given.person, london_day(look))
    for kind, days in CLIMBS.items():
        look = _look(year, given, add_working_days(due, days))
        if look:
            who = people[kind] if kind is not NoticeKind.MANAGER else _managers(year, given.person)
            yield from (Told(given.audit, kind, person, london_day(look)) for person in who)


def _look(year: CouncilYear, given: Given, day: date) -> datetime | None:
    """Return the first look at the clock at which a step of a day is taken, if the audit was still to do then."""
    from_then = datetime.combine(day, AT, LONDON)
    first = next((look for look in year.looks if look >= max(from_then, given.since)), None)
    return first if first and (given.until is None or given.until > first) else None


def _people(year: CouncilYear) -> dict[NoticeKind, set[int]]:
    named = {name: person.id for name, person in year.council.people.items()}
    return {
        NoticeKind.HEAD: {named["hope"]},
        NoticeKind.OFFERED: {named["quinn"], named["quentin"]},
        NoticeKind.DIRECTOR: {named["asha"]},
    }


def _managers(year: CouncilYear, person_id: int) -> set[int]:
    """Return who manages a team of somebody's: in this council whoever audits manages."""
    with year.database.reading() as session:
        teams = select(RoleGrant.team_id).where(RoleGrant.person_id == person_id, RoleGrant.role == Role.AUDITOR)
        managing = select(RoleGrant.person_id).where(RoleGrant.role == Role.AUDITOR, RoleGrant.team_id.in_(teams))
        return set(session.scalars(managing))
