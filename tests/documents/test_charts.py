"""Charts: geometry that is true to the counts, colours that survive a photocopier, two renderers that draw alike."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.documents.charts import (
    BAR_HEIGHT,
    NARROW,
    NOT_SHOWN,
    WIDE,
    Bar,
    Chart,
    Form,
    GradeName,
    GradeRow,
    MonthRow,
    grade_chart,
    month_chart,
)
from auditapp.documents.colours import (
    BLACK,
    DARK,
    GRADE_COLOURS,
    LIGHT,
    TRACK,
    contrast,
    grade_colours,
    luminance,
    text_colour,
)
from auditapp.documents.drawings import Box, Line, chart_drawing
from auditapp.documents.fonts import typeface
from tests.documents.samples import FONTS

TEMPLATES = Path(__file__).parents[2] / "templates"
SVG = "{http://www.w3.org/2000/svg}"
GRADES = (
    GradeName("Outstanding", "O"),
    GradeName("Good", "G"),
    GradeName("Requires improvement to be good", "RI"),
    GradeName("Inadequate", "I"),
)
# Deuteranopia on linear RGB: G. M. Machado et al., 'A physiologically-based model for simulation of color vision
# deficiency', IEEE Transactions on Visualization and Computer Graphics 15 (2009).
DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))


def row(*counts: int | None, label: str = "A row", n: int | None = None) -> GradeRow:
    total = sum(count or 0 for count in counts) if n is None and None not in counts else n
    shares = tuple("" if count is None or not total else f"{round(100 * count / total)} %" for count in counts)
    return GradeRow(label, counts, shares, total, f"{total} judged")


def chart(*rows: GradeRow, form: Form = NARROW) -> Chart:
    return grade_chart("Grades", description="What it shows.", grades=GRADES, rows=rows, form=form)


def segments(drawn: Chart) -> list[Bar]:
    """The bars that stand for grades."""
    return [bar for bar in drawn.bars if bar.fill in GRADE_COLOURS]


def as_deuteranope(colour: str) -> float:
    """The luminance of a colour as an eye without green cones has it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    light = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * value for weight, value in zip(weights, light, strict=True))))
        for weights in DEUTERANOPIA
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def steps(brightness: Sequence[float]) -> list[float]:
    """How many times lighter each is than the next."""
    return [(lighter + 0.05) / (darker + 0.05) for lighter, darker in pairwise(brightness)]


def test_luminance_is_that_of_the_published_examples() -> None:
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#000000") == 0
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_four_grades_keep_their_order_in_greyscale() -> None:
    assert min(steps([luminance(colour) for colour in GRADE_COLOURS])) > 1.9


def test_the_four_grades_keep_their_order_for_colour_blind_eyes() -> None:
    assert min(steps([as_deuteranope(colour) for colour in GRADE_COLOURS])) > 1.9


@pytest.mark.parametrize("count", range(2, 9))
def test_any_scale_has_ever_darker_colours_with_readable_letters(count: int) -> None:
    colours = grade_colours(count)
    assert len(colours) == count
    assert min(steps([luminance(colour) for colour in colours])) > 1.2
    assert all(contrast(text_colour(colour), colour) >= 4.5 for colour in colours)


def test_four_grades_have_the_four_colours() -> None:
    assert grade_colours(4) == GRADE_COLOURS


@given(st.lists(st.integers(0, 500), min_size=4, max_size=4).filter(any))
def test_segments_lie_side_by_side_and_are_as_wide_as_their_share(counts: list[int]) -> None:
    drawn = segments(chart(row(*counts)))
    assert [bar.width for bar in drawn] == pytest.approx([100 * count / sum(counts) for count in counts if count])
    ends = [bar.x + bar.width for bar in drawn]
    assert [bar.x for bar in drawn] == pytest.approx([0, *ends[:-1]])
    assert ends[-1] == pytest.approx(100)


def test_best_stands_on_the_left() -> None:
    assert [bar.fill for bar in segments(chart(row(1, 2, 3, 4)))] == list(GRADE_COLOURS)


def test_a_wide_segment_says_letter_and_percentage_a_small_one_its_letter_the_smallest_nothing() -> None:
    words = [each.text for each in chart(row(1, 60, 10, 2)).words]
    assert words[2:] == ["G 82 %", "RI"]


def test_letters_stand_in_the_middle_of_their_segment_in_a_colour_that_can_be_read() -> None:
    drawn = chart(row(0, 50, 0, 50))
    good, inadequate = drawn.words[2:]
    assert (good.x, good.fill, inadequate.x, inadequate.fill) == (25, BLACK, 75, LIGHT)


def test_n_stands_at_the_end_of_every_row() -> None:
    words = chart(row(1, 1, 1, 1, label="One"), row(2, 2, 2, 2, label="Two")).words
    assert [(each.text, each.anchor) for each in words if each.x == 100] == [("4 judged", "end"), ("8 judged", "end")]


def test_what_is_not_shown_is_an_empty_box_at_the_end_and_in_the_key() -> None:
    drawn = chart(row(None, 20, None, 0, n=40))
    [empty] = [bar for bar in drawn.bars if bar.fill is None]
    assert (empty.x, empty.width) == (50, 50)
    assert [bar.width for bar in segments(drawn)] == [50]
    assert drawn.key[-1].label == NOT_SHOWN


def test_a_row_without_n_shows_none_of_its_counts() -> None:
    drawn = chart(GradeRow("Hidden", (5, None, None, 0), ("", "", "", ""), None, NOT_SHOWN))
    assert segments(drawn) == []
    assert [(bar.x, bar.width) for bar in drawn.bars if bar.fill is None] == [(0, 100)]


