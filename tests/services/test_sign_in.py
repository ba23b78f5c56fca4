"""Signing in: counted before it is checked, the same words for every failure, sessions that die at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auditapp.domain.errors import Refused
from auditapp.domain.passwords import (
    ABSOLUTE,
    FAILURES_COUNT_FOR,
    IDLE,
    MOST_FAILURES_OF_ACCOUNT,
    MOST_FAILURES_OF_ADDRESS,
)
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.vocabulary import Role
from auditapp.persistence import trail
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.queries.accounts import signed_in, viewer_of
from auditapp.persistence.sign_in import FailedAttempts, SignInSession
from auditapp.services import accounts, sign_in
from auditapp.services.secrets import choose_password, proof
from auditapp.services.sign_in import Attempt
from tests.faults import every_statement_fails

PASSWORD = "correct horse battery"
HOUSE, CAFE = "192.0.2.1", "192.0.2.2"
CHOSEN = choose_password(PASSWORD, email="pat@example.org")


@pytest.fixture
def pat(database: Database, at: datetime) -> Person:
    with database.transaction() as session:
        person = accounts.add_person(
            session, "pat@example.org", name="Pat", grants=[Grant(Role.QA)], by=COMMAND_LINE, at=at
        )
        person.password_hash = CHOSEN.hash
        return person


def attempt(
    database: Database, at: datetime, *, email: str = "pat@example.org", address: str = HOUSE, browser: str = ""
) -> Attempt:
    with database.transaction() as session:
        return sign_in.count_attempt(session, email, address=address, browser=browser, at=at)


def is_let_in(database: Database, at: datetime, *, address: str = HOUSE, browser: str = "") -> bool:
    return attempt(database, at, address=address, browser=browser).password_hash == CHOSEN.hash


def live(database: Database, secret: str, at: datetime) -> bool:
    with database.reading() as session:
        return signed_in(session, proof(secret), at=at) is not None


def viewer(database: Database, person: Person) -> Viewer:
    with database.reading() as session:
        return viewer_of(accounts.find_person(session, person.public_id))


@pytest.mark.usefixtures("pat")
def test_an_attempt_is_counted_whole_or_not_at_all(database: Database, at: datetime) -> None:
    every_statement_fails(
        database,
        lambda session: sign_in.count_attempt(session, "pat@example.org", address=HOUSE, browser="", at=at),
    )


@pytest.mark.usefixtures("pat")
def test_a_session_begins_whole_or_not_at_all(database: Database, at: datetime) -> None:
    right = attempt(database, at)
    sign_in.check_attempt(right, PASSWORD)
    every_statement_fails(database, lambda session: sign_in.begin_session(session, right, at=at))
    with database.reading() as session:
        assert [row.count for row in session.scalars(select(FailedAttempts))] == [0]


@pytest.mark.parametrize(
    ("email", "password"),
    [("pat@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("", ""), ("pat@example.org", "")],
)
@pytest.mark.usefixtures("pat")
def test_every_failure_has_the_same_words(database: Database, at: datetime, email: str, password: str) -> None:
    with pytest.raises(Refused) as refusal:
        sign_in.check_attempt(attempt(database, at, email=email), password)
    assert refusal.value.message == sign_in.WRONG


def test_who_was_invited_and_has_no_password_yet_cannot_sign_in(database: Database, at: datetime) -> None:
    with database.transaction() as session:
        accounts.add_person(session, "new@example.org", name="New", grants=[Grant(Role.QA)], by=COMMAND_LINE, at=at)
    with pytest.raises(Refused):
        sign_in.check_attempt(attempt(database, at, email="new@example.org"), "")


@pytest.mark.usefixtures("pat")
def test_an_account_is_throttled_from_everywhere_but_a_browser_it_knows(database: Database, at: datetime) -> None:
    for number in range(MOST_FAILURES_OF_ACCOUNT):
        assert is_let_in(database, at, address=f"192.0.2.{number}")
    assert not is_let_in(database, at, address=CAFE)
    assert is_let_in(database, at, address=CAFE, browser="her own")
    assert is_let_in(database, at + FAILURES_COUNT_FOR + timedelta(seconds=1), address=CAFE)


@pytest.mark.usefixtures("pat")
def test_an_address_is_throttled_whoever_it_asks_for(database: Database, at: datetime) -> None:
    for number in range(MOST_FAILURES_OF_ADDRESS):
        attempt(database, at, email=f"{number}@example.org", address=CAFE)
    assert not is_let_in(database, at, address=CAFE)
    assert is_let_in(database, at, address=HOUSE)
    assert is_let_in(database, at, address=CAFE, browser="her own"), "a whole council has one address"


@pytest.mark.usefixtures("pat")
def test_being_throttled_is_told_to_the_trail_once(database: Database, at: datetime) -> None:
    for _ in range(MOST_FAILURES_OF_ACCOUNT + 5):
        attempt(database, at)
    with database.reading() as session:
        told = [event.name for event in trail.events(session) if event.name == "sign_in.throttled"]
    assert told == ["sign_in.throttled"]


@pytest.mark.usefixtures("pat")
def test_signing_in_rightly_wipes_out_the_failures_before(database: Database, at: datetime) -> None:
    for _ in range(MOST_FAILURES_OF_ACCOUNT - 1):
        attempt(database, at)
    right = attempt(database, at)
    with database.transaction() as session:
        sign_in.begin_session(session, right, at=at)
    assert is_let_in(database, at)


@pytest.mark.usefixtures("pat")
def test_an_attempt_that_was_right_is_void_once_the_password_is_another(database: Database, at: datetime) -> None:
    right = attempt(database, at)
    with database.transaction() as session:
        session.execute(update(Person).values(password_hash="another"))
    with database.writing() as session, pytest.raises(Refused, match="do not belong together"):
        sign_in.begin_session(session, right, at=at)


def test_a_session_is_opened_whole_or_not_at_all(database: Database, at: datetime, pat: Person) -> None:
    every_statement_fails(database, lambda session: sign_in.open_session(session, pat, at=at))


def test_a_session_ends_when_it_is_idle(database: Database, at: datetime, pat: Person) -> None:
    with database.transaction() as session:
        secret = sign_in.open_session(session, pat, at=at)
    assert live(database, secret, at + IDLE - timedelta(seconds=1))
    assert not live(database, secret, at + IDLE)


def test_a_session_ends_however_busy_it_is(database: Database, at: datetime, pat: Person) -> None:
    with database.transaction() as session:
        secret = sign_in.open_session(session, pat, at=at)
        sign_in.note_seen(session, secret, at=at + ABSOLUTE - timedelta(minutes=1))
    assert live(database, secret, at + ABSOLUTE - timedelta(seconds=1))
    assert not live(database, secret, at + ABSOLUTE)


def test_no_secret_is_stored(database: Database, at: datetime, pat: Person) -> None:
    with database.transaction() as session:
        secret = sign_in.open_session(session, pat, at=at)
    with database.reading() as session:
        assert session.scalars(select(SignInSession.secret_hash)).one() == proof(secret) != secret


def test_signing_out_ends_this_session_only(database: Database, at: datetime, pat: Person) -> None:
    with database.transaction() as session:
        here, there = (sign_in.open_session(session, pat, at=at) for _ in range(2))
    who = viewer(database, pat)
    every_statement_fails(database, lambda session: sign_in.sign_out(session, here, by=who, at=at))
    assert not live(database, here, at)
    assert live(database, there, at)


def test_another_password_ends_every_other_session(database: Database, at: datetime, pat: Person) -> None:
    with database.transaction() as session:
        here, there = (sign_in.open_session(session, pat, at=at) for _ in range(2))
    right, who = attempt(database, at), viewer(database, pat)
    new = choose_password("three other words", email=pat.email)
    every_statement_fails(
        database, lambda session: sign_in.change_password(session, right, new=new, secret=here, by=who, at=at)
    )
    assert live(database, here, at)
    assert not live(database, there, at)


CHANGES: dict[str, Callable[[Session, Person, datetime], object]] = {
    "a role more": lambda session, person, at: accounts.give_role(
        session, person, Grant(Role.DIRECTOR), by=COMMAND_LINE, at=at
    ),
    "another address": lambda session, person, at: accounts.change_person(
        session, person, email="patricia@example.org", by=COMMAND_LINE, at=at
    ),
    "an end": lambda session, person, at: accounts.change_person(
        session, person, is_active=False, by=COMMAND_LINE, at=at
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_what_changes_what_somebody_may_do_signs_them_out(
    database: Database, at: datetime, pat: Person, change: Callable[[Session, Person, datetime], object]
) -> None:
    with database.transaction() as session:
        secret = sign_in.open_session(session, pat, at=at)
    with database.transaction() as session:
        change(session, accounts.find_person(session, pat.public_id), at)
    assert not live(database, secret, at)


def test_another_name_signs_nobody_out(database: Database, at: datetime, pat: Person) -> None:
    with database.transaction() as session:
        secret = sign_in.open_session(session, pat, at=at)
        found = accounts.find_person(session, pat.public_id)
        accounts.change_person(session, found, name="Patricia", by=COMMAND_LINE, at=at)
    assert live(database, secret, at)
