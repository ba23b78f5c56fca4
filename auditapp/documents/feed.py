"""A calendar that programs read: days on which something is due or begins, as RFC 5545 wants them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, Timezone, vDuration

REFRESH = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Entry:
    """One day of a calendar.

    `uid` stays the same for as long as it is the same thing; `sequence` goes up whenever something about it changes,
    and `changed_at` says when that was. A program that has it already takes the change over; one that is cancelled it
    takes out.
    """

    uid: str
    day: date
    title: str
    link: str
    sequence: int
    changed_at: datetime
    is_cancelled: bool = False


def feed(name: str, entries: Iterable[Entry], *, at: datetime) -> bytes:
    """Return a calendar as bytes. No reminders of its own and no invitations: those who read it choose."""
    calendar = Calendar()
    calendar.add("prodid", "-//Case-file audits//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for entry in entries:
        calendar.add_component(_event(entry, at=at))
    if not calendar.subcomponents:
        # A calendar must hold something (RFC 5545, 3.6): where nothing is in it yet, the zone that its days are of.
        calendar.add_component(Timezone.from_tzid("Europe/London"))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, *, at: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", at)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", entry.title)
    event.add("url", entry.link)
    event.add("sequence", entry.sequence)
    event.add("last-modified", entry.changed_at)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event
