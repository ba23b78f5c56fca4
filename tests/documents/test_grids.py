"""How wide the columns of a table on paper are."""

from auditapp.documents.fonts import text_width, typeface
from auditapp.documents.grids import Column, column_widths
from auditapp.documents.look import CELL, MEASURE
from tests.documents.samples import FONTS


def not_shown() -> float:
    typeface(FONTS)
    return text_width("Not shown", size=CELL.fontSize, bold=True)


def widths(figures: int) -> list[float]:
    typeface(FONTS)
    columns = [Column("Domain"), *(Column("Good", figures=True) for _ in range(figures))]
    return column_widths(columns, [["Identity, record and chronology", *["Not shown"] * figures]])


def test_a_hidden_count_stays_on_one_line_where_there_is_room() -> None:
    name, *counts = widths(6)
    assert min(counts) > not_shown()
    assert name > MEASURE / 4


def test_where_there_is_none_the_name_of_the_row_keeps_its_room() -> None:
    name, *counts = widths(9)
    assert max(counts) < not_shown()
    assert name > MEASURE / 4
