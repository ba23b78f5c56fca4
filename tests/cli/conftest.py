"""Runs commands as from a shell, on a database of the test's own."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from auditapp import cli
from auditapp.persistence.database import Database

Run = Callable[..., int]
# A Friday at the end of November: months are opened around it, on whatever day the tests are run.
TODAY = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Give a function that runs a command as from a shell, and returns what it ends with."""
    monkeypatch.setenv("AUDITAPP_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("AUDITAPP_INSTANCE", str(tmp_path))

    def command(*arguments: object) -> int:
        monkeypatch.setattr("sys.argv", ["auditapp", *map(str, arguments)])
        with time_machine.travel(TODAY, tick=True), pytest.raises(SystemExit) as end:
            cli.main()
        return int(end.value.code or 0)

    return command
