"""Documents for people, on paper and on screen, readable aloud: A4, PDF/UA-1, in the council's own look.

    document = Document("Findings", council="Exampleshire Council", made_at=made_at, fonts=fonts)
    document.cover("Findings", above="Exampleshire Council", below="July to September 2026")
    document.heading("Summary")
    document.paragraph("Of 58 audits, 36 were good or better.")
    data = document.to_bytes()

Every text may be untrusted: it is set as it was written. The same calls give the same bytes.
"""

import html
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final

import pikepdf
from reportlab.lib.styles import ParagraphStyle

from auditapp.documents import look
from auditapp.documents.chips import NO_CHIPS, Chips
from auditapp.documents.drawings import Drawing
from auditapp.documents.flowables import Bulleted, Cover, Heading, KeyFigures, Picture, Text
from auditapp.documents.fonts import REGULAR, STAND_IN, STAND_IN_NOTE, typeface
from auditapp.documents.grids import Column, table_grid
from auditapp.documents.layout import Flow, Piece, hold_together, lay_out
from auditapp.documents.structure import Element, TaggedCanvas, write_metadata, write_structure

OFFICIAL_SENSITIVE: Final = "OFFICIAL-SENSITIVE"
_SUMMARY: Final = (Column("", share=1.0), Column("", share=2.4))
_LONGEST_TITLE: Final = 160
_LONGEST_FIGURE: Final = 10
_ONE_AT_A_TIME: Final = Lock()  # ReportLab's fonts hold the state of the document being drawn


