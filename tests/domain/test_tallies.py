"""What one submitted audit adds to the counts, measure by measure."""

from collections import Counter
from collections.abc import Mapping

import pytest

from auditapp.documents.definitions import shipped_scales, shipped_tools
from auditapp.domain.calendar import Month
from auditapp.domain.completeness import domain_grades
from auditapp.domain.counts import Count
from auditapp.domain.grading import indicative_grade, standard_grades
from auditapp.domain.items import Answer, items
from auditapp.domain.tallies import Facts, tally
from auditapp.domain.tools import applies_to
from auditapp.domain.vocabulary import (
    CaseType,
    Compliance,
    ItemKind,
    Measure,
    Overridden,
    Party,
    QuestionKind,
    Standard,
    TakingPart,
    Unjudged,
)

ILACS = shipped_scales()["ofsted-ilacs"]
QOP, SUPERVISION = shipped_tools()
FACTS = Facts(Month(2026, 10), CaseType.CP, "Team South")
VALUES = {
    ItemKind.COMPLIANCE: "yes",
    ItemKind.TIMESCALE: "partly",
    ItemKind.GRADED: "good",
    ItemKind.DOMAIN_GRADE: "good",
    ItemKind.OVERALL_GRADE: "good",
    ItemKind.TAKING_PART: "took_part",
}
FULL = {item.code: Answer(VALUES.get(item.kind), "Words.") for item in items(QOP, case_type=CaseType.CP, scale=ILACS)}


def counts(changes: Mapping[str, str | None] | None = None, *, facts: Facts = FACTS) -> tuple[Count, ...]:
    answers = {**FULL, **{code: Answer(value) for code, value in (changes or {}).items()}}
    return tally(facts, QOP, answers, scale=ILACS)


def said(measure: Measure, made: tuple[Count, ...]) -> dict[tuple[str, str], int]:
    return {(count.key, count.value): count.n for count in made if count.measure is measure}


def test_every_measure_is_counted() -> None:
    assert {count.measure for count in counts()} == set(Measure)


def test_every_count_says_where_it_belongs_in_one_order_of_keys() -> None:
    made = counts()
    assert {(count.month, count.case_type, count.team) for count in made} == {(FACTS.month, CaseType.CP, "Team South")}
    keys = [(count.measure, count.key, count.value) for count in made]
    assert keys == sorted(set(keys))
    assert all(count.n > 0 for count in made)


@pytest.mark.parametrize("grade", [grade.value for grade in ILACS.grades])
def test_an_audit_counts_once_with_its_overall_grade(grade: str) -> None:
    assert said(Measure.OVERALL, counts({"overall.grade": grade})) == {("", grade): 1}


def test_an_audit_without_an_overall_grade_is_counted_beside() -> None:
    made = counts({"overall.grade": None})
    assert said(Measure.OVERALL, made) == {("", Unjudged.NOT_JUDGED.value): 1}
    assert said(Measure.OVERRIDDEN, made) == {}


def test_whether_the_grades_differ_is_counted() -> None:
    assert said(Measure.OVERRIDDEN, counts()) == {("", Overridden.NO.value): 1}
    assert said(Measure.OVERRIDDEN, counts({"overall.grade": "outstanding"})) == {("", Overridden.YES.value): 1}
    assert said(Measure.OVERRIDDEN, counts({"D10.grade": "inadequate"})) == {("", Overridden.YES.value): 1}
    ungraded = {f"{domain.code}.grade": "not_judged" for domain in QOP.domains}
    assert said(Measure.OVERRIDDEN, counts(ungraded)) == {}
    assert {Overridden.YES, Overridden.NO} == set(Overridden)


def test_every_domain_is_counted_once_with_its_grade_or_why_it_has_none() -> None:
    changes = {"D1.grade": "inadequate", "D2.grade": "not_applicable", "D3.grade": "not_judged", "D4.grade": None}
    found = said(Measure.DOMAIN, counts(changes))
    assert set(found.values()) == {1}
    assert {key for key, _ in found} == {domain.code for domain in QOP.domains}
    assert {("D1", "inadequate"), ("D2", "not_applicable"), ("D3", "not_judged"), ("D4", "not_judged")} <= found.keys()
    assert ("D5", "good") in found


def test_every_standard_is_counted_once_as_the_rule_of_standards_gives_it() -> None:
    changes: dict[str, str | None] = {"D8.grade": "inadequate", "D11.grade": "inadequate"}
    made = counts(changes)
    answers = {**FULL, **{code: Answer(value) for code, value in changes.items()}}
    grades = standard_grades(QOP, domain_grades(QOP, answers), scale=ILACS)
    assert said(Measure.STANDARD, made) == {(standard.value, grade): 1 for standard, grade in grades.items()}
    assert set(grades) == set(Standard)
    assert indicative_grade(QOP, domain_grades(QOP, answers), scale=ILACS).limited_by == ("D8",)


def test_compliance_counts_answers_by_every_standard_of_their_question() -> None:
    asked = [
        question
        for question in QOP.questions
        if question.kind is not QuestionKind.GRADED and applies_to(question, CaseType.CP)
    ]
    wanted = Counter(
        (standard.value, "yes" if question.kind is QuestionKind.COMPLIANCE else "partly")
        for question in asked
        for standard in question.standards
    )
    assert said(Measure.COMPLIANCE, counts()) == wanted


@pytest.mark.parametrize("answer", Compliance)
def test_every_answer_to_a_question_is_counted(answer: Compliance) -> None:
    before, after = said(Measure.COMPLIANCE, counts()), said(Measure.COMPLIANCE, counts({"1.1": answer.value}))
    for standard in ("PS6", "PS7"):
        gained = after.get((standard, answer.value), 0) - before.get((standard, answer.value), 0)
        assert gained == (0 if answer is Compliance.YES else 1)


def test_neither_a_graded_question_nor_one_that_does_not_apply_counts_to_compliance() -> None:
    assert counts({"3.3": "inadequate"}) == counts()
    assert counts({"7.5": "no"}) == counts(), "7.5 is asked of looked-after children only"


@pytest.mark.parametrize("party", Party)
@pytest.mark.parametrize("took_part", TakingPart)
def test_every_partys_taking_part_is_counted(party: Party, took_part: TakingPart) -> None:
    found = said(Measure.PARTICIPATION, counts({f"part.{party.value}": took_part.value}))
    assert {key for key, _ in found} == {each.value for each in Party}
    assert found[party.value, took_part.value] == 1
    absent = said(Measure.PARTICIPATION, counts({f"part.{party.value}": None}))
    assert party.value not in {key for key, _ in absent}


def test_a_tool_without_parties_or_case_counts_what_it_asks() -> None:
    facts = Facts(Month(2026, 10), None, None)
    form = items(SUPERVISION, case_type=None, scale=ILACS)
    answers = {item.code: Answer(VALUES.get(item.kind)) for item in form}
    made = tally(facts, SUPERVISION, answers, scale=ILACS)
    assert {count.key for count in made if count.measure is Measure.PARTICIPATION} == {
        party.value for party in SUPERVISION.parties
    }
    assert {count.key for count in made if count.measure is Measure.DOMAIN} == {d.code for d in SUPERVISION.domains}
    assert {(count.case_type, count.team) for count in made} == {(None, None)}
