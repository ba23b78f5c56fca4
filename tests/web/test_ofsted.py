"""The regulator's own published judgements, brought in as earlier results: every way out gives the known figures.

The figures are those of the column 'From the file' in the notes on the data: counted there by hand, from the file.
"""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import pytest
from sqlalchemy import select

from auditapp import cli
from auditapp.domain.vocabulary import Role
from auditapp.persistence.audits import Audit
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from tests.conftest import NewDatabase
from tests.documents import reading
from tests.factories import NAMES, people
from tests.faults import contents
from tests.pages import Document, words
from tests.web.conftest import Browser

DATA = Path(__file__).parents[1] / "data"
TOOL = DATA / "ofsted_sif_tool.yaml"
JUDGEMENTS = DATA / "ofsted_sif_judgements_2013_2018.csv"
DOMAINS = ("help_protection", "cla", "adoption", "care_leavers", "leadership")

# As at, n, then Outstanding, Good, Requires improvement, Inadequate.
OVERALL = (
    ("2015-06-30", 57, (0, 14, 30, 13)),
    ("2015-11-30", 72, (0, 17, 37, 18)),
    ("2017-12-08", 147, (3, 52, 64, 28)),
)
LAST = "2017-12-08"
# Outstanding, Good, Requires improvement, Inadequate, not judged: latest per authority on 8 December 2017.
BY_DOMAIN = {
    "Help and protection": (0, 42, 79, 26, 0),
    "Looked-after children": (4, 54, 74, 14, 1),
    "Adoption": (16, 76, 47, 6, 2),
    "Care leavers": (9, 60, 62, 15, 1),
    "Leadership, management and governance": (12, 51, 58, 26, 0),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the judgements in the form in which earlier results are imported: no team, `urn` as case reference."""
    path = tmp_path_factory.mktemp("ofsted") / "results.csv"
    with JUDGEMENTS.open(encoding="utf-8") as read, path.open("w", encoding="utf-8", newline="") as written:
        writer = csv.writer(written)
        writer.writerow(["Case reference", "Date", "Overall", *DOMAINS])
        for line in csv.DictReader(read):
            writer.writerow([line["urn"], line["date"], line["overall"], *(line[domain] for domain in DOMAINS)])
    return path


@pytest.fixture(scope="module")
def database(new_database: NewDatabase, results: Path) -> Iterator[Database]:
    """Give one database with the tool and the results, both brought in by their commands; nothing here changes it."""
    fresh = new_database()
    people(fresh)
    run(fresh, "tools", "import", str(TOOL), "--publish")
    run(fresh, "audits", "import", str(results), "--tool", "ofsted-sif")
    yield fresh
    fresh.close()


@pytest.fixture
def qa(browser: Browser, database: Database) -> Browser:
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.name == NAMES[Role.QA])).one()
    return browser.sign_in(person)


def run(database: Database, *arguments: str) -> None:
    """Run a command on a database, as from a shell."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AUDITAPP_DATABASE_URL", database.url.render_as_string(hide_password=False))
        environment.setenv("AUDITAPP_SECRET_KEY", "a secret of tests, long enough to be one")
        cli.commands.main(list(arguments), standalone_mode=False)


def page_table(page: Document, caption: str) -> dict[str, list[str]]:
    """Return the rows of a table of a page, by their first cell."""
    table = next(table for table in page.all("table") if words(Document(table).one("caption")).startswith(caption))
    rows = ([words(cell) for cell in row.iter() if cell.tag in {"th", "td"}] for row in Document(table).all("tbody tr"))
    return {row[0]: row[1:] for row in rows}


def counts(cells: list[str]) -> tuple[int, ...]:
    """Return the numbers that cells begin with."""
    return tuple(int(cell.split()[0]) for cell in cells)


def position(as_at: str, kind: str = "") -> str:
    return f"/findings/position/ofsted-sif{kind}?as_at={as_at}"


@pytest.mark.parametrize(("as_at", "n", "grades"), OVERALL)
def test_the_page_gives_the_known_figures(qa: Browser, as_at: str, n: int, grades: tuple[int, ...]) -> None:
    page = qa.get(position(as_at))
    row = page_table(page, "Overall grades, position")["All audits"]
    assert counts(row[:5]) == (*grades, n)


