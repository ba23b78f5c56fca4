"""`auditapp db tidy`: what it removes, what it prints, and that it can be run every day."""

from datetime import datetime

import pytest

from auditapp.persistence import submissions
from auditapp.persistence.database import Database
from tests.cli.conftest import Run
from tests.council import make_council
from tests.faults import contents


def test_what_is_over_is_removed_and_said(
    run: Run, database: Database, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    nora = make_council(database, at).people["nora"]
    with database.transaction() as session:
        submissions.claim(session, nora.id, key="k", at=at)
    assert run("db", "tidy", "--at", "2026-11-14T09:00") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "There was nothing to remove."
    assert run("db", "tidy", "--at", "2026-11-15T09:00") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Ended sign-ins: 0",
        "Dead one-time links: 0",
        "Counts of failed sign-ins: 0",
        "Keys of forms: 1",
        "Files that waited: 0",
        "These were removed.",
    ]
    before = contents(database)
    assert run("db", "tidy", "--at", "2026-11-15T09:00") == 0
    assert contents(database) == before


def test_without_a_moment_it_is_now(run: Run, database: Database) -> None:
    before = contents(database)
    assert run("db", "tidy") == 0
    assert contents(database) == before


def test_wrong_usage_ends_with_2(run: Run) -> None:
    assert run("db", "tidy", "--at", "yesterday") == 2
