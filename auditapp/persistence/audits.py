"""An audit, its answers one row each, its actions and concerns, and the record that submitting it leaves."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.domain.vocabulary import AuditState, CaseType, Refusal
from auditapp.persistence.cases import Case, ListTeam, ListWorker
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.database import Base, Instant, words
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.people import Person
from auditapp.persistence.tools import ScaleVersion, ToolVersion

MOST_ACTIONS = 5


class Audit(Base):
    """One audit of one case, or of one worker's supervision file, by one auditor.

    Earlier results, out of a spreadsheet, have no auditor. `list_worker` is whose case it is, or whose file;
    `picked_from` the case audit because of which a file was picked.
    """

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("cycle_id", "case_id"),
        UniqueConstraint("cycle_id", "supervision_worker_id"),
        CheckConstraint("(case_id IS NULL) = (supervision_worker_id IS NOT NULL)", name="of_case_or_of_file"),
        CheckConstraint("state <> 'submitted' OR submitted_at IS NOT NULL", name="submitted_has_moment"),
        CheckConstraint("(state = 'replaced') = (replaced_at IS NOT NULL)", name="replaced_has_moment"),
        Index("ix_audit_auditor_id_state", "auditor_id", "state"),
        CheckConstraint("(submitted_at IS NULL) = (first_submitted_at IS NULL)", name="first_of_submissions"),
        Index("ix_audit_state_submitted_at", "state", "submitted_at"),
        Index("ix_audit_state_first_submitted_at", "state", "first_submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    reference: Mapped[str] = mapped_column(String(80), unique=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    supervision_worker_id: Mapped[int | None] = mapped_column(ForeignKey("list_worker.id"), index=True)
    picked_from_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id"), unique=True)
    case_type: Mapped[CaseType | None] = mapped_column(words(CaseType, column="case_type"))
    list_team_id: Mapped[int | None] = mapped_column(ForeignKey("list_team.id"), index=True)
    list_worker_id: Mapped[int | None] = mapped_column(ForeignKey("list_worker.id"), index=True)
    tool_version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"))
    scale_version_id: Mapped[int] = mapped_column(ForeignKey("scale_version.id"))
    auditor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[AuditState] = mapped_column(words(AuditState, column="state"))
    is_independence_known: Mapped[bool] = mapped_column(default=True)
    assigned_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date | None]
    begun_at: Mapped[datetime | None] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    # Where it counts, whatever is corrected later: quarters that the Board was told of must not lose it to another.
    first_submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    overall_grade: Mapped[str | None] = mapped_column(String(40))
    indicative_grade: Mapped[str | None] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=0)
    return_reason: Mapped[str | None] = mapped_column(Text)
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)
    refusal: Mapped[Refusal | None] = mapped_column(words(Refusal, column="refusal"))
    replacement_reason: Mapped[str | None] = mapped_column(Text)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)

    cycle: Mapped[Cycle] = relationship(lazy="raise")
    case: Mapped[Case | None] = relationship(lazy="raise")
    list_team: Mapped[ListTeam | None] = relationship(lazy="raise")
    list_worker: Mapped[ListWorker | None] = relationship(lazy="raise", foreign_keys=[list_worker_id])
    supervision_worker: Mapped[ListWorker | None] = relationship(lazy="raise", foreign_keys=[supervision_worker_id])
    tool_version: Mapped[ToolVersion] = relationship(lazy="raise")
    scale_version: Mapped[ScaleVersion] = relationship(lazy="raise")
    auditor: Mapped[Person | None] = relationship(lazy="raise")
    actions: Mapped[list["AuditAction"]] = relationship(
        lazy="raise", order_by="AuditAction.number", cascade="all, delete-orphan"
    )
    concerns: Mapped[list["Concern"]] = relationship(lazy="raise", order_by="Concern.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  the name and shape are SQLAlchemy's

    @property
    def file_name(self) -> str:
        """What was looked at, as lists name it: a case by its reference, a supervision file by its worker's code."""
        if self.case is not None:
            return self.case.case_reference
        return self.supervision_worker.code if self.supervision_worker else ""


class AuditAnswer(Base):
    """The answer to one item of the form: a row with a version, the unit of saving and of conflict.

    `sitting` names the page that saved it last: the next save of that same page never conflicts with its own.
    """

    __tablename__ = "audit_answer"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str | None] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    sitting: Mapped[str] = mapped_column(String(40))
    saved_at: Mapped[datetime] = mapped_column(Instant)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class AuditSitting(Base):
    """That a section was written in during one sitting: what makes autosaves one event of the trail and no more."""

    __tablename__ = "audit_sitting"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    section: Mapped[str] = mapped_column(String(60), primary_key=True)
    sitting: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class AuditAction(Base):
    """What an audit asks somebody to do: action, success measure, owner, due date."""

    __tablename__ = "audit_action"
    __table_args__ = (
        UniqueConstraint("audit_id", "number"),
        CheckConstraint(f"number BETWEEN 1 AND {MOST_ACTIONS}", name="number_in_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), index=True)
    number: Mapped[int]
    action: Mapped[str] = mapped_column(Text)
    success_measure: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]


class Concern(Base):
    """That a child may not be safe: what was seen, who was told, when and how, and who has read it since."""

    __tablename__ = "concern"
    __table_args__ = (
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)", name="acknowledged_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    told_whom: Mapped[str] = mapped_column(String(200))
    told_at: Mapped[datetime] = mapped_column(Instant)
    told_how: Mapped[str] = mapped_column(String(200))
    raised_at: Mapped[datetime] = mapped_column(Instant)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    raised_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[raised_by_id])
    acknowledged_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[acknowledged_by_id])
    audit: Mapped[Audit] = relationship(lazy="raise", overlaps="concerns")


class SubmittedRecord(Base):
    """What an audit said when it was submitted, as one document. A return keeps it; the next one stands beside it."""

    __tablename__ = "submitted_record"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    returned_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str | None] = mapped_column(Text)
