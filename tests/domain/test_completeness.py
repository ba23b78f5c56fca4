"""What an audit lacks before it can be submitted, and how far its sections have come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.documents.definitions import shipped_scales, shipped_tools
from auditapp.domain.completeness import Progress, domain_grades, missing, progress
from auditapp.domain.items import Answer, items
from auditapp.domain.vocabulary import CaseType, ItemKind, SectionState

ILACS = shipped_scales()["ofsted-ilacs"]
QOP, SUPERVISION = shipped_tools()
FORM = items(QOP, case_type=CaseType.CIN, scale=ILACS)

GOOD, RI = "good", "requires_improvement_to_be_good"


def full_answer(kind: ItemKind) -> Answer:
    """What makes an item complete, whatever the others say."""
    return {
        ItemKind.COMPLIANCE: Answer("yes"),
        ItemKind.TIMESCALE: Answer("no"),
        ItemKind.GRADED: Answer("not_applicable"),
        ItemKind.DOMAIN_GRADE: Answer(GOOD, "The record shows it."),
        ItemKind.OVERALL_GRADE: Answer(GOOD),
        ItemKind.TAKING_PART: Answer("took_part", "3 December 2026"),
        ItemKind.YES_NO: Answer("yes"),
        ItemKind.TEXT: Answer(None, "Words."),
        ItemKind.MINUTES: Answer("45"),
    }[kind]


FULL = {item.code: full_answer(item.kind) for item in FORM}
LEAST = {item.code: FULL[item.code] for item in FORM if item.required}


def sentences(answers: dict[str, Answer]) -> dict[str, str]:
    return {lack.code: lack.sentence for lack in missing(QOP, answers, case_type=CaseType.CIN, scale=ILACS)}


def states(answers: dict[str, Answer]) -> dict[str, Progress]:
    found = progress(QOP, answers, case_type=CaseType.CIN, scale=ILACS)
    return {part.section.code: part for part in found}


def test_nothing_is_missing_from_a_full_form() -> None:
    assert sentences(FULL) == {}
    assert sentences(LEAST) == {}


def test_an_empty_form_lacks_every_required_item_in_the_order_of_the_form() -> None:
    found = missing(QOP, {}, case_type=CaseType.CIN, scale=ILACS)
    assert [lack.code for lack in found] == [item.code for item in FORM if item.required]
    assert all(lack.sentence.endswith(".") for lack in found)
    assert len(found) == 53 + 12 + 2 + 3 + 2


def test_a_question_that_does_not_apply_is_not_missed() -> None:
    assert "2.5" not in sentences({})
    assert "2.5" in {lack.code for lack in missing(QOP, {}, case_type=CaseType.CP, scale=ILACS)}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("about.look_back", "Enter which period you looked at."),
        ("about.sources", "Enter what you read."),
        ("1.4", "Answer question 1.4."),
        ("3.3", "Answer question 3.3."),
        ("D10.grade", "Select a grade for Safeguarding and immediate safety."),
        ("part.child", "Select whether the child or young person took part."),
        ("overall.grade", "Select the overall grade."),
        ("overall.minutes", "Enter how many minutes you spent."),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(code: str, sentence: str) -> None:
    without = {known: answer for known, answer in LEAST.items() if known != code}
    assert sentences(without) == {code: sentence}


@pytest.mark.parametrize(
    ("code", "answer", "sentence"),
    [
        ("D1.grade", Answer(GOOD, " \n"), "Enter why you gave Identity, record and chronology this grade."),
        ("D1.grade", Answer("not_judged"), "Enter why you did not judge Identity, record and chronology."),
        ("part.parent", Answer("took_part"), "Enter when the parent or carer took part."),
        ("part.parent", Answer("declined"), "Enter why the parent or carer did not take part."),
        ("part.parent", Answer("not_possible"), "Enter why the parent or carer did not take part."),
        ("1.1", Answer(None, "Evidence without an answer"), "Answer question 1.1."),
        ("about.sources", Answer(None, "   "), "Enter what you read."),
    ],
)
def test_an_answer_without_the_words_it_needs_is_not_enough(code: str, answer: Answer, sentence: str) -> None:
    assert sentences({**LEAST, code: answer}) == {code: sentence}


@pytest.mark.parametrize(
    ("code", "answer"), [("D1.grade", Answer("not_applicable")), ("1.1", Answer("no")), ("3.3", Answer("good"))]
)
def test_some_answers_need_no_words(code: str, answer: Answer) -> None:
    assert sentences({**LEAST, code: answer}) == {}


def test_a_grade_below_good_needs_a_learning_point() -> None:
    below = {**LEAST, "D1.grade": Answer(RI, "Gaps.")}
    name = "Identity, record and chronology"
    assert sentences(below) == {"D1.learning": f"Enter a learning point for {name}: its grade is below Good."}
    assert sentences({**below, "D1.learning": Answer(None, "Keep it current.")}) == {}


def test_an_overall_grade_beside_the_indicative_one_needs_a_reason() -> None:
    other = {**LEAST, "overall.grade": Answer("outstanding")}
    assert sentences(other) == {"overall.reason": "Enter why your overall grade is not the indicative grade, Good."}
    assert sentences({**other, "overall.reason": Answer(None, "Taught to others.")}) == {}


def test_a_supervision_file_lacks_only_what_its_tool_asks() -> None:
    found = missing(SUPERVISION, {}, case_type=None, scale=ILACS)
    assert len(found) == 29 + 8 + 2 + 1 + 2
    assert {lack.code for lack in found if lack.section == "part"} == {"part.practitioner"}


def test_domain_grades_are_read_from_the_answers() -> None:
    answers = {
        "D1.grade": Answer(GOOD),
        "D2.grade": Answer("not_judged"),
        "D3.grade": Answer(None, "Later"),
        "1.1": Answer("yes"),
    }
    assert domain_grades(QOP, answers) == {"D1": GOOD, "D2": "not_judged"}


def test_a_section_goes_from_not_started_through_in_progress_to_complete() -> None:
    answers: dict[str, Answer] = {}
    seen = [states(answers)["D1"]]
    for item in FORM:
        if item.section == "D1" and item.required:
            answers[item.code] = FULL[item.code]
            seen.append(states(answers)["D1"])
    assert [(part.done, part.of) for part in seen] == [(done, 7) for done in range(8)]
    assert [part.state for part in seen] == [
        SectionState.NOT_STARTED,
        *[SectionState.IN_PROGRESS] * 6,
        SectionState.COMPLETE,
    ]


def test_words_alone_begin_a_section_and_an_emptied_answer_does_not() -> None:
    assert states({"D1.strength": Answer(None, "Clear")})["D1"].state is SectionState.IN_PROGRESS
    assert states({"1.1": Answer()})["D1"].state is SectionState.NOT_STARTED


def test_a_grade_below_good_adds_its_learning_point_to_the_count() -> None:
    part = states({**LEAST, "D1.grade": Answer(RI, "Gaps.")})["D1"]
    assert (part.state, part.done, part.of) == (SectionState.IN_PROGRESS, 7, 8)


def test_every_section_of_a_full_form_is_complete() -> None:
    assert {part.state for part in states(FULL).values()} == {SectionState.COMPLETE}
    assert {part.state for part in states({}).values()} == {SectionState.NOT_STARTED}


@given(st.dictionaries(st.sampled_from(sorted(LEAST)), st.booleans()))
def test_progress_and_what_is_missing_agree(emptied: dict[str, bool]) -> None:
    answers = {code: Answer() if emptied.get(code) else answer for code, answer in LEAST.items()}
    lacking = [lack.section for lack in missing(QOP, answers, case_type=CaseType.CIN, scale=ILACS)]
    for code, part in states(answers).items():
        assert part.of - part.done == lacking.count(code)
        assert (part.state is SectionState.COMPLETE) == (code not in lacking)
