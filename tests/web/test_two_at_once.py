"""Two people at once: what was decided by then counts, and whoever comes second is told."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month
from auditapp.domain.items import OVERALL_GRADE
from auditapp.domain.vocabulary import AuditState
from auditapp.persistence.audits import Audit, AuditAction, Concern, SubmittedRecord
from auditapp.persistence.cases import ListTeam
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.rollup import FindingCount
from auditapp.persistence.trail import TrailEvent
from auditapp.services import audits, cycles
from tests.council import SEED, Council, audits_of, submitted_audit, write_whole_audit
from tests.meanwhile import meanwhile
from tests.web.conftest import Browser
from tests.web.test_actions import WHOLE as AN_ACTION
from tests.web.test_concerns import WHOLE as A_CONCERN
from tests.web.writing import answers, autosave, now_is, place, said, shown

REASON = "Say when the child was seen."
Meanwhile = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def anybodys(month: Council) -> Audit:
    """Return an audit of Nora's that is written whole, and that anybody may have: its team is none of ours."""
    with month.database.reading() as session:
        unknown = set(session.scalars(select(ListTeam.id).where(ListTeam.team_id.is_(None))))
    audit = next(audit for audit in audits_of(month, "nora") if audit.list_team_id in unknown)
    write_whole_audit(month, audit.public_id, by="nora")
    return audit


@pytest.fixture
def submitting(month: Council, anybodys: Audit) -> Meanwhile:
    """Give a block during which Nora submits the audit in another tab."""
    by = month.viewer("nora")
    return lambda: meanwhile(
        month.database, lambda session: audits.submit(session, anybodys.public_id, by=by, at=month.at)
    )


@pytest.fixture
def handing_on(month: Council, anybodys: Audit) -> Meanwhile:
    """Give a block during which Quentin hands the audit to Sol."""
    by, sol = month.viewer("quentin"), month.people["sol"].public_id
    return lambda: meanwhile(
        month.database, lambda session: audits.reassign(session, anybodys.public_id, to=sol, by=by, at=month.at)
    )


def counted(council: Council) -> int:
    with council.database.reading() as session:
        return session.scalars(select(func.coalesce(func.sum(FindingCount.n), 0))).one()


def rows(council: Council, kind: type[AuditAction | Concern | Audit | Cycle | SubmittedRecord]) -> int:
    with council.database.reading() as session:
        return session.scalars(select(func.count()).select_from(kind)).one()


