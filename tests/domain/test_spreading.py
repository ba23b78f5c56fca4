"""Spreading audits again: shares add up, the cap holds while capacity lasts, nobody gets their own team's."""

from collections import Counter
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from auditapp.domain.assignment import CaseToAssign, Independence, tie_between
from auditapp.domain.quota import Auditor, shares
from auditapp.domain.spreading import Receiver, fingerprint, spread

NORTH, SOUTH = 1, 2
MOST = 2


def case(reference: str, team: int | None = None) -> CaseToAssign:
    return CaseToAssign(reference, team, None)


def receiver(key: int, *teams: int, held: int = 0, absent: bool = False, had: int = 0) -> Receiver:
    return Receiver(Auditor(key, absent=absent, done_this_year=had), Independence(key, frozenset(teams)), held)


RECEIVERS = st.lists(
    st.builds(
        receiver,
        st.integers(1, 40),
        st.integers(1, 4),
        held=st.integers(0, 3),
        absent=st.booleans(),
        had=st.integers(0, 12),
    ),
    unique_by=lambda each: each.auditor.id,
    max_size=14,
)
CASES = st.lists(st.one_of(st.none(), st.integers(1, 4)), max_size=10).map(
    lambda teams: [case(f"c{number}", team) for number, team in enumerate(teams)]
)


@settings(deadline=None)
@given(CASES, RECEIVERS, st.integers(1, 3))
def test_spreading_keeps_every_rule_of_the_guide(
    cases: list[CaseToAssign], receivers: list[Receiver], most_each: int
) -> None:
    made = spread(cases, receivers, most_each=most_each, seed="s")
    ties = {each.auditor.id: each.independence for each in receivers}
    teams = {each.case_reference: each for each in cases}
    active = {each.auditor.id: each.held for each in receivers if each.auditor.active}
    # They add up: every case is placed once or left over.
    assert sorted([*(one.case_reference for one in made.placed), *made.left_over]) == sorted(teams)
    # Nobody who is absent, and nobody of the own team.
    assert {one.auditor for one in made.placed} <= active.keys()
    assert all(tie_between(teams[one.case_reference], ties[one.auditor]) is None for one in made.placed)
    # What is left over has nobody who is independent of it.
    for reference in made.left_over:
        assert all(tie_between(teams[reference], ties[key]) is not None for key in active)
    # The same whoever is asked first.
    assert spread(cases, receivers[::-1], most_each=most_each, seed="s") == made


@given(st.integers(0, 10), st.lists(st.integers(0, MOST), min_size=1, max_size=12))
def test_nobody_is_over_the_cap_while_capacity_lasts(n: int, held: list[int]) -> None:
    """Where everybody is independent, capacity is what is free below the cap."""
    receivers = [receiver(key, held=have) for key, have in enumerate(held, start=1)]
    made = spread([case(f"c{number}") for number in range(n)], receivers, most_each=MOST, seed="s")
    capacity = sum(MOST - have for have in held)
    holds = Counter({each.auditor.id: each.held for each in receivers})
    holds.update(one.auditor for one in made.placed)
    assert made.left_over == ()
    assert sum(holds.values()) == n + sum(held)
    if n <= capacity:
        assert max(holds.values()) <= MOST
    assert all(one.holds <= max(one.share, MOST) for one in made.placed) or n > capacity


@given(st.integers(1, 8), st.integers(2, 12))
def test_spreading_a_whole_month_again_gives_the_shares_of_a_month(n: int, people: int) -> None:
    receivers = [receiver(key, had=key % 3) for key in range(1, people + 1)]
    made = spread([case(f"c{number}") for number in range(n)], receivers, most_each=MOST, seed="s")
    expected = shares([each.auditor for each in receivers], total=n, most_each=MOST)
    assert Counter(one.auditor for one in made.placed) == Counter({key: k for key, k in expected.items() if k})


def test_running_again_changes_nothing() -> None:
    """Once they have moved, nothing is left to move, and the shares are what everybody holds."""
    receivers = [receiver(key, held=1) for key in (1, 2, 3)]
    made = spread([case("a"), case("b")], receivers, most_each=MOST, seed="s")
    holds = {1: 1, 2: 1, 3: 1} | {one.auditor: one.holds for one in made.placed}
    again = [receiver(key, held=held) for key, held in holds.items()]
    assert spread([], again, most_each=MOST, seed="s").placed == ()
    assert shares([each.auditor for each in again], total=5, most_each=MOST) == holds


def test_who_has_room_comes_first_and_the_reason_says_what_they_hold() -> None:
    made = spread([case("a", SOUTH)], [receiver(1, held=2), receiver(2, held=0)], most_each=MOST, seed="s")
    (one,) = made.placed
    assert one.auditor == 2
    assert one.reason == "Independent of the case. With it they hold 1 of the same month or theme, of a share of 1."


def test_an_audit_that_only_somebody_with_their_share_can_take_goes_there_and_says_so() -> None:
    made = spread([case("a", SOUTH)], [receiver(1, held=2), receiver(2, SOUTH)], most_each=MOST, seed="s")
    (one,) = made.placed
    assert one.auditor == 1
    assert one.reason == (
        "Independent of the case. With it they hold 3 of the same month or theme, over their share of 2: "
        "nobody else can take it."
    )


def test_what_could_not_be_checked_is_said() -> None:
    (one,) = spread([case("a")], [receiver(1, NORTH)], most_each=MOST, seed="s").placed
    assert one.reason.startswith("Independence could not be checked: ask them.")


def test_without_anybody_everything_is_left_over() -> None:
    assert spread([case("a")], [receiver(1, absent=True)], most_each=MOST, seed="s").left_over == ("a",)
    assert spread([case("a", NORTH)], [receiver(1, NORTH)], most_each=MOST, seed="s").left_over == ("a",)


def test_who_works_less_because_of_an_absence_comes_later() -> None:
    there = Receiver(Auditor(2), Independence(2, frozenset()))
    half = Receiver(Auditor(1, working_time=Fraction(1, 2)), Independence(1, frozenset()))
    assert [one.auditor for one in spread([case("a")], [half, there], most_each=MOST, seed="s").placed] == [2]


def test_a_fingerprint_is_of_the_lines_and_not_of_their_order() -> None:
    lines = [("a", 1, "x"), ("b", 1, "y")]
    assert fingerprint(lines) == fingerprint(lines[::-1])
    others = ([("a", 2, "x"), ("b", 1, "y")], [("a", 1, "y"), ("b", 1, "y")], lines[:1], [("a", 1, "x"), ("b", 1, "")])
    assert len({fingerprint(each) for each in (lines, *others)}) == 5
