"""The commands for reports: what they write, what they say, what they end with."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from auditapp.domain.calendar import Quarter
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.persistence.database import Database
from auditapp.persistence.rollup import FindingCount
from auditapp.services import publications
from tests.cli.conftest import Run
from tests.documents import reading
from tests.factories import NORTH, noon, people, submitted_audit

QUARTERLY = ("report", "quarterly", "2026-07", "--out")
POSITION = ("report", "position", "quality-of-practice", "--as-at")


@pytest.fixture
def ready(database: Database) -> Database:
    """Give a database with six audits of July to September 2026."""
    people(database)
    for day in range(1, 7):
        submitted_audit(database, on=date(2026, 7, day))
    return database


@pytest.mark.usefixtures("ready")
def test_a_quarter_is_written_as_the_file_that_is_asked_for(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "findings.json"
    assert run(*QUARTERLY, out, "--format", "json") == 0
    assert json.loads(out.read_bytes())["audits"] == 6
    assert capsys.readouterr().out.splitlines() == [
        "Of 6 audits, 6 were good or better: 100 %, likely between 61 % and 100 %.",
        f"Written to {out}.",
    ]
    assert run(*QUARTERLY, out, "--format", "csv") == 0
    assert NORTH in out.read_text(encoding="utf-8-sig")
    assert run(*QUARTERLY, out, "--format", "pdf") == 0
    assert reading.faults(out.read_bytes()) == []


def test_the_boards_report_is_the_frozen_one(run: Run, ready: Database, tmp_path: Path) -> None:
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    assert run(*QUARTERLY, first, "--format", "pdf", "--board") == 1
    with ready.transaction() as session:
        publications.show_to_board(session, Quarter.parse("2026-07"), by=COMMAND_LINE, at=noon(date(2026, 10, 1)))
    assert run(*QUARTERLY, first, "--format", "pdf", "--board") == 0
    submitted_audit(ready, on=date(2026, 7, 20))
    assert run(*QUARTERLY, second, "--format", "pdf", "--board") == 0
    assert first.read_bytes() == second.read_bytes()
    assert NORTH not in reading.text(first.read_bytes())


@pytest.mark.usefixtures("ready")
def test_a_position_is_written_as_at_its_day(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "position.json"
    assert run(*POSITION, "2026-07-03", "--format", "json", "--out", out) == 0
    assert json.loads(out.read_bytes())["period"] == "position at 3 July 2026"
    assert capsys.readouterr().out.startswith("Of 3 audits, 3 were good or better")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("report", "quarterly", "2026-08", "--format", "pdf", "--out", "x"), 2, "No quarter starts in August 2026."),
        (("report", "quarterly", "2031-07", "--format", "pdf", "--out", "x"), 1, "has not begun"),
        (("report", "position", "no", "--as-at", "2026-07-03", "--format", "pdf", "--out", "x"), 1, "no tool called"),
        ((*QUARTERLY, "/nowhere/x.pdf", "--format", "pdf"), 1, "/nowhere/x.pdf could not be written"),
        ((*QUARTERLY, "x", "--format", "docx"), 2, "'docx' is not one of 'pdf', 'csv', 'json'"),
        ((*POSITION, "3 July", "--format", "pdf", "--out", "x"), 2, "does not match the format"),
    ],
)
def test_a_refused_and_a_misused_command_say_why(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert run(*arguments) == code
    assert said in capsys.readouterr().err


def test_a_recount_says_whether_the_counts_were_right(
    run: Run, ready: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("report", "recount") == 0
    assert capsys.readouterr().out == "Every count is right.\n"
    with ready.transaction() as session:
        session.execute(update(FindingCount).values(n=FindingCount.n + 1))
    assert run("report", "recount") == 0
    assert capsys.readouterr().out == "The counts were wrong, and were put right.\n"
    run("report", "recount")
    assert capsys.readouterr().out == "Every count is right.\n"


@pytest.mark.parametrize("command", ["quarterly", "position", "recount"])
def test_every_command_has_help_with_an_example(run: Run, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert run("report", command, "--help") == 0
    assert f"auditapp report {command}" in capsys.readouterr().out
