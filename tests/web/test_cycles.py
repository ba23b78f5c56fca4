"""QoP months: opened once, their draw read and performed again, cases replaced and handed on."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from auditapp.domain.calendar import Month, say_date
from auditapp.domain.people import Grant
from auditapp.domain.vocabulary import AuditState, Role
from auditapp.domain.working_days import announced_until
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.database import Database
from auditapp.persistence.queries.audit_lists import cycle_audits
from auditapp.services import accounts, audits, cycles, mapping
from auditapp.services.mapping import Choice
from tests.council import (
    SEED,
    Council,
    audits_of,
    give_case_list,
    invented_entries,
    make_council,
    submitted_audit,
)
from tests.faults import contents
from tests.statements import counted
from tests.web.conftest import Browser, Clock
from tests.web.writing import SEEN, AtDesk, answers, now_is, place, shown, summary

OPEN_FORM = "form[action=/months/open]"


@pytest.fixture
def path(month: Council) -> str:
    with month.database.reading() as session:
        return f"/months/{session.scalars(select(Cycle.public_id)).one()}"


def months(council: Council) -> list[str]:
    with council.database.reading() as session:
        return list(session.scalars(select(Cycle.period).order_by(Cycle.period)))


def of_nobodys_team(council: Council) -> Audit:
    """Return an audit of Nora's that anybody may have: its team is none of ours."""
    with council.database.reading() as session:
        unknown = set(session.scalars(select(ListTeam.id).where(ListTeam.team_id.is_(None))))
    return next(audit for audit in audits_of(council, "nora") if audit.list_team_id in unknown)


class TestOpening:
    def test_without_a_case_list_it_says_what_to_do(self, browser: Browser, database: Database, at: datetime) -> None:
        council = make_council(database, at)
        quinn = browser.sign_in(council.people["quinn"])
        page = quinn.get("/months/")
        assert "Import a case list" in page.texts(".app-empty")[0]
        assert not page.all(OPEN_FORM)
        quinn.submit(page, {"month": "2026-10"}, form="form", to="/months/open", status=422)
        assert "Import one first" in quinn.get("/months/open?month=2026-10", status=422).texts("main")[0]
        give_case_list(council)
        page = quinn.get("/months/")
        options = [option.get("value") for option in page.one("main select").iter("option")]
        assert options == ["2026-10", "2026-11", "2026-09"]
        assert "The target of October 2026 is 20 audits" in page.texts(OPEN_FORM)[0]

    def test_it_is_drawn_and_shared_out_once(self, month: Council, quinn: Browser) -> None:
        page, other_tab = quinn.get("/months/open?month=2026-11"), quinn.get("/months/open?month=2026-11")
        first, second = (quinn.submit(page) for _ in range(2))
        third = quinn.submit(other_tab)
        assert first.location == second.location == third.location
        assert months(month) == ["2026-10", "2026-11"]
        assert quinn.follow(first).heading == "November 2026"
        assert quinn.get("/months/").texts("tbody th") == ["November 2026", "October 2026"]

    def test_two_draws_have_two_seeds(self, month: Council, quinn: Browser) -> None:
        give_case_list(month, invented_entries(200))
        for wanted in ("2026-11", "2026-09"):
            quinn.submit(quinn.get(f"/months/open?month={wanted}"))
        with month.database.reading() as session:
            assert session.scalars(select(func.count(CycleDraw.seed.distinct()))).one() == 3

    @pytest.mark.parametrize("wanted", ["2027-10", "2026-13", "", "x", "2026-10-01"])
    def test_a_month_that_is_not_offered_is_refused(self, month: Council, quinn: Browser, wanted: str) -> None:
        page, before = quinn.get("/months/open?month=2026-11"), contents(month.database)
        quinn.submit(page, {"month": wanted}, status=422)
        if wanted:
            quinn.get(f"/months/open?month={wanted}", status=422)
        assert contents(month.database) == before

    def test_it_says_first_what_it_does_and_does_nothing_by_that(self, month: Council, quinn: Browser) -> None:
        assert quinn.get("/months/").all(f"{OPEN_FORM}[method=get]")
        before = contents(month.database)
        page = quinn.get("/months/open?month=2026-11")
        assert page.heading == "Open November 2026"
        assert page.texts("main .govuk-body-l") == ["20 cases are drawn at once and shared out to 2 auditors."]
        assert "from the case list of 15 October 2026, with " in page.texts("main")[0]
        assert contents(month.database) == before

    def test_it_says_first_what_it_cannot_do_or_check(self, browser: Browser, database: Database, at: datetime) -> None:
        council = make_council(database, at)
        give_case_list(council, invented_entries(12))
        page = browser.sign_in(council.people["quinn"]).get("/months/open?month=2026-10")
        (lead,) = page.texts("main .govuk-body-l")
        drawn = int(lead.split()[0])
        assert drawn < 20
        warnings = page.texts(".govuk-warning-text")
        assert f"Only {drawn} cases of this list may be drawn" in warnings[0]
        assert "somebody is given" in warnings[1]
        assert "not matched to the service’s" in warnings[2]
        with database.transaction() as session:
            cycle = cycles.open_month(session, Month(2026, 10), seed="x", by=council.viewer("quinn"), at=at)
            assert len(cycle_audits(session, cycle.id)) == drawn, "what was promised is what is done"

    def test_one_that_is_open_is_shown(self, quinn: Browser, path: str) -> None:
        assert quinn.client.get("/months/open?month=2026-10").location == path

    def test_where_none_can_be_opened_it_says_when_the_next_can(self, month: Council, quinn: Browser) -> None:
        give_case_list(month, invented_entries(200))
        for wanted in ("2026-11", "2026-09"):
            quinn.submit(quinn.get(f"/months/open?month={wanted}"))
        page = quinn.get("/months/")
        assert not page.all(OPEN_FORM)
        assert "December 2026 can be opened from 1 November 2026 on." in page.texts("main")[0]


