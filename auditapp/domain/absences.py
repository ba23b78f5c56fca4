"""Absences and exemptions: who may enter, approve and read them, and what they leave of somebody's time for audits.

An absence is of days: somebody is not at work, and their share gets smaller by the working days that they miss. An
exemption is of a duty: somebody is at work, but is given no audit of a time that it touches.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

from auditapp.domain.calendar import ONE_DAY, Month, Span
from auditapp.domain.errors import NotAllowed, NotNow
from auditapp.domain.permissions import SERVICE_ROLES, Viewer
from auditapp.domain.vocabulary import AbsenceKind, AbsenceState, Role
from auditapp.domain.wording import say_count
from auditapp.domain.working_days import is_announced, is_working_day, working_days_between

LONGEST_REASON = 1000
# A slip of the year is caught; sick leave is often entered when it is over, maternity leave a year ahead.
EARLIEST, LATEST, LONGEST = timedelta(days=366), timedelta(days=731), timedelta(days=731)

# Whoever is at work on less than a quarter of the working days is given no audit: there is no week left to do one in.
LEAST_TIME = Fraction(1, 4)

MOVES: dict[AbsenceState, frozenset[AbsenceState]] = {
    AbsenceState.ASKED: frozenset({AbsenceState.APPROVED, AbsenceState.REFUSED, AbsenceState.WITHDRAWN}),
    AbsenceState.APPROVED: frozenset({AbsenceState.WITHDRAWN}),
    AbsenceState.REFUSED: frozenset(),
    AbsenceState.WITHDRAWN: frozenset(),
}
# What still counts: another one of the same kind for the same days would be the same one twice.
STANDING = frozenset({AbsenceState.ASKED, AbsenceState.APPROVED})


@dataclass(frozen=True, slots=True)
class Away:
    """An approved absence or exemption: its first and its last day."""

    kind: AbsenceKind
    starts_on: date
    ends_on: date

    def covers(self, day: date) -> bool:
        """Whether a day belongs to it."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Asked:
    """An absence as it was typed."""

    kind: AbsenceKind
    starts_on: date | None
    ends_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom an absence is for: the person, and the services of the teams that they manage."""

    person_id: int
    service_ids: frozenset[int]


class AbsenceFacts(Protocol):
    """What the checks below need to know of an absence."""

    @property
    def person_id(self) -> int:
        """Whose it is."""

    @property
    def entered_by_id(self) -> int:
        """Who entered it."""

    @property
    def kind(self) -> AbsenceKind:
        """Whether it is an absence or an exemption."""

    @property
    def state(self) -> AbsenceState:
        """Where it is."""

    @property
    def ends_on(self) -> date:
        """Its last day."""


def time_left(aways: Iterable[Away], days: Span) -> Fraction:
    """Return the share of some days' working days on which somebody can audit, from 0 to 1.

    Where no day of them is a working day, as in a theme that is over in a weekend, all of them count: whoever is away
    on each has no time. Nothing is left where an exemption touches a day that counts.
    """
    known = tuple(aways)
    counted = [day for day in _days(days) if is_working_day(day)] or list(_days(days))
    if any(each.kind is AbsenceKind.EXEMPTION and any(map(each.covers, counted)) for each in known):
        return Fraction(0)
    missed = sum(any(each.covers(day) for each in known) for day in counted)
    return Fraction(len(counted) - missed, len(counted))


def is_away(aways: Iterable[Away], days: Span) -> bool:
    """Say whether too little of some days is left for an audit."""
    return time_left(aways, days) < LEAST_TIME


def say_effect(away: Away, month: Month) -> str:
    """Say what an absence alone does to somebody's share of a month."""
    days = Span(month.first_day, month.last_day)
    left, working = time_left([away], days), sum(map(is_working_day, _days(days)))
    if left == 1:
        return f"{month.label}: the whole share"
    if left < LEAST_TIME:
        return f"{month.label}: no audits"
    doubt = "" if is_announced(month.last_day) else "; its bank holidays have not been announced"
    return f"{month.label}: a share for {left * working} of {say_count(working, 'working day')}{doubt}"


def days_to_audit(month: Month, *, given_on: date, due_on: date) -> Span:
    """Return the days in which audits of a month are done that are given out on a day and due on another.

    They end with the month, or when the audits are due, whichever is later.
    """
    return Span(max(month.first_day, given_on), max(month.last_day, due_on))


