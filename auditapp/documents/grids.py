"""Tables on paper: columns that find their width, rows that split where they must, a header on every page.

ReportLab's own table fails where a cell is taller than a page; this one goes on after any line. Lengths in points.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from reportlab.platypus import Flowable

from auditapp.documents.flowables import Text
from auditapp.documents.fonts import text_width
from auditapp.documents.look import (
    BODY_HEIGHT,
    BRAND,
    CELL,
    CELL_HEAD,
    CELL_HEAD_RIGHT,
    CELL_RIGHT,
    HAIRLINE,
    MEASURE,
    ROW_HEAD,
)
from auditapp.documents.structure import Element, TaggedCanvas

_PAD: Final = 3.5
_TOTAL: Final = MEASURE + 2 * _PAD  # the outer cells' air hangs over, so that their text meets the margins
_LEAST_FOR_TEXT: Final = 84.0
_COMFORTABLE_FOR_TEXT: Final = 100.0
_HEADING_LINES: Final = 3
_HEADER_LIMIT: Final = BODY_HEIGHT / 3
_WORTH_SPLITTING: Final = BODY_HEIGHT / 4
_WORTH_BEGINNING: Final = 60.0
_COMPANY: Final = 2
_SHORT: Final = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, whether it holds figures or grades, its share of the room beside figures."""

    heading: str
    figures: bool = False
    share: float = 1.0
    grades: bool = False


