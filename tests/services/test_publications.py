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
from auditapp.persistence.publications import Publication
from auditapp.persistence.trail import TrailEvent
from auditapp.services import audits, findings, publications
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


def submit_more(database: Database, n: int, *, on: date = date(2026, 7, 20)) -> list[str]:
    """Submit audits that are all alike."""
    return [submitted_audit(database, on=on, overall="good") for _ in range(n)]


def ended(database: Database) -> list[datetime | None]:
    """Since when each version is no longer shown, the first one first."""
    with database.reading() as session:
        return list(session.scalars(select(Publication.ended_at).order_by(Publication.id)))


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
    submit_more(summer, 5)
    every_statement_fails(summer, lambda session: publications.show_to_board(session, SUMMER, by=QA, at=LATER))
    report = shown(summer)
    assert (report.findings.audits, report.shown_at) == (12, LATER)
    assert events(summer) == [("findings.shown", "2026-07")] * 2
    assert ended(summer) == [LATER, None]
    with summer.reading() as session:
        assert [each.quarter for each in publications.board_reports(session)] == [SUMMER]
        [row] = findings.overview(session, viewer=QA, today=AT.date()).quarters
        assert row.shown
        assert row.shown.at == LATER


@pytest.mark.parametrize("n", [1, 4])
def test_a_version_that_would_give_single_audits_away_is_not_shown(summer: Database, n: int) -> None:
    show(summer)
    submit_more(summer, n)
    before = contents(summer)
    with summer.transaction() as session, pytest.raises(Refused, match="at least 5"):
        publications.show_to_board(session, SUMMER, by=QA, at=LATER)
    assert contents(summer) == before


def test_neither_is_it_after_the_first_version_was_withdrawn(summer: Database) -> None:
    show(summer)
    with summer.transaction() as session:
        publications.withdraw(session, SUMMER, by=QA, at=LATER)
    submit_more(summer, 1)
    with summer.transaction() as session, pytest.raises(Refused, match="another version"):
        publications.show_to_board(session, SUMMER, by=QA, at=LATER)
    submit_more(summer, 4)
    show(summer, at=LATER)
    assert shown(summer).findings.audits == 12
    assert ended(summer) == [LATER, None]


def test_every_version_counts_that_was_ever_shown(summer: Database) -> None:
    show(summer)
    more = submit_more(summer, 6)
    show(summer, at=LATER)
    with summer.transaction() as session:
        for audit in more[:5]:
            audits.send_back(session, audit, reason="Say who was seen.", by=QA, at=LATER)
    # Five fewer than the version that is shown, and one more than the version before it.
    assert full(summer).audits == 8
    with summer.transaction() as session, pytest.raises(Refused, match="another version"):
        publications.show_to_board(session, SUMMER, by=QA, at=LATER)


def test_the_withdrawn_version_is_shown_again_as_it_was_whatever_came_since(summer: Database) -> None:
    show(summer)
    before = shown(summer).findings
    with summer.transaction() as session:
        publications.withdraw(session, SUMMER, by=QA, at=LATER)
    submit_more(summer, 1)
    every_statement_fails(summer, lambda session: publications.show_again(session, SUMMER, by=QA, at=LATER))
    assert shown(summer).findings == before
    assert ended(summer) == [LATER, None]
    assert [name for name, _ in events(summer)] == ["findings.shown", "findings.withdrawn", "findings.shown"]


def test_only_what_was_withdrawn_last_is_shown_again(summer: Database) -> None:
    for wrong in ("No findings of July to September 2026 were withdrawn", "The Board reads the findings"):
        with summer.transaction() as session, pytest.raises(NotNow, match=wrong):
            publications.show_again(session, SUMMER, by=QA, at=LATER)
        show(summer)
    submit_more(summer, 5)
    show(summer, at=LATER)
    with summer.transaction() as session:
        assert publications.preview(session, SUMMER, by=QA, at=LATER).withdrawn is None
        publications.withdraw(session, SUMMER, by=QA, at=LATER)
        publications.show_again(session, SUMMER, by=QA, at=LATER)
    assert shown(summer).findings.audits == 12


def test_what_was_withdrawn_may_be_shown_as_it_was(summer: Database) -> None:
    show(summer)
    with summer.transaction() as session:
        publications.withdraw(session, SUMMER, by=QA, at=LATER)
    show(summer, at=LATER)
    assert shown(summer).findings == for_board(full(summer))
    assert ended(summer) == [LATER, None]


def test_a_preview_says_what_keeps_it_from_being_shown(summer: Database) -> None:
    with summer.reading() as session:
        assert publications.preview(session, SUMMER, by=QA, at=AT).refusal is None
    show(summer)
    submit_more(summer, 1)
    with summer.reading() as session:
        preview = publications.preview(session, SUMMER, by=QA, at=LATER)
    assert preview.findings.audits == 8
    assert preview.shown == shown(summer)
    assert preview.refusal
    assert "some counts differ from it by 1 to 4" in preview.refusal


def test_a_quarter_that_is_not_over_is_not_shown(summer: Database) -> None:
    autumn = Quarter.parse("2026-10")
    submit_more(summer, 6, on=date(2026, 10, 1))
    for last in (AT, noon(date(2026, 12, 31))):
        with summer.transaction() as session, pytest.raises(Refused, match=r"is not over.* from 1 January 2027 on"):
            publications.show_to_board(session, autumn, by=QA, at=last)
    show(summer, autumn, at=noon(date(2027, 1, 1)))
    assert shown(summer, autumn).findings.audits == 6


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
