"""The private address of somebody's calendar: whoever has it reads it, so it can be taken back at once."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.persistence.database import Base, Instant
from auditapp.persistence.people import Person


class CalendarAddress(Base):
    """One for each person at most: a new one takes the place of the one before. Only the secret's proof is kept."""

    __tablename__ = "calendar_address"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)

    person: Mapped[Person] = relationship(lazy="raise")
