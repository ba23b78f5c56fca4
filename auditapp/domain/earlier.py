"""Earlier results: what audits from before the product found, read from a table of cases, dates and grades.

Every row is one audit. A result is what was judged: a blank grade is not judged, and nothing is guessed. The file is
accepted whole or not at all.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from auditapp.domain.annex_a import tidy_heading
from auditapp.domain.calendar import say_date
from auditapp.domain.case_references import Cell, case_reference
from auditapp.domain.errors import Refused
from auditapp.domain.grading import Scale
from auditapp.domain.list_sheets import ROWS_SEARCHED, Problems, Table, column_letters
from auditapp.domain.tools import ToolDefinition
from auditapp.domain.understanding import tidy_text
from auditapp.domain.vocabulary import CaseType, Unjudged

CASE, DATE, TEAM, CASE_TYPE, OVERALL = "case reference", "date", "team", "case type", "overall"
NEEDED = (CASE, DATE, OVERALL)
OPTIONAL = (TEAM, CASE_TYPE)
SPELLINGS = {
    "case": CASE,
    "reference": CASE,
    "overall grade": OVERALL,
    "type": CASE_TYPE,
}
MOST_ROWS = 20_000
LONGEST_TEAM = 200

_WRITTEN_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_BRITISH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_CASE_TYPES = {tidy_heading(word): kind for kind in CaseType for word in (kind.value, kind.label)}
_CASE_TYPES_WRITTEN = ", ".join(f"{kind.value} ({kind.label})" for kind in CaseType)
_UNJUDGED = {tidy_heading(word.label): word.value for word in Unjudged}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EarlierAudit:
    """What one earlier audit found. `overall` is None where it was not judged; `grades` are stored values by domain."""

    row: int
    case_reference: str
    on: date
    team: str
    case_type: CaseType | None
    overall: str | None
    grades: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EarlierResults:
    """What a file of earlier results says, in its order; the headings of the columns that are not read."""

    audits: tuple[EarlierAudit, ...]
    dropped_columns: tuple[str, ...]
    notes: tuple[str, ...]


def understand_earlier(table: Table, *, tool: ToolDefinition, scale: Scale, today: date) -> EarlierResults:
    """Read the earlier results out of a sheet, or raise InvalidFile that names everything wrong with it."""
    sheet = _open(table, tool)
    sheet.raise_if_any()
    reader = _Reader(sheet, tool, scale, today)
    audits = tuple(audit for audit in map(reader.read, sheet.rows()) if audit)
    if not audits and not sheet.doubts:
        sheet.doubts.append("The file holds no results.")
    sheet.raise_if_any()
    return EarlierResults(audits, sheet.dropped, tuple(table.notes))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows below the headings, and what is wrong with them in the order of the file."""

    table: Table
    columns: Mapping[str, int]
    headings: tuple[str, ...]
    body: Iterator[tuple[int, Sequence[Cell]]]
    doubts: list[str] = field(default_factory=list)

    @property
    def dropped(self) -> tuple[str, ...]:
        read = set(self.columns.values())
        return tuple(text for at, text in enumerate(self.headings) if text and at not in read)

    def rows(self) -> Iterator["_Row"]:
        """Yield the rows in which something is written that is read."""
        for count, (number, cells) in enumerate(self.body, start=1):
            if count > MOST_ROWS:
                self.doubts.append(f"There are more than {MOST_ROWS:,} rows. Import the results in parts.")
                return
            row = _Row(number, {column: cells[at] for column, at in self.columns.items()})
            if any(tidy_text(cell) for cell in row.cells.values()):
                yield row

    def doubt(self, row: int, column: str, words: str) -> None:
        """Name a cell as people do: 'Row 12, column C (overall): ...'."""
        at = self.columns[column]
        self.doubts.append(f"Row {row}, column {column_letters(at)} ({self.headings[at]}): {words}")

    def raise_if_any(self) -> None:
        problems = Problems(of="file of earlier results")
        for words in self.doubts:
            problems.add(words)
        problems.raise_if_any()


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: Mapping[str, Cell]


