"""CSV files from people: any of three separators, two encodings, and nothing that fills the memory."""

import codecs
import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TextIO

from auditapp.documents.file_limits import MIB, FileLimits
from auditapp.documents.sheets import Sheet
from auditapp.domain.errors import InvalidFile

SEPARATORS = ",;\t"

_MEND = "Nothing was changed. Save the list in Excel as 'CSV UTF-8' and import that file."
_ASSUMED = "The file is not UTF-8. It was read as Windows-1252: check how the teams are spelled."
_LONGEST_LINE = 256 * 1024
_LINES_PER_ROW = 200
_LINES_LOOKED_AT = 15


def read_delimited(path: Path, *, name: str, limits: FileLimits) -> Sheet:
    """Judge a CSV file and give it as one sheet, with a note when its encoding had to be assumed."""
    encoding, lines = _encoding(path), _count_lines(path)
    separator = _separator(path, encoding)
    notes = () if encoding == "utf-8-sig" else (_ASSUMED,)
    rows = partial(_rows, path, encoding=encoding, separator=separator, columns=limits.columns)
    return Sheet(name, lines, rows, alone=True, notes=notes)


def _encoding(path: Path) -> str:
    """Say how the text is stored: UTF-8 unless it is not, then the encoding of Windows in western Europe."""
    try:
        _decode(path, "utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8-sig"
    try:
        _decode(path, "cp1252")
    except UnicodeDecodeError as error:
        raise InvalidFile(f"The text of the file is stored in a way that cannot be read. {_MEND}") from error
    return "cp1252"


def _decode(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        for piece in iter(partial(file.read, MIB), b""):
            if b"\0" in piece:
                raise InvalidFile(f"The file is not a CSV file: it holds bytes that no text has. {_MEND}")
            decoder.decode(piece)
    decoder.decode(b"", final=True)


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(partial(file.read, MIB), b"")) + 1


def _separator(path: Path, encoding: str) -> str:
    """Choose the separator that stands most often in the first lines."""
    with path.open(encoding=encoding, newline="") as file:
        head = "".join(file.readline(_LONGEST_LINE) for _ in range(_LINES_LOOKED_AT))
    return max(SEPARATORS, key=head.count)


def _rows(path: Path, *, encoding: str, separator: str, columns: int) -> Iterator[list[str]]:
    width = 0
    with path.open(encoding=encoding, newline="") as file:
        for row, cells in enumerate(_records(file, separator), start=1):
            if len(cells) > columns:
                raise InvalidFile(f"Row {row} has more than {columns} columns. {_MEND}")
            width = max(width, len(cells))
            yield cells + [""] * (width - len(cells))


def _records(file: TextIO, separator: str) -> Iterator[list[str]]:
    """Yield the records of a CSV file, and bound each before it is built."""
    row = lines = 0

    def bounded() -> Iterator[str]:
        nonlocal lines
        while line := file.readline(_LONGEST_LINE):
            lines += 1
            if len(line) == _LONGEST_LINE or lines > _LINES_PER_ROW:
                raise InvalidFile(f"Row {row + 1} is too long: a quotation mark may be missing. {_MEND}")
            yield line

    try:
        for cells in csv.reader(bounded(), delimiter=separator, strict=True):
            row, lines = row + 1, 0
            yield cells
    except csv.Error as error:
        raise InvalidFile(f"Row {row + 1} cannot be read: a quotation mark stands where none may. {_MEND}") from error
