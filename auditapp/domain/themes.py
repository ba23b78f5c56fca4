"""What a thematic audit is planned to be, and what makes a plan whole; the plan is stored as JSON with its cycle."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import TypeAdapter, ValidationError

from auditapp.domain.calendar import say_date
from auditapp.domain.case_lists import Criteria
from auditapp.domain.case_references import case_reference
from auditapp.domain.errors import Refused
from auditapp.domain.vocabulary import CaseType

LONGEST_TITLE: Final = 120
LONGEST_AREA: Final = 200
LONGEST_LINES: Final = 4000
MOST_CASES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemePlan:
    """A theme: what is asked, with which tool (its slug), of which cases, by whom (public ids) and until when.

    Cases are `size` drawn ones of the types and teams (as the case list names them), or, where `named` holds case
    references, exactly these. Nobody named as an auditor means everybody who may be one.
    """

    title: str
    practice_area: str
    key_lines: str
    tool: str
    due_on: date
    report_due_on: date
    size: int = 0
    case_types: tuple[CaseType, ...] = ()
    teams: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    auditors: tuple[str, ...] = ()

    @property
    def criteria(self) -> Criteria:
        """Which cases may be drawn."""
        return Criteria(self.case_types, self.teams)

    @property
    def cases(self) -> int:
        """How many cases are asked for."""
        return len(self.named) or self.size

    @property
    def sample_words(self) -> str:
        """How the cases are found: '12 cases drawn by chance: Looked after; every team', '3 cases that were named'."""
        cases = "1 case" if self.cases == 1 else f"{self.cases} cases"
        return f"{cases} by name" if self.named else f"{cases} drawn by chance: {self.criteria.words}"


@dataclass(frozen=True, slots=True)
class ReadReferences:
    """The case references of a text, one a line, each with the number of its line, and what is wrong with others."""

    lines: tuple[tuple[int, str], ...]
    problems: tuple[str, ...]


def faults(plan: ThemePlan, *, today: date) -> dict[str, str]:
    """What keeps a plan from being started, by field."""
    return dict(_faults(plan, today))


def read_references(text: str) -> ReadReferences:
    """Read case references, one a line; blank lines are passed over, and one that is there twice counts once."""
    lines: dict[str, int] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            lines.setdefault(case_reference(line), number)
        except Refused as problem:
            problems.append(f"Line {number} {problem.message}.")
    return ReadReferences(tuple((number, reference) for reference, number in lines.items()), tuple(problems))


_PLAN: Final = TypeAdapter(ThemePlan)


def to_json(plan: ThemePlan) -> str:
    """The plan as text to be stored."""
    return _PLAN.dump_json(plan).decode()


def from_json(text: str) -> ThemePlan:
    """The plan that `to_json` wrote; Refused where the text is anything else."""
    try:
        return _PLAN.validate_json(text)
    except ValidationError as error:
        raise Refused("The plan of this theme cannot be read: this version did not write it so.") from error


def _faults(plan: ThemePlan, today: date) -> Iterator[tuple[str, str]]:
    yield from _of_text("title", plan.title, "Give the theme a title.", most=LONGEST_TITLE)
    yield from _of_text("practice_area", plan.practice_area, "Say which practice it is about.", most=LONGEST_AREA)
    yield from _of_text("key_lines", plan.key_lines, "Write the key lines of enquiry.", most=LONGEST_LINES)
    if not 1 <= plan.cases <= MOST_CASES:
        field = "named" if plan.named else "size"
        yield field, f"A theme looks at 1 to {MOST_CASES} cases."
    if plan.due_on < today:
        yield "due_on", f"The audits cannot be due on {say_date(plan.due_on)}: that day is over."
    if plan.report_due_on < plan.due_on:
        yield "report_due_on", "The report is due on the day on which the audits are due, or after it."


def _of_text(field: str, text: str, missing: str, *, most: int) -> Iterator[tuple[str, str]]:
    if not text.strip():
        yield field, missing
    elif len(text) > most:
        yield field, f"Shorten this to {most:,} characters."
