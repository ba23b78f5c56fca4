"""The mail server: what it took, what it did not, and what nobody can say."""

from contextlib import nullcontext
from datetime import UTC, datetime

import pytest

from auditapp.domain.errors import SettingsError
from auditapp.mail.letters import as_email
from auditapp.mail.server import MailServer, NotTaken, Unknown
from tests.mail.test_letters import SENDER, letter
from tests.mail_server import free_port, mail_server

AT = datetime(2026, 12, 1, 7, tzinfo=UTC)


def send(url: str) -> None:
    with MailServer.parse(url).connected() as way:
        way.hand_over(as_email(letter(), SENDER), sender=SENDER.address, to="nora@example.org")


def test_a_letter_is_handed_over() -> None:
    with mail_server() as box:
        send(box.url)
        assert box.sent_to == ["nora@example.org"]
        assert box.taken[0]["Message-ID"] == "<abc234@audits.example.org>"


@pytest.mark.parametrize(("answer", "is_final"), [("451 Later", False), ("554 Never", True)])
def test_a_refusal_is_for_now_or_for_good(answer: str, *, is_final: bool) -> None:
    with mail_server() as box:
        box.answer = lambda _: answer
        with pytest.raises(NotTaken) as refusal:
            send(box.url)
    assert (refusal.value.is_final, refusal.value.is_away) == (is_final, False)


def test_what_is_wrong_with_us_is_no_fault_of_a_reader() -> None:
    with mail_server() as box:
        box.welcomes = lambda _: "530 Sign in first"
        with pytest.raises(NotTaken) as refusal:
            send(box.url)
    assert refusal.value.problem == "The mail server takes nothing from this service now: 530."
    assert (refusal.value.is_final, refusal.value.is_away) == (False, True)


@pytest.mark.parametrize("url", ["smtp://mail..example.org:25", "smtp://us:p%C3%A4ss@127.0.0.1:{port}"])
def test_a_name_or_password_that_no_connection_is_made_with_took_nothing(url: str) -> None:
    with mail_server() as box, pytest.raises(NotTaken) as refusal:
        send(url.format(port=box.port))
    assert refusal.value.is_away


def test_what_keeps_post_back_is_said_in_words() -> None:
    with mail_server() as box, pytest.raises(NotTaken) as refusal:
        send(f"smtp://nora:wrong@127.0.0.1:{box.port}")
    assert refusal.value.problem == (
        "The mail server cannot be used: it does not offer what is needed, such as signing in or encryption."
    )
    with mail_server() as box, pytest.raises(NotTaken) as refusal:
        send(f"smtps://127.0.0.1:{box.port}")
    assert refusal.value.problem == "The mail server cannot be used: no encrypted connection could be made."


def test_a_server_that_closes_with_a_refusal_took_nothing_and_is_away() -> None:
    with mail_server() as box:
        box.answer = lambda _: "421 Closing"
        with pytest.raises(NotTaken) as refusal:
            send(box.url)
    assert (refusal.value.is_final, refusal.value.is_away) == (False, True)


def test_a_letter_to_an_address_that_is_not_known_is_refused_and_the_next_one_taken() -> None:
    with mail_server() as box:
        box.knows = lambda address: "250 Known" if address == "nora@example.org" else "550 Not known"
        with MailServer.parse(box.url).connected() as way:
            for to, is_taken in (("nobody@example.org", False), ("nora@example.org", True)):
                with nullcontext() if is_taken else pytest.raises(NotTaken):
                    way.hand_over(as_email(letter(), SENDER), sender=SENDER.address, to=to)
        assert box.sent_to == ["nora@example.org"]


def test_a_server_that_goes_away_with_the_letter_leaves_it_uncertain() -> None:
    with mail_server() as box:
        box.answer = lambda _: "vanish"
        with pytest.raises(Unknown):
            send(box.url)


def test_a_server_that_is_not_there_took_nothing() -> None:
    with pytest.raises(NotTaken) as refusal:
        send(f"smtp://127.0.0.1:{free_port()}")
    assert refusal.value.is_away
    assert refusal.value.problem == "The mail server cannot be used: nothing listens there."


@pytest.mark.parametrize("url", ["", "example.org", "http://example.org", "smtp://", "smtp://h:x", "smtp://h/path"])
def test_what_is_no_address_of_a_mail_server_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="AUDITAPP_SMTP_URL"):
        MailServer.parse(url)


def test_an_address_is_read_with_user_and_password() -> None:
    server = MailServer.parse("smtps://qa%40example.org:p%3Aw@mail.example.org")
    assert (server.scheme, server.host, server.port) == ("smtps", "mail.example.org", 465)
    assert (server.user, server.password) == ("qa@example.org", "p:w")
