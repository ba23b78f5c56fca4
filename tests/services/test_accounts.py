"""People: added, changed, invited; all or nothing."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.passwords import INVITATION_LASTS
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person, Service, Team
from auditapp.persistence.queries.accounts import signed_in
from auditapp.services import accounts, sign_in
from auditapp.services.secrets import SHOWN_AGAIN_FOR, choose_password, proof
from tests.faults import every_statement_fails

CHOSEN = choose_password("correct horse battery", email="pat@example.org")


def add(database: Database, at: datetime, *, email: str = "pat@example.org", role: Role = Role.QA) -> Person:
    with database.transaction() as session:
        return accounts.add_person(session, email, name="Pat Example", grants=[Grant(role)], by=COMMAND_LINE, at=at)


def test_a_person_is_added_whole_or_not_at_all(database: Database, at: datetime) -> None:
    steps = every_statement_fails(
        database,
        lambda session: accounts.add_person(
            session, " Pat@Example.org ", name="Pat  Example", grants=[Grant(Role.QA)], by=COMMAND_LINE, at=at
        ),
    )
    assert steps > 3
    with database.reading() as session:
        assert session.scalars(select(Person.email)).all() == ["pat@example.org"]


def test_a_role_for_a_team_needs_a_team_that_is_there(database: Database, at: datetime) -> None:
    with database.writing() as session, pytest.raises(Refused, match="Select the team"):
        accounts.add_person(session, "a@example.org", name="A", grants=[Grant(Role.AUDITOR)], by=COMMAND_LINE, at=at)
    with database.writing() as session, pytest.raises(Refused, match="no team called 'North'"):
        accounts.add_person(
            session, "a@example.org", name="A", grants=[Grant(Role.AUDITOR, team="North")], by=COMMAND_LINE, at=at
        )


def test_only_an_administrator_adds_people(database: Database, at: datetime) -> None:
    nobody = Viewer(person_id=1, public_id="x", name="N", roles=frozenset({Role.QA}))
    with database.writing() as session, pytest.raises(NotAllowed):
        accounts.add_person(session, "a@example.org", name="A", grants=[Grant(Role.QA)], by=nobody, at=at)


def test_a_link_works_once_and_not_for_ever(database: Database, at: datetime) -> None:
    person = add(database, at)
    with database.transaction() as session:
        secret = accounts.invite(session, person, by=COMMAND_LINE, at=at)
    with database.reading() as session, pytest.raises(NotFound):
        accounts.open_invitation(session, secret, at=at + INVITATION_LASTS)
    every_statement_fails(database, lambda session: accounts.accept_invitation(session, secret, password=CHOSEN, at=at))
    with database.writing() as session, pytest.raises(NotFound):
        accounts.accept_invitation(session, secret, password=CHOSEN, at=at)


def test_a_link_is_made_whole_or_not_at_all(database: Database, at: datetime) -> None:
    person = add(database, at)
    with database.transaction() as session:
        accounts.invite(session, person, by=COMMAND_LINE, at=at)
    every_statement_fails(
        database, lambda session: accounts.invite(session, person, secret="a secret", by=COMMAND_LINE, at=at)
    )
    with database.reading() as session:
        assert accounts.was_just_made(session, person, "a secret", at=at)
        assert not accounts.was_just_made(session, person, "another", at=at)
        assert not accounts.was_just_made(session, person, "a secret", at=at + SHOWN_AGAIN_FOR)


def test_a_new_link_ends_the_one_before(database: Database, at: datetime) -> None:
    person = add(database, at)
    with database.transaction() as session:
        first = accounts.invite(session, person, by=COMMAND_LINE, at=at)
        accounts.invite(session, person, by=COMMAND_LINE, at=at)
    with database.reading() as session, pytest.raises(NotFound):
        accounts.open_invitation(session, first, at=at)


def test_the_last_administrator_stays(database: Database, at: datetime) -> None:
    person = add(database, at, role=Role.ADMINISTRATOR)
    with database.writing() as session, pytest.raises(Refused, match="only administrator"):
        accounts.change_person(
            session,
            accounts.find_person(session, person.public_id),
            name="Pat",
            grants=[Grant(Role.QA)],
            working_time=Decimal(1),
            is_active=True,
            by=COMMAND_LINE,
            at=at,
        )


def test_changing_roles_signs_a_person_out(database: Database, at: datetime) -> None:
    person = add(database, at)
    with database.transaction() as session:
        session.add(Team(name="North", service=Service(name="Assessment")))
        secret = sign_in.open_session(session, person, at=at)
    every_statement_fails(
        database,
        lambda session: accounts.change_person(
            session,
            accounts.find_person(session, person.public_id),
            name="Pat",
            grants=[Grant(Role.QA), Grant(Role.AUDITOR, team="North")],
            working_time=Decimal("0.5"),
            is_active=True,
            by=COMMAND_LINE,
            at=at + timedelta(minutes=1),
        ),
    )

    with database.reading() as session:
        assert signed_in(session, proof(secret), at=at + timedelta(minutes=2)) is None


def found(session: Session, person: Person) -> Person:
    return accounts.find_person(session, person.public_id)


def test_a_role_is_given_and_taken_whole_or_not_at_all(database: Database, at: datetime) -> None:
    person = add(database, at)
    every_statement_fails(
        database,
        lambda session: accounts.give_role(
            session, found(session, person), Grant(Role.DIRECTOR), by=COMMAND_LINE, at=at
        ),
    )
    every_statement_fails(
        database,
        lambda session: accounts.take_role(session, found(session, person), Grant(Role.QA), by=COMMAND_LINE, at=at),
    )
    with database.reading() as session:
        assert [grant.named for grant in found(session, person).grants] == [Grant(Role.DIRECTOR)]


def test_a_role_is_given_once_and_the_last_one_stays(database: Database, at: datetime) -> None:
    person = add(database, at)
    with database.writing() as session, pytest.raises(Refused, match="has this role already"):
        accounts.give_role(session, found(session, person), Grant(Role.QA), by=COMMAND_LINE, at=at)
    with database.writing() as session, pytest.raises(Refused, match="only role"):
        accounts.take_role(session, found(session, person), Grant(Role.QA), by=COMMAND_LINE, at=at)
    with database.writing() as session, pytest.raises(NotNow, match="any more"):
        accounts.take_role(session, found(session, person), Grant(Role.DIRECTOR), by=COMMAND_LINE, at=at)


def test_a_change_to_what_is_there_already_leaves_no_trace(database: Database, at: datetime) -> None:
    person = add(database, at)
    every_statement_fails(
        database,
        lambda session: accounts.change_person(
            session, found(session, person), name=" Pat Example", grants=[Grant(Role.QA)], by=COMMAND_LINE, at=at
        ),
        changes=False,
    )


def test_two_people_cannot_have_one_address(database: Database, at: datetime) -> None:
    add(database, at)
    other = add(database, at, email="ola@example.org")
    with database.writing() as session, pytest.raises(Refused, match="is here already"):
        accounts.change_person(session, found(session, other), email="PAT@example.org", by=COMMAND_LINE, at=at)
    with database.writing() as session, pytest.raises(Refused, match="is here already"):
        accounts.add_person(session, "pat@example.org", name="P", grants=[Grant(Role.QA)], by=COMMAND_LINE, at=at)


def test_a_link_dies_with_the_account_and_with_the_address_but_not_with_a_role(
    database: Database, at: datetime
) -> None:
    for change, lives in (
        ({"is_active": False}, False),
        ({"email": "other@example.org"}, False),
        ({"grants": [Grant(Role.DIRECTOR)]}, True),
    ):
        person = add(database, at, email=f"{len(change)}{lives}{next(iter(change))}@example.org")
        with database.transaction() as session:
            accounts.invite(session, person, by=COMMAND_LINE, at=at)
            accounts.change_person(session, found(session, person), **change, by=COMMAND_LINE, at=at)
            assert (accounts.waiting_link(session, person, at=at) is not None) is lives
