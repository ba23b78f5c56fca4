"""Excel workbooks from people: every part is unpacked once and judged, then the sheets that are wanted are parsed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from auditapp.documents.archives import DAMAGED, Archive, open_archive
from auditapp.documents.file_limits import MIB, FileLimits
from auditapp.documents.sheets import Sheet
from auditapp.documents.worksheets import (
    Extent,
    SharedTexts,
    check_copies,
    check_markup,
    measure_sheet,
    measure_texts,
)
from auditapp.domain.case_references import Cell
from auditapp.domain.errors import InvalidFile

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_TEXTS = "xl/sharedstrings.xml"
_STYLES = "xl/styles.xml"
_LARGEST_INDEX = 16 * MIB


def read_workbook(path: Path, *, wanted: Callable[[str], bool], limits: FileLimits) -> tuple[Sheet, ...]:
    """Judge a workbook and give its sheets; those whose name is not wanted stay unread and have no rows."""
    archive = open_archive(path, limits=limits)
    _check_kind(archive)
    parts = _sheet_parts(archive)
    texts = measure_texts(archive.read(_TEXTS), limits=limits) if _TEXTS in archive.parts else SharedTexts()
    chosen = {name: part for name, part in parts.items() if wanted(name)}
    extents = {name: _measure(archive, name, part, texts, limits) for name, part in chosen.items()}
    for part in archive.parts.keys() - {_TEXTS, *chosen.values()}:
        check_markup(archive.read(part))
    with _damage_named():
        workbook = CalamineWorkbook.from_path(path)
    return tuple(_sheet(workbook, name, extents.get(name)) for name in parts)


def _check_kind(archive: Archive) -> None:
    if "xl/workbook.bin" in archive.parts:
        raise InvalidFile(
            "This is a binary workbook (.xlsb). Nothing was changed. Save it as .xlsx and import that file."
        )
    if _WORKBOOK not in archive.parts:
        raise InvalidFile(
            "The file is called a workbook, but it is another kind of file. Nothing was changed. "
            "Save the list in Excel as .xlsx and import that file."
        )
    index = [_WORKBOOK, _RELATIONS, _STYLES]
    if any(archive.parts[part].file_size > _LARGEST_INDEX for part in index if part in archive.parts):
        raise InvalidFile(DAMAGED)


def _sheet_parts(archive: Archive) -> dict[str, str]:
    """Say which part of the archive holds which sheet, in the order of the tabs."""
    relations = _elements(archive, _RELATIONS, "Relationship")
    try:
        targets = {relation["Id"]: _part(relation["Target"]) for relation in relations}
        sheets = {sheet["name"]: targets[sheet["id"]] for sheet in _elements(archive, _WORKBOOK, "sheet")}
    except KeyError as error:
        raise InvalidFile(DAMAGED) from error
    if not archive.parts.keys() >= set(sheets.values()):
        raise InvalidFile(DAMAGED)
    return sheets


def _part(target: str) -> str:
    path = target.lower().removeprefix("/")
    return path if path.startswith("xl/") else f"xl/{path}"


def _elements(archive: Archive, part: str, tag: str) -> list[dict[str, str]]:
    """Give the attributes of every element with a tag, without namespaces."""
    if part not in archive.parts:
        raise InvalidFile(DAMAGED)
    check_markup(archive.read(part))
    found: list[dict[str, str]] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(" ")[2] == tag:
            found.append({key.rpartition(" ")[2]: value for key, value in attributes.items()})

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    try:
        for piece in archive.read(part):
            parser.Parse(piece)
        parser.Parse(b"", True)  # noqa: FBT003 - expat takes its end by position
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InvalidFile(DAMAGED) from error
    return found


def _measure(archive: Archive, name: str, part: str, texts: SharedTexts, limits: FileLimits) -> Extent:
    extent = measure_sheet(archive.read(part), name=name, limits=limits)
    room = limits.memory - extent.memory - texts.memory
    if extent.copies * texts.longest > room:
        check_copies(archive.read(part), name=name, texts=texts, room=room)
    return extent


def _sheet(workbook: CalamineWorkbook, name: str, extent: Extent | None) -> Sheet:
    if extent is None:
        return Sheet(name, 0, lambda: iter(()))
    return Sheet(name, extent.row_tags, partial(_rows, workbook, name), unreadable=frozenset(extent.unreadable))


def _rows(workbook: CalamineWorkbook, name: str) -> Iterator[list[Cell]]:
    """Give the rows of a sheet; the parser leaves out empty columns at its left, which are put back."""
    with _damage_named():
        sheet = workbook.get_sheet_by_name(name)
    margin: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    return ([*margin, *cells] for cells in sheet.iter_rows()) if margin else sheet.iter_rows()


@contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except CalamineError as error:
        raise InvalidFile(DAMAGED) from error
