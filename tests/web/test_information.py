"""The pages that say whom to turn to: the contact of the settings, and what to do where none is set."""

from dataclasses import replace

import pytest
from flask import Flask

from auditapp.persistence.database import Database
from auditapp.web import build
from tests.web.conftest import Browser, Clock

PAGES = ("/accessibility", "/privacy", "/forgotten-password")


def with_contact(app: Flask, database: Database, clock: Clock, contact: str) -> Browser:
    settings = replace(app.extensions["settings"], contact=contact)
    return Browser(build(settings, database=database, clock=clock).test_client(), database, clock)


@pytest.mark.parametrize("path", PAGES)
def test_an_address_can_be_written_to_and_a_number_is_given(
    app: Flask, database: Database, clock: Clock, path: str
) -> None:
    page = with_contact(app, database, clock, "audits@example.gov.uk").get(path)
    assert "mailto:audits@example.gov.uk" in [link.get("href") for link in page.all("main a")]
    page = with_contact(app, database, clock, "01632 960123").get(path)
    assert "01632 960123" in page.texts("main strong")


@pytest.mark.parametrize("path", PAGES)
def test_where_none_is_set_the_page_says_who_knows(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert not [link for link in page.all("a[href]") if link.get("href", "").startswith("mailto:")]
    assert "manager" in page.texts("main")[0]


def test_the_accessibility_statement_says_how_compliant_the_service_is_and_why(browser: Browser) -> None:
    told = browser.get("/accessibility").texts("main")[0]
    assert "is partially compliant with" in told
    assert "has not been audited by somebody else yet" in told
