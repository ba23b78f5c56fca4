"""What of the programme stands in somebody's calendar: openings of months, and the dates of rounds, themes, deep dives.

Whoever reads the programme has all of it, auditors the openings and whatever names them. Every date is known by its
entry and what is due: it goes along when the entry is moved, and is taken out when the entry is cancelled, names
somebody no longer, or asks for no report any more.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from auditapp.documents.feed import Entry
from auditapp.domain.calendar import CouncilYear, Month, Span, london_day
from auditapp.domain.programme import MONTHLY
from auditapp.domain.programme import Entry as Planned
from auditapp.domain.programme_calendar import Due, day_that_is_no_more, days_of_entry
from auditapp.domain.schedule import Monthly
from auditapp.domain.vocabulary import ProgrammeKind
from auditapp.domain.working_days import is_announced
from auditapp.persistence.queries.programme import changes_of, entries_of
from auditapp.services.programme_dates import CHASED_FOR

# Said to those whom an entry named before: what it is called since is not for them.
NOT_YOURS = "No longer for you"
# What is over for longer is in nobody's way any more.
SHOWN_FOR = timedelta(days=90)
MONTHS_AHEAD = 12
AHEAD = timedelta(days=3 * 366)
OPENING = Monthly(time(7))
OPENED: Mapping[ProgrammeKind, tuple[str, str]] = {
    ProgrammeKind.QOP_MONTH: ("month", "Audits of {} are given out"),
    ProgrammeKind.SUPERVISION: ("supervision", "Supervision audits of {} are given out"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose calendar it is: their public identifier, and whether they read the whole programme."""

    public_id: str
    reads_programme: bool
    base_url: str
    host: str

    def has(self, entry: Planned) -> bool:
        """Whether an entry is for them."""
        return self.reads_programme or self.public_id in entry.plan.auditors

    def has_had(self, entry: Planned) -> bool:
        """Whether an entry is for them, or was."""
        return self.has(entry) or self.public_id in entry.taken_out


def programme_days(session: Session, reader: Reader, *, now: datetime) -> Iterator[Entry]:
    """Yield the days of the programme that stand in somebody's calendar."""
    today = london_day(now)
    entries = entries_of(session, Span(today - CHASED_FOR, today + AHEAD))
    kinds = [ProgrammeKind.QOP_MONTH, *([ProgrammeKind.SUPERVISION] if reader.reads_programme else [])]
    for kind in kinds:
        changes = changes_of(session, kind)
        for n in range(MONTHS_AHEAD + 1):
            yield from _opening(Month.of(today).plus(n), entries, kind, reader, changes=changes)
    for entry in entries:
        if entry.plan.kind not in MONTHLY and reader.has_had(entry):
            yield from (each for each in _of_entry(entry, reader) if each.day >= today - SHOWN_FOR)


def _opening(
    month: Month, entries: Sequence[Planned], kind: ProgrammeKind, reader: Reader, *, changes: int
) -> Iterator[Entry]:
    """Yield when a month opens, as far ahead as bank holidays are announced; taken out where it was cancelled or moved.

    Months of Quality of Practice open in a year without any in its programme too, supervision only with it. `changes`
    goes up with every change of such an entry: one that is moved away is in another month.
    """
    in_year = [entry for entry in entries if entry.plan.kind is kind and entry.plan.year == CouncilYear.of(month)]
    planned = [entry for entry in in_year if entry.plan.month == month]
    opens = opens_at(month)
    # Supervision that was never planned in a month was in nobody's calendar either.
    may_be_known = planned or kind is ProgrammeKind.QOP_MONTH or any(entry.version > 1 for entry in in_year)
    if not is_announced(london_day(opens)) or not may_be_known:
        return
    name, title = OPENED[kind]
    yield Entry(
        uid=f"{name}-{month}@{reader.host}",
        day=london_day(opens),
        title=title.format(month.label),
        link=f"{reader.base_url}/",
        sequence=changes,
        changed_at=max(
            (entry.changed_at for entry in in_year if entry.changed_at), default=opens - timedelta(days=365)
        ),
        is_cancelled=bool(in_year) and not any(entry.stands for entry in planned),
    )


def _of_entry(entry: Planned, reader: Reader) -> Iterator[Entry]:
    yield from (_of_due(due, reader, is_cancelled=not entry.stands) for due in days_of_entry(entry))
    dropped = day_that_is_no_more(entry)
    if dropped:
        yield _of_due(dropped, reader, is_cancelled=True)


def _of_due(due: Due, reader: Reader, *, is_cancelled: bool) -> Entry:
    entry = due.entry
    changes = [entry.changed_at, *(tick.at for tick in entry.ticks)]
    is_done = entry.stands and due.is_settled
    return Entry(
        uid=f"programme-{entry.public_id}-{_slug(due.what)}@{reader.host}",
        day=due.day,
        title=f"{entry.plan.title}: {due.what}{' (done)' if is_done else ''}" if reader.has(entry) else NOT_YOURS,
        # An auditor who takes part has no page of the programme, but their own first page.
        link=f"{reader.base_url}/programme/entries/{entry.public_id}"
        if reader.reads_programme
        else f"{reader.base_url}/",
        sequence=entry.version,
        changed_at=max(filter(None, changes)),
        is_cancelled=is_cancelled or not reader.has(entry),
    )


def _slug(what: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", what.lower()))


def opens_at(month: Month) -> datetime:
    """Return when the schedule opens a month: on its first working day."""
    begins, ends = month.bounds_utc()
    (opens,) = OPENING.between(begins - timedelta(seconds=1), ends - timedelta(seconds=1))
    return opens
