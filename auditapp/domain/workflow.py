"""What may follow what in the life of an audit, and who may make it so: tables and checks."""

from typing import Protocol

from auditapp.domain.errors import NotAllowed, NotNow
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.vocabulary import AuditState, Role

MOVES: dict[AuditState, frozenset[AuditState]] = {
    AuditState.ASSIGNED: frozenset({AuditState.BEGUN, AuditState.SUBMITTED, AuditState.REPLACED}),
    AuditState.BEGUN: frozenset({AuditState.SUBMITTED, AuditState.REPLACED}),
    AuditState.SUBMITTED: frozenset({AuditState.RETURNED}),
    AuditState.RETURNED: frozenset({AuditState.SUBMITTED}),
    AuditState.REPLACED: frozenset(),
}

# An audit in these states is its auditor's to write in; what stands in it is nobody else's to read.
OPEN = frozenset({AuditState.ASSIGNED, AuditState.BEGUN, AuditState.RETURNED})


class AuditFacts(Protocol):
    """What the checks below need to know of an audit."""

    @property
    def state(self) -> AuditState:
        """Where it is."""

    @property
    def auditor_id(self) -> int | None:
        """Whose it is."""


def check_move(audit: AuditFacts, to: AuditState) -> None:
    """Refuse a step that does not follow from where the audit is."""
    if to not in MOVES[audit.state]:
        raise NotNow(f"This audit is now: {audit.state.label}. Nothing was changed; go back to see it as it is.")


def check_write(audit: AuditFacts, viewer: Viewer) -> None:
    """Let its auditor, and nobody else, write in an audit that is open."""
    if audit.auditor_id != viewer.person_id or not viewer.has(Role.AUDITOR):
        raise NotAllowed("This audit is somebody else's to write.")
    if audit.state not in OPEN:
        raise NotNow(f"This audit is now: {audit.state.label}. It can no longer be changed.")


def check_raise(audit: AuditFacts, viewer: Viewer, *, held_it: bool = False) -> None:
    """Let whoever has an audit, or `held_it` once, raise an immediate concern about its child, wherever it is now.

    A form that was opened by its auditor is still taken after the audit went to somebody else, was replaced or
    submitted: what they saw in the record does not become less urgent by it.
    """
    if not viewer.has(Role.AUDITOR) or not (held_it or audit.auditor_id == viewer.person_id):
        raise NotAllowed("This audit was never yours, so that you cannot raise a concern in it.")


def check_return(audit: AuditFacts, viewer: Viewer) -> None:
    """Let QA send a submitted audit back, but nobody their own."""
    check_runs_programme(viewer)
    if audit.auditor_id is None:
        raise NotNow("This is an earlier result: it was not made here, so nobody can correct it here.")
    if audit.auditor_id == viewer.person_id:
        raise NotAllowed("This audit is your own. Ask somebody else of the quality assurance team.")
    check_move(audit, AuditState.RETURNED)


def check_reassign(audit: AuditFacts, viewer: Viewer) -> None:
    """Let QA hand an open audit to another auditor."""
    check_runs_programme(viewer)
    if audit.state not in OPEN:
        raise NotNow(f"This audit is now: {audit.state.label}. Only an open one can be reassigned.")


def check_replace(audit: AuditFacts, viewer: Viewer) -> None:
    """Let QA replace a drawn case, with a reason, before its audit is submitted, but nobody their own."""
    check_runs_programme(viewer)
    if audit.auditor_id == viewer.person_id:
        raise NotAllowed("This case is your own. Give it back with your reason, or ask somebody else of the team.")
    check_move(audit, AuditState.REPLACED)


def check_refuse(audit: AuditFacts, viewer: Viewer) -> None:
    """Let an auditor give back a case that they cannot judge independently, or not open."""
    check_write(audit, viewer)
    check_move(audit, AuditState.REPLACED)
