"""The one message a day: what still holds, at the hour that was chosen, and never two."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from auditapp.domain.errors import Refused
from auditapp.domain.vocabulary import NoticeKind, Role
from auditapp.persistence import trail
from auditapp.persistence.database import Database
from auditapp.persistence.notices import Notice
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Person
from auditapp.services.digests import Preference, choose_post, people_to_write, preference_of, write_digest
from auditapp.services.notices import notify
from tests import factories
from tests.faults import every_statement_fails

DAY = date(2026, 10, 16)
AT = datetime(2026, 10, 16, 7, tzinfo=UTC)
GIVEN, DUE = date(2026, 10, 1), date(2026, 10, 15)


@pytest.fixture
def people(database: Database) -> dict[Role, Person]:
    return factories.people(database)


def note(database: Database, person: Person, *kinds: NoticeKind, subject: str, due_on: date | None = DUE) -> None:
    with database.transaction() as session:
        for kind in kinds:
            notify(session, [person.id], kind, subject=subject, due_on=due_on, at=AT)


def messages(database: Database) -> list[Message]:
    with database.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def write(database: Database, person: Person, *, day: date = DAY) -> bool:
    with database.transaction() as session:
        return write_digest(session, person.id, day=day, at=AT)


def test_one_message_says_everything_with_references_and_nothing_of_any_case(
    database: Database, people: Mapping[Role, Person]
) -> None:
    audit = factories.assigned_audit(database, on=GIVEN, case="aa0001")
    note(database, people[Role.AUDITOR], NoticeKind.DUE, NoticeKind.MANAGER, subject=audit)
    every_statement_fails(database, lambda session: write_digest(session, people[Role.AUDITOR].id, day=DAY, at=AT))
    (message,) = messages(database)
    assert (message.subject, message.path) == ("1 thing for you to look at", "/")
    lines = message.body.splitlines()
    assert lines[0] == "Late in your team:"
    assert lines[1].startswith("- QOP-2026-10-")
    assert lines[1].endswith(", due 15 October 2026 (late by 1 working day)")
    assert len(lines) == 2, "that it was due says nothing more"
    assert "aa0001" not in message.body
    assert people[Role.AUDITOR].name not in message.body


def test_what_comes_after_todays_message_waits_for_tomorrows(database: Database, people: Mapping[Role, Person]) -> None:
    first, second = (factories.assigned_audit(database, on=GIVEN) for _ in range(2))
    note(database, people[Role.AUDITOR], NoticeKind.DUE, subject=first)
    assert write(database, people[Role.AUDITOR])
    note(database, people[Role.AUDITOR], NoticeKind.DUE, subject=second)
    assert not write(database, people[Role.AUDITOR])
    assert write(database, people[Role.AUDITOR], day=date(2026, 10, 19))
    assert [message.subject for message in messages(database)] == ["1 thing for you to look at"] * 2


def test_what_was_done_meanwhile_is_not_told(database: Database, people: Mapping[Role, Person]) -> None:
    audit = factories.submitted_audit(database, on=date(2026, 10, 14))
    note(database, people[Role.AUDITOR], NoticeKind.DUE, subject=audit)
    assert not write(database, people[Role.AUDITOR])
    with database.reading() as session:
        assert session.scalars(select(Notice)).one().settled_at == AT
    assert messages(database) == []


def test_reminders_can_be_declined_and_what_climbs_the_ladder_cannot(
    database: Database, people: Mapping[Role, Person]
) -> None:
    auditor = people[Role.AUDITOR]
    by = factories.viewer(database, auditor)
    wanted = Preference(hour=16, wants_reminders=False)
    every_statement_fails(database, lambda session: choose_post(session, wanted, by=by, at=AT))
    audit = factories.assigned_audit(database, on=GIVEN)
    note(database, auditor, NoticeKind.DUE, NoticeKind.MANAGER, subject=audit)
    with database.reading() as session:
        assert preference_of(session, auditor.id) == wanted
        assert people_to_write(session, hour=15) == ()
        assert people_to_write(session, hour=16) == (auditor.id,)
        assert [event.name for event in trail.events(session) if event.by == auditor.public_id] == ["post.chosen"]
    assert write(database, auditor)
    assert messages(database)[0].body.startswith("Late in your team:")
    assert "Due today" not in messages(database)[0].body


def test_an_hour_outside_work_is_refused(database: Database, people: Mapping[Role, Person]) -> None:
    by = factories.viewer(database, people[Role.AUDITOR])
    with database.transaction() as session, pytest.raises(Refused, match="from 7 to 18"):
        choose_post(session, Preference(hour=3), by=by, at=AT)


def test_a_notice_is_noted_once_for_each_person(database: Database, people: Mapping[Role, Person]) -> None:
    ids = [people[Role.QA].id, people[Role.AUDITOR].id]
    every_statement_fails(
        database, lambda session: notify(session, ids, NoticeKind.MONTH_WAITS, subject="2026-10", at=AT)
    )
    with database.transaction() as session:
        assert notify(session, ids, NoticeKind.MONTH_WAITS, subject="2026-10", at=AT) == 0
    assert write(database, people[Role.QA])
    assert "October 2026 could not be opened." in messages(database)[0].body
