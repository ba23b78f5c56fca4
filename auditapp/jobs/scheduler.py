"""The process that asks every few seconds what is due, while it leads; another takes over within seconds of its end."""

import logging
import os
import signal
from datetime import UTC, datetime
from types import FrameType

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.blocking import BlockingScheduler

from auditapp.clocks import Clock
from auditapp.jobs.office import Office
from auditapp.jobs.tick import FAULTS, tick
from auditapp.persistence.leadership import Leadership, leadership_of

log = logging.getLogger("auditapp.scheduler")

SECONDS = 5


def run(office: Office, clock: Clock, *, every: float = SECONDS, parent: int = 0) -> None:
    """Work until the process is told to end; what is being done then is done to its end.

    With `parent`, end also when the process that started this one is gone, however it went. What another look may find
    mended is left for it; anything else ends the process with what happened.
    """
    leadership = leadership_of(office.database)
    # APScheduler is the clock and nothing more: what is due is worked out from the calendar and from what was done.
    scheduler = BlockingScheduler(timezone=UTC)
    look, mistakes = _Look(office, clock, leadership), list[BaseException]()

    def stop() -> None:
        if scheduler.running:
            scheduler.shutdown(wait=False)

    def work() -> None:
        if parent and os.getppid() != parent:
            stop()
            return
        look()

    def end(_: int, __: FrameType | None) -> None:
        stop()

    def mind(event: JobExecutionEvent) -> None:
        # APScheduler goes on whatever happened. A mistake of ours would happen again at every look, and nobody know.
        if not isinstance(event.exception, FAULTS):
            mistakes.append(event.exception)
            stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    now = datetime.now(UTC)
    scheduler.add_job(
        work, "interval", seconds=every, next_run_time=now, max_instances=1, coalesce=True, misfire_grace_time=None
    )
    scheduler.add_listener(mind, EVENT_JOB_ERROR)
    scheduler.start()
    leadership.let_go()
    for mistake in mistakes:
        raise mistake


class _Look:
    """One look at the clock, by whoever leads."""

    def __init__(self, office: Office, clock: Clock, leadership: Leadership) -> None:
        self._office, self._clock, self._leadership = office, clock, leadership
        self._led: bool | None = None

    def __call__(self) -> None:
        leads = self._leadership.is_held()
        if leads != self._led:
            log.info("this scheduler %s", "leads" if leads else "waits: another one leads")
            self._led = leads
        if leads:
            tick(self._office, self._clock())
