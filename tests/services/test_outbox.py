"""The outbox: each message claimed by one, noted, tried again with growing gaps, or left for an administrator."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from auditapp.domain.errors import NotAllowed, NotFound, NotNow
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import MessageKind, MessageState, Role
from auditapp.persistence import trail
from auditapp.persistence.database import Database
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Person
from auditapp.services import outbox
from tests import factories
from tests.faults import every_statement_fails

AT = datetime(2026, 10, 16, 7, tzinfo=UTC)


@pytest.fixture
def people(database: Database) -> dict[Role, Person]:
    return factories.people(database)


@pytest.fixture
def message(database: Database, people: Mapping[Role, Person]) -> Message:
    put(database, people[Role.AUDITOR], "first")
    return only(database)


def put(database: Database, person: Person, key: str, *, at: datetime = AT) -> int | None:
    with database.transaction() as session:
        return outbox.queue(
            session,
            key=key,
            person_id=person.id,
            kind=MessageKind.DIGEST,
            subject="1 thing for you",
            body="Due today",
            path="/",
            at=at,
        )


def only(database: Database) -> Message:
    with database.reading() as session:
        return session.scalars(select(Message)).one()


def claim(database: Database, *, worker: str = "one", at: datetime = AT) -> Message | None:
    with database.transaction() as session:
        return outbox.claim(session, worker=worker, at=at)


def test_a_message_is_there_once_for_its_key(database: Database, people: Mapping[Role, Person]) -> None:
    person = people[Role.AUDITOR]
    every_statement_fails(
        database,
        lambda session: outbox.queue(
            session, key="k", person_id=person.id, kind=MessageKind.URGENT, subject="s", body="b", path="/", at=AT
        ),
    )
    assert put(database, person, "k") is None
    assert only(database).state is MessageState.QUEUED


def test_a_message_is_claimed_once_and_noted_by_whoever_claimed_it(database: Database, message: Message) -> None:
    every_statement_fails(database, lambda session: outbox.claim(session, worker="one", at=AT))
    assert claim(database, worker="two") is None
    with database.transaction() as session:
        outbox.note_sent(session, message.id, worker="two", at=AT)
    assert only(database).state is MessageState.SENDING, "two never had it"
    every_statement_fails(database, lambda session: outbox.note_sent(session, message.id, worker="one", at=AT))
    assert only(database).state is MessageState.SENT
    assert claim(database, at=AT + timedelta(days=1)) is None


def test_what_somebody_is_sending_keeps_nobody_from_the_next_message(
    database: Database, message: Message, people: Mapping[Role, Person]
) -> None:
    put(database, people[Role.AUDITOR], "another")
    first, second = claim(database, worker="one"), claim(database, worker="two")
    assert first
    assert second
    assert {first.id, second.id} > {message.id}
    assert claim(database, worker="three") is None


def test_a_message_that_is_not_taken_is_tried_with_growing_gaps_and_then_given_up(
    database: Database, message: Message
) -> None:
    at, gaps = AT, []
    while claim(database, at=at):
        with database.transaction() as session:
            outbox.note_failed(session, message.id, "It is away.", is_final=False, worker="one", at=at)
        found = only(database)
        if found.state is MessageState.GIVEN_UP:
            break
        assert claim(database, at=found.next_at - timedelta(seconds=1)) is None
        gaps.append(found.next_at - at)
        at = found.next_at
    assert tuple(gaps) == outbox.GAPS
    assert gaps == sorted(gaps)
    assert (only(database).state, only(database).problem) == (MessageState.GIVEN_UP, "It is away.")
    assert at - AT < outbox.WORTH_SENDING


def test_what_is_refused_for_good_is_given_up_at_once(database: Database, message: Message) -> None:
    claim(database)
    every_statement_fails(
        database,
        lambda session: outbox.note_failed(session, message.id, "No such box.", is_final=True, worker="one", at=AT),
    )
    assert only(database).state is MessageState.GIVEN_UP


def test_what_nobody_came_back_from_is_uncertain_and_sent_again_only_on_an_administrators_word(
    database: Database, message: Message
) -> None:
    claim(database)
    with database.transaction() as session:
        assert outbox.doubt_abandoned(session, at=AT + timedelta(minutes=10)) == 0
    later = AT + timedelta(minutes=16)
    every_statement_fails(database, lambda session: outbox.doubt_abandoned(session, at=later))
    assert only(database).state is MessageState.UNCERTAIN
    assert claim(database, worker="two", at=later + timedelta(days=2)) is None
    with database.transaction() as session:
        outbox.note_sent(session, message.id, worker="one", at=later)
    assert only(database).state is MessageState.UNCERTAIN, "whoever was too late does not make it certain"
    every_statement_fails(
        database, lambda session: outbox.send_again(session, message.public_id, by=COMMAND_LINE, at=later)
    )
    assert claim(database, worker="two", at=later)
    with database.reading() as session:
        assert [event.name for event in trail.events(session)][-1] == "message.resent"


def test_what_could_not_be_sent_for_days_is_left(database: Database, people: Mapping[Role, Person]) -> None:
    put(database, people[Role.AUDITOR], "old", at=AT - timedelta(days=4))
    every_statement_fails(database, lambda session: outbox.drop_stale(session, at=AT, has_server=True))
    assert only(database).state is MessageState.GIVEN_UP, "for an administrator to see, and to send again"
    assert claim(database) is None


@pytest.mark.parametrize("kind", [MessageKind.URGENT, MessageKind.INVITATION])
def test_what_is_not_of_one_day_waits_for_the_mail_server_and_is_left_only_where_there_is_none(
    database: Database, people: Mapping[Role, Person], kind: MessageKind
) -> None:
    put(database, people[Role.AUDITOR], "old", at=AT - timedelta(days=4))
    with database.transaction() as session:
        session.execute(update(Message).values(kind=kind))
        assert outbox.drop_stale(session, at=AT, has_server=True) == 0
        assert outbox.drop_stale(session, at=AT, has_server=False) == 1
    assert only(database).state is MessageState.WITHDRAWN


def test_what_is_urgent_is_sent_first(database: Database, people: Mapping[Role, Person]) -> None:
    for number in range(3):
        put(database, people[Role.AUDITOR], f"digest {number}", at=AT - timedelta(hours=5 - number))
    with database.transaction() as session:
        session.execute(update(Message).where(Message.key == "digest 2").values(kind=MessageKind.URGENT))
    order = [message.key for message in iter(lambda: claim(database), None)]
    assert order == ["digest 2", "digest 0", "digest 1"]


def test_a_message_to_somebody_who_has_left_is_not_sent(database: Database, message: Message) -> None:
    claim(database)
    every_statement_fails(database, lambda session: outbox.note_left(session, message.id, worker="one", at=AT))
    assert (only(database).state, only(database).problem) == (MessageState.WITHDRAWN, "Its reader has left.")


def test_what_an_administrator_has_sent_again_is_not_left_however_old_it_is(
    database: Database, message: Message
) -> None:
    claim(database)
    late = AT + 2 * outbox.WORTH_SENDING
    with database.transaction() as session:
        outbox.note_uncertain(session, message.id, "Nobody knows.", worker="one", at=AT)
        outbox.send_again(session, message.public_id, by=COMMAND_LINE, at=late)
        assert outbox.drop_stale(session, at=late + outbox.GAPS[0], has_server=True) == 0
    assert claim(database, at=late)


def test_while_the_server_is_away_nothing_else_is_tried(database: Database, message: Message) -> None:
    every_statement_fails(database, lambda session: outbox.postpone(session, "It is away.", at=AT))
    assert (only(database).attempts, only(database).problem) == (0, "It is away.")
    assert claim(database) is None
    assert claim(database, at=AT + timedelta(minutes=1))


def test_an_administrator_can_decide_that_a_message_is_not_sent(database: Database, message: Message) -> None:
    every_statement_fails(database, lambda session: outbox.withdraw(session, message.public_id, by=COMMAND_LINE, at=AT))
    assert claim(database) is None
    with database.transaction() as session, pytest.raises(NotNow):
        outbox.withdraw(session, message.public_id, by=COMMAND_LINE, at=AT)
    with database.transaction() as session, pytest.raises(NotNow):
        outbox.send_again(session, message.public_id, by=COMMAND_LINE, at=AT)


def test_only_administrators_decide_about_post(
    database: Database, message: Message, people: Mapping[Role, Person]
) -> None:
    qa = factories.viewer(database, people[Role.QA])
    for decide in (outbox.send_again, outbox.withdraw):
        with database.transaction() as session, pytest.raises(NotAllowed):
            decide(session, message.public_id, by=qa, at=AT)
        with database.transaction() as session, pytest.raises(NotFound):
            decide(session, "nowhere", by=COMMAND_LINE, at=AT)


def test_an_uncertain_fate_is_noted(database: Database, message: Message) -> None:
    claim(database)
    every_statement_fails(
        database, lambda session: outbox.note_uncertain(session, message.id, "It went.", worker="one", at=AT)
    )
    assert (only(database).state, only(database).problem) == (MessageState.UNCERTAIN, "It went.")
