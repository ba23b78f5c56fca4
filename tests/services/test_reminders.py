"""The ladder at work: who is told about which audit on which day, each once, until what is asked for is done."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from auditapp.domain.calendar import LONDON
from auditapp.domain.people import Grant
from auditapp.domain.vocabulary import NoticeKind, Role
from auditapp.domain.working_days import add_working_days, is_working_day
from auditapp.jobs.office import SCHEDULE
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.database import Database
from auditapp.persistence.notices import Notice
from auditapp.persistence.people import Person
from auditapp.services import accounts, audits
from auditapp.services.reminders import remind
from tests import factories
from tests.faults import every_statement_fails

GIVEN = date(2026, 10, 1)
DUE = date(2026, 10, 15)


@pytest.fixture
def people(database: Database) -> dict[Role, Person]:
    found = factories.people(database)
    with database.transaction() as session:
        second = accounts.find_person(session, found[Role.ASSISTANT_DIRECTOR].public_id)
        grant = Grant(Role.ASSISTANT_DIRECTOR, service=factories.SAFEGUARDING)
        accounts.give_role(session, second, grant, by=SCHEDULE, at=factories.LONG_AGO)
    return found


def at(day: date) -> datetime:
    return datetime.combine(day, time(7), LONDON).astimezone(UTC)


def play(database: Database, last: date, *, first: date = GIVEN) -> None:
    """Remind on every working day of some."""
    day = first
    while day <= last:
        if is_working_day(day):
            with database.transaction() as session:
                remind(session, day, by=SCHEDULE, at=at(day))
        day += timedelta(days=1)


def told(database: Database) -> list[tuple[str, date, int]]:
    """Return what was noted: the kind, the London day, and whom."""
    with database.reading() as session:
        rows = session.scalars(select(Notice).order_by(Notice.made_at, Notice.id))
        return [(notice.kind.value, notice.made_at.astimezone(LONDON).date(), notice.person_id) for notice in rows]


def test_an_audit_that_nobody_finishes_climbs_the_whole_ladder(
    database: Database, people: Mapping[Role, Person]
) -> None:
    audit = factories.assigned_audit(database, on=GIVEN)
    play(database, date(2026, 11, 30))
    auditor, head, qa, director = (
        people[role].id for role in (Role.AUDITOR, Role.HEAD_OF_SERVICE, Role.QA, Role.ASSISTANT_DIRECTOR)
    )
    assert told(database) == [
        ("assigned", GIVEN, auditor),
        ("soon", date(2026, 10, 12), auditor),
        ("due", DUE, auditor),
        ("manager", date(2026, 10, 16), auditor),
        ("head", date(2026, 10, 19), head),
        ("offered", date(2026, 10, 22), qa),
        ("director", date(2026, 10, 27), director),
    ]
    with database.reading() as session:
        climbed = [
            event.details["step"]
            for event in trail.events(session, chain=trail.audit_chain(audit))
            if event.name == "audit.escalated"
        ]
    assert climbed == ["manager", "head", "offered", "director"]


def test_a_day_of_reminders_is_whole_or_not_at_all_and_a_second_one_changes_nothing(
    database: Database, people: Mapping[Role, Person]
) -> None:
    factories.assigned_audit(database, on=GIVEN)
    factories.assigned_audit(database, on=GIVEN)
    day = date(2026, 10, 19)
    every_statement_fails(database, lambda session: remind(session, day, by=SCHEDULE, at=at(day)))
    before = told(database)
    assert {kind for kind, _, _ in before} == {"due", "manager", "head"}
    with database.transaction() as session:
        assert remind(session, day, by=SCHEDULE, at=at(day)) == 0
    assert told(database) == before


def test_what_is_submitted_climbs_no_further(database: Database, people: Mapping[Role, Person]) -> None:
    factories.submitted_audit(database, on=date(2026, 10, 5))
    play(database, date(2026, 11, 30), first=date(2026, 10, 6))
    assert told(database) == []


def test_what_is_handed_on_begins_anew_with_its_new_auditor(database: Database, people: Mapping[Role, Person]) -> None:
    audit = factories.assigned_audit(database, on=GIVEN)
    other = factories.add_person(database, "Otto Herriot", Grant(Role.AUDITOR, team=factories.WEST))
    play(database, date(2026, 10, 16))
    with database.transaction() as session:
        by = factories.viewer(database, people[Role.QA])
        audits.reassign(session, audit, to=other.public_id, by=by, at=at(date(2026, 10, 19)) - timedelta(minutes=5))
    play(database, date(2026, 11, 5), first=date(2026, 10, 19))
    due = add_working_days(date(2026, 10, 19), 10)
    assert [
        (kind, day) for kind, day, person in told(database) if person == other.id and day >= date(2026, 10, 19)
    ] == [
        ("assigned", date(2026, 10, 19)),
        ("soon", add_working_days(due, -3)),
        ("due", due),
        ("manager", add_working_days(due, 1)),
    ]


def test_an_audit_without_an_auditor_is_told_to_the_quality_assurance_team_once(
    database: Database, people: Mapping[Role, Person]
) -> None:
    audit = factories.assigned_audit(database, on=GIVEN)
    with database.transaction() as session:
        session.scalars(select(Audit).where(Audit.public_id == audit)).one().auditor_id = None
    play(database, date(2026, 11, 30))
    assert told(database) == [("unassigned", GIVEN, people[Role.QA].id)]


def test_where_nobody_holds_a_step_the_quality_assurance_team_is_told(
    database: Database, people: Mapping[Role, Person]
) -> None:
    factories.assigned_audit(database, on=GIVEN)
    with database.transaction() as session:
        head = accounts.find_person(session, people[Role.HEAD_OF_SERVICE].public_id)
        accounts.change_person(session, head, is_active=False, by=SCHEDULE, at=at(GIVEN))
    play(database, date(2026, 10, 19))
    assert ("head", date(2026, 10, 19), people[Role.QA].id) in told(database)
    assert NoticeKind.HEAD.value in {kind for kind, _, _ in told(database)}
