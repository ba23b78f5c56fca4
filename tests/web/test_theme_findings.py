"""What a theme found: its page, its paper and files say the same, and the months know nothing of it."""

import csv
import io
import json
from datetime import timedelta

import pytest

from auditapp.domain.vocabulary import CycleKind
from auditapp.services import actions, cycles
from auditapp.services.actions import Planned
from auditapp.services.theme_findings import theme_findings
from tests.council import Council, submitted_audit, write_whole_audit
from tests.documents import reading
from tests.pages import Document, words
from tests.web.conftest import Browser, Clock
from tests.web.theming import audits_of_theme, started, theme_of
from tests.web.writing import AtDesk

pytestmark = pytest.mark.usefixtures("listed")


@pytest.fixture
def read(month: Council, quinn: Browser) -> str:
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


def test_page_pdf_csv_and_json_say_the_same(month: Council, quinn: Browser, read: str) -> None:
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
    for note in ("Key lines of enquiry: Is neglect named? Is it measured?", "Sample: 6 cases drawn by chance"):
        assert any(said.startswith(note) for said in record.notes)


def test_the_months_findings_know_nothing_of_it(quinn: Browser, read: str) -> None:
    assert "There are no submitted audits yet" in words(quinn.get("/findings/").one("main"))
    assert "0 of 20" in quinn.get("/").texts("h1")[0]


def test_actions_of_submitted_audits_are_listed_and_no_others(
    month: Council, quinn: Browser, at_desk: AtDesk, clock: Clock, read: str
) -> None:
    page = quinn.get(f"{read}/actions")
    audits = [audit for name in ("nora", "sol") for audit in audits_of_theme(month, name)]
    assert len(page.texts("tbody tr")) == len(audits) - 1
    assert "Team manager" in page.texts("tbody tr")[0]
    clock.at += timedelta(days=40)
    assert "Date has passed" in words(at_desk("quinn").get(f"{read}/actions").one("main"))


def test_paper_lists_the_actions_of_the_page_to_those_who_read_them(quinn: Browser, at_desk: AtDesk, read: str) -> None:
    page = quinn.get(f"{read}/actions")
    shown = [[words(cell) for cell in row] for row in page.all("tbody tr")]
    agreed = reading.tables(quinn.client.get(f"{read}/findings.pdf").get_data())[-1]
    assert agreed[0] == ["Audit", "Action", "Success measure", "Owner", "By when"]
    assert [line[1:4] for line in agreed[1:]] == [row[1:4] for row in shown]
    assert all(row[0].startswith(line[0]) for line, row in zip(agreed[1:], shown, strict=True))
    assert all(row[4].startswith(line[4]) for line, row in zip(agreed[1:], shown, strict=True))
    for kind in ("csv", "json"):
        assert "See the child alone" not in quinn.client.get(f"{read}/findings.{kind}").get_data(as_text=True)
    elsewhere = reading.text(at_desk("hugo").client.get(f"{read}/findings.pdf").get_data())
    assert "See the child alone" not in elsewhere
    assert "No submitted audit asks for an action." in elsewhere


def test_heads_read_of_their_own_service_and_nobody_else_finds_it(quinn: Browser, at_desk: AtDesk, read: str) -> None:
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
