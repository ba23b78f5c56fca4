"""One list of a workbook: where its headings stand, which columns are read, and how a wrong cell is named."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import NamedTuple, Protocol

from auditapp.domain.annex_a import NEEDED, Field, headings_of, tidy_heading
from auditapp.domain.case_references import Cell
from auditapp.domain.errors import InvalidFile

ROWS_SEARCHED = 15
PROBLEMS_NAMED = 200


class Table(Protocol):
    """What is asked of a sheet, whatever file it comes from."""

    @property
    def name(self) -> str:
        """The name of the tab, or of the file that is one table."""

    @property
    def alone(self) -> bool:
        """Whether the file is this one table, so that its name says nothing."""

    @property
    def height(self) -> int:
        """About how many rows there are: enough for a progress bar."""

    @property
    def notes(self) -> Sequence[str]:
        """What a person should know about how it was read."""

    @property
    def unreadable(self) -> Collection[tuple[int, int]]:
        """Cells that hold an error, or a formula without a stored value: row from 1, column from 0."""

    def rows(self) -> Iterator[Sequence[Cell]]:
        """Yield every row from the first, each from column A and at least as wide as those before it."""


@dataclass(slots=True)
class Problems:
    """What is wrong with a file, in the order of the file. The first are named, the rest counted."""

    named: list[str] = field(default_factory=list)
    count: int = 0
    of: str = "case list"

    def add(self, *words: str) -> None:
        """Note one more, in words that make a sentence."""
        self.count += 1
        if len(self.named) < PROBLEMS_NAMED:
            self.named.append(" ".join(words))

    def raise_if_any(self) -> None:
        """Refuse the file when anything is wrong with it."""
        if not self.count:
            return
        more = self.count - len(self.named)
        things = "One thing is wrong" if self.count == 1 else f"{self.count:,} things are wrong"
        raise InvalidFile(
            f"The {self.of} was not accepted. {things}. Nothing was changed: correct the file and import it again.",
            (*self.named, *([f"And {more:,} more."] if more else [])),
        )


class Record(NamedTuple):
    """What is read of one row; a field that the list does not have is blank."""

    row: int
    reference: Cell
    status: Cell
    team: Cell
    worker: Cell
    ended: Cell

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in the columns that are kept."""
        return not (_filled(self.reference) or any(map(_filled, self[2:5])))


@dataclass(frozen=True, slots=True)
class ListSheet:
    """A list whose headings were found: the rows below them, read by field."""

    table: Table
    number: int
    columns: dict[Field, int]
    headings: tuple[str, ...]
    unreadable_rows: frozenset[int]
    body: Iterator[tuple[int, Sequence[Cell]]]

    def place(self, row: int, which: Field) -> str:
        """Name a cell as people do: 'List_6, row 812, column L (Case Status):'."""
        column = self.columns[which]
        return f"{self.table.name}, row {row}, column {column_letters(column)} ({self.headings[column]}):"

    def records(self) -> Iterator[Record]:
        """Yield the rows below the headings, blank ones too."""
        order = (Field.REFERENCE, Field.STATUS, Field.TEAM, Field.WORKER, Field.ENDED)
        blank = -1  # the cell that is put behind each row
        read = itemgetter(*(self.columns.get(which, blank) for which in order))
        for row, cells in self.body:
            yield Record(row, *read((*cells, "")))

    def kept(self) -> tuple[str, ...]:
        """Give the headings of the columns that are held."""
        return tuple(self.headings[column] for column in sorted(self._held()))

    def dropped(self) -> tuple[str, ...]:
        """Give the headings of the columns that are never held."""
        held = self._held()
        return tuple(text for column, text in enumerate(self.headings) if text and column not in held)

    def _held(self) -> set[int]:
        return {column for which, column in self.columns.items() if which is not Field.ENDED}


def open_list(number: int, table: Table, problems: Problems) -> ListSheet | None:
    """Find the headings of a list and its columns; None, with the problem named, when something is missing."""
    body = enumerate(table.rows(), start=1)
    row, headings = _find_headings(body)
    if not headings:
        problems.add(
            f"{table.name}: none of the first {ROWS_SEARCHED} rows has the heading '{Field.REFERENCE}'. "
            "The headings stand in one row, above the children."
        )
        return None
    columns = _chosen_columns(number, f"{table.name}, row {row}:", headings, problems)
    if not columns.keys() >= set(_needed(number)):
        return None
    sheet = ListSheet(table, number, columns, headings, _unreadable_rows(table, columns), body)
    _name_unreadable(sheet, problems)
    return sheet


def _find_headings(body: Iterator[tuple[int, Sequence[Cell]]]) -> tuple[int, tuple[str, ...]]:
    """Give the row of the headings and them, empty when there are none; what is left of the body lies below."""
    for row, cells in islice(body, ROWS_SEARCHED):
        headings = tuple(" ".join(str(cell).split()) for cell in cells)
        if _columns_of(Field.REFERENCE, headings):
            return row, headings
    return 0, ()


def _needed(number: int) -> tuple[Field, ...]:
    return (*NEEDED, Field.STATUS) if number == 6 else NEEDED


def _chosen_columns(number: int, place: str, headings: tuple[str, ...], problems: Problems) -> dict[Field, int]:
    chosen: dict[Field, int] = {}
    for which in _needed(number) if number in {6, 9} else (*_needed(number), Field.ENDED):
        found = _columns_of(which, headings)
        if len(found) > 1:
            letters = " and ".join(column_letters(column) for column in found)
            problems.add(place, f"columns {letters} are both '{which}'. Keep one of them.")
        if not found and which is not Field.ENDED:
            problems.add(place, f"no column has the heading '{which}'.")
        if found:
            chosen[which] = found[0]
    return chosen


def _columns_of(which: Field, headings: Sequence[str]) -> list[int]:
    """Find the columns under the usual heading of a field, or else under the first other one that is there."""
    tidy = [tidy_heading(heading) for heading in headings]
    for known in headings_of(which):
        if known in tidy:
            return [column for column, heading in enumerate(tidy) if heading == known]
    return []


def _unreadable_rows(table: Table, columns: dict[Field, int]) -> frozenset[int]:
    kept = set(columns.values())
    return frozenset(row for row, column in table.unreadable if column in kept)


def _name_unreadable(sheet: ListSheet, problems: Problems) -> None:
    fields = {column: which for which, column in sheet.columns.items()}
    for row, column in sorted(sheet.table.unreadable):
        if column in fields:
            problems.add(
                sheet.place(row, fields[column]),
                "holds an error, or a formula without a stored value. Open the file in Excel, correct it and save it.",
            )


def column_letters(column: int) -> str:
    """Give the letters of a column counted from 0: A, ..., Z, AA."""
    letters = ""
    column += 1
    while column:
        column, last = divmod(column - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters


def _filled(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else True
