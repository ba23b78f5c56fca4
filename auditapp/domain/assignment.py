"""Who audits which case: never one of the own team, never one that the auditor worked on or supervised.

Independence is one rule, `tie_between`, for the draw, a replacement, an audit that is handed on and one that is
submitted.
"""

from collections.abc import Mapping, Sequence
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
    cases: Sequence[CaseToAssign], auditors: Sequence[Independence], *, shares: Mapping[int, int], seed: str
) -> Assignment:
    """Match drawn cases to auditors within their shares, as many as can be matched at all.

    A maximum matching by augmenting paths (Kuhn 1955, Naval Research Logistics Quarterly 2), tried in an order made
    of the seed, so that the same draw is always shared out alike and no auditor always meets the same team.
    """
    matching = _Matching({case.case_reference: _choices(case, auditors, seed) for case in cases}, shares, {})
    left_over = tuple(case.case_reference for case in cases if not matching.add(case.case_reference, set()))
    return Assignment(
        tuple(
            Assigned(case.case_reference, matching.given[case.case_reference], case.is_mapped)
            for case in cases
            if case.case_reference in matching.given
        ),
        left_over,
    )


def _choices(case: CaseToAssign, auditors: Sequence[Independence], seed: str) -> list[int]:
    independent = [auditor.auditor for auditor in auditors if tie_between(case, auditor) is None]
    return sorted(independent, key=lambda auditor: place(seed, f"{case.case_reference}|{auditor}"))


@dataclass(frozen=True, slots=True)
class _Matching:
    """The cases given out so far; `add` moves earlier ones to make room."""

    choices: Mapping[str, Sequence[int]]
    shares: Mapping[int, int]
    given: dict[str, int]

    def add(self, case: str, tried: set[int]) -> bool:
        for auditor in self.choices[case]:
            if auditor not in tried:
                tried.add(auditor)
                if self._has_room(auditor) or self._make_room(auditor, tried):
                    self.given[case] = auditor
                    return True
        return False

    def _has_room(self, auditor: int) -> bool:
        return sum(held == auditor for held in self.given.values()) < self.shares.get(auditor, 0)

    def _make_room(self, auditor: int, tried: set[int]) -> bool:
        held = [case for case, holder in self.given.items() if holder == auditor]
        return any(self.add(case, tried) for case in held)