@pytest.mark.parametrize(("as_at", "n", "grades"), OVERALL)
def test_the_csv_gives_the_known_figures(qa: Browser, as_at: str, n: int, grades: tuple[int, ...]) -> None:
    lines = csv_lines(qa, as_at)
    assert [lines["Overall grades", "All audits", grade]["Count"] for grade in GRADES] == [str(each) for each in grades]
    assert lines["Overall grades", "All audits", "Judged"]["Count"] == str(n)


@pytest.mark.parametrize(("as_at", "n", "grades"), OVERALL)
def test_the_json_gives_the_known_figures(qa: Browser, as_at: str, n: int, grades: tuple[int, ...]) -> None:
    [row] = json_rows(qa, as_at, "overall")
    assert tuple(cell["count"] for cell in row["cells"].values()) == grades
    assert row["n"] == n


@pytest.mark.parametrize(("as_at", "n", "grades"), OVERALL)
def test_the_pdf_gives_the_known_figures(qa: Browser, as_at: str, n: int, grades: tuple[int, ...]) -> None:
    row = paper_table(qa, as_at, rows=("All audits",))["All audits"]
    assert counts(row[:5]) == (*grades, n)


GRADES = ("Outstanding", "Good", "Requires improvement", "Inadequate")


def csv_lines(qa: Browser, as_at: str) -> dict[tuple[str, str, str], dict[str, str]]:
    text = qa.client.get(position(as_at, ".csv")).get_data().decode("utf-8-sig")
    return {(line["Table"], line["Row"], line["Figure"]): line for line in csv.DictReader(io.StringIO(text))}


class JsonRow(TypedDict):
    """What is looked at of a row of the JSON."""

    label: str
    cells: dict[str, dict[str, int]]
    n: int
    beside: dict[str, int]


def json_rows(qa: Browser, as_at: str, table: str) -> list[JsonRow]:
    record = json.loads(qa.client.get(position(as_at, ".json")).get_data())
    rows: list[JsonRow] = next(each["rows"] for each in record["tables"] if each["key"] == table)
    return rows


def paper_table(qa: Browser, as_at: str, *, rows: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the table of the PDF whose rows are these."""
    content = qa.client.get(position(as_at, ".pdf")).get_data()
    assert reading.faults(content) == []
    for table in reading.tables(content):
        if tuple(row[0] for row in table[1:]) == rows:
            return {row[0]: row[1:] for row in table[1:]}
    raise AssertionError(f"no table has the rows {rows}")


def test_the_last_position_is_published_as_it_is_known(qa: Browser) -> None:
    page = qa.get(position(LAST))
    row = page_table(page, "Overall grades, position")["All audits"]
    assert row[0] == "3 (2.0 %)"
    assert row[3] == "28 (19.0 %)"
    assert row[-2] == "55 (37.4 %)"
    assert page.texts("p.app-lead") == [
        "Of 147 audits, 55 were good or better: 37.4 %, likely between 30.0 % and 45.5 %."
    ]


def test_page_csv_json_and_pdf_give_the_known_judgements(qa: Browser) -> None:
    page = page_table(qa.get(position(LAST)), "Grades by domain")
    paper = paper_table(qa, LAST, rows=tuple(BY_DOMAIN))
    lines = csv_lines(qa, LAST)
    rows = {row["label"]: row for row in json_rows(qa, LAST, "by_domain")}
    for domain, (*grades, not_judged) in BY_DOMAIN.items():
        n = sum(grades)
        known = (*grades, n, 0, not_judged)
        # No domain was not applicable: a column of noughts stands in the files, and not on page and paper.
        shown = (*grades, n, not_judged)
        assert counts(page[domain][:6]) == shown
        assert counts(paper[domain][:6]) == shown
        figures = (*GRADES, "Judged", "Not applicable", "Not judged")
        assert tuple(int(lines["Grades by domain", domain, figure]["Count"]) for figure in figures) == known
        row = rows[domain]
        assert (*(cell["count"] for cell in row["cells"].values()), row["n"], *row["beside"].values()) == known


def test_the_indicative_grade_is_the_published_one_in_162_of_167(database: Database) -> None:
    with database.reading() as session:
        pairs = session.execute(select(Audit.overall_grade, Audit.indicative_grade)).all()
    assert len(pairs) == 167
    assert sum(own == indicative for own, indicative in pairs) == 162


def test_importing_the_results_again_changes_nothing(database: Database, results: Path) -> None:
    before = contents(database)
    run(database, "audits", "import", str(results), "--tool", "ofsted-sif")
    assert contents(database) == before
