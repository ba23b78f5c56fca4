"""Plans of the programme: what each must be, which months it weighs on, and how a round's steps are dated."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.errors import Refused
from auditapp.domain.programme import MONTHLY, Plan, check_free, checked, load, same_place
from auditapp.domain.programme_flags import quarters_of
from auditapp.domain.programme_steps import STEPPED, ends_of, report_of, steps_of
from auditapp.domain.vocabulary import ProgrammeKind
from auditapp.domain.working_days import is_working_day, working_day_from, working_day_until, working_days_between

DAYS = st.dates(date(2018, 1, 1), date(2031, 12, 31))
KINDS = st.sampled_from(ProgrammeKind)


def plan(kind: ProgrammeKind, starts_on: date, days: int = 0, **said: object) -> Plan:
    return checked(Plan(kind=kind, starts_on=starts_on, ends_on=starts_on + timedelta(days), **said))  # type: ignore[arg-type]  # each test knows its fields


@given(KINDS, DAYS, st.integers(0, 200))
def test_every_plan_has_a_title_and_ends_after_it_starts(kind: ProgrammeKind, day: date, days: int) -> None:
    made = plan(kind, day, days)
    assert made.title
    assert made.starts_on <= made.ends_on
    assert checked(made) == made
    assert made.months[0] == made.month


@given(st.sampled_from(sorted(MONTHLY)), DAYS)
def test_what_is_monthly_fills_its_month(kind: ProgrammeKind, day: date) -> None:
    made = plan(kind, day)
    assert (made.starts_on, made.ends_on) == (Month.of(day).first_day, Month.of(day).last_day)
    assert made.days == Month.of(day).label


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"ends_on": date(2026, 9, 6)}, "before it starts"),
        ({"ends_on": date(2027, 9, 9)}, "more than a year"),
        ({"size": 0}, "from 1 to 500"),
        ({"size": 501}, "from 1 to 500"),
        ({"title": "x" * 121}, "the title in 120"),
        ({"title": "a\x00b"}, "the title in 120"),
        ({"practice_area": "x" * 121}, "the practice area"),
        ({"key_lines": "x" * 4001}, "key lines of enquiry"),
    ],
)
def test_what_cannot_be_planned_is_refused(said: dict[str, object], why: str) -> None:
    theme = plan(ProgrammeKind.THEMATIC, date(2026, 9, 7), 10, title="Missing children")
    with pytest.raises(Refused, match=why):
        checked(replace(theme, **said))  # type: ignore[arg-type]  # each case names a field


def test_a_title_that_nobody_gave_moves_with_the_days() -> None:
    round_ = plan(ProgrammeKind.MULTI_AGENCY, date(2026, 7, 6))
    assert round_.title == "Multi-agency round, July to September 2026"
    moved = round_.starting(date(2026, 10, 5), date(2026, 10, 5))
    assert moved.title == "Multi-agency round, October to December 2026"
    named = plan(ProgrammeKind.MULTI_AGENCY, date(2026, 7, 6), title="  Neglect  and   school ")
    assert named.starting(date(2026, 10, 5), date(2026, 10, 5)).title == "Neglect and school"


def test_a_month_has_one_of_what_is_monthly_and_may_have_several_themes() -> None:
    april = plan(ProgrammeKind.QOP_MONTH, date(2026, 4, 1))
    with pytest.raises(Refused, match="April 2026 has its Quality of Practice month already"):
        check_free(april, [april])
    check_free(plan(ProgrammeKind.SUPERVISION, date(2026, 4, 1)), [april])
    theme = plan(ProgrammeKind.THEMATIC, date(2026, 4, 1), 20, title="Missing")
    check_free(theme, [theme])
    assert same_place(theme, plan(ProgrammeKind.THEMATIC, date(2026, 9, 1), title="MISSING"))


@given(KINDS, DAYS, st.integers(0, 300), st.integers(1, 60))
def test_every_audit_of_a_plan_falls_into_one_of_its_months(kind: ProgrammeKind, day: date, days: int, n: int) -> None:
    made = plan(kind, day, days, size=n)
    found = load([made])
    assert sum(found.values()) == n
    assert set(found) == set(made.months)
    assert all(share >= 0 for share in found.values())


def test_a_plan_over_two_months_is_shared_by_their_working_days() -> None:
    assert load([plan(ProgrammeKind.THEMATIC, date(2026, 9, 1), 60, size=10)]) == {
        Month(2026, 9): 5,
        Month(2026, 10): 5,
    }
    assert load([plan(ProgrammeKind.THEMATIC, date(2026, 9, 28), 20, size=10)]) == {
        Month(2026, 9): 2,
        Month(2026, 10): 8,
    }


class TestSteps:
    @given(st.sampled_from(sorted(STEPPED)), DAYS)
    def test_steps_come_one_after_the_other_on_working_days(self, kind: ProgrammeKind, day: date) -> None:
        steps = steps_of(kind, day)
        assert len(steps) == 11
        for step in steps:
            assert is_working_day(step.begins_on)
            assert is_working_day(step.due_on)
            assert step.begins_on <= step.due_on
        assert [step.due_on for step in steps] == sorted(step.due_on for step in steps)
        assert ends_of(kind, day) == steps[-2].due_on
        assert report_of(kind, day) in {step.due_on for step in steps}

    @given(DAYS)
    def test_a_round_takes_thirteen_weeks_and_an_inspection_five_working_days(self, day: date) -> None:
        assert day + timedelta(weeks=12) <= ends_of(ProgrammeKind.MULTI_AGENCY, day) < day + timedelta(weeks=13, days=3)
        first = working_day_from(day)
        assert working_days_between(first, ends_of(ProgrammeKind.INSPECTION, day)) == 4

    def test_the_steps_of_the_autumn_leave_christmas_out(self) -> None:
        due = {step.name: (step.when, step.due_on) for step in steps_of(ProgrammeKind.MULTI_AGENCY, date(2026, 10, 5))}
        assert due["Theme and scope"] == ("Week 1", date(2026, 10, 9))
        assert due["Agency returns"] == ("Weeks 3 to 5", date(2026, 11, 6))
        assert due["Meeting"] == ("Week 7", date(2026, 11, 20))
        assert due["Report"] == ("Weeks 9 and 10", date(2026, 12, 11))
        assert due["Safeguarding Children Board (PSCB)"] == ("Week 12", date(2026, 12, 24))
        assert due["Actions open"] == ("Week 13", date(2026, 12, 31))
        assert due["Re-check"] == ("6 months after the actions open", date(2027, 6, 30))

    def test_easter_moves_a_step_to_the_thursday_before(self) -> None:
        steps = {step.name: step for step in steps_of(ProgrammeKind.MULTI_AGENCY, date(2027, 1, 4))}
        assert steps["Safeguarding Children Board (PSCB)"].due_on == date(2027, 3, 25), "Good Friday is the 26th"
        assert steps["Actions open"].begins_on == date(2027, 3, 30), "after Easter Monday"

    def test_a_year_not_yet_announced_is_said(self) -> None:
        assert not steps_of(ProgrammeKind.MULTI_AGENCY, date(2040, 1, 2))[0].is_announced
        assert steps_of(ProgrammeKind.MULTI_AGENCY, date(2026, 10, 5))[0].is_announced

    def test_nothing_else_has_steps(self) -> None:
        assert steps_of(ProgrammeKind.THEMATIC, date(2026, 10, 5)) == ()


@pytest.mark.parametrize("starts_in", range(2015, 2045))
def test_every_council_year_has_twelve_months_and_four_quarters(starts_in: int) -> None:
    year = CouncilYear(starts_in)
    quarters = quarters_of(year)
    assert len(year.months) == 12
    assert [month for quarter in quarters for month in quarter.months] == list(year.months)
    assert (quarters[0].first_day, quarters[-1].last_day) == (date(starts_in, 4, 1), date(starts_in + 1, 3, 31))
    days = (year.last_day - year.first_day).days + 1
    assert days == (366 if Month(starts_in + 1, 2).last_day.day == 29 else 365)


@given(DAYS)
def test_the_nearest_working_days_are_on_both_sides(day: date) -> None:
    assert working_day_until(day) <= day <= working_day_from(day)
    assert (working_day_from(day) == day) is is_working_day(day) is (working_day_until(day) == day)
