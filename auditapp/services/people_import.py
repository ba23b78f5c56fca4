"""People from a file: read, shown, and accepted or refused. Nobody is changed before it is accepted."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.documents.file_limits import MIB, FileLimits
from auditapp.documents.spreadsheets import read_spreadsheet
from auditapp.domain.errors import InvalidFile, Refused, Stale
from auditapp.domain.people import FULL_TIME, Grant
from auditapp.domain.people_lists import Known, ListedPerson, PeopleList, Preview, compare_people
from auditapp.domain.people_understanding import understand_people
from auditapp.domain.permissions import Viewer, check_administers
from auditapp.domain.vocabulary import Role
from auditapp.persistence import trail
from auditapp.persistence.people import Agency, Person, RoleGrant, Service, Team
from auditapp.persistence.queries.people import WITH_GRANTS, names
from auditapp.services import accounts, teams
from auditapp.services.pending_imports import content_of, drop_pending, find_pending, keep_pending

KIND = "people"
LIMITS = FileLimits(file=2 * MIB, unpacked=64 * MIB)

Progress = Callable[[int, int], None]
"""Is told now and then how many people of how many are done."""

_STORED = TypeAdapter(PeopleList)


@dataclass(frozen=True, slots=True)
class WaitingList:
    """A list that waits to be accepted, and what that would do now."""

    public_id: str
    file_name: str
    listed: PeopleList
    preview: Preview

    @property
    def seen(self) -> str:
        """What stands for the preview, so that it is accepted as it was read."""
        return hashlib.sha256(repr(self.preview).encode()).hexdigest()


def read_people(session: Session, path: Path, *, name: str, by: Viewer) -> PeopleList:
    """Read a file that somebody calls `name`, or raise InvalidFile that names everything wrong with it."""
    check_administers(by)
    first, *others = read_spreadsheet(path, name=name, limits=LIMITS)
    if others:
        raise InvalidFile(
            f"The list of people was not accepted: the workbook has {len(others) + 1} sheets. "
            "Keep the one with the people and import it again."
        )
    return understand_people(first, _known(session))


def keep_people(session: Session, listed: PeopleList, *, file_name: str, by: Viewer, at: datetime) -> str:
    """Let a list wait until it is accepted; return what its page is known by."""
    check_administers(by)
    return keep_pending(session, _STORED.dump_json(listed), kind=KIND, file_name=file_name, by=by, at=at).public_id


def waiting_people(session: Session, public_id: str, *, by: Viewer, at: datetime) -> WaitingList:
    """Return a list that somebody let wait, and what it would do."""
    pending = find_pending(session, public_id, kind=KIND, by=by, at=at)
    listed = _STORED.validate_json(content_of(pending))
    return WaitingList(public_id, pending.file_name, listed, preview_people(session, listed))


def preview_people(session: Session, listed: PeopleList) -> Preview:
    """Say what accepting a list would do."""
    before = {email: _as_listed(person) for email, person in _here(session, listed).items()}
    held = select(Person.email).join(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR, Person.is_active)
    return compare_people(before, listed.people, administrators=frozenset(session.scalars(held)))


def accept_people(session: Session, public_id: str, *, seen: str, by: Viewer, at: datetime) -> Preview:
    """Do what a waiting list says, and forget it; refuse when it would do something else than was seen."""
    waiting = waiting_people(session, public_id, by=by, at=at)
    if waiting.seen != seen:
        raise Stale("Somebody changed people after you opened this page. Read again what the list would do.")
    drop_pending(session, find_pending(session, public_id, kind=KIND, by=by, at=at))
    return import_people(session, waiting.listed, by=by, at=at)


def refuse_people(session: Session, public_id: str, *, by: Viewer, at: datetime) -> None:
    """Forget a waiting list."""
    drop_pending(session, find_pending(session, public_id, kind=KIND, by=by, at=at))


def import_people(
    session: Session, listed: PeopleList, *, by: Viewer, at: datetime, progress: Progress | None = None
) -> Preview:
    """Add and change the people of a list, and what they are for; whoever it does not name stays as they are."""
    check_administers(by)
    preview = preview_people(session, listed)
    if preview.refusal:
        raise Refused(preview.refusal)
    added = _add_places(session, listed, by=by, at=at)
    here = _here(session, listed)
    touched = {change.email for change in preview.changed} | {person.email for person in preview.added}
    work = [person for person in listed.people if person.email in touched]
    work.sort(key=lambda person: Grant(Role.ADMINISTRATOR) not in person.grants)  # one has to be there at every step
    for done, person in enumerate(work, start=1):
        _settle(session, person, here.get(person.email), by=by, at=at)
        if progress:
            progress(done, len(work))
    if work or added:
        details = {"added": len(preview.added), "changed": len(preview.changed), "places": added}
        trail.record(session, "people.imported", by=by.public_id, at=at, subject="people", details=details)
    return preview


def _settle(session: Session, person: ListedPerson, here: Person | None, *, by: Viewer, at: datetime) -> None:
    if here is None:
        share = person.working_time or FULL_TIME
        accounts.add_person(
            session, person.email, name=person.name, grants=person.grants, working_time=share, by=by, at=at
        )
    else:
        accounts.change_person(
            session, here, name=person.name, grants=person.grants, working_time=person.working_time, by=by, at=at
        )


def _add_places(session: Session, listed: PeopleList, *, by: Viewer, at: datetime) -> int:
    """Add what is not there yet: somebody may have added it since the list was read."""
    services = set(listed.services) - set(names(session, Service))
    agencies = set(listed.agencies) - set(names(session, Agency))
    there = set(names(session, Team))
    new_teams = [team for team in listed.teams if team.name not in there]
    for name in sorted(services):
        teams.add_service(session, name, by=by, at=at)
    for name in sorted(agencies):
        teams.add_agency(session, name, by=by, at=at)
    for team in new_teams:
        teams.add_team(session, team.name, service=team.service, by=by, at=at)
    return len(services) + len(agencies) + len(new_teams)


def _known(session: Session) -> Known:
    in_services = session.execute(
        select(Team.name.label("team"), Service.name.label("service")).join(Service).order_by(Team.name)
    )
    left = session.scalars(select(Person.email).where(~Person.is_active))
    return Known(
        teams={row.team: row.service for row in in_services},
        services=names(session, Service),
        agencies=names(session, Agency),
        left=frozenset(left),
    )


def _here(session: Session, listed: PeopleList) -> dict[str, Person]:
    """Return the people of a list who are here already, by address."""
    emails = [person.email for person in listed.people]
    found = session.scalars(select(Person).where(Person.email.in_(emails)).options(*WITH_GRANTS))
    return {person.email: person for person in found}


def _as_listed(person: Person) -> ListedPerson:
    grants = tuple(grant.named for grant in person.grants)
    return ListedPerson(person.email, person.name, person.working_time, grants)
