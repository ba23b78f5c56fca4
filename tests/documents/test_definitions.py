"""Definition files: what ships is valid, and what is wrong is named with its line."""

from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditapp.documents.definitions import (
    SHIPPED_SCALES,
    SHIPPED_TOOLS,
    WORDS,
    read_scales,
    read_tool,
    shipped_scales,
    shipped_tools,
)
from auditapp.domain.errors import InvalidFile
from auditapp.domain.tools import ToolDefinition

DATA = Path(__file__).parents[1] / "data"

TOOL = """\
slug: small
name: Small
version: 1
scale: ofsted-ilacs
subject: case
purpose: To try the reader.

domains:
  - code: D1
    name: First
    limits: true
    standards: [PS1]
    questions:
      - code: 1.1
        kind: compliance
        text: Is it so?
        good_looks_like: It is.
      - code: 1.2
        kind: graded
        text: How good is it?
        good_looks_like: Very.
        applies: [CP, LAC]
"""

SCALE = """\
scales:
  - slug: small
    name: Small
    framework: Trial
    in_force: 2026 on
    grades:
      - {value: good, label: Good, letter: G, descriptor: Good.}
      - {value: fair, label: Fair, letter: F, descriptor: Fair.}
      - {value: poor, label: Poor, letter: P, descriptor: Poor.}
"""


def read(text: str) -> ToolDefinition:
    return read_tool(text.encode(), name="tool.yaml", scales=shipped_scales())


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(InvalidFile) as refused:
        read(text)
    return refused.value.problems


def scale_problems(text: str) -> tuple[str, ...]:
    with pytest.raises(InvalidFile) as refused:
        read_scales(text.encode(), name="scales.yaml")
    return refused.value.problems


def changed(old: str, new: str, text: str = TOOL) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_every_definition_file_that_ships_is_read() -> None:
    shipped = {file.name for file in files("auditapp").joinpath("definitions").iterdir()}
    assert shipped == {SHIPPED_SCALES, *SHIPPED_TOOLS}
    assert [tool.slug for tool in shipped_tools()] == ["quality-of-practice", "supervision"]
    assert list(shipped_scales()) == ["ofsted-2009", "ofsted-2013", "ofsted-ilacs"]


def test_a_tool_of_earlier_results_needs_no_questions() -> None:
    tool = read((DATA / "ofsted_sif_tool.yaml").read_text(encoding="utf-8"))
    assert [(domain.code, domain.limits, domain.counts) for domain in tool.domains] == [
        ("help_protection", True, True),
        ("cla", True, True),
        ("adoption", False, False),
        ("care_leavers", False, False),
        ("leadership", True, True),
    ]


def test_a_file_says_what_it_means() -> None:
    tool = read(TOOL)
    assert tool.domains[0].limits
    assert [question.code for question in tool.questions] == ["1.1", "1.2"]
    assert tool.questions[1].applies == ("LAC", "CP")


LIMITS, TEXT, VERSION = "    limits: true", "text: Is it so?", "version: 1"
STANDARDS, APPLIES = "standards: [PS1]", "applies: [CP, LAC]"
KIND = "        kind: compliance\n"

WRONG = [
    ("missing", KIND, "", 'Line 14: question 1.1, "kind": is missing.'),
    ("missing", "    name: First\n", "", 'Line 9: domain D1, "name": is missing.'),
    ("extra_forbidden", LIMITS, "    limit: true", 'Line 11: domain D1, "limit": does not belong here.'),
    (
        "enum",
        "kind: graded",
        "kind: grade",
        "Line 19: question 1.2, \"kind\": must be one of 'compliance', 'timescale' or 'graded'.",
    ),
    ("string_type", TEXT, "text: [So]", 'Line 16: question 1.1, "text": must be text.'),
    ("string_too_short", TEXT, "text:", 'Line 16: question 1.1, "text": must not be empty.'),
    (
        "string_too_long",
        TEXT,
        f"text: {'a' * 601}",
        'Line 16: question 1.1, "text": must not be longer than 600 characters.',
    ),
    ("bool_parsing", LIMITS, "    limits: perhaps", 'Line 11: domain D1, "limits": must be true or false.'),
    ("bool_type", LIMITS, "    limits: [true]", 'Line 11: domain D1, "limits": must be true or false.'),
    ("int_parsing", VERSION, "version: one", 'Line 3: "version": must be a whole number.'),
    ("int_parsing_size", VERSION, f"version: {'9' * 5000}", 'Line 3: "version": must be a smaller number.'),
    ("int_type", VERSION, "version: [1]", 'Line 3: "version": must be a whole number.'),
    ("greater_than_equal", VERSION, "version: 0", 'Line 3: "version": must be 1 or more.'),
    ("less_than_equal", VERSION, "version: 10000", 'Line 3: "version": must be 9999 or less.'),
    ("tuple_type", STANDARDS, "standards: PS1", 'Line 12: domain D1, "standards": must be a list.'),
    (
        "model_type",
        f"        {APPLIES}\n",
        "      - nothing\n",
        "Line 22: question number 3: must be written as keys with values.",
    ),
    ("value_error", STANDARDS, "standards: [PS1, PS1]", 'Line 12: domain D1, "standards": names PS1 twice.'),
    (
        "value_error",
        APPLIES,
        "applies: []",
        'Line 22: question 1.2, "applies": must have 1 to 6 in it, and has 0.',
    ),
    (
        "value_error",
        APPLIES,
        "applies: [CP, OA]",
        'Line 22: question 1.2, "applies": cannot name OA: an open assessment gets only the questions for all.',
    ),
    (
        "value_error",
        "code: 1.2",
        "code: two",
        'Line 18: question two, "code": must be a number such as 7, 7.2 or M7.',
    ),
    (
        "value_error",
        "code: D1",
        "code: part",
        'Line 9: domain part, "code": cannot be "part", which is a page of every audit.',
    ),
    (
        "value_error",
        "slug: small",
        "slug: Small Tool",
        'Line 1: "slug": must be small letters, digits and hyphens, at most 60.',
    ),
]


