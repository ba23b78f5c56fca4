"""One-time links by post."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from auditapp.domain.errors import NotAllowed, Refused
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence import trail
from auditapp.persistence.database import Database
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Person
from auditapp.services.invitations import ask_for_link, send_link
from tests import factories
from tests.faults import every_statement_fails

AT = datetime(2026, 10, 16, 7, tzinfo=UTC)


def test_a_link_is_put_into_the_post_whole_or_not_at_all(database: Database) -> None:
    person = factories.people(database)[Role.AUDITOR]
    every_statement_fails(database, lambda session: send_link(session, person, by=COMMAND_LINE, at=AT))
    every_statement_fails(database, lambda session: ask_for_link(session, person.email, at=AT))
    with database.reading() as session:
        assert len(session.scalars(select(Message)).all()) == 2
        assert [event.name for event in trail.events(session)][-2:] == ["link.sent", "link.asked"]


def test_nobody_who_has_left_is_sent_a_link(database: Database) -> None:
    people = factories.people(database)
    with database.transaction() as session:
        person = session.get_one(Person, people[Role.AUDITOR].id)
        person.is_active = False
    with database.transaction() as session:
        ask_for_link(session, person.email, at=AT)
        with pytest.raises(Refused):
            send_link(session, person, by=COMMAND_LINE, at=AT)
        with pytest.raises(NotAllowed):
            send_link(session, person, by=factories.viewer(database, people[Role.QA]), at=AT)
        assert session.scalars(select(Message)).all() == []
