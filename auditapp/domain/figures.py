"""The tables of a findings record: one shape for every table, so that page, paper, CSV and JSON walk them alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from auditapp.domain.statistics import Proportion, percentage, say_likely, say_percentage

Shown: TypeAlias = int | None
"""A count, or None where it is not to be shown."""

HIDDEN = "Not shown"
NOTHING = "No result"
ALL = "all"
N = "#n"
SHARE = "#share"


@dataclass(frozen=True, slots=True)
class Column:
    """A value that cases were counted under.

    `worth` is what one case adds to the table's share: 1 for Good in 'good or better', a half for Partly.
    """

    key: str
    label: str
    worth: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Cell:
    """A count, and as a rounded percentage of its row's n where both are shown and n is not 0."""

    count: Shown
    percentage: Decimal | None

    @property
    def words(self) -> str:
        """'14 (24 %)', '0', 'Not shown'."""
        if self.count is None:
            return HIDDEN
        return str(self.count) if self.percentage is None else f"{self.count} ({say_percentage(self.percentage)})"


@dataclass(frozen=True, slots=True)
class Share:
    """The figure a row is quoted by; `low` and `high` are the ends of its likely range (Wilson, 95 %).

    `count` is None where it is not shown, and for a score, which counts halves and has no likely range.
    """

    count: Shown
    percentage: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def likely(self) -> str | None:
        """'49 % to 73 %'."""
        return None if self.low is None or self.high is None else say_likely(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a cell for each column, `n` they add up to, what stands outside n beside them, and the share.

    Rows `about` the same things hold the same counts. `is_total` marks the sum of the other rows.
    """

    key: str
    label: str
    cells: tuple[Cell, ...]
    n: Shown
    beside: tuple[Shown, ...]
    share: Share
    about: tuple[str, ...] = ()
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by row and column. `columns` add up to n; `beside` are counted outside it.

    `is_score` says that the share is a score with halves: a percentage without a count or a likely range.
    """

    key: str
    title: str
    note: str
    row_header: str
    columns: tuple[Column, ...]
    n_label: str
    beside: tuple[Column, ...]
    share_label: str
    is_score: bool = False
    rows: tuple[Row, ...] = ()

    def row(
        self,
        key: str,
        label: str,
        *,
        counts: Mapping[str, Shown],
        about: tuple[str, ...] = (),
        is_total: bool = False,
    ) -> Row:
        """A row of this table from its counts by column key, with `N` and `SHARE` (no `SHARE` for a score)."""
        n = counts[N]
        return Row(
            key=key,
            label=label,
            cells=tuple(_cell(counts[column.key], n) for column in self.columns),
            n=n,
            beside=tuple(counts[column.key] for column in self.beside),
            share=self._score(counts) if self.is_score else _share(counts[SHARE], n),
            about=about,
            is_total=is_total,
        )

    def counted(self, values: Mapping[str, int]) -> dict[str, int]:
        """Every count of a row, `N` and `SHARE` among them, from counts by value; an unknown value is an error."""
        every = {column.key: 0 for column in (*self.columns, *self.beside)}
        if unknown := values.keys() - every.keys():
            raise ValueError(f"“{', '.join(sorted(unknown))}” is no column of the table {self.key}.")
        every.update(values)
        every[N] = sum(every[column.key] for column in self.columns)
        if not self.is_score:
            every[SHARE] = sum(every[key] for key in self.shared)
        return every

    @property
    def shared(self) -> tuple[str, ...]:
        """The keys of the columns that the share adds up."""
        return tuple(column.key for column in self.columns if column.worth)

    @property
    def said_beside(self) -> tuple[int, ...]:
        """The places of the columns beside that have something to say: one of noughts alone only takes room."""
        return tuple(at for at in range(len(self.beside)) if any(row.beside[at] != 0 for row in self.rows))

    @property
    def remark(self) -> str:
        """What stands below the table: its note, and which columns were left out because they hold noughts alone."""
        unsaid = [column.label for at, column in enumerate(self.beside) if at not in self.said_beside]
        none = f"{' and '.join(unsaid)}: none." if unsaid and self.rows else ""
        return " ".join(part for part in (self.note, none) if part)

    @property
    def headings(self) -> tuple[str, ...]:
        """The words over the columns, for `texts`."""
        return (
            self.row_header,
            *(column.label for column in self.columns),
            self.n_label,
            *(self.beside[at].label for at in self.said_beside),
            *((self.share_label,) if self._says_share else ()),
            *(() if self.is_score else (f"{self.share_label}, likely between",)),
        )

    def texts(self, row: Row) -> tuple[str, ...]:
        """A row of this table in words, one for each heading."""
        return (
            row.label,
            *(cell.words for cell in row.cells),
            _words(row.n),
            *(_words(row.beside[at]) for at in self.said_beside),
            *((self._share_words(row),) if self._says_share else ()),
            *(() if self.is_score else (row.share.likely or _without(row),)),
        )

    @property
    def _says_share(self) -> bool:
        """A share of one column stands in that column already."""
        return len(self.shared) > 1

    def _share_words(self, row: Row) -> str:
        if row.share.percentage is None:
            return _without(row) if row.share.count is None or row.n == 0 else str(row.share.count)
        said = say_percentage(row.share.percentage)
        return said if self.is_score else f"{row.share.count} ({said})"

    def _score(self, counts: Mapping[str, Shown]) -> Share:
        n = counts[N]
        parts = [(counts[column.key], column.worth) for column in self.columns if column.worth]
        given = [count * worth for count, worth in parts if count is not None]
        if not n or len(given) < len(parts):
            return Share(None)
        return Share(None, percentage(Fraction(sum(given)), n))


def _cell(count: Shown, n: Shown) -> Cell:
    return Cell(count, percentage(count, n) if n and count is not None else None)


def _share(count: Shown, n: Shown) -> Share:
    if count is None or n is None:
        return Share(count)
    proportion = Proportion(count, n)
    low, high = proportion.likely or (None, None)
    return Share(count, proportion.percentage, low, high)


def _words(count: Shown) -> str:
    return HIDDEN if count is None else str(count)


def _without(row: Row) -> str:
    return NOTHING if row.n == 0 else HIDDEN
