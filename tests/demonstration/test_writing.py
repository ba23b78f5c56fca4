"""What invented auditors write: something for every question and every grade, and nothing half filled in."""

from collections.abc import Iterator
from datetime import date

import pytest

from auditapp.demonstration.chance import Chance
from auditapp.demonstration.judgement import DOMAINS, SELDOM_ASKED, Form, Judgement
from auditapp.demonstration.writing import Writing
from auditapp.documents.definitions import shipped_scales, shipped_tools
from auditapp.domain.completeness import missing
from auditapp.domain.items import OVERALL_MINUTES, Answer, check_answer
from auditapp.domain.tools import ToolDefinition
from auditapp.domain.vocabulary import CaseType

DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def tool() -> ToolDefinition:
    return next(tool for tool in shipped_tools() if tool.slug == "quality-of-practice")


def judgement(tool: ToolDefinition, case_type: CaseType | None, seed: str) -> Judgement:
    chance = Chance(seed)
    form = Form(tool, shipped_scales()[tool.scale], case_type)
    return Judgement(form, team="", progress=0.5, chance=chance, writing=Writing(chance, written_on=DAY))


def judgements(tool: ToolDefinition) -> Iterator[tuple[Judgement, CaseType]]:
    for case_type in CaseType:
        for number in range(40):
            yield judgement(tool, case_type, f"{case_type} {number}"), case_type


def test_there_are_words_for_every_question_and_every_domain(tool: ToolDefinition) -> None:
    writing = Writing(Chance("all"), written_on=DAY)
    for question in tool.questions:
        for sound in ("strong", "uneven", "weak"):
            assert writing.one("questions", question.code, sound)
    for domain in tool.domains:
        for kind in ("outstanding", "good", "uneven", "weak", "strength", "learning"):
            assert writing.one("domains", domain.code, kind)
        assert all(writing.pair("domains", domain.code, "actions"))
    assert {*DOMAINS} <= {domain.code for domain in tool.domains}
    assert {question.code for question in tool.questions} >= SELDOM_ASKED


def test_supervision_files_are_written_about_as_well() -> None:
    tool = next(tool for tool in shipped_tools() if tool.slug == "supervision")
    writing = Writing(Chance("all"), written_on=DAY)
    for domain in tool.domains:
        for kind in ("outstanding", "good", "uneven", "weak", "strength", "learning"):
            assert writing.one("domains", domain.code, kind)
        for sound in ("strong", "uneven", "weak"):
            assert writing.one("domains", domain.code, "evidence", sound)
    scale = shipped_scales()[tool.scale]
    for number in range(40):
        found = judgement(tool, None, f"file {number}")
        answers = {
            item.code: check_answer(item, value=answer.value, text=answer.text) for item, answer in found.answers()
        }
        assert not any("{" in answer.text for answer in answers.values())
        assert [lack.code for lack in missing(tool, answers, case_type=None, scale=scale)] == [OVERALL_MINUTES]


def test_every_invented_audit_is_complete_and_acceptable_but_for_the_minutes(tool: ToolDefinition) -> None:
    scale = shipped_scales()[tool.scale]
    for found, case_type in judgements(tool):
        answers: dict[str, Answer] = {}
        for item, answer in found.answers():
            answers[item.code] = check_answer(item, value=answer.value, text=answer.text)
            assert "{" not in answer.text
        lacks = missing(tool, answers, case_type=case_type, scale=scale)
        assert [lack.code for lack in lacks] == [OVERALL_MINUTES]


def test_the_same_chance_writes_the_same_audit(tool: ToolDefinition) -> None:
    first, second = (list(judgement(tool, CaseType.CP, "same").answers()) for _ in range(2))
    assert first == second
    assert first != list(judgement(tool, CaseType.CP, "other").answers())


def test_an_auditor_differs_from_the_indicative_grade_by_one_and_never_in_the_worst(tool: ToolDefinition) -> None:
    order = [grade.value for grade in shipped_scales()[tool.scale].grades]
    differing = [found for found, _ in judgements(tool) if found.overall != found.indicative]
    assert differing
    for found in differing:
        assert abs(order.index(found.overall) - order.index(found.indicative)) == 1
        assert order[-1] not in {found.overall, found.indicative}
