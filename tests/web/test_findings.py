"""The pages and downloads of findings, as those see them who may see all or some."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import select

from auditapp.domain.calendar import Quarter
from auditapp.domain.findings import Findings
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.services import findings
from tests.conftest import NewDatabase
from tests.documents import reading
from tests.factories import CARE, NAMES, NORTH, SOUTH, people, some_audits, submitted_audit
from tests.pages import Document, words
from tests.statements import counted
from tests.web.conftest import Browser

SUMMER, SPRING = Quarter.parse("2026-07"), Quarter.parse("2026-04")
AFTER = date(2026, 10, 15)
READERS = (Role.QA, Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR)
PAGE = "/findings/2026-07"

SignIn = Callable[[Role], Browser]


@pytest.fixture(scope="module")
def database(new_database: NewDatabase) -> Iterator[Database]:
    """Give a database with two quarters of audits, which nothing here changes."""
    fresh = new_database()
    people(fresh)
    some_audits(fresh, SPRING, n=12, seed=3)
    some_audits(fresh, SUMMER, n=21)
    yield fresh
    fresh.close()


@pytest.fixture
def sign_in(new_browser: Callable[[], Browser], database: Database) -> SignIn:
    """Give a function that opens a browser in which the person of a role is signed in."""

    def as_role(role: Role) -> Browser:
        with database.reading() as session:
            person = session.scalars(select(Person).where(Person.name == NAMES[role])).one()
        return new_browser().sign_in(person)

    return as_role


@pytest.fixture
def qa(sign_in: SignIn) -> Browser:
    return sign_in(Role.QA)


def found(database: Database, quarter: Quarter = SUMMER) -> Findings:
    with database.reading() as session:
        return findings.quarter_findings(session, quarter, viewer=COMMAND_LINE, today=AFTER).findings


def rows(table: Document) -> list[list[str]]:
    """Return the cells of a table's body."""
    return [[words(cell) for cell in row.iter() if cell.tag in {"th", "td"}] for row in table.all("tbody tr")]


def test_the_page_opens_with_the_sentence_to_be_quoted(qa: Browser, database: Database) -> None:
    page = qa.get(PAGE)
    assert page.heading == "Findings, July to September 2026"
    assert page.texts("p.app-lead") == [found(database).headline]
    assert page.texts("li.app-figure")[0] == "21 audits submitted, of 90 asked for"


def test_every_table_of_the_record_stands_on_the_page_with_its_figures(qa: Browser, database: Database) -> None:
    record = found(database)
    changes = record.changes
    assert changes
    shown = [rows(Document(table)) for table in qa.get(PAGE).all("table")]
    assert shown[0] == [list(change.texts) for change in changes.rows]
    assert shown[1][-1] == ["All audits", "21", "90"]
    assert shown[2:] == [[list(table.texts(row)) for row in table.rows] for table in record.tables]


def test_every_chart_has_its_table_in_the_same_section(qa: Browser) -> None:
    sections = [Document(section) for section in qa.get(PAGE).all("section.app-findings")]
    charts = [section for section in sections if section.all(".chart__drawing")]
    assert len(charts) == 7
    assert all(len(section.all("table")) == 1 for section in charts)


def test_the_contents_lead_to_every_section(qa: Browser) -> None:
    page = qa.get(PAGE)
    links = [link.get("href", "").removeprefix("#") for link in page.all("nav.app-contents a")]
    assert links == [section.get("aria-labelledby") for section in page.all("section.app-findings")]


def test_what_changed_stands_first_and_says_whether_it_may_be_chance(qa: Browser) -> None:
    page = qa.get(PAGE)
    assert page.texts("main section h2")[0] == "What changed since April to June 2026"
    assert "This could be chance." in page.texts("section.app-findings p")[0]


@pytest.mark.parametrize("role", READERS)
def test_the_page_takes_three_statements_whoever_opens_it(sign_in: SignIn, database: Database, role: Role) -> None:
    browser = sign_in(role)
    with counted(database) as statements:
        browser.get(PAGE)
    assert len(statements) == 3


def test_the_list_takes_four_statements(qa: Browser, database: Database) -> None:
    with counted(database) as statements:
        qa.get("/findings/")
    assert len(statements) == 4


def test_the_list_names_the_quarters_and_what_was_done(qa: Browser) -> None:
    page = qa.get("/findings/")
    assert rows(page) == [
        ["July to September 2026", "21 of 90", "Not shown yet"],
        ["April to June 2026", "12 of 77", "Not shown yet"],
        ["2026 to 2027", "33", "140By the end of this month", "107"],
    ]


