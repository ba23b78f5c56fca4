"""An immediate concern is told at once, climbs while nobody acknowledges it, and stops when somebody does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from auditapp.domain.vocabulary import CaseType
from auditapp.jobs.office import SCHEDULE
from auditapp.persistence import trail
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Person
from auditapp.services import concerns
from auditapp.services.concern_ladder import climb
from auditapp.services.concerns import Raised
from tests.council import Council, audits_of
from tests.faults import every_statement_fails


@pytest.fixture
def raised(month: Council) -> str:
    """A concern of Thursday 15 October 2026, 10:30 in London."""
    audit = next(audit for audit in audits_of(month, "nora") if audit.case_type is CaseType.CP)
    told = Raised("Not seen for a month.", "Hope Example", month.at - timedelta(minutes=5), "by telephone")
    with month.database.transaction() as session:
        return concerns.raise_concern(
            session, audit.public_id, raised=told, by=month.viewer("nora"), at=month.at
        ).public_id


def written(month: Council) -> dict[str, list[str]]:
    """Return the subjects of the messages to each person."""
    with month.database.reading() as session:
        rows = session.execute(
            select(Person.name, Message.subject).join(Person, Person.id == Message.person_id).order_by(Message.id)
        )
        found: dict[str, list[str]] = {}
        for name, subject in rows:
            found.setdefault(name, []).append(subject)
        return found


def go_to(month: Council, moment: str) -> int:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    with month.database.transaction() as session:
        return climb(session, at, by=SCHEDULE, at=at)


def test_it_is_told_at_once_to_those_who_acknowledge_it_and_says_nothing_of_the_child(
    month: Council, raised: str
) -> None:
    told = written(month)
    assert {"Quinn", "Quentin"} <= told.keys()
    assert all(subjects == ["Immediate concern"] for subjects in told.values())
    assert "Nora" not in told
    with month.database.reading() as session:
        for message in session.scalars(select(Message)):
            assert "Not seen" not in message.body
            assert "QOP-" not in message.body


def test_it_climbs_on_its_day_and_on_the_next_each_step_once(month: Council, raised: str) -> None:
    assert go_to(month, "2026-10-15T14:00") == 0
    first = datetime(2026, 10, 15, 15, tzinfo=UTC)
    every_statement_fails(month.database, lambda session: climb(session, first, by=SCHEDULE, at=first))
    assert go_to(month, "2026-10-15T16:00") == 0
    assert go_to(month, "2026-10-16T10:00") == 0
    assert go_to(month, "2026-10-16T11:00") == 1
    assert go_to(month, "2026-10-19T11:00") == 0
    waits = [name for name, subjects in written(month).items() if any("nobody" in each for each in subjects)]
    assert sorted(waits) == ["Asha", "Dara"]
    with month.database.reading() as session:
        names = [event.name for event in trail.events(session) if event.name == "concern.escalated"]
    assert len(names) == 2


def test_it_stops_when_somebody_has_acknowledged_it(month: Council, raised: str) -> None:
    with month.database.transaction() as session:
        concerns.acknowledge(session, raised, by=month.viewer("quinn"), at=month.at + timedelta(hours=1))
    assert go_to(month, "2026-10-19T11:00") == 0


def test_where_nobody_stands_above_the_heads_and_qa_are_told_again(month: Council, raised: str) -> None:
    assert raised
    with month.database.transaction() as session:
        for name in ("asha", "dara"):
            session.get_one(Person, month.people[name].id).is_active = False
    before = written(month)
    assert go_to(month, "2026-10-15T15:00") == 4
    after = written(month)
    for name in ("Quinn", "Quentin", "Hope", "Hugo"):
        assert len(after[name]) == len(before.get(name, [])) + 1
