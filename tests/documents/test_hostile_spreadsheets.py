"""Files made to do harm: each is refused with its reason, in a process that stays under 400 MB."""

import json
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import xlsxwriter

MEMORY = 400
DAMAGED = "damaged or cut short"
TOO_MUCH = "unpacks to far more than a case list holds"
ODD = "not written the way Excel writes"
SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"

READ = """
import json, re, sys
from pathlib import Path
from auditapp.documents.spreadsheets import read_spreadsheet
from auditapp.domain.errors import InvalidFile
message = "was read"
try:
    for sheet in read_spreadsheet(Path(sys.argv[1]), name=sys.argv[2]):
        for row in sheet.rows():
            pass
except InvalidFile as refused:
    message = refused.message
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([message, int(peak[1]) // 1024]))
"""


def read_apart(path: Path, name: str) -> tuple[str, int]:
    """Read a file in a process of its own; give what was said and its memory in MB."""
    done = subprocess.run([sys.executable, "-c", READ, str(path), name], capture_output=True, text=True, check=True)
    message, memory = json.loads(done.stdout)
    return message, memory


def parts_of(path: Path) -> dict[str, bytes]:
    """Give the parts of a small good workbook."""
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("List_6").write(0, 0, "x")
    book.close()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path: Path, parts: Iterable[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)


def with_parts(**changed: bytes) -> Callable[[Path], None]:
    def build(path: Path) -> None:
        names = {
            "sheet": SHEET,
            "workbook": "xl/workbook.xml",
            "texts": "xl/sharedStrings.xml",
            "other": "custom/a.xml",
        }
        write_parts(path, {**parts_of(path), **{names[key]: content for key, content in changed.items()}}.items())

    return build


def with_rows(rows: bytes) -> Callable[[Path], None]:
    return with_parts(sheet=HEAD + rows + TAIL)


def with_extra(name: str, content: bytes = b"x") -> Callable[[Path], None]:
    def build(path: Path) -> None:
        write_parts(path, [*parts_of(path).items(), (name, content)])

    return build


def patched(
    find: bytes, change: Callable[[bytearray, int], None], build: Callable[[Path], None]
) -> Callable[[Path], None]:
    """Change the directory entry of the sheet, or the end record, of an archive built before."""

    def patch(path: Path) -> None:
        build(path)
        content = bytearray(path.read_bytes())
        at = content.rfind(find)
        assert at >= 0
        change(content, at)
        path.write_bytes(content)

    return patch


def declares(size: int) -> Callable[[bytearray, int], None]:
    return lambda content, name: struct.pack_into("<L", content, name - 46 + 24, size)


def encrypts(content: bytearray, name: int) -> None:
    content[name - 46 + 8] |= 1


def is_cut(path: Path) -> None:
    parts_of(path)
    path.write_bytes(path.read_bytes()[:-300])


def is_empty_but_for_its_size(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(300 * 1024 * 1024)


def copies_a_long_text(path: Path) -> None:
    text = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=30_000)).encode()
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 60_000))
    texts = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>' % text
    with_parts(sheet=HEAD + cells + TAIL, texts=texts)(path)


