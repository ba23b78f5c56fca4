"""The outbox as administrators read it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from auditapp.domain.errors import NotFound
from auditapp.domain.vocabulary import MessageKind, MessageState
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Person

PAGE = 25
# Longer than a mail server takes that puts strangers off once, or is started anew.
SLOW = timedelta(hours=1)
IN_DOUBT = (MessageState.UNCERTAIN, MessageState.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of the list: to whom, what, where it is on its way and why it is not further."""

    public_id: str
    to: str
    address: str
    kind: MessageKind
    subject: str
    state: MessageState
    made_at: datetime
    next_at: datetime
    attempts: int
    ended_at: datetime | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Twenty-five messages, newest first, and where the next page begins."""

    rows: tuple[MessageRow, ...]
    next_after: str | None


_ROWS = select(
    Message.public_id,
    Person.name,
    Person.email,
    Message.kind,
    Message.subject,
    Message.state,
    Message.made_at,
    Message.next_at,
    Message.attempts,
    Message.ended_at,
    Message.problem,
).join(Person, Person.id == Message.person_id)


def message_page(session: Session, *, state: MessageState | None = None, after: str = "") -> MessagePage:
    """Return messages, of one state where it is given, from after one."""
    query = _ROWS.order_by(Message.made_at.desc(), Message.id.desc()).limit(PAGE + 1)
    if state:
        query = query.where(Message.state == state)
    if after:
        last = session.scalar(select(Message).where(Message.public_id == after))
        if last is None:
            raise NotFound
        same_moment = and_(Message.made_at == last.made_at, Message.id < last.id)
        query = query.where(or_(Message.made_at < last.made_at, same_moment))
    found = [MessageRow(*row) for row in session.execute(query)]
    return MessagePage(tuple(found[:PAGE]), found[PAGE - 1].public_id if len(found) > PAGE else None)


@dataclass(frozen=True, slots=True)
class MessageText:
    """One message with its words."""

    row: MessageRow
    body: str
    path: str


def message_text(session: Session, public_id: str) -> MessageText:
    """Return one message with its words."""
    found = session.execute(_ROWS.add_columns(Message.body, Message.path).where(Message.public_id == public_id)).first()
    if found is None:
        raise NotFound
    *row, body, path = found
    return MessageText(MessageRow(*row), body, path)


@dataclass(frozen=True, slots=True)
class Post:
    """How many messages want a decision of an administrator, uncertain or given up, and how many wait to be sent.

    Those that wait for more than `SLOW` are `slow`.
    """

    in_doubt: int = 0
    waiting: int = 0
    slow: int = 0


def post_that_waits(session: Session, *, at: datetime) -> Post:
    """Count the messages that want a decision, and those that wait."""
    waits = Message.state == MessageState.QUEUED
    query = select(
        func.count(case((Message.state.in_(IN_DOUBT), 1))),
        func.count(case((waits, 1))),
        func.count(case((waits & (Message.waits_since < at - SLOW), 1))),
    ).where(Message.state.in_((*IN_DOUBT, MessageState.QUEUED)))
    return Post(*session.execute(query).one())
