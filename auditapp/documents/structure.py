"""What a document says apart from how it looks: the structure tree that makes a PDF readable aloud.

ReportLab draws and does not tag. `TaggedCanvas` notes which element each stretch of a page belongs to;
`tag` adds the tree afterwards (PDF/UA-1; ISO 32000-1, sections 14.7 and 14.8).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String
from pikepdf.models.metadata import encode_pdf_date
from reportlab.pdfgen.canvas import Canvas

from auditapp.documents.fonts import REGULAR

LANGUAGE: Final = "en-GB"
_PDF_UA: Final = "http://www.aiim.org/pdfua/ns/id/"
_UNUSED_SLOT: Final = b"<0000>"
_SPACE: Final = b"<0020>"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A marked stretch of one page's content."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True)
class Area:
    """A place on one page that can be clicked: the page's annotation of this number."""

    page: int
    index: int


@dataclass(slots=True, eq=False)
class Element:
    """A node of the structure tree: a heading, a table, a cell. Its kids come in reading order."""

    tag: str
    alt: str = ""
    scope: str = ""
    box: tuple[float, float, float, float] | None = None
    kids: list["Element | Stretch | Area"] = field(default_factory=list)

    def add(self, tag: str, *, alt: str = "", scope: str = "") -> "Element":
        """A new last kid. `scope` is that of a heading cell: Row or Column."""
        kid = Element(tag, alt=alt, scope=scope)
        self.kids.append(kid)
        return kid


Footer = Callable[["TaggedCanvas", int, int], None]


class TaggedCanvas(Canvas):
    """A canvas that notes what belongs to which element, and draws each footer once the pages are counted."""

    def __init__(self, filename: object, *, footer: Footer, **options: object) -> None:
        # Not compressed here, in Python: whoever writes the structure into the file compresses it, in C.
        super().__init__(filename, **{**options, "initialFontName": REGULAR, "invariant": 1, "pageCompression": 0})
        self.setViewerPreference("DisplayDocTitle", "true")
        self._footer = footer
        self._next_mcid = 0
        self._areas = 0
        self._entries = 0
        self._open: Element | None = None

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """End the page with a place for its footer; marks are numbered afresh on the next."""
        with self.artifact():
            self.doForm(f"footer-{self._pageNumber}")
        super().showPage()
        self._next_mcid = self._areas = 0

    def save(self) -> None:
        """Draw the footers, 'n of m', and end the document."""
        total = self._page_index()
        for number in range(1, total + 1):
            self.beginForm(f"footer-{number}")
            self._footer(self, number, total)
            self.endForm()
        super().save()

    def linkURL(self, url: str, rect: object, *args: object, **options: object) -> None:  # noqa: N802 - as above
        """Make an area that opens an address, and note it at the element being drawn."""
        super().linkURL(url, rect, *args, **options)
        if self._open is not None:
            self._open.kids.append(Area(self._page_index(), self._areas))
        self._areas += 1

    def outline(self, title: str, *, depth: int, height: float) -> None:
        """Enter a title in the outline; it leads to this height above the current origin, in points."""
        self._entries += 1
        self.bookmarkHorizontal(f"entry-{self._entries}", 0, height)
        self.addOutlineEntry(title, f"entry-{self._entries}", level=depth, closed=False)

    @contextmanager
    def marked(self, element: Element) -> Iterator[None]:
        """What is drawn inside is content of this element."""
        self._code.append(f"/{element.tag} <</MCID {self._next_mcid}>> BDC")
        element.kids.append(Stretch(self._page_index(), self._next_mcid))
        self._next_mcid += 1
        self._open = element
        try:
            yield
        finally:
            self._open = None
            self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn inside is decoration, or repeats what was read already: it is not read aloud."""
        self._code.append("/Artifact BMC")
        try:
            yield
        finally:
            self._code.append("EMC")

    def _page_index(self) -> int:
        return int(self._pageNumber) - 1


class _Tree:
    """The structure tree being written into one PDF."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._pages = [page.obj for page in pdf.pages]
        self._stretches: list[dict[int, Object]] = [{} for _ in self._pages]
        self._areas: list[Object] = []

    def write(self, document: Element) -> None:
        """Write the element and all below it as the PDF's structure."""
        root = self._pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        root.K = Array([self._element(document, root)])
        root.ParentTree = self._pdf.make_indirect(Dictionary(Nums=self._parents()))
        root.ParentTreeNextKey = len(self._pages) + len(self._areas)
        self._pdf.Root.StructTreeRoot = root

    def _element(self, element: Element, parent: Object) -> Object:
        node = self._pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name("/" + element.tag), P=parent))
        node.K = Array([self._kid(kid, element, node) for kid in element.kids])
        if element.alt:
            node.Alt = String(element.alt)
        if element.box:
            node.A = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=Array(list(element.box)))
        if element.scope:
            node.A = Dictionary(O=Name.Table, Scope=Name("/" + element.scope))
        return node

    def _kid(self, kid: Element | Stretch | Area, element: Element, node: Object) -> Object:
        if isinstance(kid, Element):
            return self._element(kid, node)
        page = self._pages[kid.page]
        if isinstance(kid, Stretch):
            self._stretches[kid.page][kid.mcid] = node
            return Dictionary(Type=Name.MCR, Pg=page, MCID=kid.mcid)
        annotation = page.Annots[kid.index]
        annotation.Contents = String(element.alt)
        annotation.StructParent = len(self._pages) + len(self._areas)
        self._areas.append(node)
        return Dictionary(Type=Name.OBJR, Pg=page, Obj=annotation)

    def _parents(self) -> Array:
        """The way back: from each page's marks, and from each clickable area, to their elements."""
        numbers: list[Object | int] = []
        for index, (page, marks) in enumerate(zip(self._pages, self._stretches, strict=True)):
            page.StructParents = index
            page.Tabs = Name.S
            numbers += [index, self._pdf.make_indirect(Array([marks[mcid] for mcid in sorted(marks)]))]
        for offset, node in enumerate(self._areas):
            numbers += [len(self._pages) + offset, node]
        return Array(numbers)


def write_structure(pdf: pikepdf.Pdf, document: Element) -> None:
    """Give a drawn PDF its structure tree."""
    _Tree(pdf).write(document)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get("/Type") == Name.Font and "/ToUnicode" in thing:
            _name_unused_slots(thing.ToUnicode)


def write_metadata(pdf: pikepdf.Pdf, *, title: str, author: str, made_at: datetime) -> None:
    """Say in the PDF what it is called, who made it and when, its language, and that it follows PDF/UA-1."""
    pdf.Root.Lang = String(LANGUAGE)
    for unsaid in ("/Trapped", "/Subject", "/Creator", "/Keywords"):  # ReportLab's own fillings
        del pdf.docinfo[unsaid]
    pdf.docinfo.Title, pdf.docinfo.Author = title, author
    pdf.docinfo.CreationDate = pdf.docinfo.ModDate = encode_pdf_date(made_at)
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata.register_xml_namespace(_PDF_UA, "pdfuaid")
        metadata.load_from_docinfo(pdf.docinfo)
        metadata["dc:language"] = [LANGUAGE]
        metadata["pdfuaid:part"] = "1"


def _name_unused_slots(to_unicode: Object) -> None:
    """ReportLab maps unused places of a font to U+0000, which PDF/UA forbids: call them spaces."""
    to_unicode.write(to_unicode.read_bytes().replace(_UNUSED_SLOT, _SPACE))