class TestTheMonth:
    def test_it_says_who_has_done_what(self, month: Council, quinn: Browser, path: str, mine: Audit) -> None:
        submitted_audit(month, mine.public_id, by="nora")
        page = quinn.get(path)
        assert page.texts(".app-figure__number") == ["1 of 20", "0", "0", "0"]
        (row,) = [text for text in page.texts("tbody tr") if mine.reference in text]
        assert "Nora" in row
        assert "Submitted" in row
        assert "Good" in row
        assert page.all(f"a[href={place(mine, 'record')}]")
        assert not page.all(f"a[href=/months/audits/{mine.public_id}/reassign]")
        assert "Words about" not in page.texts("main")[0]

    def test_what_was_returned_is_late_like_any_other(
        self, month: Council, at_desk: AtDesk, path: str, mine: Audit, clock: Clock
    ) -> None:
        submitted_audit(month, mine.public_id, by="nora")
        with month.database.transaction() as session:
            audits.send_back(session, mine.public_id, reason="Look again.", by=month.viewer("quinn"), at=month.at)
        clock.at += timedelta(days=40)
        page = at_desk("quinn").get(path)
        assert page.texts(".app-figure__number") == ["0 of 20", "20", "0", "0"]
        assert len(page.texts(".govuk-tag--red")) == 20

    def test_who_is_not_independent_any_more_is_shown(self, month: Council, quinn: Browser, path: str) -> None:
        assert not quinn.get(path).all(".govuk-warning-text")
        tied = of_nobodys_team(month)
        with month.database.reading() as session:
            worker = session.scalars(select(ListWorker).where(ListWorker.id == tied.list_worker_id)).one()
        with month.database.transaction() as session:
            choices = {worker.public_id: Choice("nora@demo.example")}
            mapping.map_workers(session, choices, by=month.viewer("quinn"), at=month.at)
        page = quinn.get(path)
        assert "not independent of the case" in page.texts(".govuk-warning-text")[0]
        (row,) = [text for text in page.texts("tbody tr") if tied.reference in text]
        assert "Not independent" in row
        assert "The worker of this case" in row
        assert page.texts(".govuk-tag--red") == ["Not independent"] * page.texts("tbody")[0].count("The worker of")

    def test_a_due_date_without_announced_bank_holidays_is_said(
        self, month: Council, quinn: Browser, path: str
    ) -> None:
        assert "bank holidays" not in quinn.get(path).texts("main")[0]
        moving, last = of_nobodys_team(month), announced_until()
        at = datetime(last.year, 12, 20, 9, tzinfo=UTC)
        with month.database.transaction() as session:
            to = month.people["sol"].public_id
            audits.reassign(session, moving.public_id, to=to, by=month.viewer("quinn"), at=at)
        (said,) = [words for words in quinn.get(path).texts("main p") if "bank holidays" in words]
        assert said.startswith(f"Some audits are due after {say_date(last)}.")

    def test_it_costs_four_statements(self, month: Council, quinn: Browser, path: str) -> None:
        with counted(month.database) as statements:
            quinn.get(path)
        assert len(statements) == 4

    def test_a_month_that_is_none_is_not_there(self, quinn: Browser) -> None:
        quinn.get("/months/nothing2here4567", status=404)
        quinn.get("/months/nothing2here4567/draw", status=404)


