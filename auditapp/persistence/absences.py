"""Absences and exemptions of auditors: asked for, and decided by somebody else."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.domain.absences import Away
from auditapp.domain.vocabulary import AbsenceKind, AbsenceState
from auditapp.persistence.database import Base, Instant, words
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.people import Person


class Absence(Base):
    """Somebody's absence or exemption, both days included. The reason is personal: pages ask who may read it."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="days_in_order"),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refused_has_reason"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint(
            "state NOT IN ('approved', 'refused') OR decided_by_id IS NOT NULL", name="decision_has_person"
        ),
        CheckConstraint("decided_by_id <> person_id AND decided_by_id <> entered_by_id", name="decided_by_another"),
        Index("ix_absence_state_ends_on", "state", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[AbsenceKind] = mapped_column(words(AbsenceKind, column="kind"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[AbsenceState] = mapped_column(words(AbsenceState, column="state"))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refusal: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    entered_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[entered_by_id])
    decided_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])

    @property
    def away(self) -> Away:
        """Its kind and days, as the rules know them."""
        return Away(self.kind, self.starts_on, self.ends_on)
