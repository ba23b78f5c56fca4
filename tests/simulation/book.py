"""What a simulation did itself and wrote down: the end of a year is held against it, never what the service says."""

from dataclasses import dataclass, field
from datetime import date, datetime

from auditapp.domain.calendar import ONE_DAY, Month, london_day
from auditapp.domain.vocabulary import AbsenceKind, CycleKind
from auditapp.domain.working_days import add_working_days, is_working_day
from auditapp.persistence.people import Person
from tests.simulation.rounds import Round

# The guide's, as the settings begin.
DUE_DAYS = 10
# Who has an audit that waits for somebody to be given it.
NOBODY = 0
# Who is at work on fewer of the working days is given nothing to do in them.
LEAST_TIME = 0.25


def days(first: date, last: date) -> list[date]:
    """Return the days from one to another."""
    return [first + ONE_DAY * n for n in range((last - first).days + 1)]


@dataclass(frozen=True)
class Habit:
    """How somebody works: the chance that they submit an audit on a day, once they have had it for a while."""

    after: int
    chance: float


@dataclass(frozen=True)
class Leave:
    """That somebody was away, or exempt, both days included, and since when everybody knew."""

    kind: AbsenceKind
    first: date
    last: date
    approved_at: datetime

    def covers(self, day: date) -> bool:
        """Whether a day belongs to it."""
        return self.first <= day <= self.last


@dataclass
class Auditor:
    """Somebody who audits: for which team, how they work, when they were here and when they were away."""

    person: Person
    team: str
    habit: Habit
    came: datetime
    gone: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)

    def is_here(self, at: datetime) -> bool:
        """Whether they had come, and not left."""
        return self.came <= at and not any(left <= at and (back is None or at < back) for left, back in self.gone)

    def time_left(self, first: date, last: date, *, at: datetime) -> float:
        """Return the share of some days' working days on which they can audit, as everybody knew at a moment.

        Where none is a working day, all of them count.
        """
        working = [day for day in days(first, last) if is_working_day(day)] or list(days(first, last))
        known = [leave for leave in self.leaves if leave.approved_at <= at]
        if any(leave.kind is AbsenceKind.EXEMPTION and any(map(leave.covers, working)) for leave in known):
            return 0
        missed = sum(any(leave.covers(day) for leave in known) for day in working)
        return 1 - missed / len(working)

    def works(self, at: datetime) -> bool:
        """Whether they are at work."""
        day = london_day(at)
        return self.is_here(at) and not any(
            leave.kind is AbsenceKind.ABSENCE and leave.covers(day) for leave in self.leaves
        )


@dataclass
class Given:
    """That somebody had an audit: from when to when, due when, and whether they submitted it.

    `since` is when it was given out. What went back to somebody with the dates that it had is held again from later.
    """

    audit: str
    kind: CycleKind
    person: int
    since: datetime
    due_on: date
    held_from: datetime
    until: datetime | None = None
    submitted: bool = False


@dataclass
class Theme:
    """A theme of the year: its entry in the programme; when it starts, its audits and its report are due, and were."""

    entry: str
    title: str
    starts_on: date
    due_on: date
    report_on: date
    size: int
    started_at: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True)
class Action:
    """That an audit of a team asks for something by a day: how it is called, who agreed on it, and when."""

    subject: str
    team: str
    person: int
    due_on: date
    agreed_at: datetime


@dataclass
class Book:
    """Everything that was done in a simulated year."""

    auditors: dict[int, Auditor] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    looks: list[datetime] = field(default_factory=list)
    concerns: dict[str, tuple[datetime, datetime | None]] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    lists: set[Month] = field(default_factory=set)
    teams: dict[str, str] = field(default_factory=dict)
    latest: list[str] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    without_supervision: set[Month] = field(default_factory=set)
    handed_on: int = 0
    moved_back: int = 0

    def give(self, audit: str, kind: CycleKind, person: int, *, at: datetime, due_on: date | None = None) -> Given:
        """Write down that an audit was given out: due by the days of its theme, or as those of a month are."""
        due = due_on or self._due(person, at)
        self.given.append(Given(audit, kind, person, at, due, held_from=at))
        return self.given[-1]

    def _due(self, person: int, at: datetime) -> date:
        """Return when an audit of a month is due: after ten working days of its auditor's own, as far as it has them.

        Whoever is away for some of the month has these when they are back; where fewer are left, the last one.
        """
        given_on = london_day(at)
        usual = add_working_days(given_on, DUE_DAYS)
        if person == NOBODY:
            return usual
        leaves = [leave for leave in self.auditors[person].leaves if leave.approved_at <= at]
        until = max(usual, Month.of(given_on).last_day)
        at_work = [day for day in days(given_on + ONE_DAY, until) if not any(leave.covers(day) for leave in leaves)]
        return [day for day in at_work if is_working_day(day)][:DUE_DAYS][-1]

    def hand_on(self, given: Given, person: int, *, at: datetime) -> None:
        """Write down that somebody else has an audit now, due as if it were new, or later where a theme gave longer."""
        due = max(add_working_days(london_day(at), DUE_DAYS), given.due_on)
        given.until = at
        self.given.append(Given(given.audit, given.kind, person, at, due, held_from=at))
        self.handed_on += 1

    def move_back(self, given: Given, before: Given, *, at: datetime) -> None:
        """Write down that an audit is with whom it was before: with the dates that it had, unless these are over."""
        if before.due_on >= london_day(at):
            given.until = at
            self.given.append(Given(given.audit, given.kind, before.person, before.since, before.due_on, held_from=at))
        else:
            self.hand_on(given, before.person, at=at)
        self.moved_back += 1

    def open(self) -> list[Given]:
        """Return what somebody has still to do, in the order in which it was given."""
        return [given for given in self.given if given.until is None]

    def open_of(self, person: int) -> list[Given]:
        """Return what one person has still to do."""
        return [given for given in self.open() if given.person == person]

    def holds(self, audit: str) -> Given:
        """Return who has an audit, or had it last."""
        return next(given for given in reversed(self.given) if given.audit == audit)

    def managers(self, person: int, at: datetime) -> set[int]:
        """Return who manages the team of somebody at a moment: in this council whoever audits manages."""
        return self.managers_of(self.auditors[person].team, at)

    def managers_of(self, team: str, at: datetime) -> set[int]:
        """Return who manages a team at a moment."""
        return {each.person.id for each in self.auditors.values() if each.team == team and each.is_here(at)}
