"""What quarters and days found, for whom, and that kept counts are what the audits say."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import update

from auditapp.domain.calendar import Quarter
from auditapp.domain.errors import NotAllowed, NotFound
from auditapp.domain.findings import Findings
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.rollup import FindingCount
from auditapp.services import audits, findings
from tests.conftest import NewDatabase
from tests.factories import CARE, NORTH, SOUTH, noon, people, some_audits, submitted_audit, viewer
from tests.faults import contents, every_statement_fails
from tests.statements import counted

SUMMER = Quarter.parse("2026-07")
SPRING = Quarter.parse("2026-04")
AFTER = date(2026, 10, 15)
QOP = "quality-of-practice"

Cast = dict[Role, Person]
World = tuple[Database, Cast]


@pytest.fixture(scope="module")
def world(new_database: NewDatabase) -> Iterator[World]:
    """Give a database with two quarters of audits, which nothing here changes, and its people."""
    database = new_database()
    cast = people(database)
    some_audits(database, SPRING, n=12, seed=3)
    some_audits(database, SUMMER, n=21)
    yield database, cast
    database.close()


def seen_by(world: World, role: Role, *, quarter: Quarter = SUMMER, today: date = AFTER) -> Findings:
    database, cast = world
    who = viewer(database, cast[role])
    with database.reading() as session:
        return findings.quarter_findings(session, quarter, viewer=who, today=today).findings


def team_audits(found: Findings) -> dict[str, int | None]:
    table = found.table("by_team")
    assert table
    return {row.key: row.n for row in table.rows if not row.is_total}


def test_the_quality_assurance_team_and_directors_see_every_team(world: World) -> None:
    found = seen_by(world, Role.QA)
    assert found.audits == 21
    assert found.headline.startswith("Of 21 audits, 11 were good or better: 52 %")
    assert set(team_audits(found)) == {NORTH, SOUTH, CARE}
    assert seen_by(world, Role.DIRECTOR) == found


def test_heads_of_service_see_the_teams_of_their_own_services(world: World) -> None:
    every = team_audits(seen_by(world, Role.QA))
    assert team_audits(seen_by(world, Role.HEAD_OF_SERVICE)) == {team: every[team] for team in (NORTH, SOUTH)}
    assert team_audits(seen_by(world, Role.ASSISTANT_DIRECTOR)) == {CARE: every[CARE]}


def test_who_sees_some_teams_is_told_so_and_shown_no_target(world: World) -> None:
    found = seen_by(world, Role.HEAD_OF_SERVICE)
    assert found.target is None
    assert [done.target for done in found.done] == [None] * 3
    assert found.notes[0] == findings.SCOPED
    assert findings.SCOPED not in seen_by(world, Role.QA).notes


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PRACTITIONER, Role.BOARD_MEMBER, Role.ADMINISTRATOR])
def test_nobody_else_reads_findings(world: World, role: Role) -> None:
    with pytest.raises(NotAllowed):
        seen_by(world, role)


def test_a_month_asks_for_twenty_and_a_third_of_what_the_year_is_short_of(world: World) -> None:
    # Opened before anything was submitted: 20, 20 + ceil(20/3), 20 + ceil(40/3) is capped at 30. It stays with that.
    assert [done.target for done in seen_by(world, Role.QA, quarter=SPRING).done] == [20, 27, 30]
    assert [done.target for done in seen_by(world, Role.QA).done] == [30, 30, 30]


def test_a_month_that_has_not_begun_asks_for_nothing_yet(world: World) -> None:
    found = seen_by(world, Role.QA, today=date(2026, 8, 31))
    assert [done.target for done in found.done] == [30, 30, None]


def test_a_quarter_is_compared_with_the_one_before(world: World) -> None:
    changes = seen_by(world, Role.QA).changes
    assert changes
    assert changes.since == "April to June 2026"
    assert [change.key for change in changes.rows] == ["all", *(f"D{at}" for at in range(1, 13))]
    before = seen_by(world, Role.QA, quarter=SPRING)
    overall, domains = before.table("overall"), before.table("by_domain")
    assert overall
    assert domains
    assert [change.before.share for change in changes.rows] == [row.share for row in (*overall.rows, *domains.rows)]
    assert before.changes is None


def test_a_quarter_without_audits_says_so(world: World) -> None:
    found = seen_by(world, Role.QA, quarter=Quarter.parse("2025-07"))
    assert found.headline == "There are no submitted audits for July to September 2025."
    assert found.changes is None


def test_findings_of_a_quarter_take_two_statements_whatever_is_in_it(world: World) -> None:
    database, _ = world
    for quarter in (SUMMER, Quarter.parse("2025-07")):
        with database.reading() as session, counted(database) as statements:
            findings.quarter_findings(session, quarter, viewer=COMMAND_LINE, today=AFTER)
        assert len(statements) == 2


def test_the_list_names_the_quarters_that_have_audits_the_last_one_first(world: World) -> None:
    database, cast = world
    with database.reading() as session:
        rows = findings.overview(session, viewer=COMMAND_LINE, today=AFTER).quarters
    assert [(row.quarter, row.done, row.target, row.shown) for row in rows] == [
        (SUMMER, 21, 90, None),
        (SPRING, 12, 77, None),
    ]
    own = viewer(database, cast[Role.ASSISTANT_DIRECTOR])
    with database.reading() as session:
        assert all(row.target is None for row in findings.overview(session, viewer=own, today=AFTER).quarters)


def test_the_list_says_how_each_year_stands_to_those_who_see_the_whole_council(world: World) -> None:
    database, cast = world
    with database.reading() as session:
        (running,) = findings.overview(session, viewer=COMMAND_LINE, today=date(2026, 9, 30)).years
        later, over = findings.overview(session, viewer=COMMAND_LINE, today=date(2027, 4, 1)).years
    # The service began in April, so that six months owe 20 each.
    assert (running.done, running.owed, running.is_over, running.short) == (33, 120, False, 87)
    assert (over.done, over.owed, over.is_over, over.short) == (33, 240, True, 207)
    assert (later.done, later.owed, later.is_over) == (0, 20, False), "what was short is not carried over 31 March"
    own = viewer(database, cast[Role.ASSISTANT_DIRECTOR])
    with database.reading() as session:
        assert findings.overview(session, viewer=own, today=AFTER).years == ()


def test_a_position_counted_anew_is_what_the_kept_counts_say(world: World) -> None:
    """Every case has one audit here, so that the latest of each are all of them."""
    database, _ = world
    with database.reading() as session:
        found = findings.position(session, QOP, date(2026, 9, 30), viewer=COMMAND_LINE).findings
    both = seen_by(world, Role.QA), seen_by(world, Role.QA, quarter=SPRING)
    assert found.audits == 33
    for key in ("overall", "by_domain", "by_standard", "compliance", "participation", "overridden"):
        table, kept = found.table(key), [each.table(key) for each in both]
        assert table
        for at, row in enumerate(table.rows):
            assert row.n == sum((each.rows[at].n or 0) for each in kept if each)


def test_a_position_keeps_to_the_teams_of_a_head_of_service(world: World) -> None:
    database, cast = world
    own = viewer(database, cast[Role.ASSISTANT_DIRECTOR])
    with database.reading() as session:
        found = findings.position(session, QOP, AFTER, viewer=own).findings
    assert set(team_audits(found)) == {CARE}
    assert findings.SCOPED in found.notes


def test_a_position_of_a_tool_that_is_not_there_is_not_found(world: World) -> None:
    with world[0].reading() as session, pytest.raises(NotFound, match="no tool called 'thematic'"):
        findings.position(session, "thematic", AFTER, viewer=COMMAND_LINE)


def test_of_a_case_the_latest_audit_up_to_the_day_counts(database: Database) -> None:
    people(database)
    submitted_audit(database, on=date(2026, 4, 7), overall="inadequate", case="c1")
    submitted_audit(database, on=date(2026, 7, 7), overall="good", case="c1")
    submitted_audit(database, on=date(2026, 7, 8), overall="good", case="c2")
    assert grades_on(database, date(2026, 4, 6)) == ()
    assert grades_on(database, date(2026, 7, 6)) == ("Inadequate",)
    assert grades_on(database, date(2026, 7, 7)) == ("Good",)
    assert grades_on(database, date(2026, 7, 8)) == ("Good", "Good")


def grades_on(database: Database, day: date) -> tuple[str, ...]:
    with database.reading() as session:
        table = findings.position(session, QOP, day, viewer=COMMAND_LINE).findings.table("overall")
    assert table
    cells = zip(table.columns, table.rows[0].cells, strict=True)
    return tuple(column.label for column, cell in cells for _ in range(cell.count or 0))


def test_an_audit_that_is_returned_leaves_the_findings_until_it_comes_back(database: Database) -> None:
    cast = people(database)
    audit = submitted_audit(database, on=date(2026, 7, 7), overall="good")
    submitted_audit(database, on=date(2026, 7, 8), overall="good")
    qa, at = viewer(database, cast[Role.QA]), noon(date(2026, 7, 9))
    with database.transaction() as session:
        audits.send_back(session, audit, reason="The chronology is missing.", by=qa, at=at)
    assert seen_by((database, cast), Role.QA).audits == 1
    assert grades_on(database, AFTER) == ("Good",)


def test_a_recount_finds_every_count_right_and_changes_nothing(world: World) -> None:
    database, _ = world
    before = contents(database)
    assert not recount(database)
    assert contents(database) == before


def recount(database: Database) -> bool:
    with database.transaction() as session:
        return findings.recount(session, by=COMMAND_LINE, at=noon(AFTER))


def test_a_recount_puts_wrong_counts_right_whole_or_not_at_all(database: Database) -> None:
    people(database)
    submitted_audit(database, on=date(2026, 7, 7))
    right = kept(database)
    with database.transaction() as session:
        session.execute(update(FindingCount).where(FindingCount.key == "D3").values(n=7, value="inadequate"))
    assert kept(database) != right
    every_statement_fails(database, lambda session: findings.recount(session, by=COMMAND_LINE, at=noon(AFTER)))
    assert kept(database) == right
    assert not recount(database)


def test_counts_without_any_audit_are_taken_away(database: Database) -> None:
    people(database)
    submitted_audit(database, on=date(2026, 7, 7))
    with database.transaction() as session:
        session.execute(update(FindingCount).values(month="2026-01"))
    assert recount(database)
    assert {row[2] for row in kept(database)} == {"2026-07"}


def kept(database: Database) -> list[tuple[object, ...]]:
    """Every kept count, but for the number of its row."""
    return sorted(row[1:] for row in contents(database)["finding_count"])


def test_only_the_quality_assurance_team_recounts(database: Database) -> None:
    nobody = Viewer(person_id=1, public_id="x", name="N", roles=frozenset({Role.DIRECTOR}))
    with database.writing() as session, pytest.raises(NotAllowed):
        findings.recount(session, by=nobody, at=noon(AFTER))
