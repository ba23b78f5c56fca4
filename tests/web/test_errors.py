"""What went wrong, as a page: the truth about what is kept, a number to quote, and nothing that tells too much."""

import logging
import re
from datetime import datetime
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from auditapp.domain import errors
from auditapp.domain.errors import DomainError
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.services import accounts
from auditapp.web.errors import STATUSES, TITLES, WORDS, status_of
from tests.pages import Document, check_page, parse
from tests.web import probe
from tests.web.conftest import Browser, form_fields

SAID = {
    "operational": (503, "What you sent was not stored"),
    "integrity": (503, "What you sent was not stored"),
    "pool": (503, "What you sent was not stored"),
    "unavailable": (503, "What you sent was not stored"),
    "data": (400, "Nothing was changed."),
    "overflow": (400, "Nothing was changed."),
    "deep": (400, "Nothing was changed."),
    "stale": (409, "Somebody saved this after you opened it"),
    "old": (409, "Somebody saved this after you opened it"),
    "not now": (409, "This can no longer be done"),
    "missing": (404, "There is nothing here that you can open"),
    "not allowed": (403, "Your role does not allow this"),
    "refused": (422, "This was not accepted"),
    "file": (422, "Line 3: no name."),
    "unforeseen": (500, "Nothing was changed by this request"),
}


@pytest.fixture(autouse=True)
def pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    probe.install(app, monkeypatch)


@pytest.fixture
def pat(database: Database, at: datetime) -> Person:
    with database.transaction() as session:
        grants = [Grant(Role.QA)]
        return accounts.add_person(
            session, "pat@example.org", name="Pat Example", grants=grants, by=COMMAND_LINE, at=at
        )


@pytest.fixture
def signed_in(browser: Browser, pat: Person) -> Browser:
    return browser.sign_in(pat)


def without_numbers(text: str) -> str:
    """Return an answer without what differs from request to request: its number, and the keys of its forms."""
    text = re.sub(r"Request number [0-9a-f]{8}", "", text)
    return re.sub(r'(name="(?:once|csrf_token)" value=)"[^"]*"', r"\1", text)


class TestPages:
    @pytest.mark.parametrize("name", probe.RAISED)
    def test_every_kind_of_error_has_a_page_that_says_what_is_kept(self, signed_in: Browser, name: str) -> None:
        status, words = SAID[name]
        answer = signed_in.client.get(f"/probe/raise/{name}")
        assert answer.status_code == status
        page = parse(answer.text)
        check_page(page)
        assert words in answer.text
        assert answer.headers["X-Request-Number"] in answer.text
        assert probe.SECRET_TEXT not in answer.text

    @pytest.mark.parametrize("name", probe.RAISED)
    def test_a_script_is_told_the_same_as_json(self, signed_in: Browser, name: str) -> None:
        status, words = SAID[name]
        answer = signed_in.client.get(f"/probe/raise/{name}", content_type="application/json")
        assert answer.status_code == status
        assert answer.mimetype == "application/json"
        assert answer.json is not None
        if name != "file":
            assert words in answer.json["problem"]

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 413, 415, 418, 422, 429, 500, 501, 503])
    def test_every_status_has_a_page(self, signed_in: Browser, status: int) -> None:
        answer = signed_in.client.get(f"/probe/raise/{status}")
        assert answer.status_code == status
        check_page(parse(answer.text))
        assert answer.headers["X-Request-Number"] in answer.text

    def test_what_may_not_be_done_here_says_what_may(self, signed_in: Browser) -> None:
        answer = signed_in.client.delete("/password")
        assert answer.status_code == 405
        assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))

    def test_every_kind_has_a_status_and_every_status_a_title(self) -> None:
        kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DomainError)}
        for kind in kinds - {DomainError, errors.SettingsError, errors.InvalidFile}:
            assert STATUSES[kind] in TITLES
        assert status_of(errors.InvalidFile("No.")) == STATUSES[errors.Refused]
        assert WORDS.keys() <= TITLES.keys()


