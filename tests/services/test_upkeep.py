"""Tidying up: what can have no effect any more goes, all at once, and nothing a moment sooner."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.errors import NotAllowed
from auditapp.domain.passwords import ABSOLUTE, FAILURES_COUNT_FOR, IDLE, INVITATION_LASTS
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.persistence import submissions, trail
from auditapp.persistence.cases import PendingImport
from auditapp.persistence.database import Base
from auditapp.persistence.sign_in import FailedAttempts, Invitation, SignInSession
from auditapp.persistence.submissions import KEYS_LAST, Submission
from auditapp.services import accounts, pending_imports, sign_in, upkeep
from auditapp.services.secrets import NewPassword
from auditapp.services.upkeep import KEPT_FOR, Leftover
from tests.council import Council
from tests.faults import contents, every_statement_fails

A_MINUTE = timedelta(minutes=1)
Begin = Callable[[Session, Council], object]


def signed_in(session: Session, council: Council) -> str:
    return sign_in.open_session(session, council.people["nora"], at=council.at)


def signed_out(session: Session, council: Council) -> None:
    secret = signed_in(session, council)
    sign_in.sign_out(session, secret, by=council.viewer("nora"), at=council.at)


def kept_busy(session: Session, council: Council) -> None:
    """Sign in and be seen until the longest that a sign-in lasts."""
    sign_in.note_seen(session, signed_in(session, council), at=council.at + ABSOLUTE)


def invited(session: Session, council: Council) -> str:
    return accounts.invite(session, council.people["nora"], by=COMMAND_LINE, at=council.at)


def came(session: Session, council: Council) -> None:
    accounts.accept_invitation(session, invited(session, council), password=NewPassword("x"), at=council.at)


def tried(session: Session, council: Council) -> None:
    sign_in.count_attempt(session, "nora@demo.example", address="192.0.2.1", browser="", at=council.at)


def sent(session: Session, council: Council) -> None:
    submissions.claim(session, council.people["nora"].id, key="k", at=council.at)


def uploaded(session: Session, council: Council) -> None:
    pending_imports.keep_pending(
        session, b"rows", kind="cases", file_name="a.csv", by=council.viewer("quinn"), at=council.at
    )


# How each thing begins, and how long after that it is removed.
LASTS: dict[str, tuple[Leftover, Begin, timedelta]] = {
    "an idle sign-in": (Leftover.SESSIONS, signed_in, IDLE + KEPT_FOR),
    "a sign-out": (Leftover.SESSIONS, signed_out, KEPT_FOR),
    "a sign-in that was never idle": (Leftover.SESSIONS, kept_busy, ABSOLUTE + KEPT_FOR),
    "a link nobody used": (Leftover.LINKS, invited, INVITATION_LASTS + KEPT_FOR),
    "a link that was used": (Leftover.LINKS, came, KEPT_FOR),
    "failed sign-ins": (Leftover.COUNTERS, tried, FAILURES_COUNT_FOR),
    "a form": (Leftover.KEYS, sent, KEPT_FOR),
    "a file": (Leftover.FILES, uploaded, pending_imports.WAITS),
}
TABLES: dict[Leftover, type[Base]] = {
    Leftover.SESSIONS: SignInSession,
    Leftover.LINKS: Invitation,
    Leftover.COUNTERS: FailedAttempts,
    Leftover.KEYS: Submission,
    Leftover.FILES: PendingImport,
}


def tidy(council: Council, at: datetime) -> dict[Leftover, int]:
    with council.database.transaction() as session:
        return {leftover: count for leftover, count in upkeep.tidy(session, by=COMMAND_LINE, at=at).items() if count}


def rows(council: Council, leftover: Leftover) -> int:
    with council.database.reading() as session:
        return len(session.scalars(select(TABLES[leftover])).all())


def test_every_kind_of_leftover_is_tested() -> None:
    assert {leftover for leftover, _, _ in LASTS.values()} == set(Leftover) == TABLES.keys()


@pytest.mark.parametrize("thing", LASTS)
def test_each_thing_goes_when_it_is_over_and_not_before(council: Council, thing: str) -> None:
    leftover, begin, lasts = LASTS[thing]
    with council.database.transaction() as session:
        begin(session, council)
    there = rows(council, leftover)
    before = contents(council.database)
    assert leftover not in tidy(council, council.at + lasts - A_MINUTE)
    assert contents(council.database)[TABLES[leftover].__tablename__] == before[TABLES[leftover].__tablename__]
    assert tidy(council, council.at + lasts + A_MINUTE)[leftover] == there > 0
    assert rows(council, leftover) == 0


def test_a_form_is_remembered_longer_than_its_key_is_taken() -> None:
    assert KEYS_LAST < KEPT_FOR


def everything(council: Council) -> datetime:
    """Leave one of each thing behind; return a moment when all are over."""
    with council.database.transaction() as session:
        for _, begin, _ in LASTS.values():
            begin(session, council)
    return council.at + timedelta(days=60)


def test_it_is_told_once_with_what_was_removed(council: Council) -> None:
    later = everything(council)
    removed = tidy(council, later)
    with council.database.reading() as session:
        *_, told = trail.events(session, chain="service")
    assert (told.name, told.by, told.at) == ("upkeep.tidied", "command-line", later)
    assert told.details == {leftover.value: removed[leftover] for leftover in Leftover}
    before = contents(council.database)
    assert tidy(council, later) == {}
    assert contents(council.database) == before


def test_nothing_else_is_touched(council: Council) -> None:
    later = everything(council)
    before = contents(council.database)
    tidy(council, later)
    after = contents(council.database)
    ours = {kind.__tablename__ for kind in TABLES.values()}
    assert {name for name in after if after[name] != before[name]} == ours | {"trail_event", "trail_head"}


def test_it_is_done_whole_or_not_at_all(council: Council) -> None:
    later = everything(council)
    every_statement_fails(council.database, lambda session: upkeep.tidy(session, by=COMMAND_LINE, at=later))


@pytest.mark.parametrize("name", ["quinn", "nora", "bea"])
def test_only_an_administrator_tidies(council: Council, name: str) -> None:
    with council.database.writing() as session, pytest.raises(NotAllowed):
        upkeep.tidy(session, by=council.viewer(name), at=council.at)
