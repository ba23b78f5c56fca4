"""What makes every job of the schedule fail at every statement that it makes, in turn, all through a year."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from unittest.mock import patch

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from auditapp.domain.calendar import ONE_DAY, london_day
from auditapp.jobs import post
from auditapp.jobs import tick as ticking
from auditapp.jobs.office import Office
from auditapp.jobs.table import JOBS, Job
from auditapp.persistence import job_runs
from auditapp.persistence.database import Database
from tests.faults import Injected, failing

POST = "post"
NAMES = (*(job.name for job in JOBS), POST)
NOTE = 0
EVERY = timedelta(days=2)


@dataclass(frozen=True)
class Place:
    """A statement of a job: the how-manieth of which of its transactions, commits included, from 1.

    Transaction 0 is the one in which it is noted that the job was done.
    """

    job: str
    transaction: int
    position: int


@dataclass
class Saboteur:
    """Lets no job do a statement unless it has failed at it before; and on every other day each fails once, in turn.

    In turn: at the statement after that of the time before, counted through what a job does for one moment at which it
    was due, and anew from the first one after the last. What failed is done again at once.
    """

    database: Database
    failed: set[Place] = field(default_factory=set)
    passed: set[Place] = field(default_factory=set)
    failures: Counter[str] = field(default_factory=Counter)
    in_turn: Counter[str] = field(default_factory=Counter)
    days: defaultdict[str, date] = field(default_factory=lambda: defaultdict(lambda: date.min))
    today: date = date.min
    job: str = ""
    place: Place = Place("", NOTE, 0)
    nth: int = 0
    commits: bool = False

    def let_fail(self, office: Office, at: datetime) -> None:
        """Look at the clock until nothing fails any more."""
        self.today = london_day(at)
        with failing(self.database, self), self._watching():
            while ticking.tick(office, at, jobs=self._jobs()).failed:
                pass
            self._end()

    def tick(self) -> None:
        """Count one statement, and fail where it is time."""
        if not self.job:
            return
        place = self._next()
        is_turn = self.days[self.job] < self.today and self.nth == self.in_turn[self.job] + 1
        if place in self.failed and not is_turn:
            self.passed.add(place)
            return
        if is_turn:
            self.in_turn[self.job], self.days[self.job] = self.nth, self.today + EVERY - ONE_DAY
        self.failed.add(place)
        self.failures[self.job] += 1
        self.job = ""
        raise OperationalError("a statement", {}, Injected())

    def _next(self) -> Place:
        """Return where the schedule is now; after a commit, it goes on with the next transaction."""
        self.nth += 1
        self.place = place = replace(self.place, position=self.place.position + 1)
        if self.commits and place.transaction != NOTE:
            self.place = Place(place.job, place.transaction + 1, 0)
        self.commits = False
        return place

    def _jobs(self) -> tuple[Job, ...]:
        """Return the jobs of the table, each saying when it begins."""

        def announced(job: Job) -> Job:
            def work(office: Office, due: datetime, at: datetime) -> None:
                self._begin(job.name)
                job.work(office, due, at)

            return replace(job, work=work)

        return tuple(map(announced, JOBS))

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """See where a transaction is committed, where a job is noted as done, and where the post is looked at."""
        note, deliver = job_runs.note_run, post.deliver

        def committing(_: object) -> None:
            self.commits = True

        def noting(session: Session, job: str, *, due_at: datetime, at: datetime) -> None:
            if self.job != job or self.place.transaction == NOTE:
                self._begin(job)  # a moment that a later one covers is noted, and nothing else
            self.place = Place(job, NOTE, 0)
            note(session, job, due_at=due_at, at=at)

        def delivering(office: Office, at: datetime) -> int:
            self._begin(POST)
            return deliver(office, at)

        writer = self.database.writer
        event.listen(writer, "commit", committing)
        try:
            with patch.object(ticking, "note_run", noting), patch.object(ticking, "deliver", delivering):
                yield
        finally:
            event.remove(writer, "commit", committing)

    def _begin(self, job: str) -> None:
        self._end()
        self.job, self.place, self.nth, self.commits = job, Place(job, 1, 0), 0, False

    def _end(self) -> None:
        """Begin anew with the first statement, where a job ended before it came to the one whose turn it was."""
        if self.job and self.nth <= self.in_turn[self.job]:
            self.in_turn[self.job] = 0
        self.job = ""
