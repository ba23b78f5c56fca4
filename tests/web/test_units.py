"""One request, one commit; one form, one change: whatever is clicked twice, sent at once, or cut off."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from auditapp.domain.passwords import IDLE
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.sign_in import SignInSession
from auditapp.persistence.submissions import Submission
from auditapp.services import accounts
from auditapp.web import access
from tests.faults import contents
from tests.pages import Document
from tests.statements import counted
from tests.web import probe
from tests.web.conftest import Browser, Clock, form_fields

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Fields = dict[str, str]


@pytest.fixture(autouse=True)
def pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    probe.install(app, monkeypatch)


@pytest.fixture
def pat(database: Database, at: datetime) -> Person:
    return add_person(database, "pat@example.org", at)


@pytest.fixture
def signed_in(browser: Browser, pat: Person) -> Browser:
    return browser.sign_in(pat)


def add_person(database: Database, email: str, at: datetime) -> Person:
    grants = [Grant(Role.QA)]
    with database.transaction() as session:
        return accounts.add_person(session, email, name="Pat Example", grants=grants, by=COMMAND_LINE, at=at)


def fresh_fields(browser: Browser) -> Fields:
    """Return what every form carries: the token of the session, and a key that was never used."""
    return form_fields(Document(browser.get("/password").one("main form")))


def send(browser: Browser, path: str, fields: Fields) -> TestResponse:
    return browser.client.post(path, data=fields)


def submissions(database: Database) -> int | None:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Submission))


def seen_at(database: Database) -> datetime:
    with database.reading() as session:
        return session.scalars(select(SignInSession.seen_at)).one()


class TestCommit:
    @pytest.mark.parametrize("status", [200, 201, 204, 301, 303])
    def test_an_answer_under_400_is_kept(self, signed_in: Browser, database: Database, status: int) -> None:
        assert send(signed_in, f"/probe/answer/{status}", fresh_fields(signed_in)).status_code == status
        assert probe.stored(database) == {f"status {status}"}

    @pytest.mark.parametrize("status", [400, 404, 409, 422, 429, 500, 503])
    def test_an_answer_from_400_leaves_nothing(self, signed_in: Browser, database: Database, status: int) -> None:
        fields, before = fresh_fields(signed_in), contents(database)
        assert send(signed_in, f"/probe/answer/{status}", fields).status_code == status
        assert contents(database) == before

    @pytest.mark.parametrize("name", probe.RAISED)
    def test_what_is_raised_leaves_nothing(self, signed_in: Browser, database: Database, name: str) -> None:
        fields, before = fresh_fields(signed_in), contents(database)
        assert send(signed_in, f"/probe/raise/{name}", fields).status_code >= 400
        assert contents(database) == before

    def test_a_page_that_is_opened_cannot_write(self, signed_in: Browser, database: Database) -> None:
        assert signed_in.client.get("/probe/write").status_code in {500, 503}
        assert probe.stored(database) == set()

    def test_a_commit_that_fails_is_answered_and_the_same_form_works_afterwards(
        self, signed_in: Browser, database: Database
    ) -> None:
        fields = fresh_fields(signed_in)
        refusal = OperationalError("COMMIT", {}, Exception("disk full"))
        with patch.object(database.writer.dialect, "do_commit", side_effect=refusal):
            answer = send(signed_in, "/probe/commit", fields)
        assert answer.status_code == 503
        assert "was not stored" in answer.text
        assert probe.stored(database) == set()
        assert send(signed_in, "/probe/commit", fields).status_code == 303
        assert probe.stored(database) == {"committed"}

    def test_every_turn_to_write_is_handed_on(self, signed_in: Browser, database: Database) -> None:
        for _ in range(20):  # more than the pool has connections
            send(signed_in, "/probe/raise/integrity", fresh_fields(signed_in))
            send(signed_in, "/probe/raise/unforeseen", fresh_fields(signed_in))
        assert send(signed_in, "/probe/commit", fresh_fields(signed_in)).status_code == 303
        assert probe.stored(database) == {"committed"}

    def test_the_body_is_read_before_the_turn_to_write_is_taken(
        self, signed_in: Browser, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if not database.is_sqlite:
            pytest.skip("only SQLite's writers queue")
        monkeypatch.setattr(access, "KEYLESS", {"probe.commit_of_the_database"})
        token, body = fresh_fields(signed_in)["csrf_token"], SlowBody(database)
        answer = signed_in.client.post(
            "/probe/commit", input_stream=body, content_type="application/json", headers={"X-CSRFToken": token}
        )
        assert answer.status_code == 303
        assert body.was_read


class SlowBody(BytesIO):
    """A body during whose reading somebody else writes: a reader that held the turn would be waited for for ever."""

    def __init__(self, database: Database) -> None:
        super().__init__(b'{"a": 1}')
        self.database, self.was_read = database, False

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Let somebody else write first."""
        with self.database.transaction():
            self.was_read = True
        return super().readinto(buffer)

    def read(self, size: int | None = -1) -> bytes:
        """Let somebody else write first."""
        with self.database.transaction():
            self.was_read = True
        return super().read(size)


