"""The draw, its record, its replacements."""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.apportionment import apportion
from auditapp.domain.case_lists import Entry, frame_hash
from auditapp.domain.errors import Refused
from auditapp.domain.sampling import (
    NEWEST,
    Draw,
    draw,
    from_record,
    next_case,
    not_again,
    say_shortfall,
    to_record,
    verify,
)
from auditapp.domain.vocabulary import CaseType

TEAMS = ("North", "South", "")


def frame_of(**numbers: int) -> list[Entry]:
    """Make a frame with so many cases of each type, spread over the teams."""
    return [
        Entry(f"{code.lower()}{number:04}", CaseType[code], TEAMS[number % 3], "")
        for code, count in numbers.items()
        for number in range(count)
    ]


FRAMES = st.lists(
    st.builds(
        Entry,
        case_reference=st.from_regex("[a-z][0-9]{1,4}", fullmatch=True),
        case_type=st.sampled_from(CaseType),
        team=st.sampled_from(TEAMS),
        worker=st.just(""),
    ),
    unique_by=lambda entry: entry.case_reference,
    max_size=60,
)


def types_of(made: Draw) -> Counter[CaseType]:
    return Counter(case.case_type for case in made.order)


def never(_: Entry) -> bool:
    return False


@given(FRAMES, st.integers(0, 30), st.text(max_size=5), st.data())
def test_a_draw_keeps_every_rule_of_the_guide(frame: list[Entry], size: int, seed: str, data: st.DataObject) -> None:
    references = [entry.case_reference for entry in frame]
    excluded = dict.fromkeys(data.draw(st.sets(st.sampled_from(references)) if references else st.just(set())), "why")
    made = draw(frame, size=size, seed=seed, excluded=excluded)
    drawn = [case.case_reference for case in made.order]
    eligible = [entry for entry in frame if entry.case_reference not in excluded]
    closed = sum(entry.case_type is CaseType.X for entry in eligible)
    others = len(eligible) - closed
    assert len(drawn) == len(set(drawn)) == min(size, others + min(closed, size // 10, others // 9))
    assert not set(drawn) & excluded.keys()
    assert types_of(made)[CaseType.X] <= len(drawn) // 10
    if size and any(entry.case_type is CaseType.LAC for entry in eligible):
        assert types_of(made)[CaseType.LAC] >= 1
    assert sum(stratum.drawn for stratum in made.strata) == len(drawn)
    assert all(stratum.drawn <= stratum.eligible <= stratum.population for stratum in made.strata)
    assert draw(frame[::-1], size=size, seed=seed, excluded=excluded) == made


@given(FRAMES, st.integers(0, 30), st.text(max_size=5))
def test_a_record_survives_json_and_the_draw_can_be_performed_again(frame: list[Entry], size: int, seed: str) -> None:
    made = draw(frame, size=size, seed=seed, excluded={"a1": "Audited on 3 October 2026"})
    again = from_record(json.loads(json.dumps(to_record(made))))
    assert again == made
    assert verify(again, frame) == ()


def test_types_are_drawn_in_proportion_each_rounded_up_or_down() -> None:
    frame = frame_of(LAC=330, CP=260, CIN=540, OA=270, X=200, CL=100)
    for seed in map(str, range(30)):
        drawn = types_of(draw(frame, size=20, seed=seed, excluded={}))
        for case_type, count in Counter(entry.case_type for entry in frame).items():
            proportion = 20 * count / len(frame)
            slack = 1 if case_type is not CaseType.X else 2
            assert abs(drawn[case_type] - proportion) < slack, (seed, case_type)


def test_even_the_smallest_team_gets_its_turn() -> None:
    frame = [*frame_of(CIN=300), Entry("small1", CaseType.CIN, "Small", "")]
    drawn = {
        case.case_reference
        for seed in range(200)
        for case in draw(frame, size=20, seed=str(seed), excluded={}).order
        if case.team == "Small"
    }
    assert drawn == {"small1"}


def test_the_order_can_be_worked_out_with_a_hash_and_a_sort() -> None:
    frame = [Entry(f"{number}", CaseType.CIN, "North", "") for number in range(50)]
    made = draw(frame, size=10, seed="2026-12", excluded={})
    by_hand = sorted(range(50), key=lambda number: hashlib.sha256(f"2026-12|{number}".encode()).hexdigest())
    assert [case.case_reference for case in made.order] == [str(number) for number in by_hand[:10]]
    assert made.frame_hash == frame_hash(frame)


def test_another_seed_draws_other_cases() -> None:
    frame = frame_of(LAC=100, CIN=100)
    first, second = (draw(frame, size=20, seed=seed, excluded={}) for seed in ("a", "b"))
    assert first.order != second.order


def test_a_looked_after_case_is_drawn_even_when_its_share_is_nothing() -> None:
    frame = [*frame_of(CIN=2000), Entry("l1", CaseType.LAC, "North", "")]
    for seed in map(str, range(20)):
        made = draw(frame, size=5, seed=seed, excluded={})
        assert types_of(made) == {CaseType.LAC: 1, CaseType.CIN: 4}


def test_exclusions_are_recorded_with_their_reasons_and_only_those_on_the_list() -> None:
    made = draw(frame_of(CIN=5), size=2, seed="s", excluded={"cin0001": "Audited", "gone1": "Audited"})
    assert made.reasons == {"Audited": 1}
    assert [exclusion.case_reference for exclusion in made.exclusions] == ["cin0001"]


def test_a_replacement_is_the_next_in_order_of_the_same_stratum() -> None:
    frame = [Entry(f"{number}", CaseType.CIN, "North", "") for number in range(50)]
    made = draw(frame, size=10, seed="s", excluded={})
    longer = [case.case_reference for case in draw(frame, size=12, seed="s", excluded={}).order]
    first = next_case(made, frame, stratum=(CaseType.CIN, "North"), taken=(), unsuitable=never)
    assert first is not None
    assert first.case_reference == longer[10]
    second = next_case(made, frame, stratum=(CaseType.CIN, "North"), taken={longer[10]}, unsuitable=never)
    assert second is not None
    assert second.case_reference == longer[11]
    other = next_case(
        made,
        frame,
        stratum=(CaseType.CIN, "North"),
        taken=(),
        unsuitable=lambda entry: entry.case_reference == longer[10],
    )
    assert other == second


def test_an_empty_stratum_is_replaced_from_its_type_then_from_others_but_not_from_closed_cases() -> None:
    frame = [
        Entry("1", CaseType.LAC, "North", ""),
        Entry("2", CaseType.LAC, "South", ""),
        Entry("3", CaseType.X, "North", ""),
        Entry("4", CaseType.OA, "North", ""),
    ]
    made = draw(frame, size=1, seed="s", excluded={})
    drawn = made.order[0]
    stratum, taken, found = (drawn.case_type, drawn.team), set[str](), list[CaseType]()
    while entry := next_case(made, frame, stratum=stratum, taken=taken, unsuitable=never):
        found.append(entry.case_type)
        taken.add(entry.case_reference)
    assert found == [CaseType.LAC, CaseType.OA]


def test_where_its_type_is_needed_a_case_comes_that_this_auditor_may_not_audit() -> None:
    frame = [*frame_of(LAC=3, CIN=9), Entry("lac9999", CaseType.LAC, "North", "")]
    made = draw(frame, size=1, seed="s", excluded=dict.fromkeys(("lac0002", "lac9999"), "Audited"))
    (drawn,) = made.order
    assert drawn.case_type is CaseType.LAC
    (left,) = {"lac0000", "lac0001"} - {drawn.case_reference}

    def replacement(*, keeps_type: bool, unsuitable: set[str]) -> Entry | None:
        return next_case(
            made,
            frame,
            stratum=(CaseType.LAC, drawn.team),
            taken=(),
            unsuitable=lambda entry: entry.case_reference in unsuitable,
            keeps_type=keeps_type,
        )

    given = [
        replacement(keeps_type=keeps_type, unsuitable=unsuitable)
        for keeps_type in (True, False)
        for unsuitable in (set[str](), {left})
    ]
    assert [entry.case_reference == left for entry in given if entry] == [True, True, True, False]
    assert all(given)


def test_verifying_says_each_difference_in_a_sentence() -> None:
    frame = frame_of(LAC=30, CIN=30)
    made = draw(frame, size=10, seed="s", excluded={})
    record = to_record(made)
    order = record["order"]
    assert isinstance(order, list)
    order[3]["case_reference"] = "cin0099"
    changed = from_record(record)
    assert verify(changed, frame) == (
        f"Case 4 of the record is cin0099, the rules give {made.order[3].case_reference}.",
    )
    another_list = verify(made, frame[:-1])
    assert another_list[0].startswith("The case list is not the one")
    assert any(sentence.startswith("Stratum Child in need plan, no team: the record says") for sentence in another_list)


def test_verifying_names_every_case_that_was_left_out_for_no_reason_or_not_left_out() -> None:
    frame = frame_of(LAC=30, CIN=30)
    made = draw(frame, size=10, seed="s", excluded={"cin0003": "Audited"})
    assert verify(made, frame, excluded={"cin0003": "Audited", "elsewhere": "Audited"}) == ()
    differences = verify(made, frame, excluded={"lac0001": "Audited"})
    assert differences[:3] == (
        "The excluded cases differ: the record names 1, performed again there are 1.",
        "The record leaves out case cin0003 (Audited), performed again it is not.",
        "The record does not leave out case lac0001, performed again it is (Audited).",
    )


@pytest.mark.parametrize(
    ("others", "closed", "drawn"),
    [(4, 10, 0), (0, 10, 0), (8, 10, 0), (9, 10, 1), (17, 10, 1), (18, 10, 2), (40, 1, 1)],
)
def test_closed_cases_are_at_most_a_tenth_of_what_is_drawn(others: int, closed: int, drawn: int) -> None:
    made = draw(frame_of(LAC=others, X=closed), size=20, seed="s", excluded={})
    assert types_of(made)[CaseType.X] <= drawn
    assert len(made.order) == min(20, others + drawn)


def test_why_fewer_are_drawn_than_were_asked_for_is_said() -> None:
    frame = frame_of(LAC=9, CP=9)
    assert say_shortfall(draw(frame, size=18, seed="s", excluded={})) == ""
    few = "{} cases are planned, but only {} may be drawn. The case list has 18 like this."
    assert say_shortfall(draw(frame, size=20, seed="s", excluded={})) == few.format(20, 18)
    excluded = {"lac0000": "Being audited now", "cp0001": "Audited of late", "cp0002": "Audited of late"}
    said = say_shortfall(draw(frame, size=18, seed="s", excluded=excluded))
    assert said == f"{few.format(18, 15)} Left out: 2 audited of late and 1 being audited now."


def test_closed_cases_that_may_not_be_drawn_are_named_where_they_are_why_fewer_are() -> None:
    said = say_shortfall(draw(frame_of(CP=9, X=9), size=18, seed="s", excluded={}))
    assert "only 10 may be drawn" in said
    assert said.endswith("Closed cases are at most a tenth of what is drawn.")


def test_a_draw_of_the_first_algorithm_is_performed_again_by_it() -> None:
    frame = frame_of(LAC=4, X=10)
    record = to_record(draw(frame, size=20, seed="s", excluded={}, algorithm=1))
    assert record.pop("algorithm") == 1
    older = from_record(record)
    assert types_of(older) == {CaseType.LAC: 4, CaseType.X: 2}
    assert verify(older, frame) == ()
    assert draw(frame, size=20, seed="s", excluded={}).algorithm == NEWEST == 2


def test_twelve_months_are_months_of_the_calendar() -> None:
    at = datetime(2028, 3, 1, 10, tzinfo=UTC)
    assert [not_again(at, months=months).reason for months in (12, 1)] == [
        "Audited in the last 12 months",
        "Audited in the last month",
    ]
    assert not_again(at, months=12).since == datetime(2027, 3, 1, tzinfo=UTC)
    assert not_again(at, months=12, algorithm=1).since == datetime(2027, 3, 2, 10, tzinfo=UTC)
    assert not_again(datetime(2026, 7, 1, 9, tzinfo=UTC), months=12).since == datetime(2025, 6, 30, 23, tzinfo=UTC)


def test_a_torn_record_and_one_of_an_unknown_algorithm_are_refused() -> None:
    with pytest.raises(Refused, match="not complete"):
        from_record({"seed": "s"})
    with pytest.raises(Refused, match="not complete"):
        from_record(to_record(draw(frame_of(CIN=3), size=1, seed="s", excluded={})) | {"algorithm": 3})


@given(
    st.dictionaries(st.integers(0, 9), st.tuples(st.integers(1, 50), st.integers(0, 8)), min_size=1),
    st.integers(0, 60),
    st.fractions(min_value=0, max_value=Fraction(99, 100)),
)
def test_apportioning_adds_up_and_stays_within_capacity(
    strata: dict[int, tuple[int, int]], total: int, point: Fraction
) -> None:
    weights = {key: weight for key, (weight, _) in strata.items()}
    capacity = {key: room for key, (_, room) in strata.items()}
    given_out = apportion(total, weights, capacity=capacity, point=point)
    assert sum(given_out.values()) == min(total, sum(capacity.values()))
    assert all(0 <= given_out[key] <= capacity[key] for key in strata)


def test_apportioning_is_the_exact_proportion_on_average() -> None:
    weights, room = {"a": 1, "b": 5, "c": 14}, {"a": 9, "b": 9, "c": 9}
    points = [Fraction(number, 20) for number in range(20)]
    given_out = [apportion(4, weights, capacity=room, point=point) for point in points]
    assert {key: Fraction(sum(each[key] for each in given_out), 20) for key in weights} == {
        "a": Fraction(1, 5),
        "b": 1,
        "c": Fraction(14, 5),
    }
