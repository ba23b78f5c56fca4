"""People and their roles: adding, changing, inviting, leaving."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from auditapp.domain.errors import NotFound, NotNow, Refused
from auditapp.domain.passwords import INVITATION_LASTS
from auditapp.domain.people import FULL_TIME, Grant, check_grant, check_working_time, fold_email, tidy_name
from auditapp.domain.permissions import Viewer, check_administers
from auditapp.domain.vocabulary import Place, Role
from auditapp.persistence import trail
from auditapp.persistence.people import Agency, Person, RoleGrant, Service, Team
from auditapp.persistence.queries.people import WITH_GRANTS
from auditapp.persistence.sign_in import Invitation, SignInSession
from auditapp.services.secrets import SHOWN_AGAIN_FOR, NewPassword, new_secret, proof


def add_person(
    session: Session,
    email: str,
    *,
    name: str,
    grants: Sequence[Grant],
    working_time: Decimal = FULL_TIME,
    by: Viewer,
    at: datetime,
) -> Person:
    """Add somebody, without a password, with their roles."""
    check_administers(by)
    person = Person(
        email=_free_email(session, email),
        name=tidy_name(name),
        working_time=check_working_time(working_time),
        is_active=True,
        created_at=at,
        grants=[],
    )
    _grant(session, person, grants)
    session.add(person)
    session.flush()
    trail.record(session, "person.added", by=by.public_id, at=at, subject=person.public_id, details=_told(person))
    return person


def change_person(
    session: Session,
    person: Person,
    *,
    name: str | None = None,
    email: str | None = None,
    grants: Sequence[Grant] | None = None,
    working_time: Decimal | None = None,
    is_active: bool | None = None,
    by: Viewer,
    at: datetime,
) -> bool:
    """Change what is given of somebody, and say whether that changed anything.

    Every browser they are signed in with is signed out if it changes what they may do or how they sign in.
    """
    check_administers(by)
    before, power, ways_in = _standing(person), _power(person), (person.email, person.is_active)
    was_active = person.is_active
    if grants is not None or is_active is not None:
        _check_an_administrator_stays(session, person, grants=grants, is_active=is_active)
    if email is not None:
        person.email = _free_email(session, email, person=person)
    if grants is not None:
        _grant(session, person, grants)
    person.name = person.name if name is None else tidy_name(name)
    person.working_time = person.working_time if working_time is None else check_working_time(working_time)
    person.is_active = person.is_active if is_active is None else is_active
    session.flush()
    if _standing(person) == before:
        return False
    if _power(person) != power:
        revoke_sessions(session, person, at=at)
    if (person.email, person.is_active) != ways_in:
        _expire_links(session, person, at=at)
    name = "person.changed"
    if person.is_active != was_active:
        name = "person.came_back" if person.is_active else "person.left"
    trail.record(session, name, by=by.public_id, at=at, subject=person.public_id, details=_told(person))
    return True


def give_role(session: Session, person: Person, grant: Grant, *, by: Viewer, at: datetime) -> None:
    """Give somebody one more role."""
    held = [row.named for row in person.grants]
    if grant in held:
        raise Refused(f"{person.name} has this role already: {grant}.")
    change_person(session, person, grants=[*held, grant], by=by, at=at)


def take_role(session: Session, person: Person, grant: Grant, *, by: Viewer, at: datetime) -> None:
    """Take one role from somebody, who keeps the others."""
    held = [row.named for row in person.grants]
    if grant not in held:
        raise NotNow(f"{person.name} does not have this role any more: {grant}.")
    if len(held) == 1:
        raise Refused("This is their only role. Give them another one first, or end their account.")
    change_person(session, person, grants=[other for other in held if other != grant], by=by, at=at)


def find_person(session: Session, public_id: str) -> Person:
    """Return somebody with their roles, teams, services and agencies."""
    person = session.scalar(select(Person).where(Person.public_id == public_id).options(*WITH_GRANTS))
    if person is None:
        raise NotFound
    return person


def find_by_email(session: Session, email: str) -> Person:
    """Return somebody by the address they sign in with."""
    person = session.scalar(select(Person).where(Person.email == fold_email(email)))
    if person is None:
        raise NotFound(f"There is nobody with the address {email}. Check it, or add them with 'auditapp people add'.")
    return person


def invite(session: Session, person: Person, *, secret: str = "", by: Viewer, at: datetime) -> str:
    """Return the secret of a new one-time link, with which a person chooses their password. Earlier links die.

    It is random, or the one that is given: one that can be told again to whoever asks for it with the same form.
    """
    check_administers(by)
    if not person.is_active:
        raise Refused("This person has left. Make the account active again before you invite them.")
    _expire_links(session, person, at=at)
    secret = secret or new_secret()
    session.add(
        Invitation(person_id=person.id, secret_hash=proof(secret), created_at=at, expires_at=at + INVITATION_LASTS)
    )
    session.flush()
    trail.record(session, "person.invited", by=by.public_id, at=at, subject=person.public_id)
    return secret


def waiting_link(session: Session, person: Person, *, at: datetime) -> datetime | None:
    """Say until when a link of a person's works, if one was made and waits."""
    living = select(Invitation.expires_at).where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
    return session.scalar(living.where(Invitation.expires_at > at).order_by(Invitation.expires_at.desc()).limit(1))


