"""Charts on paper: the geometry of `charts` as a drawing of ReportLab's, with its key. Lengths in points."""

from collections.abc import Iterator, Sequence
from typing import Final

from reportlab.graphics.shapes import Drawing, Line, Rect, Shape, String
from reportlab.lib.colors import HexColor

from auditapp.documents.charts import TEXT_SIZE, Anchor, Bar, Chart, KeyEntry, Mark, Stroke
from auditapp.documents.colours import DARK
from auditapp.documents.fonts import REGULAR, Typeface, text_width

_PER_PIXEL: Final = 0.68
_SIZE: Final = TEXT_SIZE * _PER_PIXEL
_SWATCH: Final = 9.0
_KEY_LINE: Final = 16.0
_UNDER_KEY: Final = 8.0
_AFTER_ENTRY: Final = 16.0


def chart_drawing(chart: Chart, *, width: float, typeface: Typeface) -> Drawing:
    """A chart as wide as asked, with its key above it."""
    places = list(_key_places(chart.key, width))
    key_height = (places[-1][1] + 1) * _KEY_LINE + _UNDER_KEY if places else 0.0
    height = chart.height * _PER_PIXEL
    drawing = Drawing(width, height + key_height)
    for entry, (x, line) in zip(chart.key, places, strict=True):
        base = height + key_height - (line + 1) * _KEY_LINE + 4
        for shape in _key_entry(entry, x, base, typeface):
            drawing.add(shape)
    marks: tuple[Mark, ...] = (*chart.bars, *chart.strokes, *chart.words)
    for mark in marks:
        drawing.add(_shape(mark, width / 100, height, typeface))
    return drawing


def _shape(mark: Mark, across: float, height: float, typeface: Typeface) -> Shape:
    """One mark: places across are in units of `across`, places down count from `height`."""
    if isinstance(mark, Bar):
        bottom = height - (mark.y + mark.height) * _PER_PIXEL
        size = (mark.width * across, mark.height * _PER_PIXEL)
        return _box(mark.x * across, bottom, size, fill=mark.fill, edge=mark.edge)
    if isinstance(mark, Stroke):
        x = mark.x * across
        return _line(x, height - mark.bottom * _PER_PIXEL, height - mark.top * _PER_PIXEL)
    return _words(mark.x * across, height - mark.y * _PER_PIXEL, typeface.line(mark.text), mark.fill, mark.anchor)


def _key_entry(entry: KeyEntry, x: float, base: float, typeface: Typeface) -> Iterator[Shape]:
    if entry.stroke:
        yield _line(x + _SWATCH / 2, base - 1, base + _SWATCH)
    else:
        yield _box(x, base - 1, (_SWATCH, _SWATCH), fill=entry.fill, edge=entry.edge)
    yield _words(x + _SWATCH + 5, base, typeface.line(entry.label), DARK, Anchor.START)


def _key_places(key: Sequence[KeyEntry], width: float) -> Iterator[tuple[float, int]]:
    """Where each entry of the key begins, and on which of its lines."""
    x, line = 0.0, 0
    for entry in key:
        needed = _SWATCH + 5 + text_width(entry.label, size=_SIZE)
        if x and x + needed > width:
            x, line = 0.0, line + 1
        yield x, line
        x += needed + _AFTER_ENTRY


def _box(x: float, y: float, size: tuple[float, float], *, fill: str | None, edge: str | None) -> Rect:
    return Rect(
        x,
        y,
        *size,
        fillColor=HexColor(fill) if fill else None,
        strokeColor=HexColor(edge) if edge else None,
        strokeWidth=0.6,
        strokeDashArray=None if fill else [3, 2],
    )


def _line(x: float, bottom: float, top: float) -> Line:
    return Line(x, bottom, x, top, strokeColor=HexColor(DARK), strokeWidth=2)


def _words(x: float, y: float, text: str, fill: str, anchor: Anchor) -> String:
    return String(x, y, text, fontName=REGULAR, fontSize=_SIZE, fillColor=HexColor(fill), textAnchor=anchor.value)
