"""One page of an audit as a form: what is asked, what is stored, what was typed, and what of it is new.

Every item carries the version it was shown with and a digest of what stood there, so that only what somebody
changed is sent on, and an answer that nobody touched can never overwrite a newer one. A page that saved an answer
itself since, and is sent again, is held against what it saved.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from auditapp.domain.items import Answer, Item
from auditapp.domain.vocabulary import ItemKind
from auditapp.persistence.answers import StoredAnswer
from auditapp.services.answers import MOST_KEPT, Typed
from auditapp.web.forms.fields import read_count

EMPTY = Answer()
NUMBERED = frozenset({ItemKind.COMPLIANCE, ItemKind.TIMESCALE, ItemKind.GRADED})
# Of two answers to one question: one's own, or the one that was saved meanwhile.
MINE, SAVED = "mine", "saved"
VERSIONS = range(10**8)


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item of the page as it is shown."""

    item: Item
    value: str
    text: str
    base: int
    was: str
    errors: tuple[str, ...] = ()
    written_by: str = ""
    part: str = ""

    @property
    def id(self) -> str:
        """The item's code as an identifier of the page."""
        return self.item.code.replace(".", "-")

    @property
    def error_id(self) -> str:
        """The input that a summary of errors leads to."""
        return f"{self.part or ('value' if self.item.takes_value else 'text')}-{self.id}"

    @property
    def called(self) -> str:
        """What a message calls it: 'question 8.1', or its label in quotes."""
        return f"question {self.item.code}" if self.item.kind in NUMBERED else f"‘{self.item.label}’"


@dataclass(frozen=True, slots=True)
class Page:
    """The items of one page in order, as the layout's summary of errors reads a form."""

    items: tuple[ShownItem, ...]
    form_errors: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[ShownItem]:
        """Go through the items."""
        return iter(self.items)

    @property
    def errors(self) -> tuple[str, ...]:
        """Everything that is wrong."""
        return tuple(error for shown in self.items for error in shown.errors)


def show(
    items: Iterable[Item],
    stored: Mapping[str, StoredAnswer],
    *,
    problems: Mapping[str, str] | None = None,
    typed: Mapping[str, Typed] | None = None,
    own_id: int,
    part: str = "",
) -> Page:
    """Return the page that shows items as they are stored; `part` names the inputs that errors are about, if others.

    What was `typed` now and is too long to be stored is shown as it came.
    """
    wrong, cut = problems or {}, {code: entry for code, entry in (typed or {}).items() if len(entry.text) > MOST_KEPT}
    shown = (_shown(item, stored.get(item.code), wrong.get(item.code), own_id) for item in items)
    whole = (replace(each, text=cut[each.item.code].text) if each.item.code in cut else each for each in shown)
    return Page(tuple(replace(each, part=part) for each in whole))


def typed(
    sent: Mapping[str, str], items: Iterable[Item], *, stored: Mapping[str, StoredAnswer], sitting: str
) -> dict[str, Typed]:
    """Return what was changed in a form that was sent: against what it showed, or has saved itself since."""
    found = {}
    for item in items:
        kept = stored.get(item.code)
        entry = _entry(sent, item, kept if kept and kept.sitting == sitting else None)
        if entry is not None:
            found[item.code] = entry
    return found


def choices(sent: Mapping[str, str], items: Iterable[str]) -> dict[str, str]:
    """Return which of two answers was chosen, for each item of which the page asked that; empty where none was."""
    return {code: sent.get(f"keep-{code}", "") for code in items if f"asked-{code}" in sent}


def typed_alone(sent: object) -> tuple[str, Typed, str] | None:
    """Return item, answer and sitting as a page's script sends them; nothing where anything else was sent."""
    if not isinstance(sent, dict):
        return None
    item, value, text, sitting = (sent.get(name) for name in ("item", "value", "text", "sitting"))
    base = sent.get("base")
    if not (isinstance(item, str) and isinstance(value, str) and isinstance(text, str) and isinstance(sitting, str)):
        return None
    if type(base) is not int or base not in VERSIONS:
        return None
    return item, Typed(value, text.replace("\r\n", "\n"), base), sitting


def numbered(item: Item) -> str:
    """Return the label of an item, a question's with its number."""
    return f"{item.code} {item.label}" if item.kind in NUMBERED else item.label


def digest(value: str, text: str) -> str:
    """Return a short digest of an answer, to see whether somebody changed it."""
    return hashlib.blake2b(f"{value}\x1f{text}".encode("utf-8", "replace"), digest_size=8).hexdigest()


def _shown(item: Item, stored: StoredAnswer | None, error: str | None, own_id: int) -> ShownItem:
    value, text = _words_of(item, stored.answer if stored else EMPTY)
    return ShownItem(
        item=item,
        value=value,
        text=text,
        base=stored.version if stored else 0,
        was=digest(value, text),
        errors=(error,) if error else (),
        written_by=stored.saved_by if stored and stored.saved_by_id != own_id else "",
    )


def _words_of(item: Item, answer: Answer) -> tuple[str, str]:
    """Return what stands in the inputs of an answer; a number that could not be read stands there as it was typed."""
    if item.takes_text:
        return answer.value or "", answer.text
    return answer.value or answer.text, ""


def _entry(sent: Mapping[str, str], item: Item, saved_by_page: StoredAnswer | None) -> Typed | None:
    if f"base-{item.code}" not in sent:
        return None
    value = sent.get(f"value-{item.code}", "")
    text = sent.get(f"text-{item.code}", "").replace("\r\n", "\n")
    was = digest(*_words_of(item, saved_by_page.answer)) if saved_by_page else sent.get(f"was-{item.code}")
    if digest(value, text) == was:
        return None
    return Typed(value, text, read_count(sent[f"base-{item.code}"]) or 0)
