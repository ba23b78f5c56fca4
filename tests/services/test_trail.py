"""The trail: whole where nobody touched it, and every kind of tampering found with the first bad row named."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from auditapp.domain import trail as chains
from auditapp.domain.errors import Refused
from auditapp.domain.trail import SERVICE_CHAIN, START, Details, Event, Fault
from auditapp.persistence import trail
from auditapp.persistence.database import Database
from auditapp.persistence.trail import TrailEvent, TrailHead, audit_chain
from auditapp.services.trail import Checkpoint, Verdict, checkpoint, read_checkpoint, verify
from tests.faults import every_statement_fails

ROOT = Path(__file__).resolve().parents[2]
KEY = "a secret of tests, long enough to be one"
AUDIT = audit_chain("abc")
LENGTH = 6

APPEND = """
import sys
from datetime import UTC, datetime
from auditapp.persistence import trail
from auditapp.persistence.database import Database
database = Database(sys.argv[1])
for number in range(int(sys.argv[2])):
    with database.transaction() as session:
        trail.record(session, "person.signed_in", by=sys.argv[3], at=datetime.now(UTC), subject=str(number))
database.close()
"""


@pytest.fixture
def told(database: Database, at: datetime) -> Database:
    """Return a database with two chains of six events."""
    with database.transaction() as session:
        for number in range(LENGTH):
            for chain in (SERVICE_CHAIN, AUDIT):
                record(session, number, chain=chain, at=at)
    return database


@pytest.fixture
def kept(told: Database, at: datetime) -> Checkpoint:
    """Return a checkpoint of it, from where it was kept."""
    with told.reading() as session:
        return read_checkpoint(checkpoint(session, secret_key=KEY, at=at), secret_key=KEY)


def record(session: Session, number: int, *, at: datetime, chain: str = SERVICE_CHAIN) -> None:
    moment = at + timedelta(seconds=number)
    details: Details = {"number": number, "name": "Zoë", "none": None}
    trail.record(session, "action.written", by="p1", at=moment, subject="s1", chain=chain, details=details)


def verdict(database: Database, kept: Checkpoint | None = None) -> Verdict:
    with database.reading() as session:
        return verify(session, checkpoint=kept)


def first_faults(database: Database, kept: Checkpoint | None = None) -> list[tuple[str, int]]:
    return [(fault.chain, fault.position) for fault in verdict(database, kept).faults]


def tamper(database: Database, *statements: str) -> None:
    """Do what somebody could who can write to the database."""
    with database.transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def in_service(position: int) -> str:
    return f"chain = '{SERVICE_CHAIN}' AND position = {position}"


def add_row(session: Session, event: Event) -> None:
    session.execute(insert(TrailEvent).values(**asdict(event)))


def rehash(database: Database, *, start: int, last: int | None = None) -> None:
    """Write the service's chain anew from some event on, head included, as somebody would who knows how it is made."""
    with database.transaction() as session:
        events = list(trail.events(session, chain=SERVICE_CHAIN))[:last]
        previous = events[start - 2].hash if start > 1 else START
        for event in events[start - 1 :]:
            hashed = chains.digest(replace(event, previous=previous))
            here = (TrailEvent.chain == event.chain) & (TrailEvent.position == event.position)
            session.execute(update(TrailEvent).where(here).values(previous=previous, hash=hashed))
            previous = hashed
        head = update(TrailHead).where(TrailHead.chain == SERVICE_CHAIN)
        session.execute(head.values(position=len(events), hash=previous))


class TestAWholeTrail:
    def test_says_how_much_was_read(self, told: Database) -> None:
        assert str(verdict(told)) == "The trail is whole: 12 events in 2 chains."

    def test_an_empty_one_is_whole(self, database: Database) -> None:
        assert verdict(database).is_whole
        assert verdict(database).events == 0

    def test_one_that_grew_since_its_checkpoint_is_whole(self, told: Database, kept: Checkpoint, at: datetime) -> None:
        with told.transaction() as session:
            record(session, LENGTH, at=at)
            record(session, 0, at=at, chain=audit_chain("another"))
        assert verdict(told, kept).is_whole

    def test_an_event_is_recorded_whole_or_not_at_all(self, told: Database, at: datetime) -> None:
        every_statement_fails(told, lambda session: record(session, LENGTH, at=at))
        every_statement_fails(told, lambda session: record(session, 0, at=at, chain=audit_chain("another")))
        assert verdict(told).is_whole

    def test_an_event_that_no_sentence_tells_of_is_not_recorded(self, told: Database, at: datetime) -> None:
        with told.writing() as session, pytest.raises(LookupError, match="No sentence says what"):
            trail.record(session, "moon.landed", by="p", at=at, subject="s")

    def test_telling_how_far_it_is_ends_at_the_number_of_events(self, database: Database, at: datetime) -> None:
        with database.transaction() as session:
            for number in range(500):
                record(session, number, at=at)
        told: list[tuple[int, int]] = []
        with database.reading() as session:
            verify(session, progress=lambda done, total: told.append((done, total)))
        assert told == [(500, 500)]


