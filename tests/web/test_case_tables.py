"""The tables on the pages of case lists: every outcome has its word, sums hold, and very many teams stay one page."""

from auditapp.domain.understanding import ListRead
from auditapp.domain.vocabulary import CaseType, RowOutcome
from auditapp.web.case_tables import MOST_TEAMS, OUTCOMES, lists_table, strata_table


def test_every_outcome_of_a_row_has_a_word() -> None:
    assert OUTCOMES.keys() == set(RowOutcome)
    assert len(set(OUTCOMES.values())) == len(RowOutcome)


def test_strata_are_set_by_team_and_type_with_their_sums() -> None:
    table = strata_table({(CaseType.CIN, "South"): 3, (CaseType.LAC, "North"): 2, (CaseType.LAC, ""): 1})
    assert table.types == (CaseType.LAC, CaseType.CIN)
    assert [(row.team, row.children, row.total) for row in table.rows] == [
        ("", (1, 0), 1),
        ("North", (2, 0), 2),
        ("South", (0, 3), 3),
    ]
    assert (table.sums.children, table.sums.total, table.more) == ((3, 3), 6, 0)


def test_very_many_teams_are_counted_and_not_shown() -> None:
    table = strata_table({(CaseType.OA, f"T{number:04}"): 1 for number in range(MOST_TEAMS + 30)})
    assert (len(table.rows), table.more, table.sums.total) == (MOST_TEAMS, 30, MOST_TEAMS + 30)


def test_lists_stand_in_the_order_of_their_numbers_with_the_outcomes_that_were_met() -> None:
    reads = [
        ListRead("List_8", 8, {RowOutcome.KNOWN: 2}, (), ()),
        ListRead("List_6", 6, {RowOutcome.KEPT: 5, RowOutcome.REPEATED: 0}, (), ()),
    ]
    table = lists_table(reads)
    assert table.outcomes == (RowOutcome.KEPT, RowOutcome.KNOWN)
    assert [(row.called, row.name, row.counts, row.total) for row in table.rows] == [
        ("List 6", "Children in need", (5, 0), 5),
        ("List 8", "Children in care", (0, 2), 2),
    ]
