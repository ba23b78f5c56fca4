"""Teams, services and agencies: what roles are for."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.people import tidy_name
from auditapp.domain.permissions import Viewer, check_administers
from auditapp.domain.vocabulary import Place
from auditapp.persistence import trail
from auditapp.persistence.people import Agency, Service, Team
from auditapp.persistence.queries.people import names

KINDS: dict[Place, type[Team] | type[Service] | type[Agency]] = {
    Place.TEAM: Team,
    Place.SERVICE: Service,
    Place.AGENCY: Agency,
}


def add_service(session: Session, name: str, *, by: Viewer, at: datetime) -> Service:
    """Add a service of the council."""
    service = Service(name=_free_name(session, name, place=Place.SERVICE, by=by))
    _store(session, service, place=Place.SERVICE, by=by, at=at)
    return service


def add_agency(session: Session, name: str, *, by: Viewer, at: datetime) -> Agency:
    """Add a partner agency."""
    agency = Agency(name=_free_name(session, name, place=Place.AGENCY, by=by))
    _store(session, agency, place=Place.AGENCY, by=by, at=at)
    return agency


def add_team(session: Session, name: str, *, service: str, by: Viewer, at: datetime) -> Team:
    """Add a team to a service, by the service's name."""
    team = Team(name=_free_name(session, name, place=Place.TEAM, by=by), service_id=_service(session, service).id)
    _store(session, team, place=Place.TEAM, by=by, at=at)
    return team


def find_place(session: Session, public_id: str, *, place: Place) -> Team | Service | Agency:
    """Return a team, service or agency."""
    kind = KINDS[place]
    found = session.scalar(select(kind).where(kind.public_id == public_id))
    if not isinstance(found, Team | Service | Agency):
        raise NotFound
    return found


def rename(session: Session, found: Team | Service | Agency, *, name: str, by: Viewer, at: datetime) -> None:
    """Give a team, service or agency another name."""
    place = next(place for place, kind in KINDS.items() if isinstance(found, kind))
    new = _free_name(session, name, place=place, by=by, but=found.name)
    if new != found.name:
        found.name = new
        session.flush()
        trail.record(
            session, f"{place}.renamed", by=by.public_id, at=at, subject=found.public_id, details={"name": new}
        )


def move_team(session: Session, team: Team, *, service: str, by: Viewer, at: datetime) -> None:
    """Put a team into another service, by the service's name."""
    check_administers(by)
    chosen = _service(session, service)
    if team.service_id != chosen.id:
        team.service_id = chosen.id
        session.flush()
        details = {"service": chosen.name}
        trail.record(session, "team.moved", by=by.public_id, at=at, subject=team.public_id, details=details)


def _store(session: Session, found: Team | Service | Agency, *, place: Place, by: Viewer, at: datetime) -> None:
    session.add(found)
    session.flush()
    details = {"name": found.name}
    trail.record(session, f"{place}.added", by=by.public_id, at=at, subject=found.public_id, details=details)


def _free_name(session: Session, text: str, *, place: Place, by: Viewer, but: str = "") -> str:
    """Return a name that no other has, whatever its capitals."""
    check_administers(by)
    name = tidy_name(text, of=place.value)
    taken = {other.casefold() for other in names(session, KINDS[place]) if other != but}
    if name.casefold() in taken:
        raise Refused(f"There is a{'n' if place is Place.AGENCY else ''} {place} called '{name}' already.")
    return name


def _service(session: Session, name: str) -> Service:
    found = session.scalar(select(Service).where(Service.name == name))
    if found is None:
        raise Refused(f"There is no service called '{name}'. Add it first, or choose one that is there.")
    return found
