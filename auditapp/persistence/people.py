"""People, what they are in the service, and the teams, services and agencies they are it for."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auditapp.domain.people import Grant, place_of
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Base, Instant, words
from auditapp.persistence.identifiers import new_identifier


class Service(Base):
    """A service of the council, led by a head of service."""

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    name: Mapped[str] = mapped_column(String(120), unique=True)


class Team(Base):
    """A team of practitioners, led by a team manager, in one service."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)

    service: Mapped[Service] = relationship(lazy="raise")


class Agency(Base):
    """A partner agency: police, health, education, probation and so on."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    name: Mapped[str] = mapped_column(String(120), unique=True)


class Person(Base):
    """Somebody with an account. Without a password they have been invited and not yet come."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_folded"),
        CheckConstraint("working_time > 0 AND working_time <= 1", name="working_time_a_share"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    working_time: Mapped[Decimal] = mapped_column(Numeric(3, 2), default=Decimal(1))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", lazy="raise", cascade="all, delete-orphan", order_by="RoleGrant.id"
    )


class RoleGrant(Base):
    """One role of one person, for one team, service or agency where the role is one of those."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("(role IN ('auditor', 'practitioner')) = (team_id IS NOT NULL)", name="team_fits_role"),
        CheckConstraint(
            "(role IN ('head_of_service', 'assistant_director')) = (service_id IS NOT NULL)", name="service_fits_role"
        ),
        CheckConstraint("(role = 'partner_auditor') = (agency_id IS NOT NULL)", name="agency_fits_role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(words(Role, column="role"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))

    person: Mapped[Person] = relationship(back_populates="grants", lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")
    service: Mapped[Service | None] = relationship(lazy="raise")
    agency: Mapped[Agency | None] = relationship(lazy="raise")

    @property
    def named(self) -> Grant:
        """This role with the name of what it is for, which has to be loaded."""
        place = self.team or self.service or self.agency
        return Grant.at(self.role, place_of(self.role), place.name if place else "")


# NULL differs from NULL in a UNIQUE; a grant for no team is still the same grant twice.
Index(
    "uq_role_grant_once",
    RoleGrant.person_id,
    RoleGrant.role,
    func.coalesce(RoleGrant.team_id, 0),
    func.coalesce(RoleGrant.service_id, 0),
    func.coalesce(RoleGrant.agency_id, 0),
    unique=True,
)
