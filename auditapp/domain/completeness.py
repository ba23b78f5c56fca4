"""What an audit still lacks before it can be submitted, and how far each section has come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditapp.domain.grading import UNJUDGED, Scale, indicative_grade, reason_required
from auditapp.domain.items import (
    OVERALL_GRADE,
    OVERALL_REASON,
    Answer,
    Item,
    Section,
    grade_code,
    items,
    learning_code,
    sections,
)
from auditapp.domain.tools import ToolDefinition
from auditapp.domain.vocabulary import CaseType, SectionState

Answers = Mapping[str, Answer]

UNANSWERED = Answer()


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing: where, and a sentence that says what to do."""

    section: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a section has come: `done` of the `of` items that must be answered."""

    section: Section
    state: SectionState
    done: int
    of: int


def domain_grades(tool: ToolDefinition, answers: Answers) -> dict[str, str]:
    """The grade given to each domain so far, as stored values by domain code."""
    given = ((domain.code, answers.get(grade_code(domain), UNANSWERED).value) for domain in tool.domains)
    return {code: value for code, value in given if value is not None}


def missing(tool: ToolDefinition, answers: Answers, *, case_type: CaseType | None, scale: Scale) -> tuple[Lack, ...]:
    """Everything that must still be given before submission, in the order of the form. `answers` go by item code."""
    demanded = dict(_demanded(tool, answers, scale))
    form = items(tool, case_type=case_type, scale=scale)
    found = ((item, _lacks(item, answers.get(item.code, UNANSWERED), demanded)) for item in form)
    return tuple(Lack(item.section, item.code, sentence) for item, sentence in found if sentence)


def progress(
    tool: ToolDefinition, answers: Answers, *, case_type: CaseType | None, scale: Scale
) -> tuple[Progress, ...]:
    """How far each section has come, in the order of the form."""
    demanded = dict(_demanded(tool, answers, scale))
    form = items(tool, case_type=case_type, scale=scale)
    return tuple(
        _progress_of(section, [item for item in form if item.section == section.code], answers, demanded)
        for section in sections(tool)
    )


def _demanded(tool: ToolDefinition, answers: Answers, scale: Scale) -> Iterator[tuple[str, str]]:
    """The words that other answers call for: item code and what to say when they are missing."""
    grades = domain_grades(tool, answers)
    for domain in tool.domains:
        grade = grades.get(domain.code)
        if grade is not None and grade not in UNJUDGED and not scale.good_or_better(grade):
            yield (
                learning_code(domain),
                f"Enter a learning point for {domain.name}: its grade is below {scale.headline.label}.",
            )
    indicative = indicative_grade(tool, grades, scale=scale).grade
    own = answers.get(OVERALL_GRADE, UNANSWERED).value
    if indicative and reason_required(indicative.value, own):
        yield OVERALL_REASON, f"Enter why your overall grade is not the indicative grade, {indicative.label}."


def _lacks(item: Item, answer: Answer, demanded: Mapping[str, str]) -> str:
    """What to say about an item whose answer is not enough, or nothing."""
    worded = bool(answer.text.strip())
    if item.code in demanded:
        return "" if worded else demanded[item.code]
    answered = answer.value is not None if item.takes_value else worded
    if not answered:
        return item.if_missing if item.required else ""
    return "" if worded else dict(item.words_needed).get(answer.value or "", "")


def _progress_of(section: Section, form: list[Item], answers: Answers, demanded: Mapping[str, str]) -> Progress:
    needed = [item for item in form if item.required or item.code in demanded]
    done = sum(not _lacks(item, answers.get(item.code, UNANSWERED), demanded) for item in needed)
    begun = any(answers.get(item.code, UNANSWERED) != UNANSWERED for item in form)
    state = SectionState.IN_PROGRESS if begun else SectionState.NOT_STARTED
    return Progress(section, SectionState.COMPLETE if done == len(needed) else state, done, len(needed))
