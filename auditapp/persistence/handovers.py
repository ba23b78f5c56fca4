"""Open audits that were handed on together, because somebody is away or has left; what is needed to move them back."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.persistence.absences import Absence
from auditapp.persistence.audits import Audit
from auditapp.persistence.database import Base, Instant
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.people import Person


class Handover(Base):
    """That some of somebody's open audits were handed on at one moment: for an absence, or because they left."""

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    absence_id: Mapped[int | None] = mapped_column(ForeignKey("absence.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[by_id])
    absence: Mapped[Absence | None] = relationship(lazy="raise")
    lines: Mapped[list["HandoverLine"]] = relationship(lazy="raise", order_by="HandoverLine.audit_id")


class HandoverLine(Base):
    """One audit that was handed on: to whom, and the dates that it had before."""

    __tablename__ = "handover_line"

    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True, index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date | None]
    moved_back_at: Mapped[datetime | None] = mapped_column(Instant)

    audit: Mapped[Audit] = relationship(lazy="raise")
    to: Mapped[Person] = relationship(lazy="raise")
