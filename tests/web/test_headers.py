"""What every answer says to the browser, whatever the answer is, and which hosts and bodies are answered at all."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from auditapp.config import Settings
from auditapp.domain.passwords import DEMONSTRATION_WORDS
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.service_settings import DEMONSTRATION, ServiceSetting
from auditapp.services import accounts
from auditapp.services.secrets import choose_password
from auditapp.web.headers import HEADERS, POLICY
from auditapp.web.uploads import FORM_LIMIT
from tests.applications import opened
from tests.pages import Document, check_page, parse
from tests.web import probe
from tests.web.conftest import SECRET, Browser, Clock, form_fields

PASSWORD = "correct horse battery"
HOST = "audits.example.gov.uk"
SECURE = f"https://{HOST}"


@pytest.fixture
def pat(database: Database, at: datetime) -> Person:
    with database.transaction() as session:
        grants = [Grant(Role.QA)]
        return accounts.add_person(
            session, "pat@example.org", name="Pat Example", grants=grants, by=COMMAND_LINE, at=at
        )


@pytest.fixture
def secure(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Return a browser before the service as it runs in production: behind one proxy that ends the encryption."""
    settings = Settings(database_url=str(database.url), secret_key=SECRET, base_url=SECURE, proxies=1)
    app = opened(settings, database, clock)
    probe.install(app, monkeypatch)
    return Browser(app.test_client(), database, clock)


def signing_in(browser: Browser) -> list[str]:
    """Return the cookies that signing in sets: that of the session, and that by which the browser is known."""
    token = form_fields(Document(parse(get(browser, "/sign-in").text).one("main form")))
    with browser.database.transaction() as session:
        session.execute(update(Person).values(password_hash=choose_password(PASSWORD, email="pat@example.org").hash))
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"{SECURE}/sign-in"}
    fields = {**token, "email": "pat@example.org", "password": PASSWORD}
    answer = browser.client.post("/sign-in", data=fields, headers=headers)
    assert answer.status_code == 303, answer.text
    return answer.headers.getlist("Set-Cookie")


def get(browser: Browser, path: str, **headers: str) -> TestResponse:
    return browser.client.get(path, headers={"Host": HOST, "X-Forwarded-Proto": "https", **headers})


def check_headers(answer: TestResponse) -> None:
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value]
    assert re.fullmatch(r"[0-9a-f]{8}", answer.headers["X-Request-Number"])
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


def test_a_demonstration_is_not_shown_at_a_public_address(secure: Browser, browser: Browser) -> None:
    with secure.database.transaction() as session:
        session.add(ServiceSetting(name=DEMONSTRATION, value="2026-10-15"))
    answer = get(secure, "/sign-in")
    assert answer.status_code == 503
    assert "It is not shown at a public address." in answer.text
    assert DEMONSTRATION_WORDS not in answer.text
    assert browser.client.get("/sign-in").status_code == 200


