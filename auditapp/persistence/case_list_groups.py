"""The children of a case list, stored by the hundred thousand: grouped, and in a few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from auditapp.domain.case_lists import Entry
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.persistence.upsert import upsert

Group = tuple[int, int, str, int | None, int | None, int, str]
"""The columns of a group, in the order of its table."""

_ON_SQLITE = (
    "INSERT INTO case_list_group"
    " (case_list_id, number, case_type, list_team_id, list_worker_id, children, case_references)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
# One text a column, a line a group: arrays would be written out in Python. No value holds a line end.
_ON_POSTGRESQL = (
    "INSERT INTO case_list_group"
    " (case_list_id, number, case_type, list_team_id, list_worker_id, children, case_references)"
    " SELECT * FROM unnest("
    "string_to_array(%s, E'\\n')::integer[], string_to_array(%s, E'\\n')::integer[], string_to_array(%s, E'\\n'), "
    "string_to_array(%s, E'\\n', '')::integer[], string_to_array(%s, E'\\n', '')::integer[], "
    "string_to_array(%s, E'\\n')::integer[], string_to_array(%s, E'\\n'))"
)


def store_children(session: Session, case_list_id: int, *, entries: Sequence[Entry]) -> None:
    """Store the children of a case list, with the teams and workers that are new in it."""
    teams = _numbers(session, ListTeam, ListTeam.name, named={entry.team for entry in entries})
    workers = _numbers(session, ListWorker, ListWorker.code, named={entry.worker for entry in entries})
    groups = [
        (case_list_id, number, case_type, teams.get(team), workers.get(worker), len(references), " ".join(references))
        for number, ((case_type, team, worker), references) in enumerate(_grouped(entries), start=1)
    ]
    _store(session.connection(), groups)


def _grouped(entries: Iterable[Entry]) -> list[tuple[tuple[str, str, str], list[str]]]:
    """Bring the references together that share type, team and worker; all in order."""
    found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for entry in entries:
        found[entry.case_type.value, entry.team, entry.worker].append(entry.case_reference)
    return [(shared, sorted(references)) for shared, references in sorted(found.items())]


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
    # Sorted, so that two lists stored at once add the same names in the same order and never wait for each other.
    new = sorted({*named} - {"", *numbers})
    if new:
        session.execute(upsert(session, kind).on_conflict_do_nothing(), [{key.key: name} for name in new])
        numbers = dict(session.execute(known).all())
    return numbers


def _store(connection: Connection, groups: Sequence[Group]) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_ON_SQLITE, [*groups])
        return
    columns = tuple(
        "\n".join("" if value is None else str(value) for value in column) for column in zip(*groups, strict=True)
    )
    connection.exec_driver_sql(_ON_POSTGRESQL, columns)
