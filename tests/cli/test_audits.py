"""The commands that bring in a tool and earlier results."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from auditapp.domain.vocabulary import ToolState
from auditapp.persistence.audits import Audit
from auditapp.persistence.database import Database
from auditapp.persistence.tools import ToolVersion
from tests.cli.conftest import Run
from tests.factories import people
from tests.faults import contents

TOOL = Path(__file__).parents[1] / "data" / "ofsted_sif_tool.yaml"
RESULTS = """case reference,date,la,overall,help_protection,cla,adoption,care_leavers,leadership
80418,2018-01-19,norfolk,good,good,good,good,good,good
80418,2015-10-20,norfolk,inadequate,good,inadequate,good,good,good
80419,2014-11-19,isle of wight,good,good,good,good,not judged,good
"""


@pytest.fixture
def ready(database: Database, run: Run) -> Database:
    people(database)
    assert run("tools", "import", TOOL, "--publish") == 0
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "results.csv"
    path.write_text(RESULTS)
    return path


def tool_state(database: Database) -> ToolState:
    with database.reading() as session:
        return session.scalars(select(ToolVersion.state).where(ToolVersion.slug == "ofsted-sif")).one()


def test_a_tool_is_stored_as_a_draft_and_published_where_that_is_said(
    run: Run, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    people(database)
    assert run("tools", "import", TOOL) == 0
    assert tool_state(database) is ToolState.DRAFT
    assert run("tools", "import", TOOL, "--publish") == 0
    assert tool_state(database) is ToolState.PUBLISHED
    before = contents(database)
    assert run("tools", "import", TOOL, "--publish") == 0
    assert contents(database) == before
    assert capsys.readouterr().out.splitlines() == [
        "Ofsted single inspection, version 1: draft.",
        "Ofsted single inspection, version 1: published.",
        "Ofsted single inspection, version 1: published.",
    ]


def test_a_tool_with_a_fault_is_refused_by_its_line(
    run: Run, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people(database)
    path = tmp_path / "tool.yaml"
    path.write_text(TOOL.read_text().replace("limits: true", "limits: perhaps", 1))
    before = contents(database)
    assert run("tools", "import", path) == 1
    assert "Line 14:" in capsys.readouterr().err
    assert contents(database) == before


def test_results_are_imported_and_what_was_understood_is_said(
    run: Run, ready: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run("audits", "import", file, "--tool", "ofsted-sif") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Not read: la",
        "3 audits of 2 cases, 19 November 2014 to 19 January 2018.",
        "3 new, 0 here already.",
        "The results were accepted.",
    ]
    before = contents(ready)
    assert run("audits", "import", file, "--tool", "ofsted-sif") == 0
    assert "0 new, 3 here already." in capsys.readouterr().out
    assert contents(ready) == before


def test_a_dry_run_says_the_same_and_changes_nothing(
    run: Run, ready: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(ready)
    assert run("audits", "import", file, "--tool", "ofsted-sif", "--dry-run") == 0
    said = capsys.readouterr().out
    assert "3 new, 0 here already." in said
    assert said.endswith("Nothing was changed: this was a dry run.\n")
    assert contents(ready) == before


def test_a_refused_file_ends_with_1_and_names_every_fault(
    run: Run, ready: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(RESULTS.replace("2018-01-19", "soon").replace("not judged", "?"))
    assert run("audits", "import", file, "--tool", "ofsted-sif") == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("The file of earlier results was not accepted. 2 things are wrong.")
    assert said[1].startswith("  Row 2, column B (date): 'soon' is not a date.")
    assert said[2].startswith("  Row 4, column H (care_leavers): '?' is no grade")
    with ready.reading() as session:
        assert session.scalar(select(func.count(Audit.id))) == 0


def test_results_of_a_tool_that_is_not_published_are_refused(
    run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people(database)
    assert run("audits", "import", file, "--tool", "ofsted-sif") == 1
    assert "No version of the tool 'ofsted-sif' is published." in capsys.readouterr().err
    assert run("audits", "import", file) == 2


@pytest.mark.parametrize("command", ["audits import", "tools import"])
def test_every_command_has_help_with_an_example(run: Run, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert run(*command.split(), "--help") == 0
    assert f"auditapp {command} " in capsys.readouterr().out
