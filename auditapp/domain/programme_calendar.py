"""The calendar of a council's year: what runs through which months, and what is due on which day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from auditapp.domain.calendar import CouncilYear
from auditapp.domain.programme import MONTHLY, Entry
from auditapp.domain.programme_steps import RE_CHECK, STEPPED, steps_of
from auditapp.domain.vocabulary import ProgrammeKind, ProgrammeState

STARTS, AUDITS_DONE, REPORT_DUE = "Starts", "Audits done", "Report due"


@dataclass(frozen=True, slots=True)
class Cell:
    """Some months of a lane in a row: the entry that runs through them, or none."""

    first: int
    months: int
    entry: Entry | None = None


Lane = tuple[Cell, ...]
"""The twelve months of a year, from left to right."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due on a day, and of which entry."""

    day: date
    what: str
    entry: Entry

    @property
    def known_as(self) -> str:
        """What it is known by among all dates, on whatever day it is."""
        return f"{self.entry.public_id}:{self.what}"

    @property
    def is_settled(self) -> bool:
        """Whether nothing is to be done about it any more: what is due was done, or its entry is not there any more."""
        entry = self.entry
        if not entry.stands or self.what in {tick.step for tick in entry.ticks}:
            return True
        if self.what == STARTS:
            return bool(entry.is_started or entry.ticks) or entry.state is ProgrammeState.DONE
        # A round is over long before it is checked again.
        return entry.state is ProgrammeState.DONE and self.what != RE_CHECK

    @property
    def is_chased(self) -> bool:
        """Whether it is told that it is past: its steps are, of a round, and the audits' own ladder is, of a theme."""
        return self.what != (STARTS if self.entry.plan.kind in STEPPED else AUDITS_DONE)


def lanes(entries: Iterable[Entry], year: CouncilYear) -> tuple[tuple[ProgrammeKind, tuple[Lane, ...]], ...]:
    """Lay the entries that stand into lanes, kind by kind: what overlaps stands under each other."""
    standing = sorted(
        (entry for entry in entries if entry.stands), key=lambda entry: (entry.plan.starts_on, entry.public_id)
    )
    by_kind = ((kind, [entry for entry in standing if entry.plan.kind is kind]) for kind in ProgrammeKind)
    return tuple((kind, tuple(_lanes(found, year))) for kind, found in by_kind if found)


def _lanes(entries: Sequence[Entry], year: CouncilYear) -> Iterator[Lane]:
    left = list(entries)
    while left:
        taken: list[Cell] = []
        for entry in tuple(left):
            cell = _cell(entry, year)
            if not taken or taken[-1].first + taken[-1].months <= cell.first:
                taken.append(cell)
                left.remove(entry)
        yield tuple(_with_gaps(taken, len(year.months)))


def _cell(entry: Entry, year: CouncilYear) -> Cell:
    inside = [at for at, month in enumerate(year.months) if month in entry.plan.months]
    return Cell(inside[0], len(inside), entry)


def _with_gaps(taken: Iterable[Cell], months: int) -> Iterator[Cell]:
    """Fill the months between with empty cells of one month each."""
    at = 0
    for cell in taken:
        yield from (Cell(empty, 1) for empty in range(at, cell.first))
        yield cell
        at = cell.first + cell.months
    yield from (Cell(empty, 1) for empty in range(at, months))


def days_of(entries: Iterable[Entry], year: CouncilYear) -> tuple[Due, ...]:
    """Return what is due on the days of a year, in order: steps of rounds, starts, ends and reports of the others."""
    inside = (due for due in dates_of(entries) if year.first_day <= due.day <= year.last_day)
    return tuple(sorted(inside, key=lambda due: due.day))


def dates_of(entries: Iterable[Entry]) -> Iterator[Due]:
    """Yield what is due of the entries that stand, entry by entry."""
    return (due for entry in entries if entry.stands for due in days_of_entry(entry))


def days_of_entry(entry: Entry) -> Iterator[Due]:
    """Yield what is due of an entry, whether it stands or was cancelled."""
    plan = entry.plan
    steps = steps_of(plan.kind, plan.starts_on)
    if steps:
        yield Due(steps[0].begins_on, STARTS, entry)
        yield from (Due(step.due_on, step.name, entry) for step in steps)
    elif plan.kind not in MONTHLY:
        yield Due(plan.starts_on, STARTS, entry)
        yield Due(plan.ends_on, AUDITS_DONE, entry)
    if plan.report_due_on and not steps:
        yield Due(plan.report_due_on, REPORT_DUE, entry)


def day_that_is_no_more(entry: Entry) -> Due | None:
    """Return the day on which the report of an entry was to be there, where it asks for none any more."""
    return Due(entry.report_was_due_on, REPORT_DUE, entry) if entry.report_was_due_on else None
