"""Actions of an audit: kept as written, numbered, judged after."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from auditapp.domain.calendar import london_day
from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.persistence.audits import MOST_ACTIONS, AuditAction
from auditapp.persistence.trail import TrailEvent
from auditapp.services import actions
from auditapp.services.actions import LIMITS, Planned, faults, is_finished
from tests.council import Council, audits_of, submitted_audit
from tests.faults import every_statement_fails

WHOLE = Planned(" See the child alone. ", "Seen alone every month.", "Team manager", date(2026, 12, 3))


@pytest.fixture
def mine(month: Council) -> str:
    return audits_of(month, "nora")[0].public_id


def write(
    council: Council, audit: str, planned: Planned = WHOLE, *, number: int | None = None, by: str = "nora"
) -> int:
    with council.database.transaction() as session:
        viewer = council.viewer(by)
        return actions.write_action(session, audit, number=number, planned=planned, by=viewer, at=council.at).number


def numbers(council: Council) -> list[int]:
    with council.database.reading() as session:
        return list(session.scalars(select(AuditAction.number).order_by(AuditAction.number)))


def test_an_action_is_written_whole_or_not_at_all(month: Council, mine: str) -> None:
    every_statement_fails(
        month.database,
        lambda session: actions.write_action(
            session, mine, number=None, planned=WHOLE, by=month.viewer("nora"), at=month.at
        ),
    )
    with month.database.reading() as session:
        row = session.scalars(select(AuditAction)).one()
    assert (row.number, row.action, row.due_on) == (1, "See the child alone.", date(2026, 12, 3))


def test_an_action_is_changed_whole_or_not_at_all(month: Council, mine: str) -> None:
    write(month, mine)
    every_statement_fails(
        month.database,
        lambda session: actions.write_action(
            session, mine, number=1, planned=replace(WHOLE, owner="Hope"), by=month.viewer("nora"), at=month.at
        ),
    )
    assert numbers(month) == [1]


def test_an_action_is_removed_whole_or_not_at_all(month: Council, mine: str) -> None:
    write(month, mine)
    every_statement_fails(
        month.database,
        lambda session: actions.remove_action(session, mine, number=1, by=month.viewer("nora"), at=month.at),
    )
    assert numbers(month) == []


def test_five_at_once_get_five_numbers_and_the_sixth_is_refused(month: Council, mine: str) -> None:
    with ThreadPoolExecutor(5) as threads:
        written = list(threads.map(lambda _: write(month, mine), range(MOST_ACTIONS)))
    assert sorted(written) == numbers(month) == [1, 2, 3, 4, 5]
    with pytest.raises(Refused, match="at most 5 actions"):
        write(month, mine)


def test_the_lowest_number_that_is_free_is_given(month: Council, mine: str) -> None:
    for _ in range(3):
        write(month, mine)
    with month.database.transaction() as session:
        actions.remove_action(session, mine, number=2, by=month.viewer("nora"), at=month.at)
    assert write(month, mine) == 2


def test_every_change_is_told_by_its_number_and_nothing_else(month: Council, mine: str) -> None:
    write(month, mine)
    write(month, mine, number=1)
    with month.database.transaction() as session:
        actions.remove_action(session, mine, number=1, by=month.viewer("nora"), at=month.at)
    with month.database.reading() as session:
        told = session.execute(
            select(TrailEvent.name, TrailEvent.details)
            .where(TrailEvent.name.like("action.%"))
            .order_by(TrailEvent.position)
        ).all()
    written = ("action.written", {"number": 1})
    assert told == [written, written, ("action.removed", {"number": 1})]


def test_nobody_else_writes_one_and_none_is_written_afterwards(month: Council, mine: str) -> None:
    write(month, mine)
    for by in ("sol", "quinn", "adam"):
        with pytest.raises((NotFound, NotAllowed)):
            write(month, mine, number=1, by=by)
    with pytest.raises(NotFound):
        write(month, mine, number=2)
    submitted_audit(month, mine, by="nora")
    with pytest.raises(NotNow):
        write(month, mine)
    with month.database.writing() as session, pytest.raises(NotNow):
        actions.remove_action(session, mine, number=1, by=month.viewer("nora"), at=month.at)


def test_what_is_wrong_is_said_by_field(month: Council) -> None:
    today = london_day(month.at)
    assert faults(WHOLE, at=month.at) == {}
    assert faults(replace(WHOLE, due_on=today), at=month.at) == {}
    assert faults(Planned(" ", "\n", "", None), at=month.at).keys() == {"action", "success_measure", "owner", "due_on"}
    assert "past" in faults(replace(WHOLE, due_on=today - timedelta(days=1)), at=month.at)["due_on"]
    for field, most in LIMITS.items():
        assert faults(_saying(field, f" {'x' * most} "), at=month.at) == {}
        assert faults(_saying(field, "x" * (most + 1)), at=month.at).keys() == {field}


def _saying(field: str, text: str) -> Planned:
    return Planned(**{**asdict(WHOLE), field: text})


def test_an_action_is_finished_with_all_four_none_too_long() -> None:
    row = AuditAction(number=1, action="Do it", success_measure="Done", owner="Hope", due_on=date(2020, 1, 1))
    assert is_finished(row), "its day may have come since"
    for field in (*LIMITS, "due_on"):
        assert not is_finished(_with(row, field, None if field == "due_on" else ""))
    for field, most in LIMITS.items():
        assert not is_finished(_with(row, field, "x" * (most + 1)))


def _with(row: AuditAction, field: str, value: str | None) -> AuditAction:
    said = {name: getattr(row, name) for name in ("number", "action", "success_measure", "owner", "due_on")}
    return AuditAction(**{**said, field: value})
