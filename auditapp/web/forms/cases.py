"""Forms for case lists: the file, and what the teams and workers in it are here."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from auditapp.domain.errors import Refused
from auditapp.domain.people import fold_email
from auditapp.persistence.queries.mapping import PAGE, ListedRow, TeamName
from auditapp.services.mapping import Choice
from auditapp.web.forms.fields import DateField


class CaseListForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A case list, and the day that it shows."""

    file = FileField("Choose the file", validators=[FileRequired("Select a file.")])
    as_of = DateField(
        "On which day was the list made?",
        validators=[InputRequired("Enter the day on which the list was made.")],
        called="The day of the list",
    )

    @property
    def day(self) -> date:
        """The day of a form that was valid."""
        assert self.as_of.data is not None
        return self.as_of.data


class ListedForm(Form):
    """A team or a worker of the lists, and what stood beside it when the page was made."""

    listed = HiddenField()
    shown = HiddenField()


class ListedTeamForm(ListedForm):
    """A team of the lists, and the team of the service that it is."""

    chosen = SelectField("Team of the service")


class ListedWorkerForm(ListedForm):
    """A worker of the lists, and the address of the person who they are."""

    chosen = StringField("E-mail address")

    def validate_chosen(self, field: StringField) -> None:
        """Ask for an address, or nothing."""
        if not (field.data or "").strip():
            field.data = ""
            return
        try:
            field.data = fold_email(field.data or "")
        except Refused as problem:
            raise ValidationError(problem.message) from problem


class TeamsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One page of teams."""

    rows = FieldList(FormField(ListedTeamForm), max_entries=PAGE)

    def offer(self, teams: Iterable[TeamName]) -> None:
        """Say which teams there are to choose from."""
        offered = [("", "Not matched"), *((team.public_id, team.name) for team in teams)]
        for row in self.rows:
            row.form.chosen.choices = [*offered]


class WorkersForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One page of workers."""

    rows = FieldList(FormField(ListedWorkerForm), max_entries=PAGE)

    def refuse(self, addresses: frozenset[str]) -> None:
        """Say at each field that nobody has the address in it."""
        wrong = [row for row in self.rows if row.form.chosen.data in addresses]
        for row in wrong:
            row.form.chosen.errors = ["Nobody here has this address. Check it, or ask for them to be added."]
        # A list of fields keeps what its validation found, and this comes after it.
        self.rows.errors = [row.errors for row in wrong]


MappingForm = TeamsForm | WorkersForm


def show(form: MappingForm, rows: Iterable[ListedRow], *, suggested: Mapping[str, str]) -> None:
    """Put rows into a form; what is suggested stands chosen where nothing was said yet, and is saved only if sent."""
    for row in rows:
        chosen = row.mapped_to or suggested.get(row.public_id, "")
        form.rows.append_entry({"listed": row.public_id, "shown": row.mapped_to, "chosen": chosen})


def name_rows(form: MappingForm, rows: Mapping[str, ListedRow]) -> None:
    """Let each field ask for the team or worker by the name that the lists give, and its errors say whose they are."""
    for row in form.rows:
        chosen, name = row.form.chosen, rows[row.form.listed.data or ""].name
        chosen.label.text = name
        chosen.errors = [f"{name}: {error}" for error in chosen.errors]


def choices_of(form: MappingForm) -> dict[str, Choice]:
    """Return what was chosen for each team or worker."""
    return {
        row.form.listed.data or "": Choice(row.form.chosen.data or "", row.form.shown.data or "") for row in form.rows
    }
