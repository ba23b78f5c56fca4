"""Signing in and out. An attempt is counted before the password is looked at, so that fifty at once count as fifty."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from auditapp.domain.errors import Refused
from auditapp.domain.passwords import (
    FAILURES_COUNT_FOR,
    MOST_FAILURES_OF_ACCOUNT,
    MOST_FAILURES_OF_ADDRESS,
)
from auditapp.domain.permissions import Viewer
from auditapp.persistence import trail
from auditapp.persistence.people import Person
from auditapp.persistence.sign_in import Counted, FailedAttempts, SignInSession
from auditapp.persistence.upsert import upsert
from auditapp.services.accounts import revoke_sessions
from auditapp.services.secrets import NewPassword, is_password, new_secret, proof

# Said to everybody alike, so that it tells nothing of whether there is such an account, or whether it waits.
WRONG = (
    "That e-mail address and password do not belong together. Check both and try again. After several tries even "
    f"the right password is not taken for a while: then wait {FAILURES_COUNT_FOR // timedelta(minutes=1)} minutes."
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at signing in: the counters it adds to, and the hash it has to match, if there is an account.

    There is no `address_key` where a try does not count for its address.
    """

    email: str
    account_key: str
    address_key: str | None
    password_hash: str | None


def count_attempt(session: Session, email: str, *, address: str, browser: str, at: datetime) -> Attempt:
    """Count a try for its account and its address, and refuse it when either has failed too often.

    `browser` is the name of a browser that this account has signed in with before, or nothing: an owner's own
    browser is counted apart and for the account alone, so that nobody locks them out by failing in their name, or
    from the one address that a whole council has.
    """
    folded = email.strip().lower()
    account_key, address_key = proof(f"{folded}|{browser}"), None if browser else proof(address)
    tries = _count(session, Counted.ACCOUNT, account_key, at=at)
    from_here = _count(session, Counted.ADDRESS, address_key, at=at) if address_key else 0
    password_hash = session.scalar(select(Person.password_hash).where(Person.email == folded, Person.is_active))
    if tries <= MOST_FAILURES_OF_ACCOUNT and from_here <= MOST_FAILURES_OF_ADDRESS:
        return Attempt(folded, account_key, address_key, password_hash)
    if tries == MOST_FAILURES_OF_ACCOUNT + 1 or from_here == MOST_FAILURES_OF_ADDRESS + 1:
        trail.record(session, "sign_in.throttled", by="nobody", at=at, subject=account_key[:16])
    return Attempt(folded, account_key, address_key, None)


def check_attempt(attempt: Attempt, password: str) -> None:
    """Refuse a wrong password, an unknown address and a throttled one with the same words, after the same time."""
    if not is_password(password, attempt.password_hash):
        raise Refused(WRONG)


def begin_session(session: Session, attempt: Attempt, *, at: datetime) -> tuple[Person, str]:
    """Begin a session for an attempt that was right; return the person and the session's secret."""
    person = _owner(session, attempt)
    _forgive(session, attempt)
    return person, open_session(session, person, at=at)


def open_session(session: Session, person: Person, *, at: datetime) -> str:
    """Open a session for a person who has just proved who they are, and return its secret."""
    secret = new_secret()
    session.add(SignInSession(person_id=person.id, secret_hash=proof(secret), created_at=at, seen_at=at))
    session.flush()
    trail.record(session, "person.signed_in", by=person.public_id, at=at, subject=person.public_id)
    return secret


def end_session(session: Session, secret: str, *, at: datetime) -> None:
    """End a session whose browser goes on with another one."""
    session.execute(update(SignInSession).where(SignInSession.secret_hash == proof(secret)).values(revoked_at=at))


def sign_out(session: Session, secret: str, *, by: Viewer, at: datetime) -> None:
    """End a session."""
    end_session(session, secret, at=at)
    trail.record(session, "person.signed_out", by=by.public_id, at=at, subject=by.public_id)


def note_seen(session: Session, secret: str, *, at: datetime) -> None:
    """Keep a session from going idle."""
    session.execute(update(SignInSession).where(SignInSession.secret_hash == proof(secret)).values(seen_at=at))


def change_password(
    session: Session, attempt: Attempt, *, new: NewPassword, secret: str, by: Viewer, at: datetime
) -> None:
    """Change one's own password after an attempt with the present one; every other browser is signed out."""
    person = _owner(session, attempt)
    _forgive(session, attempt)
    person.password_hash = new.hash
    revoke_sessions(session, person, at=at, but=proof(secret))
    trail.record(session, "password.changed", by=by.public_id, at=at, subject=person.public_id)


def _owner(session: Session, attempt: Attempt) -> Person:
    """Return whose password was right, unless they have left or changed it in that moment."""
    same = (Person.email == attempt.email) & (Person.password_hash == attempt.password_hash)
    person = session.scalar(select(Person).where(same, Person.is_active).with_for_update())
    if person is None:
        raise Refused(WRONG)
    return person


def _forgive(session: Session, attempt: Attempt) -> None:
    """Count an attempt that was right as none."""
    mine = (FailedAttempts.counted == Counted.ACCOUNT) & (FailedAttempts.key_hash == attempt.account_key)
    session.execute(delete(FailedAttempts).where(mine))
    if attempt.address_key is None:
        return
    theirs = (FailedAttempts.counted == Counted.ADDRESS) & (FailedAttempts.key_hash == attempt.address_key)
    session.execute(update(FailedAttempts).where(theirs).values(count=FailedAttempts.count - 1))


def _count(session: Session, counted: Counted, key_hash: str, *, at: datetime) -> int:
    """Add one to a counter, which starts again when its window has passed, and return it."""
    first = upsert(session, FailedAttempts).values(counted=counted, key_hash=key_hash, since=at, count=1)
    is_over = FailedAttempts.since < at - FAILURES_COUNT_FOR
    again = first.on_conflict_do_update(
        index_elements=["counted", "key_hash"],
        set_={
            "since": case((is_over, at), else_=FailedAttempts.since),
            "count": case((is_over, 1), else_=FailedAttempts.count + 1),
        },
    )
    return session.execute(again.returning(FailedAttempts.count)).scalar_one()
