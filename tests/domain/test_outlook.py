"""What a forecast means for the average: when it is in danger, and what is said then."""

from fractions import Fraction

import pytest

from auditapp.domain.calendar import Month
from auditapp.domain.chances import shortest_range
from auditapp.domain.forecast import LIKELY, Forecast
from auditapp.domain.outlook import Outlook, Stretch, say_average

NOVEMBER = Month(2026, 11)


def likely(done: int, *chances: float, record: int = 200) -> Forecast:
    """Return a forecast with these chances of 0, 1, 2 ... more."""
    low, high = shortest_range(chances, holds=LIKELY)
    return Forecast(done, chances, done + low, done + high, (), record)


def outlook(
    made: Forecast,
    *,
    of_average: Forecast | None = None,
    target: int = 20,
    recent: int = 40,
    months: int = 3,
    year: int = 140,
    is_open: bool = True,
) -> Outlook:
    """Return November with a target, after so many audits in the two months before, and in the year before it."""
    return Outlook(
        month=NOVEMBER,
        target=target,
        forecast=made,
        of_average=of_average or made,
        recent=Stretch(recent, months, 20 * months),
        year=Stretch(year, 8, 160),
        is_open=is_open,
    )


SHORT = likely(13, 0.05, 0.2, 0.25, 0.25, 0.2, 0.05)
CLOSE = likely(15, 0.0, 0.1, 0.2, 0.25, 0.25, 0.2)
ENOUGH = likely(18, 0.1, 0.1, 0.2, 0.5, 0.1)


def test_a_month_nearly_certain_to_be_short_is_said_so_with_the_average() -> None:
    found = outlook(SHORT)
    assert found.is_in_danger
    assert found.is_nearly_certain
    assert found.warning == (
        "At this pace the month ends with 14 to 17: 3 to 6 short. "
        "The average over three months would then be 18.0 to 19.0 a month; 20 are owed."
    )


def test_a_month_that_may_be_short_is_said_so_less_loudly() -> None:
    found = outlook(CLOSE)
    assert found.is_in_danger
    assert not found.is_nearly_certain
    assert found.warning.startswith("At this pace the month ends with 17 to 20: up to 3 short.")


def test_a_month_likely_to_reach_its_target_is_no_danger_unless_an_average_is_lost_all_the_same() -> None:
    assert not outlook(ENOUGH, year=141).is_in_danger
    found = outlook(ENOUGH, target=18, recent=10)
    assert found.is_in_danger
    assert found.warning == (
        "At this pace the month ends with 19 to 21: its target is met. "
        "The average over three months would then be 9.7 to 10.3 a month; 20 are owed."
    )


def test_a_short_month_is_no_danger_while_the_averages_hold() -> None:
    assert not outlook(SHORT, recent=50, year=150).is_in_danger
    behind_in_year = outlook(SHORT, recent=50, year=140)
    assert behind_in_year.is_in_danger
    assert behind_in_year.warning.endswith("The year would then have 154 to 157 since 1 April; 160 are owed by then.")
    assert outlook(SHORT, recent=40, year=150).is_in_danger


def test_the_first_months_are_spoken_of_as_what_they_are() -> None:
    first = outlook(SHORT, recent=0, months=1)
    assert first.warning.endswith("6 short. 20 a month are owed on average.")
    second = outlook(SHORT, recent=20, months=2)
    assert "The average over two months would then be 17.0 to 18.5 a month" in second.warning


def test_a_month_not_opened_is_spoken_of_as_if_it_were() -> None:
    assert outlook(SHORT, is_open=False).warning.startswith("Opened today, the month would end with 14 to 17:")


def test_what_counts_besides_counts_to_the_averages_and_to_no_target() -> None:
    of_month, of_average = likely(4, 1.0), likely(19, 0.0, 0.2, 0.6, 0.2)
    assert outlook(of_month, target=4, recent=40).is_in_danger
    found = outlook(of_month, of_average=of_average, target=4)
    assert not found.is_in_danger
    assert (found.range, found.year_range) == ("4", "160 to 161")
    assert found.recent_range == "20.0 to 20.3"
    short = outlook(likely(2, 1.0), of_average=likely(17, 1.0), target=4)
    assert short.is_in_danger, "the average is lost with all that counts"


def test_before_the_service_begins_nothing_is_in_danger() -> None:
    found = Outlook(NOVEMBER, 20, SHORT, SHORT, Stretch(0, 0, 0), Stretch(0, 0, 0), is_open=False)
    assert not found.has_begun
    assert not found.is_in_danger
    assert found.recent.average(5) == Fraction(0)
    assert found.recent.owed_average == "0"


@pytest.mark.parametrize(("done", "open_audits", "lacking"), [(13, 5, 2), (13, 7, 0), (13, 9, 0), (20, 0, 0)])
def test_what_is_missing_even_if_all_comes_in(done: int, open_audits: int, lacking: int) -> None:
    certain = likely(done, *[0.0] * open_audits, 1.0)
    assert outlook(certain).lacking == lacking


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (0, "No audit has come in yet from which to learn"),
        (1, "There is only 1 earlier audit to learn from"),
        (12, "There are only 12 earlier audits to learn from"),
        (200, ""),
    ],
)
def test_a_short_record_is_owned_to(record: int, said: str) -> None:
    caution = outlook(likely(13, 0.5, 0.5, record=record)).caution
    assert caution.startswith(said)
    assert bool(caution) is bool(said)


def test_one_number_is_said_as_one() -> None:
    certain = outlook(likely(20, 1.0), recent=40)
    assert (certain.range, certain.recent_range, certain.year_range) == ("20", "20.0", "160")


@pytest.mark.parametrize(
    ("value", "said"),
    [(Fraction(20), "20.0"), (Fraction(55, 3), "18.3"), (Fraction(365, 20), "18.3"), (Fraction(0), "0.0")],
)
def test_averages_are_rounded_to_one_place_halves_up(value: Fraction, said: str) -> None:
    assert say_average(value) == said


def test_a_quota_that_changed_is_owed_on_average() -> None:
    assert Stretch(30, 3, 55).owed_average == "18.3"
