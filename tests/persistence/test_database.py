"""The ground that all stands on: what is committed is kept, who reads cannot write, who writes never loses out."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from unittest.mock import patch

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.service_settings import ServiceSetting
from tests.statements import counted

THREADS = 12


@pytest.fixture
def counter(database: Database) -> Database:
    with database.transaction() as session:
        session.add(ServiceSetting(name="counter", value="0"))
    return database


def setting(database: Database, name: str) -> str | None:
    with database.reading() as session:
        return session.scalar(select(ServiceSetting.value).where(ServiceSetting.name == name))


def add_setting(database: Database, name: str) -> None:
    with database.transaction() as session:
        session.add(ServiceSetting(name=name, value="there"))


@pytest.fixture
def sqlite(database: Database) -> Database:
    if not database.is_sqlite:
        pytest.skip("SQLite's own settings")
    return database


@pytest.fixture
def failing_commit(database: Database) -> Iterator[None]:
    """Give a table whose constraint is looked at by COMMIT alone, so that a COMMIT fails for a reason of its own."""
    with database.transaction() as session:
        session.execute(text("CREATE TABLE above (id INTEGER PRIMARY KEY)"))
        reference = "REFERENCES above (id) DEFERRABLE INITIALLY DEFERRED"
        session.execute(text(f"CREATE TABLE below (id INTEGER PRIMARY KEY, above_id INTEGER {reference})"))
    yield
    with database.transaction() as session:
        session.execute(text("DROP TABLE below"))
        session.execute(text("DROP TABLE above"))


class TestSqlite:
    @pytest.mark.parametrize(
        ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30000)]
    )
    def test_every_connection_has_the_settings_that_keep_what_was_committed(
        self, sqlite: Database, pragma: str, value: object
    ) -> None:
        for engine in (sqlite.writer, sqlite.reader):
            with engine.connect() as connection:
                assert connection.scalar(text(f"PRAGMA {pragma}")) == value

    def test_a_writer_begins_immediate_and_a_reader_does_not(self, sqlite: Database) -> None:
        with sqlite.writer.connect() as waiting, sqlite.reader.connect() as reading:
            waiting.execute(text("SELECT 1"))
            reading.execute(text("SELECT 1"))
            with closing(sqlite3.connect(str(sqlite.url.database), timeout=0)) as other:
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("BEGIN IMMEDIATE")
                waiting.rollback()
                other.execute("BEGIN IMMEDIATE")


class TestReading:
    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO service_setting (name, value) VALUES ('a', 'b')",
            "UPDATE service_setting SET value = 'b'",
            "DELETE FROM service_setting",
            "CREATE TABLE stranger (id INTEGER)",
        ],
    )
    def test_a_reading_session_cannot_write(self, counter: Database, statement: str) -> None:
        with counter.reading() as session, pytest.raises(DBAPIError, match=r"readonly|read-only"):
            session.execute(text(statement))
        assert setting(counter, "counter") == "0"

    def test_a_reading_session_cannot_write_by_its_models_either(self, database: Database) -> None:
        with database.reading() as session:
            session.add(ServiceSetting(name="a", value="b"))
            with pytest.raises(DBAPIError, match=r"readonly|read-only"):
                session.flush()

    def test_a_reading_session_sees_one_moment_while_others_write(self, counter: Database) -> None:
        with counter.reading() as session:
            before = session.scalar(select(ServiceSetting.value))
            with counter.transaction() as other:
                other.execute(update(ServiceSetting).values(value="later"))
            assert session.scalar(select(ServiceSetting.value)) == before == "0"
        assert setting(counter, "counter") == "later"


class TestWriting:
    def test_a_transaction_that_raises_leaves_nothing(self, database: Database) -> None:
        def add_and_fail() -> None:
            with database.transaction() as session:
                session.execute(insert(ServiceSetting).values(name="a", value="b"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            add_and_fail()
        assert setting(database, "a") is None

    def test_a_writing_session_that_nobody_commits_leaves_nothing(self, database: Database) -> None:
        with database.writing() as session:
            session.add(ServiceSetting(name="a", value="b"))
            session.flush()
        assert setting(database, "a") is None

    def test_reading_and_then_writing_by_many_threads_never_fails(self, counter: Database) -> None:
        def count(_: int) -> None:
            with counter.transaction() as session:
                row = session.scalars(select(ServiceSetting).with_for_update()).one()
                row.value = str(int(row.value) + 1)

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(count, range(20 * THREADS)))
        assert setting(counter, "counter") == str(20 * THREADS)

    def test_a_thread_that_writes_inside_its_own_writing_is_told(self, sqlite: Database) -> None:
        with sqlite.writing(), pytest.raises(RuntimeError, match="inside another"), sqlite.writing():
            pass

    def test_foreign_keys_hold(self, database: Database) -> None:
        orphan = text("INSERT INTO team (public_id, name, service_id) VALUES ('x', 'North', 99)")
        with database.writing() as session, pytest.raises(IntegrityError):
            session.execute(orphan)


class TestFailingCommit:
    @pytest.mark.usefixtures("failing_commit")
    def test_a_commit_that_fails_leaves_nothing_and_a_clean_pool(self, database: Database) -> None:
        orphan = text("INSERT INTO below (id, above_id) VALUES (:id, 99)")
        for number in range(20):  # more than the pool has connections
            with pytest.raises(IntegrityError), database.transaction() as session:
                session.execute(orphan, {"id": number})
            add_setting(database, f"after {number}")
        with database.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM below")) == 0
            assert len(session.scalars(select(ServiceSetting.name)).all()) == 20

    def test_a_commit_that_the_driver_refuses_leaves_nothing_and_a_clean_pool(self, database: Database) -> None:
        refusal = OperationalError("COMMIT", {}, Exception("disk full"))
        for number in range(20):
            with (
                patch.object(database.writer.dialect, "do_commit", side_effect=refusal),
                pytest.raises(OperationalError),
            ):
                add_setting(database, f"lost {number}")
        add_setting(database, "kept")
        with database.reading() as session:
            assert session.scalars(select(ServiceSetting.name)).all() == ["kept"]

    def test_a_statement_that_fails_gives_the_turn_to_the_next(self, database: Database) -> None:
        for _ in range(20):
            with pytest.raises(DBAPIError), database.transaction() as session:
                session.execute(text("SELECT * FROM nowhere"))
        add_setting(database, "kept")
        assert setting(database, "kept") == "there"


class TestTypes:
    def test_a_moment_comes_back_as_it_went_in_whatever_its_zone(self, database: Database) -> None:
        summer = datetime(2026, 7, 1, 10, 30, 15, 123456, tzinfo=timezone(timedelta(hours=1)))
        with database.transaction() as session:
            session.execute(insert(Person).values(email="a@example.org", name="A", created_at=summer))
        with database.reading() as session:
            found = session.scalars(select(Person.created_at)).one()
        assert found == summer
        assert found.tzinfo is UTC

    def test_a_moment_without_a_zone_is_refused(self, database: Database) -> None:
        bare = datetime(2026, 7, 1)  # noqa: DTZ001  what is refused here
        with database.writing() as session, pytest.raises(StatementError, match="without a zone"):
            session.execute(select(Person.id).where(Person.created_at == bare))

    def test_a_word_that_is_not_in_the_vocabulary_is_refused_by_the_database_itself(self, database: Database) -> None:
        stranger = "INSERT INTO failed_attempts (counted, key_hash, since, count) VALUES ('moon', 'x', '2026-07-01', 1)"
        with database.writing() as session, pytest.raises(IntegrityError, match="counted_known"):
            session.execute(text(stranger))


def test_an_error_of_the_database_does_not_quote_its_parameters(database: Database) -> None:
    with database.writing() as session, pytest.raises(IntegrityError) as raised:
        session.execute(text("INSERT INTO team (public_id, name, service_id) VALUES ('x', :name, 99)"), {"name": "Kim"})
    assert "Kim" not in str(raised.value)


def test_statements_are_counted_on_both_engines(counter: Database) -> None:
    with counted(counter) as statements:
        assert setting(counter, "counter") == "0"
        add_setting(counter, "a")
    assert [statement.split()[0] for statement in statements] == ["SELECT", "INSERT"]
    setting(counter, "counter")
    assert len(statements) == 2
