"""Grades: the scales, the indicative grade and its words, the standards, the compliance score."""

import csv
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from auditapp.documents.definitions import read_tool, shipped_scales, shipped_tools
from auditapp.domain.errors import Refused
from auditapp.domain.grading import (
    Scale,
    compliance_score,
    indicative_grade,
    reason_required,
    scale_faults,
    standard_grades,
)
from auditapp.domain.tools import Domain, Question, ToolDefinition
from auditapp.domain.vocabulary import Compliance, QuestionKind, Standard, Subject, Unjudged

DATA = Path(__file__).parents[1] / "data"
SCALES = shipped_scales()
ILACS = SCALES["ofsted-ilacs"]
QOP, _ = shipped_tools()

O, G, R, I = (grade.value for grade in ILACS.grades)  # noqa: E741 - the letters that people read
NA, NJ = Unjudged.NOT_APPLICABLE.value, Unjudged.NOT_JUDGED.value

some_grades = st.dictionaries(
    st.sampled_from([domain.code for domain in QOP.domains]), st.sampled_from([O, G, R, I, NA, NJ])
)


def tool(*domains: Domain) -> ToolDefinition:
    return ToolDefinition(
        slug="small",
        name="Small",
        version=1,
        scale=ILACS.slug,
        subject=Subject.CASE,
        purpose="To try.",
        domains=domains,
    )


def counting(number: int) -> ToolDefinition:
    return tool(*(Domain(code=f"D{n}", name=f"Domain {n}") for n in range(1, number + 1)))


def in_order(grades: Sequence[str]) -> dict[str, str]:
    return {f"D{number}": grade for number, grade in enumerate(grades, start=1)}


def indicative(definition: ToolDefinition, grades: dict[str, str]) -> str | None:
    found = indicative_grade(definition, grades, scale=ILACS).grade
    return found.value if found else None


def test_the_three_scales_of_the_guide_ship_best_grade_first() -> None:
    assert {slug: [grade.label for grade in scale.grades] for slug, scale in SCALES.items()} == {
        "ofsted-2009": ["Outstanding", "Good", "Adequate", "Inadequate"],
        "ofsted-2013": ["Outstanding", "Good", "Requires improvement", "Inadequate"],
        "ofsted-ilacs": ["Outstanding", "Good", "Requires improvement to be good", "Inadequate"],
    }


def test_the_middle_grades_of_the_scales_are_different_tests() -> None:
    assert len({scale.grades[2].value for scale in SCALES.values()}) == 3
    assert "minimum requirements only" in SCALES["ofsted-2009"].grades[2].descriptor


@pytest.mark.parametrize("scale", SCALES.values(), ids=lambda scale: scale.slug)
def test_good_or_better_is_the_first_two_grades(scale: Scale) -> None:
    assert [scale.good_or_better(grade.value) for grade in scale.grades] == [True, True, False, False]
    assert (scale.headline.label, scale.worst.label) == ("Good", "Inadequate")


def test_a_grade_of_another_scale_is_refused_with_the_grades_there_are() -> None:
    with pytest.raises(Refused, match=r'"adequate" is not a grade of Ofsted ILACS\. Its grades are Outstanding, Good'):
        ILACS.grade("adequate")


def test_a_scale_cannot_use_a_value_twice_or_one_that_means_no_grade() -> None:
    grades = [grade.model_dump() for grade in ILACS.grades]
    with pytest.raises(ValidationError, match='the letter "O" is used twice'):
        Scale.model_validate({**ILACS.model_dump(), "grades": [grades[0], {**grades[1], "letter": "O"}, grades[2]]})
    with pytest.raises(ValidationError, match='cannot be "not_judged"'):
        Scale.model_validate({**ILACS.model_dump(), "grades": [*grades[:2], {**grades[2], "value": NJ}]})


def test_a_scale_survives_being_written_down_and_read_back() -> None:
    assert all(Scale.from_json(scale.to_json()) == scale for scale in SCALES.values())


@pytest.mark.parametrize(
    ("grades", "middle"),
    [([G], G), ([O, I], I), ([O, G, I], G), ([O, G, R, I], R), ([G, G, R, R], R), ([O, O, O, I], O), ([NA, G, NJ], G)],
)
def test_the_indicative_grade_is_the_median_and_of_two_middle_grades_the_worse(grades: list[str], middle: str) -> None:
    assert indicative(counting(len(grades)), in_order(grades)) == middle


