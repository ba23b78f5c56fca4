"""What a form that was kept says, in the words of its own page: for its writer to see that all of it is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import current_app
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField, SubmitField

from auditapp.domain.errors import DomainError
from auditapp.domain.items import Item
from auditapp.domain.permissions import Viewer
from auditapp.persistence.queries.audits import find_audit
from auditapp.persistence.tools import form_of
from auditapp.services.answers import Typed
from auditapp.web.forms import answers as forms
from auditapp.web.forms.audits import ActionForm, ConcernForm, ReasonForm, RefusalForm, SubmitForm
from auditapp.web.forms.fields import DateField
from auditapp.web.forms.people import ChangePersonForm
from auditapp.web.keys import FIELD

# Pages whose forms have their words in the form itself.
FORMS: Mapping[str, type[FlaskForm]] = {
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was not taken: whose it is, where it was going, and its fields in order."""

    person_id: int
    path: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a form says: what was asked, what was chosen, and what was typed."""

    question: str
    answer: str
    text: str = ""


def words_of(session: Session, kept: Kept, *, viewer: Viewer) -> tuple[Said, ...]:
    """Return what a person chose and typed, question by question in the order of the page."""
    fields = MultiDict(list(kept.fields))
    try:
        endpoint, arguments = current_app.url_map.bind("localhost").match(kept.path, method="POST")
        if endpoint == "audits.section":
            return tuple(_answers(session, fields.to_dict(), audit=arguments["public_id"], viewer=viewer))
    except (DomainError, HTTPException):
        endpoint = ""  # it is theirs, though the page is not any more
    if endpoint in FORMS:
        return tuple(_of_form(FORMS[endpoint](formdata=fields, meta={"csrf": False})))
    unseen = (FIELD, "label-")  # the key, and the questions of a page of answers
    typed = (value for name, value in kept.fields if not name.startswith(unseen) and len(value.split()) > 1)
    return tuple(Said("Typed", "", value) for value in typed)


def _answers(session: Session, fields: Mapping[str, str], *, audit: str, viewer: Viewer) -> Iterator[Said]:
    """Yield the answers of a page of an audit that are not stored as they stand in the form."""
    found = find_audit(session, audit, viewer=viewer)
    form = form_of(found.tool_version.definition, found.scale_version.definition, found.case_type)
    for code, typed in forms.typed(fields, form.values(), stored={}, sitting="").items():
        yield _answer(form[code], typed)


def _answer(item: Item, typed: Typed) -> Said:
    answer = dict(item.choices).get(typed.value, typed.value)
    return Said(forms.numbered(item), answer or ("" if typed.text else "No answer"), typed.text)


def _of_form(form: FlaskForm) -> Iterator[Said]:
    for field in form:
        if isinstance(field, HiddenField | SubmitField):
            continue
        said = _words(field)
        if said:
            yield Said(field.label.text, said)


def _words(field: Field) -> str:
    if isinstance(field, DateField):
        return " ".join(part.typed for part in field.parts if part.typed)
    if isinstance(field, RadioField):
        return next((str(choice[1]) for choice in field.iter_choices() if choice[2]), "")
    if isinstance(field, BooleanField):
        return "Yes" if field.data else ""
    return (field.data or "").strip() if isinstance(field, StringField) else ""
