"""The outbox: what is written with a change is sent after it, once, by one of however many processes there are.

A message is claimed before it is sent, and what became of it is noted afterwards. A process that dies between the two
leaves a message whose fate nobody knows: it is shown as uncertain, and sent again only when an administrator says so.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, joinedload

from auditapp.domain.errors import NotFound, NotNow
from auditapp.domain.permissions import Viewer, check_administers
from auditapp.domain.vocabulary import MessageKind, MessageState
from auditapp.persistence import trail
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.outbox import Message
from auditapp.persistence.upsert import upsert

# How long after each attempt the next one is made; after the last, the message is given up.
GAPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
# Longer than any server is waited for: whoever claimed a message for longer is not sending it any more.
CLAIM_LASTS = timedelta(minutes=15)
# Longer than all attempts together: what waits for longer waits because there was no mail server to send it by.
WORTH_SENDING = timedelta(days=3)
ENDED = (MessageState.UNCERTAIN, MessageState.GIVEN_UP)


def queue(
    session: Session,
    *,
    key: str,
    person_id: int,
    kind: MessageKind,
    subject: str,
    body: str,
    path: str,
    at: datetime,
) -> int | None:
    """Put a message into the outbox and return its id, or None where one with this key is there already."""
    row = {
        "public_id": new_identifier(),
        "key": key,
        "person_id": person_id,
        "kind": kind,
        "subject": subject,
        "body": body,
        "path": path,
        "state": MessageState.QUEUED,
        "made_at": at,
        "waits_since": at,
        "next_at": at,
        "attempts": 0,
    }
    new = upsert(session, Message).values(row).on_conflict_do_nothing(index_elements=["key"])
    return session.scalar(new.returning(Message.id))


def waits(session: Session, *, at: datetime) -> bool:
    """Say whether there is anything to send, to doubt or to leave at a moment."""
    queued = (Message.state == MessageState.QUEUED) & (Message.next_at <= at)
    return session.scalar(select(exists().where(queued | (Message.state == MessageState.SENDING)))) or False


def claim(session: Session, *, worker: str, at: datetime) -> Message | None:
    """Take the next message that is to be sent, with its person, what is urgent first; nobody else can take it.

    The caller commits before it sends.
    """
    due = (
        select(Message.id)
        .where(Message.state == MessageState.QUEUED, Message.next_at <= at)
        .order_by(Message.kind == MessageKind.DIGEST, Message.next_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(Message)
        .where(Message.id == due.scalar_subquery(), Message.state == MessageState.QUEUED)
        .values(state=MessageState.SENDING, claimed_at=at, claimed_by=worker, attempts=Message.attempts + 1)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    found = session.scalar(taken)
    if found is None:
        return None
    return session.scalars(select(Message).where(Message.id == found).options(joinedload(Message.person))).one()


def note_sent(session: Session, message_id: int, *, worker: str, at: datetime) -> None:
    """Note that the mail server took a message."""
    _end(session, message_id, worker, state=MessageState.SENT, problem=None, at=at)


def note_uncertain(session: Session, message_id: int, problem: str, *, worker: str, at: datetime) -> None:
    """Note that nobody can say whether the mail server took a message."""
    _end(session, message_id, worker, state=MessageState.UNCERTAIN, problem=problem, at=at)


def note_left(session: Session, message_id: int, *, worker: str, at: datetime) -> None:
    """Note that a message is not sent, because its reader has left since it was made."""
    _end(session, message_id, worker, state=MessageState.WITHDRAWN, problem="Its reader has left.", at=at)


def note_failed(session: Session, message_id: int, problem: str, *, is_final: bool, worker: str, at: datetime) -> None:
    """Note that a message was not taken: it is tried again after growing gaps, or given up, for all to see."""
    message = session.get_one(Message, message_id, with_for_update=True, populate_existing=True)
    if message.state is not MessageState.SENDING or message.claimed_by != worker:
        return
    message.problem = problem[:200]
    if is_final or message.attempts > len(GAPS):
        message.state, message.ended_at = MessageState.GIVEN_UP, at
    else:
        message.state, message.next_at = MessageState.QUEUED, at + GAPS[message.attempts - 1]


def postpone(session: Session, problem: str, *, at: datetime) -> None:
    """Let everything that is due wait a little, because the mail server takes nothing: none of it was tried.

    Each says why it waits.
    """
    waiting = update(Message).where(Message.state == MessageState.QUEUED, Message.next_at <= at)
    session.execute(
        waiting.values(next_at=at + GAPS[0], problem=problem[:200]), execution_options={"synchronize_session": False}
    )


def drop_stale(session: Session, *, at: datetime, has_server: bool) -> int:
    """Leave what nobody could send for so long; say how many messages that were.

    The message of a day speaks of days that are over, and is given up for all to see; whatever is not of one day waits
    until the mail server is back. Without a mail server nothing was to go, and everything is left.
    """
    stale = update(Message).where(Message.state == MessageState.QUEUED, Message.waits_since < at - WORTH_SENDING)
    state = MessageState.WITHDRAWN
    if has_server:
        stale, state = stale.where(Message.kind == MessageKind.DIGEST), MessageState.GIVEN_UP
    said = "It could not be sent for three days. What it announced stands on the pages."
    return session.connection().execute(stale.values(state=state, problem=said, ended_at=at)).rowcount


def doubt_abandoned(session: Session, *, at: datetime) -> int:
    """Mark as uncertain what somebody began to send and never came back from; say how many there are."""
    abandoned = update(Message).where(Message.state == MessageState.SENDING, Message.claimed_at < at - CLAIM_LASTS)
    said = "Whoever was sending it ended before the mail server's answer was noted."
    values = abandoned.values(state=MessageState.UNCERTAIN, problem=said, ended_at=at)
    return session.connection().execute(values).rowcount


def send_again(session: Session, public_id: str, *, by: Viewer, at: datetime) -> Message:
    """Put a message that is uncertain or given up into the outbox again, on an administrator's word."""
    check_administers(by)
    message = _held(session, public_id)
    if message.state not in ENDED:
        raise NotNow("This message is not uncertain and was not given up: there is nothing to send again.")
    message.state, message.attempts = MessageState.QUEUED, 0
    message.waits_since = message.next_at = at
    message.ended_at = message.problem = None
    _tell(session, "message.resent", message, by=by, at=at)
    return message


