"""The case reference: the case-management system's identifier of a child, as every list and page writes it."""

from datetime import date, time, timedelta

from auditapp.domain.errors import Refused

Cell = str | int | float | bool | date | time | timedelta
"""What one cell of a sheet can hold; a blank cell is the empty text."""

LONGEST = 20
MOST_DIGITS_AS_NUMBER = 15


def case_reference(value: Cell) -> str:
    """Give the reference in its one spelling: text, trimmed, case-folded, leading zeros kept.

    Raises Refused with a sentence that says what is wrong, to be put behind the cell's place.
    """
    reference = _as_text(value).strip().casefold()
    if not reference:
        raise Refused("is no identifier")
    if not (reference.isascii() and reference.isalnum()):
        raise Refused("may hold only letters and digits")
    if len(reference) > LONGEST:
        raise Refused(f"is longer than {LONGEST} letters and digits")
    if reference.isalpha():
        raise Refused("has no digit, and looks like a name")
    return reference


def _as_text(value: Cell) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("is not stored as text or a number")
    if value != value // 1 or value < 0:
        raise Refused("is a number, but not a whole one")
    if value >= 10**MOST_DIGITS_AS_NUMBER:
        raise Refused("is stored as a number too long to be exact: store it as text")
    return str(int(value))