ALTERED = {
    "chain": "'elsewhere'",
    "position": "99",
    "at": "'2026-10-15 09:30:02.000001'",
    "by": "'p2'",
    "name": "'action.removed'",
    "subject": "'s2'",
    "details": """'{"number": 9}'""",
    "previous": f"'{'f' * 64}'",
    "hash": f"'{'f' * 64}'",
}


class TestTampering:
    @pytest.mark.parametrize("column", ALTERED)
    def test_an_altered_field_is_found(self, told: Database, column: str) -> None:
        tamper(told, f"UPDATE trail_event SET {quoted(column)} = {ALTERED[column]} WHERE {in_service(3)}")
        assert (SERVICE_CHAIN, 3) in first_faults(told)

    def test_every_column_is_altered_above(self) -> None:
        assert {column.name for column in TrailEvent.__table__.columns} - {"id"} == ALTERED.keys()

    @pytest.mark.parametrize("details", ["[]", "null", '"word"', "3", "{}"])
    def test_details_of_another_shape_are_found(self, told: Database, details: str) -> None:
        tamper(told, f"UPDATE trail_event SET details = '{details}' WHERE {in_service(3)}")
        assert first_faults(told) == [(SERVICE_CHAIN, 3)]

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("at", "'never'"),
            ("at", "x'ff'"),
            ("details", "'{'"),
            ("by", "x'ff'"),
            ("subject", "7.5"),
            ("position", "'three'"),
        ],
    )
    def test_what_no_column_should_hold_is_found(self, told: Database, column: str, value: str) -> None:
        if not told.is_sqlite:
            pytest.skip("PostgreSQL refuses such values itself")
        tamper(told, f"UPDATE trail_event SET {quoted(column)} = {value} WHERE {in_service(3)}")
        assert (SERVICE_CHAIN, 3) in first_faults(told)

    @pytest.mark.parametrize("position", [1, 3, LENGTH])
    def test_a_removed_row_is_found(self, told: Database, position: int) -> None:
        tamper(told, f"DELETE FROM trail_event WHERE {in_service(position)}")
        assert first_faults(told) == [(SERVICE_CHAIN, position)]

    def test_swapped_rows_are_found(self, told: Database) -> None:
        move = "UPDATE trail_event SET position = {} WHERE chain = 'service' AND position = {}"
        tamper(told, move.format(99, 2), move.format(2, 4), move.format(4, 99))
        assert first_faults(told) == [(SERVICE_CHAIN, 2)]

    def test_a_row_that_was_put_in_is_found(self, told: Database) -> None:
        with told.transaction() as session:
            for position in range(LENGTH, 2, -1):
                here = (TrailEvent.chain == SERVICE_CHAIN) & (TrailEvent.position == position)
                session.execute(update(TrailEvent).where(here).values(position=position + 1))
            before, after = (row for row in trail.events(session, chain=SERVICE_CHAIN) if row.position in {2, 4})
            add_row(session, replace(before, position=3, by="p9", previous=before.hash, hash=after.previous))
        assert first_faults(told) == [(SERVICE_CHAIN, 3)]

    def test_a_row_behind_the_last_is_found(self, told: Database) -> None:
        with told.transaction() as session:
            last = list(trail.events(session, chain=SERVICE_CHAIN))[-1]
            unsigned = replace(last, position=LENGTH + 1, by="p9", previous=last.hash)
            add_row(session, replace(unsigned, hash=chains.digest(unsigned)))
        assert first_faults(told) == [(SERVICE_CHAIN, LENGTH + 1)]

    def test_a_row_moved_to_the_end_of_another_chain_is_found_in_both(self, told: Database) -> None:
        tamper(told, f"UPDATE trail_event SET chain = '{AUDIT}', position = {LENGTH + 1} WHERE {in_service(3)}")
        assert first_faults(told) == [(AUDIT, LENGTH + 1), (SERVICE_CHAIN, 3)]

    @pytest.mark.parametrize(
        ("alteration", "found"),
        [
            ("UPDATE trail_head SET position = 4 WHERE chain = 'service'", [(SERVICE_CHAIN, 5)]),
            ("UPDATE trail_head SET position = 9 WHERE chain = 'service'", [(SERVICE_CHAIN, 7)]),
            (f"UPDATE trail_head SET hash = '{'f' * 64}' WHERE chain = 'service'", [(SERVICE_CHAIN, 6)]),
            ("DELETE FROM trail_head WHERE chain = 'service'", [(SERVICE_CHAIN, 6)]),
            (
                "UPDATE trail_head SET chain = 'elsewhere' WHERE chain = 'service'",
                [(SERVICE_CHAIN, 6), ("elsewhere", 1)],
            ),
        ],
    )
    def test_an_altered_head_is_found(self, told: Database, alteration: str, found: list[tuple[str, int]]) -> None:
        tamper(told, alteration)
        assert first_faults(told) == found

    def test_a_chain_whose_events_were_all_removed_is_found(self, told: Database) -> None:
        tamper(told, f"DELETE FROM trail_event WHERE chain = '{AUDIT}'")
        assert verdict(told).faults == (Fault(AUDIT, 1, "every event of this chain was removed."),)

    def test_the_first_fault_of_every_chain_is_named_in_a_sentence(self, told: Database) -> None:
        tamper(told, "UPDATE trail_event SET subject = 's2' WHERE position IN (2, 5)")
        assert [str(fault) for fault in verdict(told).faults] == [
            f"Chain {AUDIT}, event 2: it was altered.",
            f"Chain {SERVICE_CHAIN}, event 2: it was altered.",
        ]
        assert str(verdict(told)) == "The trail is not whole. Chains with a fault: 2."


