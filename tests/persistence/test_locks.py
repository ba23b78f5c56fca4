"""The queue of writers: one at a time, between threads and between processes, and never one waiting for itself."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from auditapp.persistence.locks import WriterLock

ROOT = Path(__file__).resolve().parents[2]
COUNT = """
import sys
from pathlib import Path
from auditapp.persistence.locks import WriterLock
lock, counter = WriterLock(Path(sys.argv[1])), Path(sys.argv[2])
for _ in range(50):
    with lock.held():
        counter.write_text(str(int(counter.read_text()) + 1))
"""


def test_threads_take_turns(tmp_path: Path) -> None:
    lock, counter = WriterLock(tmp_path / "a.db"), tmp_path / "counter"
    counter.write_text("0")

    def count(_: int) -> None:
        with lock.held():
            counter.write_text(str(int(counter.read_text()) + 1))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(400)))
    assert counter.read_text() == "400"


def test_processes_take_turns(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    command = [sys.executable, "-c", COUNT, str(tmp_path / "a.db"), str(counter)]
    running = [subprocess.Popen(command, cwd=ROOT) for _ in range(4)]
    assert [process.wait(timeout=60) for process in running] == [0] * 4
    assert counter.read_text() == "200"


def test_the_turn_is_handed_on_after_an_error(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "a.db")
    with pytest.raises(ZeroDivisionError), lock.held():
        raise ZeroDivisionError
    with lock.held():
        pass


def test_a_thread_that_asks_for_a_second_turn_is_told_instead_of_waiting_for_ever(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "a.db")
    with lock.held(), pytest.raises(RuntimeError, match="inside another"), lock.held():
        pass


def test_the_lock_file_is_its_owners_alone(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "a.db")
    with lock.held():
        pass
    assert (tmp_path / "a.db.writers").stat().st_mode & 0o777 == 0o600