def copies_a_long_text_in_disguise(path: Path) -> None:
    copies_a_long_text(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    write_parts(path, {**parts, SHEET: parts[SHEET].replace(b"<v>0</v>", b"<v>&#48;</v>")}.items())


def unpacks_a_thousandfold(path: Path) -> None:
    with_rows(b" " * 120_000_000)(path)


def has_formulas_without_values(path: Path) -> None:
    with_rows(b"".join(b'<row r="%d"><c r="A%d"><f>B1</f></c></row>' % (row, row) for row in range(1, 50_100)))(path)


def has_a_wall_of_cells(path: Path) -> None:
    cells = b"".join(b'<c r="%c#"><v>#</v></c>' % (65 + column) for column in range(26))
    row = b'<row r="#">' + cells + b"</row>"
    with_rows(b"".join(row.replace(b"#", b"%d" % number) for number in range(1, 160_000)))(path)


def has_a_large_directory(path: Path) -> None:
    write_parts(path, ((f"xl/{number:040}", b"") for number in range(20_000)))


WORKBOOKS = {
    "unpacks a thousandfold": (unpacks_a_thousandfold, TOO_MUCH),
    "says that it unpacks to 2 GiB": (patched(SHEET.encode(), declares(2**31), with_rows(b"")), TOO_MUCH),
    "unpacks to more than it says": (patched(SHEET.encode(), declares(500), unpacks_a_thousandfold), DAMAGED),
    "is 300 MB": (is_empty_but_for_its_size, "larger than 50 MB"),
    "has a directory of its own weight": (has_a_large_directory, TOO_MUCH),
    "is cut short": (is_cut, DAMAGED),
    "has something behind its end": (
        patched(b"PK\x05\x06", lambda content, _: content.extend(b"more"), with_rows(b"")),
        DAMAGED,
    ),
    "has an encrypted part": (patched(SHEET.encode(), encrypts, with_rows(b"")), "protected by a password"),
    "climbs out of its folder": (with_extra("../../etc/passwd"), DAMAGED),
    "climbs out with backslashes": (with_extra("..\\..\\windows"), DAMAGED),
    "has an absolute path": (with_extra("/etc/passwd"), DAMAGED),
    "has two parts that differ by case": (with_extra("xl/Workbook.xml"), DAMAGED),
    "is another kind of archive": (
        lambda path: write_parts(path, [("word/document.xml", b"<x/>")]),
        "another kind of file",
    ),
    "is a binary workbook": (with_extra("xl/workbook.bin"), "binary workbook"),
    "declares an entity in the workbook": (
        with_parts(workbook=b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook>&x;</workbook>'),
        "declarations that do not belong",
    ),
    "declares an entity in a sheet": (with_parts(sheet=b'<!DOCTYPE a [<!ENTITY x "y">]>' + HEAD + TAIL), ODD),
    "declares an entity in another part": (
        with_parts(other=b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'),
        "declarations",
    ),
    "claims an encoding that is none": (
        with_parts(workbook=b'<?xml version="1.0" encoding="UTF-99"?><workbook/>'),
        DAMAGED,
    ),
    "is no XML": (with_parts(workbook=b"<workbook><sheets>"), DAMAGED),
    "has a sheet without a part": (
        with_parts(workbook=b'<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId77"/></sheets></workbook>'),
        DAMAGED,
    ),
    "has 10,000 columns": (
        with_rows(
            b'<row r="1">%s</row>' % b"".join(b'<c r="%s1"><v>1</v></c>' % letters for letters in (b"A", b"GS", b"NTP"))
        ),
        "more than 200 columns",
    ),
    "has a cell in the last corner": (
        with_rows(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "200 columns",
    ),
    "has a cell in the last row": (
        with_rows(b'<row r="1"><c r="GR1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        "holds more than can be read",
    ),
    "has a cell in a row that does not exist": (
        with_rows(b'<row r="1"><c r="A9999999"><v>1</v></c></row>'),
        ODD,
    ),
    "has a row beyond counting": (with_rows(b'<row r="1"><c r="A99999999999"><v>1</v></c></row>'), ODD),
    "hides a cell behind a namespace": (with_rows(b'<row r="1"><x:c r="XFD1"><v>1</v></x:c></row>'), "200 columns"),
    "hides a cell behind another attribute": (with_rows(b'<row r="1"><c t="n" r="XFD1"><v>1</v></c></row>'), ODD),
    "hides a cell behind small letters": (with_rows(b'<row r="1"><c r="xfd1"><v>1</v></c></row>'), ODD),
    "has cells without places": (with_rows(b'<row r="1">' + b"<c><v>1</v></c>" * 16_000 + b"</row>"), ODD),
    "hides cells in a comment": (with_rows(b"<!-- x -->"), ODD),
    "copies a long text": (copies_a_long_text, "holds more than can be read"),
    "copies a long text in disguise": (copies_a_long_text_in_disguise, "holds more than can be read"),
    "points to a text that is not there": (with_rows(b'<row r="1"><c r="A1" t="s"><v>9</v></c></row>'), DAMAGED),
    "has a wall of cells": (has_a_wall_of_cells, "holds more than can be read"),
    "has too many formulas without values": (
        has_formulas_without_values,
        "More than 50,000 cells",
    ),
}


@pytest.mark.parametrize("harm", WORKBOOKS)
def test_a_hostile_workbook_is_refused(tmp_path: Path, harm: str) -> None:
    build, expected = WORKBOOKS[harm]
    build(tmp_path / "a.xlsx")
    message, memory = read_apart(tmp_path / "a.xlsx", "a.xlsx")
    assert expected in message
    assert memory < MEMORY


CSV_FILES = {
    "10,000 columns": (b"", b"a,", 10_000, "more than 200 columns"),
    "one line of commas": (b"", b",", 40_000_000, "too long"),
    "a quotation that never ends": (b'"', b"x\n", 20_000_000, "too long"),
    "a record over many lines": (b"a", b',"\n"', 8_000_000, "too long"),
    "bytes that are no text": (b"a,b\n", b"\0", 1000, "bytes that no text has"),
}


@pytest.mark.parametrize("harm", CSV_FILES)
def test_a_hostile_csv_file_is_refused(tmp_path: Path, harm: str) -> None:
    begin, content, times, expected = CSV_FILES[harm]
    (tmp_path / "a.csv").write_bytes(begin + content * times)
    message, memory = read_apart(tmp_path / "a.csv", "a.csv")
    assert expected in message
    assert memory < MEMORY


def test_the_small_good_workbook_that_they_are_made_of_is_read(tmp_path: Path) -> None:
    with_rows(b'<row r="1"><c r="A1"><v>1</v></c></row>')(tmp_path / "a.xlsx")
    assert read_apart(tmp_path / "a.xlsx", "a.xlsx")[0] == "was read"
