"""The audit form as one list of items: each is one answer, one row, one thing to save."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from auditapp.domain.errors import Refused
from auditapp.domain.grading import Scale
from auditapp.domain.tools import Domain, Question, ToolDefinition, applies_to, descriptors
from auditapp.domain.vocabulary import (
    CaseType,
    Compliance,
    ItemKind,
    Labelled,
    Party,
    QuestionKind,
    Standard,
    TakingPart,
    Unjudged,
)

ABOUT, PART, OVERALL = "about", "part", "overall"
LOOK_BACK, SOURCES, WORKER_SPOKEN_TO = "about.look_back", "about.sources", "about.worker_spoken_to"
OVERALL_GRADE, OVERALL_REASON, OVERALL_MINUTES = "overall.grade", "overall.reason", "overall.minutes"
TEXT_LIMIT = 20_000
MINUTES = range(1, 2001)
# PostgreSQL holds no NUL, and half of a surrogate pair has no encoding.
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the form: a domain, or one of the parts that every form has."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing the form asks.

    `choices` are pairs of stored value and label. `text_label` is the label of the words beside a choice, empty where
    none are taken. `descriptors` are pairs of a grade's label and its meaning. `if_missing` is what to say when a
    required item is empty; `words_needed` pairs a value with what to say when it stands without words.
    """

    code: str
    section: str
    kind: ItemKind
    label: str
    choices: Pairs = ()
    text_label: str = ""
    required: bool = True
    guidance: str = ""
    standards: tuple[Standard, ...] = ()
    descriptors: Pairs = ()
    if_missing: str = ""
    words_needed: Pairs = ()

    @property
    def takes_value(self) -> bool:
        """Whether the answer has a value: a choice or a number."""
        return self.kind is not ItemKind.TEXT

    @property
    def takes_text(self) -> bool:
        """Whether the answer has words, alone or beside its value."""
        return self.kind is ItemKind.TEXT or bool(self.text_label)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to an item: a stored value or None, and words."""

    value: str | None = None
    text: str = ""


def sections(tool: ToolDefinition) -> tuple[Section, ...]:
    """The pages of the form in order."""
    domains = (Section(domain.code, domain.name) for domain in tool.domains)
    part = (Section(PART, "Who took part"),) if tool.parties else ()
    return (Section(ABOUT, "About this audit"), *domains, *part, Section(OVERALL, "Overall grade"))


def items(tool: ToolDefinition, *, case_type: CaseType | None, scale: Scale) -> tuple[Item, ...]:
    """Every item of the form for a case of this type, in the order of the sections.

    `case_type` is None where the subject is no case. `scale` is the one that the tool names.
    """
    return (
        *_about(),
        *(item for domain in tool.domains for item in _of_domain(tool, domain, case_type, scale)),
        *(_taking_part(party) for party in tool.parties),
        *_overall(tool, scale),
    )


def grade_code(domain: Domain) -> str:
    """The code of the item that holds a domain's grade."""
    return f"{domain.code}.grade"


def learning_code(domain: Domain) -> str:
    """The code of the item that holds a domain's learning point."""
    return f"{domain.code}.learning"


def check_answer(item: Item, *, value: str | None = None, text: str = "") -> Answer:
    """The answer as it is to be stored: an empty value is None, a line end one character. Refused with the reason."""
    return Answer(_checked_value(item, value or None), _checked_text(item, text.replace("\r\n", "\n")))


def _about() -> Iterator[Item]:
    yield _words(
        LOOK_BACK,
        label="Which period did you look at?",
        guidance="For example: June to November 2026.",
        if_missing="Enter which period you looked at.",
    )
    yield _words(
        SOURCES,
        label="What did you read?",
        guidance="The records, plans, minutes and other papers that you opened.",
        if_missing="Enter what you read.",
    )
    yield Item(
        code=WORKER_SPOKEN_TO,
        section=ABOUT,
        kind=ItemKind.YES_NO,
        label="Did you speak with the worker?",
        choices=_pairs((Compliance.YES, Compliance.NO)),
        text_label="When, or why not",
        required=False,
    )


def _of_domain(tool: ToolDefinition, domain: Domain, case_type: CaseType | None, scale: Scale) -> Iterator[Item]:
    for question in domain.questions:
        if applies_to(question, case_type):
            yield _question(question, domain, scale)
    yield _domain_grade(tool, domain, scale)
    yield _words(f"{domain.code}.strength", label="A strength", required=False)
    yield _words(
        learning_code(domain),
        label="A learning point",
        guidance=f"Needed where the grade is below {scale.headline.label}.",
        required=False,
    )