class TestTheDatabaseIsDown:
    @pytest.mark.parametrize("path", ["/", "/password", "/sign-in", "/nowhere"])
    def test_somebody_signed_in_gets_a_page_that_says_so(self, signed_in: Browser, path: str) -> None:
        signed_in.get("/password")
        down = OperationalError("SELECT", {}, Exception("down"))
        with patch.object(signed_in.database.reader.dialect, "do_execute", side_effect=down):
            answer = signed_in.client.get(path)
        assert answer.status_code == 503
        check_page(parse(answer.text))

    def test_somebody_signed_out_gets_it_too(self, browser: Browser) -> None:
        down = OperationalError("SELECT", {}, Exception("down"))
        with patch.object(browser.database.reader.dialect, "do_execute", side_effect=down):
            assert browser.client.get("/sign-in").status_code == 503


class TestUnknownAndForbidden:
    @pytest.mark.parametrize("forbidden", ["/people/", "/people/add", "/trail/", "/trail/check"])
    def test_look_alike_to_the_last_byte(self, signed_in: Browser, forbidden: str) -> None:
        signed_in.get("/password")
        answers = [signed_in.client.get(path) for path in (forbidden, "/nowhere", "/people/nobody/change")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({without_numbers(answer.text) for answer in answers}) == 1
        assert len({tuple(sorted(answer.headers.keys())) for answer in answers}) == 1

    def test_look_alike_where_the_way_there_is_allowed(self, signed_in: Browser) -> None:
        signed_in.get("/password")
        answers = [signed_in.client.get(path) for path in ("/tools/nothing", "/months/nothing", "/nowhere")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({without_numbers(answer.text) for answer in answers}) == 1


class TestLogs:
    """A log is read by people who may not read what stands in the service."""

    CASE, EMAIL, TEXT, QUERY = "ABC0012345", "kim@example.org", "Kim was seen at home", "looked-for"

    def logged(self, caplog: pytest.LogCaptureFixture) -> str:
        formatter = logging.Formatter("%(name)s %(levelname)s %(message)s")
        return "\n".join(formatter.format(record) for record in caplog.records)

    @pytest.mark.parametrize("name", probe.RAISED)
    def test_hold_nothing_that_was_sent_whatever_happens(
        self, signed_in: Browser, caplog: pytest.LogCaptureFixture, name: str
    ) -> None:
        caplog.set_level(logging.DEBUG)
        fields = form_fields(Document(signed_in.get("/password").one("main form")))
        sent = {**fields, "case_reference": self.CASE, "email": self.EMAIL, "text": self.TEXT}
        answer = signed_in.client.post(f"/probe/raise/{name}?search={self.QUERY}", data=sent)
        said = self.logged(caplog)
        assert answer.headers["X-Request-Number"] in said
        for secret in (self.CASE, self.EMAIL, self.TEXT, self.QUERY, "pat@example.org", "Pat Example"):
            assert secret not in said

    def test_hold_nothing_of_a_sign_in(self, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        page = browser.get("/sign-in?next=/people/?search=looked-for")
        browser.submit(page, {"email": self.EMAIL, "password": "correct horse battery"}, status=422)
        said = self.logged(caplog)
        for secret in (self.EMAIL, "correct horse", self.QUERY):
            assert secret not in said

    def test_hold_no_secret_of_an_address(self, browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        browser.get("/invitation/a-secret-of-a-link", status=404)
        assert "a-secret-of-a-link" not in self.logged(caplog)

    def test_of_a_real_constraint_hold_none_of_its_values(
        self, signed_in: Browser, caplog: pytest.LogCaptureFixture, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        caplog.set_level(logging.DEBUG)

        def break_it() -> None:
            probe.store(self.TEXT)
            probe.store(self.TEXT)

        monkeypatch.setitem(app.view_functions, "probe.add", break_it)
        fields = form_fields(Document(signed_in.get("/password").one("main form")))
        answer = signed_in.client.post("/probe/add", data=fields)
        assert answer.status_code == 503
        assert "IntegrityError" in self.logged(caplog) or "UniqueViolation" in self.logged(caplog)
        assert self.TEXT not in self.logged(caplog)

    def test_name_the_person_by_what_tells_nobody_who_it_is(
        self, signed_in: Browser, pat: Person, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        signed_in.get("/password")
        assert pat.public_id in self.logged(caplog)
