"""Reads a tagged PDF as a screen reader does: through its structure tree, element by element."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import page
import pikepdf
from pikepdf import Dictionary, Name, Object

Said: TypeAlias = dict[tuple[tuple[int, int], int], tuple[int, str]]
_NEW_LINE = {"T*", "Td", "TD", "Tm", "BT"}
_MAPPED = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4,})>")


@dataclass(frozen=True)
class Spoken:
    """An element with content of its own: its path of tags from the document down, what it says, and where."""

    path: tuple[str, ...]
    text: str
    alt: str
    page: int

    @property
    def tag(self) -> str:
        return self.path[-1]


def faults(data: bytes) -> list[str]:
    """What keeps a PDF from being PDF/UA-1."""
    report = page.validate_pdf_bytes(data, profile="ua1")
    return [f"{each.rule_id}: {each.message}" for each in report.failures]


def spoken(data: bytes) -> list[Spoken]:
    """Everything that is read aloud, in reading order."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        said = _said(pdf)
        return list(_walk(pdf.Root.StructTreeRoot.K[0], (), said))


def text(data: bytes) -> str:
    """All that is read aloud, an element a line."""
    return "\n".join(each.text for each in spoken(data))


def tables(data: bytes) -> list[list[list[str]]]:
    """Every table as rows of cells; the header is the first row where there is one."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        said = _said(pdf)
        return [
            [
                ["".join(part.text for part in _walk(cell, (), said)) for cell in row.K]
                for group in table.K
                if group.S in {Name.THead, Name.TBody}
                for row in group.K
            ]
            for table in _elements(pdf.Root.StructTreeRoot.K[0], "/Table")
        ]


def footers(data: bytes) -> list[str]:
    """The footer of each page."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [" | ".join(_strings(next(iter(each.obj.Resources.XObject.values())), each)) for each in pdf.pages]


def outline(data: bytes) -> list[tuple[int, str]]:
    """The bookmarks: depth and title."""
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as entries:
        return list(_entries(list(entries.root), 0))


def _entries(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[tuple[int, str]]:
    for item in items:
        yield depth, item.title
        yield from _entries(list(item.children), depth + 1)


def _elements(element: Object, tag: str) -> Iterator[Object]:
    if element.get("/S") == tag:
        yield element
    for kid in element.get("/K", []):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield from _elements(kid, tag)


def _walk(element: Object, above: tuple[str, ...], said: Said) -> Iterator[Spoken]:
    path = (*above, str(element.S)[1:])
    own = [kid for kid in element.K if kid.get("/Type") == Name.MCR]
    if own:
        stretches = [said[kid.Pg.objgen, int(kid.MCID)] for kid in own]
        words = " ".join(" ".join(words for _, words in stretches).split())
        yield Spoken(path, words, str(element.get("/Alt", "")), stretches[0][0])
    for kid in element.K:
        if "/S" in kid:
            yield from _walk(kid, path, said)


def _said(pdf: pikepdf.Pdf) -> Said:
    """What each marked stretch says, by page and mark, with the number of its page."""
    return {
        (each.obj.objgen, mcid): (number, " ".join(words))
        for number, each in enumerate(pdf.pages, start=1)
        for mcid, words in _said_on(each).items()
    }


def _said_on(each: pikepdf.Page) -> dict[int, list[str]]:
    """The lines of each marked stretch of a page."""
    said: dict[int, list[str]] = {}
    current: int | None = None
    for operands, operator, word in _drawn(each, each):
        if operator == "BDC":
            current = int(operands[1].MCID)
            said[current] = [""]
        elif operator == "EMC":
            current = None
        elif current is not None and operator in _NEW_LINE:
            said[current].append("")
        elif current is not None and word is not None:
            said[current][-1] += word
    return said


def words_drawn(each: pikepdf.Page) -> list[str]:
    """Every line of words that stands on a page, read aloud or not; what a form draws is left out."""
    return _strings(each, each)


def _strings(stream: Object | pikepdf.Page, each: pikepdf.Page) -> list[str]:
    return [word for _, _, word in _drawn(stream, each) if word is not None]


def _drawn(stream: Object | pikepdf.Page, each: pikepdf.Page) -> Iterator[tuple[list[Object], str, str | None]]:
    """The operations of a stream, and what those say that draw text."""
    fonts = {name: _characters(font) for name, font in each.obj.Resources.Font.items()}
    font: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(stream):
        operands, operator = list(instruction.operands), str(instruction.operator)
        if operator == "Tf":
            font = fonts[str(operands[0])]
        word = "".join(font[byte] for byte in bytes(operands[0])) if operator == "Tj" else None
        yield operands, operator, word


def _characters(font: Object) -> dict[int, str]:
    mapped = _MAPPED.findall(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else []
    return {int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in mapped}
