"""Reports that were shown to a board: frozen as they were on the day, whatever is submitted later."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.persistence.database import Base, Instant
from auditapp.persistence.identifiers import new_identifier


class Publication(Base):
    """A quarter's findings as the Board reads them: small counts hidden, nobody identifiable."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    quarter: Mapped[str] = mapped_column(String(7), unique=True)
    findings: Mapped[str] = mapped_column(Text)
    shown_at: Mapped[datetime] = mapped_column(Instant)
    shown_by: Mapped[str] = mapped_column(String(120))
