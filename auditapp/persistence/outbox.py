"""The outbox: post is a row that is written with the change it tells of, and sent afterwards."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.domain.vocabulary import MessageKind, MessageState
from auditapp.persistence.database import Base, Instant, words
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.people import Person


class Message(Base):
    """One message to one person. `key` says what it is for, so that it can exist only once.

    `body` is paragraphs of plain words, `path` the page that its link leads to. The one-time link of an invitation is
    made when it is sent: no secret waits here. `waits_since` is when it was made, or sent again on somebody's word, and
    `next_at` when it is tried next; `claimed_at` and `claimed_by` say who is sending it and since when.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_state_next_at", "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[MessageKind] = mapped_column(words(MessageKind, column="kind"))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(200))
    state: Mapped[MessageState] = mapped_column(words(MessageState, column="state"))
    made_at: Mapped[datetime] = mapped_column(Instant, index=True)
    waits_since: Mapped[datetime] = mapped_column(Instant)
    next_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int]
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    problem: Mapped[str | None] = mapped_column(String(200))

    person: Mapped[Person] = relationship(lazy="raise")