def was_just_made(session: Session, person: Person, secret: str, *, at: datetime) -> bool:
    """Say whether a link of a person's waits that was made within the last minutes: its form may show it again."""
    made = select(Invitation.id).where(
        Invitation.person_id == person.id,
        Invitation.secret_hash == proof(secret),
        Invitation.used_at.is_(None),
        Invitation.created_at > at - SHOWN_AGAIN_FOR,
    )
    return session.scalar(made) is not None


def open_invitation(session: Session, secret: str, *, at: datetime, to_use: bool = False) -> Invitation:
    """Return a link's invitation with its person, if it still works; held against a second user where it is used."""
    query = (
        select(Invitation)
        .where(Invitation.secret_hash == proof(secret), Invitation.used_at.is_(None), Invitation.expires_at > at)
        .options(selectinload(Invitation.person))
    )
    invitation = session.scalar(query.with_for_update() if to_use else query)
    if invitation is None or not invitation.person.is_active:
        raise NotFound(
            "This link was used already or is too old. If you have chosen your password with it, sign in. "
            "If not, ask an administrator for a new link."
        )
    return invitation


def accept_invitation(session: Session, secret: str, *, password: NewPassword, at: datetime) -> Person:
    """Set a person's password with a one-time link, and sign them out everywhere else."""
    person = open_invitation(session, secret, at=at, to_use=True).person
    person.password_hash = password.hash
    _expire_links(session, person, at=at)
    revoke_sessions(session, person, at=at)
    trail.record(session, "password.chosen", by=person.public_id, at=at, subject=person.public_id)
    return person


def revoke_sessions(session: Session, person: Person, *, at: datetime, but: str | None = None) -> None:
    """Sign a person out of every browser, but for the one whose session's proof is given."""
    living = update(SignInSession).where(SignInSession.person_id == person.id, SignInSession.revoked_at.is_(None))
    session.execute(living.where(SignInSession.secret_hash != (but or "")).values(revoked_at=at))


def _expire_links(session: Session, person: Person, *, at: datetime) -> None:
    unused = update(Invitation).where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
    session.execute(unused.values(used_at=at))


def _grant(session: Session, person: Person, grants: Sequence[Grant]) -> None:
    """Make a person's roles these and no others, keeping the rows of those that stay."""
    if not grants:
        raise Refused("Select at least one role.")
    kept = {_key(grant): grant for grant in person.grants}
    wanted = {_key(row): row for row in (_row(session, grant) for grant in grants)}
    person.grants[:] = [kept.get(key, row) for key, row in wanted.items()]


def _key(grant: RoleGrant) -> tuple[Role, int | None, int | None, int | None]:
    return (grant.role, grant.team_id, grant.service_id, grant.agency_id)


def _row(session: Session, grant: Grant) -> RoleGrant:
    check_grant(grant)
    row = RoleGrant(role=grant.role)
    if grant.team:
        row.team_id = _named(session, Team, grant.team, place=Place.TEAM)
    if grant.service:
        row.service_id = _named(session, Service, grant.service, place=Place.SERVICE)
    if grant.agency:
        row.agency_id = _named(session, Agency, grant.agency, place=Place.AGENCY)
    return row


def _named(session: Session, kind: type[Team] | type[Service] | type[Agency], name: str, *, place: Place) -> int:
    found = session.scalar(select(kind.id).where(kind.name == name))
    if found is None:
        raise Refused(f"There is no {place} called '{name}'. Add it first, or choose one that is there.")
    return found


def _free_email(session: Session, text: str, *, person: Person | None = None) -> str:
    """Return an address as it is stored; refuse one that somebody else has."""
    email = fold_email(text)
    holder = session.scalar(select(Person.id).where(Person.email == email))
    if holder is not None and (person is None or person.id != holder):
        raise Refused(f"Somebody with the address {email} is here already. Look for them in the list of people.")
    return email


def _check_an_administrator_stays(
    session: Session, person: Person, *, grants: Sequence[Grant] | None, is_active: bool | None
) -> None:
    """Refuse what would leave nobody to administer. Two who remove each other at once wait here, and one fails."""
    keeps_role = grants is None or any(grant.role is Role.ADMINISTRATOR for grant in grants)
    if is_active is not False and keeps_role:
        return
    others = select(Person.id).join(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR, Person.is_active)
    is_administrator = any(grant.role is Role.ADMINISTRATOR for grant in person.grants)
    if is_administrator and not session.scalars(others.where(Person.id != person.id).with_for_update()).first():
        raise Refused("This is the only administrator. Make somebody else an administrator first.")


def _standing(person: Person) -> tuple[object, ...]:
    """Return everything that can be changed of a person, to compare."""
    return (person.name, person.working_time, *_power(person))


def _power(person: Person) -> tuple[object, ...]:
    """Return what lets a person in, and as what."""
    return (person.email, person.is_active, frozenset(_key(grant) for grant in person.grants))


def _told(person: Person) -> dict[str, str]:
    roles = ", ".join(sorted(grant.role.value for grant in person.grants))
    return {"roles": roles, "active": "yes" if person.is_active else "no"}
