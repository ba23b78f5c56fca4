"""Real browsers at the real service: one Chromium for a run, a service and people for each test."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Protocol

import pytest
from playwright.sync_api import Browser, expect

from auditapp.demonstration import build
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.persistence.audits import Audit
from auditapp.persistence.database import Database
from auditapp.services import accounts, audits
from auditapp.services.secrets import choose_password
from tests.browser.chromium import started_chromium
from tests.browser.site import PASSWORD, Clock, Site, Visitor, arrive, serving
from tests.conftest import MOMENT, NewDatabase
from tests.council import Council, audits_of, give_case_list, make_council, open_month

# The day before the month's audits are due, and the day after the quarter before was shown to the Board.
DEMONSTRATION_DAY = date(2026, 10, 14)
DEMONSTRATION_MONTHS = 4
# Long enough for a machine that does other work besides.
expect.set_options(timeout=15_000)


class Visit(Protocol):
    """Opens another browser at a service."""

    def __call__(self, site: Site, *, width: int = 1280, scripts: bool = True) -> Visitor:
        """Return somebody who has come."""
        ...


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the one Chromium of this run."""
    with started_chromium() as browser:
        yield browser


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Give a function that opens a browser, and fail where a browser complained about anything."""
    came: list[Visitor] = []

    def come(site: Site, *, width: int = 1280, scripts: bool = True) -> Visitor:
        came.append(arrive(chromium, site, width=width, scripts=scripts))
        return came[-1]

    yield come
    for visitor in came:
        visitor.context.close()
    surprises = [complaint for visitor in came for complaint in visitor.surprises]
    assert not surprises, "\n".join(surprises)


def people_with_passwords(database: Database, at: datetime) -> Council:
    """Return a council whose people can sign in, and have nothing to do yet."""
    council = make_council(database, at)
    password = choose_password(PASSWORD, email="")  # one hash for all: each would cost a tenth of a second
    with database.transaction() as session:
        for person in council.people.values():
            secret = accounts.invite(session, person, by=COMMAND_LINE, at=at)
            accounts.accept_invitation(session, secret, password=password, at=at)
    return council


@pytest.fixture
def site(database: Database, at: datetime) -> Iterator[Site]:
    """Serve this test's own database."""
    with serving(database, Clock(at)) as running:
        yield running


@pytest.fixture(scope="session")
def month_site(new_database: NewDatabase) -> Iterator[Site]:
    """Serve a council in the middle of a month; its tests keep apart by writing in audits of their own."""
    with serving(new_database(), Clock(MOMENT)) as running:
        yield running


@pytest.fixture(scope="session")
def council(month_site: Site) -> Council:
    """Return that council."""
    made = people_with_passwords(month_site.database, MOMENT)
    give_case_list(made)
    for month in ("2026-09", "2026-10", "2026-11"):
        open_month(made, month)
    return made


@pytest.fixture(scope="session")
def untouched(council: Council) -> Iterator[Audit]:
    """Give Nora's audits one after the other, each to one test: those that were Sol's, too, where she may have them."""
    nora, quinn = council.people["nora"].public_id, council.viewer("quinn")
    with council.database.transaction() as session:
        for audit in audits_of(council, "sol"):
            with suppress(Refused):
                audits.reassign(session, audit.public_id, to=nora, by=quinn, at=MOMENT)
    return iter(audits_of(council, "nora"))


@pytest.fixture
def audit(untouched: Iterator[Audit], month_site: Site) -> Iterator[Audit]:
    """Return an audit of Nora's that nobody has begun, and put the clock right afterwards."""
    yield next(untouched)
    month_site.clock.at = MOMENT


@pytest.fixture(scope="session")
def demonstration(new_database: NewDatabase) -> Iterator[Site]:
    """Serve a demonstration that no test changes."""
    database = new_database()
    build(database, today=DEMONSTRATION_DAY, months=DEMONSTRATION_MONTHS)
    morning = datetime(DEMONSTRATION_DAY.year, DEMONSTRATION_DAY.month, DEMONSTRATION_DAY.day, 8, 30, tzinfo=UTC)
    with serving(database, Clock(morning)) as running:
        yield running
