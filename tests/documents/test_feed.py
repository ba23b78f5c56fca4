"""The calendar feed, read back by the library's own reader and held to rules that programs trip over."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from auditapp.documents.feed import Entry, feed

AT = datetime(2026, 12, 1, 7, tzinfo=UTC)
CHANGED_AT = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)
LONGEST_LINE = 75


def entry(title: str = "Audit QOP-2026-12-01 due", *, cancelled: bool = False) -> Entry:
    link = "https://audits.example.org/audits/abc"
    return Entry("audit-abc@example.org", date(2026, 12, 15), title, link, 3, CHANGED_AT, cancelled)


def events(raw: bytes) -> list[Component]:
    """Read a feed back strictly, and return its events."""
    for line in raw.split(b"\r\n"):
        assert len(line) <= LONGEST_LINE
        assert b"\n" not in line
    calendar = Calendar.from_ical(raw)
    assert not calendar.errors
    assert (str(calendar["VERSION"]), str(calendar["METHOD"])) == ("2.0", "PUBLISH")
    assert calendar["PRODID"]
    found = list(calendar.walk("VEVENT"))
    for event in found:
        assert not event.errors
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "STATUS"} <= set(event)
        assert event.decoded("DTSTAMP").tzinfo is not None
    return found


def read(entries: Iterable[Entry]) -> list[Component]:
    return events(feed("Case-file audits", entries, at=AT))


def test_a_day_is_a_whole_day_with_a_stable_name_and_its_changes_counted() -> None:
    (event,) = read([entry()])
    assert str(event["UID"]) == "audit-abc@example.org"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 12, 15), date(2026, 12, 16))
    assert event.decoded("SEQUENCE") == 3
    assert (event.decoded("LAST-MODIFIED"), event.decoded("DTSTAMP")) == (CHANGED_AT, AT)
    assert str(event["STATUS"]) == "CONFIRMED"
    assert event["DTSTART"].params["VALUE"] == "DATE"


def test_what_is_cancelled_says_so_under_the_same_name() -> None:
    (event,) = read([entry(cancelled=True)])
    assert str(event["STATUS"]) == "CANCELLED"


def test_an_empty_calendar_is_one_and_holds_something() -> None:
    assert read([]) == []
    assert b"BEGIN:VTIMEZONE" in feed("Mine", [], at=AT), "RFC 5545 wants a component in every calendar"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
def test_any_title_comes_back_as_it_was(title: str) -> None:
    (event,) = read([entry(title)])
    assert str(event["SUMMARY"]) == title
