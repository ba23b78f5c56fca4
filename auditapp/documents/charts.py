"""Charts as geometry: bars, words and lines with their places, worked out once and only drawn by page and paper.

Across, places are in per cent of the chart's width, so that a chart reads as well at 320 px as on A4; down, they are
in pixels from the top. Each row is a line of words with its bar below. Nothing here knows how it will be drawn.
"""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import accumulate
from typing import Final, TypeAlias

from auditapp.documents.colours import BAR, DARK, EDGE, LIGHT, QUIET, TRACK, grade_colours, text_colour

TEXT_SIZE: Final = 14.0
LINE: Final = 19.0
BAR_HEIGHT: Final = 24.0
OVERHANG: Final = 4.0
BETWEEN_ROWS: Final = 14.0
BAR_MIDDLE: Final = BAR_HEIGHT / 2 + TEXT_SIZE * 0.35  # the baseline of words in the middle of a bar
LETTER_WIDTH: Final = 2.6  # in per cent of the shortest bar there is, some 290 px
HEADROOM: Final = 1.03
NOT_SHOWN: Final = "Not shown"


class Anchor(StrEnum):
    """Which end of a line of words its place is; the values are SVG's and ReportLab's."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Bar:
    """A box. Without a fill it is empty with a dashed edge: something is there that is not shown."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None
    edge: str | None = EDGE


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words; y is its baseline."""

    x: float
    y: float
    text: str
    anchor: Anchor = Anchor.START
    fill: str = DARK


@dataclass(frozen=True, slots=True)
class Stroke:
    """An upright line."""

    x: float
    top: float
    bottom: float
    fill: str = DARK


@dataclass(frozen=True, slots=True)
class Form:
    """How a chart is set out: from where to where bars reach, and whether words stand beside them or above.

    `letters` is how many a line of a row's label may have.
    """

    left: float
    right: float
    letters: int
    beside: bool

    def row_height(self, lines: int) -> float:
        """The height of a row whose label has so many lines, with the air below."""
        if self.beside:
            return max(BAR_HEIGHT, lines * LINE) + BETWEEN_ROWS
        return lines * LINE + OVERHANG + BAR_HEIGHT + BETWEEN_ROWS


NARROW: Final = Form(left=0, right=100, letters=32, beside=False)
"""For pages: words above the bars, so that it reads on the smallest screen."""
WIDE: Final = Form(left=33, right=88, letters=34, beside=True)
"""For paper, which is never narrow: words beside the bars, so that a table finds room on the same page."""
SHORT: Final = Form(left=24, right=90, letters=10, beside=True)
"""For labels of a word or two: beside the bars, even on the smallest screen."""

Mark: TypeAlias = Bar | Words | Stroke


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What a colour stands for; `stroke`: it is the colour of a line."""

    fill: str | None
    label: str
    stroke: bool = False
    edge: str = EDGE


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to draw. `description` says in words what it shows, for those who do not see it."""

    title: str
    description: str
    height: float
    key: tuple[KeyEntry, ...]
    bars: tuple[Bar, ...]
    words: tuple[Words, ...]
    strokes: tuple[Stroke, ...] = ()


@dataclass(frozen=True, slots=True)
class GradeName:
    """A grade of the scale, as the key writes it and, where it has a letter, as a segment does."""

    label: str
    letter: str = ""

    @property
    def entry(self) -> str:
        """What the key says."""
        return f"{self.letter}: {self.label}" if self.letter else self.label

    def words(self, share: str) -> tuple[str, ...]:
        """What a segment says, the longest first: the first that fits stands in it."""
        return (f"{self.letter} {share}", self.letter) if self.letter else (f"{self.label} {share}", share)


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A row of grades: counts best first, the percentages as the table writes them, and n with its words.

    A count that is not shown is None; where `n` is None nothing of the row is shown.
    """

    label: str
    counts: tuple[int | None, ...]
    shares: tuple[str, ...]
    n: int | None
    n_words: str


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month: audits done, None where that is not shown, out of how many there were to be, if that was set."""

    label: str
    done: int | None
    target: int | None


def grade_chart(
    title: str, *, description: str, grades: Sequence[GradeName], rows: Sequence[GradeRow], form: Form = NARROW
) -> Chart:
    """Stacked bars of grades in per cent, best on the left, one bar a row."""
    colours = grade_colours(len(grades))
    key = [KeyEntry(fill, grade.entry) for fill, grade in zip(colours, grades, strict=True)]
    drawn = [_Row(row.label, row.n_words, partial(_grade_bar, row, grades, colours)) for row in rows]
    return _chart(title, description, key=key, rows=drawn, form=form)


def month_chart(title: str, *, description: str, rows: Sequence[MonthRow], form: Form = NARROW) -> Chart:
    """A bar for the audits done in each month, with a line where the month's target is."""
    targets = [KeyEntry(DARK, "Target", stroke=True)] if any(row.target is not None for row in rows) else []
    key = [KeyEntry(BAR, "Audits done"), *targets]
    most = max([1, *(row.target or 0 for row in rows), *(row.done or 0 for row in rows)])
    drawn = [_Row(row.label, _say_done(row), partial(_month_bar, row, 100 / (most * HEADROOM))) for row in rows]
    return _chart(title, description, key=key, rows=drawn, form=form)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the bar of a row stands in its chart: it begins at `left`, is 100 `unit`s wide, and hangs from `top`."""

    left: float
    unit: float
    top: float

    def box(self, x: float, width: float, fill: str | None, *, edge: str | None = EDGE) -> Bar:
        """A part of the bar, from x on, in per cent of the bar."""
        return Bar(self.left + x * self.unit, self.top, width * self.unit, BAR_HEIGHT, fill, edge)

    def words(self, x: float, text: str, *, fill: str) -> Words:
        """Words in the bar, with their middle at x."""
        return Words(self.left + x * self.unit, self.top + BAR_MIDDLE, text, Anchor.MIDDLE, fill)

    def stroke(self, x: float) -> Stroke:
        """A line across the bar that stands out above and below."""
        return Stroke(self.left + x * self.unit, self.top - OVERHANG, self.top + BAR_HEIGHT + OVERHANG)


def _grade_bar(row: GradeRow, grades: Sequence[GradeName], colours: Sequence[str], place: _Place) -> Iterator[Mark]:
    """The bar of one row; what is not shown comes last, as one box."""
    known = [count or 0 for count in row.counts]
    unit = 100 / row.n if row.n else 0.0
    if row.n is None or sum(known) < row.n or not row.n:
        yield place.box(0, 100, TRACK, edge=None)
    starts = accumulate(known, initial=0)
    for count, start, grade, share, colour in zip(known, starts, grades, row.shares, colours, strict=False):
        if count and unit:
            yield place.box(start * unit, count * unit, colour)
            yield from _inside(start * unit, count * unit, grade.words(share), colour, place)
    if row.n is None or None in row.counts:
        yield from _hidden(sum(known) * unit, place)


def _month_bar(row: MonthRow, unit: float, place: _Place) -> Iterator[Mark]:
    """The bar of one month, and the line of its target."""
    yield place.box(0, 100, TRACK, edge=None)
    if row.done is None:
        yield from _hidden(0, place)
    elif row.done:
        yield place.box(0, row.done * unit, BAR)
    if row.target is not None:
        yield place.stroke(row.target * unit)


def _say_done(row: MonthRow) -> str:
    done = NOT_SHOWN if row.done is None else str(row.done)
    return done if row.target is None else f"{done} of {row.target}"


def _hidden(start: float, place: _Place) -> Iterator[Mark]:
    """An empty box from here to the end."""
    yield place.box(start, 100 - start, LIGHT, edge=None)
    yield place.box(start, 100 - start, None)
    yield from _inside(start, 100 - start, (NOT_SHOWN,), LIGHT, place)


def _inside(x: float, width: float, choices: Sequence[str], fill: str, place: _Place) -> Iterator[Mark]:
    """The first of the choices that fits into a segment, in its middle."""
    for text in choices:
        if width >= LETTER_WIDTH * (len(text) + 1):
            yield place.words(x + width / 2, text, fill=text_colour(fill))
            return


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row says, and what draws its bar at a place."""

    label: str
    number: str
    bar: Callable[[_Place], Iterator[Mark]]


