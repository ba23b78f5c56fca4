"""From one page of a list to the next and back, with what else the address says."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from auditapp.web.paging import MOST_PASSED, paging


def asked(address: str | None) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address or "").query)


def test_the_first_page_leads_on_only(app: Flask) -> None:
    with app.test_request_context("/people/?role=qa"):
        ways = paging("people.people", "row25", role="qa", team=None)
    assert ways.previous is None
    assert asked(ways.next) == {"role": ["qa"], "after": ["row25"]}


def test_from_the_third_one_comes_to_the_second_and_to_the_first(app: Flask) -> None:
    with app.test_request_context("/people/?after=row25"):
        on = paging("people.people", "row50").next
    with app.test_request_context(on):
        ways = paging("people.people", None)
    assert ways.next is None
    assert asked(ways.previous) == {"after": ["row25"]}
    with app.test_request_context(ways.previous):
        assert paging("people.people", "row50").previous == "/people/"


def test_the_address_stays_short_however_far_one_reads(app: Flask) -> None:
    address: str | None = "/trail/?before=1000"
    for _ in range(MOST_PASSED + 20):
        with app.test_request_context(address):
            address = paging("trail.trail", 25, key="before").next
    assert len(asked(address)["passed"][0].split(".")) == MOST_PASSED


@pytest.mark.parametrize("wrong", ["<b>", "a" * 3000, "//example.org", "%00"])
def test_what_no_page_of_ours_wrote_is_left_out(app: Flask, wrong: str) -> None:
    with app.test_request_context("/people/", query_string={"after": "row25", "passed": wrong}):
        assert paging("people.people", "row50").previous == "/people/"
