"""Themes: planned once, in the programme; started from there after a look, followed, handed on."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from auditapp.persistence.audits import Audit
from tests.council import Council, audits_of, submitted_audit, write_whole_audit
from tests.documents import reading
from tests.faults import contents
from tests.pages import parse, words
from tests.web.conftest import Browser, Clock
from tests.web.theming import DRAWN, audits_of_theme, begun, planned, previewed, started, theme_of
from tests.web.writing import AtDesk, answers, summary

pytestmark = pytest.mark.usefixtures("listed")


class TestStarting:
    def test_it_is_planned_once_looked_at_and_started_once(self, month: Council, quinn: Browser) -> None:
        assert "No theme was started yet" in words(quinn.get("/themes/").one("main"))
        entry = planned(quinn)
        page = begun(quinn, entry)
        assert page.heading == "Start ‘Neglect’"
        asked = {field.get("name") for field in page.all("main form [name]")} - {"csrf_token", "once"}
        assert asked == {"how", "teams", "references", "auditors"}, "what is planned is shown and not asked"
        assert {"Child protection planning", "27 November 2026", "11 December 2026"} <= set(page.texts("dd"))
        preview = quinn.follow(quinn.submit(page, DRAWN))
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
        with month.database.reading() as session:
            assert session.scalar(select(func.count()).where(Audit.cycle_id == theme_of(month).id)) == 6

    def test_the_programme_leads_to_the_theme_and_the_theme_to_the_programme(self, quinn: Browser) -> None:
        entry = planned(quinn)
        assert entry in {link.get("href") for link in quinn.get("/themes/").all("main a")}
        quinn.follow(quinn.submit(quinn.follow(quinn.submit(begun(quinn, entry), DRAWN))))
        theme = quinn.here
        assert entry in {link.get("href") for link in quinn.get(theme).all("main a")}
        for path in (entry, "/programme/2026", "/programme/2026/calendar"):
            links = {link.get("href") for link in quinn.get(path).all("main a")}
            assert {theme, f"{theme}/findings"} <= links
        assert "To be started" not in words(quinn.get("/themes/").one("main"))

    def test_a_second_tab_that_was_open_before_leads_to_the_theme_that_runs(self, quinn: Browser) -> None:
        entry = planned(quinn)
        tab, path = begun(quinn, entry), quinn.here
        quinn.follow(quinn.submit(quinn.follow(quinn.submit(begun(quinn, entry), DRAWN))))
        theme = quinn.here
        assert quinn.submit(tab, DRAWN, to=path).location == theme
        assert quinn.client.get(path).location == theme

    def test_who_takes_part_is_asked_with_the_plan_as_its_answer(self, month: Council, quinn: Browser) -> None:
        sol = month.people["sol"].public_id
        page = begun(quinn, planned(quinn, chosen=[sol]))
        assert [box.get("value") for box in page.all("input[checked]")] == ["drawn", sol]

    def test_what_is_missing_is_named_and_planned_where_it_belongs(self, quinn: Browser) -> None:
        entry = planned(quinn, tool="", key_lines="")
        page, path = begun(quinn, entry), quinn.here
        assert page.texts("main .app-empty li") == [
            "It has no key lines of enquiry yet.",
            "It has no audit tool yet.",
        ]
        assert f"{entry}/change" in {link.get("href") for link in page.all("main a")}
        assert not page.all("main form")
        answer = quinn.submit(quinn.get(f"{entry}/cancel"), DRAWN, to=path, status=422)
        assert "It has no key lines of enquiry yet." in words(parse(answer.text).one("main"))

    def test_before_its_time_it_says_from_when_on(self, quinn: Browser) -> None:
        entry = planned(quinn, **{"starts_on-day": "9", "starts_on-month": "11"})
        page = words(quinn.get(entry).one("main"))
        assert "It can be started from 26 October 2026 on." in page
        assert "Start this theme" not in page

    def test_cases_that_nobody_knows_are_named_line_by_line(self, quinn: Browser) -> None:
        page, path = begun(quinn, planned(quinn)), quinn.here
        for typed, why in (
            ("", "Name at least one case."),
            ("case0001\r\n\r\nc999\r\nSmith\r\n", "Line 4 has no digit, and looks like a name."),
            ("case0001\r\n\r\nc999\r\n", "Line 3: the latest case list has no case c999."),
        ):
            answer = parse(quinn.submit(page, {"how": "named", "references": typed}, to=path, status=422).text)
            assert why in words(answer.one(".govuk-error-summary"))
        named = {"how": "named", "references": "case0001\r\nCASE0002\r\n"}
        preview = quinn.follow(quinn.submit(page, named, to=path))
        assert [text[:8] for text in preview.texts("tbody th")] == ["case0001", "case0002"]
        assert "2 cases by name" in preview.texts("dd")

    @pytest.mark.parametrize("typed", [{"how": "guessed"}, {"teams": ["Team Nowhere"]}, {"auditors": ["nobody"]}])
    def test_what_is_not_offered_is_refused(self, month: Council, quinn: Browser, typed: dict[str, object]) -> None:
        page, path, before = begun(quinn, planned(quinn)), quinn.here, contents(month.database)
        assert summary(quinn.submit(page, {**DRAWN, **typed}, to=path, status=422))
        assert contents(month.database) == before

    def test_what_is_to_be_known_before_is_warned_of_with_what_to_do(self, quinn: Browser) -> None:
        preview = previewed(quinn)
        assert not preview.all(".govuk-warning-text")
        quinn.submit(preview)
        page = begun(quinn, planned(quinn, title="All", size="200", strata=[]))
        preview = quinn.follow(quinn.submit(page, DRAWN))
        fewer, unmatched = preview.texts(".govuk-warning-text")
        assert "200 cases are planned, but only 84 may be drawn. The case list has 120 like this." in fewer
        assert "Left out: 26 being audited now. Closed cases are at most a tenth of what is drawn." in fewer
        assert "cases of this theme are in teams that are not matched to the service’s." in unmatched
        assert [link.get("href") for link in preview.all(".govuk-warning-text a")] == ["/case-lists/matching/teams"]
        rows = [row for row in preview.texts("tbody tr") if "Independence cannot be checked" in row]
        assert rows == [row for row in preview.texts("tbody tr") if "Team Elsewhere" in row]
        assert unmatched.startswith(f"! Warning {len(rows)} cases")

    def test_a_named_case_of_another_type_says_so_in_its_row(self, quinn: Browser) -> None:
        preview = previewed(quinn, how="named", references="case0000\r\ncase0001\r\ncase0003")
        said = ["Not one of the planned case types" in text for text in preview.texts("tbody tr")]
        kinds = [words(cell) for cell in preview.all("tbody td")][::3]
        assert said == [kind not in {"Child protection plan", "Child in need plan"} for kind in kinds]
        assert any(said)
        assert "is started" in words(quinn.follow(quinn.submit(preview)).one("main"))

    def test_a_choice_is_changed_or_nothing_is_started(self, month: Council, quinn: Browser) -> None:
        team = {"teams": ["Team North"], "auditors": [month.people["sol"].public_id]}
        preview = previewed(quinn, **team)
        assert "Sol" in preview.texts("dd")
        form = quinn.get(next(link.get("href", "") for link in preview.all("main .app-actions-row a")))
        chosen = [box.get("value") for box in form.all("input[checked]")]
        assert chosen == ["drawn", "Team North", month.people["sol"].public_id]
        preview = quinn.follow(quinn.submit(form, {**DRAWN, "teams": ["Team South"]}))
        assert {words(cell) for cell in preview.all("td[data-heading=Team]")} == {"Team South"}
        start, discard = (form.get("action", "") for form in preview.all("main form"))
        page = quinn.follow(quinn.submit(preview, form=f"form[action={discard}]"))
        assert page.heading == "Neglect"
        assert "Nothing was started. The theme stays planned." in words(page.one("main"))
        quinn.get(start.removesuffix("/start"), status=404)

    def test_a_choice_without_any_case_says_so_and_offers_no_start(self, quinn: Browser) -> None:
        page = begun(quinn, planned(quinn, strata=["LAC"]))
        preview = quinn.follow(quinn.submit(page, {**DRAWN, "teams": ["Team Elsewhere"]}))
        assert "No case like this may be drawn" in words(preview.one(".app-empty"))
        assert not [form for form in preview.all("form") if form.get("action", "").endswith("start")]

    def test_what_changed_meanwhile_is_not_started(self, month: Council, quinn: Browser) -> None:
        preview = previewed(quinn)
        before = contents(month.database)
        answer = quinn.submit(preview, {"shown": "another"}, status=422)
        assert "Something changed since this page was made" in answer.text
        assert contents(month.database) == before

    def test_once_it_runs_its_report_is_put_off_in_the_programme(self, quinn: Browser) -> None:
        entry = planned(quinn)
        quinn.follow(quinn.submit(quinn.follow(quinn.submit(begun(quinn, entry), DRAWN))))
        theme, page = quinn.here, quinn.get(f"{entry}/change")
        asked = {field.get("name") for field in page.all("main form [name]")} - {"csrf_token", "once", "version"}
        assert asked == {"report_due_on-day", "report_due_on-month", "report_due_on-year", "note"}
        early = parse(quinn.submit(page, {"report_due_on-month": "10"}, to=f"{entry}/change", status=422).text)
        assert "Its report cannot be due before its audits" in words(early.one("main"))
        quinn.submit(page, {"report_due_on-day": "18"}, to=f"{entry}/change")
        assert "report 18 December 2026" in words(quinn.get(theme).one("main"))
        assert "18 December 2026" in words(quinn.get(entry).one("main"))
        assert "Audits were started from this entry" in words(quinn.get(f"{entry}/cancel", status=409).one("main"))


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

    @pytest.mark.parametrize("page", ["", "/about", "/D1", "/part", "/overall", "/actions/", "/actions/new", "/check"])
    def test_its_auditors_read_what_it_asks_wherever_they_write(
        self, month: Council, quinn: Browser, at_desk: AtDesk, page: str
    ) -> None:
        started(quinn)
        given, nora = audits_of_theme(month, "nora")[0], at_desk("nora")
        shown = nora.get(f"/audits/{given.public_id}{page}")
        (asked,) = shown.texts("main .app-theme-asks")
        assert asked.startswith("What this theme asks")
        assert "Is neglect named? Is it measured?" in asked
        about = words(shown.one("main"))
        assert "Neglect" in about
        assert "Child protection planning" in about
        of_month = nora.get(f"/audits/{audits_of(month, 'nora')[0].public_id}{page}")
        assert not of_month.all(".app-theme-asks")

    def test_what_it_asks_is_unfolded_until_somebody_begins(
        self, month: Council, quinn: Browser, at_desk: AtDesk
    ) -> None:
        started(quinn)
        given, nora = audits_of_theme(month, "nora")[0], at_desk("nora")
        path = f"/audits/{given.public_id}"
        assert "open" in nora.get(path).one(".app-theme-asks").attrib
        nora.submit(nora.get(f"{path}/D1"), answers(value_D1_grade="good"))
        assert "open" not in nora.get(path).one(".app-theme-asks").attrib

    def test_its_records_say_what_was_asked_on_the_page_and_on_paper(
        self, month: Council, quinn: Browser, at_desk: AtDesk
    ) -> None:
        started(quinn)
        given = audits_of_theme(month, "nora")[0]
        write_whole_audit(month, given.public_id, by="nora")
        submitted_audit(month, given.public_id, by="nora")
        record = f"/audits/{given.public_id}/record"
        assert "Is neglect named? Is it measured?" in at_desk("nora").get(record).texts("main .app-theme-asks")[0]
        data = at_desk("quinn").client.get(f"{record}.pdf").get_data()
        assert reading.faults(data) == []
        said = [each.text for each in reading.spoken(data)]
        assert {"Neglect", "Child protection planning", "What this theme asks"} <= set(said)
        assert "Is it measured?" in " ".join(said)

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
