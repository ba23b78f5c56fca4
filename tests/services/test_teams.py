"""Teams, services and agencies: added, renamed, moved; all or nothing."""

from datetime import datetime

import pytest
from sqlalchemy import select

from auditapp.domain.errors import NotAllowed, NotFound, Refused
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.vocabulary import Place, Role
from auditapp.persistence import trail
from auditapp.persistence.database import Database
from auditapp.persistence.people import Agency, Service, Team
from auditapp.persistence.queries.people import agencies, services_with_teams
from auditapp.services import teams
from tests.faults import every_statement_fails


@pytest.fixture
def assessment(database: Database, at: datetime) -> Service:
    with database.transaction() as session:
        return teams.add_service(session, "Assessment", by=COMMAND_LINE, at=at)


def test_every_kind_of_place_is_added_whole_or_not_at_all(database: Database, at: datetime) -> None:
    every_statement_fails(database, lambda session: teams.add_service(session, " Care ", by=COMMAND_LINE, at=at))
    every_statement_fails(database, lambda session: teams.add_agency(session, "Police", by=COMMAND_LINE, at=at))
    every_statement_fails(
        database, lambda session: teams.add_team(session, "North", service="Care", by=COMMAND_LINE, at=at)
    )
    with database.reading() as session:
        (service,) = services_with_teams(session)
        assert [service.name, *(team.name for team in service.teams)] == ["Care", "North"]
        assert [agency.name for agency in agencies(session)] == ["Police"]
        told = [(event.name, event.details) for event in trail.events(session)]
    assert told == [
        ("service.added", {"name": "Care"}),
        ("agency.added", {"name": "Police"}),
        ("team.added", {"name": "North"}),
    ]


def test_every_kind_of_place_can_be_found_and_renamed(database: Database, at: datetime, assessment: Service) -> None:
    assert set(teams.KINDS) == set(Place)
    every_statement_fails(
        database,
        lambda session: teams.rename(
            session,
            teams.find_place(session, assessment.public_id, place=Place.SERVICE),
            name="Front door",
            by=COMMAND_LINE,
            at=at,
        ),
    )
    with database.reading() as session:
        assert session.scalars(select(Service.name)).all() == ["Front door"]


@pytest.mark.usefixtures("assessment")
def test_two_of_a_name_are_refused_whatever_their_capitals(database: Database, at: datetime) -> None:
    with database.transaction() as session:
        teams.add_team(session, "North", service="Assessment", by=COMMAND_LINE, at=at)
        other = teams.add_team(session, "South", service="Assessment", by=COMMAND_LINE, at=at)
    with database.writing() as session, pytest.raises(Refused, match="There is a team called 'NORTH' already"):
        teams.add_team(session, "NORTH", service="Assessment", by=COMMAND_LINE, at=at)
    with database.writing() as session, pytest.raises(Refused, match="already"):
        teams.rename(session, other, name="north", by=COMMAND_LINE, at=at)


def test_a_name_may_change_its_capitals_and_the_same_name_changes_nothing(
    database: Database, at: datetime, assessment: Service
) -> None:
    with database.transaction() as session:
        found = teams.find_place(session, assessment.public_id, place=Place.SERVICE)
        teams.rename(session, found, name="ASSESSMENT", by=COMMAND_LINE, at=at)
        teams.rename(session, found, name=" ASSESSMENT ", by=COMMAND_LINE, at=at)
    with database.reading() as session:
        assert [event.name for event in trail.events(session)] == ["service.added", "service.renamed"]


@pytest.mark.usefixtures("assessment")
def test_a_team_is_put_into_another_service_whole_or_not_at_all(database: Database, at: datetime) -> None:
    with database.transaction() as session:
        team = teams.add_team(session, "North", service="Assessment", by=COMMAND_LINE, at=at)
        teams.add_service(session, "Care", by=COMMAND_LINE, at=at)
    every_statement_fails(
        database,
        lambda session: teams.move_team(
            session, session.get_one(Team, team.id), service="Care", by=COMMAND_LINE, at=at
        ),
    )
    with database.reading() as session:
        assert session.scalars(select(Service.name).join(Team)).all() == ["Care"]


def test_only_an_administrator_adds_renames_and_moves(database: Database, at: datetime, assessment: Service) -> None:
    somebody = Viewer(person_id=1, public_id="x", name="N", roles=frozenset(Role) - {Role.ADMINISTRATOR})
    with database.writing() as session, pytest.raises(NotAllowed):
        teams.add_agency(session, "Police", by=somebody, at=at)
    with database.writing() as session, pytest.raises(NotAllowed):
        teams.rename(session, assessment, name="Other", by=somebody, at=at)
    with database.writing() as session, pytest.raises(NotAllowed):
        teams.move_team(session, Team(name="North", service_id=1), service="Assessment", by=somebody, at=at)


def test_what_is_not_there_is_not_found(database: Database, at: datetime, assessment: Service) -> None:
    with database.reading() as session, pytest.raises(NotFound):
        teams.find_place(session, assessment.public_id, place=Place.AGENCY)
    with database.writing() as session, pytest.raises(Refused, match="no service called 'Nil'"):
        teams.add_team(session, "North", service="Nil", by=COMMAND_LINE, at=at)
    with database.reading() as session:
        assert session.scalars(select(Agency)).all() == []
