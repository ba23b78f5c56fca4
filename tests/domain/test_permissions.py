"""Who somebody is to the service: every role against every check."""

from collections.abc import Callable

import pytest

from auditapp.domain import permissions
from auditapp.domain.errors import DomainError, NotAllowed, Refused
from auditapp.domain.permissions import AGENCY_ROLES, COMMAND_LINE, SERVICE_ROLES, TEAM_ROLES, Viewer, allowed
from auditapp.domain.vocabulary import Role

# Every check, and the roles of which any one is enough.
CHECKS: dict[str, set[Role]] = {
    "check_runs_programme": {Role.QA},
    "check_reads_findings": {Role.QA, Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR},
    "check_administers": {Role.ADMINISTRATOR},
}


def somebody(*roles: Role) -> Viewer:
    return Viewer(1, "p1", "Pat Example", roles=frozenset(roles))


def check(name: str) -> Callable[[Viewer], None]:
    found: Callable[[Viewer], None] = getattr(permissions, name)
    return found


def test_every_check_is_tried_here() -> None:
    assert {name for name in vars(permissions) if name.startswith("check_")} == CHECKS.keys()


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("role", Role)
def test_a_check_lets_its_roles_through_and_no_other(name: str, role: Role) -> None:
    if role in CHECKS[name]:
        check(name)(somebody(role))
    else:
        with pytest.raises(NotAllowed, match="Only"):
            check(name)(somebody(role))


@pytest.mark.parametrize("name", CHECKS)
def test_one_of_several_roles_is_enough_and_none_is_not(name: str) -> None:
    assert allowed(check(name), somebody(*Role))
    assert not allowed(check(name), somebody())
    assert not allowed(check(name), somebody(*(set(Role) - CHECKS[name])))


def test_the_command_line_runs_and_administers_and_is_nobody() -> None:
    assert COMMAND_LINE.person_id == 0
    assert allowed(permissions.check_runs_programme, COMMAND_LINE)
    assert allowed(permissions.check_administers, COMMAND_LINE)
    assert not COMMAND_LINE.has(*(set(Role) - {Role.QA, Role.ADMINISTRATOR}))


def test_a_viewer_has_any_of_the_roles_that_are_asked_for() -> None:
    both = somebody(Role.AUDITOR, Role.QA)
    assert both.has(Role.QA, Role.DIRECTOR)
    assert not both.has(Role.DIRECTOR, Role.BOARD_MEMBER)
    assert not both.has()


def test_allowed_hides_only_what_a_person_could_be_told() -> None:
    def refuse() -> None:
        raise Refused

    def fail() -> None:
        raise KeyError

    assert issubclass(Refused, DomainError)
    assert not allowed(refuse)
    with pytest.raises(KeyError):
        allowed(fail)


def test_a_role_is_for_one_kind_of_place_at_most() -> None:
    kinds = (TEAM_ROLES, SERVICE_ROLES, AGENCY_ROLES)
    assert sum(len(kind) for kind in kinds) == len(frozenset().union(*kinds))
    for_all = set(Role) - frozenset().union(*kinds)
    assert for_all == {Role.QA, Role.DIRECTOR, Role.BOARD_MEMBER, Role.ADMINISTRATOR}
