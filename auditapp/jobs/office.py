"""What a job is given to work with: the database, the post, and chance."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol

from auditapp.config import Settings
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import Role
from auditapp.mail.letters import Sender
from auditapp.mail.server import MailServer
from auditapp.persistence.database import Database

SCHEDULE = Viewer(
    person_id=0,
    public_id="schedule",
    name="the schedule",
    roles=frozenset({Role.QA, Role.ADMINISTRATOR}),
)


class Way(Protocol):
    """An open way to a mail server."""

    def hand_over(self, mail: EmailMessage, *, sender: str, to: str) -> None:
        """Hand a letter over; raise `NotTaken` or `Unknown` where it was not taken for certain."""


class Post(Protocol):
    """A mail server."""

    def connected(self) -> AbstractContextManager[Way]:
        """Give a way to it; raise `NotTaken` where there is none."""


def _new_seed() -> str:
    return secrets.token_hex(16)


def _new_worker() -> str:
    return f"scheduler-{secrets.token_hex(8)}"


@dataclass(frozen=True)
class Office:
    """Where jobs are done. Without `post` nothing is sent: the outbox shows what would have gone."""

    database: Database
    sender: Sender
    post: Post | None = None
    new_seed: Callable[[], str] = _new_seed
    worker: str = field(default_factory=_new_worker)


def office_of(settings: Settings, database: Database) -> Office:
    """Return the office of an installation."""
    sender = Sender(settings.mail_from, settings.service_name, settings.council_name, settings.base_url)
    return Office(database, sender, MailServer.parse(settings.smtp_url) if settings.smtp_url else None)