class Document:
    """A document being written, piece by piece in reading order."""

    def __init__(
        self,
        title: str,
        *,
        council: str,
        made_at: datetime,
        fonts: Path,
        classification: str = OFFICIAL_SENSITIVE,
        chips: Chips = NO_CHIPS,
    ) -> None:
        self._chips = chips
        self._typeface = typeface(fonts)
        self._council = self._line(council)
        self._title = self._line(title) or self._council
        self._classification = self._line(classification)
        self._made_at = made_at
        self._root = Element("Document")
        self._pieces: list[Piece] = []
        self._level = 0
        self._new_page = False
        self._lacks_characters = False

    def cover(self, title: str, *, above: str, below: str) -> None:
        """The head of the first page: the title, with a line above it and a line below."""
        kicker = self._text(self._line(above), look.ON_COVER)
        heading = self._heading(title, look.TITLE, level=1)
        subtitle = self._text(self._line(below), look.ON_COVER)
        self._put(Cover([kicker, heading, subtitle]))

    def heading(self, text: str, level: int = 2) -> None:
        """A heading, which stays with what follows it: level 2 to 4, the cover's title being level 1."""
        if not 2 <= level <= min(self._level + 1, 4):
            raise ValueError(f"A heading of level {level} cannot follow one of level {self._level}.")
        self._put(self._heading(text, look.HEADINGS[level], level=level), leads=True)

    def paragraph(self, text: str, *, label: str = "", leads: bool = False) -> None:
        """A paragraph, run in with a bold label where one is given; one that `leads` stays with what follows."""
        self._put(self._text(text, look.BODY, label=label), leads=leads)

    def grade(self, grade: str, *, label: str) -> None:
        """A paragraph of a grade with its chip, run in with a bold label; it stays with what follows."""
        text = f"<b>{self._markup(label)}</b> {self._graded(grade)}"
        self._put(Text.of(text, look.BODY, element=self._root.add("P")), leads=True)

    def lead(self, text: str) -> None:
        """The sentence to be quoted, in large type."""
        self._put(self._text(text, look.LEAD))

    def note(self, text: str) -> None:
        """A remark in small type."""
        self._put(self._text(text, look.NOTE))

    def bullets(self, items: Sequence[str]) -> None:
        """A list of points."""
        points = self._root.add("L")
        for item in items:
            point = points.add("LI")
            label = point.add("Lbl")
            text = Bulleted.of(self._markup(item), look.BULLET, element=point.add("LBody"))
            text.label = label
            self._put(text)

    def key_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        """Up to four figures in large type, or grades a little smaller, each with the words that say what it is."""
        long = max(len(figure) for figure, _ in figures) > _LONGEST_FIGURE
        style = look.FIGURE_IN_WORDS if long else look.FIGURE
        points = self._root.add("L")
        bodies = [points.add("LI").add("LBody") for _ in figures]
        self._put(
            KeyFigures(
                [
                    (
                        Text.of(self._graded(figure), style, element=body.add("P")),
                        self._text(words, look.FIGURE_WORDS, parent=body),
                    )
                    for body, (figure, words) in zip(bodies, figures, strict=True)
                ]
            )
        )

    def summary(self, pairs: Sequence[tuple[str, str]]) -> None:
        """A table of two columns: what, and how it is."""
        self._put(table_grid(self._root.add("Table"), self._markup, columns=_SUMMARY, rows=pairs, header=False))

    def table(
        self, caption: str, *, columns: Sequence[Column], rows: Sequence[Sequence[str]], notes: Sequence[str] = ()
    ) -> None:
        """A table with its caption above, a header on every page, a heading in each row, and notes below."""
        table = self._root.add("Table")
        self._put(self._text(caption, look.CAPTION, parent=table, tag="Caption"), leads=True)
        self._put(table_grid(table, self._markup, columns=columns, rows=rows, graded=self._graded))
        for note in notes:
            self.note(note)

    def picture(self, drawing: Drawing, *, alt: str, leads: bool = False) -> None:
        """A drawing, with the words that say what it shows; one that `leads` stays with what follows."""
        figure = self._root.add("Figure", alt=self._typeface.line(alt) or self._title)
        self._put(Picture(drawing, element=figure), leads=leads)

    def link(self, text: str, address: str) -> None:
        """A paragraph that opens an address."""
        words = self._line(text)
        markup = f'<a href="{html.escape(address)}"><u>{self._markup(words)}</u></a>'
        self._put(Text.of(markup, look.LINK, element=self._root.add("P").add("Link", alt=words)))

    def page_break(self) -> None:
        """What follows begins on a new page."""
        self._new_page = True

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside stays on one page, where one page can hold it."""
        first = len(self._pieces)
        yield
        self._pieces[first:] = hold_together(self._pieces[first:])

    def to_bytes(self) -> bytes:
        """The document as a PDF."""
        if self._lacks_characters:
            self.note(STAND_IN_NOTE)
        with _ONE_AT_A_TIME:
            drawn = self._draw()
        with pikepdf.open(drawn) as pdf:
            write_structure(pdf, self._root)
            write_metadata(pdf, title=self._title, author=self._council, made_at=self._made_at)
            file = io.BytesIO()
            pdf.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return file.getvalue()

    def _draw(self) -> io.BytesIO:
        file = io.BytesIO()
        canvas = TaggedCanvas(file, footer=self._footer, pagesize=look.SHEET)
        lay_out(self._pieces, canvas)
        canvas.save()
        return file

    def _footer(self, canvas: TaggedCanvas, number: int, total: int) -> None:
        """The classification, the title and the page's number below a hairline."""
        left, right, base = look.SIDE, look.SHEET[0] - look.SIDE, look.FOOTER
        canvas.setStrokeColor(look.HAIRLINE)
        canvas.setLineWidth(0.6)
        canvas.line(left, base + 14, right, base + 14)
        canvas.setFont(REGULAR, 8.5)
        canvas.setFillColor(look.QUIET)
        canvas.drawString(left, base, self._classification)
        canvas.drawCentredString((left + right) / 2, base, self._title)
        canvas.drawRightString(right, base, f"Page {number} of {total}")

    def _put(self, flow: Flow, *, leads: bool = False) -> None:
        self._pieces.append(Piece(flow, leads=leads, new_page=self._new_page))
        self._new_page = False

    def _heading(self, text: str, style: ParagraphStyle, *, level: int) -> Heading:
        words = self._line(text)
        heading = Heading.of(self._markup(words), style, element=self._root.add(f"H{level}"))
        heading.depth, heading.entry = level - 1, words
        self._level = level
        return heading

    def _text(
        self, text: str, style: ParagraphStyle, *, label: str = "", parent: Element | None = None, tag: str = "P"
    ) -> Text:
        run_in = f"<b>{self._markup(label)}</b> " if label else ""
        return Text.of(run_in + self._markup(text), style, element=(parent or self._root).add(tag))

    def _markup(self, text: str) -> str:
        markup = self._typeface.markup(text)
        self._lacks_characters = self._lacks_characters or (STAND_IN in markup and STAND_IN not in text)
        return markup

    def _graded(self, grade: str) -> str:
        """The markup of a grade, its chip before it; of another word, or without chips, of the word alone."""
        chip = self._chips.get(grade)
        return (chip.markup if chip else "") + self._markup(grade)

    def _line(self, text: str) -> str:
        """A text that has to stay short, on one line of its own: longer ones are cut."""
        line = self._typeface.line(text)
        return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"
