"""What changed from one record of findings to the next, and whether that is more than chance alone might do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from auditapp.domain.figures import HIDDEN, NOTHING, Row, Share, Shown, Table
from auditapp.domain.statistics import Proportion, difference_interval, say_percentage

COMPARED = ("overall", "by_domain")
CHANCE = "Could be chance"
NOT_CHANCE = "More than chance"
NOTE = (
    "Where the likely range of a change holds 0, chance alone could have made it. Of twenty rows in which nothing has "
    "changed, one will still look like more than chance."
)
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Side:
    """The share of one period and what it is out of."""

    share: Share
    n: Shown

    @property
    def words(self) -> str:
        """'62 % (36 of 58)'; why not, where there is none."""
        if self.share.percentage is None:
            return NOTHING if self.n == 0 else HIDDEN
        return f"{say_percentage(self.share.percentage)} ({self.share.count} of {self.n})"


@dataclass(frozen=True, slots=True)
class Change:
    """One share before and now. `points` is now less before; with its likely range, where both are shown."""

    key: str
    label: str
    before: Side
    now: Side
    points: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def may_be_chance(self) -> bool:
        """Whether the likely range of the change holds 0."""
        return self.low is None or self.high is None or self.low <= 0 <= self.high

    @property
    def texts(self) -> tuple[str, ...]:
        """The change in words, one for each heading of `Changes`."""
        if self.points is None or self.low is None or self.high is None:
            return self.label, self.before.words, self.now.words, "", "", ""
        likely = f"{say_points(self.low)} to {say_points(self.high)}"
        verdict = CHANCE if self.may_be_chance else NOT_CHANCE
        return self.label, self.before.words, self.now.words, say_points(self.points), likely, verdict


@dataclass(frozen=True, slots=True)
class Changes:
    """The shares of a period beside those of the one before it, which `since` names."""

    since: str
    now: str
    share_label: str
    rows: tuple[Change, ...]
    note: str = NOTE

    @property
    def title(self) -> str:
        """The heading over them."""
        return f"What changed since {self.since}"

    @property
    def headings(self) -> tuple[str, ...]:
        """The words over the columns, for the texts of each change."""
        return self.share_label, self.since, self.now, "Change in points", "Likely between", "What it may mean"

    @property
    def sentence(self) -> str:
        """What became of the first share, in words."""
        first = self.rows[0]
        if first.points is None:
            return f"{self.share_label} cannot be compared: one of the two figures is not there."
        verdict = "This could be chance." if first.may_be_chance else "This is more than chance."
        return (
            f"{self.share_label} went from {first.before.words} to {first.now.words}: "
            f"{_more_or_less(first.points)}, likely between {say_points(first.low)} and {say_points(first.high)}. "
            f"{verdict}"
        )


def compare(now: Sequence[Table], before: Sequence[Table], *, since: str, period: str) -> Changes | None:
    """The shares of the rows that two periods have in common, nothing where they have none."""
    rows = tuple(_changes(now, before))
    labels = [table.share_label for table in now if table.key in COMPARED]
    return Changes(since, period, labels[0], rows) if rows else None


def say_points(points: Decimal | None) -> str:
    """'+7', '−10', '0'."""
    if not points:
        return "0"
    return f"+{points}" if points > 0 else f"{MINUS}{-points}"


def _changes(now: Sequence[Table], before: Sequence[Table]) -> Iterator[Change]:
    earlier = {(table.key, row.key): row for table in before for row in table.rows}
    for key in COMPARED:
        for table in (table for table in now if table.key == key):
            for row in (row for row in table.rows if (key, row.key) in earlier):
                yield _change(row, earlier[key, row.key])


def _change(now: Row, before: Row) -> Change:
    sides = Side(before.share, before.n), Side(now.share, now.n)
    if not (before.n and now.n) or before.share.count is None or now.share.count is None:
        return Change(now.key, now.label, *sides)
    assert before.share.percentage is not None
    assert now.share.percentage is not None
    low, high = difference_interval(Proportion(now.share.count, now.n), less=Proportion(before.share.count, before.n))
    return Change(now.key, now.label, *sides, now.share.percentage - before.share.percentage, low, high)


def _more_or_less(points: Decimal) -> str:
    if not points:
        return "no change"
    size = abs(points)
    return f"{size} point{'' if size == 1 else 's'} {'more' if points > 0 else 'less'}"
