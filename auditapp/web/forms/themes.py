"""The form that a theme is started with: what its plan in the programme leaves open."""

from collections.abc import Collection, Iterable

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField
from wtforms.validators import InputRequired

from auditapp.domain.programme import SIZE_AT_MOST
from auditapp.domain.themes import Choice, ReadReferences, read_references
from auditapp.persistence.people import Person
from auditapp.web.forms.fields import WrittenField

DRAWN, NAMED = "drawn", "named"
NO_TEAM = "-"


class StartForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Which cases are drawn or named, and who takes part."""

    how = RadioField(
        "How are the cases found?",
        choices=[(DRAWN, "Drawn by chance from the case list"), (NAMED, "Named by me")],
        validators=[InputRequired("Choose how the cases are found.")],
        default=DRAWN,
    )
    teams = SelectMultipleField("Of which teams?", description="None chosen means all of them")
    references = WrittenField("Case references", description="One a line, as the case list has them")
    auditors = SelectMultipleField(
        "Who takes part?",
        description="None chosen means everybody who may be given audits. Nobody gets a case that they are tied to.",
    )

    def offer(self, *, teams: Iterable[str], people: Iterable[Person]) -> None:
        """Say what there is to choose from."""
        self.teams.choices = [(team or NO_TEAM, team or "No team") for team in teams]
        self.auditors.choices = [(person.public_id, person.name) for person in people]

    @property
    def read(self) -> ReadReferences:
        """The case references that were typed."""
        return read_references(self.references.data or "")

    def validate(self, extra_validators: object = None) -> bool:
        """Ask for references where cases are named."""
        is_right: bool = super().validate(extra_validators)
        if self.how.data == NAMED:
            problems = list(self.read.problems)
            if not (problems or self.read.lines):
                problems = ["Name at least one case."]
            if len(self.read.lines) > SIZE_AT_MOST:
                problems = [f"Name {SIZE_AT_MOST} cases at most."]
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
    def choice(self) -> Choice:
        """The choice of a form that was found right."""
        is_named = self.how.data == NAMED
        return Choice(
            teams=() if is_named else tuple("" if team == NO_TEAM else team for team in self.teams.data or ()),
            named=tuple(reference for _, reference in self.read.lines) if is_named else (),
            auditors=tuple(self.auditors.data or ()),
        )

    def show(self, choice: Choice, *, known: Collection[str]) -> None:
        """Fill the form in with a choice; of its auditors those who are still `known` as such."""
        self.process(
            how=NAMED if choice.named else DRAWN,
            teams=[team or NO_TEAM for team in choice.teams],
            references="\n".join(choice.named),
            auditors=[person for person in choice.auditors if person in known],
        )