class TestEveryAnswer:
    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/sign-in", 200),
            ("HEAD", "/sign-in", 200),
            ("OPTIONS", "/sign-in", 200),
            ("GET", "/health", 200),
            ("GET", "/", 303),
            ("GET", "/nowhere", 404),
            ("DELETE", "/sign-in", 405),
            ("POST", "/sign-in", 400),
            ("POST", "/password", 401),
            ("GET", "/build/app.css", 200),
            ("GET", "/build/nowhere.css", 404),
            ("GET", "/build/../rules.py", 404),
        ],
    )
    def test_has_the_headers(self, app: Flask, method: str, path: str, status: int) -> None:
        answer = app.test_client().open(path, method=method, buffered=True)
        assert answer.status_code == status
        check_headers(answer)
        assert answer.headers["Cache-Control"] == (
            "public, max-age=31536000, immutable" if path == "/build/app.css" else "no-store"
        )

    @pytest.mark.parametrize("name", [*probe.RAISED, "400", "403", "418", "500", "501"])
    def test_of_an_error_has_them_too(
        self, app: Flask, browser: Browser, pat: Person, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        probe.install(app, monkeypatch)
        answer = browser.sign_in(pat).client.get(f"/probe/raise/{name}")
        assert answer.status_code >= 400
        check_headers(answer)

    def test_says_nothing_about_encryption_where_there_is_none(self, app: Flask) -> None:
        assert "Strict-Transport-Security" not in app.test_client().get("/sign-in").headers

    def test_binds_browsers_to_encryption_where_there_is_one(self, secure: Browser) -> None:
        assert get(secure, "/sign-in").headers["Strict-Transport-Security"].startswith("max-age=63072000")


class TestPolicy:
    def test_lets_nothing_run_or_load_that_is_not_ours(self) -> None:
        for allowance in ("unsafe", "nonce", "sha256", "data:", "blob:", "http", "*", "strict-dynamic"):
            assert allowance not in POLICY
        directives = dict(directive.split(" ", 1) for directive in POLICY.split("; "))
        assert directives.pop("default-src") == directives.pop("base-uri") == directives.pop("frame-ancestors")
        assert set(directives.values()) == {"'self'"}
        assert "script-src" in directives
        assert "form-action" in directives

    def test_pages_load_nothing_from_elsewhere(self, browser: Browser, pat: Person) -> None:
        for page in (browser.get("/sign-in"), browser.sign_in(pat).get("/")):
            loaded = [element.get("src") or element.get("href") for element in page.all("script") + page.all("link")]
            assert loaded
            assert all(str(address).startswith("/build/") for address in loaded)


class TestCookies:
    @pytest.mark.usefixtures("pat")
    def test_are_bound_to_host_encryption_and_site(self, secure: Browser) -> None:
        cookies = get(secure, "/sign-in").headers.getlist("Set-Cookie") + signing_in(secure)
        assert len(cookies) == 3
        for cookie in cookies:
            name, _, rest = cookie.partition("=")
            parts = {part.strip() for part in rest.split(";")[1:]}
            assert name.startswith("__Host-")
            assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
            assert not any(part.startswith("Domain") for part in parts)

    def test_are_hidden_from_scripts_on_this_machine_too(self, app: Flask) -> None:
        (cookie,) = app.test_client().get("/sign-in").headers.getlist("Set-Cookie")
        assert cookie.startswith("auditapp=")
        assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


class TestHosts:
    @pytest.mark.parametrize(
        "host", ["evil.example", "audits.example.gov.uk.evil.example", "evil.example:443", "a@b", ""]
    )
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_host_that_is_not_ours_is_refused(self, secure: Browser, host: str, method: str) -> None:
        answer = secure.client.open("/sign-in", method=method, headers={"Host": host, "X-Forwarded-Proto": "https"})
        assert answer.status_code == 421
        assert "evil" not in answer.text
        check_headers(answer)

    def test_a_forwarded_host_is_not_believed(self, secure: Browser) -> None:
        answer = get(secure, "/", **{"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
        assert answer.status_code == 303
        assert answer.location == "/sign-in?next=/"
        assert "evil" not in get(secure, "/sign-in", **{"X-Forwarded-Host": "evil.example"}).text

    def test_a_forwarded_host_does_not_stand_in_for_ours(self, secure: Browser) -> None:
        headers = {"Host": "evil.example", "X-Forwarded-Host": HOST, "X-Forwarded-Proto": "https"}
        assert secure.client.get("/sign-in", headers=headers).status_code == 421

    def test_our_host_is_answered_whatever_its_port(self, secure: Browser) -> None:
        for host in (HOST, f"{HOST}:8443"):
            assert get(secure, "/sign-in", Host=host).status_code == 200


class TestBodies:
    def test_one_over_the_limit_is_refused_with_a_page(self, browser: Browser, pat: Person) -> None:
        browser.sign_in(pat).get("/password")
        answer = browser.client.post("/password", data={"password": "x" * (FORM_LIMIT + 1)})
        assert answer.status_code == 413
        check_headers(answer)
        page = parse(answer.text)
        check_page(page)
        assert page.heading == "That is too large"
        assert "Go back in your browser: where your text is still there, shorten it" in answer.text

    def test_one_that_lies_about_its_length_is_refused(self, client: FlaskClient) -> None:
        answer = client.post("/sign-in", environ_overrides={"CONTENT_LENGTH": str(FORM_LIMIT + 1)})
        assert answer.status_code == 413

    def test_one_of_too_many_parts_is_refused(self, client: FlaskClient) -> None:
        fields = {f"field{number}": "x" for number in range(2001)}
        answer = client.post("/sign-in", data=fields, content_type="multipart/form-data")
        assert answer.status_code == 413
        assert "Select a smaller file." in answer.text
        assert "still there" not in answer.text, "no browser chooses a file again"

    def test_one_under_the_limit_is_read(self, browser: Browser, pat: Person) -> None:
        browser.sign_in(pat).get("/password")
        answer = browser.client.post("/password", data={"password": "x" * (FORM_LIMIT - 1000)})
        assert answer.status_code == 409  # read, and found to be without its key

    @pytest.fixture
    def client(self, app: Flask) -> FlaskClient:
        return app.test_client()
