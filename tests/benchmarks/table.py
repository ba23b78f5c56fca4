"""A measured figure beside its base, and the table of all of them."""

from collections.abc import Callable, Iterable
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


def milliseconds(work: Callable[[], object], *, times: int) -> float:
    """Return the median of some runs, in milliseconds; a first one is not counted."""
    work()
    taken = []
    for _ in range(times):
        began = perf_counter()
        work()
        taken.append((perf_counter() - began) * 1000)
    return median(taken)


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
