"""What a Board member reads: the frozen report and nothing else, and nothing that would make anybody out."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from auditapp.config import Settings
from auditapp.domain.board import for_board
from auditapp.domain.calendar import Quarter
from auditapp.domain.disclosure import Sum
from auditapp.domain.findings import Findings
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person, Team
from auditapp.services import findings, publications
from tests.applications import opened
from tests.conftest import MOMENT, NewDatabase
from tests.documents import reading
from tests.domain.test_board import given_away
from tests.factories import NAMES, people, some_audits, submitted_audit
from tests.pages import words
from tests.statements import counted
from tests.web.conftest import SECRET, Browser, Clock

SUMMER, SPRING = Quarter.parse("2026-07"), Quarter.parse("2026-04")
PREVIEW, REPORT = "/findings/2026-07/board", "/board/2026-07"
WITHDRAW, AGAIN = "/findings/2026-07/withdraw", "/findings/2026-07/again"
FILES = (f"{REPORT}.pdf", f"{REPORT}.csv", f"{REPORT}.json")

Cast = dict[Role, Person]


@pytest.fixture
def cast(database: Database) -> Cast:
    """Put people and nine audits of summer into the database."""
    found = people(database)
    some_audits(database, SUMMER, n=9)
    return found


@pytest.fixture
def qa(new_browser: Callable[[], Browser], cast: Cast) -> Browser:
    return new_browser().sign_in(cast[Role.QA])


@pytest.fixture
def member(new_browser: Callable[[], Browser], cast: Cast) -> Browser:
    return new_browser().sign_in(cast[Role.BOARD_MEMBER])


def show(qa: Browser, quarter: Quarter = SUMMER) -> None:
    path = f"/findings/{quarter}/board"
    qa.follow(qa.submit(qa.get(path)))


def everything(browser: Browser) -> list[str]:
    """Return all that a Board member can open, as text."""
    pages = [words(browser.get(path).root) for path in ("/", "/board/", REPORT)]
    drawn, *files = (browser.client.get(path).get_data() for path in FILES)
    return [*pages, reading.text(drawn), *reading.footers(drawn), *(file.decode() for file in files)]


def test_before_anything_is_shown_the_page_says_what_comes(member: Browser) -> None:
    assert "No report has been shown to the Board yet." in words(member.get("/board/").one("main"))
    for path in (REPORT, *FILES):
        member.get(path, status=404)


def test_one_button_shows_a_quarter_after_its_preview(qa: Browser, member: Browser) -> None:
    preview = qa.get(PREVIEW)
    page = qa.follow(qa.submit(preview))
    assert "The Board can read the findings of July to September 2026 now." in words(page.one("main"))
    assert "Shown to the Board on 15 October 2026, 10:30 by Quentin Ames." in words(page.one("main"))
    report = member.get(REPORT)
    assert report.texts("p.app-lead") == preview.texts("p.app-lead")
    assert [words(table) for table in report.all("table")] == [words(table) for table in preview.all("table")]


def test_the_board_opens_with_the_latest_report_and_lists_the_earlier_ones(
    qa: Browser, member: Browser, database: Database
) -> None:
    some_audits(database, SPRING, n=6)
    show(qa)
    show(qa, SPRING)
    page = member.get("/board/")
    assert page.texts("main h2") == ["July to September 2026", "Earlier reports"]
    assert page.texts("p.app-lead")[0].startswith("Of 9 audits")
    assert 2 <= len(page.texts("li.app-figure")) <= 3
    assert page.texts("li.app-reports__item")[0].startswith("April to June 2026 Of 6 audits")


def test_a_report_stays_as_it_was_until_it_is_shown_again(qa: Browser, member: Browser, database: Database) -> None:
    show(qa)
    before = [member.client.get(path).get_data() for path in FILES]
    submitted_audit(database, on=date(2026, 7, 30), overall="good")
    assert [member.client.get(path).get_data() for path in FILES] == before
    for _ in range(4):
        submitted_audit(database, on=date(2026, 7, 30), overall="good")
    assert "Showing it again replaces that version" in words(qa.get(PREVIEW).one("main"))
    show(qa)
    assert member.get(REPORT).texts("li.app-figure")[0].startswith("14 audits submitted")


def test_a_version_that_would_give_an_audit_away_has_no_button_and_is_refused(
    qa: Browser, member: Browser, database: Database
) -> None:
    show(qa)
    submitted_audit(database, on=date(2026, 7, 30), overall="good")
    told = "some counts differ from it by 1 to 4"
    page = qa.get(PREVIEW)
    assert told in words(page.one("main"))
    assert page.texts("main form button") == []
    assert told in qa.submit(page, form="form", to=PREVIEW, status=422).get_data(as_text=True)
    assert member.get(REPORT).texts("li.app-figure")[0].startswith("9 audits submitted")


def test_a_report_that_is_withdrawn_is_gone(qa: Browser, member: Browser) -> None:
    show(qa)
    assert "Withdraw" not in " ".join(qa.get(PREVIEW).texts("main form button")), "one press here ends nothing"
    asked = qa.get(WITHDRAW)
    assert asked.texts("main .govuk-button--warning") == ["Withdraw the report"]
    member.get(REPORT)
    page = qa.follow(qa.submit(asked))
    assert "The Board can no longer read" in words(page.one("main"))
    member.get(REPORT, status=404)
    assert qa.get(PREVIEW).texts("main form button") == ["Show to the Board"]
    qa.get(WITHDRAW, status=404)


def test_a_withdrawn_report_is_shown_again_as_it_was(qa: Browser, member: Browser, database: Database) -> None:
    show(qa)
    qa.submit(qa.get(WITHDRAW))
    submitted_audit(database, on=date(2026, 7, 30), overall="good")
    preview = qa.get(PREVIEW)
    assert preview.all(f"a[href={AGAIN}]")
    assert preview.texts("main form button") == [], "another version would give the new audit away"
    asked = qa.get(AGAIN)
    assert asked.texts("li.app-figure")[0].startswith("9 audits submitted")
    member.get(REPORT, status=404)
    assert "can read the findings of July to September 2026 again" in words(qa.follow(qa.submit(asked)).one("main"))
    assert member.get(REPORT).texts("li.app-figure")[0].startswith("9 audits submitted")
    qa.get(AGAIN, status=409)
    assert not qa.get(PREVIEW).all(f"a[href={AGAIN}]")


def test_the_button_pressed_twice_shows_once(qa: Browser, database: Database) -> None:
    preview = qa.get(PREVIEW)
    first, second = qa.submit(preview), qa.submit(preview)
    assert first.location == second.location
    with database.reading() as session:
        assert len(publications.board_reports(session)) == 1


def test_a_quarter_that_is_not_over_is_previewed_and_cannot_be_shown(qa: Browser, database: Database) -> None:
    submitted_audit(database, on=date(2026, 10, 5))
    told = "It can be shown to the Board from 1 January 2027 on."
    page = qa.get("/findings/2026-10/board")
    assert told in words(page.one("main"))
    assert page.texts("main form button") == []
    elsewhere = qa.get(PREVIEW)
    assert told in qa.submit(elsewhere, to="/findings/2026-10/board", status=422).get_data(as_text=True)


def test_the_target_is_the_plans_in_every_form(qa: Browser, member: Browser) -> None:
    show(qa)
    page = member.get(REPORT)
    drawn, *files = (member.client.get(path).get_data() for path in FILES)
    for text in (words(page.root), " ".join(reading.text(drawn).split()), *(file.decode() for file in files)):
        assert "The target is the number of audits a month that the Board approved." in text
    assert page.texts("li.app-figure")[0] == "9 audits submitted, of 60 asked for"


def test_the_quality_assurance_team_may_read_what_the_board_reads(qa: Browser) -> None:
    show(qa)
    assert qa.get(REPORT).texts("p.app-lead")
    qa.get("/board/", status=404)


def test_a_report_takes_two_statements(qa: Browser, member: Browser, database: Database) -> None:
    show(qa)
    with counted(database) as statements:
        member.get(REPORT)
    assert len(statements) == 2


def test_nothing_that_a_board_member_opens_holds_a_case_a_person_or_a_team(
    qa: Browser, member: Browser, database: Database
) -> None:
    show(qa)
    with database.reading() as session:
        cases, audits = (
            session.scalars(select(Case.case_reference)).all(),
            session.execute(select(Audit.reference, Audit.public_id)).all(),
        )
        teams = session.scalars(select(Team.name)).all()
    names = [name for role, name in NAMES.items() if role is not Role.BOARD_MEMBER]
    hidden = [*cases, *(word for audit in audits for word in audit), *teams, *names]
    assert len(hidden) > 30
    told = everything(member)
    assert not [word for word in hidden for text in told if word in text]


def test_no_small_count_stands_anywhere_and_none_can_be_worked_out(qa: Browser, database: Database) -> None:
    show(qa)
    with database.reading() as session:
        full = findings.quarter_findings(session, SUMMER, viewer=COMMAND_LINE, today=MOMENT.date()).findings
        shown = publications.board_report(session, SUMMER).findings
    assert given_away(full, shown, *like_rows(shown)) == []
    assert not [count for count in counts(shown) if count in range(1, 5)]
    assert [count for count in counts(full) if count in range(1, 5)]


def like_rows(shown: Findings) -> Iterator[Sum]:
    """A standard that one domain alone speaks for has the counts of that domain, as a reader of the tool knows."""
    domains, standards = shown.table("by_domain"), shown.table("by_standard")
    assert domains
    assert standards
    of = {row.about: row.label for row in domains.rows}
    columns = (*(column.key for column in (*domains.columns, *domains.beside)), "n", "share")
    for row in standards.rows:
        if row.about in of:
            for column in columns:
                yield Sum(("by_standard", row.label, column), (("by_domain", of[row.about], column),))


def counts(record: Findings) -> list[int | None]:
    lines = [row for table in record.tables for row in table.rows]
    cells = [cell.count for row in lines for cell in row.cells]
    return [record.audits, *cells, *(count for row in lines for count in (row.n, *row.beside, row.share.count))]


def world(new_database: NewDatabase, *, outstanding: int) -> Browser:
    """A Board member's browser over a quarter of twelve audits, seven of them good or better, so many Outstanding.

    The seven differ in their overall grade and in nothing else.
    """
    database = new_database()
    cast = people(database)
    below = "requires_improvement_to_be_good"
    for at in range(12):
        overall = "outstanding" if at < outstanding else "good" if at < 7 else below
        day = date(2026, 7, 1) + timedelta(days=at)
        grades = {f"D{k}": below if at < 7 else "good" for k in range(1, 13)}
        submitted_audit(database, on=day, overall=overall, grades=grades)
    with database.transaction() as session:
        publications.show_to_board(session, SUMMER, by=COMMAND_LINE, at=MOMENT)
    settings = Settings(database_url=str(database.url), secret_key=SECRET, base_url="http://localhost")
    app = opened(settings, database, Clock(MOMENT))
    return Browser(app.test_client(), database, Clock(MOMENT)).sign_in(cast[Role.BOARD_MEMBER])


def test_two_quarters_that_differ_only_in_hidden_counts_are_the_same_to_the_last_byte(
    new_database: NewDatabase,
) -> None:
    one, two = world(new_database, outstanding=1), world(new_database, outstanding=2)
    for path in FILES:
        assert one.client.get(path).get_data() == two.client.get(path).get_data()
    for path in ("/board/", REPORT):
        assert without_keys(one, path) == without_keys(two, path)
    full = [for_compare(browser) for browser in (one, two)]
    assert full[0] != full[1]


def without_keys(browser: Browser, path: str) -> str:
    """A page without what is new on every page: the keys of its forms."""
    return re.sub(r'name="(csrf_token|once)" value="[^"]*"', "", browser.client.get(path).get_data(as_text=True))


def for_compare(browser: Browser) -> Findings:
    """What the quality assurance team sees, which must differ, or the test above shows nothing."""
    with browser.database.reading() as session:
        found = findings.quarter_findings(session, SUMMER, viewer=COMMAND_LINE, today=MOMENT.date()).findings
    assert for_board(found) != found
    return found
