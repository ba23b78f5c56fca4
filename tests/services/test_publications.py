"""What the Board is shown: frozen, safe, compared only with what it was shown before, and told in the trail."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from auditapp.domain.board import for_board
from auditapp.domain.calendar import Quarter
from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.findings import Findings, from_json, to_json
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.persistence.trail import TrailEvent
from auditapp.services import findings, publications
from tests.factories import noon, people, submitted_audit
from tests.faults import contents, every_statement_fails

SUMMER = Quarter.parse("2026-07")
SPRING = Quarter.parse("2026-04")
AT = noon(date(2026, 10, 15))
LATER = noon(date(2026, 10, 20))
QA = Viewer(person_id=2, public_id="quentin", name="Quentin Ames", roles=frozenset({Role.QA}))


@pytest.fixture
def summer(database: Database) -> Database:
    """Give a database with seven audits of one quarter."""
    people(database)
    for day in range(1, 8):
        submitted_audit(database, on=date(2026, 7, day), overall="good" if day > 1 else "inadequate")
    return database


def show(database: Database, quarter: Quarter = SUMMER, *, at: datetime = AT) -> None:
    with database.transaction() as session:
        publications.show_to_board(session, quarter, by=QA, at=at)


def shown(database: Database, quarter: Quarter = SUMMER) -> publications.BoardReport:
    with database.reading() as session:
        return publications.board_report(session, quarter)


def full(database: Database) -> Findings:
    with database.reading() as session:
        return findings.quarter_findings(session, SUMMER, viewer=QA, today=AT.date()).findings


def events(database: Database) -> list[tuple[str, str | int | None]]:
    with database.reading() as session:
        found = session.scalars(select(TrailEvent).where(TrailEvent.name.like("findings.%")).order_by(TrailEvent.id))
        return [(event.name, event.details["quarter"]) for event in found]


def test_a_quarter_is_shown_whole_or_not_at_all(summer: Database) -> None:
    every_statement_fails(summer, lambda session: publications.show_to_board(session, SUMMER, by=QA, at=AT))
    report = shown(summer)
    assert report.findings == for_board(full(summer))
    assert (report.shown_at, report.shown_by) == (AT, "Quentin Ames")
    assert events(summer) == [("findings.shown", "2026-07")]


def test_what_is_shown_stays_as_it_was_whatever_is_submitted_later(summer: Database) -> None:
    show(summer)
    before = shown(summer)
    submitted_audit(summer, on=date(2026, 7, 20), overall="good")
    assert full(summer).audits == 8
    assert shown(summer) == before


def test_showing_again_replaces_it_and_the_trail_tells(summer: Database) -> None:
    show(summer)
    submitted_audit(summer, on=date(2026, 7, 20), overall="good")
    show(summer, at=LATER)
    report = shown(summer)
    assert (report.findings.audits, report.shown_at) == (8, LATER)
    assert events(summer) == [("findings.shown", "2026-07")] * 2


def test_showing_the_same_again_changes_nothing(summer: Database) -> None:
    show(summer)
    before = contents(summer)
    show(summer, at=LATER)
    assert contents(summer) == before


def test_a_quarter_is_withdrawn_whole_or_not_at_all(summer: Database) -> None:
    show(summer)
    every_statement_fails(summer, lambda session: publications.withdraw(session, SUMMER, by=QA, at=LATER))
    assert events(summer)[-1] == ("findings.withdrawn", "2026-07")
    with summer.reading() as session:
        assert publications.board_reports(session) == ()
        with pytest.raises(NotFound, match="No findings of July to September 2026 are shown"):
            publications.board_report(session, SUMMER)
    with summer.writing() as session, pytest.raises(NotNow):
        publications.withdraw(session, SUMMER, by=QA, at=LATER)


def test_a_quarter_without_audits_is_not_shown(summer: Database) -> None:
    with summer.writing() as session, pytest.raises(Refused, match="nothing to show"):
        publications.show_to_board(session, SPRING, by=QA, at=AT)


def test_only_the_quality_assurance_team_shows_and_withdraws(summer: Database) -> None:
    for role in set(Role) - {Role.QA}:
        somebody = Viewer(person_id=1, public_id="x", name="N", roles=frozenset({role}))
        for use_case in (publications.show_to_board, publications.withdraw):
            with summer.writing() as session, pytest.raises(NotAllowed):
                use_case(session, SUMMER, by=somebody, at=AT)


def test_the_board_is_told_of_a_change_only_since_what_it_was_shown(summer: Database) -> None:
    for day in range(1, 7):
        submitted_audit(summer, on=date(2026, 5, day), overall="good")
    assert full(summer).changes is not None
    show(summer)
    assert shown(summer).findings.changes is None
    show(summer, SPRING)
    # An audit that comes after the Board was shown spring must not show in what it is told of spring.
    submitted_audit(summer, on=date(2026, 5, 20), overall="good")
    show(summer, at=LATER)
    changes = shown(summer).findings.changes
    assert changes
    assert changes.rows[0].before.n == 6


def test_a_record_comes_back_from_the_database_as_it_was(summer: Database) -> None:
    for record in (full(summer), for_board(full(summer))):
        assert from_json(to_json(record)) == record


def test_text_that_is_no_record_is_refused() -> None:
    with pytest.raises(Refused, match="cannot be read"):
        from_json('{"period": "July"}')


def test_reports_come_with_the_last_quarter_first(summer: Database) -> None:
    submitted_audit(summer, on=date(2026, 5, 5))
    show(summer)
    show(summer, SPRING)
    with summer.reading() as session:
        assert [report.quarter for report in publications.board_reports(session)] == [SUMMER, SPRING]
        assert publications.shown_report(session, Quarter.parse("2025-07")) is None


def test_the_command_line_may_show_too(summer: Database) -> None:
    with summer.transaction() as session:
        publications.show_to_board(session, SUMMER, by=COMMAND_LINE, at=AT)
    assert shown(summer).shown_by == "the command line"
