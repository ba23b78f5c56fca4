"""What was typed into a form that was not taken goes back to its writer in the very answer, field by field.

Nothing is shown but what the request itself brought, so that the answer tells nothing of what it was refused for:
questions and labels come with the form, or are those of the form's own class.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from auditapp.domain.vocabulary import Compliance, Role, TakingPart, Unjudged
from auditapp.web.form_words import FORMS, words_of_form
from auditapp.web.forms.answers import digest
from auditapp.web.keys import posted_key

GIVEN_BACK = frozenset({403, 404, 409, 422, 500, 503})
"""The answers with which a form's text would otherwise be gone."""

OF_AUDITS = frozenset({"actions", "audits", "concerns", "records"})
HANDED_ON = (
    "An audit that was yours may have been handed on, replaced or submitted since you opened the page. 'My audits' "
    "shows which are yours now; the quality assurance team can tell you who has the others."
)
MOVED_ON = "The audit may have been handed on, replaced, submitted or returned since you opened the page."
TELL_NOW = (
    "The concern is not raised. If a child may not be safe, tell the team manager or the head of service now, "
    "by telephone."
)
COPY = "Your text is below: copy what you still need before you leave this page."

_LABELS = {word.value: word.label for kind in (Compliance, TakingPart, Unjudged) for word in kind}


@dataclass(frozen=True, slots=True)
class Unsaved:
    """One field of a form that was not taken: what was asked, and what was chosen and typed."""

    label: str
    words: str


def unsaved() -> tuple[Unsaved, ...]:
    """Return what somebody who is signed in typed into a form of their own, and what nobody has stored."""
    try:
        if request.method != "POST" or not g.get("viewer") or g.get("is_stored") or posted_key() is None:
            return ()
        return tuple(_fields(request.endpoint or "", request.form))
    except HTTPException:
        return ()  # the form itself cannot be read: too large, or cut short


def what_to_do() -> tuple[str, ...]:
    """Return what to do about a form that was not taken, by the page that it was sent to and by nothing else."""
    endpoint = request.endpoint or ""
    first = (TELL_NOW,) if endpoint == "concerns.raise_one" else ()
    moved = HANDED_ON if g.viewer.has(Role.AUDITOR) else MOVED_ON
    return (*first, *((moved,) if endpoint.partition(".")[0] in OF_AUDITS else ()), COPY)


def _fields(endpoint: str, sent: MultiDict[str, str]) -> Iterator[Unsaved]:
    if endpoint == "audits.section":
        yield from _answers(sent)
    elif endpoint in FORMS:
        yield from (Unsaved(question, said) for question, said in words_of_form(endpoint, sent))
    else:
        # Of other forms nothing is known but what was sent: words of several, as people write them, and no codes.
        yield from (Unsaved(_said(name), text) for name, text in sent.items() if len(text.split()) > 1)


def _answers(sent: Mapping[str, str]) -> Iterator[Unsaved]:
    """Yield the answers of a page that are not as they were stored when it was shown, or saved by its script since."""
    names = (name.partition("-")[2] for name in sent if name.startswith(("value-", "text-")))
    for code in dict.fromkeys(names):
        value, text = sent.get(f"value-{code}", ""), sent.get(f"text-{code}", "").replace("\r\n", "\n")
        words = "\n".join(part for part in (_LABELS.get(value, _said(value)), text) if part.strip())
        if words and digest(value, text) != sent.get(f"was-{code}"):
            yield Unsaved(sent.get(f"label-{code}", "").strip() or code, words)


def _said(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()
