"""Audits handed on together, for tests: shown, done as shown, by walking the services."""

from collections.abc import Collection
from datetime import date, datetime

from auditapp.persistence.audits import Audit
from auditapp.persistence.queries.absences import find_absence
from auditapp.services import accounts, answers, handovers
from auditapp.services.answers import Typed
from auditapp.services.handovers import Preview
from tests.council import Council

TODAY = date(2026, 10, 15)


def begin(council: Council, audit: Audit, *, by: str, at: datetime | None = None) -> None:
    """Write one word into an audit."""
    with council.database.transaction() as session:
        writing = answers.audit_to_write(session, audit.public_id, by=council.viewer(by))
        typed = {"D1.grade": Typed("good", f"As {by} sees it.", 1 if at else 0)}
        answers.save(session, writing, typed=typed, sitting=f"sitting-{by}", by=council.viewer(by), at=at or council.at)


def of_absence(council: Council, public_id: str, chosen: Collection[str] | None = None) -> Preview:
    """Return what would become of the audits of somebody who is away."""
    with council.database.reading() as session:
        absence = find_absence(session, public_id, viewer=council.viewer("quinn"))
        return handovers.preview_absence(session, absence, chosen=chosen, today=TODAY)


def of_person(council: Council, name: str, chosen: Collection[str] | None = None) -> Preview:
    """Return what would become of somebody's audits."""
    with council.database.reading() as session:
        return handovers.preview_person(session, council.people[name].public_id, chosen=chosen, today=TODAY)


def ids(preview: Preview) -> list[str]:
    """Return the audits that a preview has chosen."""
    return [line.public_id for line in preview.lines if line.is_chosen]


def spread(council: Council, public_id: str, preview: Preview, *, by: str = "quinn") -> str:
    """Hand on what an absence was shown to, and return what it is known by."""
    with council.database.transaction() as session:
        done = handovers.spread_absence(
            session, public_id, chosen=ids(preview), seen=preview.fingerprint, by=council.viewer(by), at=council.at
        )
        return done.public_id


def hand_on(council: Council, name: str, preview: Preview, *, at: datetime | None = None) -> str:
    """Hand on what was shown, and return what it is known by."""
    with council.database.transaction() as session:
        person = council.people[name].public_id
        done = handovers.hand_on_all(
            session,
            person,
            chosen=ids(preview),
            seen=preview.fingerprint,
            by=council.viewer("quinn"),
            at=at or council.at,
        )
        return done.public_id


def leave(council: Council, name: str, *, is_active: bool = False) -> None:
    """Let somebody leave, or come back."""
    with council.database.transaction() as session:
        person = accounts.find_person(session, council.people[name].public_id)
        accounts.change_person(session, person, is_active=is_active, by=council.viewer("adam"), at=council.at)
