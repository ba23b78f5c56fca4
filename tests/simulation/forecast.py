"""How often the forecast's ranges hold what comes, by week of the month: `python -m tests.simulation.forecast`.

A range of whole numbers that holds at least 80 % mostly holds more: the last few audits leave few numbers to choose
from. So three figures stand side by side: how many ranges held the outcome, how many the forecast itself says that
they do, and how many would if they were cut to hold 80 % exactly (C. Czado, T. Gneiting and L. Held, 'Predictive model
assessment for count data', Biometrics 65 (2009) 1254-1261: the share of the outcome's step of the distribution that
lies between 10 % and 90 %, which is 80 % on average where the forecast is right).
"""

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random
from statistics import mean, pvariance

from auditapp.domain.forecast import Forecast, forecast
from auditapp.domain.statistics import Interval, wilson_interval
from tests.simulation.years import Year, invented_year, mornings

YEARS = 400
EVERY_MONTH = tuple(range(12))
Adjust = Callable[[Forecast], tuple[int, int]]


@dataclass(frozen=True)
class Checked:
    """One forecast and what came: whether the range held it, what it promised, how wide it was."""

    year: int
    week: int
    held: bool
    promised: float
    exactly: float
    width: int
    error: float


@dataclass(frozen=True)
class Coverage:
    """What many checks of one week say."""

    week: str
    ranges: int
    held: float
    interval: Interval
    promised: float
    exactly: float
    width: float
    error: float


def checked_year(seed: int, *, months: Iterable[int] = EVERY_MONTH) -> list[Checked]:
    """Forecast some months of an invented year, one morning of each week, and look at what came."""
    year = invented_year(seed)
    chance = Random(f"mornings {seed}")
    return [check for at in months for check in _checked_month(year, seed, at, chance)]


def _checked_month(year: Year, seed: int, at: int, chance: Random) -> Iterable[Checked]:
    month = year.months[at]
    came = year.count(month, morning=month.next.first_day)
    for week, morning in mornings(month, chance):
        done = year.count(month, morning=morning)
        to_open = year.to_be_opened(month, morning=morning)
        made = forecast(year.seen(morning), month=month, today=morning, done=done, to_open=to_open, away=year.away)
        yield Checked(
            seed,
            week,
            made.low <= came <= made.high,
            sum(made.chances[made.low - done : made.high - done + 1]),
            _exactly(made, came),
            made.high - made.low,
            came - made.expected,
        )


def _exactly(made: Forecast, came: int) -> float:
    """How much of the outcome's step lies between a tenth and nine tenths; none where it was called impossible."""
    more = came - made.done
    if not 0 <= more < len(made.chances):
        return 0.0
    below, step = sum(made.chances[:more]), made.chances[more]
    return max(0.0, min(0.9, below + step) - max(0.1, below)) / step if step else 0.0


def coverage(checks: Iterable[Checked]) -> list[Coverage]:
    """Sum up by week of the month, then all."""
    every = list(checks)
    weeks = sorted({check.week for check in every})
    parts = [(str(week), [check for check in every if check.week == week]) for week in weeks]
    return [_summed(name, each) for name, each in (*parts, ("all", every))]


def _summed(name: str, checks: list[Checked]) -> Coverage:
    held, n = sum(check.held for check in checks), len(checks)
    alike = _alike(checks, held / n)
    return Coverage(
        week=name,
        ranges=n,
        held=held / n,
        interval=wilson_interval(round(held / alike), max(1, round(n / alike))),
        promised=mean(check.promised for check in checks),
        exactly=mean(check.exactly for check in checks),
        width=mean(check.width for check in checks),
        error=mean(check.error for check in checks),
    )


def _alike(checks: list[Checked], share: float) -> float:
    """How many forecasts of one year say as much as one alone would: they share people, and mostly hold together.

    The design effect: how much more the years differ than as many independent ranges would; at least one.
    """
    by_year: dict[int, list[bool]] = {}
    for check in checks:
        by_year.setdefault(check.year, []).append(check.held)
    each = len(checks) / len(by_year)
    chance = share * (1 - share) * each
    return max(1.0, pvariance([sum(held) for held in by_year.values()]) / chance) if chance and each > 1 else 1.0


def printed(rows: Iterable[Coverage]) -> str:
    """The figures as a table."""
    headings = ("Week", "Ranges", "Held", "95 % interval", "Promised", "Cut to 80 %", "Numbers", "Came less expected")
    lines = ["{:>4} {:>7} {:>7} {:>16} {:>9} {:>12} {:>8} {:>19}".format(*headings)]
    lines += [
        f"{row.week:>4} {row.ranges:>7} {row.held:>7.1%} {row.interval.low:>7.1%} to {row.interval.high:.1%} "
        f"{row.promised:>8.1%} {row.exactly:>12.1%} {row.width + 1:>8.1f} {row.error:>+19.2f}"
        for row in rows
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    years = int(sys.argv[1]) if len(sys.argv) > 1 else YEARS
    with ProcessPoolExecutor() as processes:
        checks = [check for each in processes.map(checked_year, range(years), chunksize=5) for check in each]
    sys.stdout.write(f"{years} simulated years, 80 % ranges\n{printed(coverage(checks))}\n")
