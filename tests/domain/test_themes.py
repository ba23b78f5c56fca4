"""The plan of a theme: what makes it whole, the references that were typed, and that it reads back as it was."""

from dataclasses import replace
from datetime import date

import pytest

from auditapp.domain.errors import Refused
from auditapp.domain.themes import MOST_CASES, ThemePlan, faults, from_json, read_references, to_json
from auditapp.domain.vocabulary import CaseType

TODAY = date(2026, 11, 2)
PLAN = ThemePlan(
    title="Neglect",
    practice_area="Child protection planning",
    key_lines="Is neglect named?",
    tool="quality-of-practice",
    size=12,
    case_types=(CaseType.CP,),
    teams=("Team North", ""),
    due_on=date(2026, 11, 27),
    report_due_on=date(2026, 12, 11),
)


def test_a_plan_reads_back_as_it_was_and_nothing_else_does() -> None:
    assert from_json(to_json(PLAN)) == PLAN
    with pytest.raises(Refused, match="cannot be read"):
        from_json("{}")


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"title": " "}, ["title"]),
        ({"title": "x" * 121, "practice_area": "", "key_lines": ""}, ["title", "practice_area", "key_lines"]),
        ({"size": 0}, ["size"]),
        ({"size": MOST_CASES + 1}, ["size"]),
        ({"named": tuple(f"c{number}" for number in range(MOST_CASES + 1))}, ["named"]),
        ({"size": 0, "named": ("c1",)}, []),
        ({"due_on": date(2026, 11, 1)}, ["due_on"]),
        ({"report_due_on": date(2026, 11, 26)}, ["report_due_on"]),
    ],
)
def test_what_is_missing_is_named_by_its_field(changed: dict[str, object], fields: list[str]) -> None:
    assert list(faults(replace(PLAN, **changed), today=TODAY)) == fields  # type: ignore[arg-type]  # fields by name


def test_references_are_read_line_by_line() -> None:
    read = read_references(" 0012345 \r\n\r\nABC9\n0012345\nSmith\na b\n" + "1" * 21)
    assert read.lines == ((1, "0012345"), (3, "abc9"))
    assert read.problems == (
        "Line 5 has no digit, and looks like a name.",
        "Line 6 may hold only letters and digits.",
        "Line 7 is longer than 20 letters and digits.",
    )


def test_how_cases_are_found_is_said_in_words() -> None:
    assert PLAN.sample_words == "12 cases drawn by chance: Child protection plan; Team North, no team"
    assert replace(PLAN, case_types=(), teams=()).sample_words == (
        "12 cases drawn by chance: every case type; every team"
    )
    assert replace(PLAN, named=("c1",)).sample_words == "1 case by name"
