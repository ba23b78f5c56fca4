"""When jobs are due: London's clocks through the year, days of rest, and moments that nobody was there for."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.calendar import LONDON, Month, london_day
from auditapp.domain.schedule import Daily, Hourly, Monthly, Rhythm, london_moment
from auditapp.domain.working_days import is_working_day

SEVEN = Daily(time(7))
WORKING = Daily(time(7), working_days=True)
RHYTHMS: tuple[Rhythm, ...] = (SEVEN, WORKING, Hourly(7, 18), Monthly(time(7)), Monthly(time(9), working_day=5))
YEARS = datetime(2026, 4, 1, tzinfo=UTC), datetime(2028, 3, 31, tzinfo=UTC)
MOMENTS = st.floats(0, 1).map(lambda part: YEARS[0] + (YEARS[1] - YEARS[0]) * part)


def days(rhythm: Rhythm, first: date, last: date) -> list[date]:
    until = london_moment(last, time(23, 59))
    return [london_day(moment) for moment in rhythm.between(london_moment(first, time(0)), until)]


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26)])
def test_a_day_on_which_the_clocks_change_has_one_seven_in_the_morning(day: date) -> None:
    (moment,) = SEVEN.on(day)
    assert moment.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") == f"{day} 07:00"
    assert days(SEVEN, day, day) == [day]


def test_a_leap_day_is_a_day() -> None:
    leap = date(2028, 2, 29)
    assert days(WORKING, leap, leap) == [leap]
    assert days(SEVEN, date(2028, 2, 28), date(2028, 3, 1)) == [date(2028, 2, 28), leap, date(2028, 3, 1)]


def test_working_days_leave_out_weekends_and_englands_bank_holidays() -> None:
    # Good Friday is 26 March 2027, Easter Monday the 29th; the clocks change between them.
    assert days(WORKING, date(2027, 3, 24), date(2027, 3, 31)) == [
        date(2027, 3, 24),
        date(2027, 3, 25),
        date(2027, 3, 30),
        date(2027, 3, 31),
    ]


def test_a_month_begins_on_its_first_working_day() -> None:
    found = days(Monthly(time(7)), date(2026, 4, 1), date(2027, 3, 31))
    assert [Month.of(day).month for day in found] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
    assert found[0] == date(2026, 4, 1)
    assert date(2027, 1, 4) in found, "1 January is a holiday, 2 and 3 are a weekend"


def test_the_hour_that_is_missing_in_march_cannot_be_chosen() -> None:
    with pytest.raises(ValueError, match="between 1 and 2"):
        Daily(time(1, 30))
    with pytest.raises(ValueError, match="between 1 and 2"):
        Hourly(0, 3)


@given(st.sampled_from(RHYTHMS), MOMENTS, st.timedeltas(timedelta(), timedelta(days=20)), st.floats(0, 1))
def test_however_often_one_looks_every_moment_comes_once(
    rhythm: Rhythm, first: datetime, length: timedelta, cut: float
) -> None:
    last, middle = first + length, first + length * cut
    whole = list(rhythm.between(first, last))
    assert whole == sorted(set(whole))
    assert whole == [*rhythm.between(first, middle), *rhythm.between(middle, last)]
    assert all(first < moment <= last for moment in whole)


@given(MOMENTS)
def test_the_latest_moment_is_the_last_of_all_before(until: datetime) -> None:
    latest = WORKING.latest(until)
    assert latest is not None
    assert is_working_day(london_day(latest))
    assert list(WORKING.between(latest, until)) == []
