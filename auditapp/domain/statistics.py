"""Shares of small numbers: how they are rounded, and how far chance alone may have moved them."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor, sqrt
from statistics import NormalDist

FINE_FROM = 100
ROUNDING = (
    "Percentages are rounded to the nearest whole per cent, halves up; out of 100 or more, to one decimal place. "
    "They are not made to add up to 100."
)


@dataclass(frozen=True, slots=True)
class Interval:
    """The lowest and the highest likely value of a share, both between 0 and 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Proportion:
    """So many of so many: a count, what it is out of, and what follows from the two."""

    count: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.n:
            raise ValueError(f"{self.count} of {self.n} is not a share.")

    @property
    def percentage(self) -> Decimal | None:
        """The share as a rounded percentage; None out of nothing."""
        return percentage(self.count, self.n) if self.n else None

    @property
    def likely(self) -> tuple[Decimal, Decimal] | None:
        """Wilson's 95 % interval as rounded percentages; None out of nothing."""
        if not self.n:
            return None
        return _likely(self.count, self.n)


def wilson_interval(count: int, n: int, *, confidence: float = 0.95) -> Interval:
    """The score interval of a proportion, without continuity correction; n is at least 1.

    E. B. Wilson, 'Probable inference, the law of succession, and statistical inference', Journal of the American
    Statistical Association 22 (1927) 209-212. Method 3 of R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872,
    who shows that it holds at small n and at shares near 0 and 1, where the textbook interval does not.
    """
    if not (0 <= count <= n and n > 0):
        raise ValueError(f"{count} of {n} is not a share.")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = 2 * count + z * z
    spread = z * sqrt(z * z + 4 * count * (n - count) / n)
    width = 2 * (n + z * z)
    # At 0 and n the end is exact, and floating point would leave it a hair outside.
    low = 0.0 if count == 0 else (middle - spread) / width
    high = 1.0 if count == n else (middle + spread) / width
    return Interval(low, high)


def difference_interval(now: Proportion, *, less: Proportion) -> tuple[Decimal, Decimal]:
    """The 95 % interval of one share less another, independent one, in percentage points; both are out of something.

    Method 10 of R. G. Newcombe, 'Interval estimation for the difference between independent proportions', Statistics
    in Medicine 17 (1998) 873-890: the squared distances to the ends of the two Wilson intervals, added up.
    """
    own, other = wilson_interval(now.count, now.n), wilson_interval(less.count, less.n)
    share, other_share = now.count / now.n, less.count / less.n
    below = sqrt((share - own.low) ** 2 + (other.high - other_share) ** 2)
    above = sqrt((own.high - share) ** 2 + (other_share - other.low) ** 2)
    difference, n = share - other_share, min(now.n, less.n)
    return _rounded(Fraction(difference - below), n), _rounded(Fraction(difference + above), n)


# The same few shares stand again and again in the tables of a page, and exact rounding is not cheap.
@lru_cache(maxsize=10_000)
def percentage(part: int | Fraction, n: int) -> Decimal:
    """A part of n as a percentage, rounded as `ROUNDING` says.

    Out of 100 or more, one case weighs less than a whole per cent, so one decimal place is kept.
    """
    return _rounded(Fraction(part) / n, n)


def say_percentage(value: Decimal) -> str:
    """'62 %'."""
    return f"{value} %"


def say_likely(low: Decimal, high: Decimal) -> str:
    """'49 % to 73 %'."""
    return f"{say_percentage(low)} to {say_percentage(high)}"


@lru_cache(maxsize=10_000)
def _likely(count: int, n: int) -> tuple[Decimal, Decimal]:
    interval = wilson_interval(count, n)
    return _rounded(Fraction(interval.low), n), _rounded(Fraction(interval.high), n)


def _rounded(share: Fraction, n: int) -> Decimal:
    places = 1 if n >= FINE_FROM else 0
    return Decimal(floor(share * 100 * 10**places + Fraction(1, 2))).scaleb(-places)