class TestAnAuditIsSubmitted:
    def test_an_answer_that_comes_late_is_not_stored_and_its_counts_come_off_whole(
        self, month: Council, nora: Browser, anybodys: Audit, submitting: Meanwhile
    ) -> None:
        page, before = nora.get(place(anybodys, "overall")), said(month, anybodys)
        with submitting():
            answer = autosave(nora, page, OVERALL_GRADE, value="outstanding")
        assert answer.status_code == 409
        assert "can no longer be changed" in answer.get_json()["problem"]
        assert said(month, anybodys) == before
        assert counted(month)
        with month.database.transaction() as session:
            by = month.viewer("quinn")
            audits.send_back(session, anybodys.public_id, reason=REASON, by=by, at=month.at)
        assert counted(month) == 0

    def test_a_page_that_comes_late_is_not_stored(
        self, month: Council, nora: Browser, anybodys: Audit, submitting: Meanwhile
    ) -> None:
        page, before = nora.get(place(anybodys, "D1")), said(month, anybodys)
        with submitting():
            nora.submit(page, answers(value_1_1="no", text_1_1="Too late."), status=409)
        assert said(month, anybodys) == before

    def test_an_action_that_comes_late_is_not_stored(
        self, month: Council, nora: Browser, anybodys: Audit, submitting: Meanwhile
    ) -> None:
        page = nora.get(place(anybodys, "actions/new"))
        with submitting():
            nora.submit(page, AN_ACTION, status=409)
        assert rows(month, AuditAction) == 0

    def test_an_action_is_not_changed_or_removed(
        self, month: Council, nora: Browser, anybodys: Audit, submitting: Meanwhile
    ) -> None:
        nora.submit(nora.get(place(anybodys, "actions/new")), AN_ACTION)
        page = nora.get(place(anybodys, "actions/1"))
        with submitting():
            nora.submit(page, to=place(anybodys, "actions/1/remove"), status=409)
        assert rows(month, AuditAction) == 1

    def test_a_concern_that_comes_late_is_raised_all_the_same(
        self, month: Council, nora: Browser, anybodys: Audit, submitting: Meanwhile
    ) -> None:
        page = nora.get(place(anybodys, "concern"))
        with submitting():
            nora.submit(page, A_CONCERN)
        assert rows(month, Concern) == 1

    def test_it_is_not_submitted_again(
        self, month: Council, nora: Browser, anybodys: Audit, submitting: Meanwhile
    ) -> None:
        page = nora.get(place(anybodys, "check"))
        with submitting():
            answer = nora.submit(page, {"declared": "y"})
        assert "was submitted already" in nora.follow(answer).texts(".govuk-notification-banner")[0]
        assert rows(month, SubmittedRecord) == 1

    def test_its_case_is_not_given_back(
        self, month: Council, nora: Browser, anybodys: Audit, submitting: Meanwhile
    ) -> None:
        page = nora.get(place(anybodys, "refuse"))
        with submitting():
            answer = nora.submit(page, {"refusal": "supervised", "reason": ""}, status=409)
        assert "This audit is now: Submitted" in answer.text
        assert (now_is(month, anybodys).state, rows(month, Audit)) == (AuditState.SUBMITTED, 20)

    @pytest.mark.parametrize("step", ["replace", "reassign"])
    def test_it_is_not_replaced_or_handed_on(
        self, month: Council, quinn: Browser, anybodys: Audit, submitting: Meanwhile, step: str
    ) -> None:
        page = quinn.get(f"/months/audits/{anybodys.public_id}/{step}")
        sent = {"reason": "Moved away."} if step == "replace" else {"to": month.people["sol"].public_id}
        with submitting():
            answer = quinn.submit(page, sent, status=409)
        assert "This audit is now: Submitted" in answer.text
        assert (now_is(month, anybodys).state, rows(month, Audit)) == (AuditState.SUBMITTED, 20)
        assert now_is(month, anybodys).auditor_id == month.people["nora"].id


class TestAnAuditIsHandedOn:
    def test_the_one_who_had_it_writes_nothing_more(
        self, month: Council, nora: Browser, anybodys: Audit, handing_on: Meanwhile
    ) -> None:
        page, before = nora.get(place(anybodys, "D1")), said(month, anybodys)
        with handing_on():
            assert autosave(nora, page, "1.1", value="no").status_code == 404
        assert said(month, anybodys) == before

    def test_it_is_not_handed_on_to_the_same_again(
        self, quinn: Browser, month: Council, anybodys: Audit, handing_on: Meanwhile
    ) -> None:
        page = quinn.get(f"/months/audits/{anybodys.public_id}/reassign")
        with handing_on():
            quinn.submit(page, {"to": month.people["sol"].public_id}, status=422)
        with month.database.reading() as session:
            told = session.scalars(select(TrailEvent.details).where(TrailEvent.name == "audit.reassigned")).all()
        assert len(told) == 1


def test_an_audit_is_returned_once(month: Council, quinn: Browser, mine: Audit) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    page, by = quinn.get(place(mine, "return")), month.viewer("quentin")

    def send_back(session: Session) -> None:
        audits.send_back(session, mine.public_id, reason="Look again.", by=by, at=month.at)

    with meanwhile(month.database, send_back):
        answer = quinn.submit(page, {"reason": REASON}, status=409)
    assert "This audit is now: Returned" in shown(answer).texts("main")[0]
    assert now_is(month, mine).return_reason == "Look again."
    assert counted(month) == 0


def test_a_month_that_is_opened_by_two_is_drawn_once(month: Council, quinn: Browser) -> None:
    page, by = quinn.get("/months/open?month=2026-11"), month.viewer("quentin")

    def open_month(session: Session) -> None:
        cycles.open_month(session, Month(2026, 11), seed=SEED, by=by, at=month.at)

    with meanwhile(month.database, open_month):
        answer = quinn.submit(page)
    assert quinn.follow(answer).heading == "November 2026"
    assert rows(month, Cycle) == 2
