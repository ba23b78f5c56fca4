"""The calendar's pages: an address shown once, read by a program that is not signed in, and taken back."""

from collections.abc import Callable
from datetime import timedelta

from tests.documents.test_feed import events
from tests.pages import words
from tests.web.conftest import Browser, Clock


def test_a_calendar_program_reads_the_address_until_it_is_taken_back(nora: Browser) -> None:
    made = nora.submit(nora.get("/calendar/"), status=201)
    link = next(word for word in made.text.split() if "/calendar/" in word and ".ics" in word)
    path = "/calendar/" + link.rpartition("/calendar/")[2].partition("<")[0]
    program = nora.client.application.test_client()
    answer = program.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert any(str(event["SUMMARY"]).startswith("Audit QOP-") for event in events(answer.get_data()))
    assert path not in nora.get("/calendar/").title
    assert "private address since" in words(nora.get("/calendar/").root)
    nora.submit(nora.get("/calendar/"), form="form[action=/calendar/take-back]")
    assert program.get(path).status_code == 404
    assert "No address" in words(nora.get("/account/").root)


def test_an_address_that_was_never_made_is_not_there(new_browser: Callable[[], Browser]) -> None:
    assert new_browser().client.get("/calendar/nothing.ics").status_code == 404


def test_a_second_click_shows_the_same_address_and_a_later_visit_shows_none(nora: Browser, clock: Clock) -> None:
    page = nora.get("/calendar/")
    first, second = nora.submit(page, status=201), nora.submit(page)
    address = next(word for word in first.text.split() if ".ics" in word)
    assert second.status_code == 303
    assert address in nora.client.get(second.location).text
    assert address not in nora.client.get("/calendar/").text
    clock.at += timedelta(minutes=11)
    assert address not in nora.client.get(second.location).text
