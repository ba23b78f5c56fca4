"""Working days: weekends and bank holidays left out, over every edge of the year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.working_days import (
    add_working_days,
    announced_until,
    is_announced,
    is_working_day,
    say_due,
    urgency_of,
    working_days_between,
)

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def test_easter_2027_takes_four_days_out() -> None:
    thursday = date(2027, 3, 25)
    assert add_working_days(thursday, 1) == date(2027, 3, 30)
    assert [is_working_day(thursday + timedelta(days=n)) for n in range(6)] == [True, False, False, False, False, True]


def test_christmas_2026_moves_boxing_day() -> None:
    assert add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert not is_working_day(date(2026, 12, 28))


def test_holidays_of_scotland_are_working_days_here() -> None:
    assert is_working_day(date(2026, 1, 2))
    assert not is_working_day(date(2026, 8, 31))


def test_an_audit_is_amber_from_its_seventh_working_day_on_and_red_on_its_tenth() -> None:
    given = date(2026, 12, 18)
    due = add_working_days(given, 10)
    colours = [urgency_of(due, add_working_days(given, n)) for n in range(13)]
    assert colours == [*[""] * 7, *["amber"] * 3, *["red"] * 3]
    assert urgency_of(date(2026, 12, 29), date(2026, 12, 23)) == "amber", "over Christmas, two working days are left"


def test_an_audit_is_due_ten_working_days_after_assignment() -> None:
    assert add_working_days(date(2026, 12, 1), 10) == date(2026, 12, 15)
    assert add_working_days(date(2026, 12, 18), 10) == date(2027, 1, 6)


@given(DAYS, st.integers(-300, 300))
def test_counting_working_days_undoes_adding_them(day: date, n: int) -> None:
    end = add_working_days(day, n)
    assert working_days_between(day, end) == n
    assert n == 0 or is_working_day(end)


@given(DAYS, DAYS, DAYS)
def test_working_days_between_adds_up_forwards(one: date, two: date, three: date) -> None:
    first, middle, last = sorted((one, two, three))
    whole = working_days_between(first, middle) + working_days_between(middle, last)
    assert working_days_between(first, last) == whole


@pytest.mark.parametrize(
    ("due", "today", "words"),
    [
        (date(2026, 12, 3), date(2026, 12, 3), "today"),
        (date(2026, 12, 8), date(2026, 12, 3), "in 3 working days"),
        (date(2026, 12, 4), date(2026, 12, 3), "in 1 working day"),
        (date(2026, 12, 1), date(2026, 12, 3), "late by 2 working days"),
        (date(2026, 12, 4), date(2026, 12, 7), "late by 1 working day"),
        (date(2027, 3, 25), date(2027, 3, 30), "late by 1 working day"),
        (date(2026, 12, 6), date(2026, 12, 5), "in 1 day"),
        (date(2026, 12, 6), date(2026, 12, 4), "in 2 days"),
        (date(2026, 12, 4), date(2026, 12, 6), "late by 2 days"),
    ],
)
def test_how_far_off_a_due_date_is(due: date, today: date, words: str) -> None:
    assert say_due(due, today) == words


def test_a_day_without_an_announced_calendar_is_known_as_such() -> None:
    end = announced_until()
    assert (end.month, end.day) == (12, 31)
    assert end >= date(2028, 12, 31)
    assert is_announced(end)
    assert not is_announced(end + timedelta(days=1))
    assert not is_announced(date(2011, 12, 30))


def test_past_the_announced_years_only_weekends_are_left_out() -> None:
    sunday = date(announced_until().year + 1, 12, 25)
    week = [sunday + timedelta(days=n) for n in range(7)]
    assert sum(is_working_day(day) for day in week) == 5
