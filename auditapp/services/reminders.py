"""The ladder of open audits: who is told on which day, until somebody has done what is asked for."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.domain.calendar import london_day
from auditapp.domain.ladder import REMINDERS, Step, steps, to_take
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import NoticeKind
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.reminders import Chain, Told, chain, open_audits, teams_audited_for, told
from auditapp.services.notices import notify


def remind(session: Session, day: date, *, by: Viewer, at: datetime) -> int:
    """Take every step of the ladder that is due by a day and was not taken; say how many notices came of it."""
    settings = programme_settings(session)
    audits = open_audits(session)
    there = told(session, {audit.public_id for audit in audits})
    known = chain(session)
    made = 0
    for audit in audits:
        if audit.auditor is None:
            made += _tell_of_unassigned(session, audit, known, at=at)
            continue
        assert audit.due_on is not None
        ladder = steps(london_day(audit.assigned_at), audit.due_on, settings)
        taken = _taken(audit, there)
        made += sum(
            _take(session, audit, step, known, by=by, at=at) for step in to_take(ladder, today=day, taken=taken)
        )
    return made


def _taken(audit: Audit, there: frozenset[Told]) -> frozenset[NoticeKind]:
    """Return the steps that were taken with this auditor and this due day: handed on, an audit begins anew."""
    return frozenset(
        each.kind
        for each in there
        if each.subject == audit.public_id
        and each.due_on == audit.due_on
        and (each.kind not in REMINDERS or each.person_id == audit.auditor_id)
    )


def _tell_of_unassigned(session: Session, audit: Audit, known: Chain, *, at: datetime) -> int:
    return notify(session, known.qa, NoticeKind.UNASSIGNED, subject=audit.public_id, due_on=audit.due_on, at=at)


def _take(session: Session, audit: Audit, step: Step, known: Chain, *, by: Viewer, at: datetime) -> int:
    """Tell those whom a step is for. What climbs the ladder stands in the audit's history too, by its step alone."""
    people = _people_of(step.kind, audit, known)
    made = notify(session, people, step.kind, subject=audit.public_id, due_on=audit.due_on, at=at)
    if made and step.kind not in REMINDERS:
        trail.record(
            session,
            "audit.escalated",
            by=by.public_id,
            at=at,
            subject=audit.public_id,
            chain=trail.audit_chain(audit.public_id),
            details={"step": step.kind.value},
        )
    return made


def _people_of(kind: NoticeKind, audit: Audit, known: Chain) -> set[int]:
    """Return who is told: whoever holds the step, and where nobody does, QA: no step may end in silence."""
    assert audit.auditor is not None
    if kind in REMINDERS:
        return {audit.auditor.id}
    teams = teams_audited_for(audit.auditor)
    held: Mapping[NoticeKind, set[int]] = {
        NoticeKind.MANAGER: known.managers_of(teams),
        NoticeKind.HEAD: known.heads_of(teams),
        NoticeKind.OFFERED: known.qa,
        NoticeKind.DIRECTOR: known.assistant_directors_of(teams) or known.directors,
    }
    return held[kind] or known.qa
