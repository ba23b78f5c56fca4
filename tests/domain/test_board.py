"""What a board is shown of the findings, and that nothing hidden from it can be worked out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from time import process_time

import pytest

from auditapp.domain.board import for_board
from auditapp.domain.calendar import Month
from auditapp.domain.counts import Count
from auditapp.domain.disclosure import Key, Sum
from auditapp.domain.errors import Refused
from auditapp.domain.figures import HIDDEN, Table
from auditapp.domain.findings import Findings
from auditapp.domain.programme_settings import QUOTA, ProgrammeSettings
from auditapp.domain.quota import Asked, Quota
from auditapp.domain.vocabulary import CaseType, Compliance, Measure, Overridden, Party, Standard, TakingPart, Unjudged
from tests.domain.attacker import Attacker
from tests.domain.test_findings import AUGUST, GRADES, JULY, SEPTEMBER, SUMMER, counted, found, overall, row, table

RULE = "Counts of 1 to 4 are not shown, nor others that would give them away."
TYPES = (CaseType.LAC, CaseType.CP, CaseType.CIN)
CYCLE = tuple(product(SUMMER.months, TYPES))
SPRING = SUMMER.previous


def audits(n: int, seed: int) -> Iterator[Count]:
    """Counts of n audits with every measure, spread by arithmetic alone: mostly good, a few of everything else."""
    for at in range(n):
        yield from audit(at, seed, *CYCLE[(at + seed) % len(CYCLE)])


def by_month(numbers: Sequence[int], seed: int) -> Iterator[Count]:
    """Counts of as many audits in each month of the quarter, each with more domains than a page has room for."""
    months = [month for month, n in zip(SUMMER.months, numbers, strict=True) for _ in range(n)]
    for at, month in enumerate(months):
        kind = TYPES[(at + seed) % len(TYPES)]
        yield from audit(at, seed, month, kind)
        for k in range(20, 32):
            turn = (at * 7 + seed * 13 + at * at // 5 + k * k) % 100
            value = Unjudged.NOT_JUDGED.value if turn > 96 else GRADES[min(3, turn // 24)]
            yield Count(month, kind, None, Measure.DOMAIN, f"D{k}", value, 1)


def audit(at: int, seed: int, month: Month, kind: CaseType) -> Iterator[Count]:
    """Counts of one audit."""
    turn = (at * 7 + seed * 13 + at * at // 5) % 100
    grade = GRADES[0 if turn < 8 else 1 if turn < 58 else 2 if turn < 90 else 3]
    worse = GRADES[min(3, GRADES.index(grade) + turn % 2)]
    shared = Unjudged.NOT_APPLICABLE.value if turn % 17 == 0 else worse
    for measure, key, value in (
        (Measure.OVERALL, "", grade),
        (Measure.OVERRIDDEN, "", Overridden.YES if turn > 93 else Overridden.NO),
        (Measure.DOMAIN, "D1", shared),
        (Measure.DOMAIN, "D11", worse),
        (Measure.STANDARD, Standard.PS7.value, shared),
        (Measure.COMPLIANCE, Standard.PS7.value, tuple(Compliance)[turn % 4 * (turn % 3) % 4]),
        (Measure.PARTICIPATION, Party.CHILD.value, tuple(TakingPart)[turn % 5 % 3]),
    ):
        yield Count(month, kind, "East" if at % 2 else "West", measure, key, str(value), 1)


def readable(findings: Findings) -> dict[Key, int | None]:
    """Every count that stands in a record, by its place."""
    counts: dict[Key, int | None] = {("audits",): findings.audits}
    counts.update({("done", each.label): each.done for each in findings.done})
    for each in findings.tables:
        for line in each.rows:
            values = [column.key for column in (*each.columns, *each.beside)]
            cells = [*(cell.count for cell in line.cells), *line.beside]
            counts.update({(each.key, line.label, value): n for value, n in zip(values, cells, strict=True)})
            counts[each.key, line.label, "n"] = line.n
            if not each.is_score:
                counts[each.key, line.label, "share"] = line.share.count
    return counts


def known_sums(findings: Findings) -> Iterator[Sum]:
    """What anybody who reads the page knows of how its counts hang together."""
    yield Sum(("audits",), tuple(("done", each.label) for each in findings.done))
    for each in findings.tables:
        for line in each.rows:
            columns = tuple((each.key, line.label, column.key) for column in each.columns)
            beside = tuple((each.key, line.label, column.key) for column in each.beside)
            yield Sum((each.key, line.label, "n"), columns)
            if not each.is_score:
                worthy = tuple((each.key, line.label, column.key) for column in each.columns if column.worth)
                yield Sum((each.key, line.label, "share"), worthy)
            if each.key == "by_month" and not line.is_total:
                yield Sum(("done", line.label), (*columns, *beside))
            elif each.key not in {"by_case_type", "compliance"}:
                yield Sum(("audits",), (*columns, *beside))
        yield from sums_down(each)
    yield from sums_across(findings)


def sums_down(each: Table) -> Iterator[Sum]:
    parts = [line.label for line in each.rows if not line.is_total]
    for total in (line.label for line in each.rows if line.is_total and parts):
        for name in (*(column.key for column in (*each.columns, *each.beside)), "n", "share"):
            yield Sum((each.key, total, name), tuple((each.key, part, name) for part in parts))


def sums_across(findings: Findings) -> Iterator[Sum]:
    """The totals of the tables of overall grades are the same; so is a standard that rests on one domain."""
    same = [(("overall", "All audits"), (key, "All audits")) for key in ("by_month", "by_case_type")]
    same.append((("by_domain", "Record"), ("by_standard", f"PS7 {Standard.PS7.label}")))
    for (key, label), (other, other_label) in same:
        there = findings.table(other)
        if there is not None and findings.table(key) is not None:
            for name in (*(column.key for column in (*there.columns, *there.beside)), "n", "share"):
                yield Sum((other, other_label, name), ((key, label, name),))


def told_by_targets(shown: Findings) -> dict[Sum, tuple[int, int]]:
    """What targets tell of the months of a council year before them: how many audits these had, at least and at most.

    Those of the plan are the same every month and tell nothing.
    """
    told = {}
    for at, each in enumerate(shown.done):
        if at and each.target not in {None, QUOTA}:
            could = [n for n in range(QUOTA * at) if asked_after([n])[at].target == each.target]
            earlier = tuple(("done", before.label) for before in shown.done[:at])
            told[Sum(("done before", each.label), earlier)] = (min(could), max(could))
    return told


def hidden_together(shown: Findings) -> list[list[Key]]:
    """What a row counts outside n: a reader is told either all of it or nothing that would say which is small."""
    rows = [(each, line) for each in shown.tables for line in each.rows]
    return [[(each.key, line.label, column.key) for column in each.beside] for each, line in rows]


def given_away(full: Findings, shown: Findings, *more: Sum) -> list[Key]:
    """The small counts that a reader of the board's record can work out."""
    seen = readable(shown)
    # Where months are shown as one, the full record has no such count.
    counts = {key: count for key, count in {**seen, **readable(full)}.items() if key in seen and count is not None}
    known = [each for each in (*known_sums(shown), *more) if {each.total, *each.parts} <= seen.keys()]
    told = told_by_targets(shown)
    within = {each.total: bounds for each, bounds in told.items()}
    return Attacker(counts, seen, (*known, *told), hidden_together(shown), within).given_away()


