"""What signing in leaves behind: one-time links, sessions, and counts of failed attempts.

Secrets are stored as their SHA-256 only: whoever reads the database cannot become anybody.
"""

from datetime import datetime
from enum import StrEnum, unique

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.persistence.database import Base, Instant, words
from auditapp.persistence.people import Person


class Invitation(Base):
    """A link that lets one person choose a password, once, until it expires."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship(lazy="raise")


class SignInSession(Base):
    """One browser that a person is signed in with, until it is idle too long, too old, or revoked."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


@unique
class Counted(StrEnum):
    """What failed attempts are counted for."""

    ACCOUNT = "account"
    ADDRESS = "address"


class FailedAttempts(Base):
    """How often signing in failed for one account or one address since a moment. Keys are hashed."""

    __tablename__ = "failed_attempts"

    counted: Mapped[Counted] = mapped_column(words(Counted, column="counted"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant)
    count: Mapped[int]
