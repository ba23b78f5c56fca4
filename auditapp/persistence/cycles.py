"""Cycles of audits, and the draw that a cycle's cases came from."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.domain.calendar import Month, london_day
from auditapp.domain.cycle_names import month_of
from auditapp.domain.themes import ThemePlan, from_json
from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence.cases import CaseList
from auditapp.persistence.database import Base, Instant, words
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.tools import ToolVersion


class Cycle(Base):
    """A run of audits with one tool version: a QoP month, a theme, supervision files of a month, earlier results.

    A month is opened once (domain/cycle_names.py says what periods are). `title` and `plan`, as `domain.themes` writes
    it, are a theme's, or a deep dive's into supervision.
    """

    __tablename__ = "cycle"
    __table_args__ = (UniqueConstraint("kind", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    kind: Mapped[CycleKind] = mapped_column(words(CycleKind, column="kind"))
    period: Mapped[str] = mapped_column(String(80))
    tool_version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"))
    target: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    plan: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(Instant)

    tool_version: Mapped[ToolVersion] = relationship(lazy="raise")

    @property
    def month(self) -> Month:
        """The month that it is of: its own, and of a theme that in which it was started."""
        is_theme = self.kind is CycleKind.THEMATIC
        return Month.of(london_day(self.opened_at)) if is_theme else month_of(self.period)

    @property
    def theme(self) -> ThemePlan | None:
        """What a theme, or a deep dive, asks, of which cases and by when; nothing else has that."""
        return from_json(self.plan) if self.plan else None


class CycleDraw(Base):
    """The record of a cycle's draw: whoever has the case list can perform it again and get the same cases."""

    __tablename__ = "cycle_draw"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    case_list_id: Mapped[int] = mapped_column(ForeignKey("case_list.id"))
    seed: Mapped[str] = mapped_column(String(64))
    frame_hash: Mapped[str] = mapped_column(String(64))
    record: Mapped[str] = mapped_column(Text)
    drawn_at: Mapped[datetime] = mapped_column(Instant)

    case_list: Mapped[CaseList] = relationship(lazy="raise")
