"""An auditor's list, the task list of an audit, what its pages ask, and the ways to give a case back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from auditapp.documents.definitions import shipped_tools
from auditapp.domain.items import Answer
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.tools import applies_to
from auditapp.domain.vocabulary import AuditState, CaseType, QuestionKind, Refusal, Role
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.services import accounts
from tests.council import Council, audits_of, submitted_audit, write_whole_audit
from tests.faults import contents
from tests.pages import Document
from tests.statements import counted
from tests.web.conftest import Browser, Clock
from tests.web.writing import SEEN, AtDesk, answers, audit_of, now_is, place, said, shown

QOP = shipped_tools()[0]
TITLES = {domain.code: f"{number}. {domain.name}" for number, domain in enumerate(QOP.domains, start=1)}
OWNERS = {"nora": (CaseType.OA, CaseType.CP, CaseType.CL), "sol": (CaseType.CIN, CaseType.X, CaseType.LAC)}

# The guide's question bank: what is not asked of every type.
ONLY = {
    CaseType.LAC: {"5.4", "7.4", "7.5", "8.3", "11.5", "12.2"},
    CaseType.CP: {"2.5", "5.4", "7.4", "8.3", "10.2", "11.5"},
    CaseType.CIN: {"8.3", "10.2"},
    CaseType.OA: set(),
    CaseType.X: set(),
    CaseType.CL: {"12.2"},
}


class TestMyAudits:
    def test_what_is_to_be_finished_stands_first_with_how_far_and_by_when(
        self, month: Council, nora: Browser, mine: Audit, clock: Clock
    ) -> None:
        nora.submit(nora.get(place(mine, "D1")), answers(value_D1_grade="good"))
        nora.submit(nora.get(place(mine, "overall")), answers(value_overall_grade="good"))
        page = nora.get("/audits/")
        own = audits_of(month, "nora")
        assert page.texts(".app-worklist h2") == [audit.reference for audit in own]
        (item,) = [text for text in page.texts(".app-worklist__item") if mine.reference in text]
        assert "1 of 12 domains graded" in item
        assert "Due 29 October 2026 in 10 working days" in item
        clock.at += timedelta(days=21)
        nora.sign_in(month.people["nora"])
        assert nora.get("/audits/").texts(".govuk-tag--red") == ["Late by 5 working days"] * len(own)

    def test_what_was_submitted_leads_to_its_record(self, month: Council, nora: Browser, mine: Audit) -> None:
        submitted_audit(month, mine.public_id, by="nora")
        page = nora.get("/audits/")
        assert page.one("tbody a").get("href") == place(mine, "record")
        assert mine.reference not in page.texts(".app-worklist h2")

    def test_it_says_what_comes_where_there_is_nothing(self, month: Council, at_desk: AtDesk) -> None:
        with month.database.transaction() as session:
            for audit in session.scalars(select(Audit).where(Audit.auditor_id == month.people["sol"].id)):
                audit.auditor_id = None
        assert len(at_desk("sol").get("/audits/").texts(".app-empty")) == 2

    def test_it_costs_three_statements(self, month: Council, nora: Browser, mine: Audit) -> None:
        submitted_audit(month, mine.public_id, by="nora")
        with counted(month.database) as statements:
            nora.get("/audits/")
        assert len(statements) == 3


class TestTheTaskList:
    def test_every_page_stands_there_with_its_state(self, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine))
        assert page.texts(".govuk-task-list__link") == [
            "About this audit",
            *TITLES.values(),
            "Who took part",
            "Overall grade",
            "Actions",
            "Check and submit",
        ]
        assert page.texts(".govuk-task-list__status")[:15] == ["Not started"] * 15
        assert mine.reference in page.texts(".govuk-caption-l")[0]
        assert "Child protection plan" in page.texts(".govuk-caption-l")[0]

    def test_states_follow_what_is_written(self, month: Council, nora: Browser, mine: Audit) -> None:
        typed = answers(text_about_look_back="June to October 2026")
        nora.submit(nora.get(place(mine, "about")), typed)
        assert nora.get(place(mine)).texts(".govuk-task-list__status")[0] == "1 of 2"
        write_whole_audit(month, mine.public_id, by="nora")
        assert nora.get(place(mine)).texts(".govuk-task-list__status") == [*["Complete"] * 15, "None yet", "Ready"]
        nora.submit(nora.get(place(mine, "about")), answers(text_about_sources=""))
        states = nora.get(place(mine)).texts(".govuk-task-list__status")
        assert states == ["1 of 2", *["Complete"] * 14, "None yet", "1 thing missing"]

    def test_a_case_of_an_unknown_team_comes_with_a_warning(self, month: Council, nora: Browser) -> None:
        with month.database.reading() as session:
            unknown = session.scalars(select(ListTeam.id).where(ListTeam.team_id.is_(None))).all()
        for audit in audits_of(month, "nora"):
            warned = "nobody could check that you are" in nora.get(place(audit)).texts("main")[0]
            assert warned is (audit.list_team_id in unknown or not audit.is_independence_known)

    def test_a_submitted_audit_leads_to_its_record(self, month: Council, nora: Browser, mine: Audit) -> None:
        submitted_audit(month, mine.public_id, by="nora")
        assert nora.client.get(place(mine)).location == place(mine, "record")
        nora.get(place(mine, "D1"), status=409)


class TestWhatIsAsked:
    @pytest.mark.parametrize("case_type", CaseType)
    def test_only_what_applies_to_the_type_each_with_its_guidance(
        self, month: Council, at_desk: AtDesk, case_type: CaseType
    ) -> None:
        (name,) = [name for name, types in OWNERS.items() if case_type in types]
        audit, browser = audit_of(month, name, case_type), at_desk(name)
        asked: dict[str, str] = {}
        for domain in QOP.domains:
            page = browser.get(place(audit, domain.code))
            assert page.heading == TITLES[domain.code]
            guided = [
                (question.get("data-item", ""), guide)
                for question in page.all(".app-question")
                for guide in page.texts(f"#{question.get('id')} .govuk-details__text")
            ]
            asked.update(guided)
        every_type = {q.code for q in QOP.questions if all(applies_to(q, kind) for kind in CaseType)}
        assert len(every_type) == 51
        assert asked.keys() == every_type | ONLY[case_type]
        assert asked == {q.code: q.good_looks_like for q in QOP.questions if q.code in asked}

    def test_answers_stand_in_a_line_and_grades_under_each_other(self, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D3"))
        kinds = {question.code: question.kind for question in QOP.questions}
        for question in page.all(".app-question"):
            code = question.get("data-item", "")
            radios = Document(question).all(".govuk-radios")
            is_grade = code == "D3.grade" or kinds.get(code) is QuestionKind.GRADED
            assert ["govuk-radios--inline" in each.get("class", "") for each in radios] == [not is_grade] * len(radios)

    def test_the_grades_stand_there_with_what_they_mean(self, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D3"))
        labels = page.texts("#item-D3-grade .govuk-radios__label")
        assert labels == [
            "Outstanding", "Good", "Requires improvement to be good", "Inadequate", "Not applicable", "Not judged",
        ]  # fmt: skip
        assert [hint.split()[0] for hint in page.texts("#item-D3-grade .govuk-radios__hint")] == [
            "Everything", "Child", "Child", "Risk",
        ]  # fmt: skip

    def test_taking_part_asks_when_or_why_not_of_three(self, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "part"))
        assert page.texts(".govuk-fieldset__legend") == ["Practitioner", "Child or young person", "Parent or carer"]
        assert page.texts("#item-part-child .govuk-radios__label") == ["Took part", "Declined", "Not possible"]
        assert page.one("label[for=text-part-child]").text == "When, or why not"

    def test_every_page_leads_to_raising_a_concern(self, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine))
        assert page.all("main a[href]")[0].get("href") == place(mine, "concern"), "the first that the keyboard meets"
        for section in ("about", "D10", "overall"):
            page = nora.get(place(mine, section))
            first = page.all("main button")[0]
            assert first.get("value") == "concern", "the first thing that the keyboard meets"
            assert nora.submit(page, {"then": "concern"}).location == place(mine, "concern")

    def test_every_way_out_of_a_page_saves_what_was_typed_first(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        page = nora.get(place(mine, "D1"))
        ways = {str(button.get("value")) for button in page.all("button[name=then][form=answers]")}
        assert {"concern", "list", "page about", "page D12", "page overall"} <= ways
        assert not [link for link in page.all("main a") if not link.get("href", "").startswith("#")], "it would lose it"
        for way, onward in (("concern", "concern"), ("list", ""), ("page D12", "D12"), ("page nowhere", "D2")):
            typed = answers(text_1_1=f"Typed before {way}.")
            led = nora.submit(nora.get(place(mine, "D1")), {**typed, "then": way})
            assert led.location == place(mine, onward).rstrip("/")
            assert said(month, mine)["1.1"] == Answer(None, f"Typed before {way}.")

    def test_a_concern_can_be_raised_whatever_is_wrong_on_the_page(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        page, typed = nora.get(place(mine, "overall")), answers(value_overall_minutes="an hour")
        assert nora.submit(page, {**typed, "then": "concern"}).location == place(mine, "concern")
        assert said(month, mine)["overall.minutes"] == Answer(None, "an hour")


class TestGivingACaseBack:
    @pytest.mark.parametrize("refusal", Refusal)
    @pytest.mark.parametrize("is_begun", [False, True])
    def test_the_next_case_comes_and_the_reason_is_kept(
        self, month: Council, nora: Browser, mine: Audit, refusal: Refusal, is_begun: bool
    ) -> None:
        if is_begun:
            nora.submit(nora.get(place(mine, "D1")), answers(text_1_1=SEEN))
        page = nora.get(place(mine, "refuse"))
        assert page.texts(".govuk-radios__label") == [refusal.label for refusal in Refusal]
        assert ("What you wrote about this case stays saved" in page.texts("main")[0]) is is_begun
        first, second = (nora.submit(page, {"refusal": refusal.value, "reason": "They live next door."}) for _ in "ab")
        assert first.location == second.location
        given_back = now_is(month, mine)
        assert (given_back.state, given_back.refusal) == (AuditState.REPLACED, refusal)
        assert given_back.replacement_reason == "They live next door."
        new = audits_of(month, "nora")[-1]
        assert first.location == place(new)
        banner = nora.follow(first).texts(".govuk-notification-banner")[0]
        assert f"You have {new.reference} instead of {mine.reference}" in banner
        assert len(audits_of(month, "nora")) == 11

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [({}, "#refusal"), ({"refusal": "tired"}, "#refusal"), ({"reason": "x" * 2001}, "#reason")],
    )
    def test_it_asks_for_one_of_the_reasons(
        self, month: Council, nora: Browser, mine: Audit, fields: dict[str, str], wrong: str
    ) -> None:
        page, before = nora.get(place(mine, "refuse")), contents(month.database)
        known = {} if "reason" not in fields else {"refusal": "no_access"}
        answer = shown(nora.submit(page, {**known, **fields}, status=422))
        assert [link.get("href") for link in answer.all(".govuk-error-summary a")] == [wrong]
        assert contents(month.database) == before

    def test_what_was_given_back_says_so_and_takes_nothing_more(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        section, again = nora.get(place(mine, "D1")), nora.get(place(mine, "refuse"))
        nora.submit(nora.get(place(mine, "refuse")), {"refusal": "no_access"})
        before = contents(month.database)
        assert "Replaced by another case" in nora.get(place(mine), status=409).texts("main")[0]
        nora.submit(section, answers(text_1_1=SEEN), status=409)
        nora.submit(again, {"refusal": "no_access"}, status=409)
        assert contents(month.database) == before

    def test_who_may_not_have_the_next_case_is_told_that_somebody_else_gets_it(
        self, month: Council, at_desk: AtDesk
    ) -> None:
        only = audit_of(month, "sol", CaseType.LAC)
        with month.database.transaction() as session:
            for other in session.scalars(select(Audit).where(Audit.case_type == CaseType.LAC, Audit.id != only.id)):
                other.case_type = CaseType.CIN
            for worker in session.scalars(select(ListWorker)):
                worker.person_id = month.people["sol"].id
        sol = at_desk("sol")
        answer = sol.submit(sol.get(place(only, "refuse")), {"refusal": "supervised"})
        assert answer.location == "/audits/"
        banner = sol.follow(answer).texts(".govuk-notification-banner")[0]
        assert f"{only.reference} is given back." in banner

    def test_an_audit_that_was_returned_is_not_given_back(self, month: Council, nora: Browser, mine: Audit) -> None:
        submitted_audit(month, mine.public_id, by="nora")
        nora.get(place(mine, "refuse"), status=409)


class TestWhoOpensAnAudit:
    PAGES = ("", "/about", "/D1", "/overall", "/actions/", "/actions/new", "/check", "/concern", "/refuse")

    @pytest.mark.parametrize("name", ["sol", "quinn", "hope", "asha", "dara", "prue", "paul", "bea", "adam"])
    def test_what_is_being_written_is_there_for_nobody_else(
        self, month: Council, at_desk: AtDesk, mine: Audit, name: str
    ) -> None:
        write_whole_audit(month, mine.public_id, by="nora")
        browser = at_desk(name)
        for page in (*self.PAGES, "/record", "/record.pdf"):
            assert browser.client.get(f"{place(mine)}{page}").status_code == 404, page
        # That it is being written, and when, the quality assurance team may know; not what.
        history = browser.client.get(f"{place(mine)}/history")
        assert history.status_code == (200 if name == "quinn" else 404)
        assert "Words about" not in history.text

    def test_somebody_of_quality_assurance_who_also_audits_reads_no_text_of_others(
        self, month: Council, at_desk: AtDesk, mine: Audit
    ) -> None:
        write_whole_audit(month, mine.public_id, by="nora")
        with month.database.transaction() as session:
            sol = accounts.find_person(session, month.people["sol"].public_id)
            accounts.give_role(session, sol, Grant(Role.QA), by=COMMAND_LINE, at=month.at)
        browser = at_desk("sol")
        for page in self.PAGES:
            answer = browser.client.get(f"{place(mine)}{page}")
            assert answer.status_code == 403, page
            assert "Words about" not in answer.text
        for page in ("/record", "/record.pdf"):
            assert browser.client.get(f"{place(mine)}{page}").status_code == 404, page
        assert "Words about" not in browser.client.get(f"{place(mine)}/history").text
