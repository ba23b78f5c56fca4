"""The commands for months: opened once, and their draws performed again."""

from datetime import datetime

import pytest
from sqlalchemy import func, select

from auditapp.cli.context import utc_now
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import CycleDraw
from auditapp.persistence.database import Database
from tests.cli.conftest import Run
from tests.council import Council, give_case_list, make_council
from tests.faults import contents


@pytest.fixture
def council(database: Database, at: datetime) -> Council:
    return make_council(database, at)


@pytest.fixture
def listed(council: Council) -> Council:
    give_case_list(council)
    return council


def test_a_month_is_opened_once(run: Run, listed: Council, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cycles", "open", "qop", "2026-12") == 0
    assert capsys.readouterr().out == "December 2026 is open: its target is 20 audits.\n"
    before = contents(listed.database)
    assert run("cycles", "open", "qop", "2026-12") == 0
    assert capsys.readouterr().out == "December 2026 was open already. Nothing was changed.\n"
    assert contents(listed.database) == before
    with listed.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Audit)) == 20


@pytest.mark.usefixtures("council")
def test_supervision_audits_are_opened_once_and_their_draw_holds(
    run: Run, listed: Council, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("cycles", "open", "supervision", "2026-12") == 0
    assert capsys.readouterr().out == "Supervision, December 2026 is open: its target is 4 audits.\n"
    assert run("cycles", "open", "supervision", "2026-12") == 0
    assert "was open already" in capsys.readouterr().out
    assert run("cycles", "verify-draw") == 0
    assert "1 draw holds." in capsys.readouterr().out
    with listed.database.transaction() as session:
        stored = session.scalars(select(CycleDraw)).one()
        stored.record = stored.record.replace('"w', '"v')
    assert run("cycles", "verify-draw") == 1
    assert "Supervision, December 2026: " in capsys.readouterr().err


def test_without_a_case_list_it_is_refused_with_what_to_do(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cycles", "open", "qop", "2026-12") == 1
    assert "Import one first" in capsys.readouterr().err


def test_draws_hold_until_somebody_alters_one(run: Run, listed: Council, capsys: pytest.CaptureFixture[str]) -> None:
    for month in ("2026-11", "2026-12"):
        run("cycles", "open", "qop", month)
    capsys.readouterr()
    assert run("cycles", "verify-draw") == 0
    assert capsys.readouterr().out == "2 draws hold.\n"
    assert run("cycles", "verify-draw", "2026-12") == 0
    assert capsys.readouterr().out == "1 draw holds.\n"
    with listed.database.transaction() as session:
        stored = session.scalars(select(CycleDraw).order_by(CycleDraw.cycle_id.desc())).first()
        assert stored
        stored.record = stored.record.replace(stored.seed, "another seed")
    assert run("cycles", "verify-draw") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("December 2026: ")
    assert "November 2026" not in told.err


@pytest.mark.usefixtures("council")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("open", "qop"), 2),
        (("open", "thematic", "2026-12"), 2),
        (("open", "qop", "2026-13"), 2),
        (("open", "qop", "December"), 2),
        (("verify-draw", "2026-12"), 1),
        (("verify-draw", "x"), 2),
        (("close",), 2),
    ],
)
def test_what_is_not_understood_is_told(
    run: Run, arguments: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("cycles", *arguments) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("command", [("cycles", "open"), ("cycles", "verify-draw")])
def test_help_holds_an_example(run: Run, command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command, "--help") == 0
    _, _, example = capsys.readouterr().out.partition("Example:")
    assert example.split()[:3] == ["auditapp", *command]


def test_a_database_that_is_not_up_to_date_is_told(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AUDITAPP_DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('empty') / 'new.db'}")
    assert run("cycles", "verify-draw") == 1
    assert "auditapp db upgrade" in capsys.readouterr().err


def test_the_moment_has_a_zone() -> None:
    assert utc_now().tzinfo is not None
