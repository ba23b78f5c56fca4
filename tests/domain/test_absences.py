"""Absences and exemptions: what they leave of somebody's time, and who may enter, decide and read them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.absences import (
    MOVES,
    Asked,
    Away,
    Whose,
    check_decide,
    check_enter,
    check_withdraw,
    days_to_audit,
    due_day_of,
    faults,
    is_away,
    may_read_reason,
    say_effect,
    time_left,
)
from auditapp.domain.calendar import Month, Span
from auditapp.domain.permissions import Viewer, allowed
from auditapp.domain.vocabulary import AbsenceKind, AbsenceState, Role
from auditapp.domain.working_days import announced_until

NOVEMBER = Month(2026, 11)  # 21 working days
DAYS = Span(NOVEMBER.first_day, NOVEMBER.last_day)
TODAY = date(2026, 11, 2)
CARE, SAFEGUARDING = 1, 2
SOMEBODY, MANAGER = 10, 11


def away(begins: int, ends: int, kind: AbsenceKind = AbsenceKind.ABSENCE) -> Away:
    return Away(kind, date(2026, 11, begins), date(2026, 11, ends))


@pytest.mark.parametrize(
    ("aways", "left"),
    [
        ([], Fraction(1)),
        ([away(7, 8)], Fraction(1)),
        ([away(2, 2)], Fraction(20, 21)),
        ([away(2, 13)], Fraction(11, 21)),
        ([away(2, 13), away(9, 20)], Fraction(6, 21)),
        ([away(1, 30)], Fraction(0)),
        ([Away(AbsenceKind.ABSENCE, date(2026, 10, 1), date(2027, 5, 1))], Fraction(0)),
        ([away(30, 30, AbsenceKind.EXEMPTION)], Fraction(0)),
        ([away(28, 29, AbsenceKind.EXEMPTION)], Fraction(1)),
        ([Away(AbsenceKind.EXEMPTION, date(2026, 12, 1), date(2026, 12, 31))], Fraction(1)),
    ],
)
def test_an_absence_takes_its_working_days_and_an_exemption_the_whole(aways: list[Away], left: Fraction) -> None:
    assert time_left(aways, DAYS) == left


def test_bank_holidays_and_weekends_are_nobodys_to_miss() -> None:
    christmas = Away(AbsenceKind.ABSENCE, date(2026, 12, 25), date(2026, 12, 28))
    assert time_left([christmas], Span(date(2026, 12, 24), date(2026, 12, 29))) == 1


@pytest.mark.parametrize(
    ("begins", "ends", "left"),
    [(25, 28, Fraction(0)), (1, 31, Fraction(0)), (26, 28, Fraction(1, 4)), (28, 31, Fraction(3, 4)), (1, 24, 1)],
)
def test_where_no_day_is_a_working_day_all_days_count(begins: int, ends: int, left: Fraction) -> None:
    christmas = Span(date(2026, 12, 25), date(2026, 12, 28))
    absence, exemption = (
        Away(kind, date(2026, 12, begins), date(2026, 12, ends))
        for kind in (AbsenceKind.ABSENCE, AbsenceKind.EXEMPTION)
    )
    assert time_left([absence], christmas) == left
    assert time_left([exemption], christmas) == (1 if left == 1 else 0)
    assert time_left([], christmas) == 1


@given(st.dates(date(2026, 10, 1), date(2027, 3, 31)), st.integers(0, 20), st.sampled_from(AbsenceKind))
def test_whoever_is_away_on_every_day_has_no_time_whatever_the_days_are(
    begins: date, length: int, kind: AbsenceKind
) -> None:
    days = Span(begins, begins + timedelta(days=length))
    assert time_left([Away(kind, days.begins, days.ends)], days) == 0


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 20)), max_size=5))
def test_more_absences_never_leave_more_time_and_their_order_is_the_same(found: list[tuple[int, int]]) -> None:
    aways = [
        Away(AbsenceKind.ABSENCE, date(2026, 11, begins), date(2026, 11, begins) + timedelta(days=length))
        for begins, length in found
    ]
    left = [time_left(aways[:n], DAYS) for n in range(len(aways) + 1)]
    assert left == sorted(left, reverse=True)
    assert all(0 <= each <= 1 for each in left)
    assert time_left(aways[::-1], DAYS) == left[-1]
    assert time_left([*aways, *aways], DAYS) == left[-1]


@pytest.mark.parametrize(
    ("found", "month", "words"),
    [
        (away(2, 13), NOVEMBER, "November 2026: a share for 11 of 21 working days"),
        (away(7, 8), NOVEMBER, "November 2026: the whole share"),
        (away(4, 30), NOVEMBER, "November 2026: no audits"),
        (away(30, 30, AbsenceKind.EXEMPTION), NOVEMBER, "November 2026: no audits"),
    ],
)
def test_what_an_absence_changes_is_said_month_by_month(found: Away, month: Month, words: str) -> None:
    assert say_effect(found, month) == words


def test_a_year_whose_bank_holidays_are_not_known_is_said_to_be() -> None:
    unknown = Month(announced_until().year + 1, 1)
    said = say_effect(Away(AbsenceKind.ABSENCE, unknown.first_day, unknown.first_day + timedelta(days=9)), unknown)
    assert said.endswith("; its bank holidays have not been announced")


def test_who_is_there_for_less_than_a_quarter_of_the_days_is_away() -> None:
    assert not is_away([away(9, 30)], Span(date(2026, 11, 2), date(2026, 11, 27)))  # 5 of 20 working days are left
    assert is_away([away(6, 30)], Span(date(2026, 11, 2), date(2026, 11, 27)))


@pytest.mark.parametrize(
    ("given_on", "due_on", "days"),
    [
        (date(2026, 10, 30), date(2026, 11, 13), (date(2026, 11, 1), date(2026, 11, 30))),
        (date(2026, 11, 2), date(2026, 11, 16), (date(2026, 11, 2), date(2026, 11, 30))),
        (date(2026, 11, 25), date(2026, 12, 9), (date(2026, 11, 25), date(2026, 12, 9))),
        (date(2026, 12, 4), date(2026, 12, 18), (date(2026, 12, 4), date(2026, 12, 18))),
    ],
)
def test_the_days_of_a_month_are_those_that_are_still_to_come(
    given_on: date, due_on: date, days: tuple[date, date]
) -> None:
    assert days_to_audit(NOVEMBER, given_on=given_on, due_on=due_on) == Span(*days)


@dataclass(frozen=True)
class Absence:
    """The facts of an absence."""

    kind: AbsenceKind = AbsenceKind.ABSENCE
    state: AbsenceState = AbsenceState.ASKED
    person_id: int = MANAGER
    entered_by_id: int = MANAGER
    ends_on: date = TODAY


def viewer(person_id: int, *roles: Role, service: int | None = None) -> Viewer:
    services = frozenset({service} if service else ())
    directed = services if Role.ASSISTANT_DIRECTOR in roles else frozenset[int]()
    return Viewer(
        person_id, f"p{person_id}", "Pat", roles=frozenset(roles), service_ids=services, directed_service_ids=directed
    )


WHOSE = Whose(MANAGER, frozenset({CARE}))
SELF = viewer(MANAGER, Role.AUDITOR)
QA = viewer(SOMEBODY, Role.QA)
HEAD = viewer(SOMEBODY, Role.HEAD_OF_SERVICE, service=CARE)
OTHER_HEAD = viewer(SOMEBODY, Role.HEAD_OF_SERVICE, service=SAFEGUARDING)
ASSISTANT = viewer(SOMEBODY, Role.ASSISTANT_DIRECTOR, service=CARE)
OTHER_ASSISTANT = viewer(SOMEBODY, Role.ASSISTANT_DIRECTOR, service=SAFEGUARDING)
DIRECTOR = viewer(SOMEBODY, Role.DIRECTOR)
ADMINISTRATOR = viewer(SOMEBODY, Role.ADMINISTRATOR)
COLLEAGUE = viewer(SOMEBODY, Role.AUDITOR)
BOARD = viewer(SOMEBODY, Role.BOARD_MEMBER)

# Who: may enter for the manager of Care, approve their absence, approve their exemption.
TABLE = [
    (SELF, True, False, False),
    (QA, True, True, False),
    (HEAD, True, True, False),
    (OTHER_HEAD, False, False, False),
    (ASSISTANT, True, True, True),
    (OTHER_ASSISTANT, False, False, False),
    (DIRECTOR, True, True, True),
    (ADMINISTRATOR, True, False, False),
    (COLLEAGUE, False, False, False),
    (BOARD, False, False, False),
]


@pytest.mark.parametrize(("who", "enters", "approves", "exempts"), TABLE)
def test_who_enters_and_who_approves(who: Viewer, enters: bool, approves: bool, exempts: bool) -> None:
    absence, exemption = Absence(), Absence(AbsenceKind.EXEMPTION)
    assert allowed(check_enter, WHOSE, who) is enters
    assert allowed(check_decide, absence, WHOSE, who) is approves
    assert allowed(check_decide, exemption, WHOSE, who) is exempts
    assert may_read_reason(absence, WHOSE, who) is (approves or who is SELF)
    assert may_read_reason(exemption, WHOSE, who) is (exempts or who in {SELF, QA})
    assert allowed(check_withdraw, absence, WHOSE, who, today=TODAY) is enters


@pytest.mark.parametrize("who", [QA, HEAD, ASSISTANT, DIRECTOR])
def test_nobody_approves_their_own_or_what_they_entered(who: Viewer) -> None:
    for kind in AbsenceKind:
        assert not allowed(check_decide, Absence(kind, entered_by_id=SOMEBODY), WHOSE, who)
        own = Whose(SOMEBODY, frozenset({CARE}))
        assert not allowed(check_decide, Absence(kind, person_id=SOMEBODY), own, who)


def test_who_heads_one_service_and_directs_another_exempts_only_there() -> None:
    both = viewer(SOMEBODY, Role.ASSISTANT_DIRECTOR, Role.HEAD_OF_SERVICE, service=SAFEGUARDING)
    both = replace(both, service_ids=frozenset({CARE, SAFEGUARDING}))
    assert allowed(check_decide, Absence(), WHOSE, both)
    assert not allowed(check_decide, Absence(AbsenceKind.EXEMPTION), WHOSE, both)


@pytest.mark.parametrize("state", AbsenceState)
def test_what_is_settled_is_not_decided_again(state: AbsenceState) -> None:
    assert MOVES.keys() == set(AbsenceState)
    absence = Absence(state=state)
    assert allowed(check_decide, absence, WHOSE, DIRECTOR) is (state is AbsenceState.ASKED)
    is_standing = state in {AbsenceState.ASKED, AbsenceState.APPROVED}
    assert allowed(check_withdraw, absence, WHOSE, SELF, today=TODAY) is is_standing
    assert not allowed(check_withdraw, absence, WHOSE, SELF, today=TODAY + timedelta(days=1))


ASKED = Asked(AbsenceKind.ABSENCE, TODAY, TODAY, "Leave")


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        (ASKED, set[str]()),
        (replace(ASKED, reason=" "), {"reason"}),
        (replace(ASKED, reason="x" * 1001), {"reason"}),
        (replace(ASKED, starts_on=None), {"starts_on"}),
        (replace(ASKED, ends_on=None), {"ends_on"}),
        (replace(ASKED, ends_on=TODAY - timedelta(days=1)), {"ends_on"}),
        (replace(ASKED, ends_on=TODAY + timedelta(days=732)), {"ends_on"}),
        (replace(ASKED, starts_on=date(2016, 11, 2)), {"starts_on", "ends_on"}),
        (replace(ASKED, starts_on=date(2066, 11, 2), ends_on=date(2066, 11, 2)), {"starts_on"}),
        (Asked(AbsenceKind.EXEMPTION, None, None, ""), {"starts_on", "ends_on", "reason"}),
    ],
)
def test_what_is_wrong_with_an_absence_is_said_by_field(asked: Asked, wrong: set[str]) -> None:
    found = faults(asked, today=TODAY)
    assert found.keys() == wrong
    assert all(message.endswith(".") for message in found.values())


FRIDAY, DUE = date(2026, 11, 27), date(2026, 12, 11)  # ten working days


@pytest.mark.parametrize(
    ("first", "last", "due"),
    [
        (date(2026, 11, 30), date(2026, 12, 10), date(2026, 12, 24)),  # ten working days once they are back
        (date(2026, 12, 8), date(2026, 12, 31), date(2026, 12, 7)),  # the last day before they go
        (date(2026, 12, 1), date(2026, 12, 22), date(2026, 12, 31)),  # too few are left, so all that there are
        (date(2026, 12, 14), date(2026, 12, 18), DUE),  # away when it is done
        (date(2026, 11, 28), date(2026, 12, 31), DUE),  # never there
    ],
)
def test_whoever_is_away_has_their_working_days_when_they_are_at_work(first: date, last: date, due: date) -> None:
    away, days = [Away(AbsenceKind.ABSENCE, first, last)], Span(date(2026, 12, 1), date(2026, 12, 31))
    assert due_day_of(away, days, given_on=FRIDAY, due_on=DUE) == due
    assert due_day_of([], days, given_on=FRIDAY, due_on=DUE) == DUE


def test_days_of_rest_alone_are_no_absence() -> None:
    weekend = Asked(AbsenceKind.ABSENCE, date(2026, 11, 7), date(2026, 11, 8), "A wedding")
    assert faults(weekend, today=date(2026, 11, 2)) == {
        "ends_on": "None of these days is a working day, so there is nothing to enter."
    }
    assert faults(replace(weekend, ends_on=date(2026, 11, 9)), today=date(2026, 11, 2)) == {}
