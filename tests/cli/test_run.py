"""The command that serves: it says where the service is only once it can be there."""

import os
import socket

import pytest

from tests.cli.conftest import Run
from tests.mail_server import free_port


def test_it_listens_on_this_machine_alone_and_takes_no_orders(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[str] = []
    monkeypatch.setattr("os.execv", lambda _, words: became.extend(words))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("AUDITAPP_BASE_URL", f"http://127.0.0.1:{port}")
    assert run("run", "--no-scheduler") == 0
    assert {f"--bind=127.0.0.1:{port}", "--no-control-socket", "--worker-class=gthread"} <= set(became)


def test_a_port_that_is_taken_is_refused_before_anybody_is_told_of_the_service(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("AUDITAPP_BASE_URL", f"http://127.0.0.1:{port}")
        assert run("run") == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"Nothing can be served on port {port} of this machine: ")


def test_it_starts_a_scheduler_that_ends_with_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("subprocess.Popen", started.append)
    monkeypatch.setattr("os.execv", lambda *_: None)
    monkeypatch.setenv("AUDITAPP_BASE_URL", f"http://127.0.0.1:{free_port()}")
    assert run("run") == 0
    ((_, *command),) = started
    assert command == ["-m", "auditapp", "scheduler", "--keep", "--parent", str(os.getpid())]