def _chart(title: str, description: str, *, key: Sequence[KeyEntry], rows: Sequence[_Row], form: Form) -> Chart:
    """The rows one under another, each as high as its label needs."""
    labels = [textwrap.wrap(row.label, form.letters) or [""] for row in rows]
    ends = list(accumulate(form.row_height(len(lines)) for lines in labels))
    marks = [
        mark
        for row, lines, end in zip(rows, labels, ends, strict=True)
        for mark in _placed(row, lines, end - BETWEEN_ROWS, form)
    ]
    bars = tuple(mark for mark in marks if isinstance(mark, Bar))
    hidden = [KeyEntry(None, NOT_SHOWN)] if any(bar.fill is None for bar in bars) else []
    return Chart(
        title=title,
        description=description,
        height=ends[-1] - BETWEEN_ROWS + OVERHANG if ends else 0.0,
        key=(*key, *hidden),
        bars=bars,
        words=tuple(mark for mark in marks if isinstance(mark, Words)),
        strokes=tuple(mark for mark in marks if isinstance(mark, Stroke)),
    )


def _placed(row: _Row, lines: Sequence[str], end: float, form: Form) -> Iterator[Mark]:
    """The marks of a row that ends at this height, at their places in the chart."""
    beside = max(BAR_HEIGHT, len(lines) * LINE)
    top = end - (beside + BAR_HEIGHT) / 2 if form.beside else end - BAR_HEIGHT
    first = end - (beside + len(lines) * LINE) / 2 if form.beside else top - OVERHANG - len(lines) * LINE
    for at, line in enumerate(lines):
        yield Words(0, first + at * LINE + TEXT_SIZE, line)
    last = top + BAR_MIDDLE if form.beside else top - OVERHANG - LINE + TEXT_SIZE
    yield Words(100, last, row.number, Anchor.END, QUIET)
    yield from row.bar(_Place(form.left, (form.right - form.left) / 100, top))
