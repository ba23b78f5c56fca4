"""What makes every job of the schedule fail at one statement after the other, day by day, until none is left."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from unittest.mock import patch

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from auditapp.jobs import post
from auditapp.jobs import tick as ticking
from auditapp.jobs.office import Office
from auditapp.jobs.table import JOBS, Job
from auditapp.persistence import job_runs
from auditapp.persistence.database import Database
from tests.faults import Injected, failing

POST = "post"
NAMES = (*(job.name for job in JOBS), POST)


@dataclass
class Saboteur:
    """Lets each job of a look at the clock fail at one of its statements, and then at those that never failed yet.

    A run of a job is what it does for one moment at which it was due, with the note that it was done. Its statements
    are counted from 1, commits included. On every day each job fails at the statement after that of the time before,
    and begins anew at its end; so that nothing is ever done with a statement at which it has not failed before.
    """

    database: Database
    failed: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    longest: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    turn: Counter[str] = field(default_factory=Counter)
    aims: dict[str, int] = field(default_factory=dict)
    job: str = ""
    position: int = 0
    is_noted: bool = True

    def let_fail(self, office: Office, at: datetime) -> None:
        """Look at the clock until nothing fails any more."""
        in_turn = {job.name: self.turn[job.name] + 1 for job in JOBS}
        while True:
            self.aims = {name: in_turn.get(name) or self._never_failed(name) for name in NAMES}
            with failing(self.database, self), self._watching():
                failed = ticking.tick(office, at, jobs=self._jobs()).failed
            self._end()
            for name in failed:
                self.failures[name] += 1
                in_turn.pop(name, None)
            if not failed:
                return

    def tick(self) -> None:
        """Count one statement, and fail where it is time."""
        self.position += 1
        if self.position == self.aims.get(self.job):
            self.failed[self.job].add(self.position)
            self.turn[self.job] = self.position
            self.job = ""
            raise OperationalError("a statement", {}, Injected())

    def _never_failed(self, job: str) -> int:
        """Return the first statement of a job at which it has not failed yet."""
        return next(k for k in range(1, 10_000) if k not in self.failed[job])

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
        """See when a job is noted as done, and when the post is looked at."""
        note, deliver = job_runs.note_run, post.deliver

        def noting(session: Session, job: str, *, due_at: datetime, at: datetime) -> None:
            if self.job != job or self.is_noted:
                self._begin(job)  # a moment that a later one covers: noted, and nothing else
            self.is_noted = True
            note(session, job, due_at=due_at, at=at)

        def delivering(office: Office, at: datetime) -> int:
            self._begin(POST)
            return deliver(office, at)

        with patch.object(ticking, "note_run", noting), patch.object(ticking, "deliver", delivering):
            yield

    def _begin(self, job: str) -> None:
        self._end()
        self.job, self.position, self.is_noted = job, 0, False

    def _end(self) -> None:
        """Note how many statements a run had that ended well."""
        if self.job:
            self.longest[self.job] = max(self.longest[self.job], self.position)
            if self.aims.get(self.job, 0) > self.position:
                self.turn[self.job] = 0
        self.job = ""
