"""What somebody has to be told, and how each person wants to be: a row for each, which can be there only once."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.domain.vocabulary import NoticeKind
from auditapp.persistence.database import Base, Instant, words
from auditapp.persistence.people import Person

WAITS = text("message_id IS NULL AND settled_at IS NULL")


class Notice(Base):
    """That somebody is to be told something: of which kind, about what, and by which message they were.

    `key` names the step that it is, so that a step that is taken again, late or twice at once, leaves it as it is.
    `settled_at` is set where it had become idle before it was sent: what it asks for was done, or they want none.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_waits", "person_id", sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_notice_subject_kind", "subject", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(240), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[NoticeKind] = mapped_column(words(NoticeKind, column="kind"))
    subject: Mapped[str] = mapped_column(String(160))
    due_on: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(Instant)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship(lazy="raise")


class MailPreference(Base):
    """When somebody wants their post, and whether reminders are in it. Nobody can decline what climbs the ladder."""

    __tablename__ = "mail_preference"
    __table_args__ = (CheckConstraint("hour BETWEEN 7 AND 18", name="hour_of_work"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    hour: Mapped[int]
    wants_reminders: Mapped[bool]
