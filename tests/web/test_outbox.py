"""The outbox's pages: what was written to whom, what became of it, and what an administrator decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from auditapp.domain.vocabulary import MessageKind, MessageState, Role
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Person
from auditapp.services import outbox
from tests import factories
from tests.pages import words
from tests.web.conftest import Browser, Clock

PATH = "/outbox/"


@pytest.fixture
def people(browser: Browser) -> dict[Role, Person]:
    return factories.people(browser.database)


@pytest.fixture
def administrator(browser: Browser, people: dict[Role, Person]) -> Browser:
    return browser.sign_in(people[Role.ADMINISTRATOR])


def put(browser: Browser, person: Person, *subjects: str) -> None:
    with browser.database.transaction() as session:
        for number, subject in enumerate(subjects):
            outbox.queue(
                session,
                key=subject,
                person_id=person.id,
                kind=MessageKind.DIGEST,
                subject=subject,
                body="Due today:\n- QOP-2026-10-01\n\nLate:\n- QOP-2026-09-01",
                path="/",
                at=browser.clock() + timedelta(seconds=number),
            )


def become(browser: Browser, state: MessageState) -> str:
    with browser.database.transaction() as session:
        session.execute(update(Message).values(state=state, problem="The mail server refused it: 554."))
        return session.scalars(select(Message.public_id)).one()


def test_an_empty_outbox_says_that_nothing_is_sent_without_a_mail_server(administrator: Browser) -> None:
    page = words(administrator.get(PATH).root)
    assert "Nothing is sent: this service has no mail server." in page
    assert "No message has been written yet." in page


def test_the_newest_messages_come_first_and_lead_to_their_words(
    administrator: Browser, people: dict[Role, Person]
) -> None:
    put(administrator, people[Role.AUDITOR], *(f"Message {number}" for number in range(27)))
    first = administrator.get(PATH)
    assert first.texts("tbody th")[0] == "Message 26"
    assert len(first.texts("tbody th")) == 25
    second = administrator.get(first.one("a[rel=next]").attrib["href"])
    assert second.texts("tbody th") == ["Message 1", "Message 0"]
    message = administrator.get(first.all("tbody a")[0].attrib["href"])
    assert message.heading == "Message 26"
    assert "- QOP-2026-10-01" in words(message.root)


@pytest.mark.parametrize("state", [MessageState.UNCERTAIN, MessageState.GIVEN_UP])
def test_what_is_in_doubt_is_said_loudly_and_sent_again_on_somebodys_word(
    administrator: Browser, people: dict[Role, Person], state: MessageState
) -> None:
    put(administrator, people[Role.AUDITOR], "Hello")
    public_id = become(administrator, state)
    assert "1 message was given up or may not have arrived." in words(administrator.get(PATH).root)
    page = administrator.get(f"{PATH}{public_id}")
    page = administrator.follow(administrator.submit(page))
    assert "Waiting" in words(page.root)
    assert f"Had a message to {people[Role.AUDITOR].name} sent again." in words(administrator.get("/trail/").root)


def test_a_message_that_waits_can_be_kept_back(administrator: Browser, people: dict[Role, Person]) -> None:
    put(administrator, people[Role.AUDITOR], "Hello")
    with administrator.database.reading() as session:
        public_id = session.scalars(select(Message.public_id)).one()
    page = administrator.follow(administrator.submit(administrator.get(f"{PATH}{public_id}")))
    assert "Not sent" in words(page.root)
    assert page.all("main form") == []


def test_a_filter_shows_one_state_and_an_unknown_one_is_not_there(
    administrator: Browser, people: dict[Role, Person]
) -> None:
    put(administrator, people[Role.AUDITOR], "Hello")
    assert administrator.get(f"{PATH}?state=queued").texts("tbody th") == ["Hello"]
    assert "No message is there." in words(administrator.get(f"{PATH}?state=sent").root)
    administrator.get(f"{PATH}?state=lost", status=404)
    administrator.get(f"{PATH}?after=lost", status=404)


@pytest.fixture
def posting(app: Flask) -> Flask:
    """The application of an installation that has a mail server."""
    app.extensions["settings"] = replace(
        app.extensions["settings"], smtp_url="smtp://127.0.0.1:9", mail_from="audits@example.org"
    )
    return app


def test_what_waits_for_long_is_said_loudly_with_what_keeps_it_back(
    posting: Flask, administrator: Browser, people: dict[Role, Person], clock: Clock
) -> None:
    put(administrator, people[Role.AUDITOR], "Hello", "Again")
    clock.at += timedelta(minutes=59)
    assert "for more than an hour" not in words(administrator.get("/").root)
    message = administrator.get(administrator.get(PATH).all("tbody a")[0].attrib["href"])
    assert "Nobody has tried to send it yet." in words(message.root)
    with administrator.database.transaction() as session:
        outbox.postpone(session, "The mail server refuses the password.", at=clock.at)
    clock.at += timedelta(minutes=2)
    for path in ("/", PATH):
        assert "2 messages have waited for more than an hour." in words(administrator.get(path).root)
    link = administrator.get("/").one("main .govuk-warning-text a")
    page = administrator.get(link.attrib["href"])
    assert page.texts("tbody th") == ["Again", "Hello"]
    message = administrator.get(page.all("tbody a")[0].attrib["href"])
    assert "The mail server refuses the password." in words(message.root)
    assert "Nobody has tried" not in words(message.root)


def test_invitations_go_by_post_where_there_is_a_mail_server(
    posting: Flask, administrator: Browser, people: dict[Role, Person]
) -> None:
    person = administrator.get(f"/people/{people[Role.AUDITOR].public_id}")
    page = administrator.follow(
        administrator.submit(person, form=f"form[action=/people/{people[Role.AUDITOR].public_id}/link]")
    )
    assert f"A link goes to {people[Role.AUDITOR].email}." in words(page.root)
    with administrator.database.reading() as session:
        message = session.scalars(select(Message)).one()
    assert (message.kind, message.path) == (MessageKind.INVITATION, "/invitation/")


def test_a_forgotten_password_is_asked_for_and_the_answer_says_nothing_about_anybody(
    posting: Flask, new_browser: Callable[[], Browser], people: dict[Role, Person], clock: Clock
) -> None:
    browser = new_browser()
    answers = []
    for email in (people[Role.AUDITOR].email.upper(), "nobody@example.org", "no address", people[Role.AUDITOR].email):
        answer = browser.submit(browser.get("/forgotten-password"), {"email": email})
        answers.append((answer.location, browser.follow(answer).title))
    assert len(set(answers)) == 1
    with browser.database.reading() as session:
        assert [message.kind for message in session.scalars(select(Message))] == [MessageKind.INVITATION]
    clock.at += timedelta(hours=1)
    browser.submit(browser.get("/forgotten-password"), {"email": people[Role.AUDITOR].email})
    with browser.database.reading() as session:
        assert len(session.scalars(select(Message)).all()) == 2


def test_an_empty_address_is_named(posting: Flask, new_browser: Callable[[], Browser]) -> None:
    browser = new_browser()
    answer = browser.submit(browser.get("/forgotten-password"), {"email": ""}, status=422)
    assert "Enter your e-mail address." in answer.text
