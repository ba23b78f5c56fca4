"""An immediate concern is told at once, and climbs until somebody responsible has acknowledged it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain.ladder import concern_steps
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import MessageKind, NoticeKind
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit, Concern
from auditapp.persistence.people import Person
from auditapp.persistence.queries.reminders import Chain, chain
from auditapp.services import outbox

CONCERNS = "/concerns/"
RAISED = (
    "An immediate concern about a child was raised in an audit.",
    "It has to be acknowledged on its page today by somebody who acts on it.",
)
RAISED_IN_TEAM = (
    "An immediate concern about a child of your team was raised in an audit.",
    "Speak to your head of service now: they can read it, and acknowledge it today.",
)
WAITS = (
    "An immediate concern about a child was raised in an audit, and nobody has acknowledged it yet.",
    "Read it now, make sure that the child is safe, and acknowledge it on its page.",
)


def announce(session: Session, concern: Concern, audit: Audit, *, at: datetime) -> None:
    """Write at once to QA, to the heads of the service, and to the managers of the team of a case."""
    known = chain(session)
    teams = _teams_of(audit)
    readers = known.qa | (known.heads_of(teams) or _all(known.heads))
    _write(session, concern, readers, NoticeKind.CONCERN, RAISED, path=CONCERNS, at=at)
    managers = known.managers_of(teams) - readers - {concern.raised_by_id}
    _write(session, concern, managers, NoticeKind.CONCERN, RAISED_IN_TEAM, path="/", at=at)


def climb(session: Session, moment: datetime, *, by: Viewer, at: datetime) -> int:
    """Write to whoever stands above about every concern that waits at a moment; say how many messages came of it."""
    query = select(Concern).where(Concern.acknowledged_at.is_(None), Concern.raised_at < moment).order_by(Concern.id)
    waiting = session.scalars(query.options(joinedload(Concern.audit).joinedload(Audit.list_team))).all()
    if not waiting:
        return 0
    known = chain(session)
    return sum(_climb(session, concern, known, moment, by=by, at=at) for concern in waiting)


def _climb(session: Session, concern: Concern, known: Chain, moment: datetime, *, by: Viewer, at: datetime) -> int:
    first, second = concern_steps(concern.raised_at)
    people: set[int] = set()
    if first <= moment:
        people |= known.assistant_directors_of(_teams_of(concern.audit)) or _all(known.assistant_directors)
    if second <= moment or (first <= moment and not people):
        people |= known.directors
    if first <= moment and not people:
        people = known.qa | _all(known.heads)  # no step may end in silence
    written = _write(session, concern, people, NoticeKind.CONCERN_WAITS, WAITS, path=CONCERNS, at=at)
    if written:
        chain_name = trail.audit_chain(concern.audit.public_id)
        details = {"step": NoticeKind.CONCERN_WAITS.value}
        subject = concern.audit.public_id
        trail.record(
            session, "concern.escalated", by=by.public_id, at=at, subject=subject, chain=chain_name, details=details
        )
    return written


def _teams_of(audit: Audit) -> tuple[int, ...]:
    """Return the team of a case; none where the list's team is not matched."""
    team = audit.list_team.team_id if audit.list_team else None
    return (team,) if team else ()


def _all(holders: dict[int, set[int]]) -> set[int]:
    return set().union(*holders.values())


def _write(
    session: Session,
    concern: Concern,
    people: Iterable[int],
    kind: NoticeKind,
    words: tuple[str, str],
    *,
    path: str,
    at: datetime,
) -> int:
    """Write to each of some people alone, once for each step; say how many messages are new."""
    names = dict(session.execute(select(Person.id, Person.public_id).where(Person.id.in_(sorted(people)))).all())
    queued = [
        outbox.queue(
            session,
            key=f"{kind}:{concern.public_id}:{public_id}",
            person_id=person_id,
            kind=MessageKind.URGENT,
            subject=kind.label,
            body="\n\n".join(words),
            path=path,
            at=at,
        )
        for person_id, public_id in sorted(names.items())
    ]
    return sum(message is not None for message in queued)
