"""Migrations: whole or not at all, and what they leave is what the models say."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Constraint, Index, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from auditapp.config import resources
from auditapp.domain.case_lists import Entry
from auditapp.domain.vocabulary import CaseType, NoticeKind
from auditapp.persistence import schema
from auditapp.persistence.database import Database
from auditapp.persistence.publications import Publication
from auditapp.persistence.queries.cases import frame, strata
from auditapp.persistence.schema import METADATA, is_current, upgrade
from auditapp.persistence.service_settings import ServiceSetting
from auditapp.services.notices import notify
from tests.conftest import MOMENT
from tests.faults import contents

# Does a good deal, and then asks for a table that is not there.
NEXT = '''"""A migration that fails with its last statement."""

from alembic import op
import sqlalchemy as sa

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    op.create_table("stranger", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO stranger (id) VALUES (1)")
    with op.batch_alter_table("service_setting") as table:
        table.add_column(sa.Column("note", sa.String(20)))
    op.execute("DELETE FROM service_setting")
    {last}
'''
FAILING = 'op.execute("SELECT * FROM nowhere")'
WORKING = "pass"

# Two lists on which three children are, as 0001 kept them; one child was audited.
LISTED_IN_0001 = (
    """INSERT INTO "case" (id, case_reference) VALUES (1, '007'), (2, '100'), (3, '200')""",
    "INSERT INTO list_team (id, public_id, name) VALUES (1, 'north', 'North')",
    "INSERT INTO list_worker (id, public_id, code) VALUES (1, 'w1', 'W1')",
    """INSERT INTO case_list (id, public_id, as_of, file_name, frame_hash, size, understanding, imported_at) VALUES
       (1, 'one', '2026-09-30', 'one.csv', 'a', 3, '{}', '2026-10-01 09:00:00'),
       (2, 'two', '2026-10-31', 'two.csv', 'b', 1, '{}', '2026-11-02 09:00:00')""",
    """INSERT INTO case_list_entry (case_list_id, case_id, case_type, list_team_id, list_worker_id) VALUES
       (1, 2, 'CIN', 1, 1), (1, 1, 'CIN', 1, 1), (1, 3, 'LAC', NULL, NULL), (2, 3, 'CP', 1, NULL)""",
    "INSERT INTO scale_version (id, slug, definition) VALUES (1, 'scale', '{}')",
    """INSERT INTO tool_version (id, public_id, slug, version, name, scale_slug, state, domain_count, definition,
       digest, imported_at)
       VALUES (1, 'tool', 'qop', 1, 'QoP', 'scale', 'published', 12, '{}', 'c', '2026-10-01 09:00:00')""",
    """INSERT INTO cycle (id, public_id, kind, period, tool_version_id, target, opened_at)
       VALUES (1, 'cycle', 'qop', '2026-10', 1, 20, '2026-10-01 09:00:00')""",
    """INSERT INTO audit (id, public_id, reference, cycle_id, case_id, tool_version_id, scale_version_id, state,
       is_independence_known, assigned_at, revision, version)
       VALUES (1, 'audit', 'QOP-2026-10-01', 1, 2, 1, 1, 'assigned', true, '2026-10-01 09:00:00', 1, 1)""",
)

SEVERAL_PUBLISHED = """INSERT INTO tool_version (id, public_id, slug, version, name, scale_slug, state, domain_count,
    definition, digest, imported_at) VALUES
    (1, 'a', 'qop', 3, 'QoP', 'scale', 'published', 12, '{}', 'a', '2026-10-01 09:00:00'),
    (2, 'b', 'qop', 1, 'QoP', 'scale', 'published', 12, '{}', 'b', '2026-10-01 09:00:00'),
    (3, 'c', 'qop', 2, 'QoP', 'scale', 'published', 12, '{}', 'c', '2026-10-01 09:00:00'),
    (4, 'd', 'qop', 4, 'QoP', 'scale', 'draft', 12, '{}', 'd', '2026-10-01 09:00:00'),
    (5, 'e', 'supervision', 1, 'Supervision', 'scale', 'published', 8, '{}', 'e', '2026-10-01 09:00:00')"""

SHOWN_IN_0003 = """INSERT INTO publication (public_id, quarter, findings, shown_at, shown_by)
    VALUES ('pub', '2026-07', '{}', '2026-10-01 09:00:00', 'Quentin Ames')"""

WAITING_IN_0015 = (
    """INSERT INTO person (id, public_id, email, name, working_time, is_active, created_at)
       VALUES (1, 'quinn', 'quinn@demo.example', 'Quinn', 1, true, '2026-10-01 09:00:00')""",
    """INSERT INTO notice (id, key, person_id, kind, subject, made_at) VALUES
       (1, 'month_waits:2026-10:-\\:1', 1, 'month_waits', '2026-10', '2026-10-01 09:00:00'),
       (2, 'month_waits:supervision:2026-10:-\\:1', 1, 'month_waits', 'supervision:2026-10', '2026-10-01 09:00:00')""",
)

# A month, the answers of one of its audits, an action, and what was counted of it, as 0005 kept them.
COUNTED_IN_0005 = (
    """INSERT INTO "case" (id, case_reference) VALUES (1, '007')""",
    *LISTED_IN_0001[5:8],
    """INSERT INTO audit (id, public_id, reference, cycle_id, case_id, tool_version_id, scale_version_id, state,
       is_independence_known, assigned_at, submitted_at, revision, version, replaced_by_id)
       VALUES (1, 'audit', 'QOP-2026-10-01', 1, 1, 1, 1, 'submitted', true, '2026-10-01 09:00:00',
               '2026-10-02 09:00:00', 1, 1, NULL)""",
    """INSERT INTO audit_answer (audit_id, item, value, text, version, sitting, saved_at)
       VALUES (1, 'D1.grade', 'good', 'Why', 1, 's', '2026-10-02 09:00:00')""",
    """INSERT INTO audit_action (id, audit_id, number, action, success_measure, owner)
       VALUES (1, 1, 1, 'Do', 'Done', 'Somebody')""",
    """INSERT INTO finding_count (id, tool_version_id, month, case_type, list_team, measure, key, value, n)
       VALUES (1, 1, '2026-10', 'CIN', 'North', 'overall', '', 'good', 1)""",
)

Description = dict[str, list[str]]


@pytest.fixture
def empty(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Give a database in which there is nothing at all."""
    if engine_name == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield database
        database.close()
        return
    server = request.getfixturevalue("postgres")
    database = Database(server.create("empty"))
    yield database
    database.close()
    server.drop("empty")


