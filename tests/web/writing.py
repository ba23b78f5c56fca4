"""Words for tests about the pages of an audit: whose audit it is, where its pages are, and what is sent to them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import select
from werkzeug.test import TestResponse

from auditapp.domain.items import Answer
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence.answers import StoredAnswer, stored_answers
from auditapp.persistence.audits import Audit
from tests.council import Council, audits_of
from tests.pages import Document, parse
from tests.web.conftest import Browser, form_fields

AtDesk = Callable[[str], Browser]
SEEN = "Seen alone on 3 October, at school."
LATER = "Seen alone on 3 October, at school, and on 10 October at home."


def audit_of(council: Council, name: str, case_type: CaseType) -> Audit:
    """Return somebody's first audit of a type. Nora has OA, CP and CL; Sol has CIN, X and LAC."""
    return next(audit for audit in audits_of(council, name) if audit.case_type is case_type)


def place(audit: Audit, *parts: str) -> str:
    """Return the address of an audit, or of one of its pages."""
    return "/".join(("/audits", audit.public_id, *parts))


def answers(**typed: str) -> dict[str, str]:
    """Return fields of a form: `value_D1_grade="good"` is what stands in `value-D1.grade`, `text_1_2` in `text-1.2`."""
    named = ((name.split("_", 1), typed[name]) for name in typed)
    return {f"{part}-{item.replace('_', '.', 1)}": words for (part, item), words in named}


def kept(council: Council, audit: Audit) -> dict[str, StoredAnswer]:
    """Return what is stored of an audit's answers, with versions."""
    with council.database.reading() as session:
        return stored_answers(session, audit.id)


def said(council: Council, audit: Audit) -> dict[str, Answer]:
    """Return what is stored of an audit's answers."""
    return {item: stored.answer for item, stored in kept(council, audit).items()}


def now_is(council: Council, audit: Audit) -> Audit:
    """Return an audit as it is stored now."""
    with council.database.reading() as session:
        return session.scalars(select(Audit).where(Audit.id == audit.id)).one()


def autosave(
    browser: Browser,
    page: Document,
    item: str,
    *,
    value: str = "",
    text: str = "",
    but: Mapping[str, object] = MappingProxyType({}),
) -> TestResponse:
    """Send one answer as the page's own script does; `but` says what is sent differently."""
    form = page.one("form.app-answers")
    fields = form_fields(Document(form))
    sent = {
        "item": item,
        "sitting": fields["sitting"],
        "base": int(fields[f"base-{item}"]),
        "value": value,
        "text": text,
        **but,
    }
    token = {"X-CSRFToken": fields["csrf_token"]}
    return browser.client.post(form.attrib["data-saves-to"], json=sent, headers=token)


def shown(answer: TestResponse) -> Document:
    """Return the page of an answer."""
    return parse(answer.get_data(as_text=True))


def summary(answer: TestResponse) -> list[str]:
    """Return where the summary of errors of an answer leads to."""
    return [str(link.get("href")) for link in shown(answer).all(".govuk-error-summary a")]
