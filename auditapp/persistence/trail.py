"""The trail: append-only events without foreign keys, written in the transaction of the change they tell of.

One chain per audit and one for everything else, with the heads in a table of their own: two auditors never wait
for each other, and whoever writes to a chain holds its head until the commit.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import (
    JSON,
    Index,
    Row,
    String,
    UniqueConstraint,
    bindparam,
    insert,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from auditapp.domain import trail
from auditapp.domain.trail import SERVICE_CHAIN, START, Details, Event, Head
from auditapp.domain.trail_sentences import KINDS
from auditapp.persistence.database import Base, Instant
from auditapp.persistence.upsert import Insert, fixed_upsert, table_of


class TrailEvent(Base):
    """One event, as `domain.trail.Event` says."""

    __tablename__ = "trail_event"
    __table_args__ = (
        UniqueConstraint("chain", "position"),
        Index("ix_trail_event_chain_name_position", "chain", "name", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60), index=True)
    details: Mapped[dict[str, str | int | None]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class TrailHead(Base):
    """The last position and hash of each chain."""

    __tablename__ = "trail_head"

    chain: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


# Every change writes an event, so these are made once: what is only run costs a third of what is made and run.
_HEADS = table_of(TrailHead)
_OF_CHAIN = _HEADS.c.chain == bindparam("of")
HOLD_HEAD = select(_HEADS.c.position, _HEADS.c.hash).where(_OF_CHAIN).with_for_update()
MOVE_HEAD = update(_HEADS).where(_OF_CHAIN)
PUT_EVENT = insert(table_of(TrailEvent))

# As the driver gives them: somebody who altered a row need not have left what these types can read.
STORED = (
    TrailEvent.chain,
    TrailEvent.position,
    type_coerce(TrailEvent.at, String),
    TrailEvent.by,
    TrailEvent.name,
    TrailEvent.subject,
    type_coerce(TrailEvent.details, String),
    TrailEvent.previous,
    TrailEvent.hash,
)

# What gives an audit to the person whom its details name as `to`.
GIVEN = ("audit.assigned", "audit.reassigned")


def audit_chain(public_id: str) -> str:
    """Return the name of an audit's own chain."""
    return f"audit:{public_id}"


def record(
    session: Session,
    name: str,
    *,
    by: str,
    at: datetime,
    subject: str,
    chain: str = SERVICE_CHAIN,
    details: Details | None = None,
) -> None:
    """Append one event. Nothing that would identify a child or a worker belongs into `details`."""
    if name not in KINDS:
        raise LookupError(f"No sentence says what '{name}' is: add it to KINDS in domain/trail_sentences.py.")
    position, previous = _held_head(session, chain) or _new_head(session, chain)
    at = at.astimezone(UTC)  # as it will be read back: the hash is of the words of the moment
    unsigned = Event(chain, position + 1, at, by, name, subject, dict(details or {}), previous)
    hashed = trail.digest(unsigned)
    session.connection().execute(
        PUT_EVENT,
        {
            "chain": chain,
            "position": unsigned.position,
            "at": at,
            "by": by,
            "name": name,
            "subject": subject,
            "details": dict(unsigned.details),
            "previous": previous,
            "hash": hashed,
        },
    )
    session.connection().execute(MOVE_HEAD, {"of": chain, "position": unsigned.position, "hash": hashed})


def _held_head(session: Session, chain: str) -> tuple[int, str] | None:
    """Wait for a chain's head, hold it until the commit, and return its position and hash."""
    head = session.connection().execute(HOLD_HEAD, {"of": chain}).one_or_none()
    return (head.position, head.hash) if head else None


def _new_head(session: Session, chain: str) -> tuple[int, str]:
    """Begin a chain, or wait for whoever is beginning it at this moment: there is nothing to hold before its head."""
    connection = session.connection()
    connection.execute(_put_head(connection.dialect.name), {"chain": chain, "position": 0, "hash": START})
    head = _held_head(session, chain)
    assert head, "a head that was just written is there"
    return head


@cache
def _put_head(dialect: str) -> Insert:
    """Return the statement that begins a chain where nobody has."""
    return fixed_upsert(dialect, table_of(TrailHead)).on_conflict_do_nothing()


def events(session: Session, *, chain: str | None = None) -> Iterator[Event]:
    """Yield the events of one chain, or of all, in order of chain and position."""
    query = select(*STORED).order_by(TrailEvent.chain, TrailEvent.position)
    if chain is not None:
        query = query.where(TrailEvent.chain == chain)
    for row in session.execute(query.execution_options(yield_per=1000)):
        yield read_event(row)


def newest(session: Session, *, chain: str, name: str | None, before: int | None, limit: int) -> tuple[Event, ...]:
    """Return the last events of a chain, newest first: of one kind, or before a position, where these are given."""
    query = select(*STORED).where(TrailEvent.chain == chain).order_by(TrailEvent.position.desc()).limit(limit)
    if name is not None:
        query = query.where(TrailEvent.name == name)
    if before is not None:
        query = query.where(TrailEvent.position < before)
    return tuple(read_event(row) for row in session.execute(query))


def has_event(session: Session, name: str, *, by: str, chain: str, since: datetime) -> bool:
    """Say whether a chain holds an event of a kind that somebody caused since a moment."""
    event = TrailEvent
    query = select(event.id).where(event.chain == chain, event.name == name, event.by == by, event.at >= since)
    return session.scalar(query.limit(1)) is not None


def held_audit(session: Session, public_id: str, *, person: str) -> bool:
    """Say whether an audit was ever given to somebody: its own chain tells of each who had it."""
    event = TrailEvent
    given = select(event.details).where(event.chain == audit_chain(public_id), event.name.in_(GIVEN))
    return any(details.get("to") == person for details in session.scalars(given))


def read_event(row: Row[*tuple[object, ...]]) -> Event:
    """Return a row as an event. What cannot be read was altered: it has no hash then, and no check passes it."""
    chain, found, at, by, name, subject, details, previous, hashed = row
    position = found if isinstance(found, int) else 0
    try:
        return Event(
            chain=str(chain),
            position=position,
            at=_moment(at),
            by=_text(by),
            name=_text(name),
            subject=_text(subject),
            details=_details(details),
            previous=_text(previous),
            hash=_text(hashed),
        )
    except (TypeError, ValueError):
        nothing = datetime.fromtimestamp(0, UTC)
        return Event(str(chain), position, nothing, by="", name="", subject="", details={}, previous=str(previous))


def _text(held: object) -> str:
    if not isinstance(held, str):
        raise TypeError
    return held


def _moment(held: object) -> datetime:
    if isinstance(held, datetime):
        return held.astimezone(UTC)
    return datetime.fromisoformat(_text(held)).replace(tzinfo=UTC)


def _details(held: object) -> Details:
    read = json.loads(held) if isinstance(held, str) else held
    if not isinstance(read, dict):
        raise TypeError
    return read


def heads(session: Session) -> tuple[Head, ...]:
    """Return the head of every chain, by name."""
    rows = session.execute(select(TrailHead.chain, TrailHead.position, TrailHead.hash).order_by(TrailHead.chain))
    return tuple(Head(str(chain), at if isinstance(at, int) else 0, str(hashed)) for chain, at, hashed in rows)
