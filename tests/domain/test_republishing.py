"""What two versions of one quarter, compared, must not tell the Board."""

from datetime import date

import pytest

from auditapp.domain.board import for_board
from auditapp.domain.counts import Count
from auditapp.domain.errors import Refused
from auditapp.domain.findings import Findings
from auditapp.domain.republishing import check_is_over, check_tells_nothing, small_differences
from auditapp.domain.vocabulary import CaseType, Measure
from tests.domain.test_board import audits
from tests.domain.test_findings import AUGUST, JULY, SUMMER, found, overall


def board(*more: Count) -> Findings:
    """What the Board is shown of sixty audits, and of more."""
    return for_board(found([*audits(60, 3), *more]))


def submitted(n: int, grade: str = "good") -> list[Count]:
    """Counts of audits of July that are all alike."""
    graded = ((Measure.OVERALL, ""), (Measure.DOMAIN, "D1"), (Measure.DOMAIN, "D11"))
    return [Count(JULY, CaseType.LAC, "East", measure, key, grade, n) for measure, key in graded]


def test_one_more_audit_would_be_told_in_every_particular() -> None:
    differing = small_differences(board(*submitted(1)), after=board())
    assert ("audits",) in differing
    assert ("overall", "all", "#share") in differing
    assert ("by_case_type", "LAC", "#n") in differing
    assert ("by_domain", "D11", "#share") in differing


@pytest.mark.parametrize(("n", "is_small"), [(0, False), (1, True), (4, True), (5, False), (6, False)])
def test_a_difference_is_small_from_one_to_under_the_limit(n: int, is_small: bool) -> None:
    assert bool(small_differences(board(*submitted(n)), after=board())) is is_small
    assert bool(small_differences(board(), after=board(*submitted(n)))) is is_small


def test_five_audits_that_differ_among_themselves_are_told_apart() -> None:
    more = [*submitted(4), *submitted(1, "requires_improvement")]
    differing = small_differences(board(*more), after=board())
    assert ("audits",) not in differing
    assert ("by_domain", "D11", "#share") in differing


def test_a_corrected_audit_is_told_though_their_number_stays() -> None:
    before, now = for_board(found(overall(0, 30, 20, 0))), for_board(found(overall(0, 29, 21, 0)))
    assert {key[2] for key in small_differences(now, after=before) if key[0] == "overall"} == {
        "good",
        "requires_improvement",
        "#share",
    }


def test_counts_that_either_version_hides_are_not_compared() -> None:
    before, now = for_board(found(overall(2, 30, 20, 0))), for_board(found(overall(3, 29, 20, 0)))
    assert small_differences(now, after=before) == ()


def test_months_are_not_taken_for_the_quarter_that_stands_in_their_place() -> None:
    before, now = (
        for_board(found(overall(0, 7, 0, 0))),
        for_board(found(overall(0, 7, 0, 0) + overall(0, 7, 0, 0, month=AUGUST))),
    )
    assert len(before.done) == 1
    assert len(now.done) == 3
    assert small_differences(now, after=before) == ()


def test_the_refusal_says_why_and_what_to_do() -> None:
    now = for_board(found(overall(0, 31, 20, 0)))
    with pytest.raises(Refused, match=r"some counts differ from it by 1 to 4.* Wait until .* at least 5") as refused:
        check_tells_nothing(now, after=for_board(found(overall(0, 30, 20, 0))))
    assert "July to September 2026" in refused.value.message
    check_tells_nothing(now, after=now)


@pytest.mark.parametrize("today", [date(2026, 7, 1), date(2026, 9, 30)])
def test_a_quarter_that_is_not_over_is_not_shown(today: date) -> None:
    with pytest.raises(Refused, match=r"is not over.* from 1 October 2026 on\.$"):
        check_is_over(SUMMER, today=today)


def test_a_quarter_that_is_over_may_be_shown() -> None:
    check_is_over(SUMMER, today=date(2026, 10, 1))
