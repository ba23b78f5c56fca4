"""What reminders are made of: the audits that are open, who manages and leads where, and what was told already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from auditapp.domain.vocabulary import NoticeKind, Role
from auditapp.domain.workflow import OPEN
from auditapp.persistence.audits import Audit
from auditapp.persistence.notices import Notice
from auditapp.persistence.people import Person, RoleGrant, Team


def open_audits(session: Session) -> Sequence[Audit]:
    """Return every audit that somebody has still to finish, with its auditor and their roles, the oldest first."""
    query = (
        select(Audit)
        .where(Audit.state.in_(OPEN), Audit.due_on.is_not(None))
        .options(joinedload(Audit.auditor).options(selectinload(Person.grants)))
        .order_by(Audit.id)
    )
    return session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class Told:
    """That somebody was told something about an audit: of which kind, for which due day, and who."""

    subject: str
    kind: NoticeKind
    due_on: date | None
    person_id: int


def told(session: Session, subjects: Iterable[str]) -> frozenset[Told]:
    """Return what was told about some subjects."""
    query = select(Notice.subject, Notice.kind, Notice.due_on, Notice.person_id)
    return frozenset(Told(*row) for row in session.execute(query.where(Notice.subject.in_(list(subjects)))))


@dataclass(frozen=True, slots=True)
class Chain:
    """Who stands on which step of the ladder: person ids by team, by service, and those of the whole council."""

    managers: dict[int, set[int]] = field(default_factory=dict)
    heads: dict[int, set[int]] = field(default_factory=dict)
    assistant_directors: dict[int, set[int]] = field(default_factory=dict)
    directors: set[int] = field(default_factory=set)
    qa: set[int] = field(default_factory=set)
    service_of: dict[int, int] = field(default_factory=dict)

    def managers_of(self, teams: Iterable[int]) -> set[int]:
        """Return who manages any of some teams."""
        return _holders(self.managers, teams)

    def heads_of(self, teams: Iterable[int]) -> set[int]:
        """Return who heads the services of some teams."""
        return _holders(self.heads, self._services_of(teams))

    def assistant_directors_of(self, teams: Iterable[int]) -> set[int]:
        """Return the assistant directors of the services of some teams."""
        return _holders(self.assistant_directors, self._services_of(teams))

    def _services_of(self, teams: Iterable[int]) -> set[int]:
        return {self.service_of[team] for team in teams if team in self.service_of}


def _holders(held: Mapping[int, set[int]], places: Iterable[int]) -> set[int]:
    return {person for place in places for person in held.get(place, ())}


def teams_audited_for(auditor: Person) -> set[int]:
    """Return the teams that an auditor, loaded with their roles, audits for."""
    return {grant.team_id for grant in auditor.grants if grant.role is Role.AUDITOR and grant.team_id}


def chain(session: Session) -> Chain:
    """Return who stands on which step, of those who are here."""
    found = Chain()
    granted = select(RoleGrant.person_id, RoleGrant.role, RoleGrant.team_id, RoleGrant.service_id).join(Person)
    for person_id, role, team_id, service_id in session.execute(granted.where(Person.is_active)):
        if role is Role.AUDITOR and team_id:
            found.managers.setdefault(team_id, set()).add(person_id)
        elif role is Role.HEAD_OF_SERVICE and service_id:
            found.heads.setdefault(service_id, set()).add(person_id)
        elif role is Role.ASSISTANT_DIRECTOR and service_id:
            found.assistant_directors.setdefault(service_id, set()).add(person_id)
        elif role is Role.DIRECTOR:
            found.directors.add(person_id)
        elif role is Role.QA:
            found.qa.add(person_id)
    found.service_of.update(session.execute(select(Team.id, Team.service_id)).all())
    return found
