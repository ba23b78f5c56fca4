"""Lists of people, teams, services and agencies."""

from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from auditapp.domain.vocabulary import Role
from auditapp.persistence.people import Agency, Person, RoleGrant, Service, Team

PAGE = 25
WITH_GRANTS = (
    selectinload(Person.grants).options(
        selectinload(RoleGrant.team), selectinload(RoleGrant.service), selectinload(RoleGrant.agency)
    ),
)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list of people."""

    public_id: str
    name: str
    email: str
    roles: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Twenty-five people by name, and where the next page begins."""

    rows: tuple[PersonRow, ...]
    next_after: str | None


def people_page(
    session: Session, *, after: str = "", search: str = "", role: Role | None = None, team: str = ""
) -> PeoplePage:
    """Return people by name and address, from after somebody.

    Where these are given: whose name or address holds some letters, who hold a role, and for one team.
    """
    key = func.lower(Person.name) + "\t" + Person.email
    query = select(Person).options(*WITH_GRANTS).order_by(key).limit(PAGE + 1)
    if after:
        query = query.where(key > select(key).where(Person.public_id == after).scalar_subquery())
    if search:
        named = func.lower(Person.name).contains(search.lower(), autoescape=True)
        query = query.where(or_(named, Person.email.contains(search.lower(), autoescape=True)))
    if role or team:
        query = query.where(Person.id.in_(_holders(role, team)))
    found = session.scalars(query).all()
    rows = tuple(_row(person) for person in found[:PAGE])
    return PeoplePage(rows, rows[-1].public_id if len(found) > PAGE else None)


def _holders(role: Role | None, team: str) -> Select[int]:
    """Select who holds a role, for one team where its public identifier is given."""
    query = select(RoleGrant.person_id)
    if role:
        query = query.where(RoleGrant.role == role)
    return query.join(Team).where(Team.public_id == team) if team else query


def _row(person: Person) -> PersonRow:
    roles = tuple(str(grant.named) for grant in person.grants)
    return PersonRow(person.public_id, person.name, person.email, roles, say_state(person))


def say_state(person: Person) -> str:
    """Say whether somebody is here, invited or gone."""
    if not person.is_active:
        return "Left"
    return "Active" if person.password_hash else "Not signed in yet"


def count_not_signed_in(session: Session) -> int:
    """Count those who are here and have not signed in yet, as `say_state` has it."""
    query = select(func.count()).select_from(Person).where(Person.is_active, Person.password_hash.is_(None))
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A team, service or agency, and who leads it or audits for it."""

    public_id: str
    name: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service, who leads it, and its teams."""

    public_id: str
    name: str
    people: tuple[str, ...]
    teams: tuple[PlaceRow, ...]


def services_with_teams(session: Session) -> tuple[ServiceRow, ...]:
    """Return every service by name, with its teams by name and who manages each."""
    leads, managers = _leaders(session, RoleGrant.service_id), _leaders(session, RoleGrant.team_id, Role.AUDITOR)
    teams: dict[int, list[PlaceRow]] = {}
    for team in session.scalars(select(Team).order_by(Team.name)):
        row = PlaceRow(team.public_id, team.name, managers.get(team.id, ()))
        teams.setdefault(team.service_id, []).append(row)
    return tuple(
        ServiceRow(service.public_id, service.name, leads.get(service.id, ()), tuple(teams.get(service.id, ())))
        for service in session.scalars(select(Service).order_by(Service.name))
    )


def agencies(session: Session) -> tuple[PlaceRow, ...]:
    """Return every agency by name, with who audits for it."""
    auditors = _leaders(session, RoleGrant.agency_id)
    return tuple(
        PlaceRow(agency.public_id, agency.name, auditors.get(agency.id, ()))
        for agency in session.scalars(select(Agency).order_by(Agency.name))
    )


def _leaders(
    session: Session, place: InstrumentedAttribute[int | None], *roles: Role
) -> dict[int | None, tuple[str, ...]]:
    """Return the names of those whose role is for a place, by place."""
    query = select(place, Person.name).join(Person).where(place.is_not(None), Person.is_active)
    if roles:
        query = query.where(RoleGrant.role.in_(roles))
    found: dict[int | None, dict[str, None]] = {}
    for place_id, name in session.execute(query.order_by(Person.name)):
        found.setdefault(place_id, {})[name] = None
    return {place_id: tuple(names) for place_id, names in found.items()}


def names(session: Session, kind: type[Team] | type[Service] | type[Agency]) -> tuple[str, ...]:
    """Return the names of all teams, services or agencies."""
    return tuple(session.scalars(select(kind.name).order_by(kind.name)))
