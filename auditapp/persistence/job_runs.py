"""What the schedule has done: one row for each moment at which a job was due."""

from datetime import datetime

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auditapp.persistence.database import Base, Instant
from auditapp.persistence.upsert import upsert


class JobRun(Base):
    """That a job was done for a moment. It is written at its end: a job that was killed is done again."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    done_at: Mapped[datetime] = mapped_column(Instant)


def last_runs(session: Session) -> dict[str, datetime]:
    """Return the last moment for which each job was done, by the names of those that ever were."""
    query = select(JobRun.job, func.max(JobRun.due_at)).group_by(JobRun.job)
    return {job: moment for job, moment in session.execute(query) if moment is not None}


def note_run(session: Session, job: str, *, due_at: datetime, at: datetime) -> None:
    """Note that a job was done; whoever did it at the same time has noted it already."""
    row = {"job": job, "due_at": due_at, "done_at": at}
    session.execute(upsert(session, JobRun).values(row).on_conflict_do_nothing())