class TestTheDraw:
    def test_everything_that_it_rests_on_stands_there(self, month: Council, quinn: Browser, path: str) -> None:
        with month.database.reading() as session:
            stored = session.scalars(select(CycleDraw)).one()
            made = cycles.read_draw(stored)
        page = quinn.get(f"{path}/draw")
        assert "Performed again just now, the draw gives the same 20 cases." in page.texts("main p")
        assert {SEED, stored.frame_hash, "15 October 2026", "60"} <= set(page.texts("dd"))
        strata, order = page.all("tbody")
        assert len(list(strata.iter("tr"))) == len(made.strata)
        assert [words.split()[1] for words in page.texts("tbody tr")[len(made.strata) :]] == [
            case.case_reference for case in made.order
        ]
        assert len(list(order.iter("tr"))) == 20
        assert "Nobody was left out." in page.texts("main p")
        assert "Number 2" in page.texts("dd")

    def test_who_was_left_out_is_counted_with_why(self, month: Council, quinn: Browser) -> None:
        submitted_audit(month, audits_of(month, "nora")[0].public_id, by="nora", at=month.at)
        opened = quinn.submit(quinn.get("/months/open?month=2026-11"))
        page = quinn.get(f"{opened.location}/draw")
        assert set(page.texts("main li")) == {"Audited in the last 12 months: 1", "Being audited now: 19"}

    def test_a_record_that_was_changed_is_shown_as_such(self, month: Council, quinn: Browser, path: str) -> None:
        with month.database.transaction() as session:
            stored = session.scalars(select(CycleDraw)).one()
            stored.record = stored.record.replace(SEED, "another seed")
        page = quinn.get(f"{path}/draw")
        assert "the draw gives something else" in page.texts(".govuk-warning-text")[0]
        assert page.texts("main li")


class TestReplacing:
    def test_the_next_case_comes_once_and_the_reason_stands_there(
        self, month: Council, quinn: Browser, path: str, mine: Audit
    ) -> None:
        page = quinn.get(f"/months/audits/{mine.public_id}/replace")
        first, second = (quinn.submit(page, {"reason": "Moved to another council."}) for _ in range(2))
        assert first.location == second.location == path
        shown_month = quinn.follow(first)
        banner = shown_month.texts(".govuk-notification-banner")[0]
        assert f"{mine.reference} is replaced by QOP-2026-10-21." in banner
        assert shown_month.texts(".app-figure__number")[3] == "1"
        assert "Moved to another council." in shown_month.texts("table")[2]
        assert now_is(month, mine).state is AuditState.REPLACED
        assert "QOP-2026-10-22" not in shown_month.texts("main")[0]

    @pytest.mark.parametrize("reason", ["", " ", "x" * 2001])
    def test_it_needs_a_reason(self, month: Council, quinn: Browser, mine: Audit, reason: str) -> None:
        page, before = quinn.get(f"/months/audits/{mine.public_id}/replace"), contents(month.database)
        assert summary(quinn.submit(page, {"reason": reason}, status=422)) == ["#reason"]
        assert contents(month.database) == before

    def test_nobody_replaces_their_own(self, month: Council, at_desk: AtDesk, path: str, mine: Audit) -> None:
        with month.database.transaction() as session:
            nora = accounts.find_person(session, month.people["nora"].public_id)
            accounts.give_role(session, nora, Grant(Role.QA), by=month.viewer("adam"), at=month.at)
        both = at_desk("nora")
        page, before = both.get(path), contents(month.database)
        links = {str(link.get("href")) for link in page.all("tbody a")}
        others = next(audit for audit in audits_of(month, "sol"))
        assert f"/months/audits/{others.public_id}/replace" in links
        assert f"/months/audits/{mine.public_id}/replace" not in links
        own = both.get(f"/months/audits/{mine.public_id}/replace", status=403)
        assert "Give it back with your reason" in own.texts("main")[0]
        reason = {"reason": "I know them."}
        both.submit(page, reason, form="form", to=f"/months/audits/{mine.public_id}/replace", status=403)
        assert contents(month.database) == before

    def test_what_was_submitted_stays(self, month: Council, quinn: Browser, mine: Audit) -> None:
        replace = quinn.get(f"/months/audits/{mine.public_id}/replace")
        submitted_audit(month, mine.public_id, by="nora")
        before = contents(month.database)
        quinn.submit(replace, {"reason": "Late."}, status=409)
        quinn.get(f"/months/audits/{mine.public_id}/replace", status=409)
        assert contents(month.database) == before


