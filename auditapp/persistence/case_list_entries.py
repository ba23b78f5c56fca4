"""The entries of a case list, stored by the hundred thousand: a few statements, each over all of them.

They are put into a table of this connection first, so that what follows is the same on both engines.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, exists, insert, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from auditapp.domain.case_lists import Entry
from auditapp.persistence.cases import Case, CaseListEntry, ListTeam, ListWorker
from auditapp.persistence.upsert import upsert

LISTED = Table(
    "listed",
    MetaData(),
    Column("case_reference", String),
    Column("case_type", String),
    Column("list_team_id", Integer),
    Column("list_worker_id", Integer),
    prefixes=["TEMPORARY"],
)

Row = tuple[str, str, int | None, int | None]
"""A reference, a type's code, and the numbers of the team and the worker."""


def store_entries(session: Session, case_list_id: int, *, entries: Sequence[Entry]) -> None:
    """Store the entries of a case list, with the cases, teams and workers that are new in it."""
    teams = _numbers(session, ListTeam, ListTeam.name, named={entry.team for entry in entries})
    workers = _numbers(session, ListWorker, ListWorker.code, named={entry.worker for entry in entries})
    # Sorted, so that two lists stored at once take the same cases in the same order and never wait for each other.
    rows = sorted(
        (entry.case_reference, entry.case_type.value, teams.get(entry.team), workers.get(entry.worker))
        for entry in entries
    )
    connection = session.connection()
    LISTED.create(connection)
    _load(connection, rows)
    _store_cases(session)
    _store_rows(session, case_list_id)
    LISTED.drop(connection)


def _numbers(
    session: Session,
    kind: type[ListTeam] | type[ListWorker],
    key: InstrumentedAttribute[str],
    *,
    named: Collection[str],
) -> dict[str, int]:
    """Return the numbers of the teams or workers that a list names; those that are new are added, mapped to nobody."""
    known = select(key, kind.id)
    numbers = dict(session.execute(known).all())
    new = sorted({*named} - {"", *numbers})
    if new:
        session.execute(upsert(session, kind).on_conflict_do_nothing(), [{key.key: name} for name in new])
        numbers = dict(session.execute(known).all())
    return numbers


def _load(connection: Connection, rows: Sequence[Row]) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO listed VALUES (?, ?, ?, ?)", [*rows])
        return
    # One text a column: an array of a hundred thousand would be written out in Python. No value holds a line end.
    columns = tuple(
        "\n".join("" if value is None else str(value) for value in column) for column in zip(*rows, strict=True)
    )
    connection.exec_driver_sql(
        "INSERT INTO listed SELECT * FROM unnest(string_to_array(%s, E'\\n'), string_to_array(%s, E'\\n'),"
        " string_to_array(%s, E'\\n', '')::integer[], string_to_array(%s, E'\\n', '')::integer[])",
        columns,
    )


def _store_cases(session: Session) -> None:
    known = exists().where(Case.case_reference == LISTED.c.case_reference)
    new = select(LISTED.c.case_reference).where(~known).order_by(LISTED.c.case_reference)
    stored = upsert(session, Case).from_select(["case_reference"], new)
    session.execute(stored.on_conflict_do_nothing())


def _store_rows(session: Session, case_list_id: int) -> None:
    columns = ["case_list_id", "case_id", "case_type", "list_team_id", "list_worker_id"]
    listed = select(
        literal(case_list_id), Case.id, LISTED.c.case_type, LISTED.c.list_team_id, LISTED.c.list_worker_id
    ).where(Case.case_reference == LISTED.c.case_reference)
    session.execute(insert(CaseListEntry).from_select(columns, listed))
