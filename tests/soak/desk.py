"""Somebody at a desk whose servers are killed under them: what is not answered is sent again, the very same."""

import http.client
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.pages import Document, parse
from tests.soak.processes import Process
from tests.web.conftest import form_fields

PATIENCE = 90.0
SEE_OTHER = 303


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    location: str
    text: str


@dataclass
class HttpDesk:
    """One person in one browser, sent to any of some servers. `meddle` is told of every request while it is out."""

    servers: list[Process]
    chance: random.Random
    meddle: Callable[[Process], None]
    cookies: dict[str, str] = field(default_factory=dict)
    repeats: int = 0

    def sign_in(self, email: str, password: str) -> None:
        """Sign in with the page's own form."""
        page = self.get("/sign-in")
        assert self.submit(page, {"email": email, "password": password}, to="/sign-in").status == SEE_OTHER

    def get(self, path: str) -> Document:
        """Open a page."""
        answer = self._ask("GET", path)
        assert answer.status == 200, f"{path}: {answer.status}"
        return parse(answer.text)

    def submit(self, page: Document, typed: dict[str, str], *, to: str) -> Answer:
        """Send the first form of a page's main part, with what is typed over it."""
        fields = form_fields(Document(page.all("main form")[0])) | typed
        return self._ask("POST", to, urlencode(fields))

    def _ask(self, method: str, path: str, body: str = "") -> Answer:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._try(self.chance.choice(self.servers), method, path, body)
            except (OSError, http.client.HTTPException):
                # Nobody knows whether it was done: the same form is sent again.
                assert time.monotonic() < deadline, f"{method} {path} was never answered"
                self.repeats += 1
                time.sleep(0.1)

    def _try(self, server: Process, method: str, path: str, body: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        headers = {"Host": "127.0.0.1:5000", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": "http://127.0.0.1:5000/"}
        try:
            connection.request(method, path, body or None, headers)
            self.meddle(server)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        if response.status >= 500:
            raise http.client.HTTPException(f"{response.status}")
        return Answer(response.status, urlsplit(response.getheader("Location") or "").path, text)
