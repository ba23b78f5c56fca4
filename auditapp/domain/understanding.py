"""What an import understood: sheets read as Annex A lists, one entry per child, and every doubt said aloud.

A list is accepted whole or not at all. Nothing is guessed: what cannot be read is named by sheet, row and column.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from auditapp.domain.annex_a import NAMES, STATUSES, TYPES, Field, case_type, list_number
from auditapp.domain.case_lists import CaseList, Entry
from auditapp.domain.case_references import Cell, case_reference
from auditapp.domain.errors import Refused
from auditapp.domain.list_sheets import ListSheet, Problems, Record, Table, open_list
from auditapp.domain.vocabulary import CaseType, RowOutcome
from auditapp.domain.wording import say_count

LONGEST_TEXT = 100
PROGRESS_EVERY = 5_000

Progress = Callable[[int, int], None]
"""Is told now and then how many rows of how many are done."""


@dataclass(frozen=True, slots=True)
class ListRead:
    """What one list came to: its rows by outcome, and the headings of its columns."""

    sheet: str
    number: int
    rows: Mapping[RowOutcome, int]
    kept_columns: tuple[str, ...]
    dropped_columns: tuple[str, ...]

    @property
    def called(self) -> str:
        """'List 6', however its tab is written; the name of a file that is one table."""
        return self.sheet if list_number(self.sheet) is None else f"List {self.number}"


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the page shows before a list is accepted. Types and teams count children; no team is the empty text."""

    lists: tuple[ListRead, ...]
    other_sheets: tuple[str, ...]
    types: Mapping[CaseType, int]
    teams: Mapping[str, int]
    without_worker: int
    warnings: tuple[str, ...]


def understand(
    tables: Sequence[Table], *, as_of: date, progress: Progress | None = None
) -> tuple[CaseList, Understanding]:
    """Read the lists out of a file's sheets, or raise InvalidFile that names everything wrong with them."""
    problems = Problems()
    chosen = _choose(tables, problems)
    problems.raise_if_any()
    order = {number: chosen[number] for number in (6, *TYPES) if number in chosen}
    gathering = _Gathering(as_of, problems, _reporter(tuple(order.values()), progress))
    reads = tuple(gathering.read(number, table) for number, table in order.items())
    if not gathering.entries and not problems.count:
        problems.add("The file holds no children.")
    problems.raise_if_any()
    entries = tuple(gathering.entries.values())
    notes = [note for table in chosen.values() for note in table.notes]
    understanding = replace(
        count_children(entries),
        lists=reads,
        other_sheets=tuple(table.name for table in tables if table not in chosen.values()),
        warnings=(*notes, *_warnings(reads, gathering, alone=chosen[6].alone)),
    )
    return CaseList(as_of, entries), understanding


def count_children(entries: Sequence[Entry]) -> Understanding:
    """Count what any list holds: all that there is to understand of one that was not read from a file."""
    return Understanding(
        lists=(),
        other_sheets=(),
        types=_in_order(Counter(entry.case_type for entry in entries)),
        teams=dict(sorted(Counter(entry.team for entry in entries).items())),
        without_worker=sum(not entry.worker for entry in entries),
        warnings=(),
    )


def _choose(tables: Sequence[Table], problems: Problems) -> dict[int, Table]:
    """Say which table is which list; a file that is one table is read like list 6."""
    chosen: dict[int, Table] = {}
    for table in tables:
        number = 6 if table.alone else list_number(table.name)
        if number is not None and number in chosen:
            problems.add(f"'{chosen[number].name}' and '{table.name}' are both list {number}: keep one of them.")
        elif number is not None:
            chosen[number] = table
    if 6 not in chosen:
        found = ", ".join(f"'{table.name}'" for table in tables[:20])
        problems.add(f"There is no sheet called 'List 6', the one that names every child. The sheets are {found}.")
    return chosen


def _reporter(tables: Sequence[Table], progress: Progress | None) -> Callable[[Table, int], None]:
    """Make the function that turns 'this row of this table' into 'so many rows of all'."""
    starts = {table.name: sum(before.height for before in tables[:place]) for place, table in enumerate(tables)}
    total = sum(table.height for table in tables)

    def report(table: Table, row: int) -> None:
        if progress is not None:
            progress(starts[table.name] + min(row, table.height), total)

    return report


def _in_order(types: Counter[CaseType]) -> dict[CaseType, int]:
    return {case_type: types[case_type] for case_type in CaseType if types[case_type]}


