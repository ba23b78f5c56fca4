"""Forms for people, their roles, and what these are for."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from auditapp.domain.errors import Refused
from auditapp.domain.people import FULL_TIME, Grant, check_grant, fold_email, place_of, read_working_time, tidy_name
from auditapp.domain.vocabulary import Place, Role

PlaceNames = Iterable[tuple[Place, str]]


class ChangePersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who somebody is and how much they work."""

    name = StringField("Name")
    email = StringField("E-mail address", description="They sign in with it")
    working_time = StringField(
        "Working time",
        default="1",
        description="Their share of full time, such as 0.6 or 60 %. Audits are shared out by it. Full time is 1.",
    )

    def validate_name(self, field: StringField) -> None:
        """Ask for a name that can be read."""
        _hold(field, tidy_name)

    def validate_email(self, field: StringField) -> None:
        """Ask for an e-mail address."""
        _hold(field, fold_email)

    def validate_working_time(self, field: StringField) -> None:
        """Ask for a share."""
        _hold(field, read_working_time)

    @property
    def share(self) -> Decimal:
        """The working time that was written."""
        return read_working_time(self.working_time.data or str(FULL_TIME))


class RoleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One role, and what it is for where it is for something."""

    role = SelectField("Role", choices=[("", "Select a role"), *((role.value, role.label) for role in Role)])
    place = SelectField(
        "Team, service or agency",
        description="Auditors and practitioners belong to a team, heads of service and assistant directors to a "
        "service, partner agency auditors to an agency. Choose nothing for the other roles.",
    )

    def offer(self, places: PlaceNames) -> None:
        """Say which teams, services and agencies there are."""
        named = [(_value(place, name), f"{place.label}: {name}") for place, name in places]
        self.place.choices = [("", "None, for the whole council"), *named]

    def validate_role(self, field: SelectField) -> None:
        """Ask for a role where none was chosen."""
        if not field.data:
            raise ValidationError("Select a role.")

    def validate_place(self, _: SelectField) -> None:
        """Hold the role and what it is for to each other."""
        if self.role.errors or self.place.errors:
            return
        try:
            check_grant(self.grant)
        except Refused as problem:
            raise ValidationError(problem.message) from problem

    @staticmethod
    def value_of(grant: Grant) -> str:
        """What stands for what a role is for."""
        place = place_of(grant.role)
        return _value(place, grant.name_of(place)) if place else ""

    @property
    def grant(self) -> Grant:
        """The role that was chosen."""
        word, _, name = (self.place.data or "").partition(" ")
        return Grant.at(Role.of(self.role.data), Place.of(word) if word else None, name)


class AddPersonForm(ChangePersonForm, RoleForm):
    """Somebody new, with their first role."""


class PlaceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The name of a service or an agency."""

    name = StringField("Name")

    def validate_name(self, field: StringField) -> None:
        """Ask for a name that can be read."""
        if not (field.data or "").strip():
            raise ValidationError("Enter a name.")


class TeamForm(PlaceForm):
    """The name of a team, and its service."""

    service = SelectField("Service", validators=[InputRequired("Select a service.")])

    def offer(self, services: Iterable[str]) -> None:
        """Say which services there are."""
        self.service.choices = [("", "Select a service"), *((name, name) for name in services)]


class PeopleFileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A file of people."""

    file = FileField("Choose a CSV file or a workbook", validators=[FileRequired("Select a file.")])


class SettleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What was seen of a list before it was accepted."""

    seen = HiddenField()


def _value(place: Place, name: str) -> str:
    return f"{place.value} {name}"


def _hold(field: StringField, reader: Callable[[str], object]) -> None:
    """Hold what was written to a rule, whose words become the error."""
    try:
        reader(field.data or "")
    except Refused as problem:
        raise ValidationError(problem.message) from problem
