"""The case lists of a demonstration: the sample workbook, and what becomes of its children quarter by quarter."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from auditapp.demonstration.chance import Chance
from auditapp.documents.sheets import Sheet
from auditapp.documents.spreadsheets import read_spreadsheet
from auditapp.domain.annex_a import STATUSES, TYPES, Field, headings_of, list_number, tidy_heading
from auditapp.domain.case_lists import CaseList, Entry
from auditapp.domain.case_references import Cell
from auditapp.domain.understanding import Understanding, understand
from auditapp.domain.vocabulary import CaseType
from auditapp.services.cases import read_case_list

SAMPLE = Path(__file__).with_name("annex_a_2026-10-31.xlsx")
NEW_TEAM = "EOC Team"
"""A team that the last list names for the first time: nobody has said yet which team of the service it is."""

GONE = None
# What becomes of a child in a quarter, by type: the shares of those who move; the others stay as they are.
MOVES: Mapping[CaseType, Mapping[CaseType | None, float]] = {
    CaseType.LAC: {CaseType.X: 0.05, CaseType.CL: 0.03},
    CaseType.CP: {CaseType.CIN: 0.12, CaseType.LAC: 0.05, CaseType.X: 0.02},
    CaseType.CIN: {CaseType.X: 0.15, CaseType.CP: 0.05, CaseType.LAC: 0.02},
    CaseType.OA: {CaseType.CIN: 0.3, CaseType.X: 0.2, CaseType.CP: 0.07, CaseType.LAC: 0.03},
    CaseType.X: {GONE: 0.6, CaseType.OA: 0.04},
    CaseType.CL: {GONE: 0.09},
}
# Where children of a type go when the team that had them does not work with that type.
TEAMS_FOR: Mapping[CaseType, tuple[str, ...]] = {
    CaseType.OA: ("First Response", "Assessment North", "Assessment South"),
    CaseType.CIN: ("Family Support 1", "Family Support 2", "Family Support 3", "Family Support 4"),
    CaseType.CP: ("Family Support 1", "Family Support 2", "Family Support 3", "Family Support 4"),
    CaseType.LAC: ("Children in Care 1", "Children in Care 2"),
    CaseType.CL: ("Leaving Care",),
}
FOR_EVERY_TYPE = "Children with Disabilities"
NEW_CHILDREN = 150
OTHER_WORKER = 0.06
TO_NEW_TEAM = 0.05

Workers = Mapping[str, Sequence[str]]
"""The worker codes of each team of the lists."""


def sample() -> tuple[Entry, ...]:
    """Return the children of the sample workbook."""
    case_list, _ = read_case_list(SAMPLE, name=SAMPLE.name, as_of=date(2026, 10, 31))
    return case_list.entries


def next_quarter(entries: Sequence[Entry], chance: Chance) -> tuple[Entry, ...]:
    """Return the children of the next list: some leave, change type, team or worker, and new ones come."""
    workers = _workers(entries, chance)
    stayed = [moved for entry in entries if (moved := _moved(entry, workers, chance))]
    known = {entry.case_reference for entry in entries}
    return (*stayed, *_new_children(known, workers, chance))


def with_new_team(entries: Iterable[Entry], chance: Chance) -> tuple[Entry, ...]:
    """Return the children of a list with a few of them in a team, and with workers, that no list named before."""
    codes = [f"W{chance.randrange(1000, 2000)}" for _ in range(3)]
    supported = (CaseType.CIN, CaseType.CP)
    return tuple(
        replace(entry, team=NEW_TEAM, worker=chance.choice(codes))
        if entry.case_type in supported and chance.happens(TO_NEW_TEAM)
        else entry
        for entry in entries
    )


def as_workbook(entries: Sequence[Entry], *, as_of: date) -> tuple[CaseList, Understanding]:
    """Return a list as it is understood where it comes as a workbook in the shape of the sample."""
    sheets = [_sheet(form, entries) for form in read_spreadsheet(SAMPLE, name=SAMPLE.name)]
    return understand(sheets, as_of=as_of)


def _moved(entry: Entry, workers: Workers, chance: Chance) -> Entry | None:
    moves = MOVES[entry.case_type]
    became = chance.weighed({**moves, entry.case_type: 1 - sum(moves.values())})
    if became is GONE:
        return None
    team = _team(entry.team, became, chance)
    is_handed_on = team != entry.team or not entry.worker or chance.happens(OTHER_WORKER)
    worker = chance.choice(workers[team]) if is_handed_on and workers.get(team) else entry.worker
    return Entry(entry.case_reference, became, team, worker)


def _team(team: str, case_type: CaseType, chance: Chance) -> str:
    """Return the team that a child of a type is with: the one before where it works with that type."""
    fitting = TEAMS_FOR.get(case_type, ())
    if not fitting or team in {*fitting, FOR_EVERY_TYPE}:
        return team
    return chance.choice(fitting)


def _workers(entries: Iterable[Entry], chance: Chance) -> Workers:
    """Return the workers by team: those of the list, and one who begins in one of the teams."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        if entry.worker and entry.worker not in found.setdefault(entry.team, []):
            found[entry.team].append(entry.worker)
    found[chance.choice(sorted(found))].append(f"W{chance.randrange(1000, 10_000)}")
    return found


def _new_children(known: set[str], workers: Workers, chance: Chance) -> Iterator[Entry]:
    taken = set(known)
    for _ in range(NEW_CHILDREN):
        reference = str(chance.randrange(10_000, 1_000_000))
        if reference not in taken:
            taken.add(reference)
            team = chance.choice(TEAMS_FOR[CaseType.OA])
            yield Entry(reference, CaseType.OA, team, chance.choice(workers[team]))


def _sheet(form: Sheet, entries: Sequence[Entry]) -> Sheet:
    """Return a tab of the sample with other children on it, and only the columns that are kept filled in."""
    title, headings = (row for row, _ in zip(form.rows(), range(2), strict=False))
    number = list_number(form.name)
    chosen = [entry for entry in entries if _is_on(number, entry)]
    columns = {which: _column(which, headings) for which in Field}

    def rows() -> Iterator[Sequence[Cell]]:
        yield title
        yield headings
        for entry in chosen:
            yield _row(entry, columns, width=len(headings))

    return Sheet(form.name, len(chosen) + 2, rows)


def _is_on(number: int | None, entry: Entry) -> bool:
    if number == 6:
        return entry.case_type is not CaseType.CL
    return number is not None and TYPES[number] is entry.case_type


def _column(which: Field, headings: Sequence[Cell]) -> int | None:
    tidy = [tidy_heading(str(heading)) for heading in headings]
    return next((place for place, heading in enumerate(tidy) if heading in headings_of(which)), None)


def _row(entry: Entry, columns: Mapping[Field, int | None], *, width: int) -> Sequence[Cell]:
    said = {
        Field.REFERENCE: entry.case_reference,
        Field.STATUS: STATUSES[entry.case_type],
        Field.TEAM: entry.team,
        Field.WORKER: entry.worker,
    }
    cells: list[Cell] = [""] * width
    for which, text in said.items():
        place = columns[which]
        if place is not None:
            cells[place] = text
    return cells
