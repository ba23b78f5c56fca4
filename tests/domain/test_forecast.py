"""The forecast of a month: what it learns from the record, and that it stands on every day of every month."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import comb
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditapp.domain.calendar import Month, Span
from auditapp.domain.chances import number_in, shortest_range, sum_of
from auditapp.domain.forecast import Forecast, forecast
from auditapp.domain.paces import PACES, Seen, known, mean, spread
from auditapp.domain.times_taken import Held
from auditapp.domain.working_days import add_working_days

NOVEMBER = Month(2026, 11)
TODAY = date(2026, 11, 12)  # a Thursday; twelve working days of the month are still to come, and this one
OPENED = date(2026, 11, 2)
FAST, USUAL, SLOW, NEW = 1, 2, 3, 4


def earlier(auditor: int, *, days: int, months: int = 10, each: int = 2) -> list[Held]:
    """Return audits of the months before, each of which took somebody so many working days."""
    opened = [add_working_days(NOVEMBER.plus(-at).first_day - timedelta(days=1), 1) for at in range(1, months + 1)]
    return [Held(auditor, day, add_working_days(day, days + at)) for day in opened for at in range(each)]


RECORD = [*earlier(FAST, days=3), *earlier(USUAL, days=8), *earlier(SLOW, days=18)]


def november(*open_audits: Held, record: list[Held] = RECORD, today: date = TODAY, done: int = 0) -> Forecast:
    """Forecast November from a record and the open audits."""
    return forecast([*record, *open_audits], month=NOVEMBER, today=today, done=done)


def test_nothing_open_is_no_forecast_but_the_count() -> None:
    for record in ([], RECORD):
        made = november(record=record, done=13)
        assert (made.low, made.middle, made.high, made.expected, made.open) == (13, 13, 13, 13, 0)


def test_each_auditor_is_forecast_by_their_own_record() -> None:
    made = november(*(Held(auditor, TODAY) for auditor in (FAST, USUAL, SLOW, NEW)))
    expected = {one.auditor: one.expected for one in made.auditors}
    assert expected[FAST] > 0.9 > expected[USUAL] > expected[SLOW]
    assert expected[SLOW] < 0.4
    assert expected[SLOW] < expected[NEW] < expected[FAST]
    assert {one.auditor: one.usual_days for one in made.auditors} == {FAST: 3.5, USUAL: 8.5, SLOW: 18.5, NEW: None}
    assert [one.earlier for one in made.auditors] == [20, 20, 20, 0]


def test_a_short_record_is_drawn_towards_that_of_all() -> None:
    others = [held for auditor in range(10, 20) for held in earlier(auditor, days=6)]

    def expected(months: int) -> float:
        record = [*others, *earlier(SLOW, days=20, months=months)]
        return november(Held(SLOW, OPENED), record=record).expected

    of_all = november(Held(NEW, OPENED), record=others).expected
    assert expected(10) < expected(4) < expected(1) < of_all


def test_an_audit_is_compared_with_those_that_were_as_old() -> None:
    # Of those that were not in after ten days, few came within the next ten; of the young ones most did.
    record = [
        Held(auditor, opened.given_on, add_working_days(opened.given_on, 4 if number % 3 else 28))
        for auditor in range(10, 20)
        for number, opened in enumerate(earlier(auditor, days=0))
    ]
    young, old = (november(Held(NEW, add_working_days(TODAY, -age)), record=record).expected for age in (1, 11))
    assert old < 0.5 < young


def test_open_audits_of_the_record_tell_that_they_did_not_come() -> None:
    waiting = [Held(USUAL, add_working_days(TODAY, -40 - at)) for at in range(8)]
    one = Held(USUAL, OPENED)
    chance_of = {
        number: next(each for each in november(one, *more).auditors if each.auditor == USUAL)
        for number, more in ((0, []), (8, waiting))
    }
    assert chance_of[8].expected / chance_of[8].open < chance_of[0].expected / chance_of[0].open


def test_absence_takes_its_days_out_of_the_month_and_out_of_the_record() -> None:
    def expected(*spans: Span) -> float:
        held = [*RECORD, Held(USUAL, OPENED)]
        return forecast(held, month=NOVEMBER, today=TODAY, done=0, away={USUAL: spans}).expected

    a_week = Span(date(2026, 11, 16), date(2026, 11, 20))
    all_of_it = Span(TODAY, date(2026, 12, 4))
    assert expected() > expected(a_week) > expected(all_of_it) == 0
    # Leave in the past was no slowness: the same audits took fewer of the days on which they were there.
    assert expected(Span(date(2026, 9, 2), date(2026, 9, 8))) > expected()


@pytest.mark.parametrize(
    ("today", "is_over"),
    [
        (date(2026, 11, 30), False),  # the last day, a Monday
        (date(2026, 11, 29), False),  # the Sunday before it
        (date(2026, 10, 31), True),  # the last day, a Saturday
        (date(2026, 10, 30), False),
        (date(2027, 5, 30), False),  # Sunday before a bank holiday, which is the last day
        (date(2027, 5, 31), True),  # that bank holiday
    ],
)
def test_at_the_end_only_what_is_left_of_the_month_counts(today: date, *, is_over: bool) -> None:
    held = [*RECORD, Held(USUAL, add_working_days(today, -8))]
    made = forecast(held, month=Month.of(today), today=today, done=5)
    is_really_over = is_over or today == date(2027, 5, 30)  # nobody works on the day that is left
    assert (made.expected == 5) is is_really_over
    assert 5 <= made.low <= made.high <= 6


def test_bank_holidays_are_no_days_to_work_on() -> None:
    def expected(month: Month) -> float:
        opened = add_working_days(month.first_day, 4)
        audits = [Held(USUAL, opened) for _ in range(4)]
        return forecast([*RECORD, *audits], month=month, today=add_working_days(opened, 4), done=0).expected

    assert expected(Month(2026, 12)) < expected(Month(2027, 3)) + 0.5


def test_a_month_not_opened_is_forecast_as_if_it_were_opened_today() -> None:
    made = forecast(RECORD, month=NOVEMBER, today=TODAY, done=0, to_open=20)
    assert made.open == 20
    assert 0 < made.low < made.high <= 20
    with_nobody = november(*[Held(None, OPENED)] * 20)
    assert with_nobody.chances == pytest.approx(made.chances)
    late = forecast(RECORD, month=NOVEMBER, today=date(2026, 11, 30), done=0, to_open=20)
    assert late.expected < made.expected


def test_a_new_service_says_little_and_says_so_by_a_wide_range() -> None:
    first = forecast([Held(at, OPENED) for at in range(20)], month=NOVEMBER, today=OPENED, done=0)
    known_well = forecast(
        [held for at in range(20) for held in (*earlier(at, days=8), Held(at, OPENED))],
        month=NOVEMBER,
        today=OPENED,
        done=0,
    )
    assert first.high - first.low > 2 * (known_well.high - known_well.low)
    assert first.record == 0
    assert first.low > 0
    assert first.high < 20


def variance(chances: Sequence[float]) -> float:
    """Return the variance of a number with these chances."""
    middle = sum(number * chance for number, chance in enumerate(chances))
    return sum((number - middle) ** 2 * chance for number, chance in enumerate(chances))


def test_the_range_is_wider_than_single_chances_would_make_it() -> None:
    held = [Held(at % 10, add_working_days(OPENED, at % 3)) for at in range(20)]
    record = [each for at in range(10) for each in earlier(at, days=6 + at, months=6)]
    made = november(*held, record=record)
    chances = [one.expected / one.open for one in made.auditors for _ in range(one.open)]
    assert variance(made.chances) > 1.2 * variance(number_in(chances))


def test_a_month_that_goes_slowly_so_far_is_forecast_lower() -> None:
    record = [each for at in range(20) for each in earlier(at, days=3, each=1)]
    today = add_working_days(OPENED, 4)
    waiting = [Held(at, OPENED) for at in range(10)]
    came = [Held(at, OPENED, add_working_days(OPENED, 1)) for at in range(10, 20)]
    late = [Held(at, OPENED) for at in range(10, 20)]

    def share(others: list[Held]) -> float:
        made = forecast([*record, *waiting, *others], month=NOVEMBER, today=today, done=0)
        return sum(one.expected for one in made.auditors if one.auditor < 10)

    assert share(late) < share(came)


def test_who_hurries_at_the_end_of_months_is_expected_to_again() -> None:
    def at_end(*, hurried: bool) -> float:
        record = []
        for back in range(1, 11):
            last = add_working_days(NOVEMBER.plus(-back).next.first_day, -1)
            for ago in range(
                15
            ):  # given out on any day of the month, and in after any number of days up to three weeks
                given_on, shifted = add_working_days(last, -ago), (ago * 7 + back) % 15
                record.append(Held(ago, given_on, last if hurried else add_working_days(given_on, shifted)))
        return november(Held(3, date(2026, 11, 17)), record=record, today=date(2026, 11, 26)).expected

    assert at_end(hurried=True) > 1.5 * at_end(hurried=False)


held_audits = st.builds(
    lambda auditor, ago, took: Held(
        auditor,
        TODAY - timedelta(days=ago),
        TODAY - timedelta(days=ago - took) if took < ago and auditor is not None else None,
    ),
    st.one_of(st.none(), st.integers(1, 5)),
    st.integers(0, 500),
    st.integers(0, 500),
)


@settings(max_examples=60, deadline=None)
@given(
    audits=st.lists(held_audits, max_size=25),
    day=st.dates(TODAY, date(2027, 1, 2)),
    done=st.integers(0, 30),
    to_open=st.integers(0, 3),
)
def test_whatever_the_record_the_range_holds_what_it_says_and_order_does_not_matter(
    audits: list[Held], day: date, done: int, to_open: int
) -> None:
    made = forecast(audits, month=Month.of(day), today=day, done=done, to_open=to_open)
    assert sum(made.chances) == pytest.approx(1)
    assert all(chance >= 0 for chance in made.chances)
    assert done <= made.low <= made.high <= done + made.open
    assert sum(made.chances[made.low - done : made.high - done + 1]) >= 0.8 - 1e-6
    assert made.chance_of(done) == pytest.approx(1)
    assert made.chance_of(done + made.open + 1) == 0
    assert made.open == to_open + sum(held.submitted_on is None for held in audits)
    unheld = made.expected - done - sum(one.expected for one in made.auditors)
    assert unheld >= -1e-6
    other_way = forecast(audits[::-1], month=Month.of(day), today=day, done=done, to_open=to_open)
    assert other_way.chances == pytest.approx(made.chances)
    assert (other_way.low, other_way.high) == (made.low, made.high)


def test_chances_are_put_together_exactly() -> None:
    six = number_in([0.3] * 6)
    assert six == pytest.approx([comb(6, k) * 0.3**k * 0.7 ** (6 - k) for k in range(7)])
    assert sum_of([0.5, 0.5], [0.25, 0.75]) == pytest.approx([0.125, 0.5, 0.375])


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        ([1.0], (0, 0)),
        ([0.1, 0.8, 0.1], (1, 1)),
        ([0.25, 0.3, 0.26, 0.19], (0, 2)),
        ([0.05, 0.15, 0.3, 0.29, 0.21], (2, 4)),
        ([0.9, 0.1], (0, 0)),
        ([0.5, 0, 0.5], (0, 2)),
    ],
)
def test_the_range_is_the_shortest_that_holds_enough(chances: list[float], expected: tuple[int, int]) -> None:
    assert shortest_range(chances, holds=0.8) == expected


def width(weights: tuple[float, ...]) -> float:
    """Return the variance of paces that are weighed like this."""
    middle = mean(weights)
    return sum(weight * (pace - middle) ** 2 for weight, pace in zip(weights, PACES, strict=True))


def test_how_paces_are_spread_is_told_by_the_group() -> None:
    alike = spread([Seen(10, 10.0)] * 15)
    differing = spread([Seen(4, 10.0), Seen(10, 10.0), Seen(25, 10.0)] * 5)
    assert width(alike) < 0.1 < width(differing)
    assert width(alike) < width(spread([])) < 1
    assert mean(spread([])) == pytest.approx(1, abs=0.05)


def test_what_was_seen_of_somebody_moves_their_pace_as_far_as_it_goes() -> None:
    before = spread([Seen(4, 10.0), Seen(10, 10.0), Seen(25, 10.0)] * 5)
    paces = [mean(known(before, Seen(2 * n, float(n)))) for n in (0, 1, 5, 50)]
    assert paces == sorted(paces)
    assert paces[0] == pytest.approx(mean(before))
    assert paces[-1] == pytest.approx(2, abs=0.1)


def test_the_paces_of_many_are_found_again() -> None:
    chance = Random(1)
    true = [0.5, 1.0, 2.0]
    record = []
    for auditor, pace in enumerate(true * 3):
        for back in range(1, 12):
            opened = add_working_days(NOVEMBER.plus(-back).first_day - timedelta(days=1), 1)
            record.append(Held(auditor, opened, add_working_days(opened, int(chance.expovariate(0.1 * pace)))))
    known_by_now = [held for held in record if held.submitted_on and held.submitted_on < TODAY]
    made = november(*(Held(auditor, TODAY) for auditor in range(9)), record=known_by_now)
    expected = [one.expected for one in sorted(made.auditors, key=lambda one: one.auditor)]
    for slow, middling, fast in zip(*[iter(expected)] * 3, strict=True):
        assert slow < middling < fast
