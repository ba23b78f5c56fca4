"""The same save by the bare driver: what PostgreSQL can do of it, with nobody in between."""

import hashlib
from collections.abc import Callable
from itertools import count

import psycopg
from sqlalchemy.engine import URL

WHO = """SELECT p.id, p.public_id, p.name, p.email, s.seen_at, g.role FROM sign_in_session s
         JOIN person p ON p.id = s.person_id LEFT JOIN role_grant g ON g.person_id = p.id
         WHERE s.revoked_at IS NULL AND p.is_active AND s.id = %s"""
WHAT = """SELECT a.id, a.state, a.auditor_id, a.case_type FROM audit a WHERE a.public_id = %s FOR SHARE"""
ANSWERS = """INSERT INTO audit_answer (audit_id, item, value, text, version, sitting, saved_at, saved_by_id)
             VALUES {rows} ON CONFLICT (audit_id, item) DO UPDATE
             SET text = excluded.text, sitting = excluded.sitting, version = audit_answer.version + 1
             WHERE audit_answer.sitting = excluded.sitting RETURNING item, version"""
EVENT = """INSERT INTO trail_event (chain, position, at, "by", name, subject, details, previous, hash)
           VALUES (%s, %s, now(), 'bench', 'audit.written', 'bench', '{}', %s, %s)"""
BEGIN_CHAIN = "INSERT INTO trail_head (chain, position, hash) VALUES (%s, 0, %s)"
HEAD = "SELECT position, hash FROM trail_head WHERE chain = %s FOR UPDATE"
MOVE = "UPDATE trail_head SET position = %s, hash = %s WHERE chain = %s"


def saver(url: URL, *, audit: str, items: list[str], sitting: str) -> Callable[[], None]:
    """Return a function that saves a section once: who, what, its answers with their versions, one event, commit.

    The sitting is that of the page which is measured beside it, so that neither finds the other's answers newer.
    """
    chain = f"bare:{audit}"
    connection = psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    with connection.transaction():
        connection.execute(BEGIN_CHAIN, (chain, "0" * 64))
        found = connection.execute("SELECT id, auditor_id FROM audit WHERE public_id = %s", (audit,)).fetchone()
        session = connection.execute("SELECT max(id) FROM sign_in_session").fetchone()
    assert found
    assert session
    statement = ANSWERS.format(rows=", ".join(["(%s, %s, NULL, %s, 1, %s, now(), %s)"] * len(items)))
    numbers = count()

    def save() -> None:
        words = f"words {next(numbers)}"
        with connection.transaction():
            connection.execute(WHO, session)
            connection.execute(WHAT, (audit,))
            connection.execute(
                statement, [value for item in items for value in (found[0], item, words, sitting, found[1])]
            )
            head = connection.execute(HEAD, (chain,)).fetchone()
            assert head
            hashed = hashlib.sha256(f"{head[1]}{words}".encode()).hexdigest()
            connection.execute(EVENT, (chain, head[0] + 1, head[1], hashed))
            connection.execute(MOVE, (head[0] + 1, hashed, chain))

    return save