@pytest.mark.parametrize(("n", "seed"), [(13, 26), (16, 0), (21, 37), (29, 52), (37, 13), (44, 78), (58, 3), (80, 65)])
def test_nothing_hidden_from_a_board_can_be_worked_out(n: int, seed: int) -> None:
    full = found(list(audits(n, seed)))
    shown = for_board(full)
    assert shown.tables
    assert given_away(full, shown) == []


# How many audits the months of a spring had: a target of 27 for May says that April had at most one.
SPRINGS = [(1, 22, 24), (1, 9, 30), (1, 1, 20), (1, 0, 30)]


@pytest.mark.parametrize("numbers", SPRINGS)
def test_no_target_gives_a_month_away(numbers: tuple[int, ...]) -> None:
    full = spring(*numbers)
    shown = for_board(full)
    assert None in [each.done for each in shown.done]
    assert given_away(full, shown) == []
    assert ([each.target for each in shown.done], shown.target) == ([20, 20, 20], 60)
    assert any(note.startswith("The target is the number of audits a month") for note in shown.notes)


@pytest.mark.parametrize("numbers", SPRINGS)
def test_the_attacker_would_see_through_targets_that_are_carried_forward(numbers: tuple[int, ...]) -> None:
    full = spring(*numbers)
    shown = for_board(full)
    pairs = zip(shown.done, full.done, strict=True)
    leaky = replace(shown, done=tuple(replace(each, target=asked.target) for each, asked in pairs))
    assert ("done", "April 2026") in given_away(full, leaky)


