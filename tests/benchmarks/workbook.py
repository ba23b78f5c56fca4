"""A case list of a hundred thousand invented children: the sample workbook, repeated with other identifiers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

SAMPLE = Path(__file__).parents[1] / "data" / "annex_a_2026-10-31.xlsx"
TITLE_AND_HEADINGS = 2

Value = object
Rows = Sequence[Sequence[Value]]


def write_case_list(path: Path, *, children: int) -> None:
    """Write a workbook in the shape of the sample, with at least so many children on its four lists."""
    sample = CalamineWorkbook.from_path(SAMPLE)
    lists: Mapping[str, Rows] = {name: sample.get_sheet_by_name(name).to_python() for name in sample.sheet_names}
    copies = -(-children // _children(lists))
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as workbook:
        for name, rows in lists.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(_repeated(rows, copies)):
                _write(sheet, number, row)


def _children(lists: Mapping[str, Rows]) -> int:
    return len({row[0] for rows in lists.values() for row in rows[TITLE_AND_HEADINGS:]})


def _repeated(rows: Rows, copies: int) -> Iterator[Sequence[Value]]:
    """Yield the title, the headings, and the rows again and again, each time of other children and other workers."""
    head, body = rows[:TITLE_AND_HEADINGS], rows[TITLE_AND_HEADINGS:]
    worker = next(at for at, heading in enumerate(head[-1]) if str(heading).startswith("Allocated Worker"))
    yield from head
    for copy in range(10, 10 + copies):
        for row in body:
            cells = [*row]
            cells[0] = f"{copy}{row[0]}"
            cells[worker] = row[worker] and f"{row[worker]}{copy}"
            yield cells


def _write(sheet: xlsxwriter.worksheet.Worksheet, number: int, row: Sequence[Value]) -> None:
    """Write a row by the kinds of its values: texts of digits stay texts."""
    for column, value in enumerate(row):
        if isinstance(value, date):
            sheet.write_datetime(number, column, value)
        elif isinstance(value, str):
            sheet.write_string(number, column, value)
        else:
            sheet.write_number(number, column, value)
