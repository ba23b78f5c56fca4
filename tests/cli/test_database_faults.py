"""What the command line says when the database fails: a sentence, what to do, and nothing that is nobody's business."""

from datetime import datetime
from itertools import product
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month
from auditapp.persistence.database import Database
from auditapp.services import cycles
from tests.cli.conftest import TODAY, Run
from tests.council import SEED, give_case_list, make_council
from tests.meanwhile import meanwhile

SECRET = "correct-horse"
NOBODY_LISTENS = f"postgresql+psycopg://audits:{SECRET}@127.0.0.1:1/audits"


@pytest.mark.parametrize("command", [("db", "upgrade"), ("cycles", "verify-draw"), ("run",)])
def test_a_database_that_is_down_is_told_in_one_sentence(
    run: Run, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUDITAPP_DATABASE_URL", NOBODY_LISTENS)
    assert run(*command) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("The database cannot be used: check that AUDITAPP_DATABASE_URL is right")
    assert told.err.count("\n") == 1
    assert SECRET not in told.err


def test_a_file_that_cannot_be_opened_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUDITAPP_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere' / 'audits.db'}")
    assert run("cycles", "verify-draw") == 1
    assert capsys.readouterr().err.startswith("The database cannot be used")


COMMANDS = [("db", "upgrade"), ("demo",), ("run",), ("trail", "verify"), ("people", "link", "pat@example.org")]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_for_the_database_that_is_not_there_is_told(
    run: Run, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUDITAPP_DATABASE_URL", "sqlite:////nonexistent/x.db")
    assert run(*command) == 1
    assert capsys.readouterr().err.startswith("The database cannot be used")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_no_database_is_told(
    run: Run,
    tmp_path: Path,
    command: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "random.db"
    path.write_bytes(bytes(range(7, 250)) * 40)
    monkeypatch.setenv("AUDITAPP_DATABASE_URL", f"sqlite:///{path}")
    assert run(*command) == 1
    told = capsys.readouterr().err
    assert told.startswith("What AUDITAPP_DATABASE_URL names is no database, or is damaged.")
    assert told.count("\n") == 1


@pytest.mark.parametrize("command", [("db", "upgrade"), ("demo",), ("run",)])
def test_an_instance_that_is_no_folder_is_told(
    run: Run,
    tmp_path: Path,
    command: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "a-file"
    file.touch()
    monkeypatch.delenv("AUDITAPP_DATABASE_URL")
    places = (file, file / "below", file / "further/below", "/proc/none", "/proc/none/below")
    for secret, place in product(("", "a secret of tests, long enough to be one"), places):
        monkeypatch.setenv("AUDITAPP_SECRET_KEY", secret)
        monkeypatch.setenv("AUDITAPP_INSTANCE", str(place))
        assert run(*command) == 1
        told = capsys.readouterr().err
        assert told.startswith("AUDITAPP_INSTANCE cannot be used, because of ")
        assert told.count("\n") == 1


def test_a_file_that_may_not_be_read_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.touch()
    refused = PermissionError(13, "Permission denied", str(file))
    monkeypatch.setattr("auditapp.services.people_import.read_spreadsheet", Mock(side_effect=refused))
    assert run("people", "import", file) == 1
    assert (
        capsys.readouterr().err
        == f"{file} cannot be used: Permission denied. Name another and run the command again.\n"
    )


def test_what_somebody_stored_at_the_same_time_is_told_without_quoting_it(
    run: Run, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def store_what_is_there(_: Database) -> bool:
        stored = text("INSERT INTO service_setting (name, value) VALUES ('a-name', 'a-value'), ('a-name', 'a-value')")
        with database.writing() as session:
            session.execute(stored)
        return True

    monkeypatch.setattr("auditapp.cli.context.is_current", store_what_is_there)
    assert run("cycles", "verify-draw") == 1
    told = capsys.readouterr()
    assert told.err.startswith("Somebody else stored the same at the same time: run the command again")
    assert "a-name" not in told.err


def test_a_month_that_somebody_opens_meanwhile_was_open_already(
    run: Run, database: Database, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    council = make_council(database, at)
    give_case_list(council)

    def open_month(session: Session) -> None:
        cycles.open_month(session, Month(2026, 12), seed=SEED, by=council.viewer("quinn"), at=TODAY)

    with meanwhile(database, open_month):
        assert run("cycles", "open", "qop", "2026-12") == 0
    assert capsys.readouterr().out == "December 2026 was open already. Nothing was changed.\n"
