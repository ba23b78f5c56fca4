"""The case list: the dated frame that samples are drawn from, its hash, and what changed since the one before."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from auditapp.domain.vocabulary import CaseType


@dataclass(frozen=True, slots=True)
class Entry:
    """One child of a case list. A team or worker that the list does not give is the empty text."""

    case_reference: str
    case_type: CaseType
    team: str
    worker: str


@dataclass(frozen=True, slots=True)
class CaseList:
    """The children known to the service on one day, each once, in the order of the lists."""

    as_of: date
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which children of a list a draw is about: of some types and teams, as the list names them; none named is all."""

    case_types: tuple[CaseType, ...] = ()
    teams: tuple[str, ...] = ()

    def admits(self, entry: Entry) -> bool:
        """Whether a draw is about a child."""
        is_of_type = not self.case_types or entry.case_type in self.case_types
        return is_of_type and (not self.teams or entry.team in self.teams)

    @property
    def words(self) -> str:
        """'Looked after, Child protection plan; Team North', 'every case type; every team'."""
        types = ", ".join(case_type.label for case_type in self.case_types) or "every case type"
        return f"{types}; {', '.join(team or 'no team' for team in self.teams) or 'every team'}"


EVERYBODY: Final = Criteria()

Stratum = tuple[CaseType, str]
"""A case type and a team."""

Holding = tuple[CaseType, str, str]
"""What a list says of one child: type, team and worker."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How many children differ between two case lists."""

    joined: int
    left: int
    changed_type: int
    changed_team: int
    changed_worker: int

    @property
    def none(self) -> bool:
        """Whether both lists say the same."""
        return not (self.joined or self.left or self.changed_type or self.changed_team or self.changed_worker)


def holdings(entries: Iterable[Entry]) -> dict[str, Holding]:
    """Key what a list says by case reference, as `compare` takes it."""
    return {entry.case_reference: (entry.case_type, entry.team, entry.worker) for entry in entries}


def compare(before: Mapping[str, Holding], after: Mapping[str, Holding]) -> Changes:
    """Count who joined, who left, and whose type, team or worker is another one now."""
    stayed = [(before[reference], now) for reference, now in after.items() if reference in before]
    return Changes(
        joined=len(after) - len(stayed),
        left=len(before) - len(stayed),
        changed_type=sum(then[0] != now[0] for then, now in stayed),
        changed_team=sum(then[1] != now[1] for then, now in stayed),
        changed_worker=sum(then[2] != now[2] for then, now in stayed),
    )


def count_strata(entries: Iterable[Entry]) -> dict[Stratum, int]:
    """Count the children of each type and team."""
    return Counter((entry.case_type, entry.team) for entry in entries)


def frame_hash(entries: Iterable[Entry]) -> str:
    """Give the SHA-256 of a frame in hexadecimal, the same whatever the order of the entries.

    Anyone can work it out again: one line per child, `reference TAB type TAB team TAB worker LF`, in UTF-8,
    the type by its code (LAC, CP, ...), the lines sorted by their bytes, hashed one behind the other.
    """
    lines = sorted(
        f"{entry.case_reference}\t{entry.case_type}\t{entry.team}\t{entry.worker}\n".encode() for entry in entries
    )
    return hashlib.sha256(b"".join(lines)).hexdigest()
