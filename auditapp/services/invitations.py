"""One-time links by post: the outbox is told to write to somebody, and the link is made when it is sent."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.errors import Refused
from auditapp.domain.people import fold_email
from auditapp.domain.permissions import Viewer, check_administers
from auditapp.domain.vocabulary import MessageKind
from auditapp.persistence import trail
from auditapp.persistence.people import Person
from auditapp.services import outbox

LINK = "/invitation/"
# Whoever asks again and again for somebody's link fills nobody's letter box.
ONCE_IN = timedelta(hours=1)
WORDS = (
    "With this link you choose a password for the service. It works once, for seven days, and ends earlier links.",
    "If you did not ask for it, tell an administrator of the service. Do not send it on: whoever has it can sign in.",
)


def send_link(session: Session, person: Person, *, by: Viewer, at: datetime) -> None:
    """Have a one-time link sent to somebody, on an administrator's word."""
    check_administers(by)
    if not person.is_active:
        raise Refused("This person has left. Make the account active again before you invite them.")
    _write(session, person, key=f"{at:%Y-%m-%dT%H:%M:%S.%f}", at=at)
    trail.record(session, "link.sent", by=by.public_id, at=at, subject=person.public_id)


def ask_for_link(session: Session, email: str, *, at: datetime) -> None:
    """Have a link sent to whoever has an address, if somebody has: whoever asks is not told. Once an hour at most."""
    try:
        folded = fold_email(email)
    except Refused:
        return
    person = session.scalar(select(Person).where(Person.email == folded, Person.is_active))
    if person is None:
        return
    hour = int(at.timestamp() // ONCE_IN.total_seconds())
    if _write(session, person, key=f"hour-{hour}", at=at):
        trail.record(session, "link.asked", by="nobody", at=at, subject=person.public_id)


def _write(session: Session, person: Person, *, key: str, at: datetime) -> bool:
    message = outbox.queue(
        session,
        key=f"link:{person.public_id}:{key}",
        person_id=person.id,
        kind=MessageKind.INVITATION,
        subject="Choose your password",
        body="\n\n".join(WORDS),
        path=LINK,
        at=at,
    )
    return message is not None
