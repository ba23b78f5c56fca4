"""Who leads: of several schedulers over one database one works, and another takes over as soon as it is gone.

PostgreSQL keeps an advisory lock for as long as the connection lives that took it; beside a SQLite file lies a lock
that the operating system lets go of when its process ends, however it ends.
"""

import os
from contextlib import suppress
from typing import Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from auditapp.persistence.database import Database

try:
    import fcntl
except ImportError:  # Windows: one scheduler to a machine, whose steps are idempotent all the same
    fcntl = None  # type: ignore[assignment]

# Any number will do, as long as nothing else over this database uses it.
ADVISORY_LOCK = 7_206_411_293


class Leadership(Protocol):
    """A claim to lead."""

    def is_held(self) -> bool:
        """Say whether this process leads, and try to become the one where nobody does."""

    def let_go(self) -> None:
        """Leave the lead to somebody else."""


def leadership_of(database: Database) -> Leadership:
    """Return the way to lead over a database."""
    return _FileLeadership(f"{database.url.database}.leader") if database.is_sqlite else _DatabaseLeadership(database)


class _FileLeadership:
    def __init__(self, path: str) -> None:
        self._path = path
        self._file: int | None = None

    def is_held(self) -> bool:
        if self._file is not None or fcntl is None:
            return True
        file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def let_go(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class _DatabaseLeadership:
    def __init__(self, database: Database) -> None:
        self._engine = database.writer.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None

    def is_held(self) -> bool:
        if self._connection is not None and self._is_alive(self._connection):
            return True
        self.let_go()
        try:
            connection = self._engine.connect()
        except SQLAlchemyError:
            return False
        if connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": ADVISORY_LOCK}):
            self._connection = connection
            return True
        connection.close()
        return False

    def let_go(self) -> None:
        if self._connection is None:
            return
        with suppress(SQLAlchemyError):  # gone already, and the lock with it
            self._connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": ADVISORY_LOCK})
        # Not back to the pool: a lock lives as long as its connection does.
        self._connection.invalidate()
        self._connection.close()
        self._connection = None

    @staticmethod
    def _is_alive(connection: Connection) -> bool:
        try:
            return bool(connection.scalar(text("SELECT 1")))
        except SQLAlchemyError:
            return False
