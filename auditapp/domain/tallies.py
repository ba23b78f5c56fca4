"""What one submitted audit adds to the counts that findings are made of."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditapp.domain.calendar import Month
from auditapp.domain.completeness import domain_grades
from auditapp.domain.counts import Count
from auditapp.domain.grading import Scale, indicative_grade, standard_grades
from auditapp.domain.items import OVERALL_GRADE, PART, Answer
from auditapp.domain.tools import ToolDefinition, applies_to
from auditapp.domain.vocabulary import CaseType, Measure, Overridden, QuestionKind, Unjudged

Said = tuple[Measure, str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """Where an audit counts: its month of submission, its case's type and team as the case list named it."""

    month: Month
    case_type: CaseType | None
    team: str | None


def tally(facts: Facts, tool: ToolDefinition, answers: Mapping[str, Answer], *, scale: Scale) -> tuple[Count, ...]:
    """Return the counts of one audit, in a fixed order of keys, so that two audits never wait crosswise."""
    said = Counter(_everything_said(tool, answers, facts.case_type, scale))
    return tuple(
        Count(facts.month, facts.case_type, facts.team, measure, key, value, n)
        for (measure, key, value), n in sorted(said.items())
    )


def _everything_said(
    tool: ToolDefinition, answers: Mapping[str, Answer], case_type: CaseType | None, scale: Scale
) -> Iterator[Said]:
    grades = domain_grades(tool, answers)
    own = _value(answers, OVERALL_GRADE)
    yield Measure.OVERALL, "", own or Unjudged.NOT_JUDGED.value
    indicative = indicative_grade(tool, grades, scale=scale).grade
    if indicative and own:
        yield Measure.OVERRIDDEN, "", (Overridden.YES if own != indicative.value else Overridden.NO).value
    for domain in tool.domains:
        yield Measure.DOMAIN, domain.code, grades.get(domain.code, Unjudged.NOT_JUDGED.value)
    for standard, grade in standard_grades(tool, grades, scale=scale).items():
        yield Measure.STANDARD, standard.value, grade
    yield from _compliance(tool, answers, case_type)
    for party in tool.parties:
        took_part = _value(answers, f"{PART}.{party.value}")
        if took_part:
            yield Measure.PARTICIPATION, party.value, took_part


def _compliance(tool: ToolDefinition, answers: Mapping[str, Answer], case_type: CaseType | None) -> Iterator[Said]:
    for question in tool.questions:
        value = _value(answers, question.code)
        if value and question.kind is not QuestionKind.GRADED and applies_to(question, case_type):
            for standard in question.standards:
                yield Measure.COMPLIANCE, standard.value, value


def _value(answers: Mapping[str, Answer], code: str) -> str | None:
    answer = answers.get(code)
    return answer.value if answer else None
