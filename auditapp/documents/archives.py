"""Zip archives from strangers: judged by their directory first, then unpacked piece by piece and counted.

What an archive declares is never trusted: a part that unpacks to another size or sum than declared is refused, so
that whatever reads the archive later reads what was judged here.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from auditapp.documents.file_limits import MIB, FileLimits
from auditapp.domain.errors import InvalidFile

DAMAGED = (
    "The workbook is damaged or cut short, and was not read. Nothing was changed. "
    "Open it in Excel, save it again and import that file."
)
TOO_LARGE = (
    "The workbook unpacks to far more than a case list holds, and was not read. Nothing was changed. "
    "Keep the lists and remove everything else from it."
)
PROTECTED = (
    "The workbook is protected by a password. Nothing was changed. Save it without a password and import it again."
)

_END = struct.Struct("<4s8x2LH")
_LONG_END = struct.Struct("<4s36x2Q4s16x")
_LARGEST_DIRECTORY = MIB
_LOCAL_HEADER = 30
_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose directory was judged; `parts` by name in small letters, as workbook readers look them up."""

    path: Path
    parts: dict[str, zipfile.ZipInfo]

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the content of a part in pieces, and raise InvalidFile when it is not what was declared."""
        part = self.parts[name]
        size = checksum = 0
        with self.path.open("rb") as file:
            for piece in _unpacked(file, part):
                size += len(piece)
                checksum = zlib.crc32(piece, checksum)
                if size > part.file_size:
                    break
                yield piece
        if (size, checksum) != (part.file_size, part.CRC):
            raise InvalidFile(DAMAGED)


def open_archive(path: Path, *, limits: FileLimits) -> Archive:
    """Judge an archive by its directory, without unpacking any of it."""
    _check_end(path)
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error, OSError) as error:
        raise InvalidFile(DAMAGED) from error
    parts = {part.filename.lower(): part for part in listed}
    if len(parts) != len(listed) or not all(_is_plain(part) for part in listed):
        raise InvalidFile(DAMAGED)
    _check_size(listed, path.stat().st_size, limits)
    return Archive(path, parts)


def _check_end(path: Path) -> None:
    """Insist that the archive ends where its directory says, and that the directory is small enough to read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _LONG_END.size - _END.size))
        tail = file.read()
    if len(tail) < _LONG_END.size + _END.size:
        raise InvalidFile(DAMAGED)
    mark, directory, offset, comment = _END.unpack(tail[-_END.size :])
    end = _END.size
    long_mark, long_directory, long_offset, locator = _LONG_END.unpack(tail[: _LONG_END.size])
    if locator == b"PK\x06\x07":
        mark = mark if long_mark == b"PK\x06\x06" else b""
        directory, offset, end = long_directory, long_offset, len(tail)
    if mark != b"PK\x05\x06" or comment or offset + directory + end != size:
        raise InvalidFile(DAMAGED)
    if directory > _LARGEST_DIRECTORY:
        raise InvalidFile(TOO_LARGE)


def _is_plain(part: zipfile.ZipInfo) -> bool:
    if part.flag_bits & 1:
        raise InvalidFile(PROTECTED)
    steps = part.filename.replace("\\", "/").split("/")
    return ".." not in steps and steps[0] != "" and part.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def _check_size(parts: list[zipfile.ZipInfo], packed: int, limits: FileLimits) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked or unpacked > limits.expansion * packed:
        raise InvalidFile(TOO_LARGE)


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the raw content of a part, never more than a piece at a time, whatever it claims to be."""
    file.seek(part.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise InvalidFile(DAMAGED)
    name, extra = struct.unpack("<2H", header[26:])
    file.seek(name + extra, 1)
    packed = _packed(file, part.compress_size)
    yield from packed if part.compress_type == zipfile.ZIP_STORED else _inflated(packed)


def _packed(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left and (piece := file.read(min(_PIECE, left))):
        left -= len(piece)
        yield piece


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in packed:
            waiting = piece
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, MIB)
                waiting = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error as error:
        raise InvalidFile(DAMAGED) from error
