"""Audits with all that says who is independent of their cases, as it is known now."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListWorker
from auditapp.persistence.people import Person

WITH_TIES = (
    joinedload(Audit.case),
    joinedload(Audit.supervision_worker),
    joinedload(Audit.list_team),
    joinedload(Audit.list_worker).joinedload(ListWorker.person).joinedload(Person.grants),
    joinedload(Audit.auditor).joinedload(Person.grants),
)


def audits_with_ties(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Audit]:
    """Return audits with the team, the worker and the auditor of each, and with the roles of these."""
    query = select(Audit).where(*conditions).options(*WITH_TIES).order_by(Audit.id)
    return session.scalars(query).unique().all()
