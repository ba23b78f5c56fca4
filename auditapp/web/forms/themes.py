"""The form of a theme's plan."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from auditapp.domain.themes import (
    LONGEST_AREA,
    LONGEST_LINES,
    LONGEST_TITLE,
    MOST_CASES,
    ReadReferences,
    ThemePlan,
    read_references,
)
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence.people import Person
from auditapp.persistence.tools import ToolVersion
from auditapp.web.forms.fields import DateField, NumberField, WrittenField

DRAWN, NAMED = "drawn", "named"
NO_TEAM = "-"


class OptionalNumberField(NumberField):
    """A whole number between two others, or nothing."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Leave nothing as it is."""
        if str(self.data or "").strip():
            super().pre_validate(form)

    @property
    def number(self) -> int:
        """The number that was typed, 0 for none."""
        typed = str(self.data or "").strip()
        return int(typed) if typed else 0


def _short(most: int) -> Length:
    return Length(max=most, message=f"Shorten this to {most:,} characters.")


class ThemeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What a theme asks, of which cases, with which tool, by whom and until when."""

    title = StringField("Title", validators=[InputRequired("Give the theme a title."), _short(LONGEST_TITLE)])
    practice_area = StringField(
        "Which practice is it about?",
        description="For example: child protection planning where neglect is the concern",
        validators=[InputRequired("Say which practice it is about."), _short(LONGEST_AREA)],
    )
    key_lines = WrittenField(
        "Key lines of enquiry",
        description="What you want to know, one question a line",
        validators=[InputRequired("Write the key lines of enquiry."), _short(LONGEST_LINES)],
    )
    tool = SelectField("Audit tool", validators=[InputRequired("Choose the audit tool.")])
    how = RadioField(
        "How are the cases found?",
        choices=[(DRAWN, "Drawn by chance from the case list"), (NAMED, "Named by me")],
        validators=[InputRequired("Choose how the cases are found.")],
        default=DRAWN,
    )
    size = OptionalNumberField("How many cases?", called="The number of cases", least=1, most=MOST_CASES)
    case_types = SelectMultipleField(
        "Of which case types?",
        description="None chosen means all of them",
        choices=[(kind.value, kind.label) for kind in CaseType],
    )
    teams = SelectMultipleField("Of which teams?", description="None chosen means all of them")
    references = WrittenField("Case references", description="One a line, as the case list has them")
    auditors = SelectMultipleField(
        "Who audits?",
        description="None chosen means everybody who may be given audits. Nobody gets a case that they are tied to.",
    )
    due_on = DateField(
        "When are the audits due?", called="The due date", validators=[InputRequired("Enter when the audits are due.")]
    )
    report_due_on = DateField(
        "When is the report due?",
        called="The date of the report",
        validators=[InputRequired("Enter when the report is due.")],
    )

    def offer(self, *, tools: Iterable[ToolVersion], teams: Iterable[str], people: Iterable[Person]) -> None:
        """Say what there is to choose from."""
        self.tool.choices = [("", "Choose a tool"), *((tool.slug, tool.name) for tool in tools)]
        self.teams.choices = [(team or NO_TEAM, team or "No team") for team in teams]
        self.auditors.choices = [(person.public_id, person.name) for person in people]

    @property
    def read(self) -> ReadReferences:
        """The case references that were typed."""
        return read_references(self.references.data or "")

    def validate(self, extra_validators: object = None) -> bool:
        """Ask for a number where cases are drawn, and for references where they are named."""
        is_right: bool = super().validate(extra_validators)
        if self.how.data == DRAWN and not self.size.errors and not str(self.size.data or "").strip():
            self.size.errors = ["Enter how many cases are drawn."]
        if self.how.data == NAMED:
            problems = list(self.read.problems)
            if not (problems or self.read.lines):
                problems = ["Name at least one case."]
            self.references.errors = problems
        return is_right and not self.errors

    def refuse_unknown(self, unknown: frozenset[str]) -> None:
        """Say line by line which cases the case list does not know."""
        self.references.errors = [
            f"Line {number}: the latest case list has no case {reference}."
            for number, reference in self.read.lines
            if reference in unknown
        ]

    @property
    def plan(self) -> ThemePlan:
        """The plan of a form that was found right."""
        is_named = self.how.data == NAMED
        assert self.due_on.data
        assert self.report_due_on.data
        return ThemePlan(
            title=(self.title.data or "").strip(),
            practice_area=(self.practice_area.data or "").strip(),
            key_lines=(self.key_lines.data or "").strip(),
            tool=self.tool.data or "",
            due_on=self.due_on.data,
            report_due_on=self.report_due_on.data,
            size=0 if is_named else self.size.number,
            case_types=()
            if is_named
            else tuple(kind for kind in CaseType if kind.value in (self.case_types.data or ())),
            teams=() if is_named else tuple("" if team == NO_TEAM else team for team in self.teams.data or ()),
            named=tuple(reference for _, reference in self.read.lines) if is_named else (),
            auditors=tuple(self.auditors.data or ()),
        )

    def show(self, plan: ThemePlan) -> None:
        """Fill the form in with a plan."""
        self.process(
            title=plan.title,
            practice_area=plan.practice_area,
            key_lines=plan.key_lines,
            tool=plan.tool,
            how=NAMED if plan.named else DRAWN,
            size=str(plan.size) if plan.size else "",
            case_types=[kind.value for kind in plan.case_types],
            teams=[team or NO_TEAM for team in plan.teams],
            references="\n".join(plan.named),
            auditors=list(plan.auditors),
            due_on=plan.due_on,
            report_due_on=plan.report_due_on,
        )
