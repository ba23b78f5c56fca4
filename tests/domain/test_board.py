"""What a board is shown of the findings, and that nothing hidden from it can be worked out."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from auditapp.domain.board import for_board
from auditapp.domain.counts import Count
from auditapp.domain.disclosure import Key, Sum
from auditapp.domain.errors import Refused
from auditapp.domain.figures import HIDDEN, Table
from auditapp.domain.findings import Findings
from auditapp.domain.vocabulary import CaseType, Compliance, Measure, Overridden, Party, Standard, TakingPart, Unjudged
from tests.domain.attacker import Attacker
from tests.domain.test_findings import AUGUST, GRADES, JULY, SEPTEMBER, SUMMER, found, overall, row, table

RULE = "Counts of 1 to 4 are not shown, nor others that would give them away."
CYCLE = tuple(product(SUMMER.months, (CaseType.LAC, CaseType.CP, CaseType.CIN)))


def audits(n: int, seed: int) -> Iterator[Count]:
    """Counts of n audits with every measure, spread by arithmetic alone: mostly good, a few of everything else."""
    for at in range(n):
        turn = (at * 7 + seed * 13 + at * at // 5) % 100
        month, kind = CYCLE[(at + seed) % len(CYCLE)]
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


def given_away(full: Findings, shown: Findings) -> list[Key]:
    """The small counts that a reader of the board's record can work out."""
    seen = readable(shown)
    counts = {key: count for key, count in readable(full).items() if key in seen and count is not None}
    return Attacker(counts, seen, tuple(known_sums(shown))).given_away()


@pytest.mark.parametrize(("n", "seed"), [(13, 26), (16, 0), (21, 37), (29, 52), (37, 13), (44, 78), (58, 3), (80, 65)])
def test_nothing_hidden_from_a_board_can_be_worked_out(n: int, seed: int) -> None:
    full = found(list(audits(n, seed)))
    shown = for_board(full)
    if shown.tables:
        assert given_away(full, shown) == []


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
    shown = for_board(found(counts, targets=dict.fromkeys(SUMMER.months, 20)))
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
    hidden_n = [
        *overall(0, 12, 0, 0),
        Count(JULY, None, None, Measure.OVERALL, "", Unjudged.NOT_JUDGED.value, 3),
    ]
    full, shown = found(hidden_n), for_board(found(hidden_n))
    assert any(note.startswith("With 12 audits") for note in full.notes)
    assert row(shown, "overall", "all").n is None
    assert not any("12" in note for note in shown.notes)


def test_tables_are_left_out_where_they_would_hide_the_number_of_audits() -> None:
    full = found(list(audits(12, 1)))
    shown = for_board(full)
    assert shown.audits == 12
    assert shown.table("by_case_type") is None
    assert "Too few audits to show: Overall grades by case type." in shown.notes
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
