"""One sheet of a file that somebody sent, whatever kind of file it was."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from auditapp.domain.case_references import Cell


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A sheet whose rows are read when they are asked for: from the first row on, each from column A on.

    `height` is about the number of rows. `unreadable` holds cells with an error, or with a formula whose value was
    not stored: row from 1, column from 0. `alone` says that the file is this one table.
    """

    name: str
    height: int
    rows: Callable[[], Iterator[Sequence[Cell]]]
    alone: bool = False
    notes: tuple[str, ...] = ()
    unreadable: frozenset[tuple[int, int]] = frozenset()
