"""Sending: each message once, by one of several processes, whatever the mail server and the process do meanwhile."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from auditapp.domain.vocabulary import MessageKind, MessageState, Role
from auditapp.jobs.office import Office
from auditapp.jobs.post import deliver
from auditapp.mail.letters import Sender
from auditapp.mail.server import MailServer
from auditapp.persistence.database import Database
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Person
from auditapp.services import accounts, outbox
from auditapp.services.secrets import proof
from tests import factories
from tests.mail_server import Mailbox, free_port, mail_server

AT = datetime(2026, 10, 16, 7, tzinfo=UTC)
SENDER = Sender("audits@example.org", "Case-file audits", "Exampleshire County Council", "http://localhost")


@pytest.fixture
def people(database: Database) -> dict[Role, Person]:
    return factories.people(database)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


def office(database: Database, url: str | None, worker: str = "one") -> Office:
    return Office(database, SENDER, MailServer.parse(url) if url else None, worker=worker)


def put(database: Database, person: Person, *keys: str, kind: MessageKind = MessageKind.DIGEST) -> None:
    path = "/invitation/" if kind is MessageKind.INVITATION else "/"
    with database.transaction() as session:
        for key in keys:
            outbox.queue(
                session, key=key, person_id=person.id, kind=kind, subject="Hello", body="Words", path=path, at=AT
            )


def states(database: Database) -> list[MessageState]:
    with database.reading() as session:
        return list(session.scalars(select(Message.state).order_by(Message.id)))


def test_everything_that_waits_goes_in_one_visit(
    database: Database, people: Mapping[Role, Person], box: Mailbox
) -> None:
    put(database, people[Role.AUDITOR], "a", "b", "c")
    assert deliver(office(database, box.url), AT) == 3
    assert deliver(office(database, box.url), AT) == 0
    assert states(database) == [MessageState.SENT] * 3
    assert len({mail["Message-ID"] for mail in box.taken}) == 3
    assert box.sent_to == [people[Role.AUDITOR].email] * 3


def test_two_processes_never_send_the_same_message(
    database: Database, people: Mapping[Role, Person], box: Mailbox
) -> None:
    put(database, people[Role.AUDITOR], *(f"k{number}" for number in range(30)))
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda name: deliver(office(database, box.url, name), AT), ["a", "b", "c", "d"]))
    assert sum(sent) == 30
    assert len(box.taken) == len({mail["Message-ID"] for mail in box.taken}) == 30


def test_a_server_that_is_away_is_tried_once_and_then_later(database: Database, people: Mapping[Role, Person]) -> None:
    put(database, people[Role.AUDITOR], "a", "b")
    away = office(database, f"smtp://127.0.0.1:{free_port()}")
    assert deliver(away, AT) == 0
    with database.reading() as session:
        rows = session.execute(select(Message.attempts, Message.next_at).order_by(Message.id)).all()
    assert [attempts for attempts, _ in rows] == [1, 0]
    assert {next_at for _, next_at in rows} == {AT + timedelta(minutes=1)}
    with mail_server() as box:
        assert deliver(office(database, box.url), AT + timedelta(minutes=1)) == 2


def test_a_letter_that_is_refused_for_good_does_not_hold_up_the_others(
    database: Database, people: Mapping[Role, Person], box: Mailbox
) -> None:
    put(database, people[Role.AUDITOR], "a")
    put(database, people[Role.QA], "b")
    refused = people[Role.AUDITOR].email
    box.answer = lambda mail: "554 Never" if refused in str(mail["To"]) else "250 Taken"
    assert deliver(office(database, box.url), AT) == 1
    assert states(database) == [MessageState.GIVEN_UP, MessageState.SENT]


def test_a_server_that_vanishes_with_a_letter_leaves_it_uncertain_and_it_is_not_sent_again(
    database: Database, people: Mapping[Role, Person], box: Mailbox
) -> None:
    put(database, people[Role.AUDITOR], "a")
    box.answer = lambda _: "vanish"
    assert deliver(office(database, box.url), AT) == 0
    box.answer = lambda _: "250 Taken"
    assert deliver(office(database, box.url), AT + timedelta(days=1)) == 0
    assert states(database) == [MessageState.UNCERTAIN]
    assert len(box.taken) == 1


class Killed(BaseException):
    """The process ended here."""


class Dying:
    """A mail server that is there until the process dies, before or after it took the letter."""

    def __init__(self, when: Callable[[EmailMessage], None]) -> None:
        self._when = when

    @contextmanager
    def connected(self) -> "Iterator[Dying]":
        yield self

    def hand_over(self, mail: EmailMessage, *, sender: str, to: str) -> None:
        self._when(mail)
        raise Killed


def test_a_process_that_dies_with_a_letter_leaves_it_uncertain(
    database: Database, people: Mapping[Role, Person], box: Mailbox
) -> None:
    put(database, people[Role.AUDITOR], "a")
    taken: list[EmailMessage] = []
    with pytest.raises(Killed):
        deliver(Office(database, SENDER, Dying(taken.append), worker="dead"), AT)
    assert len(taken) == 1
    assert deliver(office(database, box.url), AT + timedelta(minutes=14)) == 0
    assert states(database) == [MessageState.SENDING]
    assert deliver(office(database, box.url), AT + timedelta(minutes=16)) == 0
    assert states(database) == [MessageState.UNCERTAIN]
    assert box.taken == []


def test_without_a_mail_server_everything_waits_to_be_seen(database: Database, people: Mapping[Role, Person]) -> None:
    put(database, people[Role.AUDITOR], "a")
    assert deliver(office(database, None), AT) == 0
    assert states(database) == [MessageState.QUEUED]


def test_the_link_of_an_invitation_is_made_when_it_is_sent_and_stands_nowhere_else(
    database: Database, people: Mapping[Role, Person], box: Mailbox
) -> None:
    put(database, people[Role.AUDITOR], "a", kind=MessageKind.INVITATION)
    assert deliver(office(database, box.url), AT) == 1
    plain = box.taken[0].get_body(("plain",))
    assert plain is not None
    (link,) = [line for line in plain.get_content().splitlines() if line.startswith("http")]
    secret = link.removeprefix("http://localhost/invitation/")
    with database.reading() as session:
        assert accounts.open_invitation(session, secret, at=AT).person.id == people[Role.AUDITOR].id
        message = session.scalars(select(Message)).one()
    assert secret not in message.body + message.path
    assert proof(secret) not in message.body + message.path


def test_nothing_goes_to_somebody_who_has_left(database: Database, people: Mapping[Role, Person], box: Mailbox) -> None:
    for kind in MessageKind:
        put(database, people[Role.AUDITOR], kind.value, kind=kind)
    with database.transaction() as session:
        session.get_one(Person, people[Role.AUDITOR].id).is_active = False
    assert deliver(office(database, box.url), AT) == 0
    assert states(database) == [MessageState.WITHDRAWN] * len(MessageKind)
    assert box.taken == []


def test_a_slow_server_does_not_keep_the_schedule_for_ever(
    database: Database, people: Mapping[Role, Person], box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, people[Role.AUDITOR], *"abcde")
    monkeypatch.setattr("auditapp.jobs.post.LETTERS_A_LOOK", 2)
    assert [deliver(office(database, box.url), AT) for _ in range(4)] == [2, 2, 1, 0]
