"""The commands for people: what they print, what they end with, what they leave."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.services import accounts
from tests.cli.conftest import Run
from tests.faults import contents

LIST = """name,email,role,team,service,agency,working time,phone
,,,,Assessment,Police,,
Mira Example,mira@example.org,Auditor,North,Assessment,,0.8,1
Ola Sample,ola@example.org,QA,,,,,2
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(LIST)
    return path


def test_a_list_is_imported_and_what_it_did_is_said(
    run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("people", "import", str(file)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Not read: phone",
        "New service: Assessment",
        "New team: North, in Assessment",
        "New agency: Police",
        "Added: Mira Example, mira@example.org",
        "Added: Ola Sample, ola@example.org",
        "2 added, 0 changed, 0 as they were.",
        "The list was accepted.",
    ]
    before = contents(database)
    assert run("people", "import", str(file)) == 0
    assert "0 added, 0 changed, 2 as they were." in capsys.readouterr().out
    assert contents(database) == before


def test_a_dry_run_says_it_and_changes_nothing(
    run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(database)
    assert run("people", "import", str(file), "--dry-run") == 0
    printed = capsys.readouterr().out
    assert "2 added, 0 changed, 0 as they were." in printed
    assert "Nothing was changed: this was a dry run." in printed
    assert contents(database) == before


def test_a_dry_run_says_what_will_be_refused(
    run: Run, database: Database, tmp_path: Path, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.transaction() as session:
        grants = [Grant(Role.ADMINISTRATOR)]
        accounts.add_person(session, "ada@example.org", name="Ada", grants=grants, by=COMMAND_LINE, at=at)
    before, file = contents(database), tmp_path / "people.csv"
    file.write_text("name,email,role\nAda,ada@example.org,qa\n")
    for options in (("--dry-run",), ()):
        assert run("people", "import", file, *options) == 1
        assert "from Ada, the only administrator." in capsys.readouterr().err
    assert contents(database) == before


def test_a_list_with_faults_is_refused_with_each_of_them(
    run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(database)
    file.write_text(LIST.replace("QA", "boss").replace("0.8", "8"))
    assert run("people", "import", str(file)) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "The list of people was not accepted. 2 things are wrong." in printed.err
    assert "Row 3, column G (Working time)" in printed.err
    assert "Row 4, column C (Role): 'boss' is not a role." in printed.err
    assert contents(database) == before


def test_wrong_usage_ends_with_2(run: Run, tmp_path: Path) -> None:
    assert run("people", "import", str(tmp_path / "nothing.csv")) == 2
    assert run("people", "import") == 2
    assert run("people", "add", "ada@example.org", "--name", "Ada", "--role", "boss") == 2


def test_the_first_administrator_is_added_with_a_link(
    run: Run, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("people", "add", "ada@example.org", "--name", "Ada", "--role", "administrator") == 0
    assert "http://127.0.0.1:5000/invitation/" in capsys.readouterr().out
    with database.reading() as session:
        assert session.scalars(select(Person.email)).all() == ["ada@example.org"]
    assert run("people", "add", "ada@example.org", "--name", "Ada", "--role", "administrator") == 1
    assert "is here already" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("people", "add"), ("people", "import")])
def test_help_holds_an_example(run: Run, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command, "--help") == 0
    _, _, example = capsys.readouterr().out.partition("Example:")
    assert example.split()[:3] == ["auditapp", *command]


def test_a_new_link_is_printed_for_somebody_who_is_here_and_for_nobody_else(
    run: Run, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    run("people", "add", "ada@example.org", "--name", "Ada Example", "--role", "administrator")
    first = capsys.readouterr().out.splitlines()[-1]
    assert run("people", "link", "ADA@example.org ") == 0
    said, link = capsys.readouterr().out.splitlines()
    assert said == "Ada Example has a new link. This link works once, for 7 days:"
    assert link.startswith("http://127.0.0.1:5000/invitation/")
    assert link != first
    before = contents(database)
    assert run("people", "link", "eve@example.org") == 1
    assert "There is nobody with the address eve@example.org." in capsys.readouterr().err
    assert contents(database) == before


def test_links_are_printed_for_those_who_were_added(run: Run, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("people", "import", str(file), "--links") == 0
    links = [line for line in capsys.readouterr().out.splitlines() if "/invitation/" in line]
    assert [link.partition(":")[0] for link in links] == ["mira@example.org", "ola@example.org"]
    assert run("people", "import", str(file), "--links") == 0
    assert "/invitation/" not in capsys.readouterr().out
