"""Giving a case of a list to an auditor: what the list's names mean here, and the audit that comes of it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.assignment import CaseToAssign
from auditapp.domain.calendar import london_day
from auditapp.domain.case_lists import Entry
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AuditState
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, ListTeam, ListWorker
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person
from auditapp.persistence.queries.cycles import teams_of_workers
from auditapp.persistence.upsert import upsert
from auditapp.services import tools
from auditapp.services.audits import due_day


class ListNames:
    """The names of the case lists, and what they mean here where somebody has said so."""

    def __init__(self, session: Session) -> None:
        teams = session.execute(select(ListTeam.name, ListTeam.id, ListTeam.team_id))
        workers = session.execute(select(ListWorker.code, ListWorker.id, ListWorker.person_id))
        self.teams = {name: (list_team_id, team_id) for name, list_team_id, team_id in teams}
        self.workers = {code: (list_worker_id, person_id) for code, list_worker_id, person_id in workers}
        self._teams_of = teams_of_workers(session)

    def to_assign(self, entry: Entry) -> CaseToAssign:
        """Return what is known of a case of a list."""
        _, team = self.teams.get(entry.team, (None, None))
        _, worker = self.workers.get(entry.worker, (None, None))
        return CaseToAssign(
            case_reference=entry.case_reference,
            team=team,
            worker=worker,
            worker_teams=self._teams_of.get(worker, frozenset()) if worker else frozenset(),
        )


def case_ids(session: Session, references: Iterable[str]) -> dict[str, int]:
    """Return the cases that some references name; a child who was never drawn before becomes one now."""
    named = sorted(references)
    session.execute(upsert(session, Case).on_conflict_do_nothing(), [{"case_reference": each} for each in named])
    query = select(Case.case_reference, Case.id).where(Case.case_reference.in_(named))
    return dict(session.execute(query).all())


def new_audit(
    session: Session,
    cycle: Cycle,
    entry: Entry,
    *,
    number: int,
    case_id: int,
    auditor: Person | None,
    known: ListNames,
    by: Viewer,
    at: datetime,
) -> Audit:
    """Make the audit of a case, assigned or waiting for somebody to be."""
    list_team_id, _ = known.teams.get(entry.team, (None, None))
    list_worker_id, _ = known.workers.get(entry.worker, (None, None))
    audit = Audit(
        reference=f"QOP-{cycle.period}-{number:02}",
        cycle_id=cycle.id,
        case_id=case_id,
        case_type=entry.case_type,
        list_team_id=list_team_id,
        list_worker_id=list_worker_id,
        tool_version_id=cycle.tool_version.id,
        scale_version_id=tools.scale_of(session, cycle.tool_version).id,
        auditor=auditor,
        state=AuditState.ASSIGNED,
        is_independence_known=known.to_assign(entry).is_mapped,
        assigned_at=at,
        due_on=due_day(session, london_day(at)),
    )
    session.add(audit)
    session.flush()
    chain = trail.audit_chain(audit.public_id)
    to = auditor.public_id if auditor else None
    trail.record(
        session, "audit.assigned", by=by.public_id, at=at, subject=audit.public_id, chain=chain, details={"to": to}
    )
    return audit
