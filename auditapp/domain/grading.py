"""Grade scales, the indicative grade and how it came about, the grade of a standard, the compliance score."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Self

from pydantic import model_validator

from auditapp.domain.definition import Definition, Fault, Path, Slug, Value, Words, refuse, repeated, sized, written
from auditapp.domain.errors import Refused
from auditapp.domain.tools import Descriptor, Domain, ToolDefinition
from auditapp.domain.vocabulary import Compliance, QuestionKind, Standard, Unjudged

HEADLINE_GRADES = 2
UNJUDGED = frozenset(word.value for word in Unjudged)


class Grade(Definition):
    """One grade of a scale: its stored value, its label, its letter for small tags, its short test for a case."""

    value: Value
    label: Words
    letter: Annotated[str, written(r"[A-Z]{1,2}", "one or two capital letters")]
    descriptor: Words


class Scale(Definition):
    """A grade scale, best grade first. Audits keep the scale they were made under, so one in use never changes."""

    slug: Slug
    name: Words
    framework: Words
    in_force: Words
    grades: Annotated[tuple[Grade, ...], sized(3, 8)]

    @model_validator(mode="after")
    def _grades_tell_apart(self) -> Self:
        refuse([*_repeated_grades(self), *_grades_that_are_no_judgement(self)])
        return self

    @property
    def worst(self) -> Grade:
        """The grade that limits."""
        return self.grades[-1]

    @property
    def headline(self) -> Grade:
        """The last grade that is still good or better: the headline that survives a change of scale."""
        return self.grades[HEADLINE_GRADES - 1]

    def grade(self, value: str) -> Grade:
        """The grade with this stored value; a value of another scale is Refused."""
        for grade in self.grades:
            if grade.value == value:
                return grade
        known = ", ".join(grade.label for grade in self.grades)
        raise Refused(f'"{value}" is not a grade of {self.name}. Its grades are {known}.')

    def rank(self, grade: Grade) -> int:
        """The place of a grade, 0 for the best: for comparing only, never stored or shown."""
        return self.grades.index(grade)

    def good_or_better(self, value: str) -> bool:
        """Whether the grade with this stored value is the headline grade or better."""
        return self.rank(self.grade(value)) <= self.rank(self.headline)


@dataclass(frozen=True, slots=True)
class Indicative:
    """The grade that the rules give, or None, and in words how it came about.

    `limited_by` holds the codes of the domains that limited it.
    """

    grade: Grade | None
    words: str
    limited_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComplianceScore:
    """How many answers of each kind; `share` is Yes plus half of Partly over `n`, None where n is 0."""

    yes: int
    partly: int
    no: int
    not_applicable: int

    @property
    def n(self) -> int:
        """The denominator: every answer but Not applicable."""
        return self.yes + self.partly + self.no

    @property
    def share(self) -> Fraction | None:
        """The score between 0 and 1."""
        return Fraction(2 * self.yes + self.partly, 2 * self.n) if self.n else None


def indicative_grade(tool: ToolDefinition, domain_grades: Mapping[str, str], *, scale: Scale) -> Indicative:
    """The guide's rule for the overall grade, from stored grade values by domain code.

    The worst grade of the scale on a limiting domain decides. Otherwise it is the median of the domains
    that count, of two middle grades the worse. Domains not applicable, not judged or not yet graded are left out.
    """
    limiting = tuple(
        domain for domain in tool.domains if domain.limits and domain_grades.get(domain.code) == scale.worst.value
    )
    if limiting:
        return Indicative(scale.worst, _limited(limiting, scale.worst), tuple(domain.code for domain in limiting))
    counting = tuple(domain for domain in tool.domains if domain.counts)
    judged = tuple(_judged(counting, domain_grades, scale))
    beside = _left_out(counting, domain_grades)
    if not judged:
        return Indicative(None, f"No indicative grade: no domain that counts has a grade.{beside}")
    middle = _median((grade for _, grade in judged), scale)
    return Indicative(middle, f"{_middle(judged, middle, scale)}{beside}")


def reason_required(indicative: str | None, own: str | None) -> bool:
    """Whether the auditor's own overall grade differs from the indicative one and needs a reason. Both are values."""
    return indicative is not None and own is not None and own != indicative


def standard_grades(tool: ToolDefinition, domain_grades: Mapping[str, str], *, scale: Scale) -> dict[Standard, str]:
    """The grade of each practice standard that the tool speaks for, as a stored value.

    It is the median of the grades of its domains, of two middle grades the worse; nothing limits. Without any
    grade it is Not applicable where each of its domains is, and otherwise Not judged.
    """
    return {
        standard: _grade_of(tuple(d for d in tool.domains if standard in d.standards), domain_grades, scale)
        for standard in Standard
        if any(standard in domain.standards for domain in tool.domains)
    }


