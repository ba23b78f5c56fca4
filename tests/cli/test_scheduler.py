"""The schedule from the command line: one look at the clock, and the process that looks for as long as it lives."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from auditapp.persistence.database import Database
from auditapp.persistence.job_runs import JobRun
from auditapp.persistence.outbox import Message
from tests.cli.conftest import Run
from tests.mail_server import mail_server

SOON = 20.0


@contextmanager
def scheduler(
    database: Database, folder: Path, name: str, *, parent: int = 0, keep: bool = False
) -> "Iterator[subprocess.Popen[bytes]]":
    """Start a scheduler in a process of its own, with its words in a file of its name; end it."""
    environment = {
        **os.environ,
        "AUDITAPP_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "AUDITAPP_INSTANCE": str(folder),
    }
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "auditapp", "scheduler", "--every", "0.2", "--parent", str(parent)),
                *(["--keep"] if keep else []),
            ],
            env=environment,
            stderr=log,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def wait_for(log: Path, words: str) -> None:
    deadline = time.monotonic() + SOON
    while words not in log.read_text():
        assert time.monotonic() < deadline, f"'{words}' is not in: {log.read_text()}"
        time.sleep(0.05)


def test_tick_does_once_what_is_due(run: Run, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("tick", "--at", "2026-11-27T09:30") == 0
    assert capsys.readouterr().out == "6 done, 0 sent.\n"
    assert run("tick", "--at", "2026-11-27T09:30") == 0
    assert capsys.readouterr().out == "0 done, 0 sent.\n"
    with database.reading() as session:
        assert {run.job for run in session.scalars(select(JobRun))} >= {"months", "reminders", "digests"}


def test_a_moment_that_is_none_is_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("tick", "--at", "tomorrow") == 1
    assert "Write it as 2026-12-01T07:00." in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_one_scheduler_leads_another_takes_over_when_it_is_killed_and_it_ends_when_told(
    database: Database, tmp_path: Path
) -> None:
    with scheduler(database, tmp_path, "first") as first:
        wait_for(tmp_path / "first.log", "this scheduler leads")
        with scheduler(database, tmp_path, "second") as second:
            wait_for(tmp_path / "second.log", "this scheduler waits")
            assert "this scheduler leads" not in (tmp_path / "second.log").read_text()
            began = time.monotonic()
            first.kill()
            wait_for(tmp_path / "second.log", "this scheduler leads")
            assert time.monotonic() - began < SOON
            second.send_signal(signal.SIGTERM)
            assert second.wait(timeout=SOON) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="processes")
def test_a_scheduler_ends_with_the_server_that_started_it(database: Database, tmp_path: Path) -> None:
    with scheduler(database, tmp_path, "orphan", parent=1) as orphan:
        assert orphan.wait(timeout=SOON) == 0


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="asks the system for the children of a process")
def test_a_scheduler_that_dies_is_started_again_until_its_keeper_is_told_to_end(
    database: Database, tmp_path: Path
) -> None:
    log = tmp_path / "kept.log"
    with scheduler(database, tmp_path, "kept", parent=os.getpid(), keep=True) as keeper:
        wait_for(log, "this scheduler leads")
        (first,) = children_of(keeper.pid)
        os.kill(first, signal.SIGKILL)
        wait_for(log, "another one is started")
        deadline = time.monotonic() + SOON
        while log.read_text().count("this scheduler leads") < 2:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        (second,) = children_of(keeper.pid)
        assert second != first
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(timeout=SOON) == 0
        assert not Path(f"/proc/{second}").exists()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_clock_of_the_environment_is_followed_and_the_post_goes_out(
    run: Run, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = tmp_path / "now"
    clock.write_text("2026-11-02T07:30")
    with mail_server() as box:
        monkeypatch.setenv("AUDITAPP_CLOCK", f"@{clock}")
        monkeypatch.setenv("AUDITAPP_SMTP_URL", box.url)
        monkeypatch.setenv("AUDITAPP_MAIL_FROM", "audits@example.org")
        run("people", "add", "ada@example.org", "--name", "Ada Example", "--role", "administrator")
        run("tick")
        with database.reading() as session:
            assert {f"{run.done_at:%Y-%m-%dT%H:%M}" for run in session.scalars(select(JobRun))} == {"2026-11-02T07:30"}
            assert session.scalars(select(Message)).all() == []


def test_in_production_no_day_to_come_is_noted_as_done(
    run: Run, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUDITAPP_BASE_URL", "https://audits.example.gov.uk")
    monkeypatch.setenv("AUDITAPP_SECRET_KEY", "s" * 40)
    monkeypatch.setenv("AUDITAPP_PROXIES", "1")
    assert run("tick", "--at", "2030-01-01T07:00") == 2
    assert "Give a moment that has come." in capsys.readouterr().err
    with database.reading() as session:
        assert session.scalars(select(JobRun)).all() == []
    assert run("tick", "--at", "2026-11-26T09:30") == 0
