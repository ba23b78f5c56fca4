"""What an import understands of the sheets of a case list, and how it names what is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pytest

from auditapp.domain.annex_a import NAMES, STATUSES, TYPES, Field, case_type, headings_of, list_number
from auditapp.domain.case_lists import CaseList, Entry
from auditapp.domain.case_references import Cell
from auditapp.domain.errors import InvalidFile
from auditapp.domain.list_sheets import PROBLEMS_NAMED, column_letters
from auditapp.domain.understanding import Understanding, understand
from auditapp.domain.vocabulary import CaseType, RowOutcome

AS_OF = date(2026, 10, 31)
HEAD_6 = ("Child Unique ID", "Gender", "Case Status", "Allocated Team", "Allocated Worker")
HEAD_7 = ("Child Unique ID", "Child Protection Plan End Date", "Allocated Team", "Allocated Worker")
HEAD_8 = ("Child Unique ID", "Date Ceased to be Looked After", "Allocated Team", "Allocated Worker")
HEAD_9 = ("Child Unique ID", "Allocated Team", "Allocated Worker (Personal Advisor)")


@dataclass(frozen=True)
class FakeTable:
    name: str
    cells: Sequence[Sequence[Cell]]
    alone: bool = False
    notes: tuple[str, ...] = ()
    unreadable: frozenset[tuple[int, int]] = frozenset()

    @property
    def height(self) -> int:
        return len(self.cells)

    def rows(self) -> Iterator[Sequence[Cell]]:
        return iter(self.cells)


def list_6(*rows: Sequence[Cell], name: str = "List_6", head: Sequence[Cell] = HEAD_6) -> FakeTable:
    return FakeTable(name, [("List 6: Children in Need", "", "", "", ""), head, *rows])


def child(
    reference: Cell, status: Cell = "c) Child in need plan", team: Cell = "North", worker: Cell = "W1"
) -> list[Cell]:
    return [reference, "b) Female", status, team, worker]


def read(*tables: FakeTable) -> tuple[CaseList, Understanding]:
    return understand(tables, as_of=AS_OF)


def problems_of(*tables: FakeTable) -> tuple[str, ...]:
    with pytest.raises(InvalidFile) as refused:
        read(*tables)
    return refused.value.problems


def types_in(case_list: CaseList) -> dict[str, CaseType]:
    return {entry.case_reference: entry.case_type for entry in case_list.entries}


@pytest.mark.parametrize("tab", ["List_6", "List 6", "list  6 ", "LIST-06", "list6"])
def test_a_tab_is_known_by_its_number_however_it_is_written(tab: str) -> None:
    assert list_number(tab) == 6


@pytest.mark.parametrize("tab", ["List_5", "List 66", "List 6 old", "Sheet1", "6"])
def test_other_tabs_are_no_list(tab: str) -> None:
    assert list_number(tab) is None


def test_every_case_type_has_a_status_and_every_field_a_heading() -> None:
    assert STATUSES.keys() == set(CaseType)
    assert all(headings_of(field) for field in Field)
    assert NAMES.keys() == {6, *TYPES}
    assert [*TYPES.values()] == [kind for kind in CaseType if kind in TYPES.values()]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("a) Looked after child", CaseType.LAC),
        ("B)  CHILD PROTECTION PLAN", CaseType.CP),
        ("c", CaseType.CIN),
        ("Open assessment", CaseType.OA),
        ("e)closed episode", CaseType.X),
        ("CL", CaseType.CL),
        ("f) Something", None),
        ("a) Child protection plan", None),
        ("", None),
    ],
)
def test_a_status_is_read_only_when_letter_and_words_agree(status: str, expected: CaseType | None) -> None:
    assert case_type(status) is expected


def test_columns_are_named_as_spreadsheets_do() -> None:
    assert [column_letters(column) for column in (0, 11, 25, 26, 701, 702)] == ["A", "L", "Z", "AA", "ZZ", "AAA"]


def test_headings_are_found_below_titles_and_blank_rows_in_any_spelling() -> None:
    head = ("CHILD  UNIQUE id", "gender", "case_status", "Allocated  TEAM", "allocated worker (code)")
    table = FakeTable("list  6 ", [("Title", "", "", "", ""), ("",) * 5, head, ("",) * 5, child("00123", "a)")])
    case_list, understanding = read(table)
    assert case_list.entries == (Entry("00123", CaseType.LAC, "North", "W1"),)
    assert understanding.lists[0].rows == {RowOutcome.KEPT: 1, RowOutcome.BLANK: 1}


def test_only_the_four_columns_are_held() -> None:
    _, understanding = read(list_6(child("1")))
    assert understanding.lists[0].kept_columns == (
        "Child Unique ID",
        "Case Status",
        "Allocated Team",
        "Allocated Worker",
    )
    assert understanding.lists[0].dropped_columns == ("Gender",)


def test_the_status_on_list_6_decides_and_the_other_lists_add_only_whom_it_does_not_name() -> None:
    case_list, understanding = read(
        list_6(child("1", "a)"), child("2", "b)"), child("3", "c)"), child("4", "d)"), child("5", "e)")),
        FakeTable("List_7", [HEAD_7, ("3", "", "North", ""), ("6", "", "North", "W2"), ("8", "", "North", "")]),
        FakeTable("List_8", [HEAD_8, ("1", "", "North", ""), ("5", "", "North", ""), ("8", "", "South", "")]),
        FakeTable(
            "List_9", [HEAD_9, ("5", "Leaving Care", ""), ("7", "Leaving Care", "W3"), ("8", "Leaving Care", "")]
        ),
    )
    assert types_in(case_list) == {
        "1": CaseType.LAC,
        "2": CaseType.CP,
        "3": CaseType.CIN,
        "4": CaseType.OA,
        "5": CaseType.X,
        "8": CaseType.LAC,
        "6": CaseType.CP,
        "7": CaseType.CL,
    }
    assert understanding.warnings == (
        "List 8: 1 child has another status on list 6. List 6 decides.",
        "List 8: 1 child is not on list 6, and taken as 'looked after'.",
        "List 7: 1 child has another status on list 6. List 6 decides.",
        "List 7: 1 child is not on list 6, and taken as 'child protection plan'.",
    )


@pytest.mark.parametrize(
    ("ended", "kept"),
    [
        ("", True),
        ("-", True),
        ("n/a", True),
        (date(2026, 11, 5), True),
        (date(2026, 9, 1), False),
        (datetime.fromisoformat("2026-09-01T12:00"), False),
        ("01/09/2026", False),
        (46266.0, False),
    ],
)
def test_a_plan_that_has_ended_adds_nobody(ended: Cell, kept: bool) -> None:
    case_list, understanding = read(list_6(child("1")), FakeTable("List_7", [HEAD_7, ("2", ended, "North", "")]))
    assert ("2" in types_in(case_list)) is kept
    assert (
        any("1 row is left out: the plan or care has ended" in warning for warning in understanding.warnings)
        is not kept
    )


def test_a_second_plan_of_the_same_child_does_no_harm_when_the_first_has_ended() -> None:
    rows: list[tuple[Cell, ...]] = [("2", date(2026, 8, 1), "South", "W9"), ("2", "", "North", "W1")]
    case_list, _ = read(list_6(child("1")), FakeTable("List_7", [HEAD_7, *rows]))
    assert case_list.entries[1] == Entry("2", CaseType.CP, "North", "W1")


def test_the_same_row_again_is_one_child_and_counted() -> None:
    case_list, understanding = read(list_6(child("AB1"), child(" ab1 "), child("AB1", team=" North ")))
    assert len(case_list.entries) == 1
    assert understanding.lists[0].rows == {RowOutcome.KEPT: 1, RowOutcome.REPEATED: 2}


def test_the_same_child_with_two_teams_is_named_with_both_rows() -> None:
    assert problems_of(list_6(child("5"), child("6"), child("5", team="South"))) == (
        'List_6, rows 3 and 5: the same child "5" with another status, team or worker. Keep the row that holds.',
    )


def test_no_worker_and_no_team_are_accepted_and_counted() -> None:
    _, understanding = read(list_6(child("1", worker=""), child("2", team=" ")))
    assert understanding.without_worker == 1
    assert understanding.teams == {"": 1, "North": 1}
    assert "1 child has no team: whether an auditor is independent cannot be checked there." in understanding.warnings


def test_every_wrong_cell_is_named_by_sheet_row_and_column() -> None:
    statuses = ", ".join(f'"{status}"' for of, status in STATUSES.items() if of is not CaseType.CL)
    problems = problems_of(
        list_6(child("1", "f) Something"), child("12-34"), child("", "c)"), child("2", team="x" * 101)),
        FakeTable("List_9", [HEAD_9, ("J. Smith", "Leaving Care", "")]),
    )
    assert problems == (
        f'List_6, row 3, column C (Case Status): "f) Something" is not one of {statuses}.',
        'List_6, row 4, column A (Child Unique ID): "12-34" may hold only letters and digits.',
        "List_6, row 5, column A (Child Unique ID): an empty cell is no identifier.",
        "List_6, row 6, column D (Allocated Team): is longer than 100 characters.",
        'List_9, row 2, column A (Child Unique ID): "J. Smith" may hold only letters and digits.',
    )


def test_every_wrong_cell_of_one_row_is_named() -> None:
    columns = [problem.split(" (")[0] for problem in problems_of(list_6(child("12-34", "f)", team="x" * 101)))]
    assert columns == [f"List_6, row 3, column {letter}" for letter in "ACD"]


def test_a_kept_cell_without_a_stored_value_is_named_once_and_a_dropped_one_is_not() -> None:
    table = list_6(["1", "", "", "North", ""], child("2"))
    holes = FakeTable(table.name, table.cells, unreadable=frozenset({(3, 2), (4, 1)}))
    (problem,) = problems_of(holes)
    assert problem.startswith("List_6, row 3, column C (Case Status): holds an error, or a formula without")


def test_many_problems_are_counted_beyond_the_first() -> None:
    problems = problems_of(list_6(*(child(f"{number}!") for number in range(1234))))
    assert len(problems) == PROBLEMS_NAMED + 1
    assert problems[-1] == "And 1,034 more."


def test_a_missing_column_and_two_of_the_same_are_named() -> None:
    assert problems_of(list_6(head=("Child Unique ID", "Case Status", "Allocated Team", "Allocated Team", ""))) == (
        "List_6, row 2: columns C and D are both 'Allocated Team'. Keep one of them.",
        "List_6, row 2: no column has the heading 'Allocated Worker'.",
    )


def test_a_sheet_without_headings_is_named() -> None:
    (problem,) = problems_of(FakeTable("List_6", [child(str(number)) for number in range(30)]))
    assert problem.startswith("List_6: none of the first 15 rows has the heading 'Child Unique ID'.")


def test_a_file_without_list_6_is_refused_and_says_what_it_has() -> None:
    assert problems_of(FakeTable("List_7", []), FakeTable("Notes", [])) == (
        "There is no sheet called 'List 6', the one that names every child. The sheets are 'List_7', 'Notes'.",
    )


def test_two_tabs_of_the_same_number_are_refused() -> None:
    assert problems_of(list_6(child("1")), list_6(child("2"), name="List 6")) == (
        "'List_6' and 'List 6' are both list 6: keep one of them.",
    )


def test_an_empty_list_is_refused() -> None:
    assert problems_of(list_6()) == ("The file holds no children.",)


def test_missing_lists_other_sheets_and_numbers_as_identifiers_are_said_aloud() -> None:
    _, understanding = read(list_6(child(123.0)), FakeTable("Notes", []))
    assert understanding.other_sheets == ("Notes",)
    assert understanding.warnings[0] == "There is no list 7 (Child protection): nobody is added from it."
    assert len(understanding.warnings) == 4
    assert understanding.warnings[3].startswith("1 identifier is stored as a number.")


def test_a_single_table_is_read_like_list_6_and_may_name_care_leavers() -> None:
    head = ("Identifier", "Status", "Team", "Worker")
    table = FakeTable("children.csv", [head, ("1", "Care leaver", "North", ""), ("2", "CP", "North", "")], alone=True)
    case_list, understanding = read(table)
    assert types_in(case_list) == {"1": CaseType.CL, "2": CaseType.CP}
    assert understanding.warnings == ()
    assert "Care leaver" not in problems_of(list_6(child("1", "x)")))[0]


def test_progress_is_told_and_ends_at_the_whole() -> None:
    told = list[tuple[int, int]]()
    table = list_6(*(child(str(number)) for number in range(12_000)))
    understand([table], as_of=AS_OF, progress=lambda done, total: told.append((done, total)))
    assert told == [(5000, 12002), (10000, 12002), (12002, 12002)]
