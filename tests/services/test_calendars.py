"""Somebody's own calendar: what stands in it, and its address."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from auditapp.documents.feed import Entry
from auditapp.domain.errors import NotFound
from auditapp.domain.vocabulary import NoticeKind
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.people import Person
from auditapp.services import calendars, replacements
from auditapp.services.notices import notify
from auditapp.services.secrets import new_secret
from tests.council import Council, audits_of, submitted_audit
from tests.faults import every_statement_fails


def days(month: Council, name: str, *, later: timedelta = timedelta()) -> dict[str, Entry]:
    """Return what stands in somebody's calendar, by its stable names."""
    with month.database.transaction() as session:
        secret = calendars.make_address(session, secret=new_secret(), by=month.viewer(name), at=month.at)
        person = calendars.reader(session, secret)
        found = list(
            calendars.entries(session, person, base_url="https://x.example", host="x.example", at=month.at + later)
        )
    assert len({entry.uid for entry in found}) == len(found)
    return {entry.uid: entry for entry in found}


def test_an_auditor_finds_their_audits_on_their_due_days_and_when_months_open(month: Council) -> None:
    found = days(month, "nora")
    mine = audits_of(month, "nora")
    for audit in mine:
        entry = found[f"audit-{audit.public_id}@x.example"]
        assert (entry.day, entry.title) == (audit.due_on, f"Audit {audit.reference} due")
        assert entry.link == f"https://x.example/audits/{audit.public_id}"
    openings = {uid: entry.day for uid, entry in found.items() if uid.startswith("month-")}
    assert openings["month-2026-11@x.example"] == date(2026, 11, 2)
    assert openings["month-2027-01@x.example"] == date(2027, 1, 4)
    assert len(openings) == 13


def test_nothing_of_a_case_stands_in_it(month: Council) -> None:
    assert not any("case0" in entry.title for entry in days(month, "nora").values())


def test_a_board_member_has_nothing_and_qa_the_months(month: Council) -> None:
    assert {uid.partition("-")[0] for uid in days(month, "quinn")} == {"month"}
    assert days(month, "hope") == {}


def test_what_is_submitted_handed_on_or_replaced_changes_under_its_name(month: Council) -> None:
    first, second, third = audits_of(month, "nora")[:3]
    with month.database.transaction() as session:
        for audit in (first, second, third):
            nora, day = month.people["nora"].id, audit.due_on
            notify(session, [nora], NoticeKind.ASSIGNED, subject=audit.public_id, due_on=day, at=month.at)
    before = days(month, "nora")
    submitted_audit(month, first.public_id, by="nora")
    with month.database.transaction() as session:
        session.get_one(Audit, second.id).auditor_id = month.people["sol"].id
        replacements.replace_case(session, third.public_id, reason="Closed", by=month.viewer("quinn"), at=month.at)
    after = days(month, "nora")
    one, two, three = (f"audit-{audit.public_id}@x.example" for audit in (first, second, third))
    assert after[one].title.endswith("submitted")
    assert (after[two].is_cancelled, after[three].is_cancelled) == (True, True)
    assert all(after[uid].sequence > before[uid].sequence for uid in (one, two, three))
    assert not days(month, "sol")[two].is_cancelled


def test_what_is_long_over_is_left_out(month: Council) -> None:
    assert not any(uid.startswith("audit-") for uid in days(month, "nora", later=timedelta(days=120)))


def test_an_address_is_made_and_taken_back_whole_or_not_at_all(month: Council) -> None:
    by = month.viewer("nora")
    every_statement_fails(
        month.database, lambda session: calendars.make_address(session, secret=new_secret(), by=by, at=month.at)
    )
    every_statement_fails(month.database, lambda session: calendars.take_address_back(session, by=by, at=month.at))
    with month.database.transaction() as session:
        assert not calendars.take_address_back(session, by=by, at=month.at)
        names = [event.name for event in trail.events(session) if event.by == by.public_id]
    assert names[-2:] == ["calendar.opened", "calendar.closed"]


def test_an_address_works_until_there_is_a_new_one_or_its_person_leaves(month: Council) -> None:
    by = month.viewer("nora")
    with month.database.transaction() as session:
        old, new = (calendars.make_address(session, secret=new_secret(), by=by, at=month.at) for _ in range(2))
        assert calendars.reader(session, new).id == by.person_id
        with pytest.raises(NotFound):
            calendars.reader(session, old)
        session.execute(update(Person).where(Person.id == by.person_id).values(is_active=False))
        with pytest.raises(NotFound):
            calendars.reader(session, new)
