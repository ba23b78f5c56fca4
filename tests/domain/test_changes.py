"""What changed between two periods, and whether chance could have done it."""

from decimal import Decimal

import pytest

from auditapp.domain.changes import CHANCE, NOT_CHANCE, Changes, compare, say_points
from auditapp.domain.figures import HIDDEN, NOTHING, SHARE, Column, N, Table
from auditapp.domain.statistics import Proportion, difference_interval

GRADED = Table(
    key="overall",
    title="Overall grades",
    note="",
    row_header="Audits",
    columns=(Column("good", "Good"), Column("inadequate", "Inadequate")),
    n_label="Judged",
    beside=(),
    share_label="Good or better",
)


def table(good: int | None, n: int | None, *, key: str = "overall", row: str = "all") -> Table:
    """A table of one row with so many good ones; None where a count is not shown."""
    counts = {"good": good, "inadequate": None if good is None or n is None else n - good, N: n, SHARE: good}
    made = GRADED.row(row, "All audits", counts=counts)
    return Table(**{name: getattr(GRADED, name) for name in GRADED.__slots__} | {"key": key, "rows": (made,)})


def changes(before: Table, now: Table) -> Changes:
    found = compare([now], [before], since="April to June 2026", period="July to September 2026")
    assert found is not None
    return found


# R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10, in whole per cent.
@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 5, 33),
        ((9, 10), (3, 10), 17, 81),
        ((6, 7), (2, 7), 6, 81),
        ((5, 56), (0, 29), -4, 19),
        ((0, 10), (0, 20), -16, 28),
        ((0, 10), (0, 10), -28, 28),
        ((10, 10), (0, 20), 68, 100),
        ((10, 10), (0, 10), 61, 100),
    ],
)
def test_the_interval_of_a_change_is_the_published_one(
    now: tuple[int, int], before: tuple[int, int], low: int, high: int
) -> None:
    assert difference_interval(Proportion(*now), less=Proportion(*before)) == (Decimal(low), Decimal(high))


def test_out_of_many_the_interval_has_a_decimal_place() -> None:
    assert difference_interval(Proportion(560, 700), less=Proportion(480, 800)) == (Decimal("15.4"), Decimal("24.4"))


def test_a_small_change_could_be_chance() -> None:
    found = changes(table(22, 40), table(36, 58))
    assert found.rows[0].texts == ("All audits", "55 % (22 of 40)", "62 % (36 of 58)", "+7", "−12 to +26", CHANCE)
    assert found.sentence == (
        "Good or better went from 55 % (22 of 40) to 62 % (36 of 58): 7 points more, likely between −12 and +26. "
        "This could be chance."
    )


def test_a_large_change_is_more_than_chance() -> None:
    found = changes(table(50, 60), table(20, 60))
    assert found.rows[0].texts[3:] == ("−50", "−63 to −33", NOT_CHANCE)
    assert "50 points less" in found.sentence


def test_what_is_not_shown_is_compared_with_nothing() -> None:
    assert changes(table(None, 40), table(36, 58)).rows[0].texts == (
        "All audits",
        HIDDEN,
        "62 % (36 of 58)",
        "",
        "",
        "",
    )
    assert "cannot be compared" in changes(table(None, 40), table(36, 58)).sentence


def test_a_period_without_audits_has_no_result_to_compare() -> None:
    assert changes(table(0, 0), table(36, 58)).rows[0].texts[1] == NOTHING


def test_only_rows_that_both_periods_have_are_compared() -> None:
    assert compare([table(3, 9, key="by_domain", row="D1")], [table(3, 9)], since="", period="") is None


@pytest.mark.parametrize(("points", "said"), [("0", "0"), ("7", "+7"), ("-10.5", "−10.5"), ("0.0", "0")])
def test_points_carry_their_sign(points: str, said: str) -> None:
    assert say_points(Decimal(points)) == said
