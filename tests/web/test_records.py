"""An audit as a record: checked, submitted once, read, printed, returned with a reason."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import AuditState, Role
from auditapp.persistence.audits import Audit, SubmittedRecord
from auditapp.persistence.cases import ListWorker
from auditapp.services import accounts, audits, readings
from tests.council import Council, audits_of, submitted_audit, write_whole_audit
from tests.documents.reading import faults, text
from tests.faults import Countdown, contents, every_statement_fails, failing
from tests.pages import Document
from tests.web.conftest import Browser, Clock
from tests.web.writing import SEEN, AtDesk, answers, now_is, place, summary

REASON = "Say when the child was seen."


def records(council: Council) -> int:
    with council.database.reading() as session:
        return session.scalars(select(func.count()).select_from(SubmittedRecord)).one()


def missing_links(page: Document) -> dict[str, list[str]]:
    """Return the anchors that the missing things lead to, by page."""
    found: dict[str, list[str]] = {}
    for link in page.all(".app-missing a"):
        address, _, anchor = str(link.get("href")).partition("#")
        found.setdefault(address, []).append(anchor)
    return found


@pytest.fixture
def submitted(month: Council, mine: Audit) -> Audit:
    submitted_audit(month, mine.public_id, by="nora")
    return mine


@pytest.fixture
def returned(month: Council, at_desk: AtDesk, submitted: Audit) -> Audit:
    quinn = at_desk("quinn")
    quinn.submit(quinn.get(place(submitted, "return")), {"reason": REASON})
    return submitted


class TestCheckingBefore:
    def test_everything_missing_is_listed_and_leads_to_where_it_belongs(self, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "check"))
        links = missing_links(page)
        assert sum(len(anchors) for anchors in links.values()) == 57 + 12 + 2 + 3 + 2
        assert page.texts("#missing") == ["76 things are missing"]
        for address, anchors in links.items():
            there = nora.get(address)
            assert [anchor for anchor in anchors if not there.all(f"#{anchor}")] == []
        assert not page.all("main form"), "there is nothing to press yet"

    def test_what_other_answers_call_for_is_listed_too(self, month: Council, nora: Browser, mine: Audit) -> None:
        write_whole_audit(month, mine.public_id, by="nora")
        nora.submit(nora.get(place(mine, "D4")), answers(value_D4_grade="inadequate", text_D4_learning=""))
        nora.submit(nora.get(place(mine, "D1")), answers(text_D1_strength="word " * 4001), status=422)
        typed = answers(value_overall_grade="outstanding", text_overall_reason="", value_overall_minutes="abc")
        nora.submit(nora.get(place(mine, "overall")), typed, status=422)
        nora.submit(nora.get(place(mine, "part")), answers(value_part_child="declined", text_part_child=" "))
        nora.submit(nora.get(place(mine, "actions/new")), {"action": "See the child"}, status=422)
        page = nora.get(place(mine, "check"))
        assert missing_links(page) == {
            place(mine, "D1"): ["item-D1-strength"],
            place(mine, "D4"): ["item-D4-learning"],
            place(mine, "part"): ["item-part-child"],
            place(mine, "overall"): ["item-overall-reason", "item-overall-minutes"],
            place(mine, "actions/1"): [""],
        }
        assert "Enter why the child or young person did not take part" in page.texts(".app-missing dd")
        assert nora.get(place(mine, "overall")).all("#item-overall-reason")
        nora.get(place(mine, "actions/1"))

    def test_everything_that_was_said_stands_there_with_a_way_to_change_it(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        write_whole_audit(month, mine.public_id, by="nora")
        page = nora.get(place(mine, "check"))
        words = " ".join(page.texts("main")[0].split())
        for code in ("1.1", "12.3", "D7.strength", "part.child", "about.sources"):
            assert f"Words about {code}." in words
        for section in ("about", "part", "overall", "D1", "D12"):
            assert page.all(f"a[href={place(mine, section)}]")
        assert page.texts(".govuk-service-navigation__item--active") == ["My audits"]


class TestSubmitting:
    @pytest.fixture
    def whole(self, month: Council, mine: Audit) -> Audit:
        write_whole_audit(month, mine.public_id, by="nora")
        return mine

    def test_it_needs_the_declaration(self, month: Council, nora: Browser, whole: Audit) -> None:
        page, before = nora.get(place(whole, "check")), contents(month.database)
        for declared in ({}, {"declared": ""}, {"declared": "false"}):
            answer = nora.submit(page, declared, to=place(whole, "check"), status=422)
            assert summary(answer) == ["#declared"]
        assert contents(month.database) == before

    def test_it_becomes_a_record_once(self, month: Council, nora: Browser, whole: Audit) -> None:
        page, other_tab = nora.get(place(whole, "check")), nora.get(place(whole, "check"))
        first, second = (nora.submit(page, {"declared": "y"}) for _ in range(2))
        assert first.location == second.location == place(whole, "record")
        page = nora.follow(first)
        (told,) = page.texts(".govuk-notification-banner")
        assert f"{whole.reference} is submitted. Thank you. The quality assurance team, the director" in told
        assert "the managers and heads of Team" in told
        onward = str(page.one(".govuk-notification-banner a").get("href"))
        assert onward in {place(audit) for audit in audits_of(month, "nora") if audit.id != whole.id}
        assert page.heading == f"Audit {whole.reference}"
        late = nora.follow(nora.submit(other_tab, {"declared": "y"}, to=place(whole, "check")))
        assert "was submitted already" in late.texts(".govuk-notification-banner")[0]
        assert (records(month), now_is(month, whole).revision) == (1, 1)

    def test_after_the_last_one_the_way_leads_home(self, month: Council, nora: Browser, whole: Audit) -> None:
        for audit in audits_of(month, "nora"):
            if audit.id != whole.id:
                submitted_audit(month, audit.public_id, by="nora")
        page = nora.follow(nora.submit(nora.get(place(whole, "check")), {"declared": "y"}))
        assert page.one(".govuk-notification-banner a").get("href") == "/"

    def test_something_that_went_missing_meanwhile_is_told(self, month: Council, nora: Browser, whole: Audit) -> None:
        page = nora.get(place(whole, "check"))
        nora.submit(nora.get(place(whole, "about")), answers(text_about_sources=""))
        answer = nora.submit(page, {"declared": "y"}, to=place(whole, "check"))
        assert answer.location == place(whole, "check")
        shown_again = nora.follow(answer)
        assert "Nothing was submitted" in shown_again.texts(".govuk-notification-banner")[0]
        assert shown_again.texts(".app-missing dd") == ["Enter what you read"]
        assert records(month) == 0


class TestTheRecord:
    def test_the_grades_stand_first_each_with_its_letter_and_a_way_to_its_section(
        self, nora: Browser, submitted: Audit
    ) -> None:
        page = nora.get(place(submitted, "record"))
        assert page.heading == f"Audit {submitted.reference}"
        assert submitted.reference not in page.texts(".govuk-caption-l")[0], "it is said once"
        titles = page.texts("main h2")
        assert titles[:3] == ["Overall grade", "Actions", "1. Identity, record and chronology"]
        assert titles[-2:] == ["12. Outcomes and impact", "About this audit"]
        assert page.texts(".govuk-summary-list__key")[:2] == ["Auditor's grade", "Indicative grade"]
        own, indicative, *_ = page.texts(".govuk-summary-list__value")
        assert own == "GGood"
        assert indicative.startswith("G Good: the middle of the 12 domain grades")
        strip = page.texts(".app-grade-strip li")
        assert (len(strip), strip[3]) == (12, "G 4. Child's voice and direct work Good")
        for link in page.all(".app-grade-strip a"):
            assert page.all(str(link.get("href")))

    @pytest.mark.parametrize(
        ("name", "back", "under"),
        [
            ("nora", "My audits", "My audits"),
            ("quinn", "October 2026", "Months"),
            ("hope", "Home", "Home"),
            ("dara", "Home", "Home"),
        ],
    )
    def test_everybody_is_led_back_to_where_they_came_from(
        self, at_desk: AtDesk, submitted: Audit, name: str, back: str, under: str
    ) -> None:
        browser = at_desk(name)
        page = browser.get(place(submitted, "record"))
        assert page.texts(".govuk-back-link") == [back]
        browser.get(str(page.one(".govuk-back-link").get("href")))
        for there in (page, browser.get(place(submitted, "history"))):
            assert there.texts(".govuk-service-navigation__item--active") == [under]

    def test_it_is_read_only(self, month: Council, nora: Browser, mine: Audit) -> None:
        section, check = nora.get(place(mine, "D1")), place(mine, "check")
        submitted_audit(month, mine.public_id, by="nora")
        before = contents(month.database)
        nora.submit(section, answers(text_1_1=SEEN), status=409)
        for page in ("D1", "overall", "check", "actions/"):
            nora.get(place(mine, page), status=409)
        assert contents(month.database) == before
        assert nora.submit(section, {"declared": "y"}, to=check).location == place(mine, "record")
        assert not nora.get(place(mine, "record")).all("main form")

    def test_it_is_a_pdf_that_can_be_read_aloud(self, nora: Browser, submitted: Audit) -> None:
        nora.get(place(submitted, "record"))
        answer = nora.client.get(place(submitted, "record.pdf"))
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{submitted.reference}.pdf"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert faults(answer.data) == []
        printed = text(answer.data)
        assert submitted.reference in printed
        assert "Words about 1.1." in printed

    def test_what_was_written_never_becomes_part_of_a_page_or_paper(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        hostile = "<script>alert(1)</script> & <b>bold</b> {{ 7*7 }} </textarea>"
        write_whole_audit(month, mine.public_id, by="nora")
        nora.submit(nora.get(place(mine, "D1")), answers(text_1_1=hostile))
        assert hostile in nora.get(place(mine, "D1")).texts("#text-1-1")
        nora.submit(nora.get(place(mine, "check")), {"declared": "y"})
        assert hostile in nora.get(place(mine, "record")).texts("td")
        assert hostile in text(nora.client.get(place(mine, "record.pdf")).data)

    def test_its_history_is_told_in_sentences_without_its_text(self, nora: Browser, returned: Audit) -> None:
        page = nora.get(place(returned, "history"))
        told = page.texts("tbody td")
        assert "Wrote in section '1. Identity, record and chronology'." in told
        assert "Returned version 1 of the audit for correction." in told
        assert "Words about" not in page.texts("main")[0]

    def test_a_version_that_is_none_is_not_there(self, nora: Browser, submitted: Audit) -> None:
        for version, status in (("2", 404), ("0", 404), ("-1", 404), ("x", 200), ("9" * 30, 400)):
            nora.get(f"{place(submitted, 'record')}?version={version}", status=status)

    def test_the_worker_of_the_case_reads_it_and_no_other_practitioner(
        self, month: Council, at_desk: AtDesk, submitted: Audit
    ) -> None:
        prue = at_desk("prue")
        prue.get(place(submitted, "record"), status=404)
        with month.database.transaction() as session:
            worker = session.scalars(select(ListWorker).where(ListWorker.id == submitted.list_worker_id)).one()
            worker.person_id = month.people["prue"].id
        assert prue.get(place(submitted, "record")).heading == f"Audit {submitted.reference}"
        assert prue.client.get(place(submitted, "record.pdf")).status_code == 200


class TestReading:
    def test_whoever_reads_what_is_not_theirs_leaves_one_line_a_day(
        self, at_desk: AtDesk, nora: Browser, submitted: Audit, clock: Clock
    ) -> None:
        hope = at_desk("hope")
        for path in ("record", "record", "record.pdf", "history"):
            assert hope.client.get(place(submitted, path)).status_code == 200
        at_desk("quinn").client.get(place(submitted, "record.pdf"))
        nora.get(place(submitted, "record"))
        assert lines_of_reading(nora, submitted) == ["Hope", "Quinn"]
        clock.at += timedelta(days=1)
        at_desk("hope").get(place(submitted, "record"))
        assert lines_of_reading(at_desk("nora"), submitted) == ["Hope", "Quinn", "Hope"]

    def test_nobody_reads_where_it_cannot_be_written_down(
        self, month: Council, at_desk: AtDesk, submitted: Audit
    ) -> None:
        hope = at_desk("hope")
        hope.get("/")
        with failing(month.database, Countdown(1, for_ever=True)):
            page = hope.get(place(submitted, "record"), status=503)
        assert "Words about" not in page.texts("main")[0]
        assert hope.get(place(submitted, "record")).heading == f"Audit {submitted.reference}"

    def test_the_line_is_written_whole_or_not_at_all(self, month: Council, submitted: Audit) -> None:
        reader = month.viewer("hope")
        every_statement_fails(
            month.database,
            lambda session: readings.tell(session, submitted.public_id, by=reader, at=month.at + timedelta(days=2)),
        )

    def test_who_may_not_read_leaves_none(
        self, month: Council, at_desk: AtDesk, nora: Browser, submitted: Audit
    ) -> None:
        at_desk("prue").get(place(submitted, "record"), status=404)
        assert lines_of_reading(nora, submitted) == []


def lines_of_reading(browser: Browser, audit: Audit) -> list[str]:
    """Return who read a record, as its history tells it."""
    cells = browser.get(place(audit, "history")).texts("tbody td")
    return [who for who, what in zip(cells[1::3], cells[2::3], strict=True) if what == "Read the record of the audit."]


class TestReturning:
    @pytest.mark.parametrize("reason", ["", "  \n ", "x" * 2001])
    def test_it_needs_a_reason(self, month: Council, at_desk: AtDesk, submitted: Audit, reason: str) -> None:
        quinn = at_desk("quinn")
        page, before = quinn.get(place(submitted, "return")), contents(month.database)
        answer = quinn.submit(page, {"reason": reason}, to=place(submitted, "return"), status=422)
        assert summary(answer) == ["#reason"]
        assert contents(month.database) == before

    def test_it_goes_back_once_with_its_reason(
        self, month: Council, at_desk: AtDesk, nora: Browser, submitted: Audit
    ) -> None:
        quinn = at_desk("quinn")
        assert quinn.get(place(submitted, "record")).all(f"a[href={place(submitted, 'return')}]")
        page = quinn.get(place(submitted, "return"))
        first, second = (quinn.submit(page, {"reason": REASON}, to=place(submitted, "return")) for _ in range(2))
        assert first.location == second.location
        assert quinn.follow(first).texts(".govuk-tag--orange") == ["Returned"]
        assert now_is(month, submitted).state is AuditState.RETURNED
        task_list = nora.get(place(submitted))
        assert REASON in task_list.texts(".govuk-inset-text")[0]
        assert task_list.all(f".govuk-inset-text a[href={place(submitted, 'record')}]")
        assert "Returned for correction" in nora.get("/").texts(".app-worklist")[0]
        quinn.get(place(submitted, "return"), status=409)

    def test_the_version_that_was_submitted_is_kept_for_both(
        self, at_desk: AtDesk, nora: Browser, returned: Audit
    ) -> None:
        nora.submit(nora.get(place(returned, "D1")), answers(text_1_1=SEEN))
        for browser in (nora, at_desk("quinn")):
            page = browser.get(place(returned, "record"))
            assert REASON in page.texts(".govuk-inset-text")[0]
            assert SEEN not in page.texts("main")[0], "what is being written is its auditor's alone"
            assert "Words about 1.1." in page.texts("main")[0]
            assert not page.all(f"a[href={place(returned, 'return')}]")
        for name in ("sol", "hope", "dara"):
            at_desk(name).get(place(returned, "record"), status=404)
        quinn = at_desk("quinn")
        for path in ("", "/D1", "/check", "/overall"):
            quinn.get(f"{place(returned)}{path}", status=404)

    def test_both_versions_are_read_by_auditor_and_qa_once_it_was_submitted_again(
        self, month: Council, at_desk: AtDesk, nora: Browser, returned: Audit, clock: Clock
    ) -> None:
        clock.at += timedelta(minutes=5)
        nora.submit(nora.get(place(returned, "D1")), answers(text_1_1=SEEN))
        nora.submit(nora.get(place(returned, "check")), {"declared": "y"})
        for name in ("nora", "quinn"):
            browser = at_desk(name)
            latest = browser.get(place(returned, "record"))
            assert SEEN in latest.texts("main")[0]
            assert not latest.all(".govuk-inset-text")
            (link,) = latest.all(f"a[href={place(returned, 'record')}?version=1]")
            first = browser.get(str(link.get("href")))
            assert SEEN not in first.texts("main")[0]
            assert REASON in first.texts(".govuk-inset-text")[0]
            old = browser.client.get(f"{place(returned, 'record.pdf')}?version=1")
            assert SEEN not in text(old.data)
        assert not nora.get("/audits/").texts(".app-worklist .govuk-tag--orange")
        assert records(month) == 2

    def test_nobody_else_reads_what_was_found_to_be_wrong(
        self, at_desk: AtDesk, nora: Browser, returned: Audit, clock: Clock
    ) -> None:
        clock.at += timedelta(minutes=5)
        nora.submit(nora.get(place(returned, "D1")), answers(text_1_1=SEEN))
        nora.submit(nora.get(place(returned, "check")), {"declared": "y"})
        for name in ("hope", "dara", "sol"):
            browser = at_desk(name)
            page = browser.get(place(returned, "record"))
            assert SEEN in page.texts("main")[0]
            assert not page.all(f"a[href={place(returned, 'record')}?version=1]")
            for path in ("record", "record.pdf"):
                assert browser.client.get(f"{place(returned, path)}?version=1").status_code == 404

    def test_nobody_returns_their_own_or_without_the_role(
        self, month: Council, at_desk: AtDesk, submitted: Audit
    ) -> None:
        for name in ("hope", "sol", "dara"):
            at_desk(name).get(place(submitted, "return"), status=404)
        with month.database.transaction() as session:
            person = accounts.find_person(session, month.people["nora"].public_id)
            accounts.give_role(session, person, Grant(Role.QA), by=COMMAND_LINE, at=month.at)
        nora = at_desk("nora")
        assert not nora.get(place(submitted, "record")).all(f"a[href={place(submitted, 'return')}]")
        nora.get(place(submitted, "return"), status=403)
        form = nora.get("/")
        nora.submit(form, {"reason": REASON}, form="form", to=place(submitted, "return"), status=403)
        assert now_is(month, submitted).state is AuditState.SUBMITTED


def test_a_record_that_is_returned_by_somebody_else_meanwhile_is_told(
    month: Council, at_desk: AtDesk, submitted: Audit
) -> None:
    quinn = at_desk("quinn")
    page = quinn.get(place(submitted, "return"))
    with month.database.transaction() as session:
        audits.send_back(session, submitted.public_id, reason="No", by=month.viewer("quentin"), at=month.at)
    before = contents(month.database)
    quinn.submit(page, {"reason": REASON}, to=place(submitted, "return"), status=409)
    assert contents(month.database) == before
