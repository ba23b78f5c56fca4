"""Which rows a person may see, as conditions of the queries themselves: nothing is read first and hidden later."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AbsenceKind, AbsenceState, AuditState, Role
from auditapp.persistence.absences import Absence
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.persistence.people import RoleGrant, Team
from auditapp.persistence.rollup import FindingCount


def visible_audits(viewer: Viewer) -> ColumnElement[bool]:
    """Return the audits a person may know of: that they are, whose they are and how far."""
    if viewer.has(Role.QA):
        return Audit.id > 0
    return or_(Audit.auditor_id == viewer.person_id, readable_findings(viewer))


def readable_findings(viewer: Viewer) -> ColumnElement[bool]:
    """Return the audits whose findings a person may read: submitted ones of their team, service, case or programme.

    Unsubmitted text is its auditor's alone; a returned audit is read in the version that was submitted.
    """
    ways: list[ColumnElement[bool]] = [Audit.auditor_id == viewer.person_id]
    if viewer.has(Role.QA, Role.DIRECTOR):
        ways.append(Audit.id > 0)
    if viewer.service_ids:
        ways.append(Audit.list_team_id.in_(_list_teams(Team.service_id.in_(viewer.service_ids))))
    if viewer.managed_team_ids:
        ways.append(of_managed_teams(viewer))
    if viewer.has(Role.PRACTITIONER):
        own = select(ListWorker.id).where(ListWorker.person_id == viewer.person_id)
        ways.append(Audit.list_worker_id.in_(own))
    return and_(Audit.state == AuditState.SUBMITTED, or_(*ways))


def of_managed_teams(viewer: Viewer) -> ColumnElement[bool]:
    """Return the audits of cases of the teams that somebody manages."""
    return Audit.list_team_id.in_(_list_teams(Team.id.in_(viewer.managed_team_ids)))


def concerned_audits(viewer: Viewer) -> ColumnElement[bool]:
    """Return the audits whose immediate concerns a person must see at once: QA all, heads those of their service.

    Where the list's team is not matched nobody knows the service, and every head sees it: better two than none.
    """
    if viewer.has(Role.QA, Role.DIRECTOR):
        return Audit.id > 0
    if viewer.service_ids:
        matched = select(ListTeam.id).where(ListTeam.team_id.is_not(None))
        own = Audit.list_team_id.in_(_list_teams(Team.service_id.in_(viewer.service_ids)))
        return or_(own, Audit.list_team_id.is_(None), Audit.list_team_id.not_in(matched))
    return false()


def answered_for(viewer: Viewer) -> ColumnElement[bool]:
    """Return the audits whose lateness somebody is told of: those of the auditors of their services; a director, all.

    That an audit is late, whose it is and since when: what is written in it stays its auditor's.
    """
    if viewer.has(Role.DIRECTOR):
        return Audit.id > 0
    managing = select(RoleGrant.person_id).join(Team, Team.id == RoleGrant.team_id)
    own = managing.where(RoleGrant.role == Role.AUDITOR, Team.service_id.in_(viewer.service_ids))
    return Audit.auditor_id.in_(own)


def counted_teams(viewer: Viewer) -> ColumnElement[bool]:
    """Return the kept counts that a person's findings are made of: all, or those of their services' teams."""
    if viewer.has(Role.QA, Role.DIRECTOR):
        return true()
    named = select(ListTeam.name).join(Team, Team.id == ListTeam.team_id)
    return FindingCount.list_team.in_(named.where(Team.service_id.in_(viewer.service_ids)))


def counted_audits(viewer: Viewer) -> ColumnElement[bool]:
    """Return the audits that a person's findings are made of, where they are counted anew."""
    if viewer.has(Role.QA, Role.DIRECTOR):
        return Audit.state == AuditState.SUBMITTED
    own = Audit.list_team_id.in_(_list_teams(Team.service_id.in_(viewer.service_ids)))
    return and_(Audit.state == AuditState.SUBMITTED, own)


def visible_absences(viewer: Viewer) -> ColumnElement[bool]:
    """Return the absences a person may know of: their own, those of their services' managers; QA and directors all."""
    if viewer.has(Role.QA, Role.DIRECTOR):
        return Absence.id > 0
    return or_(Absence.person_id == viewer.person_id, Absence.person_id.in_(_managers(viewer.service_ids)))


def decidable_absences(viewer: Viewer) -> ColumnElement[bool]:
    """Return the absences that wait for a person, as `domain.absences.check_decide` has it."""
    ways: list[ColumnElement[bool]] = [Absence.person_id.in_(_managers(viewer.directed_service_ids))]
    if viewer.has(Role.DIRECTOR):
        ways.append(Absence.id > 0)
    is_absence = Absence.kind == AbsenceKind.ABSENCE
    ways.append(is_absence if viewer.has(Role.QA) else and_(is_absence, visible_absences(viewer)))
    is_anothers = and_(Absence.person_id != viewer.person_id, Absence.entered_by_id != viewer.person_id)
    return and_(Absence.state == AbsenceState.ASKED, is_anothers, or_(*ways))


def _managers(services: Iterable[int]) -> Select[int]:
    """Select those who manage a team of some services."""
    query = select(RoleGrant.person_id).join(Team, Team.id == RoleGrant.team_id)
    return query.where(RoleGrant.role == Role.AUDITOR, Team.service_id.in_(sorted(services)))


def _list_teams(condition: ColumnElement[bool]) -> Select[int]:
    return select(ListTeam.id).join(Team, Team.id == ListTeam.team_id).where(condition)
