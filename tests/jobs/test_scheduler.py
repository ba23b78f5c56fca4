"""The process that looks at the clock: what it leaves for the next look, and what ends it."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from auditapp.jobs import scheduler
from auditapp.jobs.office import Office
from auditapp.jobs.tick import Done
from auditapp.persistence.database import Database
from tests.jobs.test_post import SENDER

AT = datetime(2026, 11, 2, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Give the signals back to the tests when a scheduler had them."""
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def test_a_fault_is_left_for_the_next_look_and_a_mistake_ends_the_process(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[datetime] = []

    def tick(_: Office, at: datetime) -> Done:
        looks.append(at)
        raise OSError("The disk is full.") if len(looks) < 3 else KeyError("a mistake of ours")

    monkeypatch.setattr(scheduler, "tick", tick)
    with pytest.raises(KeyError):
        scheduler.run(Office(database, SENDER), lambda: AT, every=0.05)
    assert len(looks) == 3
