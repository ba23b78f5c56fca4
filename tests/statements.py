"""Counts the SQL statements of a piece of work, on both engines of a database.

with counted(database) as statements:
    browser.get("/people/")
assert len(statements) <= 4
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event

from auditapp.persistence.database import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Give a list that grows by every statement. BEGIN, COMMIT and ROLLBACK are not in it: the engines differ there."""
    statements: list[str] = []

    def note(_: Connection, __: object, statement: str, *___: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    engines = (database.reader, database.writer)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