@pytest.mark.parametrize(("kind", "old", "new", "problem"), WRONG)
def test_what_is_wrong_is_named_with_its_line_and_place(kind: str, old: str, new: str, problem: str) -> None:
    assert WORDS[kind].partition("{")[0] in problem
    assert problems(changed(old, new)) == (problem,)


def test_every_kind_of_mistake_that_has_words_is_made_above() -> None:
    assert {kind for kind, *_ in WRONG} == set(WORDS)


def test_a_code_used_twice_is_named_where_it_stands_again() -> None:
    assert problems(changed("code: 1.2", "code: 1.1")) == (
        'Line 18: question 1.1, "code": the question code "1.1" is used twice.',
    )


def test_an_unknown_scale_is_named_with_the_scales_there_are() -> None:
    assert problems(changed("scale: ofsted-ilacs", "scale: ofsted-2030")) == (
        'Line 4: "scale": is not a known scale; there are ofsted-2009, ofsted-2013, ofsted-ilacs.',
    )


def test_every_problem_is_named_in_the_order_of_the_file() -> None:
    wrong = changed(
        "kind: graded", "kind: grade", changed("name: First", "name:", changed("name: Small", "naem: Small"))
    )
    assert [problem.split(":")[0] for problem in problems(wrong)] == ["Line 1", "Line 2", "Line 10", "Line 19"]


def test_a_thing_without_a_name_is_called_by_its_place() -> None:
    assert problems(changed("code: 1.2", "good: 1.2"))[0].startswith("Line 18: question number 2")


def test_a_file_that_is_no_definition_at_all_is_refused() -> None:
    assert problems("just words") == ("Line 1: the file: must be written as keys with values.",)


def test_a_descriptor_of_no_grade_is_named() -> None:
    wrong = changed("    limits: true", "    descriptors:\n      - {grade: adequate, text: Enough.}")
    (problem,) = problems(wrong)
    assert problem.startswith('Line 12: descriptor adequate, "grade": is not a grade of Ofsted ILACS; its grades are')


def test_scales_are_read_in_their_order() -> None:
    scales = read_scales(SCALE.encode(), name="scales.yaml")
    assert [grade.label for grade in scales["small"].grades] == ["Good", "Fair", "Poor"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("letter: F", "letter: fair", 'Line 8: grade fair, "letter": must be one or two capital letters.'),
        ("letter: F", "letter: P", 'Line 9: grade poor, "letter": the letter "P" is used twice.'),
        (
            "value: poor",
            "value: not_judged",
            'Line 9: grade not_judged, "value": cannot be "not_judged", which is kept for domains without a grade.',
        ),
        ("    framework: Trial\n", "", 'Line 2: scale small, "framework": is missing.'),
    ],
)
def test_what_is_wrong_in_a_scale_is_named_with_its_line(old: str, new: str, problem: str) -> None:
    assert scale_problems(changed(old, new, SCALE)) == (problem,)


def test_two_scales_cannot_share_a_slug() -> None:
    again = SCALE.removeprefix("scales:\n")
    assert scale_problems(SCALE + again) == ('Line 10: scale small, "slug": the slug "small" is used twice.',)


def test_a_scale_needs_more_than_good_or_better() -> None:
    short = "".join(line for line in SCALE.splitlines(keepends=True) if "fair" not in line)
    assert scale_problems(short) == ('Line 6: scale small, "grades": must have 3 to 8 in it, and has 2.',)


anything = st.recursive(
    st.text(max_size=5) | st.sampled_from(["1", "-1", "all", "PS1", "true", "compliance"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(["slug", "version", "subject", "parties", "descriptors", "domains"]), anything)
def test_whatever_stands_in_a_file_is_read_or_refused_in_words(key: str, content: object) -> None:
    definition = {**yaml.load(TOOL, Loader=yaml.BaseLoader), key: content}
    try:
        read(yaml.safe_dump(definition))
    except InvalidFile as refused:
        assert not [problem for problem in refused.problems if "is not right" in problem]  # noqa: PT017 - see its name
