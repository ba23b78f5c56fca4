"""Spreadsheets from people: what is read, and how it is said what cannot be."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from auditapp.documents.sheets import Sheet
from auditapp.documents.spreadsheets import read_spreadsheet
from auditapp.domain.annex_a import list_number
from auditapp.domain.errors import InvalidFile
from auditapp.domain.understanding import understand
from auditapp.domain.vocabulary import CaseType, RowOutcome

EXAMPLE = Path(__file__).parents[1] / "data" / "annex_a_2026-10-31.xlsx"

Fill = Callable[["xlsxwriter.Workbook", "xlsxwriter.worksheet.Worksheet"], None]


def workbook(path: Path, fill: Fill, **options: bool) -> Sheet:
    """Write a workbook of one sheet and read it back."""
    book = xlsxwriter.Workbook(path, options)
    fill(book, book.add_worksheet("List_6"))
    book.close()
    (sheet,) = read_spreadsheet(path, name="list.xlsx")
    return sheet


def csv_file(path: Path, content: bytes) -> Sheet:
    path.write_bytes(content)
    (sheet,) = read_spreadsheet(path, name="children.csv")
    return sheet


def rows_of(sheet: Sheet) -> list[list[object]]:
    return [list(row) for row in sheet.rows()]


def refusal(path: Path, name: str) -> str:
    with pytest.raises(InvalidFile) as refused:
        [list(sheet.rows()) for sheet in read_spreadsheet(path, name=name)]
    return refused.value.message


def test_the_example_workbook_imports_cleanly_and_as_counted_independently() -> None:
    book = CalamineWorkbook.from_path(EXAMPLE)
    listed = {name: book.get_sheet_by_name(name).to_python()[2:] for name in book.sheet_names}
    codes = {"a": CaseType.LAC, "b": CaseType.CP, "c": CaseType.CIN, "d": CaseType.OA, "e": CaseType.X}
    expected = {str(row[0]).lower(): (codes[str(row[10])[0]], row[11], row[12]) for row in listed["List_6"]}
    expected |= {str(row[0]).lower(): (CaseType.CL, row[5], row[6]) for row in listed["List_9"]}
    case_list, understanding = understand(read_spreadsheet(EXAMPLE, name=EXAMPLE.name), as_of=date(2026, 10, 31))
    found = {entry.case_reference: (entry.case_type, entry.team, entry.worker) for entry in case_list.entries}
    assert found == expected
    assert understanding.types == {
        CaseType.LAC: 332,
        CaseType.CP: 261,
        CaseType.CIN: 544,
        CaseType.OA: 265,
        CaseType.X: 198,
        CaseType.CL: 100,
    }
    assert len(understanding.teams) == 11
    assert understanding.warnings == ()
    assert {read.number: dict(read.rows) for read in understanding.lists} == {
        6: {RowOutcome.KEPT: 1600},
        8: {RowOutcome.KNOWN: 332},
        7: {RowOutcome.KNOWN: 261},
        9: {RowOutcome.KEPT: 100},
    }


def test_rows_keep_their_place_when_the_sheet_begins_further_down_and_right(tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        page.write(2, 1, "head")
        page.write(4, 2, 7)

    sheet = workbook(tmp_path / "a.xlsx", fill)
    assert rows_of(sheet) == [["", "", ""], ["", "", ""], ["", "head", ""], ["", "", ""], ["", "", 7.0]]


def test_texts_are_the_same_whether_shared_or_in_the_cells(tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        for row in range(2000):
            page.write_row(row, 0, [f"{row:05}", 'Ends <here> & "so" c:c !', "x" * (row % 700)])

    shared = workbook(tmp_path / "a.xlsx", fill)
    inline = workbook(tmp_path / "b.xlsx", fill, constant_memory=True)
    assert rows_of(shared) == rows_of(inline)
    assert rows_of(shared)[1999] == ["01999", 'Ends <here> & "so" c:c !', "x" * (1999 % 700)]
    assert shared.height == inline.height == 2000


def test_a_formula_is_read_by_its_stored_value_and_named_without_one(tmp_path: Path) -> None:
    def fill(_: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        page.write_formula(0, 0, "=A9", value=12)
        page.write_formula(1, 0, '="North"', value="North")
        page.write_formula(2, 1, "=A9", value="")
        page.write_formula(3, 27, "=1/0", value="#DIV/0!")

    sheet = workbook(tmp_path / "a.xlsx", fill)
    assert [row[0] for row in sheet.rows()][:2] == [12.0, "North"]
    assert sheet.unreadable == {(3, 1), (4, 27)}


def test_blank_cells_with_a_format_reach_nowhere(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook, page: xlsxwriter.worksheet.Worksheet) -> None:
        page.write(0, 0, "x")
        page.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    assert rows_of(workbook(tmp_path / "a.xlsx", fill)) == [["x"]]


def test_a_sheet_that_is_not_wanted_is_not_looked_through(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    book.add_worksheet("Wide").write(0, 10_000, "x")
    book.add_worksheet("List 6").write(0, 0, "x")
    book.close()
    wide, wanted = read_spreadsheet(
        tmp_path / "a.xlsx", name="a.xlsx", wanted=lambda name: list_number(name) is not None
    )
    assert (wide.name, rows_of(wide)) == ("Wide", [])
    assert (wanted.name, rows_of(wanted)) == ("List 6", [["x"]])
    assert refusal(tmp_path / "a.xlsx", "a.xlsx").startswith("The sheet 'Wide' has more than 200 columns.")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_csv_is_read_with_any_separator(tmp_path: Path, separator: str, end: str) -> None:
    text = end.join([separator.join(['"Child Unique ID"', "Status"]), "", separator.join(["007", '"a ""b"""', "c"])])
    sheet = csv_file(tmp_path / "a", text.encode())
    assert rows_of(sheet) == [["Child Unique ID", "Status"], ["", ""], ["007", 'a "b"', "c"]]
    assert (sheet.name, sheet.alone, sheet.notes) == ("children.csv", True, ())


