"""The fixtures that every test may use: a migrated database of its own, on either engine, and a clock that stands."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditapp.persistence.database import Database
from auditapp.persistence.schema import upgrade
from tests.council import Council, give_case_list, make_council, open_month
from tests.postgres import PostgresServer, running_postgres
from tests.scratch import scratch_folder

# A Thursday morning in London, in summer time.
MOMENT = datetime(2026, 10, 15, 9, 30, tzinfo=UTC)
TEMPLATE = "template_of_tests"
NewDatabase = Callable[[], Database]
Discard = Callable[[Database], None]
CopyDatabase = Callable[[Database], Database]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose the engine."""
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the database to test on")


@pytest.fixture
def at() -> datetime:
    """Return the moment at which tests happen."""
    return MOMENT


@pytest.fixture(scope="session")
def engine_name(pytestconfig: pytest.Config) -> str:
    """Return the engine of this run."""
    return str(pytestconfig.getoption("--engine"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Give one throw-away server for the run."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def databases() -> Iterator[Path]:
    """Return the folder that SQLite's files of this run lie in."""
    with tempfile.TemporaryDirectory(prefix="databases-", dir=scratch_folder()) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def new_database(engine_name: str, databases: Path, request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """Give a function that copies the migrated template: migrating once costs more than a hundred copies."""
    opened: list[Database] = []
    in_files = engine_name == "sqlite"
    make = _sqlite_maker(databases) if in_files else _postgres_maker(request.getfixturevalue("postgres"))

    def new() -> Database:
        opened.append(Database(make(len(opened))))
        return opened[-1]

    yield new
    for database in opened:
        database.close()


@pytest.fixture(scope="session")
def discard(engine_name: str, request: pytest.FixtureRequest) -> Discard:
    """Give a function that removes a database: hundreds of them, some megabytes each, would fill a small disk."""
    postgres = request.getfixturevalue("postgres") if engine_name == "postgresql" else None

    def remove(database: Database) -> None:
        database.close()
        if postgres:
            postgres.drop(str(database.url.database))
        else:
            Path(str(database.url.database)).unlink()

    return remove


@pytest.fixture
def database(new_database: NewDatabase, discard: Discard) -> Iterator[Database]:
    """Give a migrated database that nobody else has."""
    fresh = new_database()
    yield fresh
    discard(fresh)


@pytest.fixture(scope="session")
def copy_database(engine_name: str, databases: Path, request: pytest.FixtureRequest) -> Iterator[CopyDatabase]:
    """Give a function that copies a filled database: filling one costs more than many copies."""
    postgres = request.getfixturevalue("postgres") if engine_name == "postgresql" else None
    made: list[Database] = []

    def copy(original: Database) -> Database:
        original.close()
        number, name = len(made), str(original.url.database)
        if postgres:
            made.append(Database(postgres.clone(name, f"copy_{number}")))
        else:
            made.append(Database(f"sqlite:///{shutil.copyfile(name, databases / f'copy-{number}.db')}"))
        return made[-1]

    yield copy
    for database in made:
        database.close()


@pytest.fixture(scope="session")
def first_month(new_database: NewDatabase) -> Council:
    """Return the council with an open month that others are copied from."""
    council = make_council(new_database(), MOMENT)
    give_case_list(council)
    open_month(council)
    return council


@pytest.fixture
def month(first_month: Council, copy_database: CopyDatabase, discard: Discard) -> Iterator[Council]:
    """Give a council whose month is open, in a database that nobody else has."""
    council = replace(first_month, database=copy_database(first_month.database))
    yield council
    discard(council.database)


def _sqlite_maker(folder: Path) -> Callable[[int], str]:
    template = folder / "template.db"
    _migrate(f"sqlite:///{template}")

    def make(number: int) -> str:
        copy = folder / f"{number}.db"
        shutil.copyfile(template, copy)
        return f"sqlite:///{copy}"

    return make


def _postgres_maker(server: PostgresServer) -> Callable[[int], str]:
    _migrate(server.create(TEMPLATE))
    return lambda number: server.clone(TEMPLATE, f"test_{number}")


def _migrate(url: str) -> None:
    template = Database(url)
    upgrade(template)
    template.close()
