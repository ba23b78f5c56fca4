"""A council's year, played day by day: the schedule looks at the clock, and people do, late or not, what it asks for.

Everything comes of a seed. What the simulation did itself - who was given what when, who submitted it when - it
keeps in a book of its own (`Given`), and it is that book that the end of the year is held against, never what the
service says of itself.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from auditapp.domain.calendar import LONDON, ONE_DAY, Month, london_day
from auditapp.domain.case_lists import Entry
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.vocabulary import AuditState, CaseType, Role
from auditapp.domain.workflow import OPEN
from auditapp.domain.working_days import is_working_day
from auditapp.jobs.office import Office
from auditapp.jobs.tick import tick
from auditapp.persistence.audits import Audit
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.queries.accounts import viewer_of
from auditapp.services import accounts, concerns
from auditapp.services.concerns import Raised
from tests.council import Council, give_case_list, make_council, submitted_audit
from tests.faults import Countdown, failing
from tests.jobs.test_post import SENDER

LOOKS = (time(7), time(8), time(12), time(16))
LIST_DAY = 25
AUDITORS = 14
CASES = 700
TYPES = (CaseType.CIN, CaseType.CP, CaseType.LAC, CaseType.CIN, CaseType.OA, CaseType.CL, CaseType.CIN, CaseType.X)


@dataclass(frozen=True)
class Habit:
    """How somebody works: the chance that they submit an audit on a day, once they have had it for a while."""

    after: int
    chance: float


HABITS = (Habit(2, 0.35), Habit(4, 0.25), Habit(7, 0.2), Habit(9, 0.1))


@dataclass(frozen=True)
class Desk(Council):
    """The council as one of its auditors stands in it."""

    me: Viewer = COMMAND_LINE

    def viewer(self, name: str) -> Viewer:
        """Return the auditor, by whatever name."""
        return self.me if name == "me" else super().viewer(name)


@dataclass
class Given:
    """That somebody had an audit: from when, due when, until when, and whether they submitted it."""

    audit: str
    person: int
    since: datetime
    due_on: date
    until: datetime | None = None
    submitted: bool = False


@dataclass
class CouncilYear:
    """One council's year over one database."""

    database: Database
    first: date
    last: date
    seed: int = 1
    away: frozenset[date] = frozenset()
    fails: bool = False
    book: list[Given] = field(default_factory=list)
    looks: list[datetime] = field(default_factory=list)
    concerns: dict[str, tuple[datetime, datetime | None]] = field(default_factory=dict)
    lists: set[Month] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # a game, not a secret
        begins = datetime.combine(self.first - timedelta(days=3), time(9), LONDON).astimezone(UTC)
        self.council = make_council(self.database, begins)
        self.people = self._hire(begins)
        self.habits = {person.id: self.chance.choice(HABITS) for person in self.people}
        self.failures = 0
        seeds = random.Random(self.seed + 1)
        self.office = Office(self.database, SENDER, new_seed=lambda: f"{seeds.getrandbits(64):x}", worker="simulation")
        self._give_list(begins)

    def play(self) -> None:
        """Live from the first day to the last."""
        for day in self._days():
            for at in LOOKS:
                moment = datetime.combine(day, at, LONDON).astimezone(UTC)
                if day not in self.away:
                    self.look(moment)
                if at == LOOKS[2] and is_working_day(day):
                    self._work(moment + timedelta(minutes=30))

    def look(self, at: datetime) -> None:
        """Let the schedule look at the clock; where things fail, as often as it takes, each time a statement later."""
        self.looks.append(at)
        known = self._held()
        if self.fails and self.chance.random() < 0.15:
            with failing(self.database, Countdown(self.chance.randrange(1, 60), for_ever=False)):
                self.failures += bool(tick(self.office, at).failed)
        done = tick(self.office, at)
        assert done.failed == (), done.failed
        self._note_given(known)

    def _hire(self, at: datetime) -> list[Person]:
        """Add auditors to the two that the council has, in both teams."""
        people = [self.council.people["nora"], self.council.people["sol"]]
        with self.database.transaction() as session:
            people += [
                accounts.add_person(
                    session,
                    f"auditor{number}@demo.example",
                    name=f"Auditor {number}",
                    grants=[Grant(Role.AUDITOR, team=("North", "South")[number % 2])],
                    by=COMMAND_LINE,
                    at=at,
                )
                for number in range(AUDITORS)
            ]
        return people

    def _days(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += ONE_DAY

    def _give_list(self, at: datetime) -> None:
        """Import the case list of a day: a tenth of the children are others than before."""
        drift = (at.year * 12 + at.month) * CASES // 10
        entries = [
            Entry(
                f"child{drift + number:06}",
                TYPES[number % len(TYPES)],
                ("Team North", "Team South", "Team Elsewhere")[number % 3],
                f"w{number % 40}",
            )
            for number in range(CASES)
        ]
        self.lists.add(Month.of(at))
        give_case_list(Council(self.database, at, self.council.people), entries, as_of=london_day(at))

    def _work(self, at: datetime) -> None:
        """Do a day's work: submit, raise concerns and acknowledge them, import the month's list."""
        if at.astimezone(LONDON).day >= LIST_DAY and Month.of(at) not in self.lists:
            self._give_list(at)
        for given in self._open():
            habit = self.habits[given.person]
            had_for = (london_day(at) - london_day(given.since)).days
            if had_for >= habit.after and self.chance.random() < habit.chance:
                self._submit(given, at)
        self._mind_concerns(at)

    def _submit(self, given: Given, at: datetime) -> None:
        grade = self.chance.choice(("outstanding", "good", "good", "requires_improvement_to_be_good", "inadequate"))
        person = self._viewer(given.person)
        desk = Desk(self.database, at, self.council.people, person)
        if grade == "inadequate" and self.chance.random() < 0.3:
            self._raise(given, person, at)
        submitted_audit(desk, given.audit, by="me", grade=grade, at=at + timedelta(minutes=5))
        given.until, given.submitted = at + timedelta(minutes=5), True

    def _raise(self, given: Given, person: Viewer, at: datetime) -> None:
        told = Raised("Not seen.", "Head of service", at - timedelta(minutes=1), "By telephone")
        with self.database.transaction() as session:
            concern = concerns.raise_concern(session, given.audit, raised=told, by=person, at=at)
            session.flush()
            self.concerns[concern.public_id] = (at, None)

    def _mind_concerns(self, at: datetime) -> None:
        for public_id, (raised, acknowledged) in self.concerns.items():
            if acknowledged is None and raised < at and self.chance.random() < 0.5:
                with self.database.transaction() as session:
                    concerns.acknowledge(session, public_id, by=self.council.viewer("quinn"), at=at)
                self.concerns[public_id] = (raised, at)

    def _held(self) -> dict[str, int | None]:
        with self.database.reading() as session:
            rows = session.execute(select(Audit.public_id, Audit.auditor_id).where(Audit.state.in_(OPEN)))
            return dict(rows.all())

    def _note_given(self, known: dict[str, int | None]) -> None:
        """Write down what the schedule gave out: what the simulation itself gives, it notes itself."""
        with self.database.reading() as session:
            new = select(Audit).where(Audit.state == AuditState.ASSIGNED, Audit.public_id.not_in(list(known)))
            for audit in session.scalars(new.order_by(Audit.id)):
                if audit.auditor_id is not None:
                    assert audit.due_on is not None
                    self.book.append(Given(audit.public_id, audit.auditor_id, audit.assigned_at, audit.due_on))

    def _open(self) -> list[Given]:
        return [given for given in self.book if given.until is None]

    def _viewer(self, person_id: int) -> Viewer:
        with self.database.reading() as session:
            return viewer_of(session.get_one(Person, person_id, options=[selectinload(Person.grants)]))