def test_inadequate_on_a_limiting_domain_decides_and_says_so() -> None:
    found = indicative_grade(QOP, {**in_order([G] * 12), "D10": I}, scale=ILACS)
    assert found.grade == ILACS.worst
    assert found.limited_by == ("D10",)
    assert found.words == (
        "Inadequate because Safeguarding and immediate safety is Inadequate, and that domain limits."
    )


def test_several_limiting_domains_are_all_named() -> None:
    found = indicative_grade(QOP, {**in_order([G] * 12), "D3": I, "D8": I, "D10": I}, scale=ILACS)
    assert found.limited_by == ("D3", "D8", "D10")
    assert found.words == (
        "Inadequate because Assessment and analysis, Delivery, pace and review and Safeguarding and immediate safety "
        "are Inadequate, and those domains limit."
    )


def test_only_the_worst_grade_limits_and_only_on_a_limiting_domain() -> None:
    assert indicative(QOP, {**in_order([G] * 12), "D10": R}) == G
    assert indicative(QOP, {**in_order([G] * 12), "D9": I}) == G


def test_the_words_count_the_grades_and_what_is_left_out() -> None:
    found = indicative_grade(QOP, in_order([O, G, G, G, G, G, R, R, R, R, R, NA]), scale=ILACS)
    assert found.words == (
        "Good: the middle of the 11 domain grades that count "
        "(1 Outstanding, 5 Good, 5 Requires improvement to be good). Left out: 1 not applicable."
    )


def test_the_words_of_an_even_number_name_the_rule_for_two_middle_grades() -> None:
    found = indicative_grade(counting(3), {"D1": G, "D2": R}, scale=ILACS)
    assert found.words == (
        "Requires improvement to be good: the middle of the 2 domain grades that count (1 Good, 1 Requires improvement "
        "to be good); of two middle grades the worse is taken. Left out: 1 not graded yet."
    )


def test_the_words_of_a_single_grade_name_its_domain() -> None:
    found = indicative_grade(counting(1), {"D1": O}, scale=ILACS)
    assert found.words == "Outstanding: the grade of Domain 1, the only domain that counts and has a grade."


@pytest.mark.parametrize(
    ("grades", "left_out"),
    [({}, "2 not graded yet"), ({"D1": NA, "D2": NJ}, "1 not applicable and 1 not judged")],
)
def test_without_a_judged_domain_there_is_no_indicative_grade(grades: dict[str, str], left_out: str) -> None:
    found = indicative_grade(counting(2), grades, scale=ILACS)
    assert found.grade is None
    assert found.words == f"No indicative grade: no domain that counts has a grade. Left out: {left_out}."


def test_a_domain_that_does_not_count_changes_nothing_unless_it_limits() -> None:
    beside = tool(Domain(code="D1", name="One"), Domain(code="D2", name="Two", counts=False))
    limiting = tool(Domain(code="D1", name="One"), Domain(code="D2", name="Two", counts=False, limits=True))
    assert indicative(beside, {"D1": O, "D2": I}) == O
    assert indicative(limiting, {"D1": O, "D2": I}) == I


def test_the_published_overall_of_162_of_167_inspections_is_found_again() -> None:
    scale = SCALES["ofsted-2013"]
    ofsted = read_tool((DATA / "ofsted_sif_tool.yaml").read_bytes(), name="ofsted_sif_tool.yaml", scales=SCALES)
    with (DATA / "ofsted_sif_judgements_2013_2018.csv").open(encoding="utf-8", newline="") as lines:
        reports = [{key: word.replace(" ", "_") for key, word in row.items()} for row in csv.DictReader(lines)]
    found = [
        indicative_grade(ofsted, {domain.code: report[domain.code] for domain in ofsted.domains}, scale=scale).grade
        for report in reports
    ]
    same = [grade for grade, report in zip(found, reports, strict=True) if grade and grade.value == report["overall"]]
    assert (len(same), len(reports)) == (162, 167)


@given(some_grades, st.sampled_from([domain.code for domain in QOP.domains]), st.sampled_from([O, G, R, I]))
def test_making_a_domain_worse_never_makes_the_indicative_grade_better(
    grades: dict[str, str], code: str, worse: str
) -> None:
    order = [O, G, R, I]
    before = indicative(QOP, grades)
    if before is None or grades.get(code) not in order:
        return
    after = indicative(QOP, {**grades, code: max(grades[code], worse, key=order.index)})
    assert after is not None
    assert order.index(after) >= order.index(before)


