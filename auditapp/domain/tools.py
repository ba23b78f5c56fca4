"""What an audit tool is: a versioned form of domains and questions, and when a question applies."""

from collections.abc import Iterator
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from auditapp.domain.definition import Definition, Path, Slug, Value, Words, refuse, repeated, sized, written
from auditapp.domain.vocabulary import CaseType, Labelled, Party, QuestionKind, Standard, Subject

# The shipped tools that the programme asks for by name: what months look at cases with, and at supervision files.
QOP, SUPERVISION = "quality-of-practice", "supervision"
EVERY_CASE_TYPE = tuple(CaseType)
# The sections that every form has, and the other pages of an audit, which have addresses beside its sections.
RESERVED_CODES = frozenset({"about", "part", "overall"}) | frozenset(
    {"actions", "answers", "check", "concern", "history", "record", "refuse", "return"}
)

Word = TypeVar("Word", bound=Labelled)


def _named_once(words: tuple[Word, ...]) -> tuple[Word, ...]:
    for word in words:
        if words.count(word) > 1:
            raise ValueError(f"names {word} twice")
    return words


def _spelled_out(applies: object) -> object:
    return EVERY_CASE_TYPE if applies in ("all", "A") else applies


def _in_order(applies: tuple[CaseType, ...]) -> tuple[CaseType, ...]:
    return tuple(case_type for case_type in CaseType if case_type in applies)


def _open_assessment_only_with_all(applies: tuple[CaseType, ...]) -> tuple[CaseType, ...]:
    if CaseType.OA in applies and applies != EVERY_CASE_TYPE:
        raise ValueError("cannot name OA: an open assessment gets only the questions for all")
    return applies


def _not_a_page_of_every_audit(code: str) -> str:
    if code.casefold() in RESERVED_CODES:
        raise ValueError(f'cannot be "{code}", which is a page of every audit')
    return code


Standards = Annotated[tuple[Standard, ...], sized(0, len(Standard)), AfterValidator(_named_once)]
Parties = Annotated[tuple[Party, ...], sized(0, len(Party)), AfterValidator(_named_once)]
CaseTypes = Annotated[
    tuple[CaseType, ...],
    sized(1, len(CaseType)),
    BeforeValidator(_spelled_out),
    AfterValidator(_named_once),
    AfterValidator(_in_order),
    AfterValidator(_open_assessment_only_with_all),
]
QuestionCode = Annotated[str, written(r"[A-Z]{0,2}[0-9]{1,3}(\.[0-9]{1,3})?", "a number such as 7, 7.2 or M7")]
DomainCode = Annotated[
    str,
    written(r"[A-Za-z][A-Za-z0-9_]{0,31}", "letters, digits and underscores, at most 32, a letter first"),
    AfterValidator(_not_a_page_of_every_audit),
]


class Question(Definition):
    """One question, what a good answer rests on, and the types of case that are asked it."""

    code: QuestionCode
    kind: QuestionKind
    text: Words
    good_looks_like: Words
    standards: Standards = ()
    applies: CaseTypes = EVERY_CASE_TYPE


class Descriptor(Definition):
    """What one grade means where the scale's own words do not fit."""

    grade: Value
    text: Words


class Domain(Definition):
    """A section of a tool with a grade of its own.

    `standards` are the practice standards its grade speaks for. A domain may have no questions:
    results from before the product were judged by domain alone.
    """

    code: DomainCode
    name: Words
    standards: Standards = ()
    limits: bool = False
    counts: bool = True
    descriptors: Annotated[tuple[Descriptor, ...], sized(0, 10)] = ()
    questions: Annotated[tuple[Question, ...], sized(0, 100)] = ()


class ToolDefinition(Definition):
    """One version of an audit tool. An audit keeps the version it was begun with."""

    slug: Slug
    name: Words
    version: Annotated[int, Field(ge=1, le=9999)]
    scale: Slug
    subject: Subject
    purpose: Words
    parties: Parties = ()
    descriptors: Annotated[tuple[Descriptor, ...], sized(0, 10)] = ()
    domains: Annotated[tuple[Domain, ...], sized(1, 40)]

    @model_validator(mode="after")
    def _codes_tell_apart(self) -> Self:
        refuse([*repeated(_domain_codes(self), "domain code"), *repeated(_question_codes(self), "question code")])
        return self

    @property
    def title(self) -> str:
        """The name and the version, as people say them."""
        return f"{self.name}, version {self.version}"

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question of every domain, in order."""
        return tuple(question for domain in self.domains for question in domain.questions)


def applies_to(question: Question, case_type: CaseType | None) -> bool:
    """Whether a question is asked about a case of this type; without a case, only the questions for all are."""
    if case_type is None:
        return question.applies == EVERY_CASE_TYPE
    return case_type in question.applies


def descriptors(tool: ToolDefinition, domain: Domain | None = None) -> dict[str, str]:
    """What grades mean in this domain or for the whole, by grade value, where the tool says so itself."""
    own = (*tool.descriptors, *(domain.descriptors if domain else ()))
    return {descriptor.grade: descriptor.text for descriptor in own}


def _domain_codes(tool: ToolDefinition) -> Iterator[tuple[Path, str]]:
    for at, domain in enumerate(tool.domains):
        yield ("domains", at, "code"), domain.code


def _question_codes(tool: ToolDefinition) -> Iterator[tuple[Path, str]]:
    for at, domain in enumerate(tool.domains):
        for nth, question in enumerate(domain.questions):
            yield ("domains", at, "questions", nth, "code"), question.code