def test_csv_in_utf_8_has_no_mark_before_its_first_heading(tmp_path: Path) -> None:
    assert rows_of(csv_file(tmp_path / "a", "Süd,1".encode("utf-8-sig"))) == [["Süd", "1"]]


def test_csv_of_windows_is_read_with_a_note(tmp_path: Path) -> None:
    sheet = csv_file(tmp_path / "a", "Süd – Café,1".encode("cp1252"))
    assert rows_of(sheet) == [["Süd – Café", "1"]]
    assert sheet.notes == ("The file is not UTF-8. It was read as Windows-1252: check how the teams are spelled.",)


def test_csv_of_the_four_columns_is_a_case_list(tmp_path: Path) -> None:
    text = b"Child Unique ID,Case Status,Allocated Team,Allocated Worker\n007,a) Looked after child,North,W1\n"
    case_list, _ = understand([csv_file(tmp_path / "a", text)], as_of=date(2026, 10, 31))
    assert [entry.case_reference for entry in case_list.entries] == ["007"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'a,b\n"x"y,2\n', "Row 2 cannot be read"),
        (b"a,\x81\x8d\n", "stored in a way that cannot be read"),
        (b"a,b\n\0,2\n", "bytes that no text has"),
        ("a,b".encode("utf-16"), "encoding called UTF-16"),
        (b"PK\x03\x04 and so on", "it is a workbook. Call it .xlsx"),
        (b"<!DOCTYPE html><table>", "it is a web page"),
    ],
)
def test_what_is_no_csv_is_refused_with_its_reason(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a").write_bytes(content)
    assert message in refusal(tmp_path / "a", "children.csv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7", "but it is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel file (.xls), or a workbook protected by a password"),
        (b"\n <HTML><body>", "it is a web page"),
        (b"Child Unique ID,Case Status", "it is not a workbook"),
        (b"", "it is not a workbook"),
        (b"PK\x03\x04", "damaged or cut short"),
    ],
)
def test_what_is_no_workbook_is_refused_with_its_reason(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a").write_bytes(content)
    assert message in refusal(tmp_path / "a", "list.xlsx")


@pytest.mark.parametrize("name", ["list.xls", "list.ods", "list", "list.xlsx.exe"])
def test_other_kinds_of_file_are_refused_by_their_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_bytes(b"PK\x03\x04")
    assert "are not read" in refusal(tmp_path / "a", name)
