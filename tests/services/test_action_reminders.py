"""Actions that audits asked for are chased: before their date, when it is past, each once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from auditapp.domain.people import Grant
from auditapp.domain.vocabulary import Role
from auditapp.persistence.audits import AuditAction
from auditapp.persistence.notices import Notice
from auditapp.services import actions
from auditapp.services.action_reminders import remind_of_actions
from auditapp.services.actions import Planned
from tests.council import Council, audits_of, join, leave, submitted_audit
from tests.faults import every_statement_fails

DUE = date(2026, 11, 13)


@pytest.fixture
def asked(month: Council) -> Council:
    """Nora's first audit, submitted with one action of a Friday."""
    audit = audits_of(month, "nora")[0].public_id
    planned = Planned("See the child alone", "Seen within a week", "Team manager", DUE)
    with month.database.transaction() as session:
        actions.write_action(session, audit, number=None, planned=planned, by=month.viewer("nora"), at=month.at)
    submitted_audit(month, audit, by="nora")
    return month


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 7, tzinfo=UTC)


def told(council: Council) -> list[tuple[str, date]]:
    with council.database.reading() as session:
        rows = session.scalars(select(Notice).order_by(Notice.id))
        return [(notice.kind.value, notice.made_at.date()) for notice in rows]


def test_an_action_is_told_of_three_working_days_before_its_date_and_when_it_is_past(asked: Council) -> None:
    for number in range(40):
        day = date(2026, 10, 20) + timedelta(days=number)
        with asked.database.transaction() as session:
            remind_of_actions(session, day, at=at(day))
    assert told(asked) == [
        *[("action_soon", date(2026, 11, 10))] * 2,
        *[("action_late", date(2026, 11, 16))] * 2,
    ]
    with asked.database.reading() as session:
        told_of = set(session.scalars(select(Notice.person_id)))
    # Nora agreed on it, and Sol manages the team whose case it was.
    assert told_of == {asked.people["nora"].id, asked.people["sol"].id}
    with asked.database.reading() as session:
        notice = session.scalars(select(Notice)).first()
    assert notice is not None
    assert notice.subject.startswith("QOP-2026-10-")
    assert notice.subject.endswith(", action 1")


def test_it_is_whole_or_not_at_all(asked: Council) -> None:
    day = date(2026, 11, 16)
    every_statement_fails(asked.database, lambda session: remind_of_actions(session, day, at=at(day)))


def test_where_whoever_agreed_on_it_and_the_teams_managers_have_left_qa_is_told(asked: Council) -> None:
    with asked.database.transaction() as session:
        leave(asked, session, "nora", "sol")
        remind_of_actions(session, date(2026, 11, 10), at=at(date(2026, 11, 10)))
        new = join(asked, session, "stella", Grant(Role.AUDITOR, team="South"))
        remind_of_actions(session, date(2026, 11, 16), at=at(date(2026, 11, 16)))
        rows = session.scalars(select(Notice).order_by(Notice.id))
        found = {(notice.kind.value, notice.person_id) for notice in rows}
    qa = {asked.people[name].id for name in ("quinn", "quentin")}
    assert found == {("action_soon", person) for person in qa} | {("action_late", new.id)}


def test_an_action_that_is_late_is_not_told_of_as_coming(asked: Council) -> None:
    with asked.database.transaction() as session:
        remind_of_actions(session, date(2026, 11, 17), at=at(date(2026, 11, 17)))
    assert {kind for kind, _ in told(asked)} == {"action_late"}


def test_the_past_is_left_alone_when_the_schedule_begins(asked: Council) -> None:
    day = date(2027, 1, 11)
    with asked.database.transaction() as session:
        assert remind_of_actions(session, day, at=at(day)) == 0
        assert session.scalars(select(AuditAction)).one().due_on == DUE
