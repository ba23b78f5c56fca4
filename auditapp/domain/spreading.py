"""Spreading audits again: whom the open audits of somebody who is away, or has left, go to.

The rules are those of a month that is opened: everybody's share of the month, less what they hold of it already; only
independent auditors; as many audits given out as can be. Where the shares do not reach for an audit, because those with
room are not independent of it, somebody gets one more than theirs, up to the most for each, and beyond only then.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditapp.domain.assignment import CaseToAssign, Independence, assign
from auditapp.domain.quota import Auditor, shares


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody whom audits may go to: what sharing out knows of them, their ties, and what they hold of the month."""

    auditor: Auditor
    independence: Independence
    held: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """An audit's case given to somebody: what they hold of the month with it, and what their share of the month is."""

    case_reference: str
    auditor: int
    independence_checked: bool
    holds: int
    share: int

    @property
    def reason(self) -> str:
        """Why it goes there, in words."""
        independent = (
            "Independent of the case" if self.independence_checked else "Independence could not be checked: ask them"
        )
        holds = f"With it they hold {self.holds} of the same month or theme"
        if self.holds <= self.share:
            return f"{independent}. {holds}, of a share of {self.share}."
        return f"{independent}. {holds}, over their share of {self.share}: nobody else can take it."


@dataclass(frozen=True, slots=True)
class Spread:
    """Who gets what, and the cases that nobody who is independent is there for."""

    placed: tuple[Placed, ...]
    left_over: tuple[str, ...]


def spread(cases: Sequence[CaseToAssign], receivers: Sequence[Receiver], *, most_each: int, seed: str) -> Spread:
    """Give the cases of one month to receivers; those who are absent get none. The same in any order of receivers."""
    active = [receiver for receiver in receivers if receiver.auditor.active]
    if not active or not cases:
        return Spread((), tuple(case.case_reference for case in cases))
    held = {receiver.auditor.id: receiver.held for receiver in active}
    auditors = [receiver.auditor for receiver in active]
    share = shares(auditors, total=len(cases) + sum(held.values()), most_each=most_each)
    given: dict[str, tuple[int, bool]] = {}
    ties, left = [receiver.independence for receiver in active], list(cases)
    for room_to in _limits(share, held, most_each=most_each, most=len(cases)):
        now = Counter(auditor for auditor, _ in given.values())
        room = {auditor: max(0, limit - held[auditor] - now[auditor]) for auditor, limit in room_to.items()}
        made = assign(left, ties, shares=room, seed=seed)
        given |= {one.case_reference: (one.auditor, one.independence_checked) for one in made.assigned}
        left = [case for case in left if case.case_reference in made.left_over]
    return Spread(tuple(_placed(cases, given, held=held, share=share)), tuple(case.case_reference for case in left))


def _limits(
    share: Mapping[int, int], held: Mapping[int, int], *, most_each: int, most: int
) -> Sequence[Mapping[int, int]]:
    """Return how many of the month everybody may hold, step by step: their share, the most for each, ever more."""
    beyond = [
        {auditor: max(share[auditor], most_each, held[auditor]) + more for auditor in share}
        for more in range(1, most + 1)
    ]
    return [share, {auditor: max(share[auditor], most_each) for auditor in share}, *beyond]


def _placed(
    cases: Sequence[CaseToAssign],
    given: Mapping[str, tuple[int, bool]],
    *,
    held: Mapping[int, int],
    share: Mapping[int, int],
) -> Sequence[Placed]:
    holds, placed = Counter(held), []
    for case in cases:
        if case.case_reference in given:
            auditor, is_checked = given[case.case_reference]
            holds[auditor] += 1
            placed.append(Placed(case.case_reference, auditor, is_checked, holds[auditor], share[auditor]))
    return placed


def fingerprint(lines: Sequence[tuple[str, int, str]]) -> str:
    """Return what is the same only for the same lines: each an audit, its version, and to whom it goes."""
    return hashlib.sha256(json.dumps(sorted(lines), separators=(",", ":")).encode()).hexdigest()
