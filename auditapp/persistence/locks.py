"""The queue that writers of a SQLite file stand in.

SQLite lets one writer in at a time and makes the others sleep and retry; a lock of our own, taken before the
transaction begins, hands the turn on at once, between threads and between processes.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

try:
    import fcntl
except ImportError:  # Windows: threads queue here, processes on SQLite's own time-out
    fcntl = None  # type: ignore[assignment]


class WriterLock:
    """One lock per database file, shared by every thread of a process and every process of a machine."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".writers")
        self._threads = threading.Lock()
        self._holder: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the turn, hold it, hand it on. A thread that has the turn must not ask for it again."""
        if self._holder == threading.get_ident():
            raise RuntimeError("A writing session was opened inside another: it would wait for itself for ever.")
        with self._threads, self._process_lock():
            self._holder = threading.get_ident()
            try:
                yield
            finally:
                self._holder = None

    @contextmanager
    def _process_lock(self) -> Iterator[None]:
        if fcntl is None:
            yield
            return
        try:
            file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as problem:
            # Where no lock can lie no database can: it is told as the database itself would tell it.
            raise OperationalError("open the lock of the writers", {}, problem) from problem
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)
