"""Saving answers: one fixed statement for one answer or a whole section, with every answer's version checked in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from auditapp.domain.items import Answer
from auditapp.persistence.audits import AuditAnswer, AuditSitting
from auditapp.persistence.people import Person
from auditapp.persistence.upsert import fixed_upsert, table_of


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it is stored: its version, from 1, and who saved it when, on which page."""

    answer: Answer
    version: int
    saved_at: datetime
    saved_by_id: int | None
    saved_by: str
    sitting: str


def store(
    session: Session,
    audit_id: int,
    *,
    answers: Mapping[str, tuple[Answer, int]],
    sitting: str,
    by_id: int,
    at: datetime,
) -> dict[str, int]:
    """Store answers by item, each with the version it is based on; return the new versions of those stored.

    An answer is stored where nobody else saved it since: where its version is still the one it is based on, or
    where the very same page saved it last. The others are left as they are and missing from what is returned.
    """
    if not answers:
        return {}
    rows = [
        {
            "audit_id": audit_id,
            "item": item,
            "value": answer.value,
            "text": answer.text,
            "version": base + 1,
            "sitting": sitting,
            "saved_at": at,
            "saved_by_id": by_id,
        }
        for item, (answer, base) in sorted(answers.items())
    ]
    connection = session.connection()
    stored = connection.execute(_put_answers(connection.dialect.name), rows)
    return dict(stored.all())


def begin_sitting(session: Session, audit_id: int, *, section: str, sitting: str, at: datetime) -> bool:
    """Note that a section is written in; say whether this sitting is new to it."""
    connection = session.connection()
    row = {"audit_id": audit_id, "section": section, "sitting": sitting, "at": at}
    return connection.execute(_put_sitting(connection.dialect.name), row).first() is not None


@cache
def _put_answers(dialect: str) -> ReturningInsert[str, int]:
    """Return the statement that stores answers where nobody else saved them since."""
    there = table_of(AuditAnswer)
    put = fixed_upsert(dialect, there)
    new = put.excluded
    changed = {name: new[name] for name in ("value", "text", "sitting", "saved_at", "saved_by_id")}
    return put.on_conflict_do_update(
        index_elements=["audit_id", "item"],
        set_=changed | {"version": there.c.version + 1},
        where=or_(there.c.version == new.version - 1, there.c.sitting == new.sitting),
    ).returning(there.c.item, there.c.version)


@cache
def _put_sitting(dialect: str) -> ReturningInsert[str]:
    """Return the statement that notes a sitting, and says so where it is new."""
    there = table_of(AuditSitting)
    return fixed_upsert(dialect, there).on_conflict_do_nothing().returning(there.c.sitting)


# Asked with every save, so these are made once.
_ALL_ANSWERS = (
    select(
        AuditAnswer.item,
        AuditAnswer.value,
        AuditAnswer.text,
        AuditAnswer.version,
        AuditAnswer.saved_at,
        AuditAnswer.saved_by_id,
        Person.name,
        AuditAnswer.sitting,
    )
    .outerjoin(Person, Person.id == AuditAnswer.saved_by_id)
    .where(AuditAnswer.audit_id == bindparam("audit_id"))
)
_SOME_ANSWERS = _ALL_ANSWERS.where(AuditAnswer.item.in_(bindparam("items", expanding=True)))


def stored_answers(session: Session, audit_id: int, *, items: Iterable[str] | None = None) -> dict[str, StoredAnswer]:
    """Return an audit's answers by item, all or some."""
    query = _ALL_ANSWERS if items is None else _SOME_ANSWERS
    asked: dict[str, object] = {"audit_id": audit_id} if items is None else {"audit_id": audit_id, "items": list(items)}
    return {
        item: StoredAnswer(Answer(value, text), version, saved_at, by_id, name or "", sitting)
        for item, value, text, version, saved_at, by_id, name, sitting in session.connection().execute(query, asked)
    }
