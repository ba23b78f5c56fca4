"""One look at the clock: everything that is due by a moment is done, the oldest first, and then the post is sent."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from auditapp.domain.errors import DomainError
from auditapp.jobs.office import Office
from auditapp.jobs.post import deliver
from auditapp.jobs.table import JOBS, Job
from auditapp.persistence.job_runs import last_runs, note_run

# A look takes seconds, and comes every few of them. After an hour something is wrong.
PATIENCE = timedelta(hours=1)

log = logging.getLogger("auditapp.jobs")

# What another look may find mended. Anything else is a mistake of ours, and ends the process (`scheduler.run`).
FAULTS = (SQLAlchemyError, DomainError, OSError)


@dataclass(frozen=True, slots=True)
class Due:
    """A job that is due for a moment; `covered` where a later moment of the same job does its work too."""

    job: Job
    moment: datetime
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one look at the clock: how many jobs were done, which failed, and how many letters went."""

    jobs: int
    failed: tuple[str, ...]
    sent: int


def tick(office: Office, at: datetime, *, jobs: Sequence[Job] = JOBS) -> Done:
    """Do once all that is due by a moment. A job that fails is left for the next look, with those that build on it.

    The others go on.
    """
    failed: list[str] = []
    done = 0
    for due in due_by(office, at, jobs=jobs):
        if not {due.job.name, *due.job.after}.isdisjoint(failed):
            continue  # its moments are done in order, and after those that it builds on
        try:
            if not due.covered:
                due.job.work(office, due.moment, at)
            with office.database.transaction() as session:
                note_run(session, due.job.name, due_at=due.moment, at=at)
        except FAULTS as fault:
            failed.append(_noted(due.job.name, fault))
        else:
            done += 1
    try:
        sent = deliver(office, at)
    except FAULTS as fault:
        return Done(done, (*failed, _noted("post", fault)), sent=0)
    return Done(done, tuple(failed), sent)


def _noted(name: str, fault: Exception) -> str:
    # The name of the kind alone: a message of the database may quote what somebody typed.
    log.error("job %s failed: %s", name, type(fault).__name__)
    return name


def due_by(office: Office, at: datetime, *, jobs: Sequence[Job] = JOBS) -> list[Due]:
    """Return what is due by a moment and was not done, the oldest first, and at one moment in the table's order."""
    with office.database.reading() as session:
        since = last_runs(session)
    due = [each for job in jobs for each in _of_job(job, since.get(job.name), at)]
    order = {job.name: number for number, job in enumerate(jobs)}
    return sorted(due, key=lambda each: (each.moment, order[each.job.name]))


def behind_since(session: Session, at: datetime) -> datetime | None:
    """Return when the first thing was due that the schedule has left undone for a while; None while it keeps up.

    One that has never run is none to wait for: it may be that nobody has begun to use it.
    """
    since = last_runs(session)
    undone = (_of_job(job, since[job.name], at - PATIENCE) for job in JOBS if job.name in since)
    return min((each.moment for job in undone for each in job), default=None)


def _of_job(job: Job, since: datetime | None, at: datetime) -> Iterable[Due]:
    """Yield the moments of a job since it was done last; of one that never was, the last moment alone."""
    if since is None:
        latest = job.rhythm.latest(at)
        return [Due(job, latest)] if latest else []
    return _in_order(job, list(job.rhythm.between(since, at)))


def _in_order(job: Job, moments: list[datetime]) -> Iterator[Due]:
    for moment in moments:
        yield Due(job, moment, covered=job.only_latest and moment != moments[-1])
