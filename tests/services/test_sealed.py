"""Records held against the trail: audits, their grades and answers, and what the Board was shown."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Executable, delete, func, select, update

from auditapp.domain.calendar import Quarter
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.persistence.audits import Audit, AuditAnswer, SubmittedRecord
from auditapp.persistence.cases import ListTeam
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.publications import Publication
from auditapp.services import audits, concerns, publications
from auditapp.services.concerns import Raised
from auditapp.services.trail import Verdict, verify
from tests import factories
from tests.council import Council, audits_of, submitted_audit, write_whole_audit


class TestRecordsOfAudits:
    """The trail says what a record was: a record that is another by now is found with it."""

    @pytest.fixture
    def submitted(self, month: Council) -> Council:
        submitted_audit(month, audits_of(month, "nora")[0].public_id, by="nora")
        return month

    def verdict(self, council: Council) -> Verdict:
        with council.database.reading() as session:
            return verify(session)

    def test_one_that_nobody_touched_is_whole(self, submitted: Council) -> None:
        assert self.verdict(submitted).is_whole

    def test_an_altered_record_is_found(self, submitted: Council) -> None:
        with submitted.database.transaction() as session:
            record = session.scalars(select(SubmittedRecord)).one()
            record.document = record.document.replace("Good", "Outstanding", 1)
        (fault,) = self.verdict(submitted).faults
        assert fault.what == "the record of version 1 was altered since."

    def test_a_removed_record_is_found(self, submitted: Council) -> None:
        with submitted.database.transaction() as session:
            session.execute(delete(SubmittedRecord))
        (fault,) = self.verdict(submitted).faults
        assert fault.what == "the record of version 1 was removed."

    @pytest.mark.parametrize(
        "alter",
        [
            update(Audit).values(overall_grade="outstanding"),
            update(Audit).values(indicative_grade="inadequate"),
            update(Audit).values(overall_grade="made up"),
            update(AuditAnswer).where(AuditAnswer.item == "D3.grade").values(value="inadequate"),
            update(AuditAnswer).where(AuditAnswer.item == "1.1").values(text="Never seen alone."),
            update(AuditAnswer).where(AuditAnswer.item == "overall.minutes").values(value="soon"),
            delete(AuditAnswer).where(AuditAnswer.item == "part.child"),
        ],
    )
    def test_a_grade_or_an_answer_that_is_not_what_the_record_says_is_found(
        self, submitted: Council, alter: Executable
    ) -> None:
        with submitted.database.transaction() as session:
            session.execute(alter, execution_options={"synchronize_session": False})
        (fault,) = self.verdict(submitted).faults
        assert fault.what == "a grade or an answer is not what its record of version 1 says."
        assert fault.chain.startswith("audit:")

    def test_what_may_change_afterwards_is_no_fault(self, submitted: Council) -> None:
        audit = audits_of(submitted, "nora")[0].public_id
        with submitted.database.transaction() as session:
            session.execute(update(Person).values(name=Person.name + " Married"))
            session.execute(update(ListTeam).values(name=ListTeam.name + " 2"))
            told_at = submitted.at - timedelta(hours=1)
            raised = Raised("Not seen for a month.", "Hope", told_at, "by telephone")
            concerns.raise_concern(session, audit, raised=raised, by=submitted.viewer("nora"), at=submitted.at)
        assert self.verdict(submitted).is_whole

    def test_one_that_was_returned_and_is_written_in_is_whole(self, submitted: Council) -> None:
        audit = audits_of(submitted, "nora")[0].public_id
        later = submitted.at + timedelta(days=2)
        with submitted.database.transaction() as session:
            audits.send_back(session, audit, reason="Say who.", by=submitted.viewer("quinn"), at=later)
        write_whole_audit(submitted, audit, by="nora", grade="inadequate", at=later)
        assert self.verdict(submitted).is_whole
        with submitted.database.transaction() as session:
            audits.submit(session, audit, by=submitted.viewer("nora"), at=later)
        assert self.verdict(submitted).is_whole


class TestReportsToTheBoard:
    """The trail holds the digest of what the Board was shown."""

    QUARTER = Quarter.parse("2026-07")
    AT = factories.noon(date(2026, 10, 15))

    @pytest.fixture
    def shown(self, database: Database) -> Database:
        factories.people(database)
        for day in range(1, 8):
            factories.submitted_audit(database, on=date(2026, 7, day), overall="good")
        with database.transaction() as session:
            publications.show_to_board(session, self.QUARTER, by=COMMAND_LINE, at=self.AT)
        return database

    def faults(self, database: Database) -> list[str]:
        with database.reading() as session:
            return [fault.what for fault in verify(session).faults]

    def change(self, database: Database, alter: Executable) -> None:
        with database.transaction() as session:
            session.execute(alter, execution_options={"synchronize_session": False})

    def test_one_that_nobody_touched_is_whole_shown_or_withdrawn(self, shown: Database) -> None:
        assert self.faults(shown) == []
        with shown.transaction() as session:
            publications.withdraw(session, self.QUARTER, by=COMMAND_LINE, at=self.AT)
        assert self.faults(shown) == []

    @pytest.mark.parametrize(
        "alter",
        [
            update(Publication).values(findings=func.replace(Publication.findings, "7", "8")),
            update(Publication).values(quarter="2026-04"),
        ],
    )
    def test_an_altered_one_is_found(self, shown: Database, alter: Executable) -> None:
        self.change(shown, alter)
        assert self.faults(shown) == ["the report that was shown to the Board was altered since."]

    def test_a_removed_one_is_found(self, shown: Database) -> None:
        self.change(shown, delete(Publication))
        assert self.faults(shown) == ["the report that was shown to the Board was removed."]

    def test_one_that_is_shown_although_it_was_withdrawn_is_found(self, shown: Database) -> None:
        with shown.transaction() as session:
            publications.withdraw(session, self.QUARTER, by=COMMAND_LINE, at=self.AT)
        self.change(shown, update(Publication).values(ended_at=None))
        assert self.faults(shown) == ["the report to the Board was withdrawn, and is shown all the same."]

    def test_one_that_nobody_showed_is_found(self, shown: Database) -> None:
        self.change(shown, update(Publication).values(public_id="another"))
        assert self.faults(shown)[0] == "no event tells of the report to the Board on 2026-07."
