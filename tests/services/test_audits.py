"""The life of an audit: submitted, counted, returned, handed on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from auditapp.domain import records
from auditapp.domain.calendar import Month
from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.items import OVERALL_GRADE, OVERALL_REASON
from auditapp.domain.vocabulary import AuditState, Measure
from auditapp.persistence.answers import stored_answers
from auditapp.persistence.audits import Audit, SubmittedRecord
from auditapp.persistence.queries.audits import find_record
from auditapp.persistence.queries.record import audit_record
from auditapp.persistence.rollup import FindingCount
from auditapp.services import answers, audits
from auditapp.services.answers import Typed
from auditapp.services.audits import NotComplete
from tests.council import Council, audits_of, submitted_audit, write_whole_audit
from tests.faults import every_statement_fails


@pytest.fixture
def mine(month: Council) -> str:
    return audits_of(month, "nora")[0].public_id


def overall_counts(council: Council) -> dict[str, int]:
    with council.database.reading() as session:
        kept = select(FindingCount.value, FindingCount.n).where(
            FindingCount.measure == Measure.OVERALL.value, FindingCount.month == "2026-10", FindingCount.n > 0
        )
        return {row.value: row.n for row in session.execute(kept)}


def test_a_complete_audit_is_submitted_whole_or_not_at_all(month: Council, mine: str) -> None:
    write_whole_audit(month, mine, by="nora")
    at = month.at + timedelta(days=1)
    every_statement_fails(month.database, lambda session: audits.submit(session, mine, by=month.viewer("nora"), at=at))
    audit = audits_of(month, "nora")[0]
    assert (audit.state, audit.submitted_at, audit.revision) == (AuditState.SUBMITTED, at, 1)
    assert (audit.overall_grade, audit.indicative_grade) == ("good", "good")
    assert overall_counts(month) == {"good": 1}


def test_an_incomplete_audit_says_everything_that_is_missing(month: Council, mine: str) -> None:
    with month.database.writing() as session, pytest.raises(NotComplete) as refusal:
        audits.submit(session, mine, by=month.viewer("nora"), at=month.at)
    sections = {lack.section for lack in refusal.value.lacks}
    assert sections == {"about", *(f"D{n}" for n in range(1, 13)), "part", "overall"}


def test_a_grade_that_differs_needs_its_reason(month: Council, mine: str) -> None:
    write_whole_audit(month, mine, by="nora")
    with month.database.transaction() as session:
        audit = answers.audit_to_write(session, mine, by=month.viewer("nora"))
        changes = {OVERALL_GRADE: Typed("outstanding", "", 1), OVERALL_REASON: Typed("", "", 1)}
        answers.save(session, audit, typed=changes, sitting="later", by=month.viewer("nora"), at=month.at)
    with month.database.writing() as session, pytest.raises(NotComplete) as refusal:
        audits.submit(session, mine, by=month.viewer("nora"), at=month.at)
    assert [lack.code for lack in refusal.value.lacks] == [OVERALL_REASON]


def test_submitting_twice_is_told_and_counted_once(month: Council, mine: str) -> None:
    submitted_audit(month, mine, by="nora")
    with month.database.writing() as session, pytest.raises(NotNow, match="Submitted"):
        audits.submit(session, mine, by=month.viewer("nora"), at=month.at)
    assert overall_counts(month) == {"good": 1}


def test_the_record_reads_as_it_was_submitted(month: Council, mine: str) -> None:
    submitted_audit(month, mine, by="nora", grade="inadequate")
    with month.database.reading() as session:
        kept = find_record(session, mine, viewer=month.viewer("nora"))
        record = records.from_json(kept.document)
    assert record.overall_grade == "Inadequate"
    assert record.auditor == "Nora"
    assert len(record.sections) == 12
    assert records.digest(record) == kept.digest


def test_a_returned_audit_keeps_both_versions_and_counts_once(month: Council, mine: str) -> None:
    submitted_audit(month, mine, by="nora")
    at = month.at + timedelta(days=2)
    every_statement_fails(
        month.database,
        lambda session: audits.send_back(session, mine, reason="Say who was seen.", by=month.viewer("quinn"), at=at),
    )
    assert overall_counts(month) == {}
    write_whole_audit(month, mine, by="nora", grade="inadequate", at=at)
    with month.database.transaction() as session:
        audits.submit(session, mine, by=month.viewer("nora"), at=at)
    assert overall_counts(month) == {"inadequate": 1}
    with month.database.reading() as session:
        versions = session.scalars(select(SubmittedRecord).order_by(SubmittedRecord.revision)).all()
    assert [(v.revision, v.return_reason) for v in versions] == [(1, "Say who was seen."), (2, None)]


def test_nobody_returns_without_a_reason_or_their_own(month: Council, mine: str) -> None:
    submitted_audit(month, mine, by="nora")
    with month.database.writing() as session, pytest.raises(Refused, match="reason"):
        audits.send_back(session, mine, reason="  ", by=month.viewer("quinn"), at=month.at)
    with month.database.writing() as session, pytest.raises(NotAllowed):
        audits.send_back(session, mine, reason="No", by=month.viewer("nora"), at=month.at)


def test_what_was_begun_moves_along_and_stays_marked(month: Council) -> None:
    moving = next(audit for audit in audits_of(month, "nora") if audit.list_team_id is None or _elsewhere(month, audit))
    write_whole_audit(month, moving.public_id, by="nora")
    every_statement_fails(
        month.database,
        lambda session: audits.reassign(
            session, moving.public_id, to=month.people["sol"].public_id, by=month.viewer("quinn"), at=month.at
        ),
    )
    with month.database.writing() as session:
        audit = answers.audit_to_write(session, moving.public_id, by=month.viewer("sol"))
        kept = stored_answers(session, audit.id)
    assert {answer.saved_by for answer in kept.values()} == {"Nora"}


def _elsewhere(council: Council, audit: Audit) -> bool:
    from auditapp.persistence.cases import ListTeam

    with council.database.reading() as session:
        return session.get_one(ListTeam, audit.list_team_id).name == "Team Elsewhere"


def test_an_audit_is_not_handed_to_the_team_of_its_case(month: Council) -> None:
    of_south = next(audit for audit in audits_of(month, "nora") if not _elsewhere(month, audit))
    to = month.people["sol"].public_id
    with month.database.writing() as session, pytest.raises(Refused, match="in the team of this case"):
        audits.reassign(session, of_south.public_id, to=to, by=month.viewer("quinn"), at=month.at)


@pytest.mark.parametrize(
    ("name", "may_read"),
    [
        ("nora", True),
        ("quinn", True),
        ("dara", True),
        ("hope", True),
        ("asha", True),
        ("sol", True),
        ("hugo", False),
        ("paul", False),
        ("bea", False),
        ("adam", False),
    ],
)
def test_who_may_read_a_submitted_audit_of_team_south(month: Council, name: str, may_read: bool) -> None:
    of_south = next(audit for audit in audits_of(month, "nora") if not _elsewhere(month, audit))
    with month.database.reading() as session, pytest.raises(NotFound):
        find_record(session, of_south.public_id, viewer=month.viewer(name))
    submitted_audit(month, of_south.public_id, by="nora")
    with month.database.reading() as session:
        if may_read:
            assert find_record(session, of_south.public_id, viewer=month.viewer(name)).revision == 1
        else:
            with pytest.raises(NotFound):
                find_record(session, of_south.public_id, viewer=month.viewer(name))


def test_a_correction_counts_in_the_month_in_which_the_audit_was_first_submitted(month: Council, mine: str) -> None:
    submitted_audit(month, mine, by="nora")
    before = overall_counts(month)
    assert sum(before.values()) == 1
    in_november = month.at + timedelta(days=30)
    with month.database.transaction() as session:
        audits.send_back(session, mine, reason="Say who was seen.", by=month.viewer("quinn"), at=in_november)
        audit = audits.submit(session, mine, by=month.viewer("nora"), at=in_november + timedelta(days=1))
    assert (audit.revision, audit.submitted_at) == (2, in_november + timedelta(days=1))
    assert overall_counts(month) == before, "the quarter that the Board was told of keeps it, and no other gets it"
    with month.database.reading() as session:
        assert not session.scalars(
            select(FindingCount).where(FindingCount.month == "2026-11", FindingCount.n > 0)
        ).all()
        assert audit_record(session, month=Month.of(in_november)).submitted_in(Month.of(in_november)) == []
