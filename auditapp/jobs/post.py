"""Sending what waits in the outbox: claimed, handed over, noted; each message by one process, and never twice."""

import logging
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

from auditapp.domain.errors import DomainError
from auditapp.domain.vocabulary import MessageKind
from auditapp.jobs.office import SCHEDULE, Office, Way
from auditapp.mail.letters import Letter, as_email
from auditapp.mail.server import NotTaken, Unknown
from auditapp.persistence.outbox import Message
from auditapp.services import accounts, outbox

log = logging.getLogger("auditapp.post")

LETTERS_A_LOOK = 50
LINK_TEXTS = {
    MessageKind.DIGEST: "Sign in to see them",
    MessageKind.URGENT: "Sign in to read it",
    MessageKind.INVITATION: "Choose your password",
}


def deliver(office: Office, at: datetime) -> int:
    """Send what is due; say how many letters the mail server took. While it is away, nothing more is tried.

    One look sends only so many, lest a slow server keep the schedule from its work: the next look goes on.
    """
    with office.database.reading() as session:
        if not outbox.waits(session, at=at):
            return 0  # most looks find nothing, and must not take the turn to write
    with office.database.transaction() as session:
        outbox.doubt_abandoned(session, at=at)
        outbox.drop_stale(session, at=at, has_server=office.post is not None)
    if office.post is None:
        return 0
    sent = 0
    with ExitStack() as stack:
        way: Way | None = None
        for _ in range(LETTERS_A_LOOK):
            message = _claim(office, at)
            if message is None:
                break
            if not message.person.is_active:
                with office.database.transaction() as session:
                    outbox.note_left(session, message.id, worker=office.worker, at=at)
                continue
            try:
                way = way or stack.enter_context(office.post.connected())
                letter = _letter(office, message, at)
                way.hand_over(as_email(letter, office.sender), sender=office.sender.address, to=letter.to_address)
            except DomainError as reason:  # somebody who was invited has left since
                _note_refusal(office, message, NotTaken(reason.message, is_final=True), at)
            except NotTaken as refusal:
                _note_refusal(office, message, refusal, at)
                if refusal.is_away:
                    break
            except Unknown as fate:
                with office.database.transaction() as session:
                    outbox.note_uncertain(session, message.id, str(fate), worker=office.worker, at=at)
                break
            else:
                with office.database.transaction() as session:
                    outbox.note_sent(session, message.id, worker=office.worker, at=at)
                sent += 1
    return sent


def _claim(office: Office, at: datetime) -> Message | None:
    with office.database.transaction() as session:
        return outbox.claim(session, worker=office.worker, at=at)


def _letter(office: Office, message: Message, at: datetime) -> Letter:
    letter = Letter(
        identifier=message.public_id,
        to_name=message.person.name,
        to_address=message.person.email,
        subject=message.subject,
        body=message.body,
        path=message.path,
        link_text=LINK_TEXTS[message.kind],
        at=at,
    )
    if message.kind is not MessageKind.INVITATION:
        return letter
    # Made only now, and kept nowhere but in the letter: whoever reads the outbox cannot sign in as somebody else.
    with office.database.transaction() as session:
        person = accounts.find_person(session, message.person.public_id)
        secret = accounts.invite(session, person, by=SCHEDULE, at=at)
    return replace(letter, path=f"{message.path}{secret}")


def _note_refusal(office: Office, message: Message, refusal: NotTaken, at: datetime) -> None:
    log.warning("message %s was not taken: %s", message.public_id, refusal.problem)
    with office.database.transaction() as session:
        outbox.note_failed(session, message.id, refusal.problem, is_final=refusal.is_final, worker=office.worker, at=at)
        if refusal.is_away:
            outbox.postpone(session, refusal.problem, at=at)
