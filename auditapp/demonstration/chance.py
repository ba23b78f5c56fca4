"""Chance that is the same for the same day: what a demonstration is invented with."""

from collections.abc import Mapping
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")


class Chance(Random):
    """A generator that is set by words, so that each part of the story has one of its own."""

    def happens(self, probability: float) -> bool:
        """Say whether something of this probability, from 0 to 1, comes about."""
        return self.random() < probability

    def weighed(self, weights: Mapping[Choice, float]) -> Choice:
        """Return one of the keys, each as likely as its weight."""
        return self.choices(list(weights), list(weights.values()))[0]