def test_a_record_without_targets_gets_none() -> None:
    shown = for_board(found(list(audits(58, 3))))
    assert {each.target for each in shown.done} == {None}
    assert shown.target is None
    assert not any(note.startswith("The target") for note in shown.notes)


def asked_after(numbers: Sequence[int]) -> list[Asked]:
    """What is asked of each month of a spring, with the audits done from April on."""
    quota, done = Quota(SPRING.start, ProgrammeSettings()), dict(zip(SPRING.months, numbers, strict=False))
    return [quota.asked_of(month, done, today=month.first_day) for month in SPRING.months]


def spring(*numbers: int) -> Findings:
    """The first quarter of a council year with its targets as they are in use."""
    targets = dict(zip(SPRING.months, asked_after(numbers), strict=True))
    counts = [
        count for month, n in zip(SPRING.months, numbers, strict=True) for count in overall(0, n, 0, 0, month=month)
    ]
    return found(counts, period=SPRING, targets=targets)


def test_the_attacker_would_see_through_tables_protected_one_by_one() -> None:
    full = found(list(audits(58, 3)))
    shown = for_board(full)
    leaky = replace(shown, tables=(full.tables[0], *shown.tables[1:]))
    assert given_away(full, leaky) != []


def test_a_board_sees_no_teams() -> None:
    full = found(list(audits(58, 3)))
    assert full.table("by_team") is not None
    assert for_board(full).table("by_team") is None
    assert "East" not in repr(for_board(full))


def test_a_small_count_is_hidden_with_what_would_give_it_away_and_the_rule_is_said() -> None:
    shown = for_board(found(overall(6, 30, 18, 4)))
    only = row(shown, "overall", "all")
    assert [cell.count for cell in only.cells] == [6, 30, None, None]
    assert table(shown, "overall").texts(only)[1:5] == ("6 (10 %)", "30 (52 %)", HIDDEN, HIDDEN)
    assert shown.headline == "Of 58 audits, 36 were good or better: 62 %, likely between 49 % and 73 %."
    assert RULE in shown.notes
    assert shown.suppressed_under == 5


def test_a_hidden_headline_is_hidden_in_words() -> None:
    shown = for_board(found(overall(1, 2, 18, 37)))
    only = row(shown, "overall", "all")
    assert (only.share.count, only.share.percentage, only.share.likely) == (None, None, None)
    assert shown.headline == f"Of 58 audits, the number that were good or better is not shown. {RULE}"


def test_no_percentage_stands_on_a_hidden_count() -> None:
    for seed in range(5):
        for each in for_board(found(list(audits(58, seed)))).tables:
            for line in each.rows:
                for cell in line.cells:
                    assert (cell.percentage is None) == (cell.count is None or not line.n)
                if not each.is_score and (line.share.count is None or line.n is None):
                    assert (line.share.percentage, line.share.low, line.share.high) == (None, None, None)


def test_a_score_is_hidden_with_the_answers_it_comes_from() -> None:
    answers = {Compliance.YES.value: 30, Compliance.PARTLY.value: 2, Compliance.NO.value: 20}
    counts = [Count(JULY, None, None, Measure.COMPLIANCE, "PS7", value, n) for value, n in answers.items()]
    full = found([*overall(0, 30, 20, 0), *counts])
    assert row(full, "compliance", "PS7").share.percentage is not None
    assert row(for_board(full), "compliance", "PS7").share.percentage is None


def test_a_month_with_few_audits_is_hidden_everywhere() -> None:
    counts = [*overall(0, 20, 10, 0), *overall(0, 2, 1, 0, month=AUGUST), *overall(0, 20, 10, 0, month=SEPTEMBER)]
    shown = for_board(found(counts, targets=dict.fromkeys(SUMMER.months, Asked(20, 20))))
    august = next(each for each in shown.done if each.key == str(AUGUST))
    assert (august.done, august.target) == (None, 20)
    assert row(shown, "by_month", str(AUGUST)).n is None
    assert sum(each.done is None for each in shown.done) == 2
    assert shown.audits == 63


@pytest.mark.parametrize("n", [1, 4])
def test_too_few_audits_show_nothing_at_all(n: int) -> None:
    shown = for_board(found(overall(0, n, 0, 0)))
    assert (shown.audits, shown.tables, shown.notes) == (None, (), (RULE,))
    assert {each.done for each in shown.done} == {None}
    assert shown.headline == "There are too few submitted audits for July to September 2026 to show what they found."


def test_no_audits_are_no_secret() -> None:
    shown = for_board(found([]))
    assert shown.audits == 0
    assert shown.headline == "There are no submitted audits for July to September 2026."


