"""Audit tools: the two that ship, and the rules that every tool keeps."""

import re
from collections import Counter

import pytest
from pydantic import ValidationError

from auditapp.documents.definitions import shipped_tools
from auditapp.domain.tools import Domain, Question, ToolDefinition, applies_to, descriptors
from auditapp.domain.vocabulary import CaseType, Party, QuestionKind, Standard, Subject

QOP, SUPERVISION = shipped_tools()

EVERY_TYPE = set(CaseType)
ASKED_OF_SOME = {
    "2.5": {CaseType.CP},
    "5.4": {CaseType.CP, CaseType.LAC},
    "7.4": {CaseType.CP, CaseType.LAC},
    "7.5": {CaseType.LAC},
    "8.3": {CaseType.CIN, CaseType.CP, CaseType.LAC},
    "10.2": {CaseType.CP, CaseType.CIN},
    "11.5": {CaseType.CP, CaseType.LAC},
    "12.2": {CaseType.LAC, CaseType.CL},
}


def question(code: str = "1.1", **words: object) -> Question:
    content = {"code": code, "kind": "compliance", "text": "Is it so?", "good_looks_like": "It is.", **words}
    return Question.model_validate(content)


def tool(*domains: Domain, **words: object) -> ToolDefinition:
    content = {
        "slug": "small",
        "name": "Small",
        "version": 1,
        "scale": "ofsted-ilacs",
        "subject": "case",
        "purpose": "To try the rules.",
        "domains": domains,
        **words,
    }
    return ToolDefinition.model_validate(content)


def codes(definition: ToolDefinition, *kinds: QuestionKind) -> list[str]:
    return [question.code for question in definition.questions if question.kind in kinds]


def test_quality_of_practice_has_12_domains_and_the_59_questions_of_the_bank() -> None:
    assert [domain.code for domain in QOP.domains] == [f"D{number}" for number in range(1, 13)]
    assert [len(domain.questions) for domain in QOP.domains] == [6, 5, 7, 5, 5, 4, 6, 5, 4, 4, 5, 3]
    assert len(QOP.questions) == 59


def test_questions_are_numbered_within_their_domain() -> None:
    for number, domain in enumerate(QOP.domains, start=1):
        assert [q.code for q in domain.questions] == [f"{number}.{n}" for n in range(1, len(domain.questions) + 1)]


def test_supervision_has_8_domains_and_the_29_questions_of_the_bank() -> None:
    assert [domain.code for domain in SUPERVISION.domains] == [f"S{number}" for number in range(1, 9)]
    assert [len(domain.questions) for domain in SUPERVISION.domains] == [4, 4, 4, 6, 3, 3, 4, 1]
    assert [question.code for question in SUPERVISION.questions] == [str(number) for number in range(1, 30)]


def test_the_graded_and_timescale_questions_are_those_of_the_bank() -> None:
    assert codes(QOP, QuestionKind.GRADED) == ["3.3", "7.2", "11.2", "12.1"]
    assert codes(QOP, QuestionKind.TIMESCALE) == ["1.5", "2.1", "2.5", "3.1", "4.1", "7.1", "8.3", "11.1"]
    assert codes(SUPERVISION, QuestionKind.GRADED) == ["19", "20", "21", "29"]


def test_only_the_named_domains_limit_and_all_count() -> None:
    assert [domain.code for domain in QOP.domains if domain.limits] == ["D3", "D8", "D10"]
    assert [domain.code for domain in SUPERVISION.domains if domain.limits] == ["S2", "S4"]
    assert all(domain.counts for shipped in shipped_tools() for domain in shipped.domains)


@pytest.mark.parametrize("shipped", shipped_tools(), ids=lambda shipped: shipped.slug)
def test_a_domain_speaks_for_the_standards_of_at_least_half_of_its_questions(shipped: ToolDefinition) -> None:
    for domain in shipped.domains:
        tally = Counter(standard for question in domain.questions for standard in question.standards)
        half = {standard for standard, count in tally.items() if 2 * count >= len(domain.questions)}
        if domain.code not in {"D1", "D11"} and shipped is QOP:
            assert set(domain.standards) == half, domain.code
        assert set(domain.standards) <= half


def test_quality_of_practice_speaks_for_every_standard() -> None:
    assert {standard for domain in QOP.domains for standard in domain.standards} == set(Standard)


def test_a_supervision_file_is_no_case_and_asks_only_the_practitioner() -> None:
    assert (QOP.subject, QOP.parties) == (Subject.CASE, tuple(Party))
    assert (SUPERVISION.subject, SUPERVISION.parties) == (Subject.SUPERVISION_FILE, (Party.PRACTITIONER,))


