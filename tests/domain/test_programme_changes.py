"""A programme changed as a whole: moved, copied, begun. Order and number are kept, and twice adds nothing."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.calendar import CouncilYear, Month, Quarter
from auditapp.domain.programme import MONTHLY, Entry, Plan, checked
from auditapp.domain.programme_changes import Proposal, copied, fingerprint_of, moves, occurrences, repeat_of, rhythm
from auditapp.domain.programme_flags import quarters_of
from auditapp.domain.vocabulary import ProgrammeKind, ProgrammeState
from auditapp.domain.working_days import is_working_day

YEARS = st.integers(2018, 2040).map(CouncilYear)
FREE = (ProgrammeKind.THEMATIC, ProgrammeKind.DEEP_DIVE)
# 2023 to 2024 and 2026 to 2027 hold two Easters each and the years after them none; 2027 to 2028 holds a leap day.
PECULIAR = (2023, 2024, 2026, 2027)


def entry(
    number: int, kind: ProgrammeKind, starts_on: date, *, days: int = 0, series: str | None = None, **said: object
) -> Entry:
    plan = Plan(kind=kind, starts_on=starts_on, ends_on=starts_on + timedelta(days), title=f"Theme {number}")
    return Entry(public_id=f"e{number}", plan=checked(plan), series=series, **said)  # type: ignore[arg-type]  # as each test says


def entries_of(proposal: Proposal, known: Iterable[Entry] = ()) -> list[Entry]:
    numbers = count(1000)
    made = [
        Entry(public_id=f"p{next(numbers)}", plan=each.plan, origin=each.origin, series=each.group or None)
        for each in proposal.added
    ]
    return [*known, *made]


@st.composite
def programmes(draw: st.DrawFn, year: CouncilYear) -> list[Entry]:
    days = (year.last_day - year.first_day).days
    drawn = draw(st.lists(st.tuples(st.sampled_from(FREE), st.integers(0, days), st.integers(0, 120)), max_size=12))
    themes = [
        entry(number, kind, year.first_day + timedelta(at), days=long) for number, (kind, at, long) in enumerate(drawn)
    ]
    months = draw(st.sets(st.sampled_from(year.months)))
    return [*themes, *(entry(100 + at, ProgrammeKind.QOP_MONTH, month.first_day) for at, month in enumerate(months))]


class TestRhythm:
    @given(YEARS)
    def test_a_year_begins_with_twelve_months_and_a_round_a_quarter(self, year: CouncilYear) -> None:
        plans = [each.plan for each in rhythm(year, [], quota=lambda _: 20, supervision=4).added]
        by_kind = {kind: [plan for plan in plans if plan.kind is kind] for kind in ProgrammeKind}
        assert [plan.month for plan in by_kind[ProgrammeKind.QOP_MONTH]] == list(year.months)
        assert [plan.month for plan in by_kind[ProgrammeKind.SUPERVISION]] == list(year.months)
        rounds = by_kind[ProgrammeKind.MULTI_AGENCY]
        assert [Quarter.of(plan.month) for plan in rounds] == list(quarters_of(year))
        assert all(is_working_day(plan.starts_on) for plan in rounds)
        assert len(plans) == 28

    @given(st.data(), YEARS)
    def test_twice_adds_nothing_and_what_is_there_stays(self, data: st.DataObject, year: CouncilYear) -> None:
        there = data.draw(programmes(year))
        first = rhythm(year, there, quota=lambda _: 20, supervision=4)
        after = entries_of(first, there)
        assert rhythm(year, after, quota=lambda _: 20, supervision=4).added == ()
        months = [each.plan.month for each in after if each.plan.kind is ProgrammeKind.QOP_MONTH]
        assert sorted(months) == list(year.months)

    def test_what_was_cancelled_or_moved_away_is_not_added_again(self) -> None:
        year = CouncilYear(2026)
        origins = {each.origin for each in rhythm(year, [], quota=lambda _: 20, supervision=4).added}
        assert rhythm(year, [], quota=lambda _: 20, supervision=4, taken=origins).added == ()

    def test_another_quota_from_a_month_on_is_planned_from_then_on(self) -> None:
        def quota(month: Month) -> int:
            return 18 if month >= Month(2026, 10) else 20

        plans = [each.plan for each in rhythm(CouncilYear(2026), [], quota=quota, supervision=4).added]
        sizes = [plan.size for plan in plans if plan.kind is ProgrammeKind.QOP_MONTH]
        assert sizes == [20] * 6 + [18] * 6


class TestCopying:
    @given(st.data(), YEARS)
    def test_order_and_number_are_kept_and_everything_lies_in_the_year(
        self, data: st.DataObject, year: CouncilYear
    ) -> None:
        last = data.draw(programmes(CouncilYear(year.starts_in - 1)))
        proposal = copied(year, last, [], auditors=())
        assert len(proposal.added) == len(last)
        in_time = sorted(last, key=lambda each: (each.plan.starts_on, each.plan.kind, each.public_id))
        for monthly in (True, False):  # a month begins on its first day, whatever day that is
            before = [f"copy:{each.public_id}" for each in in_time if (each.plan.kind in MONTHLY) is monthly]
            assert [each.origin for each in proposal.added if (each.plan.kind in MONTHLY) is monthly] == before
        for each in proposal.added:
            assert year.first_day <= each.plan.starts_on <= each.plan.ends_on
            assert each.plan.starts_on <= year.last_day
            assert each.plan.kind in MONTHLY or is_working_day(each.plan.starts_on)

    @given(st.data(), YEARS)
    def test_copying_twice_adds_nothing(self, data: st.DataObject, year: CouncilYear) -> None:
        last = data.draw(programmes(CouncilYear(year.starts_in - 1)))
        first = copied(year, last, [], auditors=())
        again = copied(year, last, entries_of(first), auditors=(), taken={each.origin for each in first.added})
        assert again.added == ()
        moved_away = copied(year, last, [], auditors=(), taken={each.origin for each in first.added})
        assert moved_away.added == ()

    @pytest.mark.parametrize("starts_in", PECULIAR)
    def test_a_whole_year_is_copied_month_by_month_whatever_its_days(self, starts_in: int) -> None:
        last, year = CouncilYear(starts_in), CouncilYear(starts_in + 1)
        whole = entries_of(rhythm(last, [], quota=lambda _: 20, supervision=4))
        plans = [each.plan for each in copied(year, whole, [], auditors=()).added]
        assert [p.month for p in plans if p.kind is ProgrammeKind.QOP_MONTH] == list(year.months)
        rounds = [plan for plan in plans if plan.kind is ProgrammeKind.MULTI_AGENCY]
        assert [Quarter.of(plan.month) for plan in rounds] == list(quarters_of(year))

    def test_days_of_rest_are_left_out(self) -> None:
        leap = entry(1, ProgrammeKind.THEMATIC, date(2028, 2, 29), days=2)
        christmas = entry(2, ProgrammeKind.THEMATIC, date(2027, 12, 24), days=30)
        plans = [each.plan for each in copied(CouncilYear(2028), [leap, christmas], [], auditors=()).added]
        assert [plan.starts_on for plan in plans] == [date(2028, 12, 27), date(2029, 2, 28)]

    def test_cancelled_ones_inspections_and_repeated_deep_dives_are_not_copied(self) -> None:
        last = [
            entry(1, ProgrammeKind.THEMATIC, date(2026, 9, 1), state=ProgrammeState.CANCELLED),
            entry(2, ProgrammeKind.INSPECTION, date(2026, 9, 1)),
            entry(3, ProgrammeKind.DEEP_DIVE, date(2026, 9, 1)),
        ]
        repeat = entry(4, ProgrammeKind.DEEP_DIVE, date(2027, 9, 1), repeats="e3")
        assert copied(CouncilYear(2027), last, [repeat], auditors=()).added == ()

    def test_auditors_who_are_gone_are_left_out(self) -> None:
        plan = Plan(
            kind=ProgrammeKind.THEMATIC,
            starts_on=date(2026, 9, 1),
            ends_on=date(2026, 9, 30),
            auditors=("gone", "here"),
        )
        last = [Entry(public_id="e1", plan=checked(plan))]
        assert copied(CouncilYear(2027), last, [], auditors={"here"}).added[0].plan.auditors == ("here",)

    def test_a_proposal_that_changed_has_another_fingerprint(self) -> None:
        first = entry(1, ProgrammeKind.THEMATIC, date(2026, 9, 1))
        second = entry(2, ProgrammeKind.THEMATIC, date(2026, 9, 2))
        year = CouncilYear(2027)
        one, both = copied(year, [first], [], auditors=()), copied(year, [first, second], [], auditors=())
        assert one.fingerprint == copied(year, [first], [], auditors=()).fingerprint != both.fingerprint


class TestMoving:
    @given(st.lists(st.integers(0, 300), min_size=1, max_size=8, unique=True), st.integers(-200, 200), st.data())
    def test_later_ones_go_as_far_in_the_same_order_and_the_rest_stays(
        self, starts: list[int], far: int, data: st.DataObject
    ) -> None:
        series = [
            entry(n, ProgrammeKind.THEMATIC, date(2026, 4, 1) + timedelta(at), days=30, series="s")
            for n, at in enumerate(sorted(starts))
        ]
        chosen = data.draw(st.sampled_from(series))
        moved = moves(chosen, chosen.plan.starts_on + timedelta(far), later=series)
        assert [move.entry for move in moved] == series[series.index(chosen) :]
        days = [move.plan.starts_on for move in moved]
        assert days == sorted(days)
        assert all(is_working_day(day) for day in days)
        assert moves(chosen, chosen.plan.starts_on + timedelta(far)) == moved[:1]

    @given(st.integers(-30, 30))
    def test_what_is_monthly_moves_by_months(self, months: int) -> None:
        series = [entry(n, ProgrammeKind.QOP_MONTH, Month(2026, 4).plus(n).first_day, series="s") for n in range(6)]
        moved = moves(series[2], series[2].plan.month.plus(months).last_day, later=series)
        assert [move.plan.month for move in moved] == [each.plan.month.plus(months) for each in series[2:]]

    def test_what_is_done_cancelled_or_started_stays_where_it_is(self) -> None:
        series = [
            entry(0, ProgrammeKind.MULTI_AGENCY, date(2026, 4, 1), series="s"),
            entry(1, ProgrammeKind.MULTI_AGENCY, date(2026, 7, 1), series="s", state=ProgrammeState.CANCELLED),
            entry(2, ProgrammeKind.MULTI_AGENCY, date(2026, 10, 1), series="s", is_started=True),
            entry(3, ProgrammeKind.MULTI_AGENCY, date(2027, 1, 4), series="s"),
        ]
        moved = moves(series[0], date(2026, 4, 8), later=series)
        assert [(move.entry.public_id, move.plan.starts_on) for move in moved] == [
            ("e0", date(2026, 4, 8)),
            ("e3", date(2027, 1, 11)),
        ]
        assert fingerprint_of(moved) != fingerprint_of(moved[:1])


@given(st.dates(date(2019, 4, 1), date(2030, 3, 31)))
def test_a_series_has_one_for_every_month_or_quarter_that_is_left(day: date) -> None:
    year = CouncilYear.of(Month.of(day))
    monthly = occurrences(checked(Plan(kind=ProgrammeKind.QOP_MONTH, starts_on=day, ends_on=day)))
    assert [plan.month for plan in monthly] == [month for month in year.months if month >= Month.of(day)]
    rounds = occurrences(checked(Plan(kind=ProgrammeKind.MULTI_AGENCY, starts_on=day, ends_on=day)))
    quarters = [Quarter.of(plan.month) for plan in rounds]
    assert quarters == sorted(quarters)
    assert all(plan.year == year for plan in rounds)


def test_a_deep_dive_is_repeated_on_a_working_day() -> None:
    first = entry(1, ProgrammeKind.DEEP_DIVE, date(2026, 9, 7), days=11).plan
    again = repeat_of(first, months=12)
    assert (again.title, again.starts_on, again.ends_on) == ("Theme 1: repeat", date(2027, 9, 7), date(2027, 9, 20))
    assert repeat_of(again, months=12).title == "Theme 1: repeat"
    longest = checked(Plan(kind=first.kind, starts_on=first.starts_on, ends_on=first.ends_on, title="x" * 120))
    assert len(repeat_of(longest, months=12).title) == 120