@pytest.fixture
def add_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "AddMigration":
    return AddMigration(tmp_path / "migrations", monkeypatch)


class AddMigration:
    """Lets the migrations of this checkout be followed by one more."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.monkeypatch = folder, monkeypatch

    def __call__(self, *, last: str) -> None:
        """Add the migration above with some last statement."""
        config = schema.migrations()
        head = ScriptDirectory.from_config(config).get_current_head()
        shutil.copytree(resources() / "migrations", self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        (self.folder / "versions/9999_next.py").write_text(NEXT.format(before=head, last=last))
        config.set_main_option("script_location", str(self.folder).replace("%", "%%"))
        self.monkeypatch.setattr(schema, "migrations", lambda: config)


def test_a_new_database_is_made_and_making_it_again_changes_nothing(empty: Database) -> None:
    assert not is_current(empty)
    upgrade(empty)
    made = describe(empty)
    assert is_current(empty)
    upgrade(empty)
    assert describe(empty) == made
    assert "person" in " ".join(made)


def test_a_migration_that_fails_leaves_a_database_as_it_was(database: Database, add_migration: AddMigration) -> None:
    with database.transaction() as session:
        session.add(ServiceSetting(name="kept", value="there"))
    described, held = describe(database), contents(database)
    add_migration(last=FAILING)
    with pytest.raises(DBAPIError, match="nowhere"):
        upgrade(database)
    assert (describe(database), contents(database)) == (described, held)
    assert not is_current(database)
    with database.transaction() as session:  # and the database still works
        session.add(ServiceSetting(name="next", value="there"))


def test_the_migration_that_fails_above_would_have_changed_much(
    database: Database, add_migration: AddMigration
) -> None:
    with database.transaction() as session:
        session.add(ServiceSetting(name="kept", value="there"))
    described = describe(database)
    add_migration(last=WORKING)
    upgrade(database)
    assert describe(database).keys() - described.keys()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM service_setting")) == 0
    assert is_current(database)


def test_a_new_database_whose_last_migration_fails_stays_empty(empty: Database, add_migration: AddMigration) -> None:
    add_migration(last=FAILING)
    with pytest.raises(DBAPIError, match="nowhere"):
        upgrade(empty)
    assert describe(empty) == {}


def test_lists_of_the_first_tables_are_read_as_they_were(empty: Database) -> None:
    upgrade(empty, to="0001")
    with empty.transaction() as session:
        for statement in LISTED_IN_0001:
            session.execute(text(statement))
    upgrade(empty)
    with empty.reading() as session:
        assert frame(session, 1) == (
            Entry("007", CaseType.CIN, "North", "W1"),
            Entry("100", CaseType.CIN, "North", "W1"),
            Entry("200", CaseType.LAC, "", ""),
        )
        assert frame(session, 2) == (Entry("200", CaseType.CP, "North", ""),)
        assert strata(session, 1) == {(CaseType.CIN, "North"): 2, (CaseType.LAC, ""): 1}
        assert session.scalars(text('SELECT case_reference FROM "case"')).all() == ["100"]


def test_of_several_published_versions_of_a_tool_the_last_one_stays(empty: Database) -> None:
    upgrade(empty, to="0002")
    with empty.transaction() as session:
        session.execute(text(SEVERAL_PUBLISHED))
    upgrade(empty)
    with empty.reading() as session:
        states = session.execute(text("SELECT public_id, state FROM tool_version")).all()
    assert sorted(states) == [
        ("a", "published"),
        ("b", "retired"),
        ("c", "retired"),
        ("d", "draft"),
        ("e", "published"),
    ]


def test_a_report_that_was_shown_to_the_board_before_there_were_versions_still_is(empty: Database) -> None:
    upgrade(empty, to="0003")
    with empty.transaction() as session:
        session.execute(text(SHOWN_IN_0003))
    upgrade(empty)
    with empty.reading() as session:
        [report] = session.scalars(select(Publication))
    assert (report.public_id, report.quarter, report.findings, report.ended_at) == ("pub", "2026-07", "{}", None)
    with empty.transaction() as session:
        report.ended_at = report.shown_at
        session.add(report)
        session.flush()
        session.add(Publication(quarter="2026-07", findings="{}", shown_at=report.shown_at, shown_by="Quentin Ames"))


def test_what_was_counted_before_there_were_themes_is_of_the_months_and_nothing_is_lost(empty: Database) -> None:
    upgrade(empty, to="0005")
    with empty.transaction() as session:
        for statement in COUNTED_IN_0005:
            session.execute(text(statement))
    upgrade(empty)
    with empty.transaction() as session:
        assert session.execute(text("SELECT cycle_kind, month, n FROM finding_count")).all() == [("qop", "2026-10", 1)]
        assert session.execute(text("SELECT kind, title, plan FROM cycle")).all() == [("qop", "", None)]
        assert session.scalars(text("SELECT text FROM audit_answer")).all() == ["Why"]
        assert session.scalars(text("SELECT action FROM audit_action")).all() == ["Do"]
        session.execute(text("INSERT INTO list_worker (id, public_id, code) VALUES (1, 'w1', 'W1')"))
    for wrong in ("supervision_worker_id = 1", "case_id = NULL", "case_id = 9"):
        with pytest.raises(DBAPIError), empty.transaction() as session:
            session.execute(text(f"UPDATE audit SET {wrong} WHERE id = 1"))
    with empty.transaction() as session:
        session.execute(text("UPDATE audit SET case_id = NULL, supervision_worker_id = 1 WHERE id = 1"))


def test_supervision_that_waited_under_the_name_of_a_month_waits_under_its_own(empty: Database) -> None:
    upgrade(empty, to="0015")
    with empty.transaction() as session:
        for statement in WAITING_IN_0015:
            session.execute(text(statement))
    upgrade(empty)
    with empty.transaction() as session:
        notices = session.execute(text("SELECT kind, subject, key FROM notice ORDER BY id")).all()
        assert notices == [
            ("month_waits", "2026-10", "month_waits:2026-10:-:1"),
            ("supervision_waits", "2026-10", "supervision_waits:2026-10:-:1"),
        ]
        assert notify(session, [1], NoticeKind.SUPERVISION_WAITS, subject="2026-10", at=MOMENT) == 0


def test_a_migration_that_would_leave_a_row_pointing_nowhere_is_taken_back(
    database: Database, add_migration: AddMigration
) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL sees to it as it happens.")
    described = describe(database)
    add_migration(last="""op.execute("INSERT INTO list_worker (public_id, code, person_id) VALUES ('x', 'x', 999)")""")
    with pytest.raises(RuntimeError, match="list_worker would point at rows that are not there"):
        upgrade(database)
    assert describe(database) == described
    with pytest.raises(DBAPIError), database.transaction() as session:  # and what points where is checked again
        session.execute(text("INSERT INTO list_worker (public_id, code, person_id) VALUES ('x', 'x', 999)"))


def test_migrations_and_models_make_the_same_database(database: Database, empty: Database) -> None:
    with empty.transaction() as session:
        METADATA.create_all(session.connection())
    migrated = describe(database)
    for known in [name for name in migrated if "alembic_version" in name]:
        del migrated[known]
    modelled = describe(empty)
    assert sorted(migrated) == sorted(modelled)
    for name, lines in modelled.items():
        assert migrated[name] == lines, f"{name} differs"


def test_the_description_that_the_models_are_held_against_names_every_table_and_rule(database: Database) -> None:
    described = describe(database)
    told = "\n".join(line for lines in described.values() for line in lines)
    for table in METADATA.sorted_tables:
        assert any(re.search(rf"\b{table.name}\b", name) for name in described)
        rules: list[Constraint | Index] = [*table.constraints, *table.indexes]
        for rule in rules:
            assert str(rule.name) in told or str(rule.name) in " ".join(described), f"{rule.name} is not described"


def describe(database: Database) -> Description:
    """Return what a database is made of, in its own words: tables, columns, constraints with their texts, indexes."""
    with database.reading() as session:
        return _describe_sqlite(session) if database.is_sqlite else _describe_postgres(session)


def _describe_sqlite(session: Session) -> Description:
    # The order of columns and constraints in a statement says nothing; their lines say everything.
    rows = session.execute(text("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))
    return {f"{kind} {name}": sorted(_line(line) for line in sql.split("\n")) for kind, name, sql in rows}


def _line(line: str) -> str:
    return " ".join(line.replace('"', "").split()).rstrip(",").rstrip()


def _describe_postgres(session: Session) -> Description:
    described: Description = {}
    for query in (
        """SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length, numeric_precision,
                  numeric_scale, is_nullable, column_default) FROM information_schema.columns
           WHERE table_schema = 'public'""",
        """SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace""",
        "SELECT tablename, indexname || ' ' || indexdef FROM pg_indexes WHERE schemaname = 'public'",
    ):
        for table, line in session.execute(text(query)):
            described.setdefault(str(table).strip('"'), []).append(line)
    return {table: sorted(lines) for table, lines in described.items()}
