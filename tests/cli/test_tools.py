"""The command for audit tools: a definition file comes in as a draft, or published where that is asked for."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from auditapp.documents.definitions import shipped_tools, to_yaml
from auditapp.domain.vocabulary import ToolState
from auditapp.persistence.database import Database
from auditapp.persistence.tools import ToolVersion
from tests.cli.conftest import Run
from tests.council import make_council
from tests.faults import contents

QOP = shipped_tools()[0]


@pytest.fixture(autouse=True)
def council(database: Database, at: datetime) -> None:
    make_council(database, at)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "second.yaml"
    path.write_text(to_yaml(QOP).replace("version: 1\n", "version: 2\n"))
    return path


def states(database: Database) -> dict[int, ToolState]:
    with database.reading() as session:
        query = select(ToolVersion.version, ToolVersion.state).where(ToolVersion.slug == QOP.slug)
        return dict(session.execute(query).all())


def test_a_definition_comes_in_as_a_draft_once(
    run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("tools", "import", file) == 0
    assert capsys.readouterr().out == "Quality of Practice, version 2: draft.\n"
    assert states(database) == {1: ToolState.PUBLISHED, 2: ToolState.DRAFT}
    before = contents(database)
    assert run("tools", "import", file) == 0
    assert contents(database) == before


def test_it_is_published_where_that_is_asked_for(
    run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert run("tools", "import", file, "--publish") == 0
        assert capsys.readouterr().out == "Quality of Practice, version 2: published.\n"
        assert states(database) == {1: ToolState.RETIRED, 2: ToolState.PUBLISHED}


def test_a_fault_is_named_with_its_line_and_nothing_is_kept(
    run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(database)
    file.write_text(file.read_text().replace("kind: timescale", "kind: guess", 1))
    assert run("tools", "import", file, "--publish") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "Line 45: question 1.5" in told.err
    assert contents(database) == before


def test_wrong_usage_ends_with_2(run: Run, tmp_path: Path) -> None:
    assert run("tools", "import", tmp_path / "nothing.yaml") == 2
    assert run("tools", "import", tmp_path) == 2
    assert run("tools", "import") == 2


def test_help_holds_an_example(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("tools", "import", "--help") == 0
    _, _, example = capsys.readouterr().out.partition("Example:")
    assert example.split()[:3] == ["auditapp", "tools", "import"]
