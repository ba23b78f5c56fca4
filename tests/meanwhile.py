"""Two people at once: what one of them does ends while the other's request waits for it.

with meanwhile(database, lambda session: audits.submit(session, public_id, by=nora, at=at)):
    nora.submit(page, status=409)
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import monotonic

from sqlalchemy import text
from sqlalchemy.orm import Session

from auditapp.persistence.database import Database

LONGEST = 10.0
IS_WAITED_FOR = text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")


@contextmanager
def meanwhile(database: Database, work: Callable[[Session], object]) -> Iterator[None]:
    """Do some work before the block begins, and commit it once somebody in the block waits for it, or at its end.

    SQLite's writers take turns: there it is committed before the block begins, and whatever holds holds all the more.
    """
    done, over = Event(), Event()
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(_work, database, work, done=done, over=over)
        done.wait(LONGEST)
        try:
            yield
        finally:
            over.set()
        first.result()


def _work(database: Database, work: Callable[[Session], object], *, done: Event, over: Event) -> None:
    try:
        with database.transaction() as session:
            work(session)
            if not database.is_sqlite:
                session.flush()
                done.set()
                _wait_to_be_waited_for(session, over)
    finally:
        done.set()


def _wait_to_be_waited_for(session: Session, over: Event) -> None:
    last = monotonic() + LONGEST
    while monotonic() < last and not session.scalar(IS_WAITED_FOR):
        if over.wait(0.01):
            return
