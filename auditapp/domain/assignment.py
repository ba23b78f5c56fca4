"""Who audits which case: never one of the own team, never one that the auditor worked on or supervised.

Independence is one rule, `tie_between`, for the draw, a replacement, an audit that is handed on and one that is
submitted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditapp.domain.sampling import place
from auditapp.domain.vocabulary import Tie


@dataclass(frozen=True, slots=True)
class CaseToAssign:
    """What is known of a case once the list's team name and worker code are mapped; None where they are not.

    `worker_teams` are all that the worker has a role in.
    """

    case_reference: str
    team: int | None
    worker: int | None
    worker_teams: frozenset[int] = frozenset()

    @property
    def is_mapped(self) -> bool:
        """Whether it can be checked that an auditor is independent of the case."""
        # The team says it: workers are many and change, and whoever supervised one manages, or managed, their team.
        return self.team is not None


@dataclass(frozen=True, slots=True)
class Independence:
    """What may tie an auditor to a case: who they are, the teams that they have a role in, those that they manage.

    Whoever manages a team supervises those who work in it.
    """

    auditor: int
    teams: frozenset[int]
    managed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Assigned:
    """A case given to an auditor. Where independence was not checked, the auditor is asked to say."""

    case_reference: str
    auditor: int
    independence_checked: bool


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who audits what; a case that nobody independent has room for is left over and wants replacing."""

    assigned: tuple[Assigned, ...]
    left_over: tuple[str, ...]


def tie_between(case: CaseToAssign, auditor: Independence) -> Tie | None:
    """Say what ties an auditor to a case, so that they may not audit it; None when nothing is known to."""
    ties = {
        Tie.WORKER: case.worker == auditor.auditor,
        Tie.TEAM: case.team in auditor.teams,
        Tie.SUPERVISOR: bool(case.worker_teams & auditor.managed),
        Tie.COLLEAGUE: bool(case.worker_teams & auditor.teams),
    }
    return next((tie for tie, is_tied in ties.items() if is_tied), None)


def assign(
    cases: Sequence[CaseToAssign], auditors: Sequence[Independence], *, limits: Iterable[Mapping[int, int]], seed: str
) -> Assignment:
    """Match drawn cases to auditors, as many as can be matched at all within the first limits, then within the next.

    Each of the limits says how many cases every auditor may be given: their share first, and more only for cases
    that nobody with a share left is independent of.

    A maximum matching by augmenting paths (Kuhn 1955, Naval Research Logistics Quarterly 2), tried in an order made
    of the seed, so that the same draw is always shared out alike and no auditor always meets the same team.
    """
    matching = _Matching({case.case_reference: _choices(case, auditors, seed) for case in cases}, {})
    left_over = [case.case_reference for case in cases]
    for limit in limits:
        left_over = [case for case in left_over if not matching.add(case, limit, set())]
    return Assignment(
        tuple(
            Assigned(case.case_reference, matching.given[case.case_reference], case.is_mapped)
            for case in cases
            if case.case_reference in matching.given
        ),
        tuple(left_over),
    )


def _choices(case: CaseToAssign, auditors: Sequence[Independence], seed: str) -> list[int]:
    independent = [auditor.auditor for auditor in auditors if tie_between(case, auditor) is None]
    return sorted(independent, key=lambda auditor: place(seed, f"{case.case_reference}|{auditor}"))


@dataclass(frozen=True, slots=True)
class _Matching:
    """The cases given out so far; `add` moves earlier ones to make room."""

    choices: Mapping[str, Sequence[int]]
    given: dict[str, int]

    def add(self, case: str, limit: Mapping[int, int], tried: set[int]) -> bool:
        for auditor in self.choices[case]:
            if auditor not in tried:
                tried.add(auditor)
                held = [earlier for earlier, holder in self.given.items() if holder == auditor]
                has_room = len(held) < limit.get(auditor, 0)
                if has_room or any(self.add(earlier, limit, tried) for earlier in held):
                    self.given[case] = auditor
                    return True
        return False
