"""The sheet of a list of people: where its headings stand, its rows by column, and how a wrong cell is named."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import unique
from itertools import islice
from typing import TypeVar

from auditapp.domain.annex_a import tidy_heading
from auditapp.domain.case_references import Cell
from auditapp.domain.errors import Refused
from auditapp.domain.list_sheets import ROWS_SEARCHED, Problems, Table, column_letters
from auditapp.domain.understanding import tidy_text
from auditapp.domain.vocabulary import Labelled


@unique
class Column(Labelled):
    """What is read from a list of people. Everything else in it is dropped unread."""

    NAME = "name", "Name"
    EMAIL = "email", "E-mail"
    ROLE = "role", "Role"
    TEAM = "team", "Team"
    SERVICE = "service", "Service"
    AGENCY = "agency", "Agency"
    WORKING_TIME = "working_time", "Working time"


NEEDED = (Column.NAME, Column.EMAIL, Column.ROLE)
PLACES = (Column.TEAM, Column.SERVICE, Column.AGENCY)
LONGEST_TEXT = 254

_HEADINGS: Mapping[Column, frozenset[str]] = {
    Column.NAME: frozenset({"name", "full name"}),
    Column.EMAIL: frozenset({"email", "e-mail", "email address", "e-mail address"}),
    Column.ROLE: frozenset({"role"}),
    Column.TEAM: frozenset({"team"}),
    Column.SERVICE: frozenset({"service"}),
    Column.AGENCY: frozenset({"agency"}),
    Column.WORKING_TIME: frozenset({"working time", "fte"}),
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file, and what stands in the columns that are read."""

    number: int
    texts: Mapping[Column, str]

    def __getitem__(self, column: Column) -> str:
        return self.texts.get(column, "")

    @property
    def is_of_places(self) -> bool:
        """Whether the row is about no person, but about a team, a service or an agency."""
        return not any(self[column] for column in NEEDED) and any(self[column] for column in PLACES)


@dataclass(frozen=True, slots=True)
class PeopleSheet:
    """The rows below the headings, and what is wrong with them: kept by row and column, to be told in order."""

    table: Table
    columns: Mapping[Column, int]
    headings: tuple[str, ...]
    body: Iterator[tuple[int, Sequence[Cell]]]
    doubts: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def dropped(self) -> tuple[str, ...]:
        """The headings of the columns that are not read."""
        read = set(self.columns.values())
        return tuple(text for column, text in enumerate(self.headings) if text and column not in read)

    def rows(self) -> Iterator[Row]:
        """Yield the rows in which something is written that is read."""
        wrong = {(row, column) for row, column in self.table.unreadable if column in self.columns.values()}
        for number, cells in self.body:
            row = Row(number, {column: tidy_text(cells[at]) for column, at in self.columns.items()})
            for column, at in self.columns.items():
                if (number, at) in wrong:
                    self.doubt(row, column, "holds an error, or a formula without a stored value. Save the file anew.")
                if len(row[column]) > LONGEST_TEXT:
                    self.doubt(row, column, f"is longer than {LONGEST_TEXT} characters.")
            if any(row.texts.values()):
                yield Row(number, {column: text[:LONGEST_TEXT] for column, text in row.texts.items()})

    def read(self, row: Row, column: Column, reader: Callable[[str], T]) -> T | None:
        """Read a cell, or note what is wrong with it."""
        if not row[column]:
            self.doubt(row, column, "is missing.")
            return None
        try:
            return reader(row[column])
        except Refused as wrong:
            self.doubt(row, column, wrong.message)
            return None

    def doubt(self, row: Row, column: Column, words: str) -> None:
        """Name a cell as people do: 'Row 12, column C (Role): ...'."""
        at = self.columns.get(column)
        where = column.label if at is None else f"column {column_letters(at)} ({column.label})"
        self.doubts.append((row.number, at or 0, f"Row {row.number}, {where}: {words}"))

    def doubt_all(self, words: str) -> None:
        """Note what is wrong with the file as a whole."""
        self.doubts.append((0, 0, words))

    def raise_if_any(self) -> None:
        """Refuse the file when anything is wrong with it, and name all that is, from the top."""
        problems = Problems(of="list of people")
        for _, _, words in sorted(self.doubts, key=lambda doubt: doubt[:2]):
            problems.add(words)
        problems.raise_if_any()


def open_people_sheet(table: Table) -> PeopleSheet:
    """Find the headings: the first row that has two of those that are needed."""
    body = enumerate(table.rows(), start=1)
    for _, cells in islice(body, ROWS_SEARCHED):
        headings = tuple(tidy_text(cell) for cell in cells)
        columns = dict(_columns(headings))
        if len(columns.keys() & set(NEEDED)) > 1:
            sheet = PeopleSheet(table, columns, headings, body)
            for words in _wrong_headings(sheet):
                sheet.doubt_all(words)
            return sheet
    sheet = PeopleSheet(table, {}, (), body)
    sheet.doubt_all(f"None of the first {ROWS_SEARCHED} rows has the headings 'Name', 'E-mail' and 'Role'.")
    return sheet


def _columns(headings: Sequence[str]) -> Iterator[tuple[Column, int]]:
    for at, heading in enumerate(headings):
        for column, spellings in _HEADINGS.items():
            if tidy_heading(heading) in spellings:
                yield column, at


def _wrong_headings(sheet: PeopleSheet) -> Iterator[str]:
    found = list(_columns(sheet.headings))
    for column in Column:
        letters = [column_letters(at) for which, at in found if which is column]
        if len(letters) > 1:
            yield f"Columns {' and '.join(letters)} are both '{column.label}'. Keep one of them."
        if not letters and column in NEEDED:
            yield f"No column has the heading '{column.label}'."
