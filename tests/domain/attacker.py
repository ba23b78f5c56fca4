"""A reader of a publication who tries to work out its hidden counts, with arithmetic of his own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from auditapp.domain.disclosure import Key, Sum

LIMIT = 5
MANY = 10_000
Bounds = dict[Key, tuple[int, int]]


@dataclass(frozen=True)
class Attacker:
    """Knows the sums, what is shown, and of every hidden count whether it is a small one; tries what else it could be.

    Noughts under hidden small totals are hidden all together or not at all, and so are all noughts there are: where
    none is shown, any hidden count there may be one. The counts of a group `together` are hidden where one is small:
    which, he does not know. `within` are the bounds of counts that stand nowhere and that he knows from elsewhere.
    """

    counts: Mapping[Key, int]
    shown: Mapping[Key, int | None]
    sums: Sequence[Sum]
    together: Sequence[Collection[Key]] = ()
    within: Mapping[Key, tuple[int, int]] = field(default_factory=dict)

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
        vague = self._vague()
        bounds: Bounds = dict(self.within)
        for key, count in self.counts.items():
            seen = self.shown[key]
            if seen is not None:
                bounds[key] = (seen, seen)
            elif 0 < count < LIMIT:
                bounds[key] = (0 if key in vague else 1, LIMIT - 1)
            else:
                bounds[key] = (0 if count == 0 or key in vague else 1, MANY)
        return bounds

    def _vague(self) -> set[Key]:
        """The hidden counts that may be noughts."""
        grouped = {key for group in self._hidden_groups() for key in group}
        if 0 in self.counts.values() and 0 not in self.shown.values():
            return grouped | {key for key, count in self.counts.items() if count < LIMIT}
        under = self._under_small_totals()
        return grouped if any(self.shown[key] == 0 for key in under) else grouped | under

    def _hidden_groups(self) -> list[Collection[Key]]:
        small = {key for key, count in self.counts.items() if 0 < count < LIMIT}
        return [group for group in self.together if not small.isdisjoint(group)]

    def _under_small_totals(self) -> set[Key]:
        under = {key for key, count in self.counts.items() if 0 < count < LIMIT}
        parts: set[Key] = set()
        while under:
            under = {part for each in self.sums if each.total in under for part in each.parts} - parts
            parts |= under
        return {key for key in parts if self.counts[key] < LIMIT}

    def _solvable(self, bounds: Bounds) -> bool:
        narrowed = _narrowed(bounds, self.sums)
        if narrowed is None or not self._groups_are_hidden_in(narrowed):
            return False
        open_keys = [key for key, (low, high) in narrowed.items() if low < high]
        if not open_keys:
            return True
        key = min(open_keys, key=lambda each: narrowed[each][1] - narrowed[each][0])
        low, high = narrowed[key]
        near = sorted(range(low, high + 1), key=lambda value: abs(value - self.counts.get(key, low)))
        return any(self._solvable({**narrowed, key: (value, value)}) for value in near)

    def _groups_are_hidden_in(self, bounds: Bounds) -> bool:
        """Whether every group that is hidden can hold a small count, without which it would have been shown."""
        return all(any(bounds[key][0] < LIMIT and bounds[key][1] for key in group) for group in self._hidden_groups())


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
