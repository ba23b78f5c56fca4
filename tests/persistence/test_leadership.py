"""Of several schedulers one leads, and another takes over when it is gone."""

import time

import pytest
from sqlalchemy import text

from auditapp.persistence.database import Database
from auditapp.persistence.leadership import leadership_of


def test_one_leads_at_a_time_and_another_takes_over(database: Database) -> None:
    first, second = leadership_of(database), leadership_of(database)
    assert first.is_held()
    assert not second.is_held()
    assert first.is_held(), "whoever leads goes on"
    first.let_go()
    assert second.is_held()
    assert not first.is_held()
    second.let_go()
    second.let_go()
    assert first.is_held()
    first.let_go()


def test_whoever_has_lost_the_connection_that_led_does_not_lead(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("beside SQLite lies a file, which no connection is needed for")
    first, second = leadership_of(database), leadership_of(database)
    assert first.is_held()
    with database.reading() as session:
        leading = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = "
        session.execute(text(f"{leading} (SELECT oid FROM pg_database WHERE datname = current_database())"))
    deadline = time.monotonic() + 10
    while not second.is_held():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert not first.is_held()
    second.let_go()
    assert first.is_held()
    first.let_go()