class TestWhatOnlyACheckpointShows:
    @pytest.mark.parametrize("start", [1, 3, LENGTH])
    def test_a_chain_that_was_rehashed(self, told: Database, kept: Checkpoint, start: int) -> None:
        tamper(told, f"UPDATE trail_event SET subject = 's2' WHERE {in_service(start)}")
        rehash(told, start=start)
        assert verdict(told).is_whole
        (fault,) = verdict(told, kept).faults
        assert fault == Fault(
            SERVICE_CHAIN, LENGTH, "it is not what the checkpoint holds; the chain was rehashed up to here."
        )

    def test_a_chain_that_was_rehashed_and_has_grown_since(
        self, told: Database, kept: Checkpoint, at: datetime
    ) -> None:
        tamper(told, f"UPDATE trail_event SET subject = 's2' WHERE {in_service(2)}")
        rehash(told, start=2)
        with told.transaction() as session:
            record(session, LENGTH, at=at)
        assert verdict(told).is_whole
        assert first_faults(told, kept) == [(SERVICE_CHAIN, LENGTH)]

    @pytest.mark.parametrize("left", [1, 4, LENGTH - 1])
    def test_a_tail_that_was_cut_off_with_its_head_corrected(self, told: Database, kept: Checkpoint, left: int) -> None:
        tamper(told, f"DELETE FROM trail_event WHERE chain = 'service' AND position > {left}")
        rehash(told, start=left, last=left)
        assert verdict(told).is_whole
        (fault,) = verdict(told, kept).faults
        assert fault == Fault(SERVICE_CHAIN, left + 1, "it was cut off; the checkpoint holds 6 events.")

    def test_a_tail_that_was_cut_off_and_written_anew(self, told: Database, kept: Checkpoint, at: datetime) -> None:
        tamper(told, "DELETE FROM trail_event WHERE chain = 'service' AND position > 4")
        rehash(told, start=4, last=4)
        with told.transaction() as session:
            for number in range(10, 15):
                record(session, number, at=at)
        assert verdict(told).is_whole
        assert first_faults(told, kept) == [(SERVICE_CHAIN, LENGTH)]

    def test_a_chain_that_was_removed_with_its_head(self, told: Database, kept: Checkpoint) -> None:
        with told.transaction() as session:
            session.execute(delete(TrailEvent).where(TrailEvent.chain == AUDIT))
            session.execute(delete(TrailHead).where(TrailHead.chain == AUDIT))
        assert verdict(told).is_whole
        assert verdict(told, kept).faults == (Fault(AUDIT, 1, "every event of this chain was removed."),)


