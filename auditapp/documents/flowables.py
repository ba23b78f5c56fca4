"""What stands on paper, piece by piece: text, headings, bullets, pictures, a cover. Lengths in points.

Each piece knows its element of the structure tree, and how much room it needs to begin on a page.
"""

from collections.abc import Sequence
from copy import copy
from functools import cache
from typing import ClassVar, Final

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph
from reportlab.platypus.paraparser import ParaFrag

from auditapp.documents.drawings import Drawing
from auditapp.documents.fonts import REGULAR
from auditapp.documents.look import BODY_HEIGHT, BRAND, SHEET, SIDE, TOP
from auditapp.documents.structure import Element, TaggedCanvas

_HAIR: Final = 1e-6


def _unparsed(markup: str, style: ParagraphStyle) -> list[object] | None:
    """Text without any markup as ReportLab holds it when parsed: most cells of tables are, and parsing costs most."""
    if not markup.strip() or "<" in markup or "&" in markup:
        return None
    return [_pattern(style).clone(text=markup.strip(" "))]


@cache
def _pattern(style: ParagraphStyle) -> ParaFrag:
    """What ReportLab makes of a letter in a style."""
    return Paragraph("x", style).frags[0]


class Text(Paragraph):
    """A paragraph that belongs to an element, on however many pages it ends up."""

    canv: TaggedCanvas
    element: Element
    once: bool = False
    _broken_for: float | None = None

    @classmethod
    def of(cls, markup: str, style: ParagraphStyle, *, element: Element, once: bool = False) -> "Text":
        """A text of this element, in ReportLab's mini-markup. `once`: when drawn again it is decoration."""
        text = cls(markup, style, frags=_unparsed(markup, style))
        text.element, text.once = element, once
        return text

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The room it takes; lines once broken for a width are not broken again."""
        if self._broken_for != width or not hasattr(self, "blPara"):
            super().wrap(width, height)
            self._broken_for = width
        return self.width, self.height

    def draw(self) -> None:
        """Draw as content of the element, or as decoration if it was said before."""
        repeated = self.once and self.element.kids
        with self.canv.artifact() if repeated else self.canv.marked(self.element):
            super().draw()

    def split(self, width: float, height: float) -> list["Text"]:
        """The lines that fit and the lines that go on, of the same element; the text itself where it does not split.

        ReportLab breaks the rest anew on every page, which takes minutes for a hostile text; here lines stay broken.
        """
        self.wrap(width, height)
        lines = self.blPara.lines
        fitting = min(int(height / self.style.leading + _HAIR), len(lines))
        if not self.style.allowWidows and len(lines) - fitting == 1:
            fitting -= 1
        if fitting < (1 if self.style.allowOrphans else 2) or fitting == len(lines):
            return [self]
        return [self._part(lines[:fitting]), self._part(lines[fitting:])]

    def _part(self, lines: Sequence[object]) -> "Text":
        part = copy(self)
        part.blPara = copy(self.blPara)
        part.blPara.lines = lines
        part.height = len(lines) * self.style.leading
        return part

    def start_height(self, width: float) -> float:
        """Room for the first two lines, or for all three: of three, no two may stand alone."""
        _, height = self.wrap(width, BODY_HEIGHT)
        leading = float(self.style.leading)
        return (height if height <= 3 * leading else 2 * leading) + float(self.style.spaceBefore)


class Heading(Text):
    """A heading, which is also an entry of the PDF's outline. `depth` counts from 0."""

    depth: int
    entry: str

    def draw(self) -> None:
        """Draw the heading and enter it in the outline."""
        if not self.element.kids:
            self.canv.outline(self.entry, depth=self.depth, height=self.height)
        super().draw()


class Bulleted(Text):
    """A line of a list, its bullet tagged as the line's label."""

    label: Element

    def draw(self) -> None:
        """Draw the bullet beside the first line, then the text."""
        if not self.label.kids:
            self._draw_bullet()
        super().draw()

    def _draw_bullet(self) -> None:
        with self.canv.marked(self.label):
            self.canv.setFont(REGULAR, self.style.fontSize)
            self.canv.setFillColor(BRAND)
            self.canv.drawString(2, self.height - self.style.fontSize, "•")


