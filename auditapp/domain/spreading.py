"""Spreading audits again: whom the open audits of somebody who is away, or has left, go to.

The rules are those of a month that is opened: everybody's share of the month, less what they hold of it already; only
independent auditors; as many audits given out as can be. Where the shares do not reach for an audit, because those with
room are not independent of it, somebody gets one more than theirs, up to the most for each, and beyond only then.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from auditapp.domain.assignment import Assigned, CaseToAssign, Independence, assign
from auditapp.domain.quota import Auditor, caps_of, shares


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
    caps = caps_of(auditors, total=len(cases) + sum(held.values()), most_each=most_each)
    # Beyond the caps step by step, so that what nobody else can take does not all go to one.
    beyond = [
        {auditor: max(cap, held[auditor]) + more for auditor, cap in caps.items()} for more in range(1, len(cases) + 1)
    ]
    limits = [{auditor: limit[auditor] - held[auditor] for auditor in limit} for limit in (share, caps, *beyond)]
    made = assign(cases, [receiver.independence for receiver in active], limits=limits, seed=seed)
    return Spread(tuple(_placed(made.assigned, held=held, share=share)), made.left_over)


def _placed(assigned: Iterable[Assigned], *, held: Mapping[int, int], share: Mapping[int, int]) -> Iterator[Placed]:
    holds = Counter(held)
    for one in assigned:
        holds[one.auditor] += 1
        yield Placed(one.case_reference, one.auditor, one.independence_checked, holds[one.auditor], share[one.auditor])


def fingerprint(lines: Sequence[tuple[str, int, str]]) -> str:
    """Return what is the same only for the same lines: each an audit, its version, and to whom it goes."""
    return hashlib.sha256(json.dumps(sorted(lines), separators=(",", ":")).encode()).hexdigest()
