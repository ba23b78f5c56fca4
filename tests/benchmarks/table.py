"""A measured figure beside its base, and the table of all of them."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Row:
    """One figure, the figure of the cheapest thing that could do the same, and the aim for their ratio."""

    name: str
    base: str
    base_value: float
    value: float
    unit: str
    aim: float | None

    @property
    def ratio(self) -> float:
        """The figure over its base."""
        return self.value / self.base_value


def median_of(work: Callable[[], object], *, times: int) -> float:
    """Return the median of some runs, in milliseconds; a first one is not counted."""
    return median(_taken(work, times))


def one_in_a_hundred(work: Callable[[], object], *, times: int) -> tuple[float, float]:
    """Return the median of some runs, and what one in a hundred of them takes or more, in milliseconds."""
    taken = sorted(_taken(work, times))
    return median(taken), taken[-1 - times // 100]


def at_once(works: Sequence[Callable[[], object]], *, each: int) -> float:
    """Return the time for one run where all works run at once, so many times each: wall clock, in milliseconds."""
    for work in works:
        work()
    with ThreadPoolExecutor(len(works)) as threads:
        began = perf_counter()
        list(threads.map(lambda work: [work() for _ in range(each)], works))
        return (perf_counter() - began) * 1000 / (each * len(works))


def _taken(work: Callable[[], object], times: int) -> list[float]:
    work()
    taken = []
    for _ in range(times):
        began = perf_counter()
        work()
        taken.append((perf_counter() - began) * 1000)
    return taken


def printed(rows: Iterable[Row]) -> str:
    """Return the table in columns: what, figure, base, ratio, aim, and whether it is held."""
    lines = [f"{'Work':44} {'Measured':>12} {'Base':>12} {'Ratio':>7} {'Aim':>6}   Base is"]
    for row in rows:
        held = "" if row.aim is None else " held" if row.ratio <= row.aim else " MISSED"
        aim = "" if row.aim is None else f"{row.aim:.2f}"
        figures = (
            f"{_figure(row.value, row.unit):>12} {_figure(row.base_value, row.unit):>12} {row.ratio:7.2f} {aim:>6}"
        )
        lines.append(f"{row.name:44} {figures}{held:7} {row.base}")
    return "\n".join(lines)


def _figure(value: float, unit: str) -> str:
    return f"{value:,.2f} {unit}"
