"""Who is signed in, read in one statement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session, selectinload

from auditapp.domain.passwords import ABSOLUTE, IDLE
from auditapp.domain.permissions import SERVICE_ROLES, Viewer
from auditapp.domain.vocabulary import Role
from auditapp.persistence.people import Person, RoleGrant
from auditapp.persistence.service_settings import DEMONSTRATION, ServiceSetting
from auditapp.persistence.sign_in import SignInSession


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live sign-in: who it is, when they were last seen, and whether this is a demonstration."""

    viewer: Viewer
    seen_at: datetime
    is_demonstration: bool


# Every request asks this, so it is made once: what is only run costs a third of what is made and run.
_SIGNED_IN = (
    select(
        Person.id,
        Person.public_id,
        Person.name,
        Person.email,
        SignInSession.seen_at,
        RoleGrant.role,
        RoleGrant.team_id,
        RoleGrant.service_id,
        exists().where(ServiceSetting.name == DEMONSTRATION),
    )
    .join_from(SignInSession, Person)
    .outerjoin(RoleGrant)
    .where(
        SignInSession.secret_hash == bindparam("secret_hash"),
        SignInSession.revoked_at.is_(None),
        SignInSession.seen_at > bindparam("seen_since"),
        SignInSession.created_at > bindparam("created_since"),
        Person.is_active,
    )
)


def signed_in(session: Session, secret_hash: str, *, at: datetime) -> SignedIn | None:
    """Return who a session's secret belongs to, unless it is idle too long, too old, revoked, or they have left."""
    asked = {"secret_hash": secret_hash, "seen_since": at - IDLE, "created_since": at - ABSOLUTE}
    rows = session.connection().execute(_SIGNED_IN, asked).all()
    if not rows:
        return None
    first = rows[0]
    viewer = _viewer(first.id, first.public_id, first.name, first.email, [(r[5], r[6], r[7]) for r in rows if r[5]])
    return SignedIn(viewer, first.seen_at, bool(first[8]))


def viewer_of(person: Person) -> Viewer:
    """Return the viewer that a person with their grants loaded is."""
    grants = [(grant.role, grant.team_id, grant.service_id) for grant in person.grants]
    return _viewer(person.id, person.public_id, person.name, person.email, grants)


def _viewer(
    person_id: int, public_id: str, name: str, email: str, grants: list[tuple[Role, int | None, int | None]]
) -> Viewer:
    return Viewer(
        person_id=person_id,
        public_id=public_id,
        name=name,
        email=email,
        roles=frozenset(role for role, _, _ in grants),
        managed_team_ids=frozenset(team for role, team, _ in grants if role is Role.AUDITOR and team),
        service_ids=frozenset(service for role, _, service in grants if role in SERVICE_ROLES and service),
        directed_service_ids=frozenset(
            service for role, _, service in grants if role is Role.ASSISTANT_DIRECTOR and service
        ),
    )


def is_demonstration(session: Session) -> bool:
    """Say whether this database was filled with invented people."""
    return session.get(ServiceSetting, DEMONSTRATION) is not None


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """An account that a demonstration's sign-in page lists."""

    name: str
    email: str
    roles: str


def demonstration_accounts(session: Session) -> tuple[DemonstrationAccount, ...]:
    """Return the accounts of a demonstration that can sign in, one for each set of roles."""
    query = (
        select(Person).where(Person.password_hash.is_not(None), Person.is_active).options(selectinload(Person.grants))
    )
    by_roles: dict[str, DemonstrationAccount] = {}
    for person in session.scalars(query.order_by(Person.id)):
        roles = ", ".join(sorted({grant.role.label for grant in person.grants}))
        by_roles.setdefault(roles, DemonstrationAccount(person.name, person.email, roles))
    return tuple(by_roles.values())
