"""What a form that was sent says, in its own words: the questions of its class, and what was typed or chosen."""

from collections.abc import Iterator, Mapping
from typing import Final

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, PasswordField, RadioField, StringField, SubmitField

from auditapp.web.forms.audits import ActionForm, ConcernForm, ReasonForm, RefusalForm, SubmitForm
from auditapp.web.forms.fields import DateField
from auditapp.web.forms.people import ChangePersonForm

# Pages whose forms have their words in the form itself.
FORMS: Final[Mapping[str, type[FlaskForm]]] = {
    "actions.add": ActionForm,
    "actions.change": ActionForm,
    "audits.refuse": RefusalForm,
    "concerns.raise_one": ConcernForm,
    "cycles.replace": ReasonForm,
    "people.add": ChangePersonForm,
    "people.change": ChangePersonForm,
    "records.check": SubmitForm,
    "records.send_back": ReasonForm,
}


def words_of_form(endpoint: str, sent: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what was asked and what was said, field by field, of a form in the table; what is empty is left out."""
    for field in FORMS[endpoint](formdata=sent, meta={"csrf": False}):
        said = _words(field)
        if said:
            yield field.label.text, said


def _words(field: Field) -> str:
    if isinstance(field, HiddenField | SubmitField | PasswordField):
        return ""
    if isinstance(field, DateField):
        return " ".join(part.typed for part in field.parts if part.typed)
    if isinstance(field, RadioField):
        return next((str(choice[1]) for choice in field.iter_choices() if choice[2]), "")
    if isinstance(field, BooleanField):
        return "Yes" if field.data else ""
    return (field.data or "").strip() if isinstance(field, StringField) else ""