class TestKeys:
    def test_a_form_sent_twice_changes_once_and_leads_to_the_same_place(
        self, signed_in: Browser, database: Database
    ) -> None:
        fields = {**fresh_fields(signed_in), "name": "a"}
        answers = [send(signed_in, "/probe/add", fields) for _ in range(3)]
        assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/probe/added/a")] * 3
        assert probe.stored(database) == {"a"}
        assert submissions(database) == 1

    def test_a_repeat_leads_to_the_first_result_whatever_it_says(self, signed_in: Browser, database: Database) -> None:
        fields = fresh_fields(signed_in)
        send(signed_in, "/probe/add", {**fields, "name": "a"})
        assert send(signed_in, "/probe/add", {**fields, "name": "b"}).location == "/probe/added/a"
        assert send(signed_in, "/probe/commit", fields).location == "/probe/added/a"
        assert probe.stored(database) == {"a"}

    def test_a_form_sent_by_many_at_once_changes_once(
        self, signed_in: Browser, database: Database, app: Flask, pat: Person, clock: Clock
    ) -> None:
        fields = {**fresh_fields(signed_in), "name": "a"}
        cookie = signed_in.client.get_cookie("auditapp")
        assert cookie is not None

        def click(_: int) -> tuple[int, str]:
            client = app.test_client()
            client.set_cookie("auditapp", cookie.value)
            answer = client.post("/probe/add", data=fields)
            return answer.status_code, answer.location

        for _ in range(3):
            with ThreadPoolExecutor(8) as threads:
                assert set(threads.map(click, range(16))) == {(303, "/probe/added/a")}
        assert probe.stored(database) == {"a"}
        assert submissions(database) == 1

    def test_different_forms_sent_at_once_are_all_taken(
        self, signed_in: Browser, database: Database, app: Flask
    ) -> None:
        forms = [{**fresh_fields(signed_in), "name": str(number)} for number in range(16)]
        cookie = signed_in.client.get_cookie("auditapp")
        assert cookie is not None

        def click(fields: Fields) -> int:
            client = app.test_client()
            client.set_cookie("auditapp", cookie.value)
            return client.post("/probe/add", data=fields).status_code

        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(click, forms)) == [303] * 16
        assert len(probe.stored(database)) == 16

    def test_a_form_that_was_refused_may_be_sent_again(self, signed_in: Browser, database: Database) -> None:
        fields = fresh_fields(signed_in)
        assert send(signed_in, "/probe/raise/refused", fields).status_code == 422
        assert send(signed_in, "/probe/commit", fields).status_code == 303
        assert probe.stored(database) == {"committed"}

    @pytest.mark.parametrize("key", [None, "", "made up", "WzEsImEiXQ.x"])
    def test_a_form_without_a_key_of_ours_is_never_taken(
        self, signed_in: Browser, database: Database, key: str | None
    ) -> None:
        fields = fresh_fields(signed_in)
        del fields["once"]
        answer = send(signed_in, "/probe/commit", fields if key is None else {**fields, "once": key})
        assert answer.status_code == 409
        assert probe.stored(database) == set()

    def test_a_form_of_somebody_elses_is_never_taken(
        self, signed_in: Browser, new_browser: Callable[[], Browser], database: Database, at: datetime
    ) -> None:
        other = new_browser().sign_in(add_person(database, "sam@example.org", at))
        fields = {**fresh_fields(signed_in), "once": fresh_fields(other)["once"]}
        assert send(signed_in, "/probe/commit", fields).status_code == 409
        assert probe.stored(database) == set()

    def test_a_form_of_somebody_elses_is_not_taken_for_a_repeat(
        self, signed_in: Browser, new_browser: Callable[[], Browser], database: Database, at: datetime
    ) -> None:
        fields = fresh_fields(signed_in)
        send(signed_in, "/probe/commit", fields)
        other = new_browser().sign_in(add_person(database, "sam@example.org", at))
        answer = send(other, "/probe/commit", {**fresh_fields(other), "once": fields["once"]})
        assert answer.status_code == 409
        assert not answer.location

    @pytest.mark.parametrize("path", ["/probe/commit", "/probe/slow", "/sign-in"])
    def test_calling_it_json_does_not_do_without_the_key(self, signed_in: Browser, path: str) -> None:
        token, before = fresh_fields(signed_in)["csrf_token"], contents(signed_in.database)
        answer = signed_in.client.post(path, json={"email": ["a"]}, headers={"X-CSRFToken": token})
        assert answer.status_code == 415
        assert contents(signed_in.database) == before

    def test_a_form_without_the_token_of_the_session_is_never_taken(
        self, signed_in: Browser, database: Database
    ) -> None:
        fields = fresh_fields(signed_in)
        for token in (None, "", "made up"):
            sent = {"once": fields["once"], **({} if token is None else {"csrf_token": token})}
            assert send(signed_in, "/probe/commit", sent).status_code == 409
        assert probe.stored(database) == set()

    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
    def test_a_form_that_comes_as_a_look_is_none(self, signed_in: Browser, method: str) -> None:
        fields, before = fresh_fields(signed_in), contents(signed_in.database)
        sent = {**fields, "present": "correct horse battery", "password": "another horse battery"}
        assert signed_in.client.open("/password", method=method, data=sent).status_code == 200
        assert contents(signed_in.database) == before

    def test_a_form_that_does_not_end_with_a_redirect_is_a_fault_of_ours_and_leaves_nothing(
        self, signed_in: Browser, database: Database, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.view_functions, "probe.add", lambda: "a page")
        assert send(signed_in, "/probe/add", fresh_fields(signed_in)).status_code == 500
        assert submissions(database) == 0


