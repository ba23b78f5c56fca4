"""Dates of the programme: told when near, when they come, and every week while nobody has done what is due."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from auditapp.domain.programme import Entry, Plan
from auditapp.domain.programme_changes import fingerprint_of
from auditapp.domain.programme_steps import steps_of
from auditapp.domain.vocabulary import NoticeKind, ProgrammeKind
from auditapp.domain.working_days import is_working_day
from auditapp.persistence.notices import Notice
from auditapp.persistence.outbox import Message
from auditapp.persistence.programme import ProgrammeEntry
from auditapp.services import digests, programme
from auditapp.services.programme_dates import open_dates, remind_of_dates
from auditapp.services.programme_steps import tick_step, untick_step
from tests.council import Council
from tests.faults import every_statement_fails

THEME = Plan(
    kind=ProgrammeKind.THEMATIC,
    title="Missing children",
    starts_on=date(2026, 11, 9),
    ends_on=date(2026, 11, 27),
    size=6,
    report_due_on=date(2026, 12, 11),
)
ROUND = Plan(kind=ProgrammeKind.MULTI_AGENCY, title="Bruises", starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 2))
MEETING = 5


def add(council: Council, plan: Plan) -> str:
    with council.database.transaction() as session:
        return programme.add_entry(session, plan, repeated=False, by=council.viewer("quinn"), at=council.at)[0]


def entry_of(council: Council, public_id: str) -> Entry:
    with council.database.reading() as session:
        return programme.find_entry(session, public_id)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(7), UTC)


def remind(council: Council, first: date, days: int) -> None:
    """Remind on every working day of some days, each time twice."""
    for day in (first + timedelta(days=number) for number in range(days)):
        for _ in range(2):
            with council.database.transaction() as session:
                if is_working_day(day):
                    remind_of_dates(session, day, at=morning(day))


def told(council: Council, public_id: str, name: str = "quinn") -> list[tuple[str, str, str]]:
    """Return what somebody was told of an entry: whether near or late, of what, and on which day of 2026."""
    with council.database.reading() as session:
        query = select(Notice).where(Notice.person_id == council.people[name].id, Notice.subject.startswith(public_id))
        notices = session.scalars(query.order_by(Notice.id)).all()
    return [(each.kind.value, each.subject.partition(":")[2], f"{each.made_at:%d.%m}") for each in notices]


def digest(council: Council, day: date) -> str:
    with council.database.transaction() as session:
        person = council.people["quinn"].id
        if not digests.write_digest(session, person, day=day, at=morning(day)):
            return ""
        return session.scalars(select(Message.body).order_by(Message.id.desc())).first() or ""


def test_a_theme_that_nobody_starts_and_a_report_that_nobody_makes_are_chased_every_week(council: Council) -> None:
    entry = add(council, THEME)
    remind(council, date(2026, 11, 2), 49)
    assert told(council, entry) == [
        ("programme", "Starts", "04.11"),
        ("programme", "Starts", "09.11"),
        ("programme_late", "Starts", "10.11"),
        ("programme_late", "Starts", "16.11"),
        ("programme_late", "Starts", "23.11"),
        ("programme", "Audits done", "24.11"),
        ("programme", "Audits done", "27.11"),
        ("programme_late", "Starts", "30.11"),
        ("programme_late", "Starts", "07.12"),
        ("programme", "Report due", "08.12"),
        ("programme", "Report due", "11.12"),
        ("programme_late", "Starts", "14.12"),
        ("programme_late", "Report due", "14.12"),
    ]
    assert not told(council, entry, name="nora")
    at = morning(date(2026, 12, 18))
    every_statement_fails(
        council.database, lambda session: remind_of_dates(session, date(2026, 12, 18), at=at), changes=False
    )


def test_a_date_is_told_whole_or_not_at_all(council: Council) -> None:
    add(council, THEME)
    at = morning(date(2026, 11, 6))
    every_statement_fails(council.database, lambda session: remind_of_dates(session, date(2026, 11, 6), at=at))


@pytest.mark.parametrize("is_done", [True, False])
def test_what_is_done_or_cancelled_is_told_no_more(council: Council, is_done: bool) -> None:
    entry, by = add(council, THEME), council.viewer("quinn")
    with council.database.transaction() as session:
        if is_done:
            session.execute(update(ProgrammeEntry).values(state="done"))
        else:
            programme.cancel_entry(session, entry, reason="No.", later=False, version=1, by=by, at=council.at)
    remind(council, date(2026, 11, 2), 49)
    assert told(council, entry) == []


def test_a_step_of_a_round_is_chased_until_it_is_ticked(council: Council) -> None:
    entry, by = add(council, ROUND), council.viewer("quinn")
    remind(council, date(2026, 11, 2), 12)
    assert told(council, entry) == [
        ("programme", "Starts", "02.11"),
        ("programme", "Theme and scope", "03.11"),
        ("programme", "Theme and scope", "06.11"),
        ("programme_late", "Theme and scope", "09.11"),
        ("programme", "Sample and requests", "10.11"),
        ("programme", "Sample and requests", "13.11"),
    ]
    with council.database.transaction() as session:
        for number in (1, 2):
            tick_step(session, entry, number, by=by, at=council.at)
    remind(council, date(2026, 11, 14), 14)
    assert [each for each in told(council, entry)[6:] if each[1] in {"Theme and scope", "Sample and requests"}] == []


def test_a_tick_is_there_once_with_who_and_when_and_can_be_taken_back(council: Council) -> None:
    entry, by, at = add(council, ROUND), council.viewer("quinn"), council.at
    every_statement_fails(council.database, lambda session: tick_step(session, entry, MEETING, by=by, at=at))
    every_statement_fails(
        council.database, lambda session: tick_step(session, entry, MEETING, by=by, at=at), changes=False
    )
    found = entry_of(council, entry)
    assert [(tick.step, tick.by, tick.at) for tick in found.ticks] == [("Meeting", by.public_id, at)]
    assert found.changed_at == at, "only what changes the plan counts against the Board's approval"
    every_statement_fails(council.database, lambda session: untick_step(session, entry, MEETING, by=by, at=at))
    every_statement_fails(
        council.database, lambda session: untick_step(session, entry, MEETING, by=by, at=at), changes=False
    )
    assert entry_of(council, entry).ticks == ()


def test_a_round_that_is_done_is_still_checked_again_half_a_year_later(council: Council) -> None:
    entry, by = add(council, ROUND), council.viewer("quinn")
    with council.database.transaction() as session:
        for number in range(1, len(steps_of(ROUND.kind, ROUND.starts_on))):
            tick_step(session, entry, number, by=by, at=council.at)
        programme.finish_entry(session, entry, by=by, at=morning(ROUND.starts_on))
    with council.database.reading() as session:
        later = open_dates(session, date(2027, 7, 26), date(2027, 9, 1))
        past = open_dates(session, date(2027, 9, 1), date(2027, 9, 30))
    assert [(due.what, due.day) for due in later] == [("Re-check", date(2027, 7, 29))]
    assert [due.what for due in past] == ["Re-check"]


def test_what_was_done_or_moved_since_it_was_told_is_not_in_the_post(council: Council) -> None:
    first, second, by = add(council, ROUND), add(council, THEME), council.viewer("quinn")
    remind(council, date(2026, 11, 6), 1)
    with council.database.transaction() as session:
        tick_step(session, first, 1, by=by, at=council.at)
    text = digest(council, date(2026, 11, 6))
    assert "Starts: Missing children, due 9 November 2026 (in 1 working day)" in text
    assert "Bruises" not in text
    remind(council, date(2026, 11, 9), 1)
    with council.database.transaction() as session:
        later = programme.preview_move(session, second, to=date(2026, 11, 16), later=False)
        seen = fingerprint_of(later)
        programme.move_entry(session, second, to=date(2026, 11, 16), later=False, seen=seen, by=by, at=council.at)
    assert "Missing children" not in digest(council, date(2026, 11, 9))


def test_what_is_late_is_said_to_be(council: Council) -> None:
    add(council, ROUND)
    remind(council, date(2026, 11, 9), 1)
    text = digest(council, date(2026, 11, 9))
    assert NoticeKind.PROGRAMME_LATE.label in text
    assert "Theme and scope: Bruises, due 6 November 2026 (late by 1 working day)" in text
