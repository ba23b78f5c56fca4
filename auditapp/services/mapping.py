"""What the teams and workers of the case lists are here: said by the quality assurance team, never assumed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from auditapp.domain.errors import NotFound, Refused, Stale
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.workflow import OPEN
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.persistence.people import Person, Team
from auditapp.persistence.queries.mapping import ListedRow, TeamName

NOBODY = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose for a team or worker of the lists, and what stood there when they did.

    A team of the service by its public identifier, a person by their address; the empty text for none.
    """

    chosen: str
    shown: str = NOBODY


Choices = Mapping[str, Choice]
"""Choices by the public identifier of the team or worker on the lists."""


def suggest_teams(listed: Iterable[ListedRow], teams: Iterable[TeamName]) -> dict[str, str]:
    """Suggest for teams of the lists the team of the service that has the same name, whatever its capitals and spaces.

    Only a suggestion: it counts when somebody has sent it.
    """
    by_name = {_fold(team.name): team.public_id for team in teams}
    return {
        row.public_id: by_name[_fold(row.name)] for row in listed if not row.mapped_to and _fold(row.name) in by_name
    }


def map_teams(session: Session, choices: Choices, *, by: Viewer, at: datetime) -> int:
    """Say which teams of the service some teams of the lists are; return how many of them that changed."""
    check_runs_programme(by)
    # Read apart, once the rows are held: what a statement joins to a row it waited for is as it was before the wait.
    query = select(ListTeam).where(ListTeam.public_id.in_(choices)).options(selectinload(ListTeam.team))
    listed = session.scalars(query.order_by(ListTeam.id).with_for_update(of=ListTeam)).all()
    changed = _changed({row.public_id: row.team.public_id if row.team else NOBODY for row in listed}, choices)
    named = select(Team).where(Team.public_id.in_(changed.values()))
    teams = {team.public_id: team for team in session.scalars(named)}
    if not teams.keys() >= {*changed.values()} - {NOBODY}:
        raise Refused("A team that you chose is not here any more. Nothing was changed: reload the page.")
    for row in listed:
        if row.public_id in changed:
            row.team = teams.get(changed[row.public_id])
    session.flush()
    _note_what_is_known(session, [row.id for row in listed if row.public_id in changed])
    for public_id, chosen in changed.items():
        name, told = ("team.mapped", {"team": teams[chosen].name}) if chosen else ("team.unmapped", {})
        trail.record(session, name, by=by.public_id, at=at, subject=public_id, details=told)
    return len(changed)


def map_workers(session: Session, choices: Choices, *, by: Viewer, at: datetime) -> int:
    """Say which people some workers of the lists are; return how many of them that changed."""
    check_runs_programme(by)
    query = select(ListWorker).where(ListWorker.public_id.in_(choices)).options(selectinload(ListWorker.person))
    listed = session.scalars(query.order_by(ListWorker.id).with_for_update(of=ListWorker)).all()
    changed = _changed({row.public_id: row.person.email if row.person else NOBODY for row in listed}, choices)
    people = _people(session, {*changed.values()} - {NOBODY})
    for row in listed:
        if row.public_id in changed:
            row.person = people.get(changed[row.public_id])
    session.flush()
    for public_id, chosen in changed.items():
        name, told = ("worker.mapped", {"to": people[chosen].public_id}) if chosen else ("worker.unmapped", {})
        trail.record(session, name, by=by.public_id, at=at, subject=public_id, details=told)
    return len(changed)


def unknown_addresses(session: Session, addresses: Collection[str]) -> frozenset[str]:
    """Return those addresses that nobody here has."""
    return frozenset(addresses) - {*session.scalars(select(Person.email).where(Person.email.in_(addresses)))}


def _note_what_is_known(session: Session, list_team_ids: Collection[int]) -> None:
    """Say of the open audits of some teams of the lists whether their independence can be checked, as it is now."""
    is_known = select(ListTeam.team_id.is_not(None)).where(ListTeam.id == Audit.list_team_id).scalar_subquery()
    still_open = update(Audit).where(Audit.list_team_id.in_(list_team_ids), Audit.state.in_(OPEN))
    session.execute(still_open.values(is_independence_known=is_known).execution_options(synchronize_session=False))


def _fold(name: str) -> str:
    return "".join(name.casefold().split())


def _people(session: Session, addresses: Collection[str]) -> dict[str, Person]:
    people = {person.email: person for person in session.scalars(select(Person).where(Person.email.in_(addresses)))}
    for address in sorted(addresses):
        if address not in people:
            raise Refused(f"Nobody here has the address {address}. Nothing was changed.")
    return people


def _changed(standing: Mapping[str, str], choices: Choices) -> dict[str, str]:
    """Return what was chosen anew; refuse it where somebody else chose something else meanwhile."""
    if standing.keys() != choices.keys():
        raise NotFound
    changed = {
        public_id: choice.chosen
        for public_id, choice in choices.items()
        if choice.chosen not in {choice.shown, standing[public_id]}
    }
    if any(standing[public_id] != choices[public_id].shown for public_id in changed):
        raise Stale(
            "Somebody else matched one of these meanwhile. Nothing was changed: reload the page and look again."
        )
    return changed