def test_few_audits_are_weighed_only_where_their_number_is_shown() -> None:
    # Two fours outside n would be given away by their sum.
    hidden_n = [
        *overall(0, 12, 0, 0),
        *(Count(JULY, None, None, Measure.OVERALL, "", word.value, 4) for word in Unjudged),
    ]
    full, shown = found(hidden_n), for_board(found(hidden_n))
    assert any(note.startswith("With 12 audits") for note in full.notes)
    assert row(shown, "overall", "all").n is None
    assert not any("12" in note for note in shown.notes)


def test_a_table_is_left_out_where_it_would_hide_the_number_of_audits() -> None:
    # Four audits of each of four types are all that could be small, and make 16.
    kinds = (CaseType.LAC, CaseType.CP, CaseType.CIN, CaseType.OA)
    full = found([count for kind in kinds for count in overall(0, 4, 0, 0, case_type=kind)])
    shown = for_board(full)
    assert shown.audits == 16
    assert shown.table("by_case_type") is None
    assert "Too few audits to show: Overall grades by case type." in shown.notes
    assert given_away(full, shown) == []


@pytest.mark.parametrize("seed", range(6))
def test_three_months_of_four_audits_do_not_hide_the_rest(seed: int) -> None:
    full = found(list(by_month((4, 4, 4), seed)))
    shown = for_board(full)
    assert shown.audits == 12
    assert {"overall", "by_domain", "compliance", "participation"} <= {each.key for each in shown.tables}
    assert any(each.startswith("Too few audits to show: Overall grades by month;") for each in shown.notes)
    assert [(each.label, each.done) for each in shown.done] == [("July to September 2026", 12)]


@pytest.mark.parametrize("numbers", [(12, 0, 0), (6, 3, 3), (0, 8, 4)])
def test_whether_months_are_left_out_says_nothing_of_them(numbers: tuple[int, ...]) -> None:
    assert for_board(found(list(by_month(numbers, 1)))) == for_board(found(list(by_month((4, 4, 4), 1))))


@pytest.mark.parametrize("numbers", [(4, 4, 4), (8, 4, 0), (5, 0, 0), (13, 13, 10), (33, 33, 34)])
def test_a_quarter_is_made_safe_in_well_under_a_second(numbers: tuple[int, ...]) -> None:
    full = found(list(by_month(numbers, 2)))
    began = process_time()
    for_board(full)
    assert process_time() - began < 1


def test_eight_audits_of_which_four_took_part_and_four_did_not_are_shown_without_noughts() -> None:
    answers = {TakingPart.TOOK_PART.value: 4, TakingPart.DECLINED.value: 4}
    full = found([*overall(0, 8, 0, 0), *counted(Measure.PARTICIPATION, Party.CHILD.value, answers)])
    shown = for_board(full)
    assert (shown.audits, row(shown, "overall", "all").n) == (8, 8)
    assert 0 not in readable(shown).values()
    assert given_away(full, shown) == []


@pytest.mark.parametrize(
    ("unjudged", "beside", "n"),
    [
        ((0, 1), (None, None), 19),  # which of the two it is, is not seen
        ((1, 1), (None, None), 18),
        ((3, 9), (None, None), 8),
        ((0, 0), (0, 0), 20),
        ((0, 6), (0, 6), 14),
    ],
)
def test_what_stands_outside_n_is_hidden_together_and_n_is_shown(
    unjudged: tuple[int, int], beside: tuple[int | None, ...], n: int
) -> None:
    values = {"good": 20 - sum(unjudged), **{word.value: n for word, n in zip(Unjudged, unjudged, strict=True)}}
    full = found([*overall(0, 20, 0, 0), *counted(Measure.DOMAIN, "D1", values)])
    shown = for_board(full)
    only = row(shown, "by_domain", "D1")
    assert (only.beside, only.n) == (beside, n)
    assert only.share.percentage == 100
    assert given_away(full, shown) == []


def test_a_higher_limit_hides_more_and_a_useless_one_is_refused() -> None:
    full = found(overall(6, 30, 18, 24))
    assert for_board(full).tables == full.tables
    assert row(for_board(full, limit=10), "overall", "all").cells[0].count is None
    with pytest.raises(Refused, match="at least 3"):
        for_board(full, limit=2)


def test_a_boards_record_cannot_be_made_into_another() -> None:
    with pytest.raises(ValueError, match="full one"):
        for_board(for_board(found(overall(6, 30, 18, 4))))
