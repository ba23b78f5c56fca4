"""Moving back what was handed on together, as long as its new auditors have not begun it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.errors import Refused
from auditapp.persistence.queries.handovers import find_handover
from auditapp.persistence.trail import TrailEvent
from auditapp.services import audits, ways_back
from auditapp.services.handovers import PreviewChanged
from auditapp.services.ways_back import WayBack
from tests.council import Council, audits_of, submitted_audit
from tests.faults import contents, every_statement_fails
from tests.handovers import begin, hand_on, leave, of_person
from tests.meanwhile import meanwhile


def back(council: Council, public_id: str) -> WayBack:
    with council.database.reading() as session:
        return ways_back.way_back(session, find_handover(session, public_id))


def move_back(council: Council, public_id: str, *, at: datetime | None = None) -> int:
    seen = back(council, public_id).fingerprint
    with council.database.transaction() as session:
        return ways_back.move_back(session, public_id, seen=seen, by=council.viewer("quinn"), at=at or council.at)


def test_it_is_done_whole_or_not_at_all_and_then_everything_is_as_it_was(many: Council) -> None:
    for audit in audits_of(many, "nora")[2:]:
        submitted_audit(many, audit.public_id, by="nora", at=many.at)
    leave(many, "nora")
    before = [(audit.id, audit.due_on, audit.assigned_at, audit.state) for audit in audits_of(many, "nora")]
    public_id = hand_on(many, "nora", of_person(many, "nora"), at=many.at + timedelta(hours=1))
    seen, at = back(many, public_id).fingerprint, many.at + timedelta(hours=2)
    every_statement_fails(
        many.database,
        lambda session: ways_back.move_back(session, public_id, seen=seen, by=many.viewer("quinn"), at=at),
    )
    assert [(audit.id, audit.due_on, audit.assigned_at, audit.state) for audit in audits_of(many, "nora")] == before
    assert {each.why_not for each in back(many, public_id).returns} == {"Moved back"}
    with pytest.raises(Refused, match="Nothing of this"):
        move_back(many, public_id)
    with many.database.reading() as session:
        told = session.scalars(select(TrailEvent.details).where(TrailEvent.name == "audits.moved_back")).all()
    assert told == [{"audits": 2}]


def test_what_somebody_has_begun_stays_with_them(many: Council) -> None:
    written = audits_of(many, "nora")[0]
    begin(many, written, by="nora")
    public_id = hand_on(many, "nora", of_person(many, "nora"))
    lines = {line.audit.public_id: line for line in back(many, public_id).handover.lines}
    fresh, taken, passed_on, *_ = [line for key, line in lines.items() if key != written.public_id]
    names = {person.id: name for name, person in many.people.items()}
    begin(many, fresh.audit, by=names[fresh.to_id])
    submitted_audit(many, taken.audit.public_id, by=names[taken.to_id])
    with many.database.transaction() as session:
        other = next(name for name in ("wes", "wanda") if many.people[name].id != passed_on.to_id)
        to, at = many.people[other].public_id, many.at + timedelta(minutes=1)
        audits.reassign(session, passed_on.audit.public_id, to=to, by=many.viewer("quinn"), at=at)
    why = {each.line.audit_id: each.why_not for each in back(many, public_id).returns}
    assert why[fresh.audit_id] == f"{fresh.to.name} has begun it"
    assert why[taken.audit_id] == "Submitted"
    assert why[passed_on.audit_id] == "Reassigned again since"
    assert why[written.id] == "", "it was begun before it came to them"
    assert move_back(many, public_id) == 7
    assert {audit.id for audit in audits_of(many, "nora")} == {
        line.audit_id for line in lines.values() if line not in (fresh, taken, passed_on)
    }


def test_what_was_begun_before_and_is_written_on_since_stays(many: Council) -> None:
    written = audits_of(many, "nora")[0]
    begin(many, written, by="nora")
    public_id = hand_on(many, "nora", of_person(many, "nora", chosen=[written.public_id]))
    (line,) = back(many, public_id).handover.lines
    names = {person.id: name for name, person in many.people.items()}
    begin(many, written, by=names[line.to_id], at=many.at + timedelta(minutes=5))
    assert [each.why_not for each in back(many, public_id).returns] == [f"{line.to.name} has begun it"]


def test_dates_that_are_over_are_set_anew(many: Council) -> None:
    public_id = hand_on(many, "nora", of_person(many, "nora"))
    later = many.at + timedelta(days=30)
    move_back(many, public_id, at=later)
    assert {audit.due_on for audit in audits_of(many, "nora")} == {date(2026, 11, 27)}


def test_dates_that_are_still_to_come_stay(many: Council) -> None:
    public_id = hand_on(many, "nora", of_person(many, "nora"), at=many.at + timedelta(days=3))
    move_back(many, public_id, at=many.at + timedelta(days=5))
    assert {(audit.due_on, audit.assigned_at) for audit in audits_of(many, "nora")} == {(date(2026, 10, 29), many.at)}


def test_what_changed_meanwhile_is_told_and_nothing_moves(many: Council) -> None:
    public_id = hand_on(many, "nora", of_person(many, "nora"))
    way = back(many, public_id)
    line = way.possible[0]
    names = {person.id: name for name, person in many.people.items()}
    begin(many, line.audit, by=names[line.to_id])
    before = contents(many.database)
    with many.database.writing() as session, pytest.raises(PreviewChanged):
        ways_back.move_back(session, public_id, seen=way.fingerprint, by=many.viewer("quinn"), at=many.at)
    assert contents(many.database) == before


def test_of_two_who_move_back_at_once_one_is_told(many: Council) -> None:
    public_id = hand_on(many, "nora", of_person(many, "nora"))
    seen = back(many, public_id).fingerprint

    def work(session: Session) -> None:
        ways_back.move_back(session, public_id, seen=seen, by=many.viewer("quentin"), at=many.at)

    with (
        meanwhile(many.database, work),
        many.database.writing() as session,
        pytest.raises(PreviewChanged),
    ):
        ways_back.move_back(session, public_id, seen=seen, by=many.viewer("quinn"), at=many.at)


def test_who_came_back_can_write_again_in_what_was_theirs(many: Council) -> None:
    leave(many, "nora")
    public_id = hand_on(many, "nora", of_person(many, "nora"))
    leave(many, "nora", is_active=True)
    assert move_back(many, public_id) == 10
    begin(many, audits_of(many, "nora")[0], by="nora")
