"""The first page, role by role: what waits for whom, and what there is to read."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from auditapp.domain.calendar import Quarter
from auditapp.domain.outlook import say_range
from auditapp.domain.programme import Plan
from auditapp.domain.vocabulary import MessageKind, MessageState, ProgrammeKind
from auditapp.domain.working_days import announced_until
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.database import Database
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Person
from auditapp.services import audits, outbox, programme
from auditapp.services.findings import quarter_findings
from auditapp.web.cycles import WAITING
from tests.absences import ASKED, enter_approved
from tests.council import ROLES, Council, audits_of, give_case_list, make_council, open_month, submitted_audit
from tests.pages import Document, words
from tests.statements import counted
from tests.web.conftest import Browser, Clock
from tests.web.writing import AtDesk, place


def test_an_auditor_meets_what_is_to_be_finished(month: Council, nora: Browser, mine: Audit, clock: Clock) -> None:
    page = nora.get("/")
    assert page.heading == "You have 10 audits to finish by 29 October 2026"
    assert page.title.startswith(page.heading)
    buttons = page.texts(".app-worklist a")
    assert buttons == [f"Start {audit.reference}" for audit in audits_of(month, "nora")]
    clock.at += timedelta(days=15)
    late = nora.sign_in(month.people["nora"]).get("/")
    assert late.heading == "You have 10 audits to finish, all late"


def test_an_auditor_with_one_audit_reads_so(month: Council, nora: Browser, mine: Audit) -> None:
    with month.database.transaction() as session:
        for audit in session.scalars(select(Audit).where(Audit.id != mine.id)):
            audit.auditor_id = None
    assert nora.get("/").heading == "You have 1 audit to finish by 29 October 2026"


def test_an_auditor_with_none_reads_when_the_next_ones_come(month: Council, nora: Browser) -> None:
    with month.database.transaction() as session:
        for audit in session.scalars(select(Audit)):
            audit.auditor_id = None
    page = nora.get("/")
    assert page.heading == "Home"
    assert page.texts(".app-empty")[0].startswith("You have no audit to finish.")
    assert "when the quality assurance team opens a month" in page.texts(".app-empty")[0]


def test_quality_assurance_meets_the_month(month: Council, at_desk: AtDesk, mine: Audit) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    quinn = at_desk("quinn")
    page = quinn.get("/")
    assert page.heading.startswith("October 2026: 1 of 20 done, forecast ")
    assert page.texts(".app-figure__number") == [
        "1 of 20 audits submitted in October 2026",
        "1.0",
        "1",
        "0 late",
        "0 without an auditor",
        "0 returned for correction",
        "0 immediate concerns open",
    ]
    assert any("1 of this month's own 20 cases are submitted" in text for text in page.texts("main p"))
    assert {"20 are owed on average", "20 owed by the end of the month"} <= set(page.texts(".app-figure__note"))
    assert "a month since the first" in page.texts(".app-figure__label")
    with month.database.reading() as session:
        opened = session.scalars(select(Cycle.public_id)).one()
    assert page.all(f"a[href=/months/{opened}]")
    assert mine.reference in page.texts("tbody th")


def test_months_are_owed_from_the_one_in_which_the_service_began(
    month: Council, at_desk: AtDesk, mine: Audit, clock: Clock
) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    clock.at += timedelta(days=62)
    page = at_desk("quinn").get("/")
    done, rolling, year, *_ = page.texts(".app-figure__number")
    assert (done.startswith("0 of 30"), rolling, year) == (True, "0.3", "1")
    assert {"20 are owed on average", "60 owed by the end of the month"} <= set(page.texts(".app-figure__note"))


def test_a_month_asks_for_the_target_it_was_opened_with_on_every_page(
    month: Council, at_desk: AtDesk, mine: Audit, clock: Clock
) -> None:
    assert open_month(month, "2026-11").target == 20, "October still runs, so that nothing is carried forward yet"
    submitted_audit(month, mine.public_id, by="nora", at=clock.at + timedelta(days=20))
    clock.at += timedelta(days=20)
    quinn = at_desk("quinn")
    assert quinn.get("/").heading.startswith("November 2026: 1 of 20 done")
    assert quinn.get("/months/").texts("tbody tr")[0].startswith("November 2026 20 ")
    row, year = quinn.get("/findings/").texts("tbody tr")
    assert "1 of 40" in row, row
    assert year.startswith("2026 to 2027 1 40"), year
    with month.database.reading() as session:
        found = quarter_findings(
            session, Quarter.parse("2026-10"), viewer=month.viewer("quinn"), today=date(2026, 11, 4)
        )
    assert [(done.target, done.quota) for done in found.findings.done] == [(20, 20), (20, 20), (None, None)]


def test_before_the_first_month_begins_the_home_page_stands(month: Council, at_desk: AtDesk) -> None:
    with month.database.transaction() as session:
        session.scalars(select(Cycle)).one().period = "2026-11"
    page = at_desk("quinn").get("/")
    assert page.heading == "October 2026: 0 of 20 done"
    assert page.texts(".app-figure__number")[1:3] == ["0.0", "0"]
    assert "likely" not in page.texts("main")[0].lower()
    assert not page.all("main details")


def test_quality_assurance_is_led_to_open_the_month(month: Council, at_desk: AtDesk, clock: Clock) -> None:
    clock.at += timedelta(days=20)
    page = at_desk("quinn").get("/")
    assert any("November 2026 is not open yet: the forecast is made as if" in text for text in page.texts("main p"))
    assert "Open November 2026: every day counts" in page.texts("main li")
    assert page.all("main a[href=/months/]")


def likely_range(page: Document) -> tuple[int, int]:
    """Return the range that the heading gives."""
    low, _, high = page.heading.partition("forecast ")[2].partition(" to ")
    return int(low), int(high or low)


def test_the_forecast_is_the_same_wherever_the_page_gives_it(month: Council, at_desk: AtDesk, mine: Audit) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    page = at_desk("quinn").get("/")
    low, high = likely_range(page)
    assert 1 <= low < high <= 20
    notes = page.texts(".app-figure__note")
    assert f"Likely by the end: {low} to {high}" in notes
    assert f"Likely by the end of the month: {low}.0 to {high}.0" in notes
    assert f"Likely by then: {low} to {high}" in notes


def test_the_method_stands_on_the_page_with_what_it_expects_of_each_auditor(
    month: Council, at_desk: AtDesk, mine: Audit
) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    page = at_desk("quinn").get("/")
    assert page.texts("summary") == ["How the forecast is made"]
    method = page.texts("details li")
    assert "eight months of ten" in method[-1]
    assert "There is only 1 earlier audit to learn from: the range is wide for that." in page.texts("details p")
    assert page.texts("details tbody th") == ["Nora", "Sol"]
    assert sum(int(row[0]) for row in rows_of(page, "details")) == 19
    assert [row[2] for row in rows_of(page, "details")] == ["1", "0"]
    assert [row[3] for row in rows_of(page, "details")] == ["1", "None yet"]


def rows_of(page: Document, within: str) -> list[list[str]]:
    """Return the cells of the rows of a table."""
    return [Document(row).texts("td") for row in page.all(f"{within} tbody tr")]


def test_what_came_in_is_drawn_week_by_week_with_its_table_beside(
    month: Council, at_desk: AtDesk, mine: Audit, clock: Clock
) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    clock.at += timedelta(days=5)
    page = at_desk("quinn").get("/")
    weeks = "section[aria-labelledby=weeks]"
    assert page.texts(f"{weeks} tbody th") == [
        "1 to 4 October",
        "5 to 11 October",
        "12 to 18 October",
        "19 to 25 October",
    ]
    assert rows_of(page, weeks) == [["0", "0"], ["0", "0"], ["1", "1"], ["0", "1"]]
    assert "12 to 18 October 1; 19 to 25 October 0" in page.texts(weeks)[0]


def test_a_month_that_will_fall_short_is_told_early_with_what_can_be_done(
    month: Council, at_desk: AtDesk, mine: Audit, clock: Clock
) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    with month.database.transaction() as session:
        for audit in audits_of(month, "sol")[:3]:
            session.merge(audit).auditor_id = None
    clock.at = clock.at.replace(day=30)
    page = at_desk("quinn").get("/")
    low, high = likely_range(page)
    said = page.texts(".govuk-warning-text__text")[0]
    ends, short = say_range(low, high), say_range(20 - high, 20 - low)
    assert f"At this pace the month ends with {ends}: {short} short." in said
    assert "20 a month are owed on average." in said
    links = {"".join(link.itertext()): link.get("href") for link in page.all("main ul.govuk-list--bullet a")}
    assert links["Give out what has no auditor"] == "/months/waiting?show=unassigned"
    assert links["Ask after what is late, or reassign it"] == "/months/waiting?show=late"
    assert links["Open November 2026 early"] == "/months/"
    assert any("Nora (9 open)" in text for text in page.texts("main li"))


def test_a_month_that_is_on_its_way_is_not_warned_of(month: Council, at_desk: AtDesk, clock: Clock) -> None:
    for name in ("nora", "sol"):
        for audit in audits_of(month, name):
            submitted_audit(month, audit.public_id, by=name)
    clock.at += timedelta(days=2)
    page = at_desk("quinn").get("/")
    assert page.heading == "October 2026: 20 of 20 done, forecast 20"
    assert not page.all(".govuk-warning-text")
    assert not page.all(".govuk-inset-text")


@pytest.mark.parametrize("name", ["hope", "asha", "dara", "sol", "prue", "hugo"])
def test_findings_stand_there_for_those_who_may_read_them(
    month: Council, at_desk: AtDesk, mine: Audit, name: str
) -> None:
    browser = at_desk(name)
    assert mine.reference not in browser.get("/").texts("main")[0]
    submitted_audit(month, mine.public_id, by="nora")
    page = browser.get("/")
    reads = name in {"hope", "asha", "dara", "sol"}
    assert (mine.reference in page.texts("main tbody th")) is reads
    if name in {"hope", "asha", "dara"}:
        assert page.heading == "Findings to read"
    browser.get(place(mine, "record"), status=200 if reads else 404)


def test_nobody_meets_a_blank_page(month: Council, at_desk: AtDesk, mine: Audit) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    for name in ROLES:
        page = at_desk(name).get("/")
        assert len(page.texts("main p")) + len(page.texts("main table")) + len(page.texts("main li")) > 0, name
        assert ("Words about" in page.texts("main")[0]) is False


def test_who_reads_no_findings_is_led_on(at_desk: AtDesk) -> None:
    first, coming = at_desk("bea").get("/").texts("main p")
    assert "No report has been shown to the Board yet." in first
    assert coming == (
        "October to December 2026 ends on 31 December 2026: "
        "its report can be shown to the Board from 1 January 2027 on."
    )
    assert at_desk("adam").get("/").texts("main a") == [
        "People",
        "Teams, services and agencies",
        "Settings",
        "Outbox",
        "Trail",
    ]
    paul = at_desk("paul").get("/").texts("main p")[0]
    assert paul == "The council plans multi-agency rounds. What agencies send in is not collected in this service yet."


def test_it_costs_no_more_with_more_audits(month: Council, at_desk: AtDesk, mine: Audit) -> None:
    # One of the fourteen says whether the schedule keeps up.
    most = {"nora": 9, "quinn": 14, "hope": 6, "bea": 3}
    for name, allowed in most.items():
        browser = at_desk(name)
        with counted(month.database) as statements:
            browser.get("/")
        assert len(statements) <= allowed, (name, statements)


@pytest.mark.parametrize("show", WAITING)
def test_each_number_leads_to_the_audits_that_it_counts(
    month: Council, at_desk: AtDesk, mine: Audit, clock: Clock, show: str
) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    with month.database.transaction() as session:
        audits.send_back(session, mine.public_id, reason="Again.", by=month.viewer("quinn"), at=month.at)
        other, left, away = audits_of(month, "sol")[:3]
        session.merge(other).auditor_id = None
        session.merge(left).auditor_id = month.people["quinn"].id
        session.merge(away).auditor_id = month.people["nora"].id
    enter_approved(month, "nora", asked=replace(ASKED, starts_on=date(2026, 10, 31)))
    clock.at += timedelta(days=16)
    quinn, heading = at_desk("quinn"), WAITING[show].lower()
    numbers = {text.split(" ", 1)[1]: int(text.split()[0]) for text in quinn.get("/").texts("a.app-figure__number")[1:]}
    page = quinn.get(f"/months/waiting?show={show}")
    assert page.heading == f"Audits that wait: {heading}"
    assert len([row for row in page.texts("tbody th") if row.startswith("QOP-")]) == numbers[heading] > 0
    assert (mine.reference in page.texts("tbody th")) is (show not in {"unassigned", "left"})
    assert (other.reference in page.texts("tbody th")) is (show in {"late", "unassigned"})
    assert (left.reference in page.texts("tbody th")) is (show in {"late", "left"})
    assert (away.reference in page.texts("tbody th")) is (show in {"late", "away"})


def test_there_is_no_other_list_of_audits_that_wait(at_desk: AtDesk) -> None:
    at_desk("quinn").get("/months/waiting?show=hidden", status=404)


def test_everything_that_one_may_read_is_listed_page_by_page(
    month: Council, at_desk: AtDesk, nora: Browser, mine: Audit
) -> None:
    for audit in audits_of(month, "nora"):
        submitted_audit(month, audit.public_id, by="nora")
    own = {audit.reference for audit in audits_of(month, "nora")}
    assert set(nora.get("/audits/submitted").texts("tbody th")) == own
    read = set(at_desk("dara").get("/audits/submitted").texts("tbody th"))
    assert read == own
    of_one_type = nora.get(f"/audits/submitted?type={mine.case_type}").texts("tbody th")
    assert mine.reference in of_one_type
    assert len(of_one_type) < len(own)
    assert "No submitted audit" in nora.get("/audits/submitted?grade=inadequate").texts(".app-empty")[0]
    assert not at_desk("prue").get("/audits/submitted").texts("tbody th")
    offered = [option.get("value") for option in nora.get("/audits/submitted").all("select[name=grade] option")]
    assert offered == ["", "outstanding", "good", "requires_improvement_to_be_good", "inadequate"], (
        "of the scale in use"
    )
    assert "No submitted audit" in nora.get("/audits/submitted?grade=best").texts(".app-empty")[0]
    for wrong in ("type=NONE", "after=nowhere"):
        nora.get(f"/audits/submitted?{wrong}", status=404)


def test_a_head_of_service_meets_what_is_late_in_it_and_nothing_that_is_written_there(
    month: Council, at_desk: AtDesk, clock: Clock
) -> None:
    clock.at = month.at + timedelta(days=30)
    hope = at_desk("hope").get("/")
    late = {audit.reference for name in ("nora", "sol") for audit in audits_of(month, name)}
    assert hope.heading == f"{len(late)} audits late in your services"
    assert set(hope.texts("main tbody th")) >= late
    assert not [link for link in hope.all("main tbody a") if "/audits/" in link.attrib["href"]]
    assert "late in your services" not in at_desk("hugo").get("/").heading, "no team of theirs audits"
    assert at_desk("dara").get("/").heading == f"{len(late)} audits late in your services"


def test_the_quality_assurance_team_sees_the_next_dates_of_the_programme(month: Council, at_desk: AtDesk) -> None:
    theme = Plan(
        kind=ProgrammeKind.THEMATIC,
        title="Missing children",
        starts_on=date(2026, 10, 26),
        ends_on=date(2026, 11, 13),
        size=6,
    )
    with month.database.transaction() as session:
        programme.add_entry(session, theme, repeated=False, by=month.viewer("quinn"), at=month.at)
    page = at_desk("quinn").get("/")
    assert page.texts("main section ul.govuk-list li") == [
        "26 October 2026 (in 7 working days): Starts, Missing children",
        "13 November 2026 (in 21 working days): Audits done, Missing children",
    ]


def test_an_administrator_meets_messages_that_want_a_decision(month: Council, at_desk: AtDesk) -> None:
    adam = at_desk("adam")
    assert "given up" not in " ".join(adam.get("/").texts("main"))
    with month.database.transaction() as session:
        outbox.queue(
            session,
            key="k",
            person_id=month.people["nora"].id,
            kind=MessageKind.DIGEST,
            subject="s",
            body="b",
            path="/",
            at=month.at,
        )
    assert "Now: 1 waiting to be sent." in " ".join(adam.get("/").texts("main"))
    with month.database.transaction() as session:
        session.execute(update(Message).values(state=MessageState.GIVEN_UP))
    said = " ".join(adam.get("/").texts("main"))
    assert "1 message was given up or may not have arrived" in said
    assert "Now: 1 to decide about." in said


def test_an_administrator_reads_how_many_have_not_signed_in_yet(month: Council, at_desk: AtDesk) -> None:
    people = at_desk("adam").get("/").texts("main p")[0]
    assert people.endswith(f"make their sign-in links. Now: {len(ROLES)} not signed in yet.")
    with month.database.transaction() as session:
        session.execute(update(Person).values(password_hash="a hash"))
    assert "not signed in yet" not in at_desk("adam").get("/").texts("main")[0]


def test_it_is_said_in_time_that_bank_holidays_run_out(month: Council, at_desk: AtDesk, clock: Clock) -> None:
    said = f"Bank holidays are known up to 31 December {announced_until().year}."
    assert said not in words(at_desk("quinn").get("/").one("main"))
    clock.at = datetime(announced_until().year, 9, 1, 9, tzinfo=UTC)
    for name in ("quinn", "adam"):
        assert said in words(at_desk(name).get("/").one("main"))
    assert said not in words(at_desk("nora").get("/").one("main"))


def test_a_new_council_is_led_to_its_first_month(browser: Browser, database: Database, at: datetime) -> None:
    council = make_council(database, at)
    quinn = browser.sign_in(council.people["quinn"])
    assert quinn.get("/").heading == "Begin with October 2026"
    assert quinn.get("/").texts(".app-first-steps .govuk-task-list__status") == ["To do"] * 3
    give_case_list(council)
    assert quinn.get("/").texts(".app-first-steps .govuk-task-list__status")[0] == "Done"
    assert "wait." in quinn.get("/").texts(".app-first-steps .govuk-task-list__hint")[1]
    open_month(council)
    assert quinn.get("/").heading.startswith("October 2026: 0 of 20 done")
