"""The XML of worksheets, looked through as bytes before it is parsed: how far cells reach, and which hold no value.

A parser builds the whole rectangle from the first cell to the last and copies every shared text into its cells, so a
few bytes can ask for gigabytes. What is found here bounds that before it happens. Cells must be written as Excel
and every common library write them (`<c r="B7"`); anything else is refused instead of interpreted.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, MutableSequence
from dataclasses import dataclass, field
from functools import lru_cache

from auditapp.documents.file_limits import MIB, FileLimits
from auditapp.domain.errors import InvalidFile

MOST_UNREADABLE = 50_000
LAST_ROW = 1_048_576

_BYTES_PER_PLACE = 32
_BYTES_PER_CELL = 20
_BYTES_PER_TEXT = 40
_LONGEST_CELL = 256 * 1024

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_REFERENCE = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"')
_BEGIN_OF_TEXT = re.compile(rb"<(?:\w+:)?si[\s/>]")
_END_OF_TEXT = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si\s*/>")
_COPY = re.compile(rb't="s"><(?:\w+:)?v>([0-9]{1,7})</')
_ERROR = re.compile(rb'c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*\st="e"')
_FORMULA = re.compile(
    rb'c r="(?P<column>[A-Z]{1,3})(?P<row>[0-9]{1,7})"(?P<attributes>[^>]*)>\s*'
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?P<value><(?:\w+:)?v\s*(?:/>|>\s*</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)


@dataclass(slots=True)
class SharedTexts:
    """The texts that cells point to, by their length in bytes of XML, which is never less than in memory."""

    lengths: MutableSequence[int] = field(default_factory=lambda: array("L"))

    @property
    def memory(self) -> int:
        """About how many bytes a parser needs to hold them."""
        return sum(self.lengths) + _BYTES_PER_TEXT * len(self.lengths)

    @property
    def longest(self) -> int:
        """The length of the longest one."""
        return max(self.lengths, default=0)


@dataclass(slots=True)
class Extent:
    """How far a worksheet reaches and what it holds, as far as it was looked through. Counts are never too small."""

    columns: int = 1
    rows: int = 999
    row_tags: int = 0
    cells: int = 0
    copies: int = 0
    size: int = 0
    unreadable: set[tuple[int, int]] = field(default_factory=set)

    @property
    def memory(self) -> int:
        """About how many bytes a parser needs for it, shared texts left out: measured, and rounded up."""
        return _BYTES_PER_PLACE * self.columns * self.rows + _BYTES_PER_CELL * self.cells + self.size


def check_markup(pieces: Iterable[bytes]) -> None:
    """Refuse XML that declares a document type or an entity: a workbook never does."""
    tail = b""
    for piece in pieces:
        if _DECLARATION.search(tail + piece):
            raise InvalidFile(
                "The workbook holds declarations that do not belong into a workbook, and was not read. "
                "Nothing was changed. Open it in Excel, save it again and import that file."
            )
        tail = piece[-16:]


def measure_texts(pieces: Iterable[bytes], *, limits: FileLimits) -> SharedTexts:
    """Measure every shared text, in their order."""
    texts, size, begun = SharedTexts(), 0, -1
    for window in _windows(pieces):
        if begun < 0 and (first := _BEGIN_OF_TEXT.search(window)):
            begun = size + first.start()
        for end in _END_OF_TEXT.finditer(window):
            texts.lengths.append(size + end.end() - begun)
            begun = size + end.end()
        size += len(window)
        if size + _BYTES_PER_TEXT * len(texts.lengths) > limits.memory:
            raise _too_large("The workbook")
    return texts


def measure_sheet(pieces: Iterable[bytes], *, name: str, limits: FileLimits) -> Extent:
    """Look through a worksheet and refuse it as soon as it reaches too far."""
    extent = Extent()
    for window in _windows(pieces):
        extent.size += len(window)
        extent.row_tags += window.count(b"row>")
        extent.cells += window.count(b"c>")
        extent.copies += _copies(window)
        for start in (b"<", b":") if b":c" in window else (b"<",):
            _widen(extent, window, start, name, limits)
            _note_unreadable(extent, window, start, name)
        if extent.memory > limits.memory:
            raise _too_large(f"The sheet '{name}'")
    return extent


def check_copies(pieces: Iterable[bytes], *, name: str, texts: SharedTexts, room: int) -> None:
    """Refuse a worksheet whose cells would together copy more than `room` bytes of shared text.

    A cell that does not say plainly which text it copies counts as the longest.
    """
    copied = 0
    for window in _windows(pieces):
        plain = _COPY.findall(window)
        try:
            copied += sum(map(texts.lengths.__getitem__, map(int, plain)))
        except IndexError as error:
            raise _odd() from error
        copied += (_copies(window) - len(plain)) * texts.longest
        if copied > room:
            raise _too_large(f"The sheet '{name}'")


def _copies(window: bytes) -> int:
    return window.count(b'"s"') + window.count(b"'s'")


def _windows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut a stream so that no cell, or at least no tag, is split between two windows."""
    kept = b""
    for piece in pieces:
        window = kept + piece
        if b"!" in piece and b"<!" in window:
            raise _odd()
        cut = max(window.rfind(b"<c "), window.rfind(b"<", 0, max(window.rfind(b":c "), 0)), 0)
        if len(window) - cut > _LONGEST_CELL:
            cut = window.rfind(b"<")
        if len(window) - cut > MIB:
            raise _odd()
        yield window[:cut]
        kept = window[cut:]
    yield kept


