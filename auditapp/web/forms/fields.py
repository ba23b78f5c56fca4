"""Form fields of our own: a date in three inputs, and text written over several lines."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wtforms import Field, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

if TYPE_CHECKING:
    from wtforms.meta import _MultiDictLikeWithGetlist as Submitted

DIGITS = {"day": 2, "month": 2, "year": 4}
# Nothing of this service lies outside: another year is a slip of the finger, and would stand on pages for good.
YEARS = range(2000, 2100)
# Any number in a database is shorter.
MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class DatePart:
    """One of the three inputs of a date: where it stands, what was typed into it, and whether that is wrong."""

    id: str
    name: str
    word: str
    digits: int
    typed: str
    is_wrong: bool


class DateField(Field):
    """A date in three inputs, NAME-day, NAME-month and NAME-year; `data` is a `date`, or None where there is none.

    `called` begins the messages: 'The due date must include a year.' What was typed is shown again as it was.
    """

    data: dt.date | None

    def __init__(
        self, label: str = "", validators: Sequence[object] = (), *, called: str = "", **options: object
    ) -> None:
        super().__init__(label, list(validators), **options)  # type: ignore[arg-type]  # WTForms' own options, as they came
        self.called = called or self.label.text
        self.wrong: frozenset[str] = frozenset()
        self._typed: dict[str, str] | None = None

    @property
    def parts(self) -> tuple[DatePart, ...]:
        """The three inputs, day first."""
        shown = self._typed or self._said()
        return tuple(
            DatePart(f"{self.id}-{word}", f"{self.name}-{word}", word, digits, shown[word], self._is_wrong(word))
            for word, digits in DIGITS.items()
        )

    @property
    def error_id(self) -> str:
        """The input to go to from the summary of errors: the first that is wrong."""
        return next((part.id for part in self.parts if part.is_wrong), f"{self.id}-day")

    def process(
        self,
        formdata: "Submitted | None",
        data: object = unset_value,
        extra_filters: Sequence[Callable[[object], object]] | None = None,
    ) -> None:
        """Take the three inputs of what was sent; one that is not there counts as empty."""
        if formdata is not None:
            self._typed = {word: _first(formdata.getlist(f"{self.name}-{word}")) for word in DIGITS}
        super().process(formdata, data, extra_filters)

    def process_formdata(self, _: list[object]) -> None:
        """Read the date; raise `ValueError` with what is wrong about it."""
        typed = self._typed or {}
        self.raw_data = ["".join(typed.values())]  # what WTForms' validators look at to see whether anything was given
        self.data = self._read(typed) if any(typed.values()) else None

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002  # WTForms' own signature
        """Leave it at our own message: a date that cannot be read is not also a missing one."""
        if self.process_errors:
            raise StopValidation

    def _read(self, typed: dict[str, str]) -> dt.date:
        self.wrong = frozenset(word for word in DIGITS if not typed[word])
        if self.wrong:
            missing = " and ".join(f"a {word}" for word in DIGITS if word in self.wrong)
            raise ValueError(f"{self.called} must include {missing}.")
        self.wrong = frozenset(word for word, digits in DIGITS.items() if not _is_number(typed[word], digits))
        if self.wrong == {"year"}:
            raise ValueError(f"{self.called} must have a year of 4 digits.")
        if "year" not in self.wrong and int(typed["year"]) not in YEARS:
            self.wrong = frozenset({"year"})
            raise ValueError(f"{self.called} must have a year from {YEARS[0]} to {YEARS[-1]}.")
        try:
            return dt.date(*(int(typed[word]) for word in ("year", "month", "day")))
        except ValueError:
            raise ValueError(f"{self.called} must be a real date, such as 27 3 2026.") from None

    def _said(self) -> dict[str, str]:
        return {word: str(getattr(self.data, word)) if self.data else "" for word in DIGITS}

    def _is_wrong(self, word: str) -> bool:
        return bool(self.errors) and (word in self.wrong or not self.wrong)


class NumberField(StringField):
    """A whole number between two others. What was typed is shown again as it was; `number` is what it says.

    `called` begins the message: 'The quota must be a whole number from 1 to 200.'
    """

    def __init__(self, label: str = "", *, called: str, least: int, most: int, **options: object) -> None:
        super().__init__(label, **options)  # type: ignore[arg-type]  # WTForms' own options, as they came
        self.called, self.least, self.most = called, least, most

    @property
    def number(self) -> int:
        """The number that was typed; only of a form that was found right."""
        return int(str(self.data).strip())

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002  # WTForms' own signature
        """Refuse what is no whole number, or out of bounds."""
        typed = str(self.data or "").strip()
        is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(self.most))
        if not (is_number and self.least <= int(typed) <= self.most):
            raise StopValidation(f"{self.called} must be a whole number from {self.least} to {self.most}.")


class WrittenField(TextAreaField):
    """Text over several lines, the same text however it came: browsers send line ends as CR LF, scripts as LF."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was written, with plain line ends."""
        super().process_formdata([text.replace("\r\n", "\n") for text in valuelist])


def read_count(text: str | None) -> int | None:
    """Return the whole number that a page wrote into a field or an address; None where somebody tampered with it."""
    written = text or ""
    is_count = written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS
    return int(written) if is_count else None


def _first(values: list[object]) -> str:
    return str(values[0]).strip() if values else ""


def _is_number(text: str, digits: int) -> bool:
    fits = len(text) == digits if digits == DIGITS["year"] else len(text) <= digits
    return text.isascii() and text.isdigit() and fits
