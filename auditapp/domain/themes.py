"""How a thematic audit starts from its entry in the programme, and the plan that is kept with it, as JSON.

All that is planned of a theme stands in its entry and nowhere else. Starting it settles only what could not be known
then: of which teams cases are drawn, or which cases are named, and who takes part.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pydantic import TypeAdapter, ValidationError

from auditapp.domain.calendar import say_date
from auditapp.domain.case_lists import Criteria
from auditapp.domain.case_references import case_reference
from auditapp.domain.errors import Refused
from auditapp.domain.programme import SIZE_AT_MOST, Plan
from auditapp.domain.tools import SUPERVISION
from auditapp.domain.vocabulary import CaseType
from auditapp.domain.working_days import add_working_days, working_day_from

DAYS_EARLY: Final = 10
"""How many working days before its start a theme may be started.

Cases are drawn as the list has them on the day, and audits come on top of everybody's month: what starts earlier than
in the two weeks before would hold cases of another month, and is moved in the programme first, where all can see it.
"""


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
    def what(self) -> str:
        """'theme', or 'deep dive' of one into supervision files."""
        return "deep dive" if self.tool == SUPERVISION else "theme"

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What starting a theme settles: the teams of which cases are drawn, or the cases that are named; who audits."""

    teams: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    auditors: tuple[str, ...] = ()


def theme_of(plan: Plan, choice: Choice) -> ThemePlan:
    """The theme that an entry's plan becomes with what is chosen at its start. The plan must be without faults."""
    assert plan.report_due_on
    return ThemePlan(
        title=plan.title,
        practice_area=plan.practice_area,
        key_lines=plan.key_lines,
        tool=plan.tool,
        due_on=plan.ends_on,
        report_due_on=plan.report_due_on,
        size=0 if choice.named else plan.size,
        case_types=() if choice.named else plan.case_types,
        teams=() if choice.named else choice.teams,
        named=choice.named,
        auditors=choice.auditors,
    )


def dive_of(plan: Plan) -> ThemePlan:
    """What a deep dive into supervision asks, kept with its audits as a theme's plan is."""
    return theme_of(replace(plan, report_due_on=plan.report_due_on or plan.ends_on), Choice(auditors=plan.auditors))


def planned_as_started(plan: Plan, choice: Choice) -> Plan:
    """The entry's plan after its start: as many audits as cases were named, and those who take part."""
    return replace(plan, size=len(choice.named) or plan.size, auditors=choice.auditors)


def may_start_from(plan: Plan) -> date:
    """The first day on which a theme may be started."""
    return add_working_days(working_day_from(plan.starts_on), -DAYS_EARLY)


def check_choice(choice: Choice) -> None:
    """Refuse more cases than an entry can hold."""
    if len(choice.named) > SIZE_AT_MOST:
        raise Refused(f"A theme looks at {SIZE_AT_MOST} cases at most.")


@dataclass(frozen=True, slots=True)
class ReadReferences:
    """The case references of a text, one a line, each with the number of its line, and what is wrong with others."""

    lines: tuple[tuple[int, str], ...]
    problems: tuple[str, ...]


def faults(plan: Plan, *, today: date) -> tuple[str, ...]:
    """What of an entry's plan keeps it from being started on a day, as sentences."""
    return tuple(_faults(plan, today))


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


def _faults(plan: Plan, today: date) -> Iterator[str]:
    for words, missing in (
        ("practice area", not plan.practice_area.strip()),
        ("key lines of enquiry", not plan.key_lines.strip()),
        ("audit tool", not plan.tool),
        ("day on which its report is due", not plan.report_due_on),
    ):
        if missing:
            yield f"It has no {words} yet."
    if plan.ends_on < today:
        yield f"Its audits would be due on {say_date(plan.ends_on)}: that day is over."
    if plan.report_due_on and plan.report_due_on < plan.ends_on:
        yield "Its report would be due before its audits."
    if today < may_start_from(plan):
        yield (
            f"It starts on {say_date(plan.starts_on)}, and can be started from {say_date(may_start_from(plan))} on. "
            "To begin earlier, move it."
        )
