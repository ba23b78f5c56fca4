"""A council's year, played day by day: the schedule looks at the clock, and people do, late or not, what it asks for.

Everything comes of a seed. What the simulation did itself - who was given what when, who submitted it when - it
keeps in a book of its own, and it is that book that the end of the year is held against, never what the service says
of itself.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from auditapp.domain.calendar import LONDON, ONE_DAY, Month, london_day
from auditapp.domain.calendar import CouncilYear as Year
from auditapp.domain.case_lists import Entry
from auditapp.domain.vocabulary import AuditState, CaseType
from auditapp.domain.working_days import is_working_day
from auditapp.jobs.office import Office
from auditapp.jobs.tick import tick
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.database import Database
from tests.council import Council, give_case_list, make_council
from tests.jobs.test_post import SENDER
from tests.simulation import auditing
from tests.simulation.auditing import do_a_days_work
from tests.simulation.book import NOBODY, Book, Given
from tests.simulation.failures import Saboteur
from tests.simulation.life import Life
from tests.simulation.people import give_what_waits, hire
from tests.simulation.postman import Postman
from tests.simulation.programme import begin_year, tick_steps
from tests.simulation.story import write_diary

MORNING, NOON = time(7), time(12)
LOOKS = (MORNING, time(8), NOON, time(16))
LIST_DAY = 25
CASES, WORKERS = 700, 60
TYPES = (CaseType.CIN, CaseType.CP, CaseType.LAC, CaseType.CIN, CaseType.OA, CaseType.CL, CaseType.CIN, CaseType.X)


@dataclass
class CouncilYear:
    """One council's year over one database; with `fails`, every job fails at one statement after the other.

    Without a `postman`, the outbox keeps what would have been sent.
    """

    database: Database
    first: date
    last: date
    seed: int = 1
    away: frozenset[date] = frozenset()
    fails: bool = False
    postman: Postman | None = None
    life: Life = field(init=False)
    saboteur: Saboteur | None = None

    def __post_init__(self) -> None:
        begins = datetime.combine(self.first - timedelta(days=3), time(9), LONDON).astimezone(UTC)
        chance = random.Random(self.seed)  # a game, not a secret
        self.life = Life(self.database, make_council(self.database, begins), chance)
        self.saboteur = Saboteur(self.database) if self.fails else None
        seeds = random.Random(self.seed + 1)
        self.office = Office(
            self.database,
            SENDER,
            self.postman,
            new_seed=lambda: f"{seeds.getrandbits(64):x}",
            worker="simulation",
        )
        self._last = 0
        hire(self.life, begins)
        self._give_list(begins)
        year = Year.of(Month.of(self.first))
        begin_year(self.life, year, begins)
        write_diary(self.life, year)

    @property
    def book(self) -> Book:
        """What was done."""
        return self.life.book

    def play(self) -> None:
        """Live from the first day to the last. On a day of rest the schedule finds nothing to do but to tidy."""
        for day in self._days():
            for at in LOOKS if is_working_day(day) else LOOKS[:1]:
                moment = datetime.combine(day, at, LONDON).astimezone(UTC)
                if day not in self.away:
                    self.look(moment)
                if at == NOON:
                    self.live(day, moment + timedelta(minutes=30))

    def look(self, at: datetime) -> None:
        """Let the schedule look at the clock; where things fail, as often as it takes."""
        self.book.looks.append(at)
        if self.postman:
            self.postman.now = at
        if self.saboteur:
            self.saboteur.let_fail(self.office, at)
        done = tick(self.office, at)
        assert done.failed == (), done.failed
        self.note_given(at)

    def submit(self, given: Given, at: datetime) -> None:
        """Let somebody submit an audit."""
        auditing.submit(self.life, given, at)

    def mind_post(self, at: datetime) -> None:
        """Have an administrator look at what the post is uncertain about."""
        if self.postman:
            self.postman.ask_administrator(self.life, at)

    def _days(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += ONE_DAY

    def live(self, day: date, at: datetime) -> None:
        """Do what the diary has, and a day's work."""
        if day.day >= LIST_DAY and Month.of(day) not in self.book.lists:
            self._give_list(at)
        give_what_waits(self.life, at)
        for event in self.life.diary.pop(day, ()):
            event(self.life, at)
        tick_steps(self.life, at)
        self.mind_post(at)
        do_a_days_work(self.life, at + timedelta(minutes=10), submit=self.submit)
        # What people gave each other is in the book already.
        self._last = self._latest()

    def _give_list(self, at: datetime) -> None:
        """Import the case list of a day: a tenth of the children are others than before."""
        drift = (at.year * 12 + at.month) * CASES // 10
        entries = [
            Entry(
                f"child{drift + number:06}",
                TYPES[number % len(TYPES)],
                ("Team North", "Team South", "Team Elsewhere")[(drift + number) % 3],
                f"w{(drift + number) % WORKERS}",
            )
            for number in range(CASES)
        ]
        self.book.lists.add(Month.of(at))
        for entry in entries:
            for name in (entry.case_reference, entry.worker):
                self.book.teams[name] = entry.team.removeprefix("Team ")
        self.book.latest = [entry.case_reference for entry in entries if entry.case_type is not CaseType.X]
        give_case_list(Council(self.database, at, self.life.council.people), entries, as_of=london_day(at))

    def _latest(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.max(Audit.id))) or 0

    def note_given(self, at: datetime) -> None:
        """Write down what the schedule gave out just now, and to whom: when it is due, the book knows itself."""
        new = select(Audit.id, Audit.public_id, Audit.auditor_id, Cycle.kind).join(Audit.cycle)
        with self.database.reading() as session:
            rows = session.execute(new.where(Audit.id > self._last, Audit.state == AuditState.ASSIGNED))
            for number, public_id, auditor_id, kind in sorted(rows):
                self.book.give(public_id, kind, auditor_id or NOBODY, at=at)
                self._last = number
