"""The plain part of YAML, with the line of every value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.documents.outline import PROBLEM_LIMIT, SIZE_LIMIT, read_outline
from auditapp.domain.errors import InvalidFile


def problems(data: bytes) -> tuple[str, ...]:
    with pytest.raises(InvalidFile) as refused:
        read_outline(data, name="tool.yaml")
    assert refused.value.message.startswith("tool.yaml was not accepted. Nothing was changed.")
    return refused.value.problems


def test_every_scalar_stays_the_text_that_was_written() -> None:
    outline = read_outline(b"code: 1.10\nlimits: no\nempty:\nlist: [1, 0x10, 'a b']\n", name="tool.yaml")
    assert outline.value == {"code": "1.10", "limits": "no", "empty": "", "list": ["1", "0x10", "a b"]}


def test_the_line_of_a_value_is_that_of_its_key_or_its_place_in_a_list() -> None:
    outline = read_outline(b"# head\na: 1\nb:\n  - c: >-\n      long\n      text\n    d: 2\n  - e\n", name="tool.yaml")
    assert outline.line(("a",)) == 2
    assert outline.line(("b",)) == 3
    assert outline.line(("b", 0)) == outline.line(("b", 0, "c")) == 4
    assert outline.line(("b", 0, "d")) == 7
    assert outline.line(("b", 1)) == 8


def test_the_line_of_what_is_missing_is_that_of_what_it_is_missing_from() -> None:
    outline = read_outline(b"a: 1\nb:\n  - c: 1\n", name="tool.yaml")
    assert outline.line(("b", 0, "name")) == 3
    assert outline.line(("z", 4, "name")) == 1


def test_a_byte_order_mark_and_windows_line_ends_make_no_difference() -> None:
    outline = read_outline(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", name="tool.yaml")
    assert outline.value == {"a": "1", "b": "2"}
    assert outline.line(("b",)) == 2


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "Line 1: the file is empty."),
        (b"# only a comment\n", "Line 1: the file is empty."),
        (b"a: 1\nb: \xff\n", "Line 2: this is not UTF-8 text. Save the file as UTF-8."),
        (b"a: 1\nb: \x07\n", "Line 2: there is a character that cannot be printed. Remove it."),
        (b"a: 1\nb: [1, 2\n", "Line 3: this is not readable as YAML: expected ',' or ']', but got '<stream end>'."),
        (b"a: 1\na b: c: d\n", "Line 2: this is not readable as YAML: mapping values are not allowed here."),
        (b"a: 1\n---\nb: 2\n", "Line 2: a second document begins. Keep one definition in a file."),
        (b"a:\n  ? [b]\n  : c\n", "Line 2: a key must be one word."),
        (b"a: &x 1\n", "Line 1: anchors and aliases (& and *) are not read. Write it out."),
        (b"&x a: 1\n", "Line 1: anchors and aliases (& and *) are not read. Write it out."),
        (b"a: 1\nb: !!python/name:os.system x\n", "Line 2: tags (!) are not read. Leave the tag out."),
        (b"a: 1\nb: 2\n\na: 3\n", 'Line 4: "a" is given twice.'),
        (b"[" * 20 + b"]" * 20, "Line 1: lists within lists go deeper than 12 levels."),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(data: bytes, problem: str) -> None:
    assert problems(data) == (problem,)


def test_every_hidden_meaning_in_the_file_is_named() -> None:
    assert [problem.split(":")[0] for problem in problems(b"a: &x 1\nb: *x\nc: !y 2\na: 4\n")] == [
        "Line 1",
        "Line 2",
        "Line 3",
        "Line 4",
    ]


def test_a_file_over_one_megabyte_is_refused_unread() -> None:
    assert problems(b"\xff" * (SIZE_LIMIT + 1)) == ("The file is larger than 1 MB.",)


def test_a_depth_that_would_exhaust_the_stack_is_refused() -> None:
    assert len(problems(b"[" * 500_000)) == 1


def test_of_very_many_problems_only_the_first_are_named() -> None:
    found = problems(b"a: 1\n" * 151)
    assert len(found) == PROBLEM_LIMIT + 1
    assert found[-1] == "There are 50 more problems."


@given(st.binary(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>'\"#?%,\n\t ", max_size=60).map(str.encode))
def test_whatever_is_sent_is_read_or_refused(data: bytes) -> None:
    try:
        read_outline(data, name="tool.yaml")
    except InvalidFile as refused:
        assert refused.problems  # noqa: PT017 - both ways out are right; a refusal must say why
