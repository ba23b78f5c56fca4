"""Whether an auditor is independent of a case, by what is known now: teams and workers may be matched at any time."""

from collections.abc import Iterable

from sqlalchemy import true
from sqlalchemy.orm import Session

from auditapp.domain.assignment import CaseToAssign, Independence, tie_between
from auditapp.domain.errors import Refused
from auditapp.domain.vocabulary import AuditState, Role, Tie
from auditapp.domain.workflow import MOVES, OPEN
from auditapp.persistence.audits import Audit
from auditapp.persistence.people import Person
from auditapp.persistence.queries.independence import audits_with_ties


def independence(person: Person) -> Independence:
    """Return what may tie an auditor, loaded with their roles, to a case."""
    managed = {grant.team_id for grant in person.grants if grant.role is Role.AUDITOR and grant.team_id}
    return Independence(person.id, _teams_of(person), frozenset(managed))


def check_independent(session: Session, audit: Audit, auditor: Person) -> None:
    """Refuse an auditor, loaded with their roles, who is not independent of the case of an audit."""
    (known,) = audits_with_ties(session, Audit.id == audit.id)
    tie = tie_between(case_of(known), independence(auditor))
    if tie:
        raise Refused(f"{auditor.name} is {say_tie(tie, audit)}. Select somebody who is independent of it.")
    audit.is_independence_known = case_of(known).is_mapped


def tied_to(session: Session, audit: Audit, people: Iterable[Person]) -> frozenset[int]:
    """Return which of some auditors, loaded with their roles, are not independent of the case of an audit."""
    (known,) = audits_with_ties(session, Audit.id == audit.id)
    case = case_of(known)
    return frozenset(person.id for person in people if tie_between(case, independence(person)))


def check_still_independent(session: Session, audit: Audit) -> None:
    """Refuse to let an auditor submit who is not independent of the case any more; keep whether it could be checked."""
    (known,) = audits_with_ties(session, Audit.id == audit.id)
    tie = _tie_of(known)
    if tie:
        may_give_back = AuditState.REPLACED in MOVES[audit.state]
        back = f"Give the {'case' if audit.case_id else 'file'} back"
        way = back if may_give_back else "Ask the quality assurance team to reassign it"
        why = f"You are {say_tie(tie, audit)}, so you cannot judge it independently."
        raise Refused(f"{why} {way}: what you wrote stays saved.")
    audit.is_independence_known = case_of(known).is_mapped


def ties_of_open_audits(session: Session, *, cycle_id: int | None = None) -> dict[str, Tie]:
    """Return what ties auditors to the cases of their open audits, of one cycle or all: these are to be handed on."""
    of_cycle = true() if cycle_id is None else Audit.cycle_id == cycle_id
    given = audits_with_ties(session, of_cycle, Audit.state.in_(OPEN), Audit.auditor_id.is_not(None))
    ties = {audit.public_id: _tie_of(audit) for audit in given}
    return {public_id: tie for public_id, tie in ties.items() if tie}


def say_tie(tie: Tie, audit: Audit) -> str:
    """Return what ties somebody to a case, or to a supervision file, for a sentence."""
    return tie.label if audit.case_id else tie.label.replace("this case", "this file")


def _tie_of(audit: Audit) -> Tie | None:
    return tie_between(case_of(audit), independence(audit.auditor)) if audit.auditor else None


def case_of(audit: Audit) -> CaseToAssign:
    """Return what is known of the case of an audit that was loaded with its ties."""
    worker = audit.list_worker.person if audit.list_worker else None
    return CaseToAssign(
        case_reference=audit.file_name,
        team=audit.list_team.team_id if audit.list_team else None,
        worker=worker.id if worker else None,
        worker_teams=_teams_of(worker) if worker else frozenset(),
    )


def _teams_of(person: Person) -> frozenset[int]:
    """Return the teams that a person has any role in."""
    return frozenset(grant.team_id for grant in person.grants if grant.team_id)
