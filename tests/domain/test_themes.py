"""A theme: what is carried over from its plan, what keeps it from being started, the references that were typed."""

from dataclasses import replace
from datetime import date

import pytest

from auditapp.domain.errors import Refused
from auditapp.domain.programme import SIZE_AT_MOST, Plan
from auditapp.domain.themes import (
    Choice,
    ThemePlan,
    check_choice,
    faults,
    from_json,
    planned_as_started,
    read_references,
    theme_of,
    to_json,
)
from auditapp.domain.vocabulary import CaseType, ProgrammeKind

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


PLANNED = Plan(
    kind=ProgrammeKind.THEMATIC,
    title="Neglect",
    practice_area="Child protection planning",
    key_lines="Is neglect named?",
    tool="quality-of-practice",
    size=12,
    case_types=(CaseType.CP,),
    starts_on=date(2026, 11, 9),
    ends_on=date(2026, 11, 27),
    report_due_on=date(2026, 12, 11),
    auditors=("nora",),
)


def test_everything_that_was_planned_is_carried_over_and_the_choice_added() -> None:
    theme = theme_of(PLANNED, Choice(teams=("Team North", ""), auditors=("sol",)))
    assert theme == replace(PLAN, auditors=("sol",))
    assert planned_as_started(PLANNED, Choice(auditors=("sol",))) == replace(PLANNED, auditors=("sol",))
    named = Choice(named=("c1", "c2"), teams=("Team North",))
    assert (theme_of(PLANNED, named).cases, theme_of(PLANNED, named).criteria.words) == (
        2,
        "every case type; every team",
    )
    assert planned_as_started(PLANNED, named) == replace(PLANNED, size=2, auditors=())


def test_more_cases_than_an_entry_can_hold_are_refused() -> None:
    check_choice(Choice(named=tuple(map(str, range(SIZE_AT_MOST)))))
    with pytest.raises(Refused, match="500 cases at most"):
        check_choice(Choice(named=tuple(map(str, range(SIZE_AT_MOST + 1)))))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, []),
        ({"practice_area": " ", "key_lines": ""}, ["no practice area", "no key lines of enquiry"]),
        ({"tool": ""}, ["no audit tool"]),
        ({"report_due_on": None}, ["no day on which its report is due"]),
        ({"starts_on": date(2026, 10, 1), "ends_on": date(2026, 11, 1)}, ["due on 1 November 2026: that day is over"]),
        ({"ends_on": TODAY, "starts_on": TODAY}, []),
        ({"report_due_on": date(2026, 11, 26)}, ["before its audits"]),
        ({"starts_on": date(2026, 11, 16)}, []),
        ({"starts_on": date(2026, 11, 17)}, ["can be started from 3 November 2026 on"]),
    ],
)
def test_what_keeps_it_from_being_started_is_said(changed: dict[str, object], words: list[str]) -> None:
    found = faults(replace(PLANNED, **changed), today=TODAY)  # type: ignore[arg-type]  # fields by name
    assert len(found) == len(words)
    assert all(part in sentence for part, sentence in zip(words, found, strict=True))


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
