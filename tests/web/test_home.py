"""The first page, role by role: what waits for whom, and what there is to read."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from tests.council import ROLES, Council, audits_of, submitted_audit
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
    assert nora.get("/").heading == "You have an audit to finish by 29 October 2026"


def test_an_auditor_with_none_reads_when_the_next_ones_come(month: Council, nora: Browser) -> None:
    with month.database.transaction() as session:
        for audit in session.scalars(select(Audit)):
            audit.auditor_id = None
    page = nora.get("/")
    assert page.heading == "Home"
    assert "You have no audit to finish." in page.texts("main p")
    assert "when the quality assurance team opens a month" in page.texts(".app-empty")[0]


def test_quality_assurance_meets_the_month(month: Council, at_desk: AtDesk, mine: Audit) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    quinn = at_desk("quinn")
    page = quinn.get("/")
    assert page.texts("main h2")[0] == "October 2026"
    assert page.texts(".app-figure__number") == ["1 of 20", "0.3", "1"]
    assert "140 owed by the end of the month" in page.texts(".app-figure__note")
    with month.database.reading() as session:
        opened = session.scalars(select(Cycle.public_id)).one()
    assert page.all(f"a[href=/months/{opened}]")
    assert mine.reference in page.texts("tbody th")


def test_quality_assurance_is_led_to_open_the_month(month: Council, at_desk: AtDesk, clock: Clock) -> None:
    clock.at += timedelta(days=20)
    page = at_desk("quinn").get("/")
    assert "November 2026 is not open yet." in page.texts("main p")[0]
    assert page.all("main a[href=/months/]")


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
    browser.get(place(mine, "record"), status=200 if reads else 404)


def test_nobody_meets_a_blank_page(month: Council, at_desk: AtDesk, mine: Audit) -> None:
    submitted_audit(month, mine.public_id, by="nora")
    for name in ROLES:
        page = at_desk(name).get("/")
        assert len(page.texts("main p")) + len(page.texts("main table")) + len(page.texts("main li")) > 0, name
        assert ("Words about" in page.texts("main")[0]) is False


def test_who_reads_no_findings_is_led_on(at_desk: AtDesk) -> None:
    assert at_desk("bea").get("/").texts("main a") == ["Board reports"]
    assert "People" in at_desk("adam").get("/").texts("main a")
    assert at_desk("paul").get("/").texts("main p") == ["Nothing waits for you."]


def test_it_costs_no_more_with_more_audits(month: Council, at_desk: AtDesk, mine: Audit) -> None:
    most = {"nora": 4, "quinn": 9, "hope": 3, "bea": 3}
    for name, allowed in most.items():
        browser = at_desk(name)
        with counted(month.database) as statements:
            browser.get("/")
        assert len(statements) <= allowed, (name, statements)
