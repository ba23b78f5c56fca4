"""Checking the trail, and the checkpoints that say later what it was.

A checkpoint is a signed file of every chain's last hash, kept where nobody who can write to the database can write.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.domain import trail as chains
from auditapp.domain.errors import Refused
from auditapp.domain.trail import Event, Fault, Head
from auditapp.domain.wording import say_count
from auditapp.persistence import trail
from auditapp.services.sealed import Told, faults_of_publications, faults_of_records

Progress = Callable[[int, int], None]

# So that nothing else that is signed with the secret key can pass for a checkpoint.
PURPOSE = b"auditapp trail checkpoint 1\n"
TOLD_EVERY = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: how many events of how many chains it read, and the first fault of every chain with one."""

    events: int
    chains: int
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was altered, removed or moved."""
        return not self.faults

    @property
    def extent(self) -> str:
        """How much was read: '1,204 events in 37 chains'."""
        return f"{say_count(self.events, 'event')} in {say_count(self.chains, 'chain')}"

    def __str__(self) -> str:
        """Say it in a sentence."""
        if self.is_whole:
            return f"The trail is whole: {self.extent}."
        return f"The trail is not whole. Chains with a fault: {len(self.faults):,}."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What every chain ended with at a moment."""

    made_at: datetime
    heads: tuple[Head, ...]


def verify(session: Session, *, checkpoint: Checkpoint | None = None, progress: Progress | None = None) -> Verdict:
    """Read the whole trail again, beside a checkpoint where there is one.

    What it says of records is held against them too: of audits, of their grades and answers, and of what was shown to
    the Board.
    """
    heads = trail.heads(session)
    read = _Read(trail.events(session), total=sum(head.position for head in heads), progress=progress)
    promised = checkpoint.heads if checkpoint else ()
    faults = tuple(chains.faults(read, heads, checkpoint=promised))
    of_audits = faults_of_records(session, read.submitted)
    of_reports = faults_of_publications(session, read.shown, withdrawn=read.withdrawn)
    return Verdict(read.events, len(heads), (*faults, *of_audits, *of_reports))


class _Read:
    """Counts events as they are read, tells how far it is, and keeps what they say of records."""

    def __init__(self, events: Iterable[Event], *, total: int, progress: Progress | None) -> None:
        self._all, self._total, self._progress = events, total, progress
        self.events = 0
        self.submitted: dict[tuple[str, int], Told] = {}
        self.shown: dict[str, Told] = {}
        self.withdrawn: set[str] = set()

    def __iter__(self) -> Iterator[Event]:
        for event in self._all:
            self.events += 1
            if self._progress and self.events % TOLD_EVERY == 0:
                self._progress(self.events, self._total)
            self._note(event)
            yield event

    def _note(self, event: Event) -> None:
        told = Told(event.chain, event.position, str(event.details.get("digest")), str(event.details.get("quarter")))
        revision = event.details.get("revision")
        if "digest" in event.details and isinstance(revision, int):
            self.submitted[event.subject, revision] = told
        if event.name == "findings.shown":
            self.shown[event.subject] = told
        if event.name == "findings.withdrawn":
            self.withdrawn.add(event.subject)


def checkpoint(session: Session, *, secret_key: str, at: datetime) -> bytes:
    """Return the signed file of what every chain ends with now."""
    heads = [[head.chain, head.position, head.hash] for head in trail.heads(session)]
    content = {"made_at": at.isoformat(), "heads": heads}
    return json.dumps({**content, "signature": _sign(content, secret_key)}, indent=1).encode()


def read_checkpoint(file: bytes, *, secret_key: str) -> Checkpoint:
    """Return what a checkpoint's file holds; refuse one that this service did not sign, or that was altered since."""
    try:
        content = json.loads(file)
        signature = content.pop("signature")
        is_ours = hmac.compare_digest(signature, _sign(content, secret_key))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Refused("This is no checkpoint. Select a file that 'auditapp trail checkpoint' has written.") from None
    if not is_ours:
        raise Refused("This checkpoint was altered, or signed with another secret key. It proves nothing.")
    made_at = datetime.fromisoformat(content["made_at"])
    return Checkpoint(made_at, tuple(Head(chain, position, hashed) for chain, position, hashed in content["heads"]))


def _sign(content: Mapping[str, object], secret_key: str) -> str:
    """Return the HMAC-SHA256 of what a checkpoint says, in hexadecimal."""
    written = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(secret_key.encode(), PURPOSE + written, "sha256").hexdigest()