class _Reader:
    """Reads rows into audits, and remembers the cases and days it has met."""

    def __init__(self, sheet: _Sheet, tool: ToolDefinition, scale: Scale, today: date) -> None:
        self._sheet, self._tool, self._today = sheet, tool, today
        self._labels = ", ".join(grade.label for grade in scale.grades)
        self._grades = {
            tidy_heading(word): grade.value for grade in scale.grades for word in (grade.value, grade.label)
        }
        self._unreadable = frozenset(sheet.table.unreadable)
        self._met: dict[tuple[str, date], int] = {}

    def read(self, row: _Row) -> EarlierAudit | None:
        """Return the audit of a row, or nothing where something in it is wrong and noted."""
        reference = self._cell(row, CASE, _needed(case_reference))
        on = self._cell(row, DATE, _needed(self._day))
        team = self._cell(row, TEAM, _team)
        case_type = self._cell(row, CASE_TYPE, _case_type)
        overall = self._cell(row, OVERALL, self._overall)
        grades = {domain.code: self._cell(row, domain.code, self._grade) for domain in self._tool.domains}
        if reference is None or on is None:
            return None
        self._meet(row, reference, on)
        judged = {code: grade or Unjudged.NOT_JUDGED.value for code, grade in grades.items()}
        return EarlierAudit(row.number, reference, on, team or "", case_type, overall, judged)

    def _cell(self, row: _Row, column: str, read: Callable[[Cell], T]) -> T | None:
        if column not in self._sheet.columns:
            return None
        try:
            self._check_readable(row, column)
            return read(row.cells[column])
        except Refused as wrong:
            self._sheet.doubt(row.number, column, f"{wrong.message.rstrip('.')}.")
            return None

    def _check_readable(self, row: _Row, column: str) -> None:
        if (row.number, self._sheet.columns[column]) in self._unreadable:
            raise Refused("holds an error, or a formula without a stored value. Save the file anew.")

    def _day(self, cell: Cell) -> date:
        day = _date(cell)
        if day > self._today:
            raise Refused(f"{say_date(day)} is still to come")
        return day

    def _grade(self, cell: Cell) -> str | None:
        """A stored grade; a word of `Unjudged`; nothing for a blank."""
        word = tidy_heading(tidy_text(cell))
        if word in _UNJUDGED or not word:
            return _UNJUDGED.get(word)
        if word not in self._grades:
            raise Refused(f"'{tidy_text(cell)}' is no grade of this tool. Its grades are {self._labels}; or Not judged")
        return self._grades[word]

    def _overall(self, cell: Cell) -> str | None:
        grade = self._grade(cell)
        if grade == Unjudged.NOT_APPLICABLE:
            raise Refused("an overall grade is given or not judged; it cannot be not applicable")
        return None if grade == Unjudged.NOT_JUDGED else grade

    def _meet(self, row: _Row, reference: str, on: date) -> None:
        first = self._met.setdefault((reference, on), row.number)
        if first != row.number:
            self._sheet.doubt(row.number, CASE, f"row {first} has the same case on the same day. Keep one of them.")


def _open(table: Table, tool: ToolDefinition) -> _Sheet:
    """Find the headings: the first row that names the case and the date."""
    body = enumerate(table.rows(), start=1)
    known = _known(tool)
    for _, cells in islice(body, ROWS_SEARCHED):
        headings = tuple(tidy_text(cell) for cell in cells)
        found = [(known[word], at) for at, word in enumerate(map(tidy_heading, headings)) if word in known]
        if {CASE, DATE} <= {column for column, _ in found}:
            return _Sheet(table, dict(found), headings, body, list(_wrong_headings(found, tool)))
    wanted = f"None of the first {ROWS_SEARCHED} rows has the headings 'Case reference' and 'Date'."
    return _Sheet(table, {}, (), body, [wanted])


def _known(tool: ToolDefinition) -> Mapping[str, str]:
    """Tidy headings and the column they name: a domain by its code or its name."""
    domains = {tidy_heading(word): domain.code for domain in tool.domains for word in (domain.name, domain.code)}
    return {**domains, **SPELLINGS, **{column: column for column in (*NEEDED, *OPTIONAL)}}


def _wrong_headings(found: Sequence[tuple[str, int]], tool: ToolDefinition) -> Iterator[str]:
    domains = tuple(domain.code for domain in tool.domains)
    for column in (*NEEDED, *OPTIONAL, *domains):
        letters = [column_letters(at) for which, at in found if which == column]
        if len(letters) > 1:
            yield f"Columns {' and '.join(letters)} are both '{column}'. Keep one of them."
        if not letters and column not in OPTIONAL:
            yield f"No column has the heading '{column}'."


def _needed(read: Callable[[Cell], T]) -> Callable[[Cell], T]:
    def filled(cell: Cell) -> T:
        if not tidy_text(cell):
            raise Refused("is missing")
        return read(cell)

    return filled


def _date(cell: Cell) -> date:
    """A day as a workbook stores it, or as 2018-01-19 or 19/01/2018."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = tidy_text(cell)
    written, british = _WRITTEN_DATE.fullmatch(text), _BRITISH_DATE.fullmatch(text)
    parts = written.groups() if written else british.groups()[::-1] if british else ()
    try:
        year, month, day = map(int, parts)
        return date(year, month, day)
    except ValueError as error:
        raise Refused(f"'{text}' is not a date. Write it as 2018-01-19 or 19/01/2018") from error


def _team(cell: Cell) -> str:
    text = tidy_text(cell)
    if len(text) > LONGEST_TEAM:
        raise Refused(f"is longer than {LONGEST_TEAM} characters")
    return text


def _case_type(cell: Cell) -> CaseType | None:
    text = tidy_text(cell)
    if text and tidy_heading(text) not in _CASE_TYPES:
        raise Refused(f"'{text}' is no case type. The types are {_CASE_TYPES_WRITTEN}")
    return _CASE_TYPES.get(tidy_heading(text))
