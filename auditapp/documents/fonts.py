"""The typeface of paper: which files it needs, which characters it has, and text made safe to set in it."""

import html
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from auditapp.domain.errors import SettingsError

REGULAR: Final = "SourceSans3-Regular"
BOLD: Final = "SourceSans3-Bold"
ITALIC: Final = "SourceSans3-Italic"
FACES: Final = (REGULAR, BOLD, ITALIC)
STAND_IN: Final = "□"
STAND_IN_NOTE: Final = (
    f"{STAND_IN} stands for a character that this document's typeface does not have. The page in the service shows it."
)

_UNSEEN: Final = frozenset({"Cc", "Cf"})
_SELECTORS: Final = range(0xFE00, 0xFE10)


class _Glyphs(dict[int, str]):
    """A table for `str.translate` that learns character by character what the typeface can set."""

    def __init__(self, covered: frozenset[int]) -> None:
        super().__init__({0x0A: "\n", 0x09: " "})
        self._covered = covered

    def __missing__(self, code: int) -> str:
        self[code] = self._stand_in(code)
        return self[code]

    def _stand_in(self, code: int) -> str:
        if unicodedata.category(chr(code)) in _UNSEEN or code in _SELECTORS:
            return ""
        return chr(code) if code in self._covered else STAND_IN


class Typeface:
    """The three faces of the paper's typeface, registered with ReportLab, and what can be set in all of them."""

    def __init__(self, fonts: Path) -> None:
        faces = [_register(name, fonts / f"{name}.ttf") for name in FACES]
        pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)
        self._glyphs = _Glyphs(frozenset.intersection(*faces))

    def printable(self, text: str) -> str:
        """Text that the typeface can set: composed, without control characters, `STAND_IN` for what it lacks."""
        return unicodedata.normalize("NFC", "\n".join(text.splitlines())).translate(self._glyphs)

    def line(self, text: str) -> str:
        """As `printable`, on one line."""
        return " ".join(self.printable(text).split())

    def markup(self, text: str) -> str:
        """Untrusted text as ReportLab's mini-markup, in which nothing is left that could act as markup."""
        return html.escape(self.printable(text), quote=False).replace("\n", "<br/>")


@cache
def typeface(fonts: Path) -> Typeface:
    """The typeface in a folder of font files, read once; `SettingsError` names the file that is missing."""
    return Typeface(fonts)


def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """How wide one line of text is set, in points."""
    return float(pdfmetrics.stringWidth(text, BOLD if bold else REGULAR, size))


def _register(name: str, path: Path) -> frozenset[int]:
    if not path.is_file():
        raise SettingsError(f"The font {path.name} is missing, so no PDF can be made. Build the assets again.")
    font = TTFont(name, str(path))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)
