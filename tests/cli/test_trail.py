"""`auditapp trail`: what it says, what it writes, and how it ends."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, text

from auditapp.cli import commands
from auditapp.domain.errors import Refused, SettingsError
from auditapp.persistence import trail
from auditapp.persistence.database import Database
from auditapp.persistence.trail import TrailEvent, TrailHead, audit_chain

EVENTS = 3


@pytest.fixture
def told(database: Database, at: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Return a database with three events, which the commands find in the environment."""
    monkeypatch.setenv("AUDITAPP_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("AUDITAPP_INSTANCE", str(tmp_path / "instance"))
    with database.transaction() as session:
        for _ in range(EVENTS):
            trail.record(session, "person.signed_in", by="p", at=at, subject="p")
    return database


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, ["trail", *(str(argument) for argument in arguments)])


def refused(*arguments: str | Path) -> str:
    """Return the sentence with which a command is refused; `main` says it and ends with 1."""
    result = run(*arguments)
    assert isinstance(result.exception, Refused)
    return result.exception.message


def tamper(database: Database, statement: str) -> None:
    with database.transaction() as session:
        session.execute(text(statement))


@pytest.mark.usefixtures("told")
def test_a_whole_trail_ends_with_0_and_says_what_it_cannot_see() -> None:
    result = run("verify")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "The trail is whole: 3 events in 1 chain.",
        "Without a checkpoint, a rehashed chain or a cut tail cannot be seen: see 'auditapp trail checkpoint'.",
    ]


def test_an_altered_event_ends_with_1_and_is_named(told: Database) -> None:
    tamper(told, "UPDATE trail_event SET subject = 'q' WHERE position = 2")
    result = run("verify")
    assert result.exit_code == 1
    assert "  Chain service, event 2: it was altered." in result.output.splitlines()


def test_a_long_list_of_faults_is_cut(told: Database, at: datetime) -> None:
    with told.transaction() as session:
        for number in range(30):
            trail.record(session, "person.signed_in", by="p", at=at, subject="p", chain=audit_chain(str(number)))
    tamper(told, "UPDATE trail_event SET subject = 'q'")
    lines = run("verify").output.splitlines()
    assert lines[0] == "The trail is not whole. Chains with a fault: 31."
    assert len([line for line in lines if "it was altered" in line]) == 20
    assert "  and 11 chains more." in lines


def test_a_checkpoint_shows_a_cut_tail(told: Database, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.json"
    written = run("checkpoint", "--out", file)
    assert written.exit_code == 0, written.output
    assert str(file) in written.output
    assert run("verify", "--checkpoint", file).exit_code == 0

    with told.transaction() as session:
        session.execute(delete(TrailEvent))
        session.execute(delete(TrailHead))
    assert run("verify").exit_code == 0
    result = run("verify", "--checkpoint", file)
    assert result.exit_code == 1
    assert "Chain service, event 1: every event of this chain was removed." in result.output
    assert "It was compared with the checkpoint of " in result.output


@pytest.mark.usefixtures("told")
def test_an_earlier_checkpoint_is_never_replaced(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.json"
    file.write_text("earlier")
    assert refused("checkpoint", "--out", file).endswith("Earlier checkpoints are kept: choose a new name.")
    assert file.read_text() == "earlier"


@pytest.mark.usefixtures("told")
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "checkpoint.json"
    assert refused("checkpoint", "--out", file).startswith(f"{file} cannot be written: No such file or directory.")


@pytest.mark.usefixtures("told")
def test_a_checkpoint_that_was_altered_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.json"
    run("checkpoint", "--out", file)
    content = json.loads(file.read_text())
    content["heads"][0][1] = 2
    file.write_text(json.dumps(content))
    assert refused("verify", "--checkpoint", file).startswith("This checkpoint was altered")


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    "arguments",
    [["verify", "--checkpoint", "nowhere.json"], ["verify", "--checkpoint"], ["checkpoint"], ["moon"], ["verify", "x"]],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Error: " in result.output


@pytest.mark.parametrize("command", ["verify", "checkpoint"])
def test_the_help_has_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"auditapp trail {command} --" in result.output


def test_a_database_that_is_not_made_yet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITAPP_INSTANCE", str(tmp_path))
    monkeypatch.delenv("AUDITAPP_DATABASE_URL", raising=False)
    result = run("verify")
    assert isinstance(result.exception, SettingsError)
    assert "auditapp db upgrade" in result.exception.message
