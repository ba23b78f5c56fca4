"""The findings as PDF, CSV and JSON: all say what the record says, and nothing that it hides."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest

from auditapp.documents.findings_charts import done_chart, table_chart
from auditapp.documents.findings_files import CSV_HEADINGS, findings_csv, findings_json
from auditapp.documents.findings_paper import TITLE, findings_paper
from auditapp.documents.method import METHOD
from auditapp.domain.board import for_board
from auditapp.domain.figures import HIDDEN, Row, Table
from auditapp.domain.findings import Findings, find
from auditapp.domain.theme_actions import OfTheme, ThemeAction
from tests.documents.reading import faults, footers, outline, spoken, tables, text
from tests.documents.samples import COUNCIL, DOMAINS, FONTS, ILACS, MADE_AT, NASTY, QUARTER, TARGETS, counts, findings


def paper(record: Findings) -> bytes:
    return findings_paper(record, council=COUNCIL, made_at=MADE_AT, fonts=FONTS)


def lines(record: Findings) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(findings_csv(record).decode("utf-8-sig"))))


RECORDS = {
    "full": findings(),
    "board": for_board(findings()),
    "nothing": find(QUARTER, [], domains=DOMAINS, scales=[ILACS], targets=TARGETS),
    "no targets": find(QUARTER, counts(), domains=DOMAINS, scales=[ILACS], targets={}),
    "too few for a board": for_board(
        find(QUARTER, list(counts())[:60], domains=DOMAINS, scales=[ILACS], targets=TARGETS)
    ),
}


@pytest.fixture(scope="module", params=RECORDS, ids=str)
def record(request: pytest.FixtureRequest) -> Findings:
    return RECORDS[request.param]


@pytest.fixture(scope="module")
def document(record: Findings) -> bytes:
    return paper(record)


def test_the_paper_is_pdf_ua(document: bytes) -> None:
    assert faults(document) == []


def test_the_paper_opens_with_title_period_and_headline(record: Findings, document: bytes) -> None:
    said = [each.text for each in spoken(document)]
    assert said[:2] == [COUNCIL, TITLE]
    assert said[2] == f"{record.period} · made on 5 October 2026, 10:30"
    assert said[3:5] == ["Summary", record.headline]


def test_the_summary_stands_on_page_1(document: bytes) -> None:
    said = spoken(document)
    until = next(at for at, each in enumerate(said) if each.text == "Audits done")
    assert {each.page for each in said[:until]} == {1}


def test_why_counts_are_missing_stands_beside_the_first_figures_of_a_board(record: Findings, document: bytes) -> None:
    said = [each.text for each in spoken(document) if each.page == 1]
    until = said.index("Audits done") if "Audits done" in said else len(said)
    why = "Counts of 1 to 4, and what would give them away, are not shown: few audits can point to a child."
    assert (why in said[:until]) == (record.suppressed_under == 5)


def test_the_paper_has_every_figure_of_the_record(record: Findings, document: bytes) -> None:
    done, *printed = tables(document)
    assert [cell for line in done[1:] for cell in line[1:2]] == [
        HIDDEN if each is None else str(each) for each in (*(part.done for part in record.done), record.audits)
    ]
    assert len(printed) == len(record.tables)
    for table, lines_printed in zip(record.tables, printed, strict=True):
        for row, cells in zip(table.rows, lines_printed[1:], strict=True):
            assert cells == printed_texts(table, row)


def printed_texts(table: Table, row: Row) -> list[str]:
    """The texts of a row; good or better and its likely range in one cell where other columns leave no room."""
    *texts, share, likely = table.texts(row)
    if table.is_score or len(table.shared) == 1 or not table.said_beside:
        return [*texts, share, likely]
    return [*texts, share if share == likely else f"{share} {likely}"]


def test_the_paper_says_how_to_read_it(record: Findings, document: bytes) -> None:
    said = [each.text for each in spoken(document) if each.tag == "LBody"]
    assert said == [*record.notes, *METHOD]


def test_every_table_of_grades_has_its_chart_before_it(record: Findings, document: bytes) -> None:
    pictures = [each.alt for each in spoken(document) if each.tag == "Figure"]
    charts = [table_chart(table, period=record.period) for table in record.tables]
    expected = [done_chart(record), *(chart for chart in charts if chart)]
    assert pictures == [f"{chart.title}. {chart.description}" for chart in expected]


def test_the_outline_leads_to_every_table(record: Findings, document: bytes) -> None:
    titles = [title for depth, title in outline(document) if depth == 1]
    assert titles == ["Summary", "Audits done", *(table.title for table in record.tables), "How to read these figures"]


def test_the_csv_has_one_line_for_every_figure(record: Findings) -> None:
    given = [line for line in lines(record) if line["Table"] not in {"Headline", "Note"}]
    cells = sum(len(table.columns) + len(table.beside) + 2 for table in record.tables for _ in table.rows)
    assert len(given) == cells + len(record.done) + 1
    assert all(line["Period"] == record.period for line in given)


def test_the_csv_counts_what_the_record_counts(record: Findings) -> None:
    given = {(line["Table"], line["Row"], line["Figure"]): line for line in lines(record)}
    for table in record.tables:
        for row in table.rows:
            assert_line(given[table.title, row.label, table.columns[0].label], row)


def assert_line(line: dict[str, str], row: Row) -> None:
    """The line of a row's first cell says what the cell does."""
    cell = row.cells[0]
    assert line["Count"] == (HIDDEN if cell.count is None else str(cell.count))
    assert line["Out of"] == (HIDDEN if row.n is None else str(row.n))
    assert line["Per cent"] == ("" if cell.percentage is None else str(cell.percentage))


