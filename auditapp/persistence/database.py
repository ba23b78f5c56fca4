"""The engines, the sessions, and the types that every table is made of.

Reading and writing are two things: a reading session cannot write (the database refuses it), a writing session
takes its turn in a queue and begins immediate, so that nothing it has read can change under it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, DateTime, Dialect, Engine, Enum, MetaData, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolResetState
from sqlalchemy.types import TypeDecorator

from auditapp.persistence.locks import WriterLock

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# A connection over which nothing comes any more is given up within half a minute, in seconds but for the last.
NOTICES_SILENCE = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class Base(DeclarativeBase):
    """What every table has in common: constraints with names, so that migrations can speak of them."""

    metadata = MetaData(naming_convention=NAMES)


class Instant(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite drops the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone; store the rest in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a zone cannot be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand out aware moments in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def words(kind: type[StrEnum], *, column: str) -> Enum:
    """Return the column type of an enumeration: stored by value, held to its members by a CHECK."""
    return Enum(
        kind,
        native_enum=False,
        length=40,
        create_constraint=True,
        name=f"{column}_known",
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


class Database:
    """The engines of one database, and the sessions that use cases run in."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.writer = _engine(self.url, writes=True)
        self.reader = _engine(self.url, writes=False)
        self._queue = WriterLock(Path(str(self.url.database))) if self.is_sqlite else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that the database keeps from writing."""
        with Session(self.reader, expire_on_commit=False) as session:
            yield session
            # There is nothing to undo, and after a ROLLBACK psycopg forgets the statements it had prepared:
            # PostgreSQL would plan every list anew, which costs ten times what reading it does.
            if session.is_active:
                session.commit()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session that may write; whoever opened it commits. What is not committed is rolled back."""
        with (
            self._queue.held() if self._queue else nullcontext(),
            Session(self.writer, expire_on_commit=False) as session,
        ):
            yield session

    @contextmanager
    def migrating(self) -> Iterator[Session]:
        """Yield a writing session that may rebuild a table which others point at; whoever opened it commits.

        SQLite changes most of a table by making it anew, and would take what points at the old one for lost. So what
        points where is not checked meanwhile, but all at once before it is committed: see `check_references`.
        """
        if not self.is_sqlite:
            with self.writing() as session:
                yield session
            return
        with self._queue.held() if self._queue else nullcontext(), self.writer.connect() as connection:
            own = connection.connection
            own.cursor().execute("PRAGMA foreign_keys=OFF")  # before BEGIN: within a transaction it does nothing
            try:
                with Session(connection, expire_on_commit=False) as session:
                    yield session
            finally:
                own.cursor().execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a writing session and commit it if nothing was raised."""
        with self.writing() as session:
            yield session
            session.commit()

    def close(self) -> None:
        """Let go of every connection."""
        self.writer.dispose()
        self.reader.dispose()


def _engine(url: URL, *, writes: bool) -> Engine:
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = _sqlite_engine(url, writes=writes) if is_sqlite else _postgresql_engine(url)

    @event.listens_for(engine, "reset")
    def end(connection: DBAPIConnection, _: ConnectionPoolEntry, __: PoolResetState) -> None:
        # A COMMIT that failed leaves its transaction open, with its locks, and the pool takes it for ended.
        connection.rollback()

    if not is_sqlite and not writes:
        # One moment for all that a page or a check reads, as SQLite gives it; reading alone never conflicts.
        return engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
    return engine


def _postgresql_engine(url: URL) -> Engine:
    # Parameters are what people typed: an error that quotes them would bring them into a log.
    return create_engine(
        url, hide_parameters=True, pool_pre_ping=True, pool_size=8, max_overflow=8, connect_args=NOTICES_SILENCE
    )


def _sqlite_engine(url: URL, *, writes: bool) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 30}, pool_size=8, max_overflow=8)

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        assert isinstance(connection, sqlite3.Connection)
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        if not writes:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Read-then-write in a deferred transaction fails at once with 'locked' as soon as two do it.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def check_references(session: Session) -> None:
    """Refuse to go on where a row points at one that is not there; PostgreSQL has seen to that already."""
    if session.get_bind().dialect.name == "sqlite":
        lost = session.execute(text("PRAGMA foreign_key_check")).all()
        if lost:
            tables = ", ".join(sorted({str(row[0]) for row in lost}))
            raise RuntimeError(f"Rows of {tables} would point at rows that are not there. Nothing was changed.")


def is_reachable(session: Session) -> bool:
    """Ask the database for a sign of life."""
    return bool(session.scalar(text("SELECT 1")))
