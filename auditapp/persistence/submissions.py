"""The write forms that were taken, so that a second click, a reload or a lost answer changes nothing."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auditapp.persistence.database import Base, Instant
from auditapp.persistence.upsert import upsert

KEYS_LAST = timedelta(days=29)
"""How old a form's key may be when it is sent. Its row is kept longer: without it, the form would be taken again."""


class Submission(Base):
    """One form's key, unique per person, and where its answer sent them. A repeat is sent there too.

    Without a location it is only claimed: somebody's text was stored first, and then the form was refused.
    """

    __tablename__ = "submission"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    location: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime] = mapped_column(Instant, index=True)


def claim(session: Session, person_id: int, *, key: str, at: datetime) -> str | None:
    """Take a key for this transaction and return nothing; or return where it led, if it was used to its end.

    The row is the lock: whoever comes with the same key waits for the commit or the end of whoever came first.
    """
    taken = upsert(session, Submission).values(person_id=person_id, key=key, location="", at=at)
    again = taken.on_conflict_do_update(
        index_elements=["person_id", "key"], set_={"at": at}, where=Submission.location == ""
    )
    if session.execute(again.returning(Submission.key)).first() is not None:
        return None
    return session.scalars(select(Submission.location).where(_is(person_id, key))).one()


def answered(session: Session, person_id: int, *, key: str) -> str | None:
    """Return where a key led, if it was used to its end."""
    return session.scalar(select(Submission.location).where(_is(person_id, key), Submission.location != ""))


def keep(session: Session, person_id: int, *, key: str, location: str) -> None:
    """Keep where a form led, with the change that it made."""
    session.execute(update(Submission).where(_is(person_id, key)).values(location=location))


def _is(person_id: int, key: str) -> ColumnElement[bool]:
    return (Submission.person_id == person_id) & (Submission.key == key)