@dataclass(slots=True)
class _Gathering:
    """The children met so far, and where. Lists come in the order of precedence, list 6 first."""

    as_of: date
    problems: Problems
    report: Callable[[Table, int], None]
    entries: dict[str, Entry] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    otherwise: Counter[int] = field(default_factory=Counter)
    numeric: int = 0

    def read(self, number: int, table: Table) -> ListRead:
        sheet = open_list(number, table, self.problems)
        if sheet is None:
            return ListRead(table.name, number, {}, (), ())
        outcomes: Counter[RowOutcome] = Counter()
        for record in sheet.records():
            outcomes[self._outcome(sheet, record)] += 1
            if record.row % PROGRESS_EVERY == 0:
                self.report(table, record.row)
        self.report(table, table.height)
        return ListRead(table.name, number, outcomes, sheet.kept(), sheet.dropped())

    def _outcome(self, sheet: ListSheet, record: Record) -> RowOutcome:
        if record.row in sheet.unreadable_rows:
            return RowOutcome.WRONG
        if record.is_blank:
            return RowOutcome.BLANK
        reference = self._reference(sheet, record)
        if reference is None:
            self._described(sheet, record)  # whatever else is wrong in the row is named too
            return RowOutcome.WRONG
        return self._settled(reference, sheet, record) or self._take(reference, sheet, record)

    def _reference(self, sheet: ListSheet, record: Record) -> str | None:
        try:
            reference = case_reference(record.reference)
        except Refused as wrong:
            self.problems.add(sheet.place(record.row, Field.REFERENCE), _quoted(record.reference), f"{wrong}.")
            return None
        self.numeric += not isinstance(record.reference, str)
        return reference

    def _settled(self, reference: str, sheet: ListSheet, record: Record) -> RowOutcome | None:
        """Say why a row adds nobody: an earlier list names the child, or the plan or care has ended."""
        if sheet.number == 6:
            return None
        ended = _has_ended(record.ended, self.as_of)
        listed, _ = self.places.get(reference, (sheet.number, 0))
        if listed == sheet.number:
            return RowOutcome.ENDED if ended else None
        if listed == 6 and sheet.number != 9 and not ended:
            self.otherwise[sheet.number] += self.entries[reference].case_type is not TYPES[sheet.number]
        return RowOutcome.KNOWN

    def _take(self, reference: str, sheet: ListSheet, record: Record) -> RowOutcome:
        described = self._described(sheet, record)
        if described is None:
            return RowOutcome.WRONG
        entry = Entry(reference, *described)
        known = self.entries.setdefault(reference, entry)
        if known is entry:
            self.places[reference] = (sheet.number, record.row)
            return RowOutcome.KEPT
        if known == entry:
            return RowOutcome.REPEATED
        self._name_conflict(sheet, self.places[reference][1], record)
        return RowOutcome.WRONG

    def _described(self, sheet: ListSheet, record: Record) -> tuple[CaseType, str, str] | None:
        """Return the type, team and worker that a row gives; None, with each of them that is wrong named."""
        case_type = self._case_type(sheet, record)
        team, worker = tidy_text(record.team), tidy_text(record.worker)
        if self._are_too_long(team, worker, sheet, record.row) or case_type is None:
            return None
        return case_type, team, worker

    def _name_conflict(self, sheet: ListSheet, first_row: int, record: Record) -> None:
        self.problems.add(
            f"{sheet.table.name}, rows {first_row} and {record.row}: the same child {_quoted(record.reference)} with "
            "another status, team or worker. Keep the row that holds."
        )

    def _case_type(self, sheet: ListSheet, record: Record) -> CaseType | None:
        if sheet.number != 6:
            return TYPES[sheet.number]
        found = _status_type(record.status)
        if found is not None and (found is not CaseType.CL or sheet.table.alone):
            return found
        known = [status for of, status in STATUSES.items() if of is not CaseType.CL or sheet.table.alone]
        choice = ", ".join(f'"{status}"' for status in known)
        self.problems.add(sheet.place(record.row, Field.STATUS), _quoted(record.status), f"is not one of {choice}.")
        return None

    def _are_too_long(self, team: str, worker: str, sheet: ListSheet, row: int) -> bool:
        fields = {Field.TEAM: team, Field.WORKER: worker} if max(len(team), len(worker)) > LONGEST_TEXT else {}
        for which, text in fields.items():
            if len(text) > LONGEST_TEXT:
                self.problems.add(sheet.place(row, which), f"is longer than {LONGEST_TEXT} characters.")
        return bool(fields)


@lru_cache(maxsize=8192, typed=True)
def tidy_text(cell: Cell) -> str:
    """Give a cell as text with single spaces; a whole number without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


@lru_cache(maxsize=8192, typed=True)
def _status_type(cell: Cell) -> CaseType | None:
    return case_type(tidy_text(cell))


def _quoted(cell: Cell) -> str:
    text = tidy_text(cell)
    if not text:
        return "an empty cell"
    return f'"{text}"' if len(text) <= 40 else f'"{text[:40]}…"'


def _has_ended(cell: Cell, as_of: date) -> bool:
    """Whether a date of ending has come. A date written as text counts; a dash or 'n/a' is no date."""
    if isinstance(cell, datetime):
        return cell.date() <= as_of
    if isinstance(cell, date):
        return cell <= as_of
    return any(letter.isdigit() for letter in str(cell))


def _warnings(reads: Sequence[ListRead], gathering: _Gathering, *, alone: bool) -> Iterator[str]:
    if not alone:
        found = {read.number for read in reads}
        for number in sorted(NAMES.keys() - found):
            yield f"There is no list {number} ({NAMES[number]}): nobody is added from it."
    for read in reads:
        yield from _doubts(read, otherwise=gathering.otherwise[read.number])
    if gathering.numeric:
        stored = say_count(gathering.numeric, "identifier is stored as a number", "identifiers are stored as numbers")
        yield f"{stored}. If references in your system begin with zeros, those zeros are lost: store them as text."
    without_team = sum(not entry.team for entry in gathering.entries.values())
    if without_team:
        children = say_count(without_team, "child has", "children have")
        yield f"{children} no team: whether an auditor is independent cannot be checked there."


def _doubts(read: ListRead, *, otherwise: int) -> Iterator[str]:
    if otherwise:
        children = say_count(otherwise, "child has", "children have")
        yield f"{read.called}: {children} another status on list 6. List 6 decides."
    added = read.rows.get(RowOutcome.KEPT, 0)
    if added and read.number in {7, 8}:
        children, label = say_count(added, "child is", "children are"), TYPES[read.number].label.lower()
        yield f"{read.called}: {children} not on list 6, and taken as '{label}'."
    ended = read.rows.get(RowOutcome.ENDED, 0)
    if ended:
        rows = say_count(ended, "row is", "rows are")
        yield f"{read.called}: {rows} left out: the plan or care has ended, and list 6 does not name the child."
