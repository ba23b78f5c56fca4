"""What makes the trail a chain: how an event is written down, hashed and checked against its neighbours.

An event's hash is the SHA-256 of its own canonical JSON, which holds the hash of the event before it. Nobody can
alter, remove or move one without every later hash of the chain being wrong. Two things a chain alone cannot show,
that it was rehashed from some point on and that its tail was cut off, are shown by a checkpoint kept elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

START = "0" * 64
SERVICE_CHAIN = "service"

Details = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the trail, as it is hashed. `by` is a person's opaque identifier, or who stands in for one."""

    chain: str
    position: int
    at: datetime
    by: str
    name: str
    subject: str
    details: Details
    previous: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain: its position, from 1, and its hash."""

    chain: str
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where a chain is not what was written, in words."""

    chain: str
    position: int
    what: str

    def __str__(self) -> str:
        """Say where and what."""
        return f"Chain {self.chain}, event {self.position}: {self.what}"


def digest(event: Event) -> str:
    """Return the hash of an event: SHA-256 over its canonical JSON, in hexadecimal."""
    written = [
        event.chain,
        event.position,
        event.at.isoformat(timespec="microseconds"),
        event.by,
        event.name,
        event.subject,
        dict(event.details),
        event.previous,
    ]
    text = json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def faults(events: Iterable[Event], heads: Iterable[Head], *, checkpoint: Iterable[Head] = ()) -> Iterator[Fault]:
    """Yield the first fault of every chain that has one. `events` come in order of chain and position."""
    kept = {head.chain: head for head in heads}
    promised = {head.chain: head for head in checkpoint}
    seen: set[str] = set()
    for chain, links in groupby(events, key=lambda event: event.chain):
        seen.add(chain)
        fault = _first_fault(links, head=kept.get(chain), promise=promised.get(chain))
        if fault:
            yield fault
    for chain in sorted((kept.keys() | promised.keys()) - seen):
        yield Fault(chain, 1, "every event of this chain was removed.")


def _first_fault(links: Iterable[Event], *, head: Head | None, promise: Head | None) -> Fault | None:
    last = Head("", 0, START)
    for event in links:
        what = _what_is_wrong(event, after=last, promise=promise)
        if what:
            return Fault(event.chain, last.position + 1, what)
        last = Head(event.chain, event.position, event.hash)
    return _fault_of_the_tail(last, head=head, promise=promise)


def _what_is_wrong(event: Event, *, after: Head, promise: Head | None) -> str | None:
    if event.position != after.position + 1:
        return f"it was removed or moved; the next one here is event {event.position}."
    if event.previous != after.hash:
        return "it does not follow the event before it; one of the two was altered or moved."
    if digest(event) != event.hash:
        return "it was altered."
    if promise and promise.position == event.position and promise.hash != event.hash:
        return "it is not what the checkpoint holds; the chain was rehashed up to here."
    return None


def _fault_of_the_tail(last: Head, *, head: Head | None, promise: Head | None) -> Fault | None:
    if promise and last.position < promise.position:
        return Fault(last.chain, last.position + 1, f"it was cut off; the checkpoint holds {promise.position} events.")
    if head is None:
        return Fault(last.chain, last.position, "the chain's head is missing.")
    if head.position != last.position:
        return Fault(last.chain, min(last.position, head.position) + 1, f"the head speaks of {head.position} events.")
    if head.hash != last.hash:
        return Fault(last.chain, last.position, "the chain's head holds another hash; the head was altered.")
    return None
