"""Hidden counts against a reader who tries to work them out, with arithmetic of his own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditapp.domain.disclosure import Key, Sum, say_rule, suppress
from auditapp.domain.errors import Refused
from tests.domain.attacker import LIMIT, Attacker


def line(counts: Sequence[int]) -> tuple[dict[Key, int], list[Sum]]:
    """Counts in one row, and their total."""
    cells: dict[Key, int] = {("cell", str(at)): count for at, count in enumerate(counts)}
    return {**cells, ("total",): sum(counts)}, [Sum(("total",), tuple(cells))]


def grid(name: str, rows: Sequence[Sequence[int]]) -> tuple[dict[Key, int], list[Sum]]:
    """Counts in rows and columns, with the totals of both and of all."""
    counts: dict[Key, int] = {}
    for r, row in enumerate([*rows, [sum(column) for column in zip(*rows, strict=True)]]):
        for c, count in enumerate([*row, sum(row)]):
            counts[name, str(r), str(c)] = count
    height, width = len(rows), len(rows[0])
    across = [
        Sum((name, str(r), str(width)), tuple((name, str(r), str(c)) for c in range(width))) for r in range(height + 1)
    ]
    down = [
        Sum((name, str(height), str(c)), tuple((name, str(r), str(c)) for r in range(height))) for c in range(width + 1)
    ]
    return counts, [*across, *down]


def linked(one: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> tuple[dict[Key, int], list[Sum]]:
    """Two tables of the same cases, by month and by case type for one: their rows of totals are the same."""
    counts, sums = grid("one", one)
    more, more_sums = grid("other", other)
    total = [Sum(("other", str(len(other)), str(c)), (("one", str(len(one)), str(c)),)) for c in range(len(one[0]) + 1)]
    return {**counts, **more}, [*sums, *more_sums, *total]


def regrouped(rows: Sequence[Sequence[int]], height: int) -> list[list[int]]:
    """Another table with the same column totals: the cases of each column dealt out to other rows."""
    dealt = [[0] * len(rows[0]) for _ in range(height)]
    for c, column in enumerate(zip(*rows, strict=True)):
        for case in range(sum(column)):
            dealt[(case * case + c) % height][c] += 1
    return dealt


def grids(height: int, width: int, most: int = 14) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(st.integers(0, most), min_size=width, max_size=width)
    return st.lists(row, min_size=height, max_size=height)


def hides_everything(shown: Mapping[Key, int | None]) -> bool:
    return all(count is None for count in shown.values())


def check(counts: Mapping[Key, int], sums: Sequence[Sum]) -> None:
    shown = suppress(counts, sums)
    assert {key: count for key, count in shown.items() if count is not None}.items() <= counts.items()
    if not hides_everything(shown):
        assert Attacker(counts, shown, sums).given_away() == []


@given(st.lists(st.integers(0, 30), min_size=1, max_size=7))
def test_no_small_count_of_one_row_can_be_worked_out(row: list[int]) -> None:
    check(*line(row))


@example([[1, 1], [1, 1], [1, 1], [1, 2]])  # a small total of ones only
@settings(max_examples=60)
@given(st.integers(2, 4).flatmap(lambda height: st.integers(2, 4).flatmap(lambda width: grids(height, width))))
def test_no_small_count_of_a_table_can_be_worked_out(rows: list[list[int]]) -> None:
    check(*grid("table", rows))


@settings(max_examples=25, deadline=None)
@given(grids(3, 4), st.integers(2, 5))
def test_no_small_count_of_linked_tables_can_be_worked_out(rows: list[list[int]], height: int) -> None:
    check(*linked(rows, regrouped(rows, height)))


def test_the_attacker_finds_what_primary_hiding_alone_gives_away() -> None:
    counts, sums = grid("table", [[3, 20], [20, 20]])
    shown = {key: None if 0 < count < LIMIT else count for key, count in counts.items()}
    assert Attacker(counts, shown, sums).given_away() == [("table", "0", "0")]


def test_the_attacker_finds_two_ones_behind_a_shown_sum() -> None:
    counts, sums = line([1, 1, 20])
    shown = {key: None if count == 1 else count for key, count in counts.items()}
    assert Attacker(counts, shown, sums).given_away() == [("cell", "0"), ("cell", "1")]


def hidden_cells(row: Sequence[int]) -> list[int]:
    counts, sums = line(row)
    shown = suppress(counts, sums)
    assert shown["total",] == sum(row)
    return [at for at in range(len(row)) if shown["cell", str(at)] is None]


@pytest.mark.parametrize(
    ("row", "hidden"),
    [
        ([6, 9, 20], []),
        ([3, 9, 6, 20], [0, 2]),  # the smallest other covers
        ([3, 0, 9, 20], [0, 2]),  # a nought is no cover
        ([1, 2, 20], [0, 1]),  # two cover each other
        ([1, 1, 20], [0, 1, 2]),  # two ones do not: their sum would say it
        ([4, 4, 20], [0, 1, 2]),  # nor two of the highest
        ([0, 0, 20], []),
    ],
)
def test_a_row_hides_as_little_as_it_can(row: list[int], hidden: list[int]) -> None:
    assert hidden_cells(row) == hidden


def test_a_table_hides_the_corners_of_a_rectangle_and_shows_its_totals() -> None:
    counts, sums = grid("table", [[3, 20, 30], [9, 8, 40], [50, 60, 70]])
    shown = suppress(counts, sums)
    assert [key[1:] for key, count in shown.items() if count is None] == [
        ("0", "0"),
        ("0", "1"),
        ("1", "0"),
        ("1", "1"),
    ]


def test_a_small_total_is_hidden_in_all_tables_that_have_it() -> None:
    counts, sums = linked([[3, 20], [1, 20]], [[2, 10], [2, 30]])
    shown = suppress(counts, sums)
    assert shown["one", "2", "0"] is None
    assert shown["other", "2", "0"] is None
    assert Attacker(counts, shown, sums).given_away() == []


def test_four_ones_under_a_small_total_are_not_betrayed_by_the_noughts_beside_them() -> None:
    rows = [[1, 20], [1, 20], [1, 20], [1, 20], [0, 20]]
    counts, sums = grid("table", rows)
    shown = suppress(counts, sums)
    assert shown["table", "4", "0"] is None
    assert not hides_everything(shown)
    assert Attacker(counts, shown, sums).given_away() == []


def test_without_small_counts_everything_is_shown() -> None:
    counts, sums = grid("table", [[0, 5], [7, 0]])
    assert suppress(counts, sums) == counts


@pytest.mark.parametrize("limit", [-1, 0, 1, 2])
def test_a_limit_that_gives_the_hidden_away_is_refused(limit: int) -> None:
    with pytest.raises(Refused, match="at least 3"):
        suppress(*line([1, 20]), limit=limit)


def test_another_limit_hides_other_counts() -> None:
    counts, sums = line([6, 20, 30])
    assert suppress(counts, sums, limit=5) == counts
    assert suppress(counts, sums, limit=10)["cell", "0"] is None
    assert say_rule(10) == "Counts of 1 to 9 are not shown, nor others that would give them away."


def test_a_sum_that_does_not_hold_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="not the sum"):
        suppress({("a",): 1, ("b",): 2}, [Sum(("b",), (("a",),))])


@given(grids(3, 3))
def test_the_same_counts_hide_the_same(rows: list[list[int]]) -> None:
    counts, sums = grid("table", rows)
    assert suppress(counts, sums) == suppress(dict(counts), list(sums))


def told_by_the_rule_itself(tables: Iterable[tuple[dict[Key, int], list[Sum]]]) -> float:
    """The share of hidden small counts that are the same in every table which the rule publishes alike."""
    alike: dict[tuple[int | None, ...], list[tuple[int, ...]]] = {}
    for counts, sums in tables:
        alike.setdefault(tuple(suppress(counts, sums).values()), []).append(tuple(counts.values()))
    small = told = 0
    for published, behind in alike.items():
        for at in (at for at, count in enumerate(published) if count is None):
            values = [counts[at] for counts in behind]
            small += sum(0 < value < LIMIT for value in values)
            told += len(set(values)) == 1 and 0 < values[0] < LIMIT
    return told / small


def compositions(n: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (n,)
        return
    for first in range(n + 1):
        yield from ((first, *rest) for rest in compositions(n - first, parts - 1))


def test_even_a_reader_who_runs_the_rule_over_every_row_there_could_be_learns_next_to_nothing() -> None:
    assert told_by_the_rule_itself(line(row) for n in range(19) for row in compositions(n, 3)) < 0.005


def test_even_a_reader_who_runs_the_rule_over_every_small_table_learns_next_to_nothing() -> None:
    tables = (grid("t", [row[:2], row[2:]]) for n in range(14) for row in compositions(n, 4))
    assert told_by_the_rule_itself(tables) < 0.02
