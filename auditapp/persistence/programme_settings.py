"""The settings of the programme, all in one row, so that every statement that needs them can carry them along."""

from sqlalchemy import CheckConstraint, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auditapp.domain.programme_settings import ProgrammeSettings, from_json
from auditapp.persistence.database import Base

ONLY = 1


class StoredSettings(Base):
    """The one row. `version` goes up with every change: whoever changes an older one is told so."""

    __tablename__ = "programme_settings"
    __table_args__ = (CheckConstraint(f"id = {ONLY}", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=ONLY)
    document: Mapped[str] = mapped_column(Text)
    version: Mapped[int]


# A part of a statement, because pages that show a target have one to put it in.
SETTINGS = select(StoredSettings.document).where(StoredSettings.id == ONLY).correlate(None).scalar_subquery()


def programme_settings(session: Session) -> ProgrammeSettings:
    """Return the settings in force."""
    return from_json(session.scalar(select(SETTINGS)))
