"""The command for case lists: what it prints, what it ends with, what it leaves."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from auditapp.persistence.cases import CaseList, CaseListGroup
from auditapp.persistence.database import Database
from tests.cli.conftest import Run
from tests.faults import contents

SAMPLE = Path(__file__).parents[1] / "data" / "annex_a_2026-10-31.xlsx"
LIST = """Child Unique ID,Case Status,Allocated Team,Allocated Worker,Gender
00123,a) Looked after child,North,W1,f
124,d) Open assessment,South,,m
"""
AS_OF = ("--as-of", "2026-10-31")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    return path


def test_the_sample_is_imported_and_what_was_understood_is_said(
    run: Run, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("cases", "import", SAMPLE, *AS_OF) == 0
    printed = capsys.readouterr().out.splitlines()
    for line in (
        "List_6 (Children in need): 1,600 rows",
        "List_7 (Child protection): 261 rows",
        "List_8 (Children in care): 332 rows",
        "List_9 (Care leavers): 100 rows",
        "  A child that an earlier list names: that list decides: 332",
        "Children: 1,700",
        "  Looked after: 332",
        "  Child protection plan: 261",
        "  Child in need plan: 544",
        "  Open assessment: 265",
        "  Closed in the last six months: 198",
        "  Care leaver: 100",
        "Teams: 11",
        "  Children with Disabilities: 227",
        "There is no list before it to compare with.",
        "To be matched: 11 new teams and 77 new workers.",
    ):
        assert line in printed
    assert printed[-1] == "The list was imported."
    with database.reading() as session:
        assert session.scalars(select(CaseList.size)).all() == [1700]
        assert session.scalar(select(func.sum(CaseListGroup.children))) == 1700


def test_the_same_list_again_changes_nothing_and_says_so(
    run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("cases", "import", file, *AS_OF)
    before = contents(database)
    capsys.readouterr()
    assert run("cases", "import", file, *AS_OF) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "This list of this day is in force already, child for child.",
        "Nothing was changed.",
    ]
    assert contents(database) == before


def test_a_dry_run_says_it_and_changes_nothing(
    run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(database)
    assert run("cases", "import", file, *AS_OF, "--dry-run") == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[:4] == [
        "list.csv (Children in need): 2 rows",
        "  Taken into the case list: 2",
        "  Kept: Child Unique ID, Case Status, Allocated Team, Allocated Worker",
        "  Dropped unread: Gender",
    ]
    assert printed[-1] == "Nothing was changed: this was a dry run."
    assert contents(database) == before


def test_what_a_later_list_changes_is_said(run: Run, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("cases", "import", file, "--as-of", "2026-09-30")
    file.write_text(LIST.replace("124,d) Open assessment,South", "125,d) Open assessment,West").replace("W1", "W2"))
    capsys.readouterr()
    run("cases", "import", file, *AS_OF)
    said = "Against the list of 30 September 2026: 1 joined, 1 left, 0 have another type, 0 another team, 1 another"
    assert said in capsys.readouterr().out


def test_a_list_with_faults_is_refused_with_each_of_them(
    run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(database)
    file.write_text(LIST.replace("00123", "J. Smith").replace("d) Open", "f) Open"))
    assert run("cases", "import", file, *AS_OF) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "2 things are wrong" in printed.err
    assert 'list.csv, row 2, column A (Child Unique ID): "J. Smith" may hold only letters and digits.' in printed.err
    assert "list.csv, row 3, column B (Case Status)" in printed.err
    assert contents(database) == before


def test_a_day_to_come_is_refused(run: Run, database: Database, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cases", "import", file, "--as-of", "2999-01-01") == 1
    assert "still to come" in capsys.readouterr().err


def test_wrong_usage_ends_with_2(run: Run, file: Path, tmp_path: Path) -> None:
    assert run("cases", "import", file) == 2
    assert run("cases", "import", file, "--as-of", "31/10/2026") == 2
    assert run("cases", "import", tmp_path / "nothing.csv", *AS_OF) == 2


def test_help_holds_an_example(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cases", "import", "--help") == 0
    _, _, example = capsys.readouterr().out.partition("Example:")
    assert example.split()[:3] == ["auditapp", "cases", "import"]
