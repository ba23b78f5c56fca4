"""Earlier results: what is read of a table, and how what is wrong in it is named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest

from auditapp.documents.definitions import shipped_scales
from auditapp.domain.case_references import Cell
from auditapp.domain.earlier import MOST_ROWS, EarlierAudit, EarlierResults, understand_earlier
from auditapp.domain.errors import InvalidFile
from auditapp.domain.tools import Domain, ToolDefinition
from auditapp.domain.vocabulary import CaseType, Subject

TODAY = date(2026, 10, 15)
TOOL = ToolDefinition(
    slug="small",
    name="Small",
    version=1,
    scale="ofsted-2013",
    subject=Subject.CASE,
    purpose="Two judgements.",
    domains=(Domain(code="help_protection", name="Help and protection"), Domain(code="adoption", name="Adoption")),
)
HEADINGS = ("Case reference", "Date", "Team", "Case type", "Overall", "help_protection", "adoption")
ROW = ("0417", "2018-01-19", "North", "LAC", "Good", "Requires improvement", "")


@dataclass
class Sheet:
    """A table in memory."""

    body: Sequence[Sequence[Cell]]
    unreadable: frozenset[tuple[int, int]] = frozenset()
    name: str = "results.csv"
    alone: bool = True
    notes: tuple[str, ...] = ()
    height: int = field(default=0)

    def rows(self) -> Iterator[Sequence[Cell]]:
        return iter(self.body)


def read(*rows: Sequence[Cell], unreadable: frozenset[tuple[int, int]] = frozenset()) -> EarlierResults:
    scale = shipped_scales()["ofsted-2013"]
    return understand_earlier(Sheet(rows, unreadable), tool=TOOL, scale=scale, today=TODAY)


def problems(*rows: Sequence[Cell], unreadable: frozenset[tuple[int, int]] = frozenset()) -> tuple[str, ...]:
    with pytest.raises(InvalidFile) as refused:
        read(*rows, unreadable=unreadable)
    assert "Nothing was changed" in refused.value.message
    return refused.value.problems


def changed(**cells: Cell) -> tuple[Cell, ...]:
    """A good row with other cells, by heading."""
    columns = ("case", "date", "team", "case_type", "overall", "help_protection", "adoption")
    return tuple(cells.get(column, cell) for column, cell in zip(columns, ROW, strict=True))


def test_a_row_is_read_as_one_audit() -> None:
    [audit] = read(HEADINGS, ROW).audits
    assert audit == EarlierAudit(
        row=2,
        case_reference="0417",
        on=date(2018, 1, 19),
        team="North",
        case_type=CaseType.LAC,
        overall="good",
        grades={"help_protection": "requires_improvement", "adoption": "not_judged"},
    )


@pytest.mark.parametrize("written", ["2018-01-19", "19/01/2018", date(2018, 1, 19), datetime(2018, 1, 19, 12)])  # noqa: DTZ001  a workbook's dates have no zone
def test_a_date_is_read_however_it_is_stored(written: Cell) -> None:
    [audit] = read(HEADINGS, changed(date=written)).audits
    assert audit.on == date(2018, 1, 19)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("requires improvement", "requires_improvement"),
        ("requires_improvement", "requires_improvement"),
        ("Not applicable", "not_applicable"),
        ("not judged", "not_judged"),
        ("  ", "not_judged"),
    ],
)
def test_a_grade_is_its_label_or_its_stored_value(written: str, stored: str) -> None:
    [audit] = read(HEADINGS, changed(adoption=written)).audits
    assert audit.grades["adoption"] == stored


@pytest.mark.parametrize("written", ["", "Not judged"])
def test_an_overall_grade_that_was_not_judged_is_none(written: str) -> None:
    [audit] = read(HEADINGS, changed(overall=written)).audits
    assert audit.overall is None


def test_team_and_case_type_may_be_left_out_and_a_domain_named_by_its_name() -> None:
    headings = ("Help and protection", "Adoption", "reference", "DATE", "Overall grade", "la")
    [audit] = (found := read(headings, ("good", "good", 17.0, "2018-01-19", "good", "norfolk"))).audits
    assert (audit.case_reference, audit.team, audit.case_type) == ("17", "", None)
    assert found.dropped_columns == ("la",)


def test_rows_without_anything_are_passed_over_but_counted() -> None:
    found = read(("Results of 2018",), HEADINGS, ("",) * 7, ROW)
    assert [audit.row for audit in found.audits] == [4]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"case": "Ada Example"}, "Row 2, column A (Case reference): may hold only letters and digits."),
        ({"case": ""}, "Row 2, column A (Case reference): is missing."),
        ({"date": ""}, "Row 2, column B (Date): is missing."),
        ({"date": "soon"}, "Row 2, column B (Date): 'soon' is not a date. Write it as 2018-01-19 or 19/01/2018."),
        ({"date": "31/02/2018"}, "Row 2, column B (Date): '31/02/2018' is not a date."),
        ({"date": "2026-10-16"}, "Row 2, column B (Date): 16 October 2026 is still to come."),
        ({"team": "x" * 201}, "Row 2, column C (Team): is longer than 200 characters."),
        ({"case_type": "child"}, "Row 2, column D (Case type): 'child' is no case type."),
        ({"overall": "Not applicable"}, "Row 2, column E (Overall): an overall grade is given or not judged"),
        ({"adoption": "3"}, "Row 2, column G (adoption): '3' is no grade of this tool. Its grades are Outstanding,"),
    ],
)
def test_every_wrong_cell_is_named_by_row_and_column(cells: dict[str, Cell], words: str) -> None:
    [problem] = problems(HEADINGS, changed(**cells))
    assert problem.startswith(words)


def test_everything_wrong_is_named_at_once_in_the_order_of_the_file() -> None:
    found = problems(HEADINGS, changed(date="x", adoption="y"), changed(case=""))
    assert [problem.partition(" (")[0] for problem in found] == [
        "Row 2, column B",
        "Row 2, column G",
        "Row 3, column A",
    ]


def test_a_case_has_one_result_on_a_day_and_may_have_others_on_other_days() -> None:
    assert len(read(HEADINGS, ROW, changed(date="2015-10-20")).audits) == 2
    [problem] = problems(HEADINGS, ROW, ROW)
    assert problem == "Row 3, column A (Case reference): row 2 has the same case on the same day. Keep one of them."


def test_a_missing_domain_and_a_doubled_column_are_named() -> None:
    found = problems(("Case reference", "Date", "Overall", "Overall", "adoption"), ROW)
    assert found == (
        "Columns C and D are both 'overall'. Keep one of them.",
        "No column has the heading 'help_protection'.",
    )


def test_a_table_without_headings_is_refused_and_so_is_one_without_rows() -> None:
    assert problems(ROW) == ("None of the first 15 rows has the headings 'Case reference' and 'Date'.",)
    assert problems(HEADINGS) == ("The file holds no results.",)


def test_a_formula_without_a_value_is_named_where_its_column_is_read() -> None:
    [problem] = problems(HEADINGS, ROW, unreadable=frozenset({(2, 4), (2, 9)}))
    assert problem.startswith("Row 2, column E (Overall): holds an error, or a formula without a stored value.")


def test_more_rows_than_can_be_taken_at_once_are_refused() -> None:
    rows = (changed(case=f"c{at}") for at in range(MOST_ROWS + 1))
    assert problems(HEADINGS, *rows) == (f"There are more than {MOST_ROWS:,} rows. Import the results in parts.",)
