"""INSERT ... ON CONFLICT: one statement that stores a row or changes the one that is there, on both engines."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from auditapp.persistence.database import Base

Insert = postgresql.Insert | sqlite.Insert


def upsert(session: Session, table: type[Base]) -> Insert:
    """Return the engine's own INSERT, which knows `on_conflict_do_update`, `excluded` and `returning`."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def fixed_upsert(dialect: str, table: Table) -> Insert:
    """Return the INSERT of an engine for a statement that is made once and given its rows each time it is run.

    A statement that holds its rows is compiled anew for every run, which costs ten times what the database does.
    """
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def table_of(kind: type[Base]) -> Table:
    """Return the table behind a class of rows."""
    table = kind.__table__
    assert isinstance(table, Table)
    return table
