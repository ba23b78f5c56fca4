"""How fast somebody goes, or a month, against the average of all: told from few events, with the doubt kept.

A pace of 2 does in a day what the average does in two. Paces are not known but weighed: every pace of `PACES` gets
the weight that the events so far give it. The paces of a group are taken to be spread as a gamma distribution of mean
one, the usual model of frailty (J. W. Vaupel, K. G. Manton and E. Stallard, Demography 16 (1979) 439-454); how widely,
the group itself tells, and as far as it cannot, every width keeps its say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Final, TypeAlias

STEPS: Final = 7
PACES: Final = tuple(2 ** (step / 3) for step in range(-STEPS, STEPS + 1))
PRODUCTS: Final = tuple(2 ** (step / 3) for step in range(-2 * STEPS, 2 * STEPS + 1))
"""What a pace of `PACES` times another one gives: of the i-th and the j-th, the one at i + j."""
SHAPES: Final = (1.0, 1.5, 2.5, 4.0, 7.0, 12.0, 25.0, 60.0, 200.0)

Weights: TypeAlias = tuple[float, ...]
"""A weight for each of `PACES`; together they are one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of somebody: how many events, and how many there would be at the average pace."""

    events: float
    expected: float

    def counted(self, share: float) -> "Seen":
        """The same, counted for a share of what it would say by itself."""
        return Seen(self.events * share, self.expected * share)


def spread(group: Iterable[Seen]) -> Weights:
    """Weigh the paces that one more member of a group may have, of whom nothing was seen yet."""
    seen = [(each.events, each.expected) for each in group]
    fits = [sum(_log_chance(shape, events, expected) for events, expected in seen) if seen else 0.0 for shape in SHAPES]
    shares = _normalised([exp(fit - max(fits)) for fit in fits])
    return _normalised([sum(map(_times, shares, column)) for column in _BY_PACE])


def known(before: Weights, seen: Seen) -> Weights:
    """Weigh the paces of one member of a group anew by what was seen of them."""
    logs = [seen.events * step - seen.expected * pace for step, pace in zip(_LOGS, PACES, strict=True)]
    most = max(logs)
    return _normalised([weight * exp(each - most) for weight, each in zip(before, logs, strict=True)])


def mean(weights: Weights) -> float:
    """Give the pace to reckon with."""
    return sum(map(_times, weights, PACES))


def _times(one: float, other: float) -> float:
    return one * other


def _log_chance(shape: float, events: float, expected: float) -> float:
    """How likely so many events are where paces are spread like this: the negative binomial, but for a constant."""
    return shape * log(shape) - lgamma(shape) + lgamma(shape + events) - (shape + events) * log(shape + expected)


def _normalised(weights: Sequence[float]) -> Weights:
    whole = sum(weights)
    return tuple(weight / whole for weight in weights)


_LOGS: Final = tuple(log(pace) for pace in PACES)
_BY_SHAPE: Final = tuple(
    _normalised([exp(shape * (step - pace + 1)) for step, pace in zip(_LOGS, PACES, strict=True)]) for shape in SHAPES
)
_BY_PACE: Final = tuple(zip(*_BY_SHAPE, strict=True))
