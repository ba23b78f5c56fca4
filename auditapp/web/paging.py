"""The ways from one page of a list to the next and back: each list is read on from the last row of the page before.

Where a page begins is a row, not a number, so the address carries where the pages before it began.
"""

import re
from dataclasses import dataclass

from flask import request, url_for

PASSED = re.compile(r"[a-z0-9.]{1,2000}")
# A reader who is further on than this comes back to the first page at the end of the way back.
MOST_PASSED = 60


@dataclass(frozen=True, slots=True)
class Paging:
    """The addresses of the page before and the page after, where there are such."""

    previous: str | None
    next: str | None


def paging(endpoint: str, following: object, *, key: str = "after", **where: object) -> Paging:
    """Return the ways on from this page of a list, whose next one begins after `following`, if there is one.

    `key` is what the address calls the row that a page begins after; `where` is what else of it stays.
    """
    here, given = request.args.get(key, ""), request.args.get("passed", "")
    passed = given.split(".") if PASSED.fullmatch(given) else []
    onward = [*passed, here][-MOST_PASSED:] if here else []
    return Paging(
        previous=_address(endpoint, key, passed[-1:], passed[:-1], where) if here else None,
        next=_address(endpoint, key, [str(following)], onward, where) if following else None,
    )


def _address(endpoint: str, key: str, begins: list[str], passed: list[str], where: dict[str, object]) -> str:
    found = {**where, key: "".join(begins) or None, "passed": ".".join(passed) or None}
    return url_for(endpoint, **{name: value for name, value in found.items() if value})  # type: ignore[arg-type]
