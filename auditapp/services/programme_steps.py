"""The steps of a round of several agencies: ticked when they are done, with who and when, and taken back."""

from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.domain.errors import NotFound, NotNow
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.programme_steps import steps_of
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import ProgrammeState
from auditapp.persistence import trail
from auditapp.persistence.programme import ProgrammeEntry
from auditapp.services.programme import held_entry


def tick_step(session: Session, public_id: str, number: int, *, by: Viewer, at: datetime) -> str:
    """Note that a step is done, by its place from 1, and return its name. Twice notes it once."""
    check_runs_programme(by)
    entry, step = _step(session, public_id, number)
    if step not in entry.ticks:
        entry.ticks = {**entry.ticks, step: {"by": by.public_id, "at": at.isoformat()}}
        _tell(session, "programme.step_done", entry, step, by=by, at=at)
    return step


def untick_step(session: Session, public_id: str, number: int, *, by: Viewer, at: datetime) -> str:
    """Take back that a step is done, and return its name."""
    check_runs_programme(by)
    entry, step = _step(session, public_id, number)
    if step in entry.ticks:
        entry.ticks = {name: tick for name, tick in entry.ticks.items() if name != step}
        _tell(session, "programme.step_undone", entry, step, by=by, at=at)
    return step


def _step(session: Session, public_id: str, number: int) -> tuple[ProgrammeEntry, str]:
    entry = held_entry(session, public_id)
    steps = steps_of(entry.kind, entry.starts_on)
    if not 1 <= number <= len(steps):
        raise NotFound
    if entry.state is ProgrammeState.CANCELLED:
        raise NotNow("This round was cancelled. Plan it again first. Nothing was changed.")
    return entry, steps[number - 1].name


def _tell(session: Session, name: str, entry: ProgrammeEntry, step: str, *, by: Viewer, at: datetime) -> None:
    # The plan is as it was: only what changes it counts against the Board's approval.
    entry.version += 1
    session.flush()
    told: Details = {"kind": entry.kind.value, "day": entry.starts_on.isoformat(), "stage": step}
    trail.record(session, name, by=by.public_id, at=at, subject=entry.public_id, details=told)
