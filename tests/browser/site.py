"""The real service on a port of this machine, and people who use it, each in a browser of their own."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from werkzeug.serving import WSGIRequestHandler, make_server

from auditapp.config import Settings
from auditapp.domain.passwords import DEMONSTRATION_WORDS
from auditapp.persistence.database import Database
from tests.applications import opened

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECRET = "a secret of tests, long enough to be one"
PASSWORD = DEMONSTRATION_WORDS
HEIGHT = 800


class Clock:
    """The clock of the service: it stands until somebody moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, time: timedelta) -> None:
        """Let time go by."""
        self.at += time


@dataclass(frozen=True)
class Site:
    """The service: where it is, what it stores in, its clock, and the application itself."""

    address: str
    database: Database
    clock: Clock
    app: Flask


class Silent(WSGIRequestHandler):
    """Answers without writing lines into the tests' output."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def whole(app: Flask) -> "WSGIApplication":
    """Answer in one piece, and let go of what it came from before it is sent.

    Werkzeug's own server leaves an asset's file open where a browser goes away in the middle of it.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return answer


@contextmanager
def serving(database: Database, clock: Clock) -> Iterator[Site]:
    """Serve the application over a database, on a port that was free."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        settings = Settings(database_url=str(database.url), secret_key=SECRET, base_url=address)
        app = opened(settings, database, clock)
        server = make_server("127.0.0.1", port, whole(app), threaded=True, request_handler=Silent, fd=listener.fileno())
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield Site(address, database, clock, app)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@dataclass
class Visitor:
    """Somebody at a browser. What it complains about fails the test, unless it was told to expect that."""

    site: Site
    context: BrowserContext
    page: Page = field(init=False)
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("page", self._watch)
        self.page = self.context.new_page()

    def open(self, path: str) -> Page:
        """Open a page of the service."""
        self.page.goto(self.site.address + path)
        return self.page

    def sign_in(self, email: str) -> Page:
        """Sign in with the page for it."""
        self.open("/sign-in")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        return self.page

    def expect(self, complaint: str) -> None:
        """Let the browser complain about something that the test brings about: a regular expression."""
        self.expected.append(complaint)

    @property
    def surprises(self) -> list[str]:
        """What the browser complained about without being expected to."""
        known = [re.compile(pattern) for pattern in self.expected]
        return [complaint for complaint in self.complaints if not any(one.search(complaint) for one in known)]

    def _watch(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("requestfailed", self._failed)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text} ({message.location['url']})")

    def _failed(self, request: Request) -> None:
        # A download and a page that is left for another end their request without harm.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"request: {request.failure} ({request.url})")


def arrive(browser: Browser, site: Site, *, width: int = 1280, height: int = HEIGHT, scripts: bool = True) -> Visitor:
    """Open a browser that knows nothing of any other."""
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=scripts)
    context.set_default_timeout(15_000)
    return Visitor(site, context)