def column_widths(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[float]:
    """Figures get the room they need, as long as some is left for text; text shares out the rest.

    Words among them, such as 'Not shown', stay on one line where that leaves a row's heading enough to be read.
    """
    shares = sum(column.share for column in columns if not column.figures)
    needs = _needs(columns, rows, parts=str.splitlines)
    if shares and _TOTAL - sum(needs) < _COMFORTABLE_FOR_TEXT * shares:
        needs = _needs(columns, rows, parts=_parts)
    if not shares:
        return [need * _TOTAL / sum(needs) for need in needs]
    squeeze = min(1.0, (_TOTAL - _LEAST_FOR_TEXT) / max(sum(needs), 1.0))
    rest = _TOTAL - squeeze * sum(needs)
    return [
        need * squeeze if column.figures else rest * column.share / shares
        for column, need in zip(columns, needs, strict=True)
    ]


def _needs(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *, parts: Callable[[str], Iterable[str]]
) -> list[float]:
    return [_figure_width(column, [row[at] for row in rows], parts=parts) for at, column in enumerate(columns)]


def _figure_width(column: Column, cells: Sequence[str], *, parts: Callable[[str], Iterable[str]]) -> float:
    if not column.figures:
        return 0.0
    head = [text_width(word, size=CELL_HEAD.fontSize, bold=True) for word in column.heading.split()]
    head.append(text_width(column.heading, size=CELL_HEAD.fontSize, bold=True) * 1.15 / _HEADING_LINES)
    body = [text_width(part, size=CELL.fontSize, bold=True) for cell in cells for part in parts(cell)]
    return max([*head, *body, 0.0]) + 2 * _PAD + 1


def _parts(cell: str) -> Iterator[str]:
    """What of a cell must stay on one line: a line with figures; of 'Not shown', each word."""
    for line in cell.split("\n"):
        yield from [line] if any(letter.isdigit() for letter in line) else line.split()


def table_grid(
    table: Element,
    markup: Callable[[str], str],
    *,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    header: bool = True,
    graded: Callable[[str], str] | None = None,
) -> "Grid":
    """A table's rows under its element; the first cell of each is its heading.

    `markup` makes text safe to set, `graded` does so in columns of grades.
    """
    makers = [graded if graded and column.grades else markup for column in columns]
    widths = column_widths(columns, rows)
    head = table.add("THead").add("TR") if header else None
    body = table.add("TBody")
    return Grid(
        [
            _body_row(body.add("TR"), columns, [make(cell) for make, cell in zip(makers, row, strict=True)], widths)
            for row in rows
        ],
        header=_header_row(head, columns, [markup(column.heading) for column in columns], widths) if head else None,
    )


def _header_row(element: Element, columns: Sequence[Column], cells: Sequence[str], widths: list[float]) -> "Row":
    styles = (CELL_HEAD_RIGHT if column.figures else CELL_HEAD for column in columns)
    texts = [
        Text.of(cell, style, element=element.add("TH", scope="Column"), once=True)
        for cell, style in zip(cells, styles, strict=True)
    ]
    return Row(texts, widths)


def _body_row(element: Element, columns: Sequence[Column], cells: Sequence[str], widths: list[float]) -> "Row":
    heading = Text.of(cells[0], ROW_HEAD, element=element.add("TH", scope="Row"))
    styles = (CELL_RIGHT if column.figures else CELL for column in columns[1:])
    texts = [Text.of(cell, style, element=element.add("TD")) for cell, style in zip(cells[1:], styles, strict=True)]
    return Row([heading, *texts], widths)


@dataclass(slots=True)
class Row:
    """The cells of one row and the widths of its columns. A cell that was all said on the page before is None."""

    cells: Sequence[Text | None]
    widths: Sequence[float]

    def height(self) -> float:
        """That of its tallest cell, and air."""
        return max((cell.wrap(room, BODY_HEIGHT)[1] for cell, room in self._rooms()), default=0.0) + 2 * _PAD

    def split(self, height: float) -> "tuple[Row, Row] | None":
        """The row up to a height and what is left of it; None where not one line would fit."""
        halves = [_halves(cell, width - 2 * _PAD, height - 2 * _PAD) for cell, width in self._columns()]
        upper, lower = ([half[side] for half in halves] for side in (0, 1))
        if not any(upper) or not any(lower):
            return None
        return Row(upper, self.widths), Row(lower, self.widths)

    def unrepeated(self) -> "Row":
        """A header's row as any other: what goes on overleaf is said for the first time there."""
        for cell in self.cells:
            if cell:
                cell.once = False
        return self

    def draw(self, canvas: TaggedCanvas, top: float) -> None:
        """Draw every cell from its top left corner."""
        edges = accumulate(self.widths, initial=-_PAD)
        for cell, edge in zip(self.cells, edges, strict=False):
            if cell:
                cell.drawOn(canvas, edge + _PAD, top - _PAD - cell.height)

    def _columns(self) -> Iterator[tuple[Text | None, float]]:
        return zip(self.cells, self.widths, strict=True)

    def _rooms(self) -> Iterator[tuple[Text, float]]:
        return ((cell, width - 2 * _PAD) for cell, width in self._columns() if cell)


def _halves(cell: Text | None, width: float, height: float) -> tuple[Text | None, Text | None]:
    """What of a cell fits into a height, and what goes on."""
    if cell is None:
        return None, None
    if cell.wrap(width, height)[1] <= height:
        return cell, None
    parts = cell.split(width, height)
    return (parts[0], parts[1]) if len(parts) == 2 else (None, cell)


class Grid(Flowable):
    """A table or the part of it that stands on one page."""

    canv: TaggedCanvas

    def __init__(self, rows: Sequence[Row], *, header: Row | None = None) -> None:
        super().__init__()
        self._header, self._rows = header, list(rows)
        if header and header.height() > _HEADER_LIMIT:
            self._header, self._rows = None, [header.unrepeated(), *rows]
        self.spaceAfter = 8

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002 - ReportLab's signature
        """The room of all its rows."""
        self._heights = [row.height() for row in self._rows]
        self._head_height = self._header.height() if self._header else 0.0
        self.width, self.height = MEASURE, self._head_height + sum(self._heights)
        return self.width, self.height

    def start_height(self, width: float) -> float:
        """Room for the header and two rows, so that no header stands alone; a short table is not parted at all."""
        self.wrap(width, BODY_HEIGHT)
        first = self._heights if len(self._heights) <= _SHORT else self._heights[:2]
        return self._head_height + min(sum(first), _WORTH_SPLITTING)

    def split(self, width: float, height: float) -> "list[Grid]":
        """The rows that fit and the rows that go on, the last not alone; a tall row is split between its lines."""
        self.wrap(width, height)
        room = height - self._head_height
        fitting = sum(1 for end in accumulate(self._heights) if end <= room)
        if fitting == len(self._rows) - 1 and fitting > _COMPANY:
            fitting -= 1
        here, there = self._rows[:fitting], self._rows[fitting:]
        left = room - sum(self._heights[:fitting])
        tall = there and self._heights[fitting] > _WORTH_SPLITTING and left > _WORTH_BEGINNING
        if tall and (halves := there[0].split(left)):
            here, there = [*here, halves[0]], [halves[1], *there[1:]]
        return [Grid(part, header=self._header) for part in (here, there)] if here and there else []

    def draw(self) -> None:
        """Draw the rules as decoration, the cells as content."""
        top = self.height
        if self._header:
            self._header.draw(self.canv, top)
            top -= self._head_height
            self._rule(top, heavy=True)
        for row, height in zip(self._rows, self._heights, strict=True):
            row.draw(self.canv, top)
            top -= height
            self._rule(top)

    def _rule(self, height: float, *, heavy: bool = False) -> None:
        with self.canv.artifact():
            self.canv.setStrokeColor(BRAND if heavy else HAIRLINE)
            self.canv.setLineWidth(1.2 if heavy else 0.6)
            self.canv.line(0, height, self.width, height)
