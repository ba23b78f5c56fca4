"""Shares, their rounding and their intervals, against published examples."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.statistics import (
    Proportion,
    percentage,
    say_likely,
    say_percentage,
    wilson_interval,
)

SHARES = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_newcombes_table_1_method_3(count: int, n: int, low: float, high: float) -> None:
    interval = wilson_interval(count, n)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(SHARES)
def test_the_interval_holds_the_share_and_stays_between_0_and_1(share: tuple[int, int]) -> None:
    count, n = share
    interval = wilson_interval(count, n)
    assert 0 <= interval.low <= count / n <= interval.high <= 1
    assert interval.low < interval.high


@given(SHARES)
def test_the_interval_of_the_rest_is_the_mirror_image(share: tuple[int, int]) -> None:
    count, n = share
    interval, mirror = wilson_interval(count, n), wilson_interval(n - count, n)
    assert mirror.low == pytest.approx(1 - interval.high, abs=1e-12)


@given(SHARES)
def test_more_confidence_and_fewer_cases_make_it_wider(share: tuple[int, int]) -> None:
    count, n = share
    narrow, sure, more = (
        wilson_interval(count, n),
        wilson_interval(count, n, confidence=0.99),
        wilson_interval(count * 4, n * 4),
    )
    assert sure.high - sure.low > narrow.high - narrow.low > more.high - more.low


@pytest.mark.parametrize(("count", "n"), [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_what_is_no_share_has_no_interval(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="not a share"):
        wilson_interval(count, n)


@pytest.mark.parametrize(
    ("part", "n", "words"),
    [
        (36, 58, "62 %"),
        (1, 8, "13 %"),  # 12.5: halves go up
        (5, 8, "63 %"),  # 62.5: also where the whole number is even
        (0, 7, "0 %"),
        (7, 7, "100 %"),
        (14, 20, "70 %"),
        (55, 147, "37.4 %"),
        (28, 147, "19.0 %"),
        (1, 99, "1 %"),
        (1, 400, "0.3 %"),  # 0.25
    ],
)
def test_percentages_are_rounded_as_stated(part: int, n: int, words: str) -> None:
    assert say_percentage(percentage(part, n)) == words


@given(SHARES)
def test_rounding_moves_a_percentage_by_half_a_step_at_most(share: tuple[int, int]) -> None:
    count, n = share
    step = Fraction(1, 10) if n >= 100 else Fraction(1)
    assert abs(Fraction(percentage(count, n)) - Fraction(100 * count, n)) <= step / 2


def test_the_guides_example_is_said_as_the_guide_says_it() -> None:
    quoted = Proportion(36, 58)
    assert quoted.percentage == Decimal(62)
    assert quoted.likely is not None
    assert say_likely(*quoted.likely) == "49 % to 73 %"


def test_nothing_out_of_nothing_has_no_percentage() -> None:
    assert (Proportion(0, 0).percentage, Proportion(0, 0).likely) == (None, None)
    with pytest.raises(ValueError, match="not a share"):
        Proportion(3, 2)
