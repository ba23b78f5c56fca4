"""Small counts: which counts of a publication are hidden so that nobody can be made out, or worked out, from it.

A publication is counts under keys and the sums that hold between them: a table's rows and columns, the tables
that share a total. Counts from 1 up to under the limit are hidden, and with them as many others as it takes. For
each small count there is then another publication, equal in everything shown, in which that count is a different
small one. The proof is found, not hoped for: see `cheapest_cover`.

Noughts are shown. Only where that would give a small total away (four hidden counts that are no noughts make a small
total 4) are the noughts under every hidden total hidden as well, and only where that will not do (three hidden fours
make a shown 12) is every nought. The counts of a group, see `Rules`, are hidden together where one of them is small. In
each of these a small count may be a nought for all anybody can tell.

What is promised holds against a reader who knows every sum that is handed in, that counts are whole, how noughts are
treated, and even which of the hidden counts are the small ones. What is not promised:

- relations that are not handed in: the same counts published before or elsewhere, or what a reader knows of a case;
- relations that are no sums, such as that a limiting domain can decide the overall grade;
- sums of hidden counts: that two grades together have three audits, or two of a group one, may be seen, but not
  which has how many;
- a reader who runs this very rule over every table there could be. In tables of a few cases that can tell a little
  more (its measure is in the tests), as with every rule that hides as little as it can.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TypeAlias

from auditapp.domain.errors import Refused

Key: TypeAlias = tuple[str, ...]
Moves: TypeAlias = dict[Key, int]
"""The step, up or down by one, of each count that moves."""
Ways: TypeAlias = list[tuple[Key, int]]
"""Single moves to choose from."""
Errors: TypeAlias = dict[int, int]
"""By how much each broken sum is out."""

LIMIT = 5
LOWEST_LIMIT = 3
# Cost of hiding a count: one count more weighs more than the size of any; a total weighs as ten of its parts.
EACH = 1_000
TOTAL = 10
# A search that takes longer has no answer, or none that is worth the wait.
TRIES = 4_000


@dataclass(frozen=True, slots=True)
class Sum:
    """A count that is the sum of others. One part makes two counts the same."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for some counts beside their size.

    Those `kept` are shown whatever is hidden for it, the `unseen` stand nowhere and so cost nothing to hide. A group of
    `together` is hidden whole where one of its counts is small, noughts and all: which of them is small is not seen.
    """

    kept: Collection[Key] = frozenset()
    unseen: Collection[Key] = frozenset()
    together: Collection[Collection[Key]] = ()


NO_RULES = Rules()


def check_limit(limit: int) -> None:
    """A limit of 2 would hide only the ones, and so give them away: Refused, as is anything below."""
    if limit < LOWEST_LIMIT:
        raise Refused(f"The limit for small counts must be at least {LOWEST_LIMIT}. Choose a higher one.")


def say_rule(limit: int) -> str:
    """The sentence that stands under every publication with hidden counts."""
    return f"Counts of 1 to {limit - 1} are not shown, nor others that would give them away."


def suppress(
    counts: Mapping[Key, int], sums: Sequence[Sum], *, limit: int = LIMIT, rules: Rules = NO_RULES
) -> dict[Key, int | None]:
    """The same counts with None for each that is not to be shown; the same every time.

    `sums` name every relation between the counts that a reader knows, over all tables published together.
    Where no cover is found, everything is hidden, what was to be kept as well. A limit under 3 is Refused.
    """
    check_limit(limit)
    hidden = _Publication(counts, sums, limit, rules).hidden()
    return {key: None if key in hidden else count for key, count in counts.items()}


@dataclass(frozen=True, slots=True, order=True)
class _Attempt:
    """A place in the queue of a search: what it costs at the least, and of equals the one with more moves made."""

    least: int
    made: int
    serial: int
    cost: int = field(compare=False)
    moves: Moves = field(compare=False)
    errors: Errors = field(compare=False)
    ways: Ways | None = field(compare=False)


class _Publication:
    """What is to be published: the counts, their sums as equations, and the cost of hiding each."""

    def __init__(self, counts: Mapping[Key, int], sums: Sequence[Sum], limit: int, rules: Rules) -> None:
        self.counts = counts
        self.limit = limit
        self.rules = rules
        self.equations = [_equation(each) for each in sums]
        self.equations_of: dict[Key, list[int]] = {key: [] for key in counts}
        self.parts: dict[Key, set[Key]] = {key: set() for key in counts}
        for at, each in enumerate(sums):
            if sum(counts[part] for part in each.parts) != counts[each.total]:
                raise ValueError(f"{each.total} is not the sum of its parts.")
            self.parts[each.total].update(each.parts)
            for key in self.equations[at]:
                self.equations_of[key].append(at)
        self.small = [key for key, count in counts.items() if 0 < count < limit]
        # The groups that are hidden whole.
        self.groups = [group for group in rules.together if not set(self.small).isdisjoint(group)]
        self.costs = _costs(counts, sums)

    def hidden(self) -> set[Key]:
        """The small counts and their cover: with noughts shown if that will do, then with noughts hidden, then all."""
        grouped = frozenset(key for group in self.groups for key in group)
        covered = self._covered(grouped)
        if covered is not None:
            return covered
        covered = self._covered(grouped | self._under(self.small))
        if covered is not None:
            return covered | {key for key in self._under(covered) if self.counts[key] == 0}
        covered = self._covered(grouped | {key for key, count in self.counts.items() if count < self.limit})
        return set(self.counts) if covered is None else covered

    def _covered(self, vague: frozenset[Key]) -> set[Key] | None:
        """The small counts with a cover for each, or None; `vague` counts may be noughts for all anybody knows."""
        search = _Search(self, vague)
        for key in self.small:
            cover = search.cheapest_cover(key)
            if cover is None:
                return None
            search.hidden |= cover.keys()
        return search.hidden

    def _under(self, totals: Iterable[Key]) -> set[Key]:
        """Everything that these totals are made up of."""
        under: set[Key] = set()
        waiting = list(totals)
        while waiting:
            new = self.parts[waiting.pop()] - under
            under |= new
            waiting.extend(new)
        return under


class _Search:
    """The search for covers, while more and more is hidden."""

    def __init__(self, publication: _Publication, vague: frozenset[Key]) -> None:
        self.counts, self.limit, self.rules = publication.counts, publication.limit, publication.rules
        self.equations, self.equations_of = publication.equations, publication.equations_of
        self.groups, self.costs = publication.groups, publication.costs
        self.vague = vague
        self.hidden = {*publication.small, *vague}
        self._mending: dict[tuple[int, int], Ways] = {}

    def cheapest_cover(self, key: Key) -> Moves | None:
        """The cheapest set of counts that can move by one with a small count while every sum still holds.

        With these hidden, the moved publication cannot be told from the true one, and in it the small count is
        another. Moving what is hidden already costs nothing, so a small count that is safe gets no further cover.
        None where there is no such set, or the search for it is too long.
        """
        queue: list[_Attempt] = []
        seen: set[frozenset[tuple[Key, int]]] = set()

        def consider(moves: Moves, errors: Errors, cost: int) -> None:
            done = frozenset(moves.items())
            if done not in seen:
                seen.add(done)
                least, ways = self._ways_on(moves, errors)
                if ways is None or ways:
                    heappush(queue, _Attempt(cost + least, -len(moves), len(seen), cost, moves, errors, ways))

        for step in (1, -1):
            if self._can_move(key, step):
                consider({key: step}, self._errors_after({}, key, step), 0)
        for _ in range(TRIES):
            if not queue:
                return None
            attempt = heappop(queue)
            if attempt.ways is None and self._stays_grouped(attempt.moves):
                return attempt.moves
            for other, step in attempt.ways or ():
                moves, errors = {**attempt.moves, other: step}, self._errors_after(attempt.errors, other, step)
                consider(moves, errors, attempt.cost + self._price(other))
        return None

    def _ways_on(self, moves: Moves, errors: Errors) -> tuple[int, Ways | None]:
        """The single moves that mend one broken sum, and the cost of the cheapest; (0, None) where no sum is broken.

        It is a sum with one way only, or else the one that is dearest to mend: what has to be done is done first.
        """
        choices = []
        for at, error in errors.items():
            ways = [way for way in self._mends(at, -1 if error > 0 else 1) if way[0] not in moves]
            if not ways:
                return 0, []
            least = min([self._price(key) for key, _ in ways])
            choices.append((len(ways) == 1, least, -len(ways), -at, ways))
        if not choices:
            return 0, None
        _only, least, _fewest, _at, ways = max(choices)
        return least, ways

    def _errors_after(self, errors: Errors, key: Key, step: int) -> Errors:
        after = dict(errors)
        for at in self.equations_of[key]:
            error = after.pop(at, 0) + self.equations[at][key] * step
            if error:
                after[at] = error
        return after

    def _mends(self, at: int, against: int) -> Ways:
        """Every move that mends a sum, as far as counts can move at all: asked for again and again, so kept."""
        if (at, against) not in self._mending:
            self._mending[at, against] = [
                (key, against * sign) for key, sign in self.equations[at].items() if self._can_move(key, against * sign)
            ]
        return self._mending[at, against]

    def _can_move(self, key: Key, step: int) -> bool:
        """A small count stays small, any other above nought; a vague one may be nought, a nought shown stays."""
        if key in self.rules.kept:
            return False
        count = self.counts[key]
        lowest = 0 if key in self.vague else 1
        return count >= lowest and lowest <= count + step and (count >= self.limit or count + step < self.limit)

    def _stays_grouped(self, moves: Moves) -> bool:
        """Whether every group that is hidden for a small count would still have one, and so still be hidden."""
        return all(any(0 < self.counts[key] + moves.get(key, 0) < self.limit for key in group) for group in self.groups)

    def _price(self, key: Key) -> int:
        return 0 if key in self.hidden or key in self.rules.unseen else self.costs[key]


def _equation(each: Sum) -> dict[Key, int]:
    return {**dict.fromkeys(each.parts, 1), each.total: -1}


def _costs(counts: Mapping[Key, int], sums: Sequence[Sum]) -> dict[Key, int]:
    """What hiding each count costs: the smallest first, totals last."""
    heights = _heights(counts, sums)
    return {key: (EACH + min(count, EACH - 1)) * TOTAL ** heights[key] for key, count in counts.items()}


def _heights(counts: Mapping[Key, int], sums: Sequence[Sum]) -> dict[Key, int]:
    """How many layers of sums lie below each count."""
    heights = dict.fromkeys(counts, 0)
    # As many rounds as there are sums settle any order of them; a circle of sums stops there as well.
    for _ in sums:
        before = dict(heights)
        for each in sums:
            heights[each.total] = max([heights[each.total], *(1 + heights[part] for part in each.parts)])
        if heights == before:
            break
    return heights