def _question(question: Question, domain: Domain, scale: Scale) -> Item:
    graded = question.kind is QuestionKind.GRADED
    return Item(
        code=question.code,
        section=domain.code,
        kind=ItemKind[question.kind.name],
        label=question.text,
        choices=(*_grades(scale), *_pairs((Unjudged.NOT_APPLICABLE,))) if graded else _pairs(Compliance),
        text_label="Comment" if graded else "Evidence",
        guidance=question.good_looks_like,
        standards=question.standards,
        if_missing=f"Answer question {question.code}.",
    )


def _domain_grade(tool: ToolDefinition, domain: Domain, scale: Scale) -> Item:
    why = f"Enter why you gave {domain.name} this grade."
    return Item(
        code=grade_code(domain),
        section=domain.code,
        kind=ItemKind.DOMAIN_GRADE,
        label=f"Grade for {domain.name}",
        choices=(*_grades(scale), *_pairs(Unjudged)),
        text_label="Why",
        standards=domain.standards,
        descriptors=_meanings(scale, descriptors(tool, domain)),
        if_missing=f"Select a grade for {domain.name}.",
        words_needed=(
            *((grade.value, why) for grade in scale.grades),
            (Unjudged.NOT_JUDGED.value, f"Enter why you did not judge {domain.name}."),
        ),
    )


def _taking_part(party: Party) -> Item:
    who = party.label.lower()
    why_not = f"Enter why the {who} did not take part."
    return Item(
        code=f"{PART}.{party.value}",
        section=PART,
        kind=ItemKind.TAKING_PART,
        label=party.label,
        choices=_pairs(TakingPart),
        text_label="When, or why not",
        if_missing=f"Select whether the {who} took part.",
        words_needed=(
            (TakingPart.TOOK_PART.value, f"Enter when the {who} took part."),
            (TakingPart.DECLINED.value, why_not),
            (TakingPart.NOT_POSSIBLE.value, why_not),
        ),
    )


def _overall(tool: ToolDefinition, scale: Scale) -> Iterator[Item]:
    yield Item(
        code=OVERALL_GRADE,
        section=OVERALL,
        kind=ItemKind.OVERALL_GRADE,
        label="Your overall grade",
        choices=_grades(scale),
        descriptors=_meanings(scale, descriptors(tool)),
        if_missing="Select the overall grade.",
    )
    yield _words(
        OVERALL_REASON,
        label="Why your grade differs from the indicative grade",
        guidance="What in the record makes you judge so.",
        required=False,
    )
    yield Item(
        code=OVERALL_MINUTES,
        section=OVERALL,
        kind=ItemKind.MINUTES,
        label="Minutes spent",
        guidance="The whole time you gave to this audit, in minutes.",
        if_missing="Enter how many minutes you spent.",
    )


def _words(code: str, *, label: str, guidance: str = "", if_missing: str = "", required: bool = True) -> Item:
    return Item(
        code=code,
        section=code.partition(".")[0],
        kind=ItemKind.TEXT,
        label=label,
        guidance=guidance,
        if_missing=if_missing,
        required=required,
    )


def _pairs(words: type[Labelled] | tuple[Labelled, ...]) -> Pairs:
    return tuple((word.value, word.label) for word in words)


def _grades(scale: Scale) -> Pairs:
    return tuple((grade.value, grade.label) for grade in scale.grades)


def _meanings(scale: Scale, own: dict[str, str]) -> Pairs:
    return tuple((grade.label, own.get(grade.value, grade.descriptor)) for grade in scale.grades)


def _checked_value(item: Item, value: str | None) -> str | None:
    if value is None:
        return None
    if not item.takes_value:
        raise Refused(f'"{item.label}" is answered in words.')
    return _whole_minutes(value) if item.kind is ItemKind.MINUTES else _one_of(item, value)


def _whole_minutes(value: str) -> str:
    digits = value.strip()
    if not re.fullmatch(r"[0-9]{1,4}", digits) or int(digits) not in MINUTES:
        raise Refused(f"Enter the minutes as a whole number from {MINUTES[0]} to {MINUTES[-1]:,}.")
    return str(int(digits))


def _one_of(item: Item, value: str) -> str:
    if value not in dict(item.choices):
        raise Refused(f'Select one of the answers to "{item.label}": {", ".join(dict(item.choices).values())}.')
    return value


def _checked_text(item: Item, text: str) -> str:
    if text and not item.takes_text:
        raise Refused(f'"{item.label}" takes no words.')
    if len(text) > TEXT_LIMIT:
        raise Refused(f"The text is {len(text):,} characters long. Shorten it to {TEXT_LIMIT:,}.")
    if UNSTORABLE.search(text):
        raise Refused("The text holds a character that cannot be stored. Remove what is no letter, digit or sign.")
    return text
