"""Who audits which case."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain import quota
from auditapp.domain.assignment import CaseToAssign, Independence, assign, tie_between
from auditapp.domain.quota import Auditor
from auditapp.domain.vocabulary import Tie

NORTH, SOUTH, WEST = 1, 2, 3


def case(
    reference: str, *, team: int | None = None, worker: int | None = None, worker_teams: frozenset[int] = frozenset()
) -> CaseToAssign:
    return CaseToAssign(reference, team, worker, worker_teams)


@pytest.mark.parametrize(
    ("about", "tie"),
    [
        (case("1", team=NORTH), Tie.TEAM),
        (case("1", team=SOUTH), Tie.TEAM),
        (case("1", team=WEST, worker=10), Tie.WORKER),
        (case("1", worker=10), Tie.WORKER),
        (case("1", team=WEST, worker=77, worker_teams=frozenset({WEST, NORTH})), Tie.SUPERVISOR),
        (case("1", worker=77, worker_teams=frozenset({SOUTH})), Tie.COLLEAGUE),
        (case("1", team=WEST, worker=77, worker_teams=frozenset({WEST})), None),
        (case("1"), None),
    ],
)
def test_nobody_audits_their_own_team_their_own_case_or_one_they_supervise(
    about: CaseToAssign, tie: Tie | None
) -> None:
    """Of an auditor who manages North and practises in South."""
    assert tie_between(about, Independence(10, frozenset({NORTH, SOUTH}), managed=frozenset({NORTH}))) is tie


def test_an_unmapped_case_is_given_out_and_marked() -> None:
    auditor = Independence(10, frozenset({NORTH}))
    made = assign([case("1"), case("2", team=SOUTH), case("3", worker=5)], [auditor], limits=[{10: 4}], seed="s")
    assert {given.case_reference: given.independence_checked for given in made.assigned} == {
        "1": False,
        "2": True,
        "3": False,
    }


def test_earlier_cases_move_so_that_as_many_as_possible_are_given_out() -> None:
    everywhere, north = Independence(10, frozenset()), Independence(11, frozenset({NORTH}))
    for seed in map(str, range(10)):
        made = assign(
            [case("1", team=SOUTH), case("2", team=NORTH)], [everywhere, north], limits=[{10: 1, 11: 1}], seed=seed
        )
        assert made.left_over == ()
        assert {given.case_reference: given.auditor for given in made.assigned} == {"1": 11, "2": 10}


def test_a_case_for_which_nobody_is_independent_is_left_over() -> None:
    made = assign([case("1", team=NORTH)], [Independence(10, frozenset({NORTH}))], limits=[{10: 1}], seed="s")
    assert (made.assigned, made.left_over) == ((), ("1",))


@given(
    st.lists(st.one_of(st.none(), st.integers(1, 4)), max_size=20),
    st.dictionaries(st.integers(1, 8), st.tuples(st.frozensets(st.integers(1, 4), max_size=2), st.integers(0, 3))),
)
def test_nobody_gets_more_than_their_share_and_nothing_is_lost(
    teams: list[int | None], people: dict[int, tuple[frozenset[int], int]]
) -> None:
    cases = [case(str(number), team=team) for number, team in enumerate(teams)]
    auditors = [Independence(key, own) for key, (own, _) in people.items()]
    shares = {key: share for key, (_, share) in people.items()}
    made = assign(cases, auditors, limits=[shares], seed="s")
    by_reference, by_auditor = {each.case_reference: each for each in cases}, {each.auditor: each for each in auditors}
    held = Counter(given.auditor for given in made.assigned)
    assert all(held[key] <= shares[key] for key in shares)
    assert sorted([*(given.case_reference for given in made.assigned), *made.left_over]) == sorted(by_reference)
    assert all(
        tie_between(by_reference[given.case_reference], by_auditor[given.auditor]) is None for given in made.assigned
    )
    assert assign(cases, auditors[::-1], limits=[shares], seed="s") == made


def test_more_than_a_share_is_given_only_where_nobody_with_a_share_left_is_independent() -> None:
    north, south = Independence(10, frozenset({NORTH})), Independence(11, frozenset({SOUTH}))
    drawn = [case("1", team=NORTH), case("2", team=NORTH), case("3", team=SOUTH)]
    share, cap = {10: 2, 11: 1}, {10: 2, 11: 2}
    assert assign(drawn, [north, south], limits=[share], seed="s").left_over == ("2",)
    made = assign(drawn, [north, south], limits=[share, cap], seed="s")
    assert {given.case_reference: given.auditor for given in made.assigned} == {"1": 11, "2": 11, "3": 10}


@given(
    st.lists(st.one_of(st.none(), st.integers(1, 4)), max_size=16),
    st.dictionaries(st.integers(1, 8), st.frozensets(st.integers(1, 4), max_size=2), min_size=1),
    st.integers(1, 4),
)
def test_no_case_is_left_over_while_somebody_independent_is_below_the_most_for_each(
    teams: list[int | None], people: dict[int, frozenset[int]], most_each: int
) -> None:
    cases = [case(str(number), team=team) for number, team in enumerate(teams)]
    ties = [Independence(key, own) for key, own in people.items()]
    auditors = [Auditor(key, done_this_year=key % 3) for key in people]
    share, caps = (of(auditors, total=len(cases), most_each=most_each) for of in (quota.shares, quota.caps_of))
    within = assign(cases, ties, limits=[share], seed="s")
    made = assign(cases, ties, limits=[share, caps], seed="s")
    held = Counter(given.auditor for given in made.assigned)
    assert all(held[key] <= caps[key] for key in people)
    assert set(made.left_over) <= set(within.left_over)
    for left in made.left_over:
        by_reference = next(each for each in cases if each.case_reference == left)
        assert all(held[each.auditor] == caps[each.auditor] for each in ties if tie_between(by_reference, each) is None)
