"""What may be wrong with a case list that could be read: another file than was meant, or only a part of it.

Nothing of it stops an import: it is said before the list is accepted, for a person to judge.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from auditapp.domain.calendar import say_date
from auditapp.domain.case_lists import CaseList, Changes
from auditapp.domain.wording import say_count

MUCH = 10
"""One child in so many is many to join or to leave between two lists."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATES = (
    re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<between>[-_. ]?)(?P<month>\d\d)(?P=between)(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})(?P<between>[-_. ])(?P<month>\d{1,2})(?P=between)(?P<year>20\d\d)(?!\d)"),
    re.compile(
        r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?[-_. ]?"
        rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*[-_. ]?(?P<year>20\d\d)(?!\d)"
    ),
)


def doubts(case_list: CaseList, *, file_name: str, before: date | None, changes: Changes | None) -> tuple[str, ...]:
    """Say what is odd about a list beside its file's name, and beside the list of `before`, if there is one."""
    said = [*_doubts_about_the_day(case_list.as_of, dates_in(file_name))]
    if before and changes:
        said += _doubts_about_the_size(changes, before=before, size=len(case_list.entries))
    return tuple(said)


def dates_in(name: str) -> tuple[date, ...]:
    """Return the days that a file's name holds: 2026-10-31, 20261031, 31.10.2026, 31 October 2026."""
    found: dict[date, None] = {}
    for written in _DATES:
        for match in written.finditer(name.casefold()):
            parts = match.groupdict()
            month = _MONTHS.index(parts["name"]) + 1 if "name" in parts else int(parts["month"])
            with suppress(ValueError):  # digits that are no day of any month
                found[date(int(parts["year"]), month, int(parts["day"]))] = None
    return tuple(found)


def _doubts_about_the_day(as_of: date, named: tuple[date, ...]) -> Iterator[str]:
    if named and as_of not in named:
        days = " and ".join(say_date(day) for day in named)
        yield f"The file's name says {days}, and you gave {say_date(as_of)}. Check which day the list shows."


def _doubts_about_the_size(changes: Changes, *, before: date, size: int) -> Iterator[str]:
    """Hold those who joined and those who left to the number of children before."""
    known = size - changes.joined + changes.left
    of_before = f"the {say_count(known, 'child', 'children')} on the list of {say_date(before)}"
    for count, did in ((changes.joined, "joined"), (changes.left, "left")):
        if count * MUCH > known:
            children = say_count(count, "child", "children")
            yield f"{children} {did}, more than a tenth of {of_before}. Check that it is the right file, and whole."