def due_day_of(aways: Iterable[Away], days: Span, *, given_on: date, due_on: date) -> date:
    """Return when an audit is due of somebody who is away for a part of the days in which it would be done.

    They get as many working days as the others have up to `due_on`, counted when they are at work; where fewer are
    left, the last of these.
    """
    known = tuple(aways)
    at_work = [
        day
        for day in _days(Span(given_on + ONE_DAY, days.ends))
        if is_working_day(day) and not any(away.covers(day) for away in known)
    ]
    needed = working_days_between(given_on, due_on)
    return at_work[min(needed, len(at_work)) - 1] if known and at_work else due_on


def faults(asked: Asked, *, today: date) -> dict[str, str]:
    """Return what is wrong with an absence as it was typed, by field."""
    found = {}
    if not asked.reason.strip():
        found["reason"] = "Write the reason. Only the person, those who may approve it and the QA team read it."
    elif len(asked.reason.strip()) > LONGEST_REASON:
        found["reason"] = f"Write the reason in {LONGEST_REASON:,} characters or fewer."
    if asked.starts_on is None:
        found["starts_on"] = "Enter the first day."
    elif not today - EARLIEST <= asked.starts_on <= today + LATEST:
        found["starts_on"] = "The first day must be within the last year or the next two. Check the year."
    if asked.ends_on is None:
        found["ends_on"] = "Enter the last day."
    elif asked.starts_on and asked.ends_on < asked.starts_on:
        found["ends_on"] = "The last day must not be before the first."
    elif asked.starts_on and asked.ends_on - asked.starts_on > LONGEST:
        found["ends_on"] = "The last day must be within two years of the first. Check the year."
    elif asked.starts_on and not _working_days(asked.starts_on, asked.ends_on):
        found["ends_on"] = "None of these days is a working day, so there is nothing to enter."
    return found


def _working_days(first: date, last: date) -> int:
    return working_days_between(first - ONE_DAY, last)


def check_enter(whose: Whose, viewer: Viewer) -> None:
    """Let somebody enter their own absence; their managers, QA and administrators enter it for them."""
    is_own = whose.person_id == viewer.person_id
    if not (is_own or _leads(whose, viewer) or viewer.has(Role.QA, Role.ADMINISTRATOR)):
        raise NotAllowed("Only they themselves, those who lead their service, QA and administrators can enter this.")


def check_decide(absence: AbsenceFacts, whose: Whose, viewer: Viewer) -> None:
    """Let somebody approve or refuse what waits: nobody their own, nobody what they entered themselves."""
    if absence.person_id == viewer.person_id:
        raise NotAllowed("This is your own. Somebody else has to approve it.")
    if absence.entered_by_id == viewer.person_id:
        raise NotAllowed("You entered this yourself. Somebody else has to approve it.")
    if not _approves(absence.kind, whose, viewer):
        raise NotAllowed(_WHO_APPROVES[absence.kind])
    check_move(absence, AbsenceState.APPROVED)


def check_withdraw(absence: AbsenceFacts, whose: Whose, viewer: Viewer, *, today: date) -> None:
    """Let those who may enter an absence withdraw it, as long as it is not over."""
    check_enter(whose, viewer)
    check_move(absence, AbsenceState.WITHDRAWN)
    if absence.ends_on < today:
        raise NotNow("This is over. What was, cannot be withdrawn.")


def check_move(absence: AbsenceFacts, to: AbsenceState) -> None:
    """Refuse a step that does not follow from where the absence is."""
    if to not in MOVES[absence.state]:
        raise NotNow(f"This is now: {absence.state.label}. Nothing was changed; go back to see it as it is.")


def may_read_reason(absence: AbsenceFacts, whose: Whose, viewer: Viewer) -> bool:
    """Say whether somebody reads why: the person, those who may approve it, and QA. It is personal."""
    is_own = absence.person_id == viewer.person_id
    return is_own or viewer.has(Role.QA) or _approves(absence.kind, whose, viewer)


_WHO_APPROVES = {
    AbsenceKind.ABSENCE: "Only QA, and those who lead their service, approve an absence.",
    AbsenceKind.EXEMPTION: "Only an assistant director of their service or a director approves an exemption.",
}


def _approves(kind: AbsenceKind, whose: Whose, viewer: Viewer) -> bool:
    if kind is AbsenceKind.EXEMPTION:
        return viewer.has(Role.DIRECTOR) or bool(whose.service_ids & viewer.directed_service_ids)
    return viewer.has(Role.QA) or _leads(whose, viewer)


def _leads(whose: Whose, viewer: Viewer) -> bool:
    leads_service = viewer.has(*SERVICE_ROLES) and bool(whose.service_ids & viewer.service_ids)
    return viewer.has(Role.DIRECTOR) or leads_service


def _days(days: Span) -> Iterable[date]:
    return (days.begins + ONE_DAY * at for at in range((days.ends - days.begins).days + 1))