@given(some_grades)
def test_the_indicative_grade_is_always_one_that_was_given(grades: dict[str, str]) -> None:
    judged: set[str | None] = {grade for grade in grades.values() if grade not in {NA, NJ}}
    assert indicative(QOP, grades) in (judged or {None})


@given(st.lists(st.sampled_from([O, G, R, I]), min_size=1, max_size=12))
def test_the_order_of_the_domains_does_not_matter(grades: list[str]) -> None:
    assert indicative(counting(12), in_order(grades)) == indicative(counting(12), in_order(sorted(grades)))


@given(some_grades)
def test_domains_without_a_grade_change_only_the_words(grades: dict[str, str]) -> None:
    judged = {code: grade for code, grade in grades.items() if grade not in {NA, NJ}}
    assert indicative(QOP, grades) == indicative(QOP, judged)


@pytest.mark.parametrize(
    ("rule", "own", "required"), [(G, R, True), (G, G, False), (None, G, False), (G, None, False), (None, None, False)]
)
def test_a_reason_is_required_where_two_grades_differ(rule: str | None, own: str | None, required: bool) -> None:
    assert reason_required(rule, own) is required


def test_a_standard_has_the_median_of_its_domains_and_nothing_limits() -> None:
    graded = standard_grades(QOP, {"D2": G, "D3": G, "D7": O, "D10": I, "D12": R}, scale=ILACS)
    assert graded[Standard.PS5] == G
    assert graded[Standard.PS1] == I


def test_a_standard_without_a_grade_is_not_applicable_only_where_all_its_domains_are() -> None:
    graded = standard_grades(QOP, {"D8": NA, "D11": NA, "D10": NA, "D12": NJ}, scale=ILACS)
    assert (graded[Standard.PS8], graded[Standard.PS1], graded[Standard.PS6]) == (NA, NJ, NJ)


def test_a_tool_has_grades_only_for_the_standards_it_speaks_for() -> None:
    assert set(standard_grades(QOP, {}, scale=ILACS)) == set(Standard)
    assert standard_grades(counting(2), {"D1": G}, scale=ILACS) == {}


def compliance_tool() -> ToolDefinition:
    kinds = [QuestionKind.COMPLIANCE] * 4 + [QuestionKind.TIMESCALE, QuestionKind.GRADED]
    questions = tuple(
        Question(code=str(n), kind=kind, text="So?", good_looks_like="So.") for n, kind in enumerate(kinds, start=1)
    )
    return tool(Domain(code="D1", name="One", questions=questions))


def test_the_compliance_score_counts_partly_as_half_and_leaves_out_not_applicable_and_grades() -> None:
    values = {
        "1": Compliance.YES,
        "2": Compliance.PARTLY,
        "3": Compliance.NO,
        "4": Compliance.NOT_APPLICABLE,
        "5": Compliance.YES,
        "6": Compliance.NOT_APPLICABLE,
        "D1.grade": NA,
    }
    score = compliance_score(compliance_tool(), values)
    assert (score.yes, score.partly, score.no, score.not_applicable) == (2, 1, 1, 1)
    assert (score.share, score.n) == (Fraction(5, 8), 4)


def test_a_compliance_score_of_nothing_has_no_share() -> None:
    score = compliance_score(compliance_tool(), {"1": Compliance.NOT_APPLICABLE})
    assert (score.share, score.n, score.not_applicable) == (None, 0, 1)


def test_a_tool_is_held_against_the_scales() -> None:
    assert scale_faults(QOP, SCALES) == ()
    (fault,) = scale_faults(QOP, {"ofsted-2009": SCALES["ofsted-2009"]})
    assert (fault.path, fault.words) == (("scale",), "is not a known scale; there are ofsted-2009")


def test_a_descriptor_must_be_of_a_grade_of_the_scale_and_stand_once() -> None:
    words = [{"grade": grade, "text": "Words."} for grade in ("adequate", "good", "good")]
    domain = Domain.model_validate({"code": "D1", "name": "One", "descriptors": words})
    faults = scale_faults(tool(domain), SCALES)
    assert [fault.path for fault in faults] == [("domains", 0, "descriptors", n, "grade") for n in (0, 2)]
    assert faults[0].words.startswith("is not a grade of Ofsted ILACS")
    assert faults[1].words == 'the grade "good" is used twice'
