"""A reader of a publication who tries to work out its hidden counts, with arithmetic of his own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditapp.domain.disclosure import Key, Sum

LIMIT = 5
MANY = 10_000
Bounds = dict[Key, tuple[int, int]]


@dataclass(frozen=True)
class Attacker:
    """Knows the sums, what is shown, and of every hidden count whether it is a small one; tries what else it could be.

    Under hidden small totals noughts are hidden all together or not at all: where none is shown there, any hidden count
    there may be one.
    """

    counts: Mapping[Key, int]
    shown: Mapping[Key, int | None]
    sums: Sequence[Sum]

    def given_away(self) -> list[Key]:
        """The small counts that are shown, or that can be nothing but what they are."""
        small = [key for key, count in self.counts.items() if 0 < count < LIMIT]
        return [key for key in small if self.shown[key] is not None or not self._could_be_another(key)]

    def _could_be_another(self, key: Key) -> bool:
        known = self._known()
        others = [value for value in range(known[key][0], LIMIT) if value != self.counts[key]]
        others.sort(key=lambda value: abs(value - self.counts[key]))
        return any(self._solvable({**known, key: (value, value)}) for value in others)

    def _known(self) -> Bounds:
        vague = self._under_small_totals()
        if any(self.shown[key] == 0 for key in vague):
            vague = set()
        bounds: Bounds = {}
        for key, count in self.counts.items():
            seen = self.shown[key]
            if seen is not None:
                bounds[key] = (seen, seen)
            elif key in vague:
                bounds[key] = (0, LIMIT - 1)
            else:
                bounds[key] = (1, LIMIT - 1) if 0 < count < LIMIT else (0 if count == 0 else 1, MANY)
        return bounds

    def _under_small_totals(self) -> set[Key]:
        under = {key for key, count in self.counts.items() if 0 < count < LIMIT}
        parts: set[Key] = set()
        while under:
            under = {part for each in self.sums if each.total in under for part in each.parts} - parts
            parts |= under
        return {key for key in parts if self.counts[key] < LIMIT}

    def _solvable(self, bounds: Bounds) -> bool:
        narrowed = _narrowed(bounds, self.sums)
        if narrowed is None:
            return False
        open_keys = [key for key, (low, high) in narrowed.items() if low < high]
        if not open_keys:
            return True
        key = min(open_keys, key=lambda each: narrowed[each][1] - narrowed[each][0])
        low, high = narrowed[key]
        near = sorted(range(low, high + 1), key=lambda value: abs(value - self.counts[key]))
        return any(self._solvable({**narrowed, key: (value, value)}) for value in near)


def _narrowed(bounds: Bounds, sums: Sequence[Sum]) -> Bounds | None:
    """The bounds after every sum has been applied to every member until nothing moves; None where they cannot hold."""
    bounds, moved = dict(bounds), True
    while moved:
        moved = False
        for each in sums:
            lows = sum(bounds[part][0] for part in each.parts)
            highs = sum(bounds[part][1] for part in each.parts)
            low, high = bounds[each.total]
            wanted = {each.total: (max(low, lows), min(high, highs))}
            for part in each.parts:
                part_low, part_high = bounds[part]
                wanted[part] = (max(part_low, low - highs + part_high), min(part_high, high - lows + part_low))
            for key, (new_low, new_high) in wanted.items():
                if new_low > new_high:
                    return None
                if (new_low, new_high) != bounds[key]:
                    bounds[key], moved = (new_low, new_high), True
    return bounds