def compliance_score(tool: ToolDefinition, values: Mapping[str, str]) -> ComplianceScore:
    """The score of the compliance and timescale questions, from answers by question code; the rest is left out."""
    given = Counter(
        values[question.code]
        for question in tool.questions
        if question.kind is not QuestionKind.GRADED and question.code in values
    )
    return ComplianceScore(
        yes=given[Compliance.YES],
        partly=given[Compliance.PARTLY],
        no=given[Compliance.NO],
        not_applicable=given[Compliance.NOT_APPLICABLE],
    )


def scale_faults(tool: ToolDefinition, scales: Mapping[str, Scale]) -> tuple[Fault, ...]:
    """What is wrong in a tool held against the scales by slug: an unknown scale, or a descriptor of no grade."""
    if tool.scale not in scales:
        return (Fault(("scale",), f"is not a known scale; there are {', '.join(scales)}"),)
    scale = scales[tool.scale]
    return (
        *_foreign_grades(tool.descriptors, ("descriptors",), scale),
        *(
            fault
            for at, domain in enumerate(tool.domains)
            for fault in _foreign_grades(domain.descriptors, ("domains", at, "descriptors"), scale)
        ),
    )


def _judged(
    domains: Iterable[Domain], domain_grades: Mapping[str, str], scale: Scale
) -> Iterator[tuple[Domain, Grade]]:
    for domain in domains:
        value = domain_grades.get(domain.code)
        if value is not None and value not in UNJUDGED:
            yield domain, scale.grade(value)


def _median(grades: Iterable[Grade], scale: Scale) -> Grade:
    ranked = sorted(grades, key=scale.rank)
    return ranked[len(ranked) // 2]


def _grade_of(domains: Sequence[Domain], domain_grades: Mapping[str, str], scale: Scale) -> str:
    judged = [grade for _, grade in _judged(domains, domain_grades, scale)]
    if judged:
        return _median(judged, scale).value
    not_applicable = Unjudged.NOT_APPLICABLE
    every = all(domain_grades.get(domain.code) == not_applicable for domain in domains)
    return (not_applicable if every else Unjudged.NOT_JUDGED).value


def _limited(domains: Sequence[Domain], worst: Grade) -> str:
    names = _listed([domain.name for domain in domains])
    if len(domains) == 1:
        return f"{worst.label} because {names} is {worst.label}, and that domain limits."
    return f"{worst.label} because {names} are {worst.label}, and those domains limit."


def _middle(judged: Sequence[tuple[Domain, Grade]], middle: Grade, scale: Scale) -> str:
    if len(judged) == 1:
        return f"{middle.label}: the grade of {judged[0][0].name}, the only domain that counts and has a grade."
    tally = Counter(grade for _, grade in judged)
    counted = ", ".join(f"{tally[grade]} {grade.label}" for grade in scale.grades if tally[grade])
    tie = "" if len(judged) % 2 else "; of two middle grades the worse is taken"
    return f"{middle.label}: the middle of the {len(judged)} domain grades that count ({counted}){tie}."


def _left_out(domains: Iterable[Domain], domain_grades: Mapping[str, str]) -> str:
    given = Counter(domain_grades.get(domain.code) for domain in domains)
    parts = [f"{given[word]} {word.label.lower()}" for word in Unjudged if given[word]]
    if given[None]:
        parts.append(f"{given[None]} not graded yet")
    return f" Left out: {_listed(parts)}." if parts else ""


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _repeated_grades(scale: Scale) -> Iterator[Fault]:
    for field in ("value", "label", "letter"):
        yield from repeated(
            ((("grades", at, field), getattr(grade, field)) for at, grade in enumerate(scale.grades)), field
        )


def _grades_that_are_no_judgement(scale: Scale) -> Iterator[Fault]:
    for at, grade in enumerate(scale.grades):
        if grade.value in UNJUDGED:
            yield Fault(
                ("grades", at, "value"), f'cannot be "{grade.value}", which is kept for domains without a grade'
            )


def _foreign_grades(descriptors: Sequence[Descriptor], path: Path, scale: Scale) -> Iterator[Fault]:
    known = [grade.value for grade in scale.grades]
    for at, descriptor in enumerate(descriptors):
        if descriptor.grade not in known:
            words = f"is not a grade of {scale.name}; its grades are {', '.join(known)}"
            yield Fault((*path, at, "grade"), words)
    yield from repeated(
        (((*path, at, "grade"), descriptor.grade) for at, descriptor in enumerate(descriptors)), "grade"
    )
