"""Themes: planned with what is wrong named field by field and line by line, looked at, started, followed, read."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.services import actions, cycles
from auditapp.services.actions import Planned
from auditapp.services.theme_findings import theme_findings
from tests.council import Council, give_case_list, invented_entries, submitted_audit, write_whole_audit
from tests.documents import reading
from tests.faults import contents
from tests.pages import Document, parse, words
from tests.web.conftest import Browser, Clock
from tests.web.writing import AtDesk, summary

TYPED = {
    "title": "Neglect",
    "practice_area": "Child protection planning",
    "key_lines": "Is neglect named?\r\nIs it measured?",
    "tool": "quality-of-practice",
    "how": "drawn",
    "size": "6",
    "case_types": ["CP", "CIN"],
    "due_on-day": "27",
    "due_on-month": "11",
    "due_on-year": "2026",
    "report_due_on-day": "11",
    "report_due_on-month": "12",
    "report_due_on-year": "2026",
}


@pytest.fixture
def quinn(month: Council, at_desk: AtDesk) -> Browser:
    give_case_list(month, invented_entries(120))
    return at_desk("quinn")


def started(quinn: Browser, **typed: object) -> Document:
    """Plan a theme, look at it, start it, and return its page."""
    preview = quinn.follow(quinn.submit(quinn.get("/themes/new"), {**TYPED, **typed}))
    return quinn.follow(quinn.submit(preview))


def theme_of(council: Council) -> Cycle:
    with council.database.reading() as session:
        return session.scalars(select(Cycle).where(Cycle.kind == CycleKind.THEMATIC)).one()


def audits_of_theme(council: Council, name: str) -> list[Audit]:
    with council.database.reading() as session:
        query = select(Audit).where(Audit.cycle_id == theme_of(council).id)
        return list(session.scalars(query.where(Audit.auditor_id == council.people[name].id).order_by(Audit.id)))


class TestPlanning:
    def test_a_theme_is_looked_at_before_it_starts_and_starts_once(self, month: Council, quinn: Browser) -> None:
        assert "No theme was started yet" in words(quinn.get("/themes/").one("main"))
        preview = quinn.follow(quinn.submit(quinn.get("/themes/new"), TYPED))
        assert preview.heading == "Check the theme ‘Neglect’"
        assert len(preview.texts("tbody tr")) == 6
        assert "6 cases drawn by chance: Child protection plan, Child in need plan; every team" in preview.texts("dd")
        before = preview.texts("tbody th")
        first, second = (quinn.submit(preview) for _ in range(2))
        assert first.location == second.location
        page = quinn.follow(first)
        assert page.heading == "Neglect"
        assert all(reference in words(page.one("main")) for reference in before)
        assert page.texts(".app-figure__number") == ["0 of 6", "0", "0", "0"]
        assert "THE-2026-T01-01" in page.texts("tbody th")[0]
        assert "Neglect" in words(quinn.get("/themes/").one("main"))
        with month.database.reading() as session:
            assert session.scalar(select(func.count()).where(Audit.cycle_id == theme_of(month).id)) == 6

    @pytest.mark.parametrize(
        ("typed", "fields"),
        [
            ({"title": "", "key_lines": ""}, ["#title", "#key_lines"]),
            ({"size": ""}, ["#size"]),
            ({"size": "0"}, ["#size"]),
            ({"size": "201"}, ["#size"]),
            ({"tool": "supervision"}, ["#tool"]),
            ({"how": "named", "references": ""}, ["#references"]),
            ({"due_on-day": "14", "due_on-month": "10"}, ["#due_on-day"]),
            ({"report_due_on-day": "26", "report_due_on-month": "11"}, ["#report_due_on-day"]),
            ({"case_types": ["ZZ"]}, ["#case_types"]),
            ({"title": "x" * 121}, ["#title"]),
        ],
    )
    def test_what_is_wrong_is_named_and_what_was_typed_is_kept(
        self, month: Council, quinn: Browser, typed: dict[str, object], fields: list[str]
    ) -> None:
        page, before = quinn.get("/themes/new"), contents(month.database)
        answer = quinn.submit(page, {**TYPED, **typed}, status=422)
        assert summary(answer) == fields
        assert "Child protection planning" in answer.text
        assert contents(month.database) == before

    def test_cases_that_nobody_knows_are_named_line_by_line(self, quinn: Browser) -> None:
        typed = {**TYPED, "how": "named", "references": "case0001\r\n\r\nc999\r\nSmith\r\n"}
        page = parse(quinn.submit(quinn.get("/themes/new"), typed, status=422).text)
        assert "Line 4 has no digit, and looks like a name." in words(page.one(".govuk-error-summary"))
        typed["references"] = "case0001\r\n\r\nc999\r\n"
        page = parse(quinn.submit(quinn.get("/themes/new"), typed, status=422).text)
        assert "Line 3: the latest case list has no case c999." in words(page.one(".govuk-error-summary"))
        typed["references"] = "case0001\r\nCASE0002\r\n"
        preview = quinn.follow(quinn.submit(quinn.get("/themes/new"), typed))
        assert [text[:8] for text in preview.texts("tbody th")] == ["case0001", "case0002"]
        assert "2 cases by name" in preview.texts("dd")

    def test_a_plan_is_changed_or_discarded_before_it_starts(self, month: Council, quinn: Browser) -> None:
        team = {"teams": ["Team North"], "auditors": [month.people["sol"].public_id]}
        preview = quinn.follow(quinn.submit(quinn.get("/themes/new"), {**TYPED, **team}))
        assert "Sol" in preview.texts("dd")
        form = quinn.get(next(link.get("href", "") for link in preview.all("main .app-actions-row a")))
        chosen = [box.get("value") for box in form.all("input[checked]")]
        assert chosen == ["drawn", "CP", "CIN", "Team North", month.people["sol"].public_id]
        assert form.one("input[name=due_on-year]").get("value") == "2026"
        preview = quinn.follow(quinn.submit(form, {**TYPED, "title": "Contact"}))
        assert preview.heading == "Check the theme ‘Contact’"
        start, discard = (form.get("action", "") for form in preview.all("main form"))
        quinn.submit(preview, form=f"form[action={discard}]")
        quinn.get(start.removesuffix("/start"), status=404)

    def test_a_plan_without_any_case_says_so_and_offers_no_start(self, quinn: Browser) -> None:
        typed = {**TYPED, "case_types": ["CL"], "teams": ["Team Elsewhere"], "size": "3"}
        preview = quinn.follow(quinn.submit(quinn.get("/themes/new"), {**typed, "case_types": ["LAC"]}))
        assert "No case like this may be drawn" in words(preview.one(".app-empty"))
        assert not [form for form in preview.all("form") if form.get("action", "").endswith("start")]

    def test_what_changed_meanwhile_is_not_started(self, month: Council, quinn: Browser) -> None:
        preview, before = quinn.follow(quinn.submit(quinn.get("/themes/new"), TYPED)), contents(month.database)
        answer = quinn.submit(preview, {"shown": "another"}, status=422)
        assert "Something changed since this page was made" in answer.text
        assert contents(month.database) == before


class TestFollowing:
    def test_auditors_see_it_beside_their_months_with_its_name(
        self, month: Council, quinn: Browser, at_desk: AtDesk
    ) -> None:
        started(quinn)
        listed = words(at_desk("nora").get("/audits/").one("main"))
        assert "Neglect" in listed
        assert "Quality of Practice, October 2026" in listed
        given = audits_of_theme(month, "nora")[0]
        assert given.reference in listed
        page = at_desk("nora").get(f"/audits/{given.public_id}")
        assert "Due 27 November 2026" in words(page.one("main"))

    def test_cases_are_replaced_and_handed_on_from_its_page(self, month: Council, quinn: Browser) -> None:
        page = started(quinn)
        path, given = quinn.here, audits_of_theme(month, "nora")[0]
        answer = quinn.submit(quinn.get(f"/months/audits/{given.public_id}/replace"), {"reason": "Moved away."})
        assert answer.location == path
        assert "is replaced by THE-2026-T01-07" in words(quinn.follow(answer).one("main"))
        assert page.heading == "Neglect"
        quinn.get(f"{path.replace('themes', 'months')}", status=404)

    def test_its_draw_is_performed_again(self, month: Council, quinn: Browser) -> None:
        started(quinn)
        page = quinn.get(f"{quinn.here}/draw")
        assert "Performed again just now, the draw gives the same 6 cases." in words(page.one("main"))
        assert "Child protection plan, Child in need plan; every team" in page.texts("dd")

    def test_named_cases_have_no_draw_and_are_given_back_to_qa(
        self, month: Council, quinn: Browser, at_desk: AtDesk
    ) -> None:
        page = started(quinn, how="named", references="case0002\r\ncase0003\r\ncase0004")
        path = quinn.here
        assert not [link for link in page.all("main a") if link.get("href", "").endswith(("draw", "replace"))]
        quinn.get(f"{path}/draw", status=404)
        given = (audits_of_theme(month, "nora") or audits_of_theme(month, "sol"))[0]
        name = next(name for name, person in month.people.items() if person.id == given.auditor_id)
        desk = at_desk(name)
        answer = desk.submit(
            desk.get(f"/audits/{given.public_id}/refuse"), {"refusal": "knows_family", "reason": "Neighbours."}
        )
        assert "is given back" in words(desk.follow(answer).one("main"))
        shown = words(quinn.get(path).one("main"))
        assert "Given back: I know this family: Neighbours." in shown

    def test_late_ones_wait_on_the_list_of_all_cycles(self, quinn: Browser, at_desk: AtDesk, clock: Clock) -> None:
        started(quinn)
        clock.at += timedelta(days=60)
        page = words(at_desk("quinn").get("/months/waiting").one("main"))
        assert "THE-2026-T01-01" in page
        assert "Neglect" in page


class TestReading:
    @pytest.fixture
    def read(self, month: Council, quinn: Browser) -> str:
        """Return the address of a theme of which all audits but one are submitted, some with an action."""
        started(quinn)
        path = quinn.here
        given = [(name, audit) for name in ("nora", "sol") for audit in audits_of_theme(month, name)]
        for place, (name, audit) in enumerate(given):
            write_whole_audit(month, audit.public_id, by=name)
            planned = Planned("See the child alone", f"Seen by {name}", "Team manager", month.at.date())
            with month.database.transaction() as session:
                by = month.viewer(name)
                actions.write_action(session, audit.public_id, number=None, planned=planned, by=by, at=month.at)
            if place:
                submitted_audit(month, audit.public_id, by=name, grade="good" if place % 2 else "inadequate")
        return path

    def test_page_pdf_csv_and_json_say_the_same(self, month: Council, quinn: Browser, read: str) -> None:
        with month.database.reading() as session:
            cycle = cycles.find_cycle(session, theme_of(month).public_id, kind=CycleKind.THEMATIC)
            record = theme_findings(session, cycle, viewer=month.viewer("quinn"))
        page = quinn.get(f"{read}/findings")
        assert page.heading == "Findings of Neglect"
        assert page.texts("p.app-lead") == [record.headline]
        tables = [Document(table) for table in page.all("table")]
        shown = [[[words(cell) for cell in row] for row in table.all("tbody tr")] for table in tables[1:]]
        assert shown == [[list(table.texts(row)) for row in table.rows] for table in record.tables]
        pdf = quinn.client.get(f"{read}/findings.pdf")
        assert pdf.headers["Content-Disposition"] == 'attachment; filename="theme-2026-t01.pdf"'
        assert reading.faults(pdf.get_data()) == []
        text = reading.text(pdf.get_data())
        assert record.headline in text
        assert all(note in text for note in record.notes)
        given = json.loads(quinn.client.get(f"{read}/findings.json").get_data())
        assert given["headline"] == record.headline
        assert given["audits"] == record.audits
        assert given["notes"] == list(record.notes)
        lines = csv.DictReader(io.StringIO(quinn.client.get(f"{read}/findings.csv").get_data().decode("utf-8-sig")))
        assert {line["Period"] for line in lines} == {"Neglect"}
        for note in ("Key lines of enquiry: Is neglect named?; Is it measured?", "Sample: 6 cases drawn by chance"):
            assert any(said.startswith(note) for said in record.notes)

    def test_the_months_findings_know_nothing_of_it(self, quinn: Browser, read: str) -> None:
        assert "There are no submitted audits yet" in words(quinn.get("/findings/").one("main"))
        assert "0 of 20" in quinn.get("/").texts("h1")[0]

    def test_actions_of_submitted_audits_are_listed_and_no_others(
        self, month: Council, quinn: Browser, at_desk: AtDesk, clock: Clock, read: str
    ) -> None:
        page = quinn.get(f"{read}/actions")
        audits = [audit for name in ("nora", "sol") for audit in audits_of_theme(month, name)]
        assert len(page.texts("tbody tr")) == len(audits) - 1
        assert "Team manager" in page.texts("tbody tr")[0]
        clock.at += timedelta(days=40)
        assert "Date has passed" in words(at_desk("quinn").get(f"{read}/actions").one("main"))

    def test_heads_read_of_their_own_service_and_nobody_else_finds_it(
        self, quinn: Browser, at_desk: AtDesk, read: str
    ) -> None:
        for name in ("hope", "asha", "dara"):
            browser = at_desk(name)
            assert "Neglect" in words(browser.get("/themes/").one("main"))
            browser.get(read, status=404)
            browser.get(f"{read}/findings")
        elsewhere = at_desk("hugo")
        assert "No audit of this theme was submitted yet" in words(elsewhere.get(f"{read}/findings").one("main"))
        assert "No submitted audit" in words(elsewhere.get(f"{read}/actions").one("main"))
        for name in ("nora", "bea", "adam", "paul", "prue"):
            browser = at_desk(name)
            for path in ("/themes/", read, f"{read}/findings", f"{read}/findings.csv", f"{read}/actions"):
                browser.get(path, status=404)
