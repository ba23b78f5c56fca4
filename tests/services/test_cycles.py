"""A QoP month: opened once, drawn so that anyone can do it again, shared out to the independent."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from auditapp.domain.calendar import Month
from auditapp.domain.errors import NotAllowed, Refused
from auditapp.domain.vocabulary import AuditState, CaseType, Refusal
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListTeam
from auditapp.persistence.cycles import CycleDraw
from auditapp.persistence.queries.audits import cycle_audits
from auditapp.services import cycles, replacements
from tests.council import SEED, Council, audits_of, give_case_list, open_month, submitted_audit
from tests.faults import every_statement_fails

OCTOBER = Month(2026, 10)


def test_a_month_is_opened_whole_or_not_at_all(council: Council) -> None:
    give_case_list(council)
    every_statement_fails(
        council.database,
        lambda session: cycles.open_month(session, OCTOBER, seed=SEED, by=council.viewer("quinn"), at=council.at),
    )
    with council.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Audit)) == 20


def test_opening_a_month_twice_changes_nothing(month: Council) -> None:
    every_statement_fails(
        month.database,
        lambda session: cycles.open_month(session, OCTOBER, seed="other", by=month.viewer("quinn"), at=month.at),
        changes=False,
    )


def test_a_month_without_a_case_list_says_what_to_do(council: Council) -> None:
    with council.database.writing() as session, pytest.raises(Refused, match="Import one first"):
        cycles.open_month(session, OCTOBER, seed=SEED, by=council.viewer("quinn"), at=council.at)


def test_only_qa_opens_a_month(council: Council) -> None:
    with council.database.writing() as session, pytest.raises(NotAllowed):
        cycles.open_month(session, OCTOBER, seed=SEED, by=council.viewer("nora"), at=council.at)


def test_nobody_gets_a_case_of_their_own_team(month: Council) -> None:
    with month.database.reading() as session:
        named = dict(session.execute(select(ListTeam.id, ListTeam.name)).all())
    for name, own in (("nora", "Team North"), ("sol", "Team South")):
        teams = {named[audit.list_team_id] for audit in audits_of(month, name) if audit.list_team_id}
        assert teams
        assert own not in teams


def test_a_case_of_a_team_that_nobody_knows_comes_with_a_warning(month: Council) -> None:
    with month.database.reading() as session:
        rows = cycle_audits(session, session.scalars(select(Audit.cycle_id)).first() or 0)
    unknown = {row.is_independence_known for row in rows if row.team == "Team Elsewhere"}
    assert unknown <= {False}


def test_every_month_has_a_looked_after_child(month: Council) -> None:
    with month.database.reading() as session:
        assert CaseType.LAC in set(session.scalars(select(Audit.case_type)))


def test_the_draw_can_be_performed_again_and_a_changed_record_is_found(month: Council) -> None:
    with month.database.reading() as session:
        cycle = cycles.find_month(session, OCTOBER)
        assert cycle
        assert cycles.verify_draw(session, cycle) == ()
    with month.database.transaction() as session:
        stored = session.scalars(select(CycleDraw)).one()
        stored.record = stored.record.replace(SEED, "another seed")
    with month.database.reading() as session:
        assert cycles.verify_draw(session, cycle)


@pytest.mark.parametrize("refusal", list(Refusal))
def test_an_auditor_gives_a_case_back_and_gets_the_next_in_order(month: Council, refusal: Refusal) -> None:
    given = audits_of(month, "nora")[0]
    every_statement_fails(
        month.database,
        lambda session: replacements.refuse_case(
            session,
            given.public_id,
            refusal=refusal,
            reason=" They are my neighbours. ",
            by=month.viewer("nora"),
            at=month.at,
        ),
    )
    old, *_, new = audits_of(month, "nora")
    assert (old.state, old.refusal, old.replacement_reason) == (AuditState.REPLACED, refusal, "They are my neighbours.")
    assert (old.replaced_by_id, new.case_type) == (new.id, old.case_type)
    with month.database.reading() as session:
        cycle = cycles.find_month(session, OCTOBER)
        assert cycle
        assert cycles.verify_draw(session, cycle) == ()


def test_qa_replaces_a_case_only_with_a_reason(month: Council) -> None:
    given = audits_of(month, "nora")[0]
    with month.database.writing() as session, pytest.raises(Refused, match="Write the reason"):
        replacements.replace_case(session, given.public_id, reason=" ", by=month.viewer("quinn"), at=month.at)
    with month.database.transaction() as session:
        new = replacements.replace_case(
            session, given.public_id, reason="Moved to another council.", by=month.viewer("quinn"), at=month.at
        )
    assert new.reference == "QOP-2026-10-21"


def test_two_replacements_at_once_take_two_cases(month: Council) -> None:
    given = [audit.public_id for audit in audits_of(month, "nora")[:4]]

    def replace(public_id: str) -> int:
        with month.database.transaction() as session:
            return replacements.replace_case(
                session, public_id, reason="Gone.", by=month.viewer("quinn"), at=month.at
            ).case_id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(replace, given))) == 4


def test_a_case_is_not_drawn_again_within_twelve_months(month: Council) -> None:
    first = audits_of(month, "nora")[0]
    submitted_audit(month, first.public_id, by="nora")
    open_month(month, "2026-11")
    with month.database.reading() as session:
        drawn = session.scalars(select(Audit.case_id)).all()
    assert len(drawn) == len(set(drawn))


def test_the_target_grows_by_a_third_of_the_shortfall(month: Council) -> None:
    for audit in audits_of(month, "nora")[:5]:
        submitted_audit(month, audit.public_id, by="nora")
    with month.database.reading() as session:
        assert cycles.target_of(session, Month(2026, 11)) == 25
        assert cycles.target_of(session, Month(2027, 4)) == 20
