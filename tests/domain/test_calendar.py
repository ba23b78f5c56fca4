"""Months, quarters and council years, at every edge where a calendar can slip."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.calendar import (
    CouncilYear,
    Month,
    Quarter,
    Span,
    london_day,
    months_earlier,
    say_date,
    say_instant,
    say_time,
)
from auditapp.domain.errors import Refused

MONTHS = st.builds(Month, st.integers(1960, 2900), st.integers(1, 12))


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-1", "12-2026", "", "２０２６-12", "2026-12-01", "0000-01"]
)
def test_a_month_written_otherwise_is_refused_with_the_right_way(text: str) -> None:
    with pytest.raises(Refused, match="2026-12"):
        Month.parse(text)


@given(MONTHS)
def test_a_month_reads_back_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert month.next.previous == month
    assert month.next.first_day - month.last_day == timedelta(days=1)
    assert Month.of(month.first_day) == Month.of(month.last_day) == month


@pytest.mark.parametrize(
    ("day", "n", "earlier"),
    [
        (date(2028, 3, 1), 12, date(2027, 3, 1)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2026, 11, 30)),
        (date(2026, 10, 15), 12, date(2025, 10, 15)),
    ],
)
def test_a_day_some_months_earlier_is_the_same_day_or_the_last_of_its_month(day: date, n: int, earlier: date) -> None:
    assert months_earlier(day, n) == earlier


@given(MONTHS, st.integers(-300, 300), st.integers(-300, 300))
def test_moving_by_months_adds_up(month: Month, one: int, other: int) -> None:
    assert month.plus(one).plus(other) == month.plus(one + other)


def test_months_end_where_they_do() -> None:
    assert Month(2028, 2).last_day == date(2028, 2, 29)
    assert Month(2027, 2).last_day == date(2027, 2, 28)
    assert Month(2100, 2).last_day == date(2100, 2, 28)
    assert Month(2026, 12).next == Month(2027, 1)
    assert Month(2026, 12).label == "December 2026"


def test_quarters_are_named_with_their_months() -> None:
    assert Quarter.parse("2026-07").label == "July to September 2026"
    assert Quarter.parse("2027-01").label == "January to March 2027"
    assert Quarter.parse("2026-10").next == Quarter.parse("2027-01")
    assert Quarter.parse("2027-01").previous == Quarter.parse("2026-10")
    assert str(Quarter.of(Month(2027, 3))) == "2027-01"


@pytest.mark.parametrize(("month", "meant"), [("2026-08", "2026-07"), ("2027-02", "2027-01"), ("2026-12", "2026-10")])
def test_a_quarter_that_starts_elsewhere_is_refused_with_the_one_meant(month: str, meant: str) -> None:
    with pytest.raises(Refused, match=meant):
        Quarter.parse(month)


@given(MONTHS)
def test_every_month_is_in_its_quarter_and_its_council_year(month: Month) -> None:
    quarter, year = Quarter.of(month), CouncilYear.of(month)
    assert month in quarter.months
    assert set(quarter.months) <= set(year.months)
    assert len(quarter.months) == 3
    assert len(year.months) == 12


def test_the_council_year_turns_between_31_march_and_1_april() -> None:
    assert CouncilYear.of(Month.of(date(2027, 3, 31))).label == "2026 to 2027"
    assert CouncilYear.of(Month.of(date(2027, 4, 1))).label == "2027 to 2028"
    assert (CouncilYear(2026).first_day, CouncilYear(2026).last_day) == (date(2026, 4, 1), date(2027, 3, 31))


def test_a_span_is_any_stretch_of_days() -> None:
    span = Span(date(2026, 7, 3), date(2026, 9, 30))
    assert span.label == "3 July to 30 September 2026"
    assert span.months == Quarter.parse("2026-07").months
    assert Span(date(2013, 11, 1), date(2015, 6, 30)).label == "1 November 2013 to 30 June 2015"
    assert Span(date(2026, 7, 3), date(2026, 7, 3)).first_day == date(2026, 7, 3)
    with pytest.raises(Refused, match="30 June 2026 is before 1 July 2026"):
        Span(date(2026, 7, 1), date(2026, 6, 30))


def test_month_bounds_follow_the_clock_changes() -> None:
    assert Month(2026, 10).bounds_utc() == (datetime(2026, 9, 30, 23, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert Month(2027, 3).bounds_utc() == (datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 31, 23, tzinfo=UTC))


@given(MONTHS, st.integers(-40 * 86400, 40 * 86400))
def test_an_instant_is_in_a_month_exactly_between_its_bounds(month: Month, seconds: int) -> None:
    begin, end = month.bounds_utc()
    instant = begin + timedelta(seconds=seconds)
    assert month.contains(instant) == (begin <= instant < end)
    assert (Month.of(instant) == month) == month.contains(instant)


def test_instants_are_said_by_londons_clocks() -> None:
    assert say_instant(datetime(2026, 12, 3, 10, 42, tzinfo=UTC)) == "3 December 2026, 10:42"
    assert say_instant(datetime(2026, 7, 31, 23, 30, tzinfo=UTC)) == "1 August 2026, 00:30"
    assert say_date(datetime(2026, 7, 31, 23, 30, tzinfo=UTC)) == "1 August 2026"
    assert say_date(date(2026, 12, 3)) == "3 December 2026"
    assert (say_date(date.min), say_date(date.max)) == ("1 January 1", "31 December 9999"), "words never fail"
    assert london_day(datetime(2026, 4, 1, 0, 30, tzinfo=timezone(timedelta(hours=5)))) == date(2026, 3, 31)


def test_clocks_repeat_an_hour_in_october_and_leave_one_out_in_march() -> None:
    autumn = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert [say_time(autumn), say_time(autumn + timedelta(hours=1))] == ["01:30", "01:30"]
    spring = datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert [say_time(spring), say_time(spring + timedelta(minutes=1))] == ["00:59", "02:00"]


def test_an_instant_without_a_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="zone"):
        say_instant(datetime(2026, 12, 3, 10, 42))  # noqa: DTZ001 - the mistake itself
