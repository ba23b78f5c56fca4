"""A client that signs in as anybody, parses every page strictly, and holds it to the rules of every page."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from auditapp.config import Settings
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence.audits import Audit
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.services import sign_in
from tests.applications import opened
from tests.conftest import MOMENT, CopyDatabase, Discard, NewDatabase
from tests.council import Council, audits_of, give_case_list, invented_entries
from tests.pages import Document, check_page, parse
from tests.web.world import World, make_world

SECRET = "a secret of tests, long enough to be one"


class Clock:
    """The clock of the application: it stands until somebody moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class Browser:
    """One browser: opens pages, fills in forms, follows redirects when told to."""

    def __init__(self, client: FlaskClient, database: Database, clock: Clock) -> None:
        self.client, self.database, self.clock = client, database, clock

    def sign_in(self, person: Person) -> "Browser":
        """Be signed in as somebody, without the pages for it."""
        with self.database.transaction() as session:
            secret = sign_in.open_session(session, person, at=self.clock())
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = secret
            cookie["_fresh"] = True
        return self

    def get(self, path: str, *, status: int = 200) -> Document:
        """Open a page."""
        return self._page(self.client.get(path), status)

    def post(self, path: str, fields: dict[str, Any] | None = None, *, status: int = 303) -> TestResponse:
        """Send a form as it is, and hold its answer to a status; a page among answers is parsed."""
        answer = self.client.post(path, data=fields or {})
        self._page(answer, status)
        return answer

    def submit(
        self,
        page: Document,
        fields: dict[str, Any] | None = None,
        *,
        form: str = "main form",
        to: str | None = None,
        status: int = 303,
    ) -> TestResponse:
        """Send a form of a page with what stands in it and what is typed over it."""
        element = page.all(form)[0]
        sent = {**form_fields(Document(element)), **(fields or {})}
        action = to or element.get("action") or self.here
        return self.post(action, sent, status=status)

    def follow(self, answer: TestResponse) -> Document:
        """Open the page that an answer leads to."""
        return self.get(answer.location)

    def _page(self, answer: TestResponse, status: int) -> Document:
        text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        assert answer.status_code == status, f"{answer.status_code} instead of {status}: {text[:3000]}"
        self.here = answer.request.path
        if not text or status in {301, 302, 303, 308}:
            return parse("<!DOCTYPE html><title>-</title>")
        page = parse(text)
        check_page(page)
        return page


def form_fields(form: Document) -> dict[str, Any]:
    """Return what a browser would send of a form as it stands, buttons aside."""
    fields: dict[str, Any] = {}
    for field in form.all("input[name]"):
        kind = field.get("type", "text")
        if kind in {"submit", "file", "button"} or (kind in {"radio", "checkbox"} and "checked" not in field.attrib):
            continue
        fields[field.attrib["name"]] = field.get("value", "on" if kind == "checkbox" else "")
    for area in form.all("textarea[name]"):
        fields[area.attrib["name"]] = (area.text or "").removeprefix("\n")
    for select in form.all("select[name]"):
        chosen = [option for option in select.iter("option") if "selected" in option.attrib] or list(
            select.iter("option")
        )
        fields[select.attrib["name"]] = chosen[0].get("value", "") if chosen else ""
    return fields


@pytest.fixture
def clock(at: datetime) -> Clock:
    """Return the clock of the application."""
    return Clock(at)


@pytest.fixture
def app(database: Database, clock: Clock) -> Flask:
    """Return the application over this test's database."""
    return open_app(database, clock)


def open_app(database: Database, clock: Clock) -> Flask:
    """Return the application over a database."""
    settings = Settings(database_url=str(database.url), secret_key=SECRET, base_url="http://localhost")
    return opened(settings, database, clock)


@pytest.fixture(scope="session")
def first_world(new_database: NewDatabase) -> World:
    """Return the small world that others are copied from."""
    return make_world(new_database(), at=MOMENT)


@pytest.fixture
def new_world(first_world: World, copy_database: CopyDatabase, discard: Discard) -> Iterator[Callable[[], World]]:
    """Give a function that returns a copy of the small world, which may be changed."""
    made: list[World] = []

    def copy() -> World:
        made.append(replace(first_world, database=copy_database(first_world.database)))
        return made[-1]

    yield copy
    for world in made:
        discard(world.database)


@pytest.fixture(scope="module")
def world(first_world: World, copy_database: CopyDatabase) -> Iterator[World]:
    """Return a small world that the tests of a module share."""
    shared = replace(first_world, database=copy_database(first_world.database))
    yield shared
    shared.database.close()


@pytest.fixture
def new_browser(app: Flask, database: Database, clock: Clock) -> Callable[[], Browser]:
    """Give a function that opens another browser."""
    return lambda: Browser(app.test_client(), database, clock)


@pytest.fixture
def at_desk(month: Council, clock: Clock) -> Callable[[str], Browser]:
    """Give a function that opens a browser in which somebody of the council with an open month is signed in."""
    app = open_app(month.database, clock)
    return lambda name: Browser(app.test_client(), month.database, clock).sign_in(month.people[name])


@pytest.fixture
def nora(at_desk: Callable[[str], Browser]) -> Browser:
    """Return a browser in which Nora is signed in, an auditor."""
    return at_desk("nora")


@pytest.fixture
def quinn(at_desk: Callable[[str], Browser]) -> Browser:
    """Return a browser in which Quinn is signed in, of the quality assurance team."""
    return at_desk("quinn")


@pytest.fixture
def listed(month: Council) -> None:
    """Give the council a case list that is long enough for a theme."""
    give_case_list(month, invented_entries(120))


@pytest.fixture
def mine(month: Council) -> Audit:
    """Return the first of Nora's audits of a child protection case: its team is one of ours."""
    return next(audit for audit in audits_of(month, "nora") if audit.case_type is CaseType.CP)


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    """Return a browser in which nobody is signed in."""
    return new_browser()
