"""A QoP month: opened once, drawn so that anyone can do it again, shared out to the independent."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from auditapp.domain import sampling
from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.earlier import EarlierAudit, EarlierResults
from auditapp.domain.errors import NotAllowed, Refused
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import AuditState, CaseType, Refusal
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, ListTeam
from auditapp.persistence.cycles import CycleDraw
from auditapp.persistence.queries.audit_lists import cycle_audits
from auditapp.persistence.queries.auditors import auditors, shares_of
from auditapp.persistence.queries.cases import frame
from auditapp.services import audits, cycles, earlier, replacements
from auditapp.services.programme_settings import change_settings
from tests.council import SEED, Council, audits_of, give_case_list, invented_entries, open_month, submitted_audit
from tests.faults import every_statement_fails

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


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
    with month.database.writing() as session, pytest.raises(Refused, match="Enter the reason"):
        replacements.replace_case(session, given.public_id, reason=" ", by=month.viewer("quinn"), at=month.at)
    every_statement_fails(
        month.database,
        lambda session: replacements.replace_case(
            session, given.public_id, reason="Moved to another council.", by=month.viewer("quinn"), at=month.at
        ),
    )
    assert audits_of(month, "nora")[-1].reference == "QOP-2026-10-21"


def test_two_replacements_at_once_take_two_cases(month: Council) -> None:
    given = [audit.public_id for audit in audits_of(month, "nora")[:4]]

    def replace(public_id: str) -> int | None:
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
        assert cycles.target_of(session, NOVEMBER, today=date(2026, 10, 31)) == 20, "October still runs"
        assert cycles.target_of(session, NOVEMBER, today=date(2026, 11, 1)) == 25
        assert cycles.target_of(session, Month(2027, 4), today=date(2027, 4, 1)) == 20


def test_a_month_without_any_audit_is_owed_once_the_service_has_begun(month: Council) -> None:
    with month.database.reading() as session:
        assert cycles.target_of(session, NOVEMBER, today=date(2026, 11, 1)) == 27
        assert cycles.target_of(session, Month(2026, 12), today=date(2026, 12, 1)) == 30
        assert cycles.target_of(session, Month(2027, 6), today=date(2027, 6, 1)) == 30


def test_a_month_that_is_opened_before_its_time_is_not_made_larger_by_the_one_that_runs(month: Council) -> None:
    for audit in audits_of(month, "nora")[:5]:
        submitted_audit(month, audit.public_id, by="nora")
    assert open_month(month, "2026-11").target == 20


def test_what_an_auditor_had_counts_in_the_year_of_the_month(month: Council) -> None:
    with month.database.reading() as session:
        people = auditors(session)
        had = [
            {share.id: share.done_this_year for share in shares_of(session, people, year=CouncilYear(starts_in))}
            for starts_in in (2026, 2027)
        ]
    given = {month.people[name].id: len(audits_of(month, name)) for name in ("nora", "sol")}
    assert had == [given, dict.fromkeys(given, 0)]


class TestWhatADrawLeavesOut:
    """A draw is performed again by who was audited and being audited then, whatever became of them since."""

    @pytest.fixture
    def drawn(self, month: Council) -> Council:
        """Return a council with a second month, opened after one audit was submitted, one returned, one replaced."""
        submitted, returned, replaced, *_ = audits_of(month, "nora")
        for audit in (submitted, returned):
            submitted_audit(month, audit.public_id, by="nora", at=month.at)
        send_back(month, returned, at=month.at + timedelta(days=1))
        replace_case(month, replaced, at=month.at + timedelta(days=1))
        never_drawn = next(entry for entry in invented_entries() if entry.case_reference not in references(month))
        import_earlier_result(month, never_drawn.case_reference, at=month.at + timedelta(days=2))
        open_at(month, "2026-11", at=month.at + timedelta(days=20))
        return month

    def made(self, council: Council) -> sampling.Draw:
        with council.database.reading() as session:
            cycle = cycles.find_month(session, NOVEMBER)
            assert cycle
            return cycles.read_draw(cycles.draw_of(session, cycle))

    def differences(self, council: Council) -> tuple[str, ...]:
        with council.database.reading() as session:
            cycle = cycles.find_month(session, NOVEMBER)
            assert cycle
            return cycles.verify_draw(session, cycle)

    def test_it_is_said_with_the_months_that_were_set_at_the_draw(self, month: Council) -> None:
        submitted_audit(month, audits_of(month, "nora")[0].public_id, by="nora", at=month.at)
        for version, months in enumerate((9, 18)):
            with month.database.transaction() as session:
                numbers = {"not_again_months": months}
                change_settings(session, numbers, quota=20, version=version, by=COMMAND_LINE, at=month.at)
            open_at(month, "2026-11", at=month.at + timedelta(days=20))
            assert self.made(month).reasons == {"Audited in the last 9 months": 1, "Being audited now": 19}
            assert self.differences(month) == ()

    def test_a_record_that_says_12_months_whatever_was_set_is_understood(self, month: Council) -> None:
        submitted_audit(month, audits_of(month, "nora")[0].public_id, by="nora", at=month.at)
        with month.database.transaction() as session:
            change_settings(session, {"not_again_months": 9}, quota=20, version=0, by=COMMAND_LINE, at=month.at)
        open_at(month, "2026-11", at=month.at + timedelta(days=20))
        with month.database.transaction() as session:
            stored = session.scalars(select(CycleDraw).order_by(CycleDraw.cycle_id.desc()).limit(1)).one()
            stored.record = stored.record.replace("in the last 9 months", "in the last 12 months")
        assert self.made(month).reasons == {"Audited in the last 9 months": 1, "Being audited now": 19}
        assert self.differences(month) == ()

    def test_what_happened_since_makes_no_true_draw_fail(self, drawn: Council) -> None:
        later = drawn.at + timedelta(days=30)
        assert self.made(drawn).reasons == {"Audited in the last 12 months": 2, "Being audited now": 19}
        assert self.differences(drawn) == ()
        submitted, returned, _, open_one, *_ = audits_of(drawn, "nora")
        send_back(drawn, submitted, at=later)
        assert self.differences(drawn) == ()
        for audit in (submitted, returned):
            submitted_audit(drawn, audit.public_id, by="nora", at=later + timedelta(days=1))
        replace_case(drawn, open_one, at=later)
        open_at(drawn, "2026-12", at=later + timedelta(days=2))
        import_earlier_result(drawn, self.made(drawn).order[0].case_reference, at=later + timedelta(days=3))
        assert self.differences(drawn) == ()

    def test_exclusions_that_were_forged_are_found(self, drawn: Council) -> None:
        made = self.made(drawn)
        unwanted = made.order[0].case_reference
        excluded = {out.case_reference: out.reason for out in made.exclusions} | {unwanted: "Audited"}
        with drawn.database.transaction() as session:
            cycle = cycles.find_month(session, NOVEMBER)
            assert cycle
            stored = session.get_one(CycleDraw, cycle.id)
            listed = frame(session, stored.case_list_id)
            forged = sampling.draw(listed, size=made.size, seed=made.seed, excluded=excluded)
            stored.record = json.dumps(sampling.to_record(forged))
        said = self.differences(drawn)
        assert f"The record leaves out case {unwanted} (Audited), performed again it is not." in said


def references(council: Council) -> set[str]:
    with council.database.reading() as session:
        return set(session.scalars(select(Case.case_reference)))


def send_back(council: Council, audit: Audit, *, at: datetime) -> None:
    with council.database.transaction() as session:
        audits.send_back(session, audit.public_id, reason="Look again.", by=council.viewer("quinn"), at=at)


def replace_case(council: Council, audit: Audit, *, at: datetime) -> None:
    with council.database.transaction() as session:
        replacements.replace_case(session, audit.public_id, reason="Gone.", by=council.viewer("quinn"), at=at)


def open_at(council: Council, month: str, *, at: datetime) -> None:
    with council.database.transaction() as session:
        cycles.open_month(session, Month.parse(month), seed=SEED, by=council.viewer("quinn"), at=at)


def import_earlier_result(council: Council, case_reference: str, *, at: datetime) -> None:
    """Bring in what an audit of 1 September found."""
    grades = {f"D{number}": "good" for number in range(1, 13)}
    result = EarlierAudit(2, case_reference, date(2026, 9, 1), "", CaseType.CIN, "good", grades)
    with council.database.transaction() as session:
        results = EarlierResults((result,), (), ())
        earlier.import_results(session, results, tool=QOP, by=council.viewer("quinn"), at=at)


@pytest.mark.parametrize("month", ["2026-08", "2026-12", "2031-05"])
def test_only_the_months_around_today_are_opened(council: Council, month: str) -> None:
    give_case_list(council)
    with council.database.writing() as session, pytest.raises(Refused, match="only September 2026, October 2026, Nov"):
        cycles.open_month(session, Month.parse(month), seed=SEED, by=council.viewer("quinn"), at=council.at)