class TestHandingOn:
    def test_what_was_begun_moves_along_marked_whose_it_was(
        self, month: Council, at_desk: AtDesk, nora: Browser, quinn: Browser, path: str
    ) -> None:
        moving = of_nobodys_team(month)
        nora.submit(nora.get(place(moving, "D1")), answers(text_1_1=SEEN))
        page = quinn.get(f"/months/audits/{moving.public_id}/reassign")
        assert SEEN not in page.texts("main")[0]
        assert page.texts("main option") == ["Select an auditor", "Sol (10 open audits)"]
        typed = {"to": month.people["sol"].public_id}
        first, second = (quinn.submit(page, typed) for _ in range(2))
        assert first.location == second.location == path
        assert f"{moving.reference} is now with Sol." in quinn.follow(first).texts(".govuk-notification-banner")[0]
        sol = at_desk("sol")
        section = sol.get(place(moving, "D1"))
        assert section.texts("#text-1-1") == [SEEN]
        assert "Written by Nora, before the audit came to you." in section.texts("#item-1-1 p")
        sol.submit(section, answers(text_1_1=f"{SEEN} And later."))
        assert "Written by" not in sol.get(place(moving, "D1")).texts("#item-1-1")[0]
        nora.get(place(moving), status=404)
        nora.submit(nora.get("/audits/"), answers(text_1_1="x"), form="form", to=place(moving, "D1"), status=404)

    def test_nobody_gets_a_case_of_their_own_team_or_what_they_have(
        self, month: Council, quinn: Browser, mine: Audit
    ) -> None:
        page, before = quinn.get(f"/months/audits/{mine.public_id}/reassign"), contents(month.database)
        for name in ("sol", "nora", "quinn"):
            answer = quinn.submit(
                page,
                {"to": month.people[name].public_id},
                to=f"/months/audits/{mine.public_id}/reassign",
                status=422,
            )
            assert summary(answer) == ["#to"]
        assert (
            "in the team of this case"
            in shown(quinn.submit(page, {"to": month.people["sol"].public_id}, to=quinn.here, status=422)).texts(
                ".govuk-error-summary"
            )[0]
        )
        quinn.submit(page, {"to": ""}, to=quinn.here, status=422)
        assert contents(month.database) == before

    def test_a_case_without_an_auditor_is_assigned(self, month: Council, quinn: Browser, path: str) -> None:
        waiting = of_nobodys_team(month)
        with month.database.transaction() as session:
            session.get_one(Audit, waiting.id).auditor_id = None
        page = quinn.get(path)
        assert page.texts(".app-figure__number")[2] == "1"
        link = page.one(f"a[href=/months/audits/{waiting.public_id}/reassign]")
        assert link.text == "Assign"
        quinn.submit(quinn.get(str(link.get("href"))), {"to": month.people["nora"].public_id})
        assert now_is(month, waiting).auditor_id == month.people["nora"].id

    def test_what_was_submitted_is_handed_on_only_once_it_was_returned(self, month: Council, quinn: Browser) -> None:
        moving, to = of_nobodys_team(month), {"to": month.people["sol"].public_id}
        path = f"/months/audits/{moving.public_id}/reassign"
        page = quinn.get(path)
        submitted_audit(month, moving.public_id, by="nora")
        quinn.get(path, status=409)
        quinn.submit(page, to, to=path, status=409)
        quinn.submit(quinn.get(place(moving, "return")), {"reason": "Say who was seen."})
        quinn.submit(quinn.get(path), to)
        assert now_is(month, moving).auditor_id == month.people["sol"].id


def test_months_are_there_for_no_other_role(at_desk: AtDesk, path: str) -> None:
    for name in ("nora", "hope", "dara", "bea", "adam", "paul", "prue"):
        browser = at_desk(name)
        for page in ("/months/", path, f"{path}/draw"):
            browser.get(page, status=404)


def test_the_target_that_is_offered_is_the_one_that_is_opened(
    month: Council, at_desk: AtDesk, clock: Clock, quinn: Browser
) -> None:
    for audit in audits_of(month, "nora")[:5]:
        submitted_audit(month, audit.public_id, by="nora")
    assert "The target of November 2026 is 20 audits" in quinn.get("/months/").texts(OPEN_FORM)[0]
    clock.at += timedelta(days=18)
    quinn = at_desk("quinn")
    assert "The target of November 2026 is 25 audits" in quinn.get("/months/").texts(OPEN_FORM)[0]
    quinn.submit(quinn.get("/months/open?month=2026-11"))
    with month.database.reading() as session:
        opened = cycles.find_month(session, Month(2026, 11))
    assert opened
    assert opened.target == 25
