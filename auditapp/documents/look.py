"""How paper looks: the sheet, its margins, its colours and its styles of text. Lengths in points."""

from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from auditapp.documents.fonts import BOLD, REGULAR

SHEET: Final[tuple[float, float]] = A4
SIDE: Final[float] = 20 * mm
TOP: Final[float] = 20 * mm
BOTTOM: Final[float] = 24 * mm
FOOTER: Final[float] = 12 * mm
MEASURE: Final[float] = SHEET[0] - 2 * SIDE
BODY_HEIGHT: Final[float] = SHEET[1] - TOP - BOTTOM

BRAND: Final = HexColor("#0b5563")
INK: Final = HexColor("#1c2427")
QUIET: Final = HexColor("#4b5a5f")
HAIRLINE: Final = HexColor("#c9d3d6")
PALE: Final = HexColor("#eef4f5")
PAPER: Final = HexColor("#ffffff")


def _style(name: str, *, size: float, leading: float, bold: bool = False, **more: object) -> ParagraphStyle:
    """A style; words that do not fit a line are broken, and no line stands alone at a page's edge."""
    return ParagraphStyle(
        name,
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=leading,
        **{"textColor": INK, "splitLongWords": 1, "allowWidows": 0, "allowOrphans": 0, **more},
    )


def _cell(name: str, *, size: float = 9, bold: bool = False, **more: object) -> ParagraphStyle:
    """A style for table cells, which may break after any line: a row taller than the page has to go on."""
    return _style(name, size=size, leading=size + 3, bold=bold, allowWidows=1, allowOrphans=1, **more)


TITLE: Final = _style("title", size=25, leading=28, bold=True, textColor=PAPER, spaceAfter=9)
ON_COVER: Final = _style("on cover", size=12, leading=16, textColor=PAPER, spaceAfter=3)
HEADINGS: Final = {
    1: _style("heading 1", size=19, leading=23, bold=True, textColor=BRAND, spaceBefore=24, spaceAfter=8),
    2: _style("heading 2", size=14, leading=18, bold=True, textColor=BRAND, spaceBefore=18, spaceAfter=5),
    3: _style("heading 3", size=11, leading=15, bold=True, spaceBefore=12, spaceAfter=3),
}
BODY: Final = _style("body", size=10.5, leading=15, spaceAfter=7)
LEAD: Final = _style("lead", size=14.5, leading=20.5, spaceAfter=12)
NOTE: Final = _style("note", size=9, leading=12.5, textColor=QUIET, spaceAfter=4)
QUOTE: Final = _style("quote", size=10.5, leading=15, leftIndent=10, spaceAfter=7)
LINK: Final = _style("link", size=10.5, leading=15, textColor=BRAND, spaceAfter=7)
BULLET: Final = _style("bullet", size=10.5, leading=15, leftIndent=13, spaceAfter=3)
CAPTION: Final = _style("caption", size=10.5, leading=14, bold=True, spaceBefore=12, spaceAfter=5)
FIGURE: Final = _style("figure", size=25, leading=28, bold=True, textColor=BRAND)
FIGURE_IN_WORDS: Final = _style("figure in words", size=17, leading=20, bold=True, textColor=BRAND)
FIGURE_WORDS: Final = _style("figure words", size=9.5, leading=12.5, textColor=QUIET)
CELL: Final = _cell("cell")
CELL_RIGHT: Final = _cell("cell right", alignment=2)
CELL_HEAD: Final = _cell("cell head", bold=True, textColor=BRAND, size=8.5)
CELL_HEAD_RIGHT: Final = _cell("cell head right", bold=True, textColor=BRAND, size=8.5, alignment=2)
ROW_HEAD: Final = _cell("row head", bold=True)
