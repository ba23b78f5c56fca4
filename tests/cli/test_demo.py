"""The command that fills a demonstration: it makes its database where there is none, and leaves others alone."""

from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import text

from auditapp.persistence.database import Database
from auditapp.persistence.schema import is_current, upgrade
from tests.cli.conftest import Run


def test_a_database_that_is_not_there_is_made(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    filled: list[bool] = []

    def fill(database: Database, *, today: date, progress: object, reset: bool) -> None:
        filled.append(is_current(database))

    monkeypatch.setenv("AUDITAPP_DATABASE_URL", f"sqlite:///{tmp_path / 'made' / 'new.db'}")
    monkeypatch.setenv("AUDITAPP_INSTANCE", str(tmp_path / "made"))
    monkeypatch.setattr(import_module("auditapp.cli.demo"), "build", fill)
    assert run("demo") == 0
    assert filled == [True]


def test_an_older_database_is_left_to_whoever_runs_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = Database(f"sqlite:///{tmp_path / 'older.db'}")
    upgrade(older, to="0001")
    monkeypatch.setenv("AUDITAPP_DATABASE_URL", str(older.url))
    assert run("demo") == 1
    assert "Run 'auditapp db upgrade' first." in capsys.readouterr().err
    with older.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0001"
    older.close()


def test_a_demonstration_is_refused_at_a_public_address(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("BASE_URL", "https://audits.example.gov.uk"), ("SECRET_KEY", "k" * 40), ("PROXIES", "1")):
        monkeypatch.setenv(f"AUDITAPP_{name}", value)
    assert run("demo") == 1
    assert "A demonstration is not served at a public address." in capsys.readouterr().err
