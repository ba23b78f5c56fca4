"""Walks every address of the application: which there are, and what a page would send there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.web.rules import EVERYBODY, KEYLESS, RULES
from tests.faults import contents
from tests.pages import Document, parse
from tests.web.conftest import Browser, form_fields
from tests.web.samples import Sample, sample_of_a_list, samples
from tests.web.world import World

READING = "GET"
WRITING = "POST"


@dataclass(frozen=True)
class Address:
    """One endpoint, one method, one object."""

    endpoint: str
    method: str
    path: str
    sample: Sample

    @property
    def is_public(self) -> bool:
        """Whether one need not be signed in."""
        return RULES[self.endpoint] is EVERYBODY

    def is_open_to(self, role: Role) -> bool:
        """Whether somebody gets further than 'not there'."""
        return role in self.sample.opens and (self.is_public or role in RULES[self.endpoint])


def rules_of(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def addresses(app: Flask, world: World) -> Iterator[Address]:
    """Yield everything there is to open and to send."""
    known, urls = samples(world), app.url_map.bind("localhost")
    for rule in rules_of(app):
        for sample in known.get(rule.endpoint, ()) if rule.arguments else (sample_of_a_list(rule.endpoint),):
            path = urls.build(rule.endpoint, sample.arguments)
            for method in sorted((rule.methods or set()) & {READING, WRITING, "PUT", "PATCH", "DELETE"}):
                yield Address(rule.endpoint, method, path, sample)


def ask(browser: Browser, address: Address) -> TestResponse:
    if address.method == READING:
        return browser.client.get(address.path, buffered=True)
    return send(browser, address)


def send(browser: Browser, address: Address) -> TestResponse:
    """Send what the page would send, with the token and the key that every form carries."""
    fields = carried(browser)
    if address.endpoint in KEYLESS:
        token = {"X-CSRFToken": fields["csrf_token"]}
        return browser.client.post(address.path, json=dict(address.sample.sent), headers=token, buffered=True)
    return browser.client.post(address.path, data={**fields, **address.sample.sent}, buffered=True)


def carried(browser: Browser) -> dict[str, str]:
    page = browser.client.get("/password", follow_redirects=True, buffered=True)
    form = re.search(r"<form(?![^>]*sign-out).*?</form>", page.text, re.DOTALL)
    assert form
    fields = form_fields(Document(parse(f"<!DOCTYPE html><title>-</title>{form[0]}").one("form")))
    return {name: fields[name] for name in ("csrf_token", "once")}


def what_counts(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return what a database holds, but for who was seen when."""
    held = contents(database)
    return {
        table: rows for table, rows in held.items() if table not in {"sign_in_session", "trail_event", "trail_head"}
    }
