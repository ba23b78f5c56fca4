"""Sharing a whole number out in proportion, without ever leaving the small ones out for good."""

from collections.abc import Hashable, Mapping
from fractions import Fraction
from math import floor
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def apportion(
    total: int, weights: Mapping[Key, int], *, capacity: Mapping[Key, int], point: Fraction
) -> dict[Key, int]:
    """Share `total` out in proportion to the weights; nobody gets more than their capacity.

    Every share is the exact proportion rounded up or down. Which way is settled by `point` (from 0 to below 1): over
    all points each share is the proportion on average, so a stratum too small for a place of its own still gets its
    turn (systematic sampling: Madow and Madow 1944, Annals of Mathematical Statistics 15). What exceeds all capacity
    is not shared out.
    """
    proportions = _proportions(min(total, sum(capacity.values())), weights, capacity)
    given: dict[Key, int] = {}
    passed, reached = Fraction(0), floor(point)
    for key, proportion in proportions.items():
        passed += proportion
        given[key] = floor(passed + point) - reached
        reached += given[key]
    return given


def _proportions(total: int, weights: Mapping[Key, int], capacity: Mapping[Key, int]) -> dict[Key, Fraction]:
    """Give the exact proportions; what one cannot take goes to the others."""
    full: set[Key] = set()
    while True:
        left = total - sum(capacity[key] for key in full)
        weight = sum(weights[key] for key in weights if key not in full)
        shares = {
            key: Fraction(capacity[key]) if key in full else Fraction(left * weights[key], weight) for key in weights
        }
        over = {key for key, share in shares.items() if share > capacity[key]}
        if not over:
            return shares
        full |= over