class Picture(Flowable):
    """A drawing with words for those who do not see it, made smaller where the page has less room."""

    canv: TaggedCanvas

    def __init__(self, drawing: Drawing, *, element: Element) -> None:
        super().__init__()
        self._drawing = drawing
        self._element = element
        self._scale = 1.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002 - ReportLab's signature
        """The room it takes: its own size, or as much of a page as there is."""
        self._scale = min(1.0, width / self._drawing.width, BODY_HEIGHT / self._drawing.height)
        self.width, self.height = self._drawing.width * self._scale, self._drawing.height * self._scale
        return self.width, self.height

    def start_height(self, width: float) -> float:
        """A picture is not split: all of it."""
        return self.wrap(width, BODY_HEIGHT)[1]

    def draw(self) -> None:
        """Draw as the content of the figure, and note where on the page it is."""
        left, bottom = self.canv.absolutePosition(0, 0)
        corners = (left, bottom, left + self.width, bottom + self.height)
        self._element.box = (round(corners[0], 2), round(corners[1], 2), round(corners[2], 2), round(corners[3], 2))
        with self.canv.marked(self._element):
            self.canv.scale(self._scale, self._scale)
            self._drawing.draw(self.canv)


class Cover(Flowable):
    """The head of the first page: a band of the council's colour to the sheet's edges, with the title in it."""

    canv: TaggedCanvas
    _UNDER: ClassVar[float] = 12

    def __init__(self, texts: Sequence[Text]) -> None:
        super().__init__()
        self._texts = texts
        self.spaceAfter = 14

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As high as its texts, and the band below them."""
        self.width = width
        self._heights = [float(text.wrap(width, height)[1]) + float(text.style.spaceAfter) for text in self._texts]
        self.height = sum(self._heights) + self._UNDER
        return self.width, self.height

    def start_height(self, width: float) -> float:
        """A cover is not split: all of it."""
        return self.wrap(width, BODY_HEIGHT)[1]

    def draw(self) -> None:
        """Draw the band as decoration and the texts on it."""
        with self.canv.artifact():
            self.canv.setFillColor(BRAND)
            self.canv.rect(-SIDE, 0, SHEET[0], self.height + TOP, stroke=0, fill=1)
        top = self.height
        for text, height in zip(self._texts, self._heights, strict=True):
            text.drawOn(self.canv, 0, top - text.height)
            top -= height


class KeyFigures(Flowable):
    """Figures in large type side by side, each over its words."""

    canv: TaggedCanvas
    _BETWEEN: ClassVar[float] = 18
    _ABOVE: ClassVar[float] = 8
    _GAP: ClassVar[float] = 2

    def __init__(self, figures: Sequence[tuple[Text, Text]]) -> None:
        super().__init__()
        self._figures = figures
        self.spaceBefore, self.spaceAfter = 6, 16

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Columns of one width, as high as the highest."""
        count = len(self._figures)
        self.width, self._column = width, (width - (count - 1) * self._BETWEEN) / count
        heights = [sum(text.wrap(self._column, height)[1] for text in pair) for pair in self._figures]
        self.height = self._ABOVE + max(heights) + self._GAP
        return self.width, self.height

    def start_height(self, width: float) -> float:
        """A row of figures is not split: all of it."""
        return self.wrap(width, BODY_HEIGHT)[1] + float(self.spaceBefore)

    def draw(self) -> None:
        """Draw a rule over each column as decoration, and the texts below it."""
        for at, (figure, words) in enumerate(self._figures):
            left = at * (self._column + self._BETWEEN)
            with self.canv.artifact():
                self.canv.setStrokeColor(BRAND)
                self.canv.setLineWidth(2)
                self.canv.line(left, self.height, left + self._column, self.height)
            top = self.height - self._ABOVE - figure.height
            figure.drawOn(self.canv, left, top)
            words.drawOn(self.canv, left, top - self._GAP - words.height)
