"""Breaks a use case at every statement in turn: before or after, never between.

every_statement_fails(database, lambda session: accounts.add_person(session, ...))
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol
from unittest.mock import patch

from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from auditapp.persistence.database import Database
from auditapp.persistence.schema import METADATA

Contents = dict[str, list[tuple[object, ...]]]


class Injected(Exception):
    """What the database is said to have answered."""


class Counting(Protocol):
    """Whatever sees statements go by, and fails one of them."""

    def tick(self) -> None:
        """Count one statement, and fail where it is time."""


@dataclass
class Countdown:
    """Fails the k-th statement, commits included, or every one from the k-th on."""

    k: int
    for_ever: bool
    seen: int = 0

    def tick(self) -> None:
        """Count one statement, and fail where it is time."""
        self.seen += 1
        if self.seen == self.k or (self.for_ever and self.seen > self.k):
            raise OperationalError("a statement", {}, Injected())


def every_statement_fails(database: Database, use_case: Callable[[Session], object], *, changes: bool = True) -> int:
    """Run a use case with its first, second, ... statement failing until it runs through; return how many it has.

    After every failure the database must hold what it held before. What runs through must change something,
    unless it is said not to.
    """
    before = contents(database)
    for k in range(1, 1000):
        for for_ever in (False, True):
            if _survives(database, use_case, Countdown(k, for_ever=for_ever)):
                assert (contents(database) != before) is changes, "it ran through and changed nothing"
                assert k > 1, "it never asked the database anything"
                return k - 1
            assert contents(database) == before, f"statement {k} failed and left the database between"
    raise AssertionError("it has no end")


def contents(database: Database) -> Contents:
    """Return everything a database holds."""
    with database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def _survives(database: Database, use_case: Callable[[Session], object], countdown: Countdown) -> bool:
    try:
        with failing(database, countdown), database.transaction() as session:
            use_case(session)
    except OperationalError as error:
        if isinstance(error.orig, Injected):
            return False
        raise
    return True


@contextmanager
def failing(database: Database, countdown: Counting) -> Iterator[None]:
    """Let a countdown see every statement and commit of the writing engine."""

    def statement(*_: object) -> None:
        countdown.tick()

    dialect = database.writer.dialect
    commit = dialect.do_commit

    def failing_commit(connection: PoolProxiedConnection) -> None:
        countdown.tick()
        commit(connection)

    event.listen(database.writer, "before_cursor_execute", statement)
    try:
        with patch.object(dialect, "do_commit", failing_commit):
            yield
    finally:
        event.remove(database.writer, "before_cursor_execute", statement)
