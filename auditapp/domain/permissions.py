"""Who somebody is to the service, and what their roles let them do.

`check_x` raises a reason a person can read; `allowed(check_x, ...)` asks the same question for a page, so that what
a page offers and what a use case enforces are one rule.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec

from auditapp.domain.errors import DomainError, NotAllowed
from auditapp.domain.vocabulary import Role

P = ParamSpec("P")

# Which roles a grant ties to a team, a service or an agency; the others are for the whole council.
TEAM_ROLES = frozenset({Role.AUDITOR, Role.PRACTITIONER})
SERVICE_ROLES = frozenset({Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR})
AGENCY_ROLES = frozenset({Role.PARTNER_AUDITOR})


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who asks: their roles, and the teams, services and agencies these are for.

    `managed_team_ids` are those of an auditor (team manager), `service_ids` those of a head of service or an
    assistant director, `directed_service_ids` those of an assistant director alone.
    """

    person_id: int
    public_id: str
    name: str
    email: str = ""
    roles: frozenset[Role] = frozenset()
    managed_team_ids: frozenset[int] = field(default=frozenset())
    service_ids: frozenset[int] = field(default=frozenset())
    directed_service_ids: frozenset[int] = field(default=frozenset())

    def has(self, *roles: Role) -> bool:
        """Say whether the person holds any of these roles."""
        return not self.roles.isdisjoint(roles)


COMMAND_LINE = Viewer(
    person_id=0,
    public_id="command-line",
    name="the command line",
    roles=frozenset({Role.QA, Role.ADMINISTRATOR}),
)


def allowed(check: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Say whether a check would pass."""
    try:
        check(*args, **kwargs)
    except DomainError:
        return False
    return True


def check_runs_programme(viewer: Viewer) -> None:
    """Let the QA team run the programme: tools, case lists, months, findings."""
    if not viewer.has(Role.QA):
        raise NotAllowed("Only the quality assurance team can do this.")


def check_reads_findings(viewer: Viewer) -> None:
    """Let QA and directors read what periods found, and heads of service what theirs did."""
    if not viewer.has(Role.QA, Role.DIRECTOR, *SERVICE_ROLES):
        raise NotAllowed("Only the quality assurance team and heads of service read the findings of a period.")


def check_administers(viewer: Viewer) -> None:
    """Let administrators look after people, teams and the trail."""
    if not viewer.has(Role.ADMINISTRATOR):
        raise NotAllowed("Only an administrator can do this.")
