"""Cases and the lists they come from: only the reference, the type, the team and the worker are ever kept."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.domain.vocabulary import CaseType
from auditapp.persistence.database import Base, Instant, words
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.people import Person, Team


class Case(Base):
    """A child whose case was drawn or audited, by the case-management system's identifier and nothing else."""

    __tablename__ = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_reference: Mapped[str] = mapped_column(String(20), unique=True)


class ListTeam(Base):
    """A team as case lists name it, and the service's team it is, once somebody has said so."""

    __tablename__ = "list_team"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)

    team: Mapped[Team | None] = relationship(lazy="raise")


class ListWorker(Base):
    """A worker as case lists name them, and the person they are, once somebody has said so."""

    __tablename__ = "list_worker"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    code: Mapped[str] = mapped_column(String(200), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    person: Mapped[Person | None] = relationship(lazy="raise")


class CaseList(Base):
    """A dated case list that was accepted: the frame that samples are drawn from."""

    __tablename__ = "case_list"
    __table_args__ = (UniqueConstraint("as_of", "frame_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    as_of: Mapped[date] = mapped_column(index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    frame_hash: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    understanding: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime] = mapped_column(Instant)


class CaseListGroup(Base):
    """The children of one list who share type, team and worker: their references, sorted, with a blank between.

    A hundred thousand children are some twenty thousand groups, whose foreign keys are worth checking one by one.
    """

    __tablename__ = "case_list_group"
    __table_args__ = (CheckConstraint("children > 0", name="has_children"),)

    case_list_id: Mapped[int] = mapped_column(ForeignKey("case_list.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_type: Mapped[CaseType] = mapped_column(words(CaseType, column="case_type"))
    list_team_id: Mapped[int | None] = mapped_column(ForeignKey("list_team.id"))
    list_worker_id: Mapped[int | None] = mapped_column(ForeignKey("list_worker.id"))
    children: Mapped[int]
    case_references: Mapped[str] = mapped_column(Text)


class PendingImport(Base):
    """What waits to be accepted: a file that was read and understood, or the plan of a theme.

    It holds what would be kept, not the file.
    """

    __tablename__ = "pending_import"
    __table_args__ = (CheckConstraint("kind IN ('cases', 'people', 'theme')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Instant)