def test_a_row_of_nothing_is_an_empty_track() -> None:
    assert [bar.fill for bar in chart(row(0, 0, 0, 0)).bars] == [TRACK]


def test_the_key_names_every_grade_with_its_letter() -> None:
    assert [entry.label for entry in chart(row(1, 1, 1, 1)).key][2] == "RI: Requires improvement to be good"


@pytest.mark.parametrize("form", [NARROW, WIDE])
def test_rows_with_long_labels_do_not_run_into_each_other(form: Form) -> None:
    long = "Records accurate, complete, accessible, current and showing decisions, and more of the same"
    drawn = chart(*(row(1, 2, 3, 4, label=long) for _ in range(4)), form=form)
    assert all(len(each.text) <= form.letters for each in drawn.words)
    labels = [each for each in drawn.words if each.x == 0]
    assert all(below.y - above.y >= 18 for above, below in pairwise(labels))
    assert max(bar.y + bar.height for bar in drawn.bars) <= drawn.height
    assert min(bar.y for bar in drawn.bars) >= 0
    if form is NARROW:
        first = labels[: len(labels) // 4]
        assert max(each.y for each in first) < drawn.bars[0].y


def test_a_chart_of_no_rows_is_empty() -> None:
    assert (chart().height, chart().bars) == (0, ())


def test_a_month_is_as_long_as_what_was_done_with_a_line_at_its_target() -> None:
    drawn = month_chart(
        "Done", description="d", rows=[MonthRow("July 2026", 10, 20), MonthRow("August 2026", 20, None)]
    )
    done = [bar.width for bar in drawn.bars if bar.fill != TRACK]
    [target] = drawn.strokes
    assert done[1] == pytest.approx(2 * done[0])
    assert target.x == pytest.approx(done[1])
    assert target.x < 100
    assert target.bottom - target.top > BAR_HEIGHT
    assert [each.text for each in drawn.words] == ["July 2026", "10 of 20", "August 2026", "20"]


def test_a_month_that_is_not_shown_gives_no_length_away() -> None:
    hidden = month_chart("Done", description="d", rows=[MonthRow("July 2026", None, 20)])
    assert [(bar.x, bar.width) for bar in hidden.bars if bar.fill is None] == [(0, 100)]
    assert hidden.words[1].text == "Not shown of 20"


@pytest.fixture(scope="module")
def page() -> ElementTree.Element:
    """Two charts as the page draws them; the first has a row with a hostile name and one that is not shown."""
    first = chart(row(1, 30, 20, 9, label="<script>alert(1)</script> & “quotes”"), row(None, 5, None, 0, n=12))
    second = month_chart("Done", description="d", rows=[MonthRow("July 2026", 10, 20)])
    loader = jinja2.FileSystemLoader(TEMPLATES)
    macros = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(
        "macros/charts.html"
    )
    drawn = "".join(str(macros.module.__dict__["chart"](each, f"c{at}")) for at, each in enumerate((first, second)))
    return ElementTree.fromstring(f"<div>{drawn}</div>")


def test_the_page_draws_without_scripts_styles_or_handlers(page: ElementTree.Element) -> None:
    names = {element.tag.removeprefix(SVG) for element in page.iter()}
    attributes = {name for element in page.iter() for name in element.attrib}
    assert names <= {"div", "figure", "figcaption", "span", "svg", "title", "desc", "rect", "line", "text"}
    assert not any(name == "style" or name.startswith("on") for name in attributes)


def test_the_page_names_and_describes_every_chart_once(page: ElementTree.Element) -> None:
    images = [element for element in page.iter(f"{SVG}svg") if element.get("role") == "img"]
    names = [name for image in images for name in image.attrib["aria-labelledby"].split()]
    held = [element.attrib["id"] for element in page.iter() if "id" in element.attrib]
    assert names == held == ["c0-title", "c0-desc", "c1-title", "c1-desc"]


def test_page_and_paper_draw_the_same_bars_and_words() -> None:
    drawn = chart(row(1, 30, 20, 9), row(None, 5, None, 0, n=12))
    paper = chart_drawing(drawn, width=400, typeface=typeface(FONTS))
    words = [shape.text for shape in paper.shapes if isinstance(shape, Line)]
    boxes = [shape for shape in paper.shapes if isinstance(shape, Box)]
    assert words == [entry.label for entry in drawn.key] + [each.text for each in drawn.words]
    assert [box.width for box in boxes[len(drawn.key) :]] == pytest.approx([bar.width * 4 for bar in drawn.bars])


def test_the_page_draws_every_bar_word_and_line(page: ElementTree.Element) -> None:
    images = [element for element in page.iter(f"{SVG}svg") if element.get("role") == "img"]
    texts = [element.text for element in images[0].iter(f"{SVG}text")]
    assert "<script>alert(1)</script> &" in texts
    assert len(list(images[0].iter(f"{SVG}rect"))) == 8
    assert [line.get("stroke") for line in images[1].iter(f"{SVG}line")] == [DARK]


def test_paper_stands_inside_its_width_and_height() -> None:
    drawn = chart(*(row(1, 30, 20, 9) for _ in range(12)), form=WIDE)
    paper = chart_drawing(drawn, width=480, typeface=typeface(FONTS))
    for box in (shape for shape in paper.shapes if isinstance(shape, Box)):
        assert -0.01 <= box.x <= box.x + box.width <= 480.01
        assert -0.01 <= box.y <= box.y + box.height <= paper.height
