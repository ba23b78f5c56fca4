"""What may follow what in an audit's life, and who may make it so: every state against every move and every role."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from auditapp.domain import workflow
from auditapp.domain.errors import NotAllowed, NotNow
from auditapp.domain.permissions import COMMAND_LINE, Viewer, allowed
from auditapp.domain.vocabulary import AuditState, Role
from auditapp.domain.workflow import MOVES, OPEN, AuditFacts, check_move

ASSIGNED, BEGUN, SUBMITTED, RETURNED, REPLACED = AuditState
AUDITOR, OTHER, QUALITY = 1, 2, 3

# From the state of a row to that of a column.
TABLE = """
             assigned begun submitted returned replaced
assigned     -        yes   yes       -        yes
begun        -        -     yes       -        yes
submitted    -        -     -         yes      -
returned     -        -     yes       -        -
replaced     -        -     -         -        -
"""

# Each check, and the states in which it lets the right person through.
OWN = {
    "check_write": {ASSIGNED, BEGUN, RETURNED},
    "check_refuse": {ASSIGNED, BEGUN},
    "check_raise": set(AuditState),
}
PROGRAMME = {
    "check_return": {SUBMITTED},
    "check_reassign": {ASSIGNED, BEGUN, RETURNED},
    "check_replace": {ASSIGNED, BEGUN},
}
Check = Callable[[AuditFacts, Viewer], None]


@dataclass(frozen=True)
class Audit:
    """Where an audit is, and whose."""

    state: AuditState
    auditor_id: int | None = AUDITOR


def check(name: str) -> Check:
    found: Check = getattr(workflow, name)
    return found


def somebody(person_id: int, *roles: Role) -> Viewer:
    return Viewer(person_id, f"p{person_id}", "Pat Example", roles=frozenset(roles))


def drawn() -> Iterator[tuple[AuditState, AuditState, bool]]:
    """Yield every step of the table as it is drawn above: from, to, whether it follows."""
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    for before, *cells in rows:
        for after, cell in zip(head, cells, strict=True):
            yield AuditState.of(before), AuditState.of(after), cell == "yes"


def test_every_state_is_in_the_tables() -> None:
    assert set(MOVES) == set(AuditState)
    assert {(before, after) for before, after, _ in drawn()} == {(a, b) for a in AuditState for b in AuditState}
    assert frozenset({ASSIGNED, BEGUN, RETURNED}) == OPEN


@pytest.mark.parametrize(("before", "after", "follows"), list(drawn()))
def test_a_step_is_taken_only_where_it_follows(before: AuditState, after: AuditState, follows: bool) -> None:
    if follows:
        check_move(Audit(before), after)
    else:
        with pytest.raises(NotNow, match=before.label):
            check_move(Audit(before), after)


def test_what_is_open_can_still_be_submitted_and_nothing_else_can() -> None:
    assert {state for state in AuditState if SUBMITTED in MOVES[state]} == OPEN


def test_what_was_replaced_stays_replaced() -> None:
    assert MOVES[REPLACED] == frozenset()


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("state", AuditState)
def test_an_auditor_acts_on_their_own_audit_in_the_right_states(name: str, state: AuditState) -> None:
    auditor = somebody(AUDITOR, Role.AUDITOR)
    if state in OWN[name]:
        check(name)(Audit(state), auditor)
    else:
        with pytest.raises(NotNow, match=state.label):
            check(name)(Audit(state), auditor)


@pytest.mark.parametrize("name", OWN)
def test_nobody_acts_on_the_audit_of_somebody_else(name: str) -> None:
    for state in AuditState:
        for viewer in (somebody(OTHER, *Role), COMMAND_LINE, *(somebody(OTHER, role) for role in Role)):
            with pytest.raises(NotAllowed):
                check(name)(Audit(state), viewer)


@pytest.mark.parametrize("name", OWN)
def test_who_is_no_auditor_any_more_writes_nothing(name: str) -> None:
    for role in set(Role) - {Role.AUDITOR}:
        with pytest.raises(NotAllowed):
            check(name)(Audit(BEGUN), somebody(AUDITOR, role))


@pytest.mark.parametrize("state", AuditState)
def test_whoever_had_an_audit_once_raises_a_concern_in_it_as_long_as_they_audit(state: AuditState) -> None:
    workflow.check_raise(Audit(state), somebody(OTHER, Role.AUDITOR), held_it=True)
    with pytest.raises(NotAllowed):
        workflow.check_raise(Audit(state), somebody(OTHER, Role.QA), held_it=True)


@pytest.mark.parametrize("name", PROGRAMME)
@pytest.mark.parametrize("state", AuditState)
@pytest.mark.parametrize("role", Role)
def test_the_programme_is_quality_assurances_in_the_right_states(name: str, state: AuditState, role: Role) -> None:
    may = role is Role.QA and state in PROGRAMME[name]
    assert allowed(check(name), Audit(state), somebody(QUALITY, role)) is may


def test_nobody_returns_their_own_audit() -> None:
    both = somebody(AUDITOR, Role.AUDITOR, Role.QA)
    with pytest.raises(NotAllowed, match="your own"):
        workflow.check_return(Audit(SUBMITTED), both)
    workflow.check_return(Audit(SUBMITTED), somebody(QUALITY, Role.AUDITOR, Role.QA))


def test_nobody_replaces_their_own_case() -> None:
    with pytest.raises(NotAllowed, match="Give it back with your reason"):
        workflow.check_replace(Audit(ASSIGNED), somebody(AUDITOR, Role.AUDITOR, Role.QA))
    workflow.check_replace(Audit(ASSIGNED), somebody(QUALITY, Role.AUDITOR, Role.QA))
    workflow.check_replace(Audit(ASSIGNED, auditor_id=None), COMMAND_LINE)


def test_an_earlier_result_cannot_be_returned() -> None:
    with pytest.raises(NotNow, match="earlier result"):
        workflow.check_return(Audit(SUBMITTED, auditor_id=None), somebody(QUALITY, Role.QA))


def test_every_check_is_tried_here() -> None:
    checks = {name for name in vars(workflow) if name.startswith("check_")}
    assert checks == {*OWN, *PROGRAMME, "check_move", "check_runs_programme"}
