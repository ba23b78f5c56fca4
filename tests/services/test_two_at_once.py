"""Two people at once, where a page does not show it: what was read before the other ended is read again."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Quarter
from auditapp.domain.errors import NotNow, Stale
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.persistence.audits import Audit, Concern
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.persistence.database import Database
from auditapp.persistence.people import Team
from auditapp.persistence.trail import TrailEvent
from auditapp.services import audits, concerns, mapping, publications
from auditapp.services.concerns import Raised
from auditapp.services.mapping import Choice
from tests.council import Council, audits_of
from tests.factories import noon, people, some_audits
from tests.meanwhile import meanwhile


def hand_on(session: Session, council: Council, audit: Audit, to: str) -> None:
    by, auditor = council.viewer("quinn"), council.people[to].public_id
    audits.reassign(session, audit.public_id, to=auditor, by=by, at=council.at)


def test_the_trail_names_whom_an_audit_was_taken_from_last(month: Council) -> None:
    with month.database.reading() as session:
        unknown = set(session.scalars(select(ListTeam.id).where(ListTeam.team_id.is_(None))))
    audit = next(audit for audit in audits_of(month, "nora") if audit.list_team_id in unknown)
    with (
        meanwhile(month.database, lambda session: hand_on(session, month, audit, "sol")),
        month.database.transaction() as session,
    ):
        hand_on(session, month, audit, "nora")
    with month.database.reading() as session:
        query = select(TrailEvent.details).where(TrailEvent.name == "audit.reassigned").order_by(TrailEvent.position)
        told = [(details["from"], details["to"]) for details in session.scalars(query)]
    nora, sol = month.people["nora"].public_id, month.people["sol"].public_id
    assert told == [(nora, sol), (sol, nora)]


def test_a_concern_that_was_read_before_is_acknowledged_once(month: Council) -> None:
    mine = audits_of(month, "nora")[0].public_id
    raised = Raised("Not seen for a month.", "Head of service", month.at, "By telephone")
    with month.database.transaction() as session:
        by = month.viewer("nora")
        concern = concerns.raise_concern(session, mine, raised=raised, by=by, at=month.at).public_id

    def acknowledge(session: Session, name: str) -> None:
        concerns.acknowledge(session, concern, by=month.viewer(name), at=month.at)

    with (
        meanwhile(month.database, lambda session: acknowledge(session, "quentin")),
        month.database.writing() as session,
    ):
        read = session.scalars(select(Concern)).all()
        with pytest.raises(NotNow, match="acknowledged this concern already"):
            acknowledge(session, "quinn")
        assert [concern.acknowledged_by_id for concern in read] == [month.people["quentin"].id]


def test_a_team_of_the_lists_that_somebody_matches_meanwhile_is_not_overwritten(month: Council) -> None:
    with month.database.reading() as session:
        elsewhere = session.scalars(select(ListTeam.public_id).where(ListTeam.team_id.is_(None))).one()
        north, south = session.scalars(select(Team.public_id).order_by(Team.name)).all()

    def match(session: Session, team: str) -> None:
        mapping.map_teams(session, {elsewhere: Choice(team)}, by=month.viewer("quinn"), at=month.at)

    with (
        meanwhile(month.database, lambda session: match(session, north)),
        month.database.writing() as session,
        pytest.raises(Stale),
    ):
        match(session, south)


def test_a_worker_of_the_lists_that_somebody_matches_meanwhile_is_not_overwritten(month: Council) -> None:
    with month.database.reading() as session:
        worker = session.scalars(select(ListWorker.public_id).order_by(ListWorker.id)).first() or ""

    def match(session: Session, name: str) -> None:
        choice = Choice(month.people[name].email)
        mapping.map_workers(session, {worker: choice}, by=month.viewer("quinn"), at=month.at)

    with (
        meanwhile(month.database, lambda session: match(session, "prue")),
        month.database.writing() as session,
        pytest.raises(Stale),
    ):
        match(session, "sol")


def test_a_quarter_that_two_show_to_the_board_is_shown_once(database: Database) -> None:
    people(database)
    summer, at = Quarter.parse("2026-07"), noon(date(2026, 10, 15))
    some_audits(database, summer, n=9)

    def show(session: Session) -> str:
        return publications.show_to_board(session, summer, by=COMMAND_LINE, at=at).public_id

    with meanwhile(database, show), database.transaction() as session:
        second = show(session)
    with database.reading() as session:
        told = session.scalars(select(TrailEvent.subject).where(TrailEvent.name == "findings.shown")).all()
    assert told == [second]
