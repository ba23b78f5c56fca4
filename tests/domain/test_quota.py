"""The quota and its shares."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.errors import Refused
from auditapp.domain.programme_settings import ProgrammeSettings
from auditapp.domain.quota import Asked, Auditor, Quota, average, shares

YEAR = CouncilYear(2026).months
APRIL, MAY, JUNE, JULY = YEAR[:4]
GUIDE = ProgrammeSettings()
TWO = GUIDE.most_each


def target(done: list[int], *, began: Month | None = APRIL, settings: ProgrammeSettings = GUIDE) -> int:
    """Give the target of the month after those that are done, April first, asked on its first day."""
    month = YEAR[len(done)]
    counted = dict(zip(YEAR, done, strict=False))
    return Quota(began, settings).asked_of(month, counted, today=month.first_day).target


def test_what_the_plan_makes_up_for_is_not_carried_forward_and_what_was_missed_of_it_is() -> None:
    planned = {APRIL: 14, MAY: 26}
    quota = Quota(APRIL, GUIDE, planned=planned)
    assert quota.asked_of(MAY, {APRIL: 14}, today=MAY.first_day).target == 26
    assert quota.asked_of(MAY, {APRIL: 11}, today=MAY.first_day).target == 27
    assert quota.asked_of(JUNE, {APRIL: 14, MAY: 26}, today=JUNE.first_day).target == 20


SEPTEMBER, OCTOBER = YEAR[5], YEAR[6]


def played(quota: Quota, missed: dict[Month, int], besides: dict[Month, int]) -> list[int]:
    """Give the targets of a year in which each month does what is asked of it, but for what it misses."""
    done: dict[Month, int] = {}
    targets = []
    for month in YEAR:
        known = {each: n for each, n in besides.items() if each < month}
        targets.append(quota.asked_of(month, done, besides=known, today=month.first_day).target)
        done[month] = targets[-1] - missed.get(month, 0)
    return targets


def test_months_that_were_planned_smaller_for_what_counts_besides_stay_so() -> None:
    themes = {OCTOBER: 30, YEAR[10]: 30}
    quota = Quota(APRIL, GUIDE, planned=dict.fromkeys(YEAR, 15), planned_besides=themes)
    assert played(quota, {}, themes) == [15] * 12
    assert played(quota, {}, {OCTOBER: 60}) == [15] * 12, "what is done early was planned all the same"
    missed = played(quota, {SEPTEMBER: 6}, themes)
    assert missed[:7] == [15] * 6 + [17]
    assert sum(missed) - 6 + 60 >= 240


def test_what_counts_besides_makes_up_for_what_was_missed_and_no_more() -> None:
    quota = Quota(APRIL, GUIDE)
    assert quota.asked_of(JUNE, {APRIL: 20, MAY: 11}, besides={MAY: 3}, today=JUNE.first_day).target == 22
    assert quota.asked_of(JUNE, {APRIL: 20, MAY: 11}, besides={MAY: 9}, today=JUNE.first_day).target == 20
    assert quota.asked_of(JUNE, {APRIL: 20, MAY: 11}, besides={MAY: 40}, today=JUNE.first_day).target == 20
    to_come = Quota(APRIL, GUIDE, planned_besides={OCTOBER: 9})
    assert to_come.asked_of(JUNE, {APRIL: 20, MAY: 11}, today=JUNE.first_day).target == 20
    assert to_come.asked_of(JUNE, {APRIL: 20, MAY: 8}, today=JUNE.first_day).target == 21


def test_a_plan_that_evens_itself_out_is_asked_for_whatever_counts_besides() -> None:
    planned = {**dict.fromkeys(YEAR, 20), YEAR[4]: 14, SEPTEMBER: 26}
    assert played(Quota(APRIL, GUIDE, planned=planned), {}, {}) == [planned[month] for month in YEAR]
    assert played(Quota(APRIL, GUIDE, planned=planned), {}, {YEAR[4]: 4}) == [planned[month] for month in YEAR]


def test_the_guides_worked_example_of_a_year_gives_the_guides_targets() -> None:
    done = [20, 14]
    targets = []
    for _ in range(5):
        targets.append(target(done))
        done.append(targets[-1])
    assert targets == [22, 22, 21, 21, 20]


@pytest.mark.parametrize(
    ("done", "expected"),
    [([], 20), ([20], 20), ([25], 20), ([0], 27), ([0, 0], 30), ([40, 0], 20), ([19], 21)],
)
def test_a_target_adds_a_third_of_the_shortfall_rounded_up_and_is_capped(done: list[int], expected: int) -> None:
    assert target(done) == expected


def test_a_month_keeps_the_target_that_it_was_opened_with() -> None:
    quota = Quota(APRIL, GUIDE, {MAY: 20})
    assert quota.asked_of(MAY, {APRIL: 0}, today=MAY.first_day) == Asked(20, 20)
    assert quota.asked_of(JUNE, {APRIL: 0, MAY: 0}, today=JUNE.first_day) == Asked(20, 30)


def test_a_new_year_starts_from_nothing() -> None:
    quota = Quota(APRIL, GUIDE)
    assert quota.shortfall([], {}) == 0
    assert quota.shortfall(YEAR, dict.fromkeys(YEAR, 10)) == 120
    april = YEAR[-1].next
    assert quota.asked_of(april, dict.fromkeys(YEAR, 10), today=april.first_day) == Asked(20, 20)


def test_another_quota_counts_from_its_month_on_and_leaves_earlier_shortfalls_as_they_were() -> None:
    settings = GUIDE.with_quota(15, since=JUNE).with_quota(25, since=JULY)
    quota = Quota(APRIL, settings)
    assert [quota.of(month) for month in (APRIL, MAY, JUNE, JULY, YEAR[-1])] == [20, 20, 15, 25, 25]
    assert target([20, 14], settings=settings) == 17
    assert target([20, 14, 15], settings=settings) == 27
    assert quota.shortfall(YEAR[:3], {APRIL: 20, MAY: 20, JUNE: 12}) == 3


def test_a_quota_above_the_cap_is_still_asked() -> None:
    assert target([], settings=GUIDE.with_quota(40, since=APRIL)) == 40


def test_the_average_is_of_the_last_months_or_of_all() -> None:
    assert average([20, 14, 22], months=2) == 18
    assert average([20, 14, 22]) == Fraction(56, 3)
    assert average([], months=3) is None


AUDITORS = st.lists(
    st.builds(
        Auditor,
        id=st.integers(1, 60),
        working_time=st.fractions(min_value=Fraction(1, 10), max_value=1, max_denominator=10),
        absent=st.booleans(),
        done_this_year=st.integers(0, 30),
    ),
    unique_by=lambda auditor: auditor.id,
    min_size=1,
    max_size=25,
)


@given(AUDITORS, st.integers(0, 60), st.integers(1, 3))
def test_shares_keep_every_rule_of_the_guide(auditors: list[Auditor], total: int, most_each: int) -> None:
    active = [auditor for auditor in auditors if auditor.active]
    if not active:
        return
    given_out = shares(auditors, total=total, most_each=most_each)
    numbers = [given_out[auditor.id] for auditor in active]
    assert sum(given_out.values()) == total
    assert all(given_out[auditor.id] == 0 for auditor in auditors if auditor.absent)
    if total <= most_each * len(active):
        assert max(numbers) <= most_each
    # Above the cap nobody has more for their time than others have, but for the one that was rounded up.
    assert all(
        (given_out[one.id] - 1) / one.working_time <= (given_out[other.id] + 1) / other.working_time
        for one in active
        for other in active
        if given_out[one.id] > most_each and not one.done_this_year and not other.done_this_year
    )
    assert max(numbers) <= 1 or min(numbers) >= 1
    assert shares(auditors[::-1], total=total, most_each=most_each) == given_out


def test_who_has_had_least_for_their_time_comes_first() -> None:
    half_timer = Auditor(id=1, working_time=Fraction(1, 2), done_this_year=3)
    full_timer = Auditor(id=2, done_this_year=3)
    assert shares([half_timer, full_timer], total=1, most_each=TWO) == {1: 0, 2: 1}
    assert shares([Auditor(id=1, done_this_year=1), full_timer], total=1, most_each=TWO) == {1: 1, 2: 0}


def test_over_a_year_a_half_timer_does_half_of_what_a_full_timer_does() -> None:
    done = dict.fromkeys(range(1, 31), 0)
    time = {auditor: Fraction(1, 2) if auditor <= 10 else Fraction(1) for auditor in done}
    for _ in range(12):
        auditors = [Auditor(id=key, working_time=time[key], done_this_year=done[key]) for key in done]
        for key, number in shares(auditors, total=20, most_each=TWO).items():
            done[key] += number
    assert {done[key] for key in range(1, 11)} <= {4, 5}
    assert {done[key] for key in range(11, 31)} <= {9, 10}


def test_a_total_above_the_cap_lifts_it_evenly() -> None:
    assert shares([Auditor(id=key) for key in (1, 2, 3)], total=9, most_each=TWO) == {1: 3, 2: 3, 3: 3}
    assert sorted(shares([Auditor(id=key) for key in (1, 2, 3)], total=7, most_each=TWO).values()) == [2, 2, 3]


def test_above_the_cap_a_half_timer_is_given_half_of_what_a_full_timer_is() -> None:
    half_timer, full_timer = Auditor(id=1, working_time=Fraction(1, 2)), Auditor(id=2)
    assert shares([half_timer, full_timer], total=20, most_each=TWO) == {1: 7, 2: 13}
    assert shares([half_timer, full_timer], total=4, most_each=TWO) == {1: 2, 2: 2}, (
        "within the cap, it covers the total"
    )


def test_a_month_without_anybody_is_refused_and_nothing_needs_nobody() -> None:
    absent = [Auditor(id=1, absent=True), Auditor(id=2, working_time=Fraction(0))]
    with pytest.raises(Refused, match="No auditor is available"):
        shares(absent, total=1, most_each=TWO)
    assert shares(absent, total=0, most_each=TWO) == {1: 0, 2: 0}


@pytest.mark.parametrize(
    ("began", "done", "asked"),
    [
        (None, [0, 0], 20),
        (JUNE, [0, 0], 20),
        (JUNE, [0, 0, 14], 22),
        (MAY, [0, 14, 0], 29),
        (APRIL, [0, 0], 30),
        (Month(2025, 12), [], 20),
        (Month(2025, 12), [0], 27),
        (Month(2025, 12), [0, 0], 30),
        (Month(2025, 12), [20, 14], 22),
    ],
)
def test_only_what_was_before_the_service_is_no_shortfall(began: Month | None, done: list[int], asked: int) -> None:
    assert target(done, began=began) == asked


def test_a_month_that_still_runs_is_no_shortfall_yet() -> None:
    targets = [
        Quota(APRIL, GUIDE).asked_of(MAY, {APRIL: 5}, today=today).target
        for today in (date(2026, 4, 17), date(2026, 4, 30), date(2026, 5, 1))
    ]
    assert targets == [20, 20, 25]


def test_a_year_owes_from_when_the_service_began_and_never_for_the_year_before() -> None:
    assert Quota(MAY, GUIDE).months_in_use(JULY) == (MAY, JUNE, JULY)
    assert Quota(Month(2024, 1), GUIDE).months_in_use(JULY) == (APRIL, MAY, JUNE, JULY)
    assert Quota(None, GUIDE).months_in_use(JULY) == (JULY,)
    assert Quota(Month(2024, 1), GUIDE).months_in_use(APRIL) == (APRIL,)
