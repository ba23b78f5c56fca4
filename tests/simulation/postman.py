"""The post of a simulated year: a mail server that is away for days and refuses some, and who looks after it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import select

from auditapp.domain.calendar import london_day
from auditapp.domain.vocabulary import MessageState
from auditapp.mail.server import NotTaken
from auditapp.persistence.outbox import Message
from auditapp.services import outbox
from tests.simulation.life import Life

BUSY = "The mail server is busy: 451."
# The gaps between attempts grow: a letter that was refused again and again comes within a day of the server's return.
LATEST = timedelta(days=1)


@dataclass
class Postman:
    """A mail server, as the schedule sees it: on some days there is none, and one letter in seven is refused at first.

    `words` counts how often an administrator had a letter sent again of which nobody knew whether it had come.
    """

    away: frozenset[date] = frozenset()
    now: datetime = datetime(1, 1, 1, tzinfo=UTC)
    came: list[tuple[str, datetime]] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def connected(self) -> Iterator["Postman"]:
        """Give a way to the server, where it is there."""
        if london_day(self.now) in self.away:
            raise NotTaken("The mail server cannot be used.", is_away=True)
        yield self

    def hand_over(self, mail: EmailMessage, *, sender: str, to: str) -> None:
        """Take a letter, or refuse it for now."""
        identifier = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        self.tries[identifier] += 1
        if self.tries[identifier] == 1 and len(self.tries) % 7 == 0:
            raise NotTaken(BUSY)
        self.came.append((identifier, self.now))

    def ask_administrator(self, life: Life, at: datetime) -> None:
        """Have an administrator look at the outbox: what is uncertain, is sent again."""
        uncertain = select(Message.public_id).where(Message.state == MessageState.UNCERTAIN)
        with life.database.reading() as session:
            waiting = session.scalars(uncertain).all()
        for public_id in waiting:
            with life.database.transaction() as session:
                outbox.send_again(session, public_id, by=life.council.viewer("adam"), at=at)
            self.words[public_id] += 1


def every_letter_came_once(life: Life, postman: Postman, *, until: datetime) -> None:
    """Whatever was queued has come, soon after the server was there; and twice only on an administrator's word."""
    came, first = Counter(identifier for identifier, _ in postman.came), dict(reversed(postman.came))
    with life.database.reading() as session:
        queued = {message.public_id: message for message in session.scalars(select(Message))}
    assert came.keys() <= queued.keys()
    for public_id, message in queued.items():
        assert message.state in {MessageState.SENT, MessageState.QUEUED, MessageState.UNCERTAIN}, message.problem
        assert came[public_id] <= 1 + postman.words[public_id]
        there = message.made_at
        while london_day(there) in postman.away:
            there += timedelta(days=1)
        if not postman.words[public_id] and there + LATEST < until:
            assert message.state is MessageState.SENT
            assert first[public_id] <= there + LATEST
