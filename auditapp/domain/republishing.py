"""Showing a quarter to the Board, and showing it again: what the one after the other must not give away.

Whoever kept a version can take it from a later one. What is left are the audits that came between, and a difference of
1 to 4 is as small a count as any in a table. A count that one of the two hides is not compared. What is not promised:
that a reader of both who takes it that counts only grow cannot narrow it further than a reader of one.
"""

from datetime import date, timedelta

from auditapp.domain.board import every_count
from auditapp.domain.calendar import Quarter, say_date
from auditapp.domain.disclosure import LIMIT, Key
from auditapp.domain.errors import Refused
from auditapp.domain.findings import Findings


def check_is_over(quarter: Quarter, *, today: date) -> None:
    """A quarter is shown when it is over, Refused before: its figures still change, and would be shown again."""
    if today <= quarter.last_day:
        first = say_date(quarter.last_day + timedelta(days=1))
        raise Refused(
            f"{quarter.label} is not over, and its figures will still change. "
            f"It can be shown to the Board from {first} on."
        )


def check_tells_nothing(now: Findings, *, after: Findings, limit: int = LIMIT) -> None:
    """A version that gives small differences from one that was shown before is Refused."""
    if small_differences(now, after=after, limit=limit):
        raise Refused(
            f"The Board was shown another version of the findings of {now.period}, and some counts differ from it by "
            f"1 to {limit - 1}: whoever kept that version could make single audits out. Wait until every count is the "
            f"same or differs by at least {limit}, and leave what the Board reads as it is until then."
        )


def small_differences(now: Findings, *, after: Findings, limit: int = LIMIT) -> tuple[Key, ...]:
    """The counts that two versions of a board's record both show and that differ by 1 to under the limit."""
    before = {key: count for key, count in every_count(after).items() if count is not None}
    shown = ((key, count) for key, count in every_count(now).items() if count is not None and key in before)
    return tuple(key for key, count in shown if 0 < abs(count - before[key]) < limit)
