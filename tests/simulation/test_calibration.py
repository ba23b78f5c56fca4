"""The forecast's ranges hold what comes about as often as they say, on years that do not go by its own model.

Every year, one month of it: no two ranges of a week share anything, so that Wilson's interval is what it says. All
twelve months, and more years: `python -m tests.simulation.forecast`.
"""

from dataclasses import replace

import pytest

from auditapp.domain.statistics import wilson_interval
from tests.simulation.forecast import Checked, Coverage, checked_year, coverage, printed

# Others than those on which the forecast was tuned (the first hundred and twenty).
SEEDS = range(1000, 1200)
LEAST, MOST = 0.75, 0.90


def checks_of(seeds: range) -> list[Checked]:
    """Look at one month of each year."""
    return [check for seed in seeds for check in checked_year(seed, months=[seed % 12])]


def is_held(row: Coverage) -> bool:
    """Whether the band and the interval of what was measured meet."""
    return row.interval.low <= MOST and row.interval.high >= LEAST


def test_eighty_per_cent_ranges_hold_the_outcome_about_as_often_in_every_week_of_the_month() -> None:
    rows = coverage(checks_of(SEEDS))
    assert [row.week for row in rows] == ["1", "2", "3", "4", "5", "all"]
    assert all(row.ranges >= 180 for row in rows)
    assert all(map(is_held, rows)), printed(rows)
    assert all(abs(row.exactly - 0.8) < 0.1 for row in rows), printed(rows)
    assert all(abs(row.error) < 1 for row in rows), printed(rows)


@pytest.mark.parametrize(("slack", "is_found"), [(-1, True), (0, False), (3, True)])
def test_ranges_that_were_too_narrow_or_too_wide_would_be_found(slack: int, *, is_found: bool) -> None:
    checks = [check for check in checks_of(range(1000, 1060)) if check.week == 2]
    other = [replace(check, held=abs(check.error) <= check.width / 2 + slack) for check in checks]
    assert is_held(coverage(other)[0]) is not is_found


def test_forecasts_of_one_year_that_stand_or_fall_together_count_as_fewer() -> None:
    alone = [Checked(year, 1, held=year % 5 > 0, promised=0.8, exactly=0.8, width=4, error=0.0) for year in range(100)]
    row = coverage(alone)[0]
    assert row.interval == wilson_interval(80, 100)
    assert coverage([check for check in alone for _ in range(12)])[0].interval == row.interval


def test_the_same_seed_is_the_same_year() -> None:
    assert checked_year(7, months=[3]) == checked_year(7, months=[3])
