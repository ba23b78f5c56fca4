"""Giving a case or a supervision file to an auditor: what the list's names mean here, the audit that comes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.assignment import CaseToAssign
from auditapp.domain.case_lists import Entry
from auditapp.domain.cycle_names import audit_reference
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AuditState, CaseType
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, ListTeam, ListWorker
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person
from auditapp.persistence.queries.auditors import teams_of_workers
from auditapp.persistence.upsert import upsert
from auditapp.services import tools


class ListNames:
    """The names of the case lists, and what they mean here where somebody has said so."""

    def __init__(self, session: Session) -> None:
        teams = session.execute(select(ListTeam.name, ListTeam.id, ListTeam.team_id))
        workers = session.execute(select(ListWorker.code, ListWorker.id, ListWorker.person_id))
        self.teams = {name: (list_team_id, team_id) for name, list_team_id, team_id in teams}
        self.workers = {code: (list_worker_id, person_id) for code, list_worker_id, person_id in workers}
        self._teams_of = teams_of_workers(session)

    def to_assign(self, key: str, *, team_name: str, worker_code: str) -> CaseToAssign:
        """Return what is known of a case, or of a supervision file, by the team and the worker that the list names."""
        _, team = self.teams.get(team_name, (None, None))
        _, worker = self.workers.get(worker_code, (None, None))
        return CaseToAssign(
            case_reference=key,
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


@dataclass(frozen=True, slots=True)
class File:
    """What one audit looks at: a case, or a worker's supervision file; type, team and worker as the case list has them.

    `key` tells it from the others of its cycle: the case reference, or the worker's code.
    """

    key: str
    case_type: CaseType | None
    team: str
    worker: str
    case_id: int | None = None
    supervision_worker_id: int | None = None
    picked_from_id: int | None = None


def case_files(session: Session, entries: Iterable[Entry]) -> tuple[File, ...]:
    """Return what the audits of some cases of a list look at, in the same order."""
    listed = tuple(entries)
    ids = case_ids(session, [entry.case_reference for entry in listed])
    return tuple(
        File(each.case_reference, each.case_type, each.team, each.worker, case_id=ids[each.case_reference])
        for each in listed
    )


def new_audit(
    session: Session,
    cycle: Cycle,
    file: File,
    *,
    number: int,
    auditor: Person | None,
    known: ListNames,
    due_on: date,
    by: Viewer,
    at: datetime,
) -> Audit:
    """Make the audit of a case or a supervision file, assigned or waiting for somebody to be."""
    list_team_id, team_id = known.teams.get(file.team, (None, None))
    list_worker_id, _ = known.workers.get(file.worker, (None, None))
    audit = Audit(
        reference=audit_reference(cycle.kind, cycle.period, number),
        cycle_id=cycle.id,
        case_id=file.case_id,
        case_type=file.case_type,
        supervision_worker_id=file.supervision_worker_id,
        picked_from_id=file.picked_from_id,
        list_team_id=list_team_id,
        list_worker_id=list_worker_id,
        tool_version_id=cycle.tool_version.id,
        scale_version_id=tools.scale_of(session, cycle.tool_version).id,
        auditor=auditor,
        state=AuditState.ASSIGNED,
        is_independence_known=team_id is not None,
        assigned_at=at,
        due_on=due_on,
    )
    session.add(audit)
    session.flush()
    chain = trail.audit_chain(audit.public_id)
    to = auditor.public_id if auditor else None
    trail.record(
        session, "audit.assigned", by=by.public_id, at=at, subject=audit.public_id, chain=chain, details={"to": to}
    )
    return audit
