"""The first page, role by role: what comes next, what is to be decided, and the actions that are near or past."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.programme import Plan
from auditapp.domain.vocabulary import AbsenceKind, CycleKind, ProgrammeKind
from auditapp.jobs.table import JOBS
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.job_runs import JobRun, note_run
from auditapp.persistence.queries.audit_lists import PAGE
from auditapp.services import actions, findings, programme
from auditapp.services.actions import Planned
from tests.absences import ASKED, enter, enter_approved
from tests.council import Council, audits_of, open_month, submitted_audit
from tests.pages import Document
from tests.statements import counted
from tests.web.conftest import Browser, Clock
from tests.web.writing import AtDesk

ACTIONS = "section[aria-label=Actions]"
DATES = "section[aria-labelledby=dates] li"
OPENING = "2 November 2026 (in 12 working days): The audits of November 2026 are given out"
THEME = [
    "26 October 2026 (in 7 working days): Starts, Missing children",
    "13 November 2026 (in 21 working days): Audits done, Missing children",
]


def plan_theme(council: Council, *auditors: str, title: str = "Missing children", starts: int = 26) -> None:
    """Plan a theme in which some auditors take part."""
    theme = Plan(
        kind=ProgrammeKind.THEMATIC,
        title=title,
        starts_on=date(2026, 10, starts),
        ends_on=date(2026, 11, 13),
        size=6,
        auditors=tuple(council.people[name].public_id for name in auditors),
    )
    with council.database.transaction() as session:
        programme.add_entry(session, theme, repeated=False, by=council.viewer("quinn"), at=council.at)


def agree_on(council: Council, audit: Audit, name: str, due_on: date, action: str = "See the child alone") -> None:
    """Write an action into an audit."""
    planned = Planned(action, "Seen within a week", "Team manager", due_on)
    with council.database.transaction() as session:
        actions.write_action(
            session, audit.public_id, number=None, planned=planned, by=council.viewer(name), at=council.at
        )


def test_an_auditor_reads_when_the_next_audits_come_and_what_names_them(month: Council, at_desk: AtDesk) -> None:
    plan_theme(month, "nora")
    nora = at_desk("nora").get("/")
    assert nora.texts(DATES) == [THEME[0], OPENING, THEME[1]]
    assert not nora.all(f"{DATES} a"), "an auditor has no page of the programme"
    assert at_desk("sol").get("/").texts(DATES) == [OPENING]


def test_a_month_that_is_open_already_is_not_opened_next(month: Council, at_desk: AtDesk) -> None:
    open_month(month, "2026-11")
    (opening,) = at_desk("nora").get("/").texts(DATES)
    assert opening.startswith("1 December 2026 ")
    assert opening.endswith("The audits of December 2026 are given out")


def test_a_month_that_the_programme_does_not_have_is_not_opened_next(month: Council, at_desk: AtDesk) -> None:
    december = Plan(
        kind=ProgrammeKind.QOP_MONTH, title="December", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31), size=20
    )
    with month.database.transaction() as session:
        programme.add_entry(session, december, repeated=False, by=month.viewer("quinn"), at=month.at)
    (opening,) = at_desk("nora").get("/").texts(DATES)
    assert opening.endswith("The audits of December 2026 are given out"), "the year has a month, and none in November"


@pytest.mark.parametrize("name", ["hope", "hugo", "asha", "dara"])
def test_who_reads_the_programme_sees_its_next_dates_and_may_open_them(
    month: Council, at_desk: AtDesk, name: str
) -> None:
    plan_theme(month)
    browser = at_desk(name)
    page = browser.get("/")
    assert page.texts(DATES) == THEME
    assert browser.get(page.all(f"{DATES} a")[0].attrib["href"]).heading == "Missing children"


def test_of_many_dates_the_next_five_are_shown_and_to_heads_nothing_that_is_late(
    month: Council, at_desk: AtDesk, clock: Clock
) -> None:
    for starts in range(16, 24):
        plan_theme(month, title=f"Theme of {starts}", starts=starts)
    clock.at += timedelta(days=3)
    dates = at_desk("hope").get("/").texts(DATES)
    assert len(dates) == 5
    assert not [date for date in dates if "late" in date]


@pytest.mark.parametrize("name", ["bea", "paul", "prue", "adam"])
def test_who_has_no_part_in_the_programme_reads_no_dates_of_it(month: Council, at_desk: AtDesk, name: str) -> None:
    plan_theme(month)
    assert not at_desk(name).get("/").texts(DATES)


@pytest.mark.parametrize("name", ["hope", "asha", "dara", "quinn"])
def test_what_is_to_be_decided_stands_at_the_top(month: Council, at_desk: AtDesk, name: str) -> None:
    enter(month, "nora")
    browser = at_desk(name)
    page = browser.get("/")
    links = page.all("main a")
    assert links[0].get("href") == "/absences/"
    said = "1 absence or exemption to approve or refuse"
    assert said in {page.heading, page.texts("main a")[0]}
    assert page.texts("main a").count("Absences and exemptions") == 1
    enter(month, "sol")
    assert "2 absences or exemptions to approve or refuse" in browser.get("/").texts("body")[0]


def test_who_may_not_decide_is_not_asked_to(month: Council, at_desk: AtDesk) -> None:
    enter(month, "nora", asked=replace(ASKED, kind=AbsenceKind.EXEMPTION))
    assert "to approve or refuse" not in at_desk("hope").get("/").texts("body")[0]
    assert "to approve or refuse" in at_desk("asha").get("/").texts("body")[0]


def test_of_many_late_audits_it_is_said_how_many_there_are(month: Council, at_desk: AtDesk, clock: Clock) -> None:
    open_month(month, "2026-11")
    clock.at += timedelta(days=60)
    page = at_desk("hope").get("/")
    assert page.heading == "40 audits late in your services"
    assert len(page.texts("main tbody th")) == PAGE == 25
    assert "The 25 that are latest, of 40." in page.texts("main p")


def test_an_auditor_sees_the_actions_of_their_audits_that_are_near_or_past(
    month: Council, at_desk: AtDesk, mine: Audit, clock: Clock
) -> None:
    for day, action in [(2, "Long past"), (5, "Past"), (27, "Near"), (28, "Nearer than four"), (30, "Far")]:
        agree_on(month, mine, "nora", date(2026, 11, day), action)
    clock.at = clock.at.replace(month=12, day=2)
    assert "Actions" not in at_desk("nora").get("/").texts("main")[0], "it is not submitted"
    submitted_audit(month, mine.public_id, by="nora")
    nora = at_desk("nora")
    page = nora.get("/")
    assert page.texts(f"{ACTIONS} caption") == ["Actions from your audits"]
    asked = [Document(row).texts("td")[0] for row in page.all(f"{ACTIONS} tbody tr")]
    assert asked == ["Past", "Near", "Nearer than four", "Far"]
    assert "Late by 19 working days" in page.texts(f"{ACTIONS} tbody tr")[0]
    (link, *_) = page.all(f"{ACTIONS} a")
    nora.get(link.attrib["href"])
    clock.at = clock.at.replace(month=11, day=24)
    assert len(at_desk("nora").get("/").texts(f"{ACTIONS} tbody tr")) == 3, "three working days before its date"


def test_a_team_manager_sees_the_actions_of_their_team_and_nobody_elses(
    month: Council, at_desk: AtDesk, mine: Audit, clock: Clock
) -> None:
    agree_on(month, mine, "nora", date(2026, 10, 20))
    submitted_audit(month, mine.public_id, by="nora")
    clock.at = clock.at.replace(day=19)
    sol = at_desk("sol")
    page = sol.get("/")
    assert page.texts(f"{ACTIONS} caption") == ["Actions for your team"]
    sol.get(page.all(f"{ACTIONS} a")[0].attrib["href"])
    for name in ("hope", "prue", "bea", "quinn", "adam"):
        assert "See the child alone" not in at_desk(name).get("/").texts("main")[0], name


def test_who_is_away_soon_is_named_where_their_audits_are_handed_on(month: Council, at_desk: AtDesk) -> None:
    public_id = enter_approved(month, "nora")
    quinn = at_desk("quinn")
    link = f"a[href=/handovers/absences/{public_id}]"
    (said,) = [text for text in quinn.get("/").texts("main p") if text.startswith("Nora ")]
    assert said.startswith("Nora is away from 19 October 2026, with 10 open audits due meanwhile.")
    assert quinn.get("/").all(link)
    listed = quinn.get("/handovers/")
    assert "away from 19 October 2026" in listed.texts("tbody th span")
    assert "10 open audits due meanwhile" in listed.texts("tbody td")
    quinn.get(listed.all(link)[0].attrib["href"])


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 10, 30), date(2026, 11, 20)),  # what is due is due before
        (date(2026, 10, 19), date(2026, 10, 28)),  # what is due is due after
        (date(2026, 10, 15), date(2026, 11, 20)),  # away already
    ],
)
def test_who_has_nothing_due_while_away_or_is_away_already_is_not_away_soon(
    month: Council, at_desk: AtDesk, starts_on: date, ends_on: date
) -> None:
    enter_approved(month, "nora", asked=replace(ASKED, starts_on=starts_on, ends_on=ends_on))
    quinn = at_desk("quinn")
    assert "due meanwhile. " not in quinn.get("/").texts("main")[0]
    assert "Of those who will be away in the next 10 working days" in quinn.get("/handovers/").texts("main")[0]


def test_soon_is_within_ten_working_days(month: Council, at_desk: AtDesk, clock: Clock) -> None:
    late_absence = replace(ASKED, starts_on=date(2026, 10, 29), ends_on=date(2026, 10, 29))
    enter_approved(month, "nora", asked=late_absence)
    assert "Nora is away from 29 October 2026" in at_desk("quinn").get("/").texts("main")[0]
    clock.at -= timedelta(days=1)
    assert "is away from" not in at_desk("quinn").get("/").texts("main")[0]


def test_a_head_reads_who_can_spread_the_audits_of_somebody_away(month: Council, at_desk: AtDesk) -> None:
    path = f"/absences/{enter_approved(month, 'nora')}"
    said = "The quality assurance team can spread their audits."
    assert said in at_desk("hope").get(path).texts("main p")
    for name in ("nora", "quinn"):
        assert said not in at_desk(name).get(path).texts("main p"), name
    waiting = f"/absences/{enter(month, 'sol')}"
    assert said not in at_desk("hope").get(waiting).texts("main p")


def test_what_themes_and_supervision_brought_stands_beside_the_month_and_not_in_it(
    month: Council, at_desk: AtDesk
) -> None:
    first, *others = audits_of(month, "nora")[:6]
    for audit in (first, *others):
        submitted_audit(month, audit.public_id, by="nora")
    assert "Beside them" not in at_desk("quinn").get("/").texts("main")[0]
    with month.database.transaction() as session:
        like = session.scalars(select(Cycle)).one()
        for kind, moved in ((CycleKind.THEMATIC, others[:3]), (CycleKind.SUPERVISION, others[3:])):
            cycle = Cycle(
                public_id=kind.value,
                kind=kind,
                period=like.period,
                title="A theme",
                tool_version_id=like.tool_version_id,
                target=0,
                opened_at=month.at,
            )
            session.add(cycle)
            session.flush()
            for audit in moved:
                session.get_one(Audit, audit.id).cycle_id = cycle.id
        findings.recount(session, by=COMMAND_LINE, at=month.at)
    assert "Beside them: 3 of themes, 2 of supervision files" in at_desk("quinn").get("/").texts(".app-figure__note")


def test_ones_own_absences_are_reached_from_the_first_page_and_from_ones_account(nora: Browser) -> None:
    for path in ("/", "/account/"):
        assert nora.get(path).all("main a[href=/absences/mine]"), path


def test_who_does_not_audit_is_led_to_no_absences_of_their_own(at_desk: AtDesk) -> None:
    assert not at_desk("bea").get("/account/").all("a[href=/absences/mine]")


def test_more_dates_and_actions_cost_no_more(month: Council, at_desk: AtDesk, mine: Audit, clock: Clock) -> None:
    def cost() -> list[int]:
        made = []
        for name in ("nora", "hope"):
            browser = at_desk(name)
            with counted(month.database) as statements:
                browser.get("/")
            made.append(len(statements))
        return made

    clock.at = clock.at.replace(day=19)
    before = cost()
    for audit in audits_of(month, "nora")[:3]:
        agree_on(month, audit, "nora", date(2026, 10, 20))
        submitted_audit(month, audit.public_id, by="nora")
    plan_theme(month, "nora", "sol")
    assert cost() == before


def test_a_schedule_that_stands_still_is_said_to_administrators_and_qa(month: Council, at_desk: AtDesk) -> None:
    def warned() -> list[str]:
        return [name for name in ("adam", "quinn", "nora", "hope") if "stands still" in text_of(name)]

    def text_of(name: str) -> str:
        return " ".join(at_desk(name).get("/").texts("main .govuk-warning-text"))

    assert warned() == [], "it has never run"
    with month.database.transaction() as session:
        for job in JOBS:
            note_run(session, job.name, due_at=month.at - timedelta(minutes=30), at=month.at)
    assert warned() == []
    with month.database.transaction() as session:
        session.execute(update(JobRun).values(due_at=month.at - timedelta(hours=3)))
    assert warned() == ["adam", "quinn"]
    # The hour after half past seven in London.
    assert "what was due on 15 October 2026, 08:00 is not done" in text_of("quinn")
