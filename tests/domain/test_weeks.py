"""The weeks of a month."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.calendar import Month
from auditapp.domain.weeks import weeks_so_far


def test_weeks_run_from_monday_to_sunday_within_the_month() -> None:
    weeks = weeks_so_far(Month(2026, 11), [], today=date(2026, 11, 30))
    assert [week.label for week in weeks] == [
        "1 November",
        "2 to 8 November",
        "9 to 15 November",
        "16 to 22 November",
        "23 to 29 November",
        "30 November",
    ]
    assert [week.days for week in weeks][:2] == ["1", "2 to 8"]


@pytest.mark.parametrize(("day", "number"), [(1, 1), (2, 2), (8, 2), (9, 3), (30, 6)])
def test_only_weeks_that_have_begun_are_there(day: int, number: int) -> None:
    assert len(weeks_so_far(Month(2026, 11), [], today=date(2026, 11, day))) == number


def test_what_came_in_is_counted_and_added_up() -> None:
    days = [date(2027, 2, day) for day in (1, 1, 7, 8, 28)]
    weeks = weeks_so_far(Month(2027, 2), days, today=date(2027, 2, 28))
    assert [(week.submitted, week.so_far) for week in weeks] == [(3, 3), (1, 4), (0, 4), (1, 5)]


@given(st.dates(date(2020, 1, 1), date(2032, 12, 31)), st.lists(st.integers(1, 28), max_size=30))
def test_every_day_of_every_month_is_in_one_week(day: date, days: list[int]) -> None:
    month = Month.of(day)
    weeks = weeks_so_far(month, [day.replace(day=each) for each in days], today=month.last_day)
    assert sum(week.submitted for week in weeks) == len(days) == weeks[-1].so_far
    assert (weeks[0].first_day, weeks[-1].last_day) == (month.first_day, month.last_day)
    assert sum((week.last_day - week.first_day).days + 1 for week in weeks) == month.last_day.day
