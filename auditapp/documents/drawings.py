"""Charts on paper: the geometry of `charts` with its key above, drawn straight onto the sheet. Lengths in points.

ReportLab's own graphics library would do it too, by a tree of shapes and a state saved for each, in twice the time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from auditapp.documents.charts import TEXT_SIZE, Anchor, Bar, Chart, KeyEntry, Mark, Stroke
from auditapp.documents.colours import DARK
from auditapp.documents.fonts import REGULAR, Typeface, text_width

_PER_PIXEL: Final = 0.68
_SIZE: Final = TEXT_SIZE * _PER_PIXEL
_SWATCH: Final = 9.0
_KEY_LINE: Final = 16.0
_UNDER_KEY: Final = 8.0
_AFTER_ENTRY: Final = 16.0
_EDGE: Final = 0.6
_DASHES: Final = (3, 2)


class Shape(Protocol):
    """What can be drawn; places are from the drawing's lower left corner."""

    def draw(self, canvas: Canvas) -> None:
        """Draw it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box. Without a fill its edge is dashed."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None
    edge: str | None

    def draw(self, canvas: Canvas) -> None:
        """Draw fill and edge, where there are any."""
        if self.fill is not None:
            canvas.setFillColor(_colour(self.fill))
        if self.edge is not None:
            canvas.setStrokeColor(_colour(self.edge))
            canvas.setLineWidth(_EDGE)
        if self.fill is None:
            canvas.setDash(*_DASHES)
        size = (self.width, self.height)
        canvas.rect(self.x, self.y, *size, stroke=int(self.edge is not None), fill=int(self.fill is not None))
        if self.fill is None:
            canvas.setDash()


@dataclass(frozen=True, slots=True)
class Upright:
    """An upright line."""

    x: float
    bottom: float
    top: float

    def draw(self, canvas: Canvas) -> None:
        """Draw it from its lower end."""
        canvas.setStrokeColor(_colour(DARK))
        canvas.setLineWidth(2)
        canvas.line(self.x, self.bottom, self.x, self.top)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words on its baseline."""

    x: float
    y: float
    text: str
    fill: str
    anchor: Anchor

    def draw(self, canvas: Canvas) -> None:
        """Set it before, around or after its place."""
        canvas.setFont(REGULAR, _SIZE)
        canvas.setFillColor(_colour(self.fill))
        setting = {
            Anchor.START: canvas.drawString,
            Anchor.MIDDLE: canvas.drawCentredString,
            Anchor.END: canvas.drawRightString,
        }
        setting[self.anchor](self.x, self.y, self.text)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a stretch of paper, in the order in which they cover each other."""

    width: float
    height: float
    shapes: tuple[Shape, ...] = ()

    def draw(self, canvas: Canvas) -> None:
        """Draw all of it at the canvas's origin."""
        for shape in self.shapes:
            shape.draw(canvas)


def chart_drawing(chart: Chart, *, width: float, typeface: Typeface) -> Drawing:
    """A chart as wide as asked, with its key above it."""
    places = list(_key_places(chart.key, width))
    key_height = (places[-1][1] + 1) * _KEY_LINE + _UNDER_KEY if places else 0.0
    height = chart.height * _PER_PIXEL
    key = (
        shape
        for entry, (x, line) in zip(chart.key, places, strict=True)
        for shape in _key_entry(entry, x, height + key_height - (line + 1) * _KEY_LINE + 4, typeface)
    )
    marks: tuple[Mark, ...] = (*chart.bars, *chart.strokes, *chart.words)
    drawn = (_shape(mark, width / 100, height, typeface) for mark in marks)
    return Drawing(width, height + key_height, (*key, *drawn))


def _shape(mark: Mark, across: float, height: float, typeface: Typeface) -> Shape:
    """One mark: places across are in units of `across`, places down count from `height`."""
    if isinstance(mark, Bar):
        bottom = height - (mark.y + mark.height) * _PER_PIXEL
        return Box(mark.x * across, bottom, mark.width * across, mark.height * _PER_PIXEL, mark.fill, mark.edge)
    if isinstance(mark, Stroke):
        return Upright(mark.x * across, height - mark.bottom * _PER_PIXEL, height - mark.top * _PER_PIXEL)
    base = height - mark.y * _PER_PIXEL
    return Line(mark.x * across, base, typeface.line(mark.text), mark.fill, mark.anchor)


def _key_entry(entry: KeyEntry, x: float, base: float, typeface: Typeface) -> Iterator[Shape]:
    if entry.stroke:
        yield Upright(x + _SWATCH / 2, base - 1, base + _SWATCH)
    else:
        yield Box(x, base - 1, _SWATCH, _SWATCH, entry.fill, entry.edge)
    yield Line(x + _SWATCH + 5, base, typeface.line(entry.label), DARK, Anchor.START)


def _key_places(key: Sequence[KeyEntry], width: float) -> Iterator[tuple[float, int]]:
    """Where each entry of the key begins, and on which of its lines."""
    x, line = 0.0, 0
    for entry in key:
        needed = _SWATCH + 5 + text_width(entry.label, size=_SIZE)
        if x and x + needed > width:
            x, line = 0.0, line + 1
        yield x, line
        x += needed + _AFTER_ENTRY


@cache
def _colour(code: str) -> Color:
    return HexColor(code)