def _widen(extent: Extent, window: bytes, start: bytes, name: str, limits: FileLimits) -> None:
    """Take in the cells that lie outside of what was seen before; `start` ends the namespace, if tags have one."""
    position = 0
    while stray := _outside(start, extent.columns, extent.rows).search(window, position):
        place = _REFERENCE.match(window, stray.end())
        if place is None or int(place[2]) > LAST_ROW:
            raise _odd()
        extent.columns = max(extent.columns, column_number(place[1]) + 1)
        extent.rows = _rounded(max(extent.rows, int(place[2])))
        if extent.columns > limits.columns:
            raise InvalidFile(
                f"The sheet '{name}' has more than {limits.columns} columns. Nothing was changed. "
                "Remove the columns that do not belong to the list and import it again."
            )
        position = stray.end()


def _rounded(rows: int) -> int:
    """Round a number of rows up, by a tenth at most, so that few different patterns are ever needed."""
    if rows < 1000:
        return 999
    unit: int = 10 ** (len(str(rows)) - 2)
    return (rows // unit + 1) * unit - 1


@lru_cache(maxsize=1024)
def _outside(start: bytes, columns: int, rows: int) -> re.Pattern[bytes]:
    """Make the pattern of a cell outside the first columns and rows; blank cells reach nowhere."""
    inside = rb' r="(?:%s)(?:%s)"' % (_columns_up_to(columns), _rows_up_to(rows))
    blank = rb' r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]+")?/>'
    tag = rb"<c" if start == b"<" else rb"<[^\s<>/]*:c"
    return re.compile(rb"%s(?=[\s/>])(?!%s|%s)" % (tag, inside, blank))


def _columns_up_to(columns: int) -> bytes:
    first, second = divmod(columns - 1, 26)
    last = chr(ord("A") + second)
    if not first:
        return f"[A-{last}]".encode()
    lead = chr(ord("A") + first - 1)
    lower = f"|[A-{chr(ord(lead) - 1)}][A-Z]" if lead > "A" else ""
    return f"[A-Z]|{lead}[A-{last}]{lower}".encode()


def _rows_up_to(rows: int) -> bytes:
    """Make the pattern of the numbers from 1 to a number of the form ab99...9."""
    length, lead, second = len(str(rows)), int(str(rows)[0]), str(rows)[1]
    lower = f"|[1-{lead - 1}][0-9]{{{length - 1}}}" if lead > 1 else ""
    return f"[1-9][0-9]{{0,{length - 2}}}|{lead}[0-{second}][0-9]{{{length - 2}}}{lower}".encode()


def _note_unreadable(extent: Extent, window: bytes, start: bytes, name: str) -> None:
    if b't="e"' in window:
        extent.unreadable.update(_place(*found.groups()) for found in _ERROR.finditer(window))
    if start + b"f" in window:
        for found in _FORMULA.finditer(window):
            empty_text = found["value"] and b't="str"' in found["attributes"]
            if not empty_text:
                extent.unreadable.add(_place(found["column"], found["row"]))
    if len(extent.unreadable) > MOST_UNREADABLE:
        raise InvalidFile(
            f"More than {MOST_UNREADABLE:,} cells of the sheet '{name}' hold an error, or a formula without a stored "
            "value. Nothing was changed. Open the workbook in Excel, correct it, save it and import that file."
        )


def _place(column: bytes, row: bytes) -> tuple[int, int]:
    return int(row), column_number(column)


def column_number(letters: bytes) -> int:
    """Give the number of a column from its letters, A being 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _odd() -> InvalidFile:
    return InvalidFile(
        "The workbook is not written the way Excel writes workbooks, and was not read. Nothing was changed. "
        "Open it in Excel, save it again and import that file."
    )


def _too_large(what: str) -> InvalidFile:
    return InvalidFile(
        f"{what} holds more than can be read in one go. Nothing was changed. "
        "Remove columns and rows that do not belong to the lists, or cells far outside them, and import it again."
    )
