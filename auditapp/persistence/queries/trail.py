"""The trail as people read it: who, what in a sentence, and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from auditapp.domain.items import Answer
from auditapp.domain.trail import SERVICE_CHAIN, Event
from auditapp.domain.trail_sentences import PEOPLE, Names, say_what, say_who
from auditapp.domain.vocabulary import AuditState
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit, AuditAnswer, SubmittedRecord
from auditapp.persistence.people import Person
from auditapp.persistence.publications import Publication

PAGE = 25
AT_ONCE = 20
"""How many audits are read with all their answers at a time: each may hold megabytes of text."""


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One event: its place in its chain, the moment, who it was by their name of today, and what they did."""

    position: int
    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Twenty-five events, newest first, and the position before which the next page begins."""

    rows: tuple[TrailRow, ...]
    next_before: int | None


def trail_page(session: Session, *, kind: str | None = None, before: int | None = None) -> TrailPage:
    """Return the service's events, newest first: of one kind, or before a position, where these are given."""
    found = trail.newest(session, chain=SERVICE_CHAIN, name=kind, before=before, limit=PAGE + 1)
    rows = _rows(session, found[:PAGE], names={})
    return TrailPage(rows, found[PAGE - 1].position if len(found) > PAGE else None)


def history(session: Session, chain: str, *, names: Mapping[str, str] | None = None) -> tuple[TrailRow, ...]:
    """Return all of a chain in sentences, oldest first. `names` gives words for codes, such as those of sections."""
    return _rows(session, tuple(trail.events(session, chain=chain)), names=names or {})


def documents_of_records(session: Session) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield the stored text of every submitted record, by its audit and version."""
    query = select(Audit.public_id, SubmittedRecord.revision, SubmittedRecord.document)
    joined = query.join(Audit, Audit.id == SubmittedRecord.audit_id)
    for public_id, revision, document in session.execute(joined.execution_options(yield_per=100)):
        yield (public_id, revision), document


def records_that_stand(session: Session) -> Iterator[tuple[Audit, dict[str, Answer], str]]:
    """Yield every submitted audit with its answers as they are now and the text of its record, a few at a time."""
    query = (
        select(Audit, SubmittedRecord.document)
        .join(
            SubmittedRecord,
            and_(SubmittedRecord.audit_id == Audit.id, SubmittedRecord.revision == Audit.revision),
        )
        .where(Audit.state == AuditState.SUBMITTED)
        .order_by(Audit.id)
        .limit(AT_ONCE)
        .options(
            joinedload(Audit.case),
            joinedload(Audit.supervision_worker),
            joinedload(Audit.list_team),
            joinedload(Audit.auditor),
            selectinload(Audit.tool_version),
            selectinload(Audit.scale_version),
            selectinload(Audit.actions),
            selectinload(Audit.concerns),
        )
    )
    last = 0
    while found := session.execute(query.where(Audit.id > last)).all():
        answers = _answers(session, [audit.id for audit, _ in found])
        yield from ((audit, answers.get(audit.id, {}), document) for audit, document in found)
        last = found[-1][0].id


def _answers(session: Session, audit_ids: list[int]) -> dict[int, dict[str, Answer]]:
    query = select(AuditAnswer.audit_id, AuditAnswer.item, AuditAnswer.value, AuditAnswer.text)
    found: dict[int, dict[str, Answer]] = {}
    for audit_id, item, value, text in session.execute(query.where(AuditAnswer.audit_id.in_(audit_ids))):
        found.setdefault(audit_id, {})[item] = Answer(value, text)
    return found


@dataclass(frozen=True, slots=True)
class Frozen:
    """What the Board reads or read of a quarter, as it is stored now."""

    public_id: str
    quarter: str
    findings: str
    is_shown: bool


def publications(session: Session) -> Iterator[Frozen]:
    """Yield every version of every quarter that the Board was ever shown."""
    query = select(
        Publication.public_id, Publication.quarter, Publication.findings, Publication.ended_at.is_(None)
    ).order_by(Publication.id)
    yield from (Frozen(*row) for row in session.execute(query.execution_options(yield_per=10)))


def _rows(session: Session, found: tuple[Event, ...], *, names: Names) -> tuple[TrailRow, ...]:
    known = {**_people(session, found), **names}
    return tuple(
        TrailRow(
            event.position,
            event.at,
            say_who(event.by, known),
            say_what(event.name, subject=event.subject, details=event.details, names=known),
        )
        for event in found
    )


def _people(session: Session, found: Iterable[Event]) -> dict[str, str]:
    """Return the names of today of everybody whom some events speak of."""
    spoken_of = {str(held) for event in found for held in _identifiers(event) if held is not None}
    query = select(Person.public_id, Person.name).where(Person.public_id.in_(sorted(spoken_of)))
    return {found.public_id: found.name for found in session.execute(query)}


def _identifiers(event: Event) -> tuple[str | int | None, ...]:
    return (event.by, event.subject, *(event.details.get(slot) for slot in PEOPLE))