def test_the_json_holds_the_record(record: Findings) -> None:
    data = json.loads(findings_json(record))
    assert (data["headline"], data["audits"], data["target"]) == (record.headline, record.audits, record.target)
    assert [table["key"] for table in data["tables"]] == [table.key for table in record.tables]
    for table, written in zip(record.tables, data["tables"], strict=True):
        for row, written_row in zip(table.rows, written["rows"], strict=True):
            assert [cell["count"] for cell in written_row["cells"].values()] == [cell.count for cell in row.cells]
            assert (written_row["n"], written_row["share"]["count"]) == (row.n, row.share.count)


def test_the_same_record_gives_the_same_files(record: Findings, document: bytes) -> None:
    assert paper(record) == document
    assert findings_csv(record) == findings_csv(record)


def test_csv_is_marked_as_utf_8_and_headed() -> None:
    data = findings_csv(RECORDS["full"])
    assert data.startswith(b"\xef\xbb\xbf")
    assert tuple(lines(RECORDS["full"])[0]) == CSV_HEADINGS


def test_a_team_named_like_a_formula_cannot_calculate() -> None:
    whole = RECORDS["full"]
    by_team = next(table for table in whole.tables if table.key == "by_team")
    rows = (replace(by_team.rows[0], label='=HYPERLINK("x")'), *by_team.rows[1:])
    record = replace(whole, tables=(replace(by_team, rows=rows),))
    assert {line["Row"] for line in lines(record) if "HYPERLINK" in line["Row"]} == {'\'=HYPERLINK("x")'}


def test_what_a_board_may_not_know_is_in_none_of_its_files() -> None:
    whole, board = RECORDS["full"], RECORDS["board"]
    teams = {row.label for table in whole.tables if table.key == "by_team" for row in table.rows if not row.is_total}
    given = text(paper(board)), findings_csv(board).decode(), findings_json(board).decode()
    assert teams
    assert not any(team in file for team in teams for file in given)
    assert all("4 (7 %)" not in file for file in given)
    assert "4 (7 %)" in text(paper(whole))


def hidden_segments(table: Table) -> list[str]:
    chart = table_chart(table, period="")
    assert chart
    return [entry.label for entry in chart.key]


def test_where_grades_are_hidden_the_chart_shows_good_or_better_against_the_rest() -> None:
    full, board = RECORDS["full"].table("by_domain"), RECORDS["board"].table("by_domain")
    assert full
    assert board
    assert hidden_segments(full)[0] == "O: Outstanding"
    assert hidden_segments(board)[:2] == ["Good or better", "Below good"]


def test_a_chart_is_drawn_for_tables_of_grades_only() -> None:
    drawn = {table.key for table in RECORDS["full"].tables if table_chart(table, period="")}
    assert drawn == {"overall", "by_month", "by_case_type", "by_team", "by_domain", "by_standard"}


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_the_paper_is_pdf_ua_whatever_teams_and_domains_are_called(words: str) -> None:
    whole = RECORDS["full"]
    table = whole.tables[1]
    named = replace(table, title=words, note=words, rows=tuple(replace(row, label=words) for row in table.rows))
    record = replace(whole, headline=words, tables=(named,), notes=(words,))
    assert faults(paper(record)) == []
    assert json.loads(findings_json(replace(record, headline="x", tables=(), notes=())))["period"] == whole.period


AGREED = ThemeAction("public", "THE-2026-T01-02", "Team North", 1, "See alone", "Seen", "Manager", date(2026, 11, 2))
OF_THEME = OfTheme(("Practice area: neglect.",), (AGREED,))


def test_the_paper_of_a_theme_lists_what_its_audits_agreed_on() -> None:
    data = findings_paper(RECORDS["full"], council=COUNCIL, made_at=MADE_AT, fonts=FONTS, theme=OF_THEME)
    assert faults(data) == []
    assert tables(data)[-1] == [
        ["Audit", "Action", "Success measure", "Owner", "By when"],
        ["THE-2026-T01-02", "See alone", "Seen", "Manager", "2 November 2026"],
    ]
    assert [title for depth, title in outline(data) if depth == 1][-2:] == ["Actions", "How to read these figures"]
    assert [title for depth, title in outline(data) if depth == 1][:2] == ["Summary", "What was asked, and how"]
    assert text(data).count("Practice area: neglect.") == 1
    assert "Findings of a thematic audit" in text(data)
    none = findings_paper(
        RECORDS["full"], council=COUNCIL, made_at=MADE_AT, fonts=FONTS, theme=OfTheme(("Practice area: neglect.",), ())
    )
    assert "No submitted audit asks for an action." in text(none)


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_the_actions_of_a_theme_are_pdf_ua_whatever_was_written(words: str) -> None:
    agreed = [replace(AGREED, action=words, success_measure=words, owner=words, due_on=None)]
    data = findings_paper(
        RECORDS["nothing"], council=COUNCIL, made_at=MADE_AT, fonts=FONTS, theme=OfTheme((words,), tuple(agreed))
    )
    assert faults(data) == []


def test_no_action_is_on_the_paper_of_a_board_whoever_asks_for_it() -> None:
    board = RECORDS["board"]
    assert findings_paper(board, council=COUNCIL, made_at=MADE_AT, fonts=FONTS, theme=OF_THEME) == paper(board)


def test_a_report_to_a_board_carries_the_classification_given() -> None:
    data = findings_paper(RECORDS["board"], council=COUNCIL, made_at=MADE_AT, fonts=FONTS, classification="OFFICIAL")
    assert all(footer.startswith("OFFICIAL | ") for footer in footers(data))
