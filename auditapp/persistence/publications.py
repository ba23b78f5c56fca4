"""Reports that were shown to a board: frozen as they were on the day, whatever comes later, and kept for good."""

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.persistence.database import Base, Instant
from auditapp.persistence.identifiers import new_identifier

IS_SHOWN = text("ended_at IS NULL")


class Publication(Base):
    """One version of a quarter's findings as the Board reads or read them: small counts hidden, nobody identifiable.

    One at most is shown. What was replaced or withdrawn is read by nobody, and kept to compare later versions with.
    """

    __tablename__ = "publication"
    __table_args__ = (
        Index("uq_publication_shown", "quarter", unique=True, sqlite_where=IS_SHOWN, postgresql_where=IS_SHOWN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    quarter: Mapped[str] = mapped_column(String(7))
    findings: Mapped[str] = mapped_column(Text)
    shown_at: Mapped[datetime] = mapped_column(Instant)
    shown_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