class TestStayingSignedIn:
    def test_reading_keeps_a_session_awake(self, signed_in: Browser, database: Database, clock: Clock) -> None:
        for _ in range(4):
            clock.at += IDLE - timedelta(minutes=1)
            signed_in.get("/password")
            assert seen_at(database) == clock.at

    def test_writing_keeps_a_session_awake_in_the_same_transaction(
        self, signed_in: Browser, database: Database, clock: Clock
    ) -> None:
        fields = fresh_fields(signed_in)
        began, clock.at = clock.at, clock.at + timedelta(minutes=30)
        assert send(signed_in, "/probe/raise/refused", fields).status_code == 422
        assert seen_at(database) == began
        with counted(database) as statements:
            assert send(signed_in, "/probe/commit", fields).status_code == 303
        assert seen_at(database) == clock.at
        assert len([text for text in statements if text.startswith("UPDATE sign_in_session")]) == 1

    def test_it_is_noted_once_a_minute_at_most(self, signed_in: Browser, database: Database, clock: Clock) -> None:
        for seconds, noted in ((59, 0), (1, 1), (59, 0), (30, 1)):
            clock.at += timedelta(seconds=seconds)
            with counted(database) as statements:
                signed_in.get("/password")
            assert len([text for text in statements if not text.startswith("SELECT")]) == noted
            assert len(statements) <= 1 + noted

    def test_a_page_is_shown_even_where_it_cannot_be_noted(
        self, signed_in: Browser, database: Database, clock: Clock
    ) -> None:
        began, clock.at = clock.at, clock.at + timedelta(minutes=30)
        refusal = OperationalError("COMMIT", {}, Exception("disk full"))
        with patch.object(database.writer.dialect, "do_commit", side_effect=refusal):
            signed_in.get("/password")
        assert seen_at(database) == began

    def test_nothing_is_noted_for_an_address_that_is_none(
        self, signed_in: Browser, database: Database, clock: Clock
    ) -> None:
        began, clock.at = clock.at, clock.at + timedelta(minutes=30)
        signed_in.get("/nowhere", status=404)
        assert seen_at(database) == began

    def test_a_session_that_was_ended_stays_ended(self, signed_in: Browser, clock: Clock) -> None:
        signed_in.get("/password")
        clock.at += IDLE
        assert signed_in.client.get("/password").status_code == 303
        clock.at -= timedelta(minutes=30)
        signed_in.get("/password")


class TestStatements:
    """What every page pays before it does anything of its own; the pages' own tests count the whole."""

    def test_a_page_that_is_read_costs_one_statement(self, signed_in: Browser, database: Database) -> None:
        with counted(database) as statements:
            signed_in.get("/password")
        assert len(statements) == 1

    def test_a_form_costs_three_statements_and_its_own(self, signed_in: Browser, database: Database) -> None:
        fields = fresh_fields(signed_in)
        with counted(database) as statements:
            send(signed_in, "/probe/commit", fields)
        assert [text.split()[0] for text in statements] == ["SELECT", "INSERT", "INSERT", "UPDATE"]

    def test_an_address_that_is_none_never_waits_for_a_turn_to_write(
        self, signed_in: Browser, database: Database
    ) -> None:
        if not database.is_sqlite:
            pytest.skip("only SQLite's writers queue")
        with database.writing():  # by this thread: another turn would be refused at once
            assert send(signed_in, "/nowhere", {}).status_code == 404
            assert signed_in.client.delete("/password").status_code == 405
