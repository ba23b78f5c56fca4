"""What the pages of case lists set into tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditapp.domain.annex_a import NAMES
from auditapp.domain.case_lists import Stratum
from auditapp.domain.understanding import ListRead
from auditapp.domain.vocabulary import CaseType, RowOutcome

MOST_TEAMS = 100

OUTCOMES: Mapping[RowOutcome, str] = {
    RowOutcome.KEPT: "Taken",
    RowOutcome.REPEATED: "Repeated",
    RowOutcome.KNOWN: "Listed already",
    RowOutcome.ENDED: "Ended",
    RowOutcome.BLANK: "Blank",
    RowOutcome.WRONG: "Not understood",
}
"""What became of a row, short enough for the head of a column."""


@dataclass(frozen=True, slots=True)
class TeamStrata:
    """The children of one team, by type in the order of the table; no team is the empty text."""

    team: str
    children: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class StrataTable:
    """Children by team and type, with the sums. Of very many teams the first are shown, `more` counts the others."""

    types: tuple[CaseType, ...]
    rows: tuple[TeamStrata, ...]
    more: int
    sums: TeamStrata


def strata_table(strata: Mapping[Stratum, int]) -> StrataTable:
    """Set the strata of a list into a table: types in their order, teams by name."""
    types = tuple(case_type for case_type in CaseType if any(of is case_type for of, _ in strata))
    teams = sorted({team for _, team in strata})
    rows = [_row(team, [strata.get((case_type, team), 0) for case_type in types]) for team in teams]
    sums = _row("", [sum(row.children[place] for row in rows) for place in range(len(types))])
    return StrataTable(types, tuple(rows[:MOST_TEAMS]), max(len(rows) - MOST_TEAMS, 0), sums)


def _row(team: str, children: Sequence[int]) -> TeamStrata:
    return TeamStrata(team, tuple(children), sum(children))


@dataclass(frozen=True, slots=True)
class ListRow:
    """One list of a file: its number, what Annex A calls it, and its rows by outcome in the order of the table."""

    called: str
    name: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ListsTable:
    """The lists of a file, and the outcomes that any of their rows had."""

    outcomes: tuple[RowOutcome, ...]
    rows: tuple[ListRow, ...]


def lists_table(lists: Sequence[ListRead]) -> ListsTable:
    """Set the lists of a file into a table, in the order of their numbers."""
    met = tuple(outcome for outcome in RowOutcome if any(read.rows.get(outcome) for read in lists))
    rows = tuple(
        ListRow(
            read.called,
            NAMES[read.number],
            tuple(read.rows.get(outcome, 0) for outcome in met),
            sum(read.rows.values()),
        )
        for read in sorted(lists, key=lambda read: read.number)
    )
    return ListsTable(met, rows)
