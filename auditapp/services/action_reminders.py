"""Chasing the actions that audits asked for: before their date, and when it is past.

An action's owner is written in words, and it is for the team that was audited: its managers are told, and whoever
agreed on it. Where there is nobody, QA is. Nothing more is asked of anybody here: proof that an action is done comes
with the actions' own pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from auditapp.domain.ladder import action_steps
from auditapp.domain.vocabulary import AuditState
from auditapp.persistence.audits import Audit, AuditAction
from auditapp.persistence.people import Person
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.reminders import Chain, chain, told
from auditapp.services.notices import notify

# A schedule that begins to work over older audits does not begin with the past.
NOT_OLDER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class _Action:
    name: str
    due_on: date
    auditor: Person
    team: int | None


def remind_of_actions(session: Session, day: date, *, at: datetime) -> int:
    """Tell of every action whose step is due by a day and was not told; say how many notices came of it.

    A step is taken once, for those who are there then: whoever comes later is not told of what was before.
    """
    settings, known, actions = programme_settings(session), chain(session), tuple(_actions(session, day))
    taken = {(each.subject, each.kind, each.due_on) for each in told(session, [action.name for action in actions])}
    made = 0
    for action in actions:
        due = [step for step in action_steps(action.due_on, settings) if day - NOT_OLDER <= step.day <= day]
        for step in due[-1:]:  # what is late already is not told of as coming
            if (action.name, step.kind, action.due_on) not in taken:
                people = _people_of(action, known)
                made += notify(session, people, step.kind, subject=action.name, due_on=action.due_on, at=at)
    return made


def _actions(session: Session, day: date) -> Iterator[_Action]:
    """Yield the actions of submitted audits whose dates are around a day."""
    query = (
        select(AuditAction, Audit)
        .join(Audit, Audit.id == AuditAction.audit_id)
        .where(Audit.state == AuditState.SUBMITTED, Audit.auditor_id.is_not(None))
        .where(AuditAction.due_on >= day - 2 * NOT_OLDER, AuditAction.due_on <= day + 4 * NOT_OLDER)
        .options(joinedload(Audit.auditor), joinedload(Audit.list_team))
        .order_by(AuditAction.id)
    )
    for action, audit in session.execute(query):
        assert audit.auditor is not None
        assert action.due_on is not None
        team = audit.list_team.team_id if audit.list_team else None
        yield _Action(f"{audit.reference}, action {action.number}", action.due_on, audit.auditor, team)


def _people_of(action: _Action, known: Chain) -> set[int]:
    managers = known.managers_of([action.team]) if action.team else set[int]()
    return managers | ({action.auditor.id} if action.auditor.is_active else set()) or known.qa
