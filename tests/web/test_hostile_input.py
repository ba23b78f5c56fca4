"""Whatever is sent, to whatever address, the answer is never a fault of ours: it is plain, and nothing breaks."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from auditapp.domain.vocabulary import Role
from auditapp.persistence.audits import Audit
from auditapp.web.rules import KEYLESS, RULES, UPLOADS
from tests.conftest import MOMENT
from tests.web.conftest import Browser, Clock, open_app
from tests.web.walking import READING, WRITING, Address, addresses, carried, rules_of
from tests.web.world import World

# As they stand in an address: NUL, bytes that are no UTF-8, half a character, a lone percent sign, and so on.
IN_ADDRESSES = (
    "%00",
    "%ff%fe",
    "%ED%A0%80",
    "%",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "a" * 4000,
    "-1",
    "9" * 30,
    "1e309",
    quote("Ⅷ½²٣"),
    quote("' OR 1=1 --"),
    quote("{{ 7 * 7 }}<script>"),
    quote("e\u0301\u202e\U0001f9d2\U0001f3fd\u200d\ufeff\uffff"),
    "%0d%0aSet-Cookie:%20a=b",
)
PARAMETERS = (
    *("after", "as_at", "before", "cell", "kind", "month", "next", "page", "quarter", "role", "search", "section"),
    *("show", "sort", "state", "team", "tool", "version"),
)
IN_FIELDS = (
    "\0",
    "before\0after",
    "\ufffd\ufeff\u202e",
    "\U0010ffff" * 100,
    "e" + "\u0301" * 5000,
    "x" * 1_000_000,
    "9" * 5000,
    "-1",
    "NaN",
    "Infinity",
    "1e999999",
    "²",
    "../../etc/passwd",
    "=1+1",
    "{{ 7 * 7 }}",
    "\r\nSet-Cookie: a=b",
    "//evil.example/\\@[",
    "[::1",
)
TEXTS = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"item": "\\ud800", "base": 0, "value": "\\udfff", "text": "\\u0000", "sitting": "\\ud800-sitting"}',
    b'{"item": "D1.grade", "base": 0, "value": "good", "text": "half \\ud83d", "sitting": "a-sitting-of"}',
    b'{"item": "D1.grade", "base": 0, "value": "good", "text": "nul \\u0000", "sitting": "a-sitting-of"}',
    b'{"item": [], "base": true, "value": {}, "text": 7, "sitting": null}',
    b'{"item": "D1.grade", "base": 1e400, "value": "good", "text": "", "sitting": "a-sitting-of"}',
    b'{"item": "D1.grade", "base": %s, "value": "good", "text": "", "sitting": "a-sitting-of"}' % (b"9" * 4000),
    b'{"item": "D1.grade", "base": 99999999999999999999, "value": "good", "text": "", "sitting": "a-sitting-of"}',
    b'{"item": "D1.grade", "base": NaN, "value": "good", "text": "", "sitting": "a-sitting-of"}',
)
FORMS = (
    b"%",
    b"a=%zz&b=%u1234",
    b"\xff\xfe=\xff",
    b"&" * 10_000,
    b"=".join([b"a"] * 1000),
    b"a=" + b"x" * 1_900_000,
    b"&".join(b"f%d=1" % number for number in range(20_000)),
)
PARTS = (
    b"",
    b"--edge",
    b"--edge--",
    b"--edge\r\n\r\n",
    b'--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\nx',
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="\x00.csv"\r\n\r\nx\r\n--edge--\r\n',
    b"--edge\r\nContent-Disposition: form-data\r\n\r\nx\r\n--edge--\r\n",
    b'--edge\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+AAA-',
    b'--edge\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%',
    b"\r\n".join([b"--edge"] * 5000),
)
FORM = "application/x-www-form-urlencoded"
KINDS = ("", "text/plain", "application/xml", "application/json", "multipart/form-data", "\xff", "a/b; charset=moon")


Forms = list[tuple[Address, list[str]]]


@dataclass
class Crowd:
    """Somebody for every address, in front of one application; nobody where all may open it."""

    app: Flask
    browsers: dict[Role | None, Browser]
    fields: dict[Role | None, dict[str, str]] = field(default_factory=dict)

    def who(self, address: Address) -> Role | None:
        """Return who opens an address here."""
        return None if address.is_public else next(role for role in Role if role in RULES[address.endpoint])

    def get(self, address: Address, path: str) -> None:
        """Open a page, and fail where its answer is a fault of ours."""
        self._check(self.browsers[self.who(address)].client.get(path, buffered=True), path)

    def post(self, address: Address, body: bytes, kind: str, *, path: str = "") -> None:
        """Send a form with its token, and fail where its answer is a fault of ours."""
        who = self.who(address)
        headers = {"X-CSRFToken": self.carried(address)["csrf_token"], "Content-Type": kind}
        answer = self.browsers[who].client.post(path or address.path, data=body, headers=headers, buffered=True)
        self._check(answer, address)
        if answer.status_code < 400:
            self.fields.pop(who)  # its key was used

    def carried(self, address: Address) -> dict[str, str]:
        """Return the token and a key that was not used yet."""
        who = self.who(address)
        if who not in self.fields:
            self.fields[who] = carried(self.browsers[who])
        return self.fields[who]

    def _check(self, answer: TestResponse, what: object) -> None:
        assert answer.status_code < 500, f"{what}: {answer.status_code}"
        assert "Set-Cookie: a=b" not in str(answer.headers)


@pytest.fixture(scope="module")
def crowd(world: World) -> Crowd:
    """Return a crowd over a world that is changed here."""
    clock = Clock(MOMENT)
    app = open_app(world.database, clock)
    browsers: dict[Role | None, Browser] = {
        role: Browser(app.test_client(), world.database, clock).sign_in(person) for role, person in world.people.items()
    }
    return Crowd(app, browsers | {None: Browser(app.test_client(), world.database, clock)})


def pages(crowd: Crowd, world: World, *methods: str) -> list[Address]:
    """Return every address with these methods that somebody may open."""
    return [address for address in addresses(crowd.app, world) if address.method in methods and address.sample.opens]


@pytest.fixture(scope="module")
def forms(crowd: Crowd, world: World) -> Forms:
    """Return every address that takes a form, with what its page sends. Signing out would end the walk."""
    found = [address for address in pages(crowd, world, WRITING) if address.endpoint != "accounts.sign_out"]
    return [(address, field_names(crowd, address)) for address in found]


def field_names(crowd: Crowd, address: Address) -> list[str]:
    """Return the names of what a page sends: those of its form, and those of its sample."""
    page = crowd.browsers[crowd.who(address)].client.get(address.path, buffered=True)
    text = page.get_data(as_text=True) if page.mimetype == "text/html" else ""
    found = re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', text)
    return [*dict.fromkeys([*address.sample.sent, *found, "name"])]


@pytest.mark.parametrize("text", IN_ADDRESSES, ids=lambda text: text[:12])
class TestAddresses:
    def test_every_page_stands_any_query(self, crowd: Crowd, world: World, text: str) -> None:
        query = "&".join(f"{name}={text}" for name in PARAMETERS)
        for address in pages(crowd, world, READING):
            crowd.get(address, f"{address.path}?{query}")

    def test_every_address_stands_any_argument(self, crowd: Crowd, world: World, text: str) -> None:
        rules = {rule.endpoint: rule.rule for rule in rules_of(crowd.app)}
        for address in pages(crowd, world, READING, WRITING):
            path = re.sub("<[^>]+>", text, rules[address.endpoint])
            if path == rules[address.endpoint]:
                continue
            if address.method == READING:
                crowd.get(address, path)
            else:
                crowd.post(address, urlencode(crowd.carried(address)).encode(), FORM, path=path)


class TestForms:
    @pytest.mark.parametrize("text", IN_FIELDS, ids=lambda text: ascii(text[:12]))
    def test_every_form_stands_anything_in_its_fields(self, crowd: Crowd, forms: Forms, text: str) -> None:
        for address, names in forms:
            fields = dict.fromkeys(names if len(text) < 10_000 else names[:1], text)
            crowd.post(address, urlencode({**fields, **crowd.carried(address)}).encode(), FORM)

    @pytest.mark.parametrize("body", FORMS, ids=lambda body: ascii(body[:12]))
    def test_a_form_stands_any_fields(self, crowd: Crowd, forms: Forms, body: bytes) -> None:
        for address in of_every_sort(forms):
            crowd.post(address, urlencode(crowd.carried(address)).encode() + b"&" + body, FORM)

    @pytest.mark.parametrize("body", PARTS, ids=lambda body: ascii(body[:24]))
    def test_a_form_stands_any_parts(self, crowd: Crowd, forms: Forms, body: bytes) -> None:
        for address in of_every_sort(forms):
            sent = b"".join(part(name, value) for name, value in crowd.carried(address).items()) + body
            crowd.post(address, sent, "multipart/form-data; boundary=edge")

    @pytest.mark.parametrize("body", TEXTS, ids=lambda body: ascii(body[:12]))
    def test_a_form_stands_any_json(self, crowd: Crowd, forms: Forms, body: bytes) -> None:
        for address in of_every_sort(forms):
            crowd.post(address, body, "application/json")

    @pytest.mark.parametrize("kind", KINDS, ids=ascii)
    def test_a_form_stands_being_called_anything(self, crowd: Crowd, forms: Forms, kind: str) -> None:
        for address in of_every_sort(forms):
            crowd.post(address, b"a=b", kind)


def of_every_sort(forms: Forms) -> list[Address]:
    """Return a form that is public, some that write, those that take a file, and those that a script sends."""
    sorts = {"accounts.sign_in", "people.add", "people.teams.add", "audits.section", *KEYLESS, *UPLOADS}
    found = [address for address, _ in forms if address.endpoint in sorts]
    assert {address.endpoint for address in found} == sorts
    return found


def part(name: str, value: str) -> bytes:
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def test_what_was_typed_with_a_nul_is_kept_but_for_the_nul(new_world: Callable[[], World], clock: Clock) -> None:
    world = new_world()
    app = open_app(world.database, clock)
    browser = Browser(app.test_client(), world.database, clock).sign_in(world.people[Role.QA])
    path = f"/months/audits/{world.known['drawn_other']}/replace"
    answer = browser.client.post(path, data={**carried(browser), "reason": "Moved\0 away."})
    assert answer.status_code == 303, answer.text
    with world.database.reading() as session:
        reasons = set(session.scalars(select(Audit.replacement_reason)))
    assert "Moved\N{REPLACEMENT CHARACTER} away." in reasons
