"""The programme as pages read it: the entries of a year, those of a series, what the auditors can do."""

from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from auditapp.domain.absences import LEAST_TIME, time_left
from auditapp.domain.calendar import CouncilYear, Month, Period, Span
from auditapp.domain.programme import Entry
from auditapp.domain.programme_flags import Capacity
from auditapp.domain.vocabulary import CycleKind, ProgrammeKind, ProgrammeState, ToolState
from auditapp.domain.workflow import OPEN
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person
from auditapp.persistence.programme import ProgrammeEntry
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.auditors import MAY_AUDIT, aways
from auditapp.persistence.tools import ToolVersion

YEARS_AHEAD = 2
Repeated = aliased(ProgrammeEntry)
IN_TIME = (ProgrammeEntry.starts_on, ProgrammeEntry.kind, ProgrammeEntry.id)


def _entries() -> Select[ProgrammeEntry, str, str]:
    """Select entries in order of time, each with the public identifiers of what it repeats and started, or None."""
    query = select(ProgrammeEntry, Repeated.public_id, Cycle.public_id)
    query = query.outerjoin(Repeated, Repeated.id == ProgrammeEntry.repeats_of_id)
    return query.outerjoin(Cycle, Cycle.id == ProgrammeEntry.cycle_id).order_by(*IN_TIME)


def _read(session: Session, query: Select[ProgrammeEntry, str, str]) -> tuple[Entry, ...]:
    return tuple(row.entry(repeats, cycle) for row, repeats, cycle in session.execute(query))


def entries_of(session: Session, period: Period) -> tuple[Entry, ...]:
    """Return every entry that touches a period, cancelled ones too, in order of time."""
    touches = (ProgrammeEntry.starts_on <= period.last_day, ProgrammeEntry.ends_on >= period.first_day)
    return _read(session, _entries().where(*touches))


def entries_starting(session: Session, period: Period) -> tuple[Entry, ...]:
    """Return every entry that starts in a period, cancelled ones too, in order of time."""
    starts = ProgrammeEntry.starts_on.between(period.first_day, period.last_day)
    return _read(session, _entries().where(starts))


def changes_of(session: Session, kind: ProgrammeKind) -> int:
    """Return a number that goes up whenever any entry of a kind is added or changed."""
    query = select(func.coalesce(func.sum(ProgrammeEntry.version), 0)).where(ProgrammeEntry.kind == kind)
    return session.scalars(query).one()


def find(session: Session, public_id: str) -> Entry | None:
    """Return one entry."""
    return next(iter(_read(session, _entries().where(ProgrammeEntry.public_id == public_id))), None)


def years_with_a_programme(session: Session, this: CouncilYear) -> range:
    """Return the calendar years in which council years with a programme start.

    They begin with the first one in which a QoP month was opened or something was planned, and end two years ahead.
    """
    opened = select(func.min(Cycle.period)).where(Cycle.kind == CycleKind.QOP).scalar_subquery()
    period, starts_on = session.execute(
        select(opened, select(func.min(ProgrammeEntry.starts_on)).scalar_subquery())
    ).one()
    months = [Month.parse(period)] if period else []
    months += [Month.of(starts_on)] if starts_on else []
    first = min((CouncilYear.of(month).starts_in for month in months), default=this.starts_in)
    return range(min(first, this.starts_in), this.starts_in + YEARS_AHEAD + 1)


def entries_known(session: Session, public_ids: Collection[str]) -> tuple[Entry, ...]:
    """Return the entries that some public identifiers are of; others are of nothing."""
    return _read(session, _entries().where(ProgrammeEntry.public_id.in_(list(public_ids)))) if public_ids else ()


def entry_of(session: Session, cycle_id: int) -> Entry | None:
    """Return the entry that some audits were started from."""
    return next(iter(_read(session, _entries().where(ProgrammeEntry.cycle_id == cycle_id))), None)