def test_a_head_of_service_reads_of_their_own_teams_only(sign_in: SignIn) -> None:
    page = words(sign_in(Role.ASSISTANT_DIRECTOR).get(PAGE).one("main"))
    assert CARE in page
    assert NORTH not in page
    assert SOUTH not in page
    assert findings.SCOPED in page
    assert "Board" not in page


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}.pdf", f"{PAGE}.csv", f"{PAGE}.json", "/findings/"])
@pytest.mark.parametrize("role", sorted(set(Role) - set(READERS)))
def test_nobody_else_finds_them(sign_in: SignIn, role: Role, path: str) -> None:
    sign_in(role).get(path, status=404)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.QA}))
def test_only_the_quality_assurance_team_finds_the_button(sign_in: SignIn, role: Role) -> None:
    browser = sign_in(role)
    browser.get(f"{PAGE}/board", status=404)
    assert browser.client.post(f"{PAGE}/withdraw").status_code == 404


def test_the_pdf_says_what_the_page_says(qa: Browser, database: Database) -> None:
    answer = qa.client.get(f"{PAGE}.pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="findings-2026-07.pdf"'
    assert reading.faults(answer.get_data()) == []
    record = found(database)
    text = reading.text(answer.get_data())
    assert record.headline in text
    assert record.changes
    assert record.changes.sentence in text
    assert NORTH in text


def test_the_csv_holds_the_figures_and_the_changes(qa: Browser, database: Database) -> None:
    text = qa.client.get(f"{PAGE}.csv").get_data().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    changes = found(database).changes
    assert changes
    points = [line["Per cent"] for line in lines if line["Figure"] == "Change in percentage points"]
    assert points == [str(change.points) for change in changes.rows]
    assert any(point.startswith("-") for point in points)


def test_the_json_holds_the_record(qa: Browser, database: Database) -> None:
    record = json.loads(qa.client.get(f"{PAGE}.json").get_data())
    assert record["headline"] == found(database).headline
    assert [row["key"] for row in record["changes"]["rows"]][:2] == ["all", "D1"]


def test_a_quarter_without_audits_says_so_and_offers_nothing(qa: Browser) -> None:
    page = qa.get("/findings/2025-07")
    assert "There are no submitted audits for July to September 2025." in words(page.one("main"))
    assert not [link for link in page.all("main a") if "pdf" in link.get("href", "")]


@pytest.mark.parametrize(
    ("quarter", "words_of_it"),
    [("2026-08", "No quarter starts in August 2026"), ("soon", "“soon” is not a month"), ("2026-13", "no month")],
)
@pytest.mark.parametrize("kind", ["", ".pdf", "/board"])
def test_what_is_no_quarter_is_refused_in_words(qa: Browser, quarter: str, words_of_it: str, kind: str) -> None:
    page = qa.get(f"/findings/{quarter}{kind}", status=422)
    assert words_of_it in words(page.one("main"))


def test_a_quarter_without_audits_has_no_preview(qa: Browser) -> None:
    assert "nothing to show" in words(qa.get("/findings/2025-07/board", status=422).one("main"))


def test_a_position_is_that_of_the_day_that_is_asked_for(qa: Browser) -> None:
    page = qa.get("/findings/position/quality-of-practice?as_at=2026-06-30")
    assert page.heading == "Quality of Practice, position at 30 June 2026"
    assert page.texts("li.app-figure")[0] == "12 audits submitted"
    assert page.one("main form input").get("value") == "2026-06-30"
    today = qa.get("/findings/position/quality-of-practice")
    assert today.texts("li.app-figure")[0] == "33 audits submitted"


def test_a_position_before_the_first_audit_says_so(qa: Browser) -> None:
    page = qa.get("/findings/position/quality-of-practice?as_at=2015-01-01")
    assert "No audit with this tool was submitted up to 1 January 2015." in words(page.one("main"))


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-10-16", "16 October 2026 is still to come"), ("8.12.2017", "is not a date. Write it as 2017-12-08.")],
)
def test_a_position_of_no_day_is_refused_in_words(qa: Browser, day: str, said: str) -> None:
    page = qa.get(f"/findings/position/quality-of-practice?as_at={day}", status=422)
    assert said in words(page.one("main"))


def test_a_position_of_no_tool_is_not_found(qa: Browser) -> None:
    qa.get("/findings/position/nothing?as_at=2026-06-30", status=404)


def test_a_database_without_audits_says_what_comes(new_database: NewDatabase) -> None:
    """The list of an empty database is another database than the one above."""
    empty = new_database()
    people(empty)
    with empty.reading() as session:
        assert findings.overview(session, viewer=COMMAND_LINE, today=AFTER).quarters == ()
    submitted_audit(empty, on=date(2026, 7, 7))
    with empty.reading() as session:
        assert len(findings.overview(session, viewer=COMMAND_LINE, today=AFTER).quarters) == 1
