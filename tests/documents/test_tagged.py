"""Documents are PDF/UA-1 whatever is written into them, lose nothing, and are laid out with care."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from auditapp.documents.drawings import Drawing
from auditapp.documents.fonts import REGULAR, STAND_IN, STAND_IN_NOTE, typeface
from auditapp.documents.grids import Column
from auditapp.documents.tagged import Document
from auditapp.domain.errors import SettingsError
from tests.documents.reading import faults, footers, outline, spoken, tables, text, words_drawn
from tests.documents.samples import COUNCIL, FONTS, MADE_AT, NASTY

COLUMNS = (Column("Domain"), Column("Audits", figures=True), Column("Good or better", figures=True))


def begun(title: str = "A title") -> Document:
    document = Document(title, council=COUNCIL, made_at=MADE_AT, fonts=FONTS)
    document.cover(title, above=COUNCIL, below="July to September 2026")
    return document


def with_everything(words: str) -> bytes:
    """A document in which these words stand in every place there is."""
    document = begun(words)
    document.heading(words)
    document.lead(words)
    document.key_figures([("62 %", words), (words[:40], "b")])
    document.paragraph(words, label=words[:40])
    document.bullets([words, "two"])
    document.summary([(words, words)])
    document.heading(words, 3)
    columns = (Column(words), Column(words[:40], figures=True), Column(words))
    document.table(words, columns=columns, rows=[(words, words[:80], words), ("a", "1", "b")], notes=[words])
    document.picture(Drawing(100, 50), alt=words or "A picture")
    document.link(words, "https://audits.example/?a=1&b=<2>")
    document.page_break()
    document.note(words)
    return document.to_bytes()


@pytest.mark.parametrize("words", [*NASTY, "Plain words."], ids=range(len(NASTY) + 1))
def test_a_document_is_pdf_ua_whatever_is_written_into_it(words: str) -> None:
    assert faults(with_everything(words)) == []


@given(st.text(max_size=300))
@settings(max_examples=15, deadline=None)
def test_no_text_keeps_a_document_from_being_pdf_ua(words: str) -> None:
    document = begun()
    document.paragraph(words)
    document.table("A table", columns=[Column(words), Column("b")], rows=[(words, words)])
    assert faults(document.to_bytes()) == []


def test_the_same_calls_give_the_same_bytes_and_another_day_gives_others() -> None:
    assert with_everything("words") == with_everything("words")
    first, second = (
        Document("t", council=COUNCIL, made_at=at, fonts=FONTS) for at in (MADE_AT, MADE_AT + timedelta(days=1))
    )
    first.note("x")
    second.note("x")
    assert first.to_bytes() != second.to_bytes()


def test_the_file_says_its_title_language_maker_and_day() -> None:
    with pikepdf.open(io.BytesIO(with_everything("Findings"))) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert (str(pdf.docinfo.Title), str(pdf.docinfo.Author)) == ("Findings", COUNCIL)
        assert str(pdf.docinfo.CreationDate).startswith("D:20261005093000")


def test_every_page_carries_its_classification_its_title_and_its_number_of_all() -> None:
    document = Document("Findings", council=COUNCIL, made_at=MADE_AT, fonts=FONTS, classification="OFFICIAL")
    document.note("one")
    document.page_break()
    document.note("two")
    assert footers(document.to_bytes()) == ["OFFICIAL | Findings | Page 1 of 2", "OFFICIAL | Findings | Page 2 of 2"]


def test_the_footer_is_not_read_aloud() -> None:
    assert "Page 1 of" not in text(with_everything("words"))


def test_headings_are_the_outline() -> None:
    document = begun("Title")
    document.heading("First")
    document.heading("Below", 3)
    document.heading("Second")
    document.note("x")
    data = document.to_bytes()
    assert outline(data) == [(0, "Title"), (1, "First"), (2, "Below"), (1, "Second")]
    assert [each.text for each in spoken(data) if each.tag.startswith("H")] == ["Title", "First", "Below", "Second"]


@pytest.mark.parametrize("level", [1, 4, 5])
def test_a_heading_that_jumps_over_a_level_is_a_mistake(level: int) -> None:
    document = begun()
    document.heading("Level two")
    with pytest.raises(ValueError, match="cannot follow"):
        document.heading("Too deep or too high", level)


def test_what_looks_like_markup_is_set_as_it_was_written() -> None:
    written = "<b>bold</b> &amp; <a href='x'>y</a> <br/> </para>"
    document = begun()
    document.paragraph(written, label="<i>")
    assert spoken(document.to_bytes())[-1].text == f"<i> {written}"


def test_characters_that_the_typeface_lacks_are_seen_to_be_missing_and_explained() -> None:
    document = begun()
    document.paragraph("Zażółć gęślą, ŵyth, 你好 and 😀")
    said = [each.text for each in spoken(document.to_bytes())]
    assert said[-2:] == [f"Zażółć gęślą, ŵyth, {STAND_IN * 2} and {STAND_IN}", STAND_IN_NOTE]


def test_a_document_that_lacks_nothing_says_nothing_of_it() -> None:
    assert STAND_IN_NOTE not in text(with_everything("naïve – ‘quoted’ …"))


@given(st.text())
def test_printable_text_holds_only_what_the_typeface_can_set(words: str) -> None:
    printable = set(typeface(FONTS).printable(words)) - {"\n"}
    assert {ord(letter) for letter in printable} <= set(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def test_a_list_is_tagged_with_its_bullets_as_labels() -> None:
    document = begun()
    document.bullets(["one", "two"])
    said = [(each.path[-3:], each.text) for each in spoken(document.to_bytes())[-4:]]
    assert said == [
        (("L", "LI", "Lbl"), "•"),
        (("L", "LI", "LBody"), "one"),
        (("L", "LI", "Lbl"), "•"),
        (("L", "LI", "LBody"), "two"),
    ]


def test_a_link_is_read_as_one_and_opens_its_address() -> None:
    document = begun()
    document.link("Read the page", "https://audits.example/findings?a=1&b=2")
    data = document.to_bytes()
    assert (spoken(data)[-1].path[-2:], spoken(data)[-1].text) == (("P", "Link"), "Read the page")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        [area] = pdf.pages[0].obj.Annots
        assert str(area.A.URI) == "https://audits.example/findings?a=1&b=2"
        assert str(area.Contents) == "Read the page"


def test_a_table_is_read_row_by_row_with_its_headings() -> None:
    document = begun()
    document.table("Grades", columns=COLUMNS, rows=[("Plan", "20", "60 %"), ("Voice", "19", "63 %")], notes=["A note."])
    data = document.to_bytes()
    assert tables(data) == [[["Domain", "Audits", "Good or better"], ["Plan", "20", "60 %"], ["Voice", "19", "63 %"]]]
    tags = [each.tag for each in spoken(data)][3:]
    assert tags == ["Caption", "TH", "TH", "TH", "TH", "TD", "TD", "TH", "TD", "TD", "P"]


def test_a_long_table_goes_on_with_its_header_drawn_again_but_read_once() -> None:
    rows = [(f"Row {at}", str(at), "62 %") for at in range(150)]
    document = begun()
    document.table("Long", columns=COLUMNS, rows=rows)
    data = document.to_bytes()
    assert tables(data) == [[[column.heading for column in COLUMNS], *[list(row) for row in rows]]]
    assert max(each.page for each in spoken(data)) > 3
    with pikepdf.open(io.BytesIO(data)) as pdf:
        drawn = [words_drawn(each) for each in pdf.pages]
    assert all("Domain" in words for words in drawn)


def test_no_row_of_a_long_table_stands_alone_on_its_last_page() -> None:
    for count in range(25, 60):
        document = begun()
        document.table("Long", columns=COLUMNS, rows=[(f"Row {at}", "1", "2") for at in range(count)])
        pages = [each.page for each in spoken(document.to_bytes()) if each.text.startswith("Row ")]
        assert pages.count(pages[-1]) > 1


def test_a_short_table_stands_on_one_page_with_its_caption() -> None:
    for lines in range(20, 40):
        document = begun()
        for _ in range(lines):
            document.paragraph("A line.")
        document.table("Short", columns=COLUMNS, rows=[(f"Row {at}", "1", "2") for at in range(4)])
        said = spoken(document.to_bytes())
        at = next(number for number, each in enumerate(said) if each.text == "Short")
        assert {each.page for each in said[at:]} == {said[at].page}, lines


@pytest.mark.parametrize("at", [0, 1])
def test_a_cell_taller_than_a_page_goes_on_and_loses_nothing(at: int) -> None:
    long = " ".join(f"word{number}" for number in range(4000))
    row = ["short", "short"]
    row[at] = long
    document = begun()
    document.table("Tall", columns=[Column("A"), Column("B")], rows=[("x", "y"), row, ("after", "z")])
    data = document.to_bytes()
    assert tables(data) == [[["A", "B"], ["x", "y"], row, ["after", "z"]]]
    assert max(each.page for each in spoken(data)) > 2


def test_a_header_taller_than_a_page_goes_on_and_loses_nothing() -> None:
    long = " ".join(f"word{number}" for number in range(3000))
    document = begun()
    document.table("Tall header", columns=[Column(long), Column("B")], rows=[("x", "y")])
    data = document.to_bytes()
    assert tables(data)[0][0][0] == long
    assert faults(data) == []


def test_a_text_of_many_pages_loses_nothing() -> None:
    long = " ".join(f"word{number}" for number in range(3000))
    document = begun()
    document.paragraph(long)
    document.paragraph("W" * 20_000)
    said = spoken(document.to_bytes())[-2:]
    assert said[0].text == long
    assert said[1].text.replace(" ", "") == "W" * 20_000


def a_paragraph(document: Document) -> None:
    document.paragraph("What follows the heading, on three lines or so. " * 4)


def a_table(document: Document) -> None:
    document.table("What follows", columns=COLUMNS, rows=[("a", "1", "2"), ("b", "3", "4"), ("c", "5", "6")])


def a_picture(document: Document) -> None:
    document.picture(Drawing(400, 180), alt="What follows")


def another_heading(document: Document) -> None:
    document.heading("Below", 3)
    a_paragraph(document)


@pytest.mark.parametrize("follow", [a_paragraph, a_table, a_picture, another_heading])
def test_no_heading_stands_alone_at_the_foot_of_a_page(follow: Callable[[Document], None]) -> None:
    for lines in range(22, 40):
        document = begun()
        for _ in range(lines):
            document.paragraph("A line.")
        document.heading("Heading")
        follow(document)
        said = spoken(document.to_bytes())
        at = next(number for number, each in enumerate(said) if each.text == "Heading")
        assert {each.page for each in said[at : at + 3]} == {said[at].page}, lines


def test_what_is_held_together_stands_on_one_page() -> None:
    for lines in range(20, 40):
        document = begun()
        for _ in range(lines):
            document.paragraph("A line.")
        with document.together():
            document.paragraph("first")
            a_table(document)
            document.paragraph("last")
        said = spoken(document.to_bytes())
        at = next(number for number, each in enumerate(said) if each.text == "first")
        assert {each.page for each in said[at:]} == {said[at].page}, lines


def test_a_picture_has_words_and_a_place_and_is_made_to_fit() -> None:
    document = begun()
    document.picture(Drawing(5000, 9000), alt="Bars by month")
    data = document.to_bytes()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        [figure] = [each for each in pdf.Root.StructTreeRoot.K[0].K if each.S == "/Figure"]
        left, bottom, right, top = (float(edge) for edge in figure.A.BBox)
    assert str(figure.Alt) == "Bars by month"
    assert 0 < left < right < 595.3
    assert 0 < bottom < top < 841.9


def test_a_title_that_is_far_too_long_is_cut_and_never_fails() -> None:
    document = begun("word " * 4000)
    document.note("x")
    assert len(outline(document.to_bytes())[0][1]) <= 160


def test_a_missing_font_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SourceSans3-Regular"):
        Document("t", council=COUNCIL, made_at=MADE_AT, fonts=tmp_path)
