"""Immediate concerns: raised complete, seen by those who must act, acknowledged once and not by oneself."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.errors import DomainError, NotAllowed, NotFound, Refused
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import AuditState, CaseType, Role
from auditapp.persistence.audits import Audit, Concern
from auditapp.persistence.cases import ListTeam
from auditapp.persistence.queries.accounts import viewer_of
from auditapp.persistence.queries.concerns import concerns_page, open_concerns
from auditapp.persistence.trail import TrailEvent
from auditapp.services import accounts, audits, concerns, replacements
from auditapp.services.concerns import Raised, faults
from tests.council import ROLES, Council, audits_of, submitted_audit
from tests.faults import every_statement_fails

CONCERNED = {"quinn", "quentin", "hope", "asha", "dara"}


@pytest.fixture
def mine(month: Council) -> str:
    return next(audit for audit in audits_of(month, "nora") if audit.case_type is CaseType.CP).public_id


@pytest.fixture
def whole(month: Council) -> Raised:
    return Raised(" Not seen for a month. ", "Hope Example", month.at - timedelta(minutes=5), "by telephone")


def raise_one(session: Session, council: Council, audit: str, raised: Raised, *, by: str = "nora") -> Concern:
    return concerns.raise_concern(session, audit, raised=raised, by=council.viewer(by), at=council.at)


def raised_in(council: Council, audit: str, raised: Raised) -> str:
    with council.database.transaction() as session:
        return raise_one(session, council, audit, raised).public_id


def test_a_concern_is_raised_whole_or_not_at_all(month: Council, mine: str, whole: Raised) -> None:
    every_statement_fails(month.database, lambda session: raise_one(session, month, mine, whole))
    with month.database.reading() as session:
        concern = session.scalars(select(Concern)).one()
        told = session.scalars(select(TrailEvent.details).where(TrailEvent.name == "concern.raised")).all()
    assert (concern.what, concern.raised_at) == ("Not seen for a month.", month.at)
    assert told == [{}], "the trail holds none of its words"


def test_it_is_not_raised_without_everything(month: Council, mine: str, whole: Raised) -> None:
    for field, value in (
        ("what", " "),
        ("told_whom", ""),
        ("told_how", "\n"),
        ("told_at", None),
        ("told_at", month.at + timedelta(seconds=1)),
        ("what", "x" * 4001),
        ("told_whom", "x" * 201),
        ("told_how", "x" * 201),
    ):
        wanting = replace(whole, **{field: value})  # type: ignore[arg-type]  # each value is of its field
        wrong = faults(wanting, at=month.at)
        assert wrong.keys() == {"told_on" if field == "told_at" else field}
        with month.database.writing() as session, pytest.raises(Refused) as refusal:
            raise_one(session, month, mine, wanting)
        assert refusal.value.message == " ".join(wrong.values())


def test_being_told_this_moment_is_in_time(month: Council, mine: str, whole: Raised) -> None:
    raised_in(month, mine, replace(whole, told_at=month.at))


@pytest.mark.parametrize("name", ["sol", "quinn", "hope", "adam"])
def test_nobody_else_raises_one_in_an_audit(month: Council, mine: str, whole: Raised, name: str) -> None:
    with month.database.writing() as session, pytest.raises((NotFound, NotAllowed)):
        raise_one(session, month, mine, whole, by=name)


def test_it_is_seen_by_those_who_must_act_and_nobody_else(month: Council, mine: str, whole: Raised) -> None:
    raised_in(month, mine, whole)
    with month.database.reading() as session:
        seen = {name for name in ROLES if open_concerns(session, month.viewer(name))}
    assert seen == CONCERNED


def test_where_nobody_knows_the_team_every_head_sees_it(month: Council, mine: str, whole: Raised) -> None:
    raised_in(month, mine, whole)
    with month.database.transaction() as session:
        for team in session.scalars(select(ListTeam)):
            team.team_id = None
    with month.database.reading() as session:
        seen = {name for name in ROLES if open_concerns(session, month.viewer(name))}
        assert {row.is_homeless for row in open_concerns(session, month.viewer("hugo"))} == {True}
    assert seen == {"quinn", "quentin", "dara", "hope", "hugo", "asha"}


def test_it_stands_whatever_becomes_of_the_audit(month: Council, mine: str, whole: Raised) -> None:
    raised_in(month, mine, whole)
    with month.database.transaction() as session:
        replacements.replace_case(session, mine, reason="Moved.", by=month.viewer("quinn"), at=month.at)
    with month.database.reading() as session:
        assert session.scalars(select(Audit.state).where(Audit.public_id == mine)).one() is AuditState.REPLACED
        (row,) = open_concerns(session, month.viewer("hope"))
    assert (row.what, row.raised_by, row.is_own) == ("Not seen for a month.", "Nora", False)


def test_one_is_raised_in_an_audit_that_is_submitted_by_its_auditor_alone(
    month: Council, mine: str, whole: Raised
) -> None:
    submitted_audit(month, mine, by="nora")
    raised_in(month, mine, whole)
    with month.database.reading() as session:
        assert len(open_concerns(session, month.viewer("hope"))) == 1
    for reader in ("sol", "quinn"):
        with month.database.writing() as session, pytest.raises(NotAllowed):
            raise_one(session, month, mine, whole, by=reader)


def test_whoever_had_the_audit_once_raises_one_and_it_is_whole_or_not_at_all(month: Council, whole: Raised) -> None:
    with month.database.reading() as session:
        elsewhere = session.scalars(select(ListTeam.id).where(ListTeam.name == "Team Elsewhere")).one()
    moving = next(audit.public_id for audit in audits_of(month, "nora") if audit.list_team_id == elsewhere)
    with month.database.transaction() as session:
        to = month.people["sol"].public_id
        audits.reassign(session, moving, to=to, by=month.viewer("quinn"), at=month.at)
    every_statement_fails(month.database, lambda session: raise_one(session, month, moving, whole))
    with month.database.reading() as session:
        (row,) = open_concerns(session, month.viewer("quinn"))
    assert row.raised_by == "Nora"


def test_it_is_acknowledged_whole_or_not_at_all(month: Council, mine: str, whole: Raised) -> None:
    concern = raised_in(month, mine, whole)
    later = month.at + timedelta(minutes=20)
    every_statement_fails(
        month.database, lambda session: concerns.acknowledge(session, concern, by=month.viewer("hope"), at=later)
    )
    with month.database.reading() as session:
        row = session.scalars(select(Concern)).one()
        assert (row.acknowledged_at, row.acknowledged_by_id) == (later, month.people["hope"].id)
        assert open_concerns(session, month.viewer("quinn")) == ()
        (kept,) = concerns_page(session, month.viewer("quinn")).rows
        assert (kept.acknowledged_by, kept.acknowledged_at) == ("Hope", later)
        assert concerns_page(session, month.viewer("hugo")).rows == ()


def test_of_several_at_once_one_acknowledges_it(month: Council, mine: str, whole: Raised) -> None:
    concern = raised_in(month, mine, whole)

    def acknowledge(name: str) -> str:
        try:
            with month.database.transaction() as session:
                concerns.acknowledge(session, concern, by=month.viewer(name), at=month.at)
        except DomainError as refusal:
            return type(refusal).__name__
        return "acknowledged"

    with ThreadPoolExecutor(5) as threads:
        outcomes = sorted(threads.map(acknowledge, sorted(CONCERNED)))
    assert outcomes == ["NotNow"] * 4 + ["acknowledged"]


@pytest.mark.parametrize("name", sorted(ROLES.keys() - CONCERNED))
def test_it_is_not_there_for_others(month: Council, mine: str, whole: Raised, name: str) -> None:
    concern = raised_in(month, mine, whole)
    with month.database.writing() as session, pytest.raises(NotFound):
        concerns.acknowledge(session, concern, by=month.viewer(name), at=month.at)


def test_nobody_acknowledges_their_own(month: Council, mine: str, whole: Raised) -> None:
    concern = raised_in(month, mine, whole)
    with month.database.writing() as session:
        nora = accounts.find_person(session, month.people["nora"].public_id)
        accounts.give_role(session, nora, Grant(Role.QA), by=COMMAND_LINE, at=month.at)
        with pytest.raises(NotAllowed, match="yourself"):
            concerns.acknowledge(session, concern, by=viewer_of(nora), at=month.at)
        assert [row.is_own for row in open_concerns(session, viewer_of(nora))] == [True]
