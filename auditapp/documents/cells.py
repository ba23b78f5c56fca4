"""Cells of spreadsheets that nobody can make calculate: text stays text when a file is opened."""

import unicodedata
from typing import Final

# What begins a formula in a spreadsheet program; full-width forms become these when normalised.
_BEGINS_FORMULA: Final = frozenset("=+-@|%")
_SKIPPED: Final = ("Z", "C")  # spaces, tabs, line ends, NUL and unseen marks: programs skip them


def safe_cell(text: str) -> str:
    """A text as a cell: without NULs, and with an apostrophe before it where it would be read as a formula."""
    text = text.replace("\x00", "")
    return f"'{text}" if _first_read(text) in _BEGINS_FORMULA else text


def _first_read(text: str) -> str:
    """The first character that a spreadsheet program looks at, or nothing."""
    normal = unicodedata.normalize("NFKC", text)
    return next((letter for letter in normal if not unicodedata.category(letter).startswith(_SKIPPED)), "")
