"""What importing a hundred thousand children costs: read, understood and stored, beside a bare parse of the file."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter

from python_calamine import CalamineWorkbook

from auditapp.domain.permissions import COMMAND_LINE
from auditapp.persistence.database import Database
from auditapp.persistence.schema import upgrade
from auditapp.services.cases import accept_case_list, read_case_list
from tests.benchmarks.table import Row
from tests.benchmarks.workbook import write_case_list
from tests.postgres import running_postgres

CHILDREN = 100_000
AS_OF = date(2026, 10, 31)
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TIMES = 4
MOST_TIMES = 3.0
MOST_MEMORY = 400.0
BASE = "calamine's parse of the four sheets"
IMPORT_APART = "from tests.benchmarks.imports import import_apart; import_apart({workbook!r}, {database!r})"


def measure() -> list[Row]:
    """Measure on both engines, and the memory of a process that does nothing else."""
    # On the disk that the checkout lies on: a memory file system would make the commit free.
    with tempfile.TemporaryDirectory(prefix="bench-", dir=Path.cwd()) as folder, running_postgres() as server:
        workbook = Path(folder) / "annex-a.xlsx"
        write_case_list(workbook, children=CHILDREN)
        rounds = [
            (
                _seconds(lambda: _parse(workbook)),
                _seconds_of_import(workbook, f"sqlite:///{folder}/{number}.db"),
                _seconds_of_import(workbook, server.create(f"bench_{number}")),
            )
            for number in range(TIMES)
        ]
        memory = _memory(workbook, Path(folder) / "apart.db")
    # The best of each: whatever else the machine does can only add to it.
    base, on_sqlite, on_postgres = (min(taken) for taken in zip(*rounds, strict=True))
    return [
        Row("Import of 100,000 children, SQLite FULL", BASE, base, on_sqlite, "s", MOST_TIMES),
        Row("Import of 100,000 children, PostgreSQL", BASE, base, on_postgres, "s", MOST_TIMES),
        Row("Memory of that import", "what it may take", MOST_MEMORY, memory, "MB", 1.0),
    ]


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _seconds_of_import(workbook: Path, url: str) -> float:
    """Return how long a first import takes, into an empty database, which is made beforehand."""
    database = Database(url)
    upgrade(database)
    taken = _seconds(lambda: _import(workbook, database))
    database.close()
    return taken


def _import(workbook: Path, database: Database) -> None:
    case_list, understanding = read_case_list(workbook, name=workbook.name, as_of=AS_OF)
    assert len(case_list.entries) >= CHILDREN
    with database.transaction() as session:
        accept_case_list(
            session, case_list, understanding=understanding, file_name=workbook.name, by=COMMAND_LINE, at=AT
        )


def _parse(workbook: Path) -> None:
    opened = CalamineWorkbook.from_path(workbook)
    for name in opened.sheet_names:
        for _ in opened.get_sheet_by_name(name).iter_rows():
            pass


def _memory(workbook: Path, path: Path) -> float:
    """Return the most memory that a process of its own had at any moment of an import, in MB."""
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    command = IMPORT_APART.format(workbook=str(workbook), database=f"sqlite:///{path}")
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def import_apart(workbook: str, database: str) -> None:
    """Import a workbook in this process, and print the most memory that it had, in kB."""
    _import(Path(workbook), Database(database))
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert peak
    sys.stdout.write(peak[1])
