"""The minutes that are suggested, going by when somebody saved."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.activity import PAUSE, START_UP, suggested_minutes

BEGAN = datetime(2026, 10, 15, 9, 30, tzinfo=UTC)


def saved_at(*minutes: float) -> list[datetime]:
    return [BEGAN + timedelta(minutes=minute) for minute in minutes]


@pytest.mark.parametrize(
    ("minutes", "suggested"),
    [
        ((), None),
        ((0,), 5),
        ((0, 0), 5),
        ((0, 5), 10),
        ((0, 5.01), 15),
        ((0, 20), 25),
        ((0, 20.01), 10),
        ((0, 10, 20, 30, 40), 45),
        ((0, 10, 60, 70), 30),
        ((70, 0, 60, 10), 30),
        ((0, 60 * 24, 60 * 48), 15),
    ],
)
def test_pauses_are_left_out_and_each_run_starts_with_five(minutes: tuple[float, ...], suggested: int | None) -> None:
    assert suggested_minutes(saved_at(*minutes)) == suggested


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=60))
def test_it_is_a_multiple_of_five_that_no_work_is_left_out_of(seconds: list[int]) -> None:
    moments = [BEGAN + timedelta(seconds=second) for second in seconds]
    suggested = suggested_minutes(moments)
    assert suggested is not None
    assert suggested % 5 == 0
    assert suggested >= START_UP / timedelta(minutes=1)
    span = max(moments) - min(moments)
    assert timedelta(minutes=suggested) < span + len(moments) * START_UP + timedelta(minutes=5)
    if span <= PAUSE:
        assert timedelta(minutes=suggested) >= span + START_UP


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=30))
def test_the_order_of_the_saves_does_not_matter(seconds: list[int]) -> None:
    moments = [BEGAN + timedelta(seconds=second) for second in seconds]
    assert suggested_minutes(moments) == suggested_minutes(reversed(moments))
