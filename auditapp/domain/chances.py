"""Chances of whole numbers: put together exactly, and cut to the shortest range that holds enough of them."""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import accumulate
from typing import Final, TypeAlias

Chances: TypeAlias = Sequence[float]
"""The chance of each number, from nought on."""
ROUNDING: Final = 1e-9


def number_in(trials: Sequence[float]) -> Chances:
    """The chance of each number of successes among independent trials, each with a chance of its own."""
    total = [1.0]
    for chance in trials:
        fails = 1 - chance
        total = [fails * same + chance * one_less for same, one_less in zip([*total, 0.0], [0.0, *total], strict=True)]
    return total


def sum_of_all(numbers: Iterable[Chances]) -> Chances:
    """The chances of the sum of numbers that know nothing of each other; nought where there are none."""
    return reduce(sum_of, numbers, [1.0])


def sum_of(one: Chances, other: Chances) -> Chances:
    """The chances of the sum of two such numbers."""
    total = [0.0] * (len(one) + len(other) - 1)
    for at, chance in enumerate(one):
        for more, other_chance in enumerate(other, start=at):
            total[more] += chance * other_chance
    return total


def shortest_range(chances: Sequence[float], *, holds: float) -> tuple[int, int]:
    """Give the shortest run of numbers whose chances add up to so much; of several, the likeliest."""
    sums = [0.0, *accumulate(chances)]
    enough = holds * sums[-1] - ROUNDING
    for width in range(1, len(chances) + 1):
        held = [(sums[at + width] - sums[at], -at) for at in range(len(chances) - width + 1)]
        most, at = max(held)
        if most >= enough:
            return -at, -at + width - 1
    return 0, len(chances) - 1