def audits_left(session: Session, public_id: str) -> int:
    """Count the audits that were started from an entry and are not submitted."""
    query = select(func.count(Audit.id)).join(ProgrammeEntry, ProgrammeEntry.cycle_id == Audit.cycle_id)
    return session.scalars(query.where(ProgrammeEntry.public_id == public_id, Audit.state.in_(OPEN))).one()


def themes_to_start(session: Session, kinds: Collection[ProgrammeKind]) -> tuple[Entry, ...]:
    """Return the entries of some kinds that are planned and were not started yet, in order of time."""
    waits = (ProgrammeEntry.kind.in_(list(kinds)), ProgrammeEntry.state == ProgrammeState.PLANNED)
    return _read(session, _entries().where(*waits, ProgrammeEntry.cycle_id.is_(None)))


def later_ones(session: Session, entry: Entry) -> tuple[Entry, ...]:
    """Return the later occurrences of an entry's series."""
    if entry.series is None:
        return ()
    in_series = (ProgrammeEntry.series == entry.series, ProgrammeEntry.starts_on > entry.plan.starts_on)
    return _read(session, _entries().where(*in_series))


def repeats_of(session: Session, entry: Entry) -> tuple[Entry, ...]:
    """Return what repeats an entry."""
    return _read(session, _entries().where(Repeated.public_id == entry.public_id))


def standing_in(session: Session, months: Iterable[date]) -> tuple[Entry, ...]:
    """Return the entries that start on the first days of some months and were not cancelled."""
    found = _read(session, _entries().where(ProgrammeEntry.starts_on.in_(list(months))))
    return tuple(entry for entry in found if entry.stands)


def taken(session: Session, origins: Collection[str]) -> frozenset[str]:
    """Return those of some origins that entries were made from."""
    asked = select(ProgrammeEntry.origin).where(ProgrammeEntry.origin.in_(origins))
    return frozenset(origin for origin in session.scalars(asked) if origin)


def capacity(session: Session, year: CouncilYear) -> Capacity:
    """Return what the active auditors can do in the months of a year, by the settings and the absences in force."""
    query = select(Person.id, Person.working_time).where(*MAY_AUDIT)
    times = {person_id: Fraction(working_time) for person_id, working_time in session.execute(query)}
    away: dict[Month, Fraction] = {}
    for person_id, absences in aways(session, Span(year.first_day, year.last_day)).items():
        for month in year.months:
            left = time_left(absences, Span(month.first_day, month.last_day))
            if left < 1:
                missed = times.get(person_id, Fraction(0)) * (1 - left if left >= LEAST_TIME else 1)
                away[month] = away.get(month, Fraction(0)) + missed
    return Capacity(len(times), sum(times.values(), Fraction(0)), programme_settings(session).most_each, away)


def active_auditors(session: Session) -> dict[str, str]:
    """Return the names of everybody who may be given audits, by public identifier, in order of name."""
    query = select(Person.public_id, Person.name).where(*MAY_AUDIT).order_by(Person.name, Person.id)
    return dict(session.execute(query).all())


def names_of(session: Session, people: Collection[str]) -> tuple[str, ...]:
    """Return the names of some people by their public identifiers, in order of name; who has left is marked."""
    query = select(Person.name, Person.is_active).where(Person.public_id.in_(people)).order_by(Person.name, Person.id)
    return tuple(name if is_active else f"{name} (has left)" for name, is_active in session.execute(query))


def names_by_id(session: Session, people: Collection[str]) -> dict[str, str]:
    """Return the names of some people by their public identifiers."""
    if not people:
        return {}
    return dict(session.execute(select(Person.public_id, Person.name).where(Person.public_id.in_(people))).all())


def published_tools(session: Session) -> dict[str, str]:
    """Return the names of the tools that new audits can be made with, by slug."""
    query = select(ToolVersion.slug, ToolVersion.name).where(ToolVersion.state == ToolState.PUBLISHED)
    return dict(session.execute(query.order_by(ToolVersion.name, ToolVersion.slug)).all())