@pytest.mark.parametrize("shipped", shipped_tools(), ids=lambda shipped: shipped.slug)
def test_no_typography_of_the_bank_is_left_in_the_texts(shipped: ToolDefinition) -> None:
    texts = [text for q in shipped.questions for text in (q.text, q.good_looks_like)]
    assert not [text for text in texts if re.search(r"[*●★→≥]|\*\*|  ", text)]
    assert not [q.text for q in shipped.questions if not q.text.endswith("?")]


@pytest.mark.parametrize("case_type", CaseType)
def test_who_is_asked_which_question(case_type: CaseType) -> None:
    asked = {question.code for question in QOP.questions if applies_to(question, case_type)}
    expected = {q.code for q in QOP.questions if case_type in ASKED_OF_SOME.get(q.code, EVERY_TYPE)}
    assert asked == expected


def test_how_many_questions_each_case_type_is_asked() -> None:
    asked = {t: sum(applies_to(question, t) for question in QOP.questions) for t in CaseType}
    assert asked == {
        CaseType.LAC: 57,
        CaseType.CP: 57,
        CaseType.CIN: 53,
        CaseType.OA: 51,
        CaseType.X: 51,
        CaseType.CL: 52,
    }


def test_without_a_case_only_the_questions_for_all_are_asked() -> None:
    assert applies_to(question(), None)
    assert not applies_to(question(applies=["CP"]), None)


@pytest.mark.parametrize("every", ["all", "A", ["CL", "X", "OA", "CIN", "CP", "LAC"]])
def test_a_question_for_all_can_be_written_in_three_ways(every: object) -> None:
    assert question(applies=every) == question()


def test_an_open_assessment_cannot_be_named_beside_other_types() -> None:
    with pytest.raises(ValidationError, match="an open assessment gets only the questions for all"):
        question(applies=["CP", "OA"])


def test_the_order_in_which_case_types_are_written_makes_no_difference() -> None:
    assert question(applies=["LAC", "CP"]).digest == question(applies=["CP", "LAC"]).digest


@pytest.mark.parametrize("code", ["about", "part", "overall", "Overall", "Check"])
def test_a_domain_cannot_take_the_code_of_a_section_of_every_form(code: str) -> None:
    with pytest.raises(ValidationError, match="is a page of every audit"):
        Domain.model_validate({"code": code, "name": "Taken"})


def test_codes_are_used_once_in_a_tool() -> None:
    with pytest.raises(ValidationError, match=r'the question code "1\.1" is used twice'):
        tool(
            Domain(code="D1", name="One", questions=(question(),)),
            Domain(code="D2", name="Two", questions=(question(),)),
        )
    with pytest.raises(ValidationError, match='the domain code "d1" is used twice'):
        tool(Domain(code="D1", name="One"), Domain(code="d1", name="Two"))


def test_a_domain_may_have_no_questions_but_a_tool_has_domains() -> None:
    assert tool(Domain(code="cla", name="Looked-after children")).questions == ()
    with pytest.raises(ValidationError, match="must have 1 to 40 in it, and has 0"):
        tool()


@pytest.mark.parametrize("shipped", shipped_tools(), ids=lambda shipped: shipped.slug)
def test_a_tool_survives_being_written_down_and_read_back(shipped: ToolDefinition) -> None:
    again = ToolDefinition.from_json(shipped.to_json())
    assert again == shipped
    assert again.digest == shipped.digest


def test_any_change_changes_the_digest() -> None:
    domain = Domain(code="D1", name="One")
    variants = [tool(domain), tool(domain, version=2), tool(Domain(code="D1", name="One", limits=True))]
    assert len({variant.digest for variant in variants}) == 3


def test_a_definition_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        QOP.version = 2  # type: ignore[misc]  # the point of the test


def test_the_words_of_a_domain_stand_before_those_of_its_tool() -> None:
    domain = Domain.model_validate(
        {"code": "D1", "name": "One", "descriptors": [{"grade": "good", "text": "Of the domain."}]}
    )
    words = [{"grade": "good", "text": "Of the tool."}, {"grade": "inadequate", "text": "Of the tool."}]
    small = tool(domain, descriptors=words)
    assert descriptors(small) == {"good": "Of the tool.", "inadequate": "Of the tool."}
    assert descriptors(small, domain) == {"good": "Of the domain.", "inadequate": "Of the tool."}


def test_a_tool_is_called_by_its_name_and_version() -> None:
    assert QOP.title == "Quality of Practice, version 1"