class TestCheckpoints:
    def test_what_is_written_is_what_is_read(self, told: Database, kept: Checkpoint, at: datetime) -> None:
        with told.reading() as session:
            assert kept == Checkpoint(at, trail.heads(session))

    @pytest.fixture
    def file(self, told: Database, at: datetime) -> bytes:
        with told.reading() as session:
            return checkpoint(session, secret_key=KEY, at=at)

    def test_one_that_another_key_signed_is_refused(self, file: bytes) -> None:
        with pytest.raises(Refused, match="signed with another secret key"):
            read_checkpoint(file, secret_key=KEY + "!")

    def test_one_that_was_altered_anywhere_is_refused(self, file: bytes) -> None:
        for altered in alterations(json.loads(file)):
            with pytest.raises(Refused, match="altered"):
                read_checkpoint(json.dumps(altered).encode(), secret_key=KEY)

    @pytest.mark.parametrize(
        "file",
        [b"", b"[]", b"{}", b"null", b"\xff", b'{"signature": 3}', b'{"signature": "\xc3\xab"}', b"[" * 100_000],
    )
    def test_what_is_none_is_refused(self, file: bytes) -> None:
        with pytest.raises(Refused, match=r"This is no checkpoint|was altered"):
            read_checkpoint(file, secret_key=KEY)


def alterations(content: dict[str, object]) -> Iterator[dict[str, object]]:
    """Yield a checkpoint with each of its values altered in turn."""
    yield {**content, "made_at": "2020-01-01T00:00:00+00:00"}
    yield {**content, "note": "added"}
    heads = content["heads"]
    assert isinstance(heads, list)
    assert len(heads) == 2
    yield {**content, "heads": heads[:1]}
    yield {**content, "heads": heads[::-1]}
    for place, value in enumerate(["elsewhere", 1, "f" * 64]):
        altered = [*heads[0]]
        altered[place] = value
        yield {**content, "heads": [altered, *heads[1:]]}


class TestWritingAtOnce:
    @pytest.mark.parametrize("begun", [False, True], ids=["a new chain", "a chain that is there"])
    def test_threads_leave_a_whole_chain(self, database: Database, at: datetime, begun: bool) -> None:
        if begun:
            with database.transaction() as session:
                record(session, 0, at=at)

        def append(number: int) -> None:
            with database.transaction() as session:
                record(session, number, at=at)

        run_at_once(append, 80)
        assert verdict(database).is_whole
        assert verdict(database).events == 80 + begun

    def test_chains_that_begin_at_once_are_whole(self, database: Database, at: datetime) -> None:
        def append(number: int) -> None:
            with database.transaction() as session:
                record(session, number, at=at, chain=audit_chain(str(number % 4)))

        run_at_once(append, 80)
        assert str(verdict(database)) == "The trail is whole: 80 events in 4 chains."

    def test_processes_leave_a_whole_chain(self, database: Database) -> None:
        url = database.url.render_as_string(hide_password=False)
        command = [sys.executable, "-c", APPEND, url, "40"]
        running = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("p1", "p2", "p3")]
        assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
        assert str(verdict(database)) == "The trail is whole: 120 events in 1 chain."
        with database.reading() as session:
            counts = session.execute(select(TrailEvent.by, func.count()).group_by(TrailEvent.by)).all()
        assert sorted(tuple(row) for row in counts) == [("p1", 40), ("p2", 40), ("p3", 40)]

    def test_a_trail_that_grows_while_it_is_checked_is_whole(self, told: Database, at: datetime) -> None:
        def append_or_check(number: int) -> None:
            if number % 4:
                with told.transaction() as session:
                    record(session, number, at=at)
            else:
                assert verdict(told).is_whole

        run_at_once(append_or_check, 200)


def run_at_once(work: Callable[[int], None], times: int) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(times)))


def quoted(column: str) -> str:
    return f'"{column}"'
