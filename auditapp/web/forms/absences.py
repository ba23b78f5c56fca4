"""Forms of absences and exemptions, and of what is handed on together."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from auditapp.domain.absences import Asked
from auditapp.domain.vocabulary import AbsenceKind
from auditapp.persistence.people import Person
from auditapp.web.forms.fields import DateField, WrittenField


class ForWhomForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whom an absence is entered for."""

    person = SelectField("Who?", validators=[InputRequired("Choose who it is for.")])

    def offer(self, people: Iterable[Person]) -> None:
        """Say whom it may be for."""
        self.person.choices = [("", "Select an auditor"), *((person.public_id, person.name) for person in people)]


class AbsenceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """An absence or an exemption: judged by the rules of the use case."""

    kind = RadioField(
        "What is it?",
        choices=[(kind.value, kind.label) for kind in AbsenceKind],
        validators=[InputRequired("Choose whether it is an absence or an exemption.")],
    )
    starts_on = DateField("First day", called="The first day")
    ends_on = DateField("Last day", called="The last day", description="This day belongs to it.")
    reason = WrittenField(
        "Reason", description="Only the person, those who may approve it and the quality assurance team read it."
    )

    def asked(self) -> Asked:
        """What was typed; a kind that is none counts as an absence until it is chosen."""
        kind = AbsenceKind.ABSENCE if self.kind.errors else AbsenceKind.of(self.kind.data)
        return Asked(kind, self.starts_on.data, self.ends_on.data, self.reason.data or "")


class EnterForm(AbsenceForm, ForWhomForm):
    """An absence that is entered for somebody else, who is asked for first."""


class RefuseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why an absence is refused."""

    reason = WrittenField("Why is it refused?", description="The person reads it.")


class SeenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The fingerprint of what was shown before it is done."""

    seen = HiddenField()
