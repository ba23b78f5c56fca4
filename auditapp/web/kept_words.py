"""What a form that was kept says, in the words of its own page: for its writer to see that all of it is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from auditapp.domain.errors import DomainError
from auditapp.domain.items import Item
from auditapp.domain.permissions import Viewer
from auditapp.persistence.queries.audits import find_audit
from auditapp.persistence.tools import form_of
from auditapp.services.answers import Typed
from auditapp.web.form_words import FORMS, words_of_form
from auditapp.web.forms import answers as forms
from auditapp.web.keys import FIELD


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
        return tuple(Said(question, said) for question, said in words_of_form(endpoint, fields))
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