def withdraw(session: Session, public_id: str, *, by: Viewer, at: datetime) -> Message:
    """Decide that a message is not to be sent: one that waits, is uncertain or was given up."""
    check_administers(by)
    message = _held(session, public_id)
    if message.state not in {*ENDED, MessageState.QUEUED}:
        raise NotNow("This message was sent, is being sent, or is not to be sent already.")
    message.state, message.ended_at = MessageState.WITHDRAWN, at
    _tell(session, "message.withdrawn", message, by=by, at=at)
    return message


def _held(session: Session, public_id: str) -> Message:
    query = select(Message).where(Message.public_id == public_id).options(joinedload(Message.person))
    message = session.scalar(query.with_for_update(of=Message).execution_options(populate_existing=True))
    if message is None:
        raise NotFound
    return message


def _tell(session: Session, name: str, message: Message, *, by: Viewer, at: datetime) -> None:
    session.flush()
    details = {"kind": message.kind.value, "to": message.person.public_id}
    trail.record(session, name, by=by.public_id, at=at, subject=message.public_id, details=details)


def _end(
    session: Session, message_id: int, worker: str, *, state: MessageState, problem: str | None, at: datetime
) -> None:
    """End a message that is still in the hands of whoever claimed it."""
    mine = update(Message).where(
        Message.id == message_id, Message.state == MessageState.SENDING, Message.claimed_by == worker
    )
    session.execute(mine.values(state=state, problem=problem, ended_at=at))
