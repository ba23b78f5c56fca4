"""Which supervision files a month looks at: a seeded draw of workers that anyone can perform again.

A worker is whoever a case list names as one; their team is the one where the list shows most of their children. The
number of files is shared out among the teams in proportion to their workers, where the turning point is a number made
of the seed, as for cases. In each team the lowest places that are not excluded are drawn, and the
draw is in the order of the places: the SHA-256 of `seed|code`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import nsmallest
from typing import Final

from pydantic import TypeAdapter, ValidationError

from auditapp.domain.apportionment import apportion
from auditapp.domain.case_lists import Entry, frame_hash
from auditapp.domain.errors import Refused
from auditapp.domain.sampling import NOT_AGAIN_MONTHS, place, said_as_now


@dataclass(frozen=True, slots=True)
class ListedWorker:
    """A worker of a case list by their code, and their team as the list names it."""

    code: str
    team: str


@dataclass(frozen=True, slots=True)
class TeamDrawn:
    """What a team held and gave: workers on the list, those not excluded, and those drawn."""

    team: str
    population: int
    eligible: int
    drawn: int


@dataclass(frozen=True, slots=True)
class WorkerExcluded:
    """A worker of the list whose file could not be drawn, and why."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkerDraw:
    """The record of a draw of supervision files: all that is needed to perform it again."""

    frame_hash: str
    seed: str
    size: int
    teams: tuple[TeamDrawn, ...]
    exclusions: tuple[WorkerExcluded, ...]
    order: tuple[ListedWorker, ...]
    not_again_months: int = NOT_AGAIN_MONTHS

    @property
    def reasons(self) -> dict[str, int]:
        """Count the excluded workers by reason."""
        return dict(sorted(Counter(out.reason for out in self.exclusions).items()))


def workers_of(frame: Iterable[Entry]) -> tuple[ListedWorker, ...]:
    """Every worker of a list once, by code; of two teams with as many of their children, the first by name."""
    teams: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in frame:
        if entry.worker:
            teams[entry.worker][entry.team] += 1
    return tuple(
        ListedWorker(code, min(counted, key=lambda team: (-counted[team], team)))
        for code, counted in sorted(teams.items())
    )


def draw_workers(
    frame: Sequence[Entry],
    *,
    size: int,
    seed: str,
    excluded: Mapping[str, str],
    not_again_months: int = NOT_AGAIN_MONTHS,
) -> WorkerDraw:
    """Draw whose supervision files are looked at. `excluded` gives the reason for each code that may not be drawn."""
    workers = workers_of(frame)
    by_team: dict[str, list[ListedWorker]] = defaultdict(list)
    for worker in workers:
        by_team[worker.team].append(worker)
    teams = {team: by_team[team] for team in sorted(by_team)}
    eligible = {team: [each for each in members if each.code not in excluded] for team, members in teams.items()}
    weights, capacity = ({team: len(members) for team, members in of.items()} for of in (teams, eligible))
    point = Fraction(int.from_bytes(place(seed, "|workers")), 1 << 256)
    given = apportion(size, weights, capacity=capacity, point=point) if any(capacity.values()) else {}
    drawn = [worker for team, number in given.items() for worker in _first(number, eligible[team], seed)]
    return WorkerDraw(
        frame_hash=frame_hash(frame),
        seed=seed,
        size=size,
        teams=tuple(TeamDrawn(team, weights[team], capacity[team], given.get(team, 0)) for team in teams),
        exclusions=tuple(WorkerExcluded(each.code, excluded[each.code]) for each in workers if each.code in excluded),
        order=tuple(_first(len(drawn), drawn, seed)),
        not_again_months=not_again_months,
    )


def next_worker(
    made: WorkerDraw,
    frame: Iterable[Entry],
    *,
    team: str,
    taken: Collection[str],
    unsuitable: Callable[[ListedWorker], bool],
) -> ListedWorker | None:
    """Give the next worker in order that may replace one of a team: of that team, else of any; None if none is left.

    `taken` names whose files are given out or may not be; `unsuitable` whose file the auditor at hand cannot audit.
    """
    gone = {worker.code for worker in made.order} | {out.code for out in made.exclusions} | set(taken)
    left = [each for each in workers_of(frame) if each.code not in gone and not unsuitable(each)]
    near = [each for each in left if each.team == team]
    return next(iter(_first(1, near or left, made.seed)), None)


def verify_workers(made: WorkerDraw, frame: Sequence[Entry], *, excluded: Mapping[str, str]) -> tuple[str, ...]:
    """Perform a draw of files again and say every difference in a sentence; none when the record holds."""
    again = draw_workers(
        frame, size=made.size, seed=made.seed, excluded=excluded, not_again_months=made.not_again_months
    )
    return tuple(_differences(made, again))


def to_record(made: WorkerDraw) -> dict[str, object]:
    """Give a draw as plain values that JSON can hold."""
    record: dict[str, object] = _RECORD.dump_python(made, mode="json")
    return record


def from_record(record: Mapping[str, object]) -> WorkerDraw:
    """Read a draw back from its plain values."""
    try:
        made = _RECORD.validate_python(record)
    except ValidationError as error:
        raise Refused("The record of this draw is not complete, so the draw cannot be performed again.") from error
    return replace(
        made,
        exclusions=tuple(
            replace(each, reason=said_as_now(each.reason, months=made.not_again_months)) for each in made.exclusions
        ),
    )


_RECORD: Final = TypeAdapter(WorkerDraw)


def _first(number: int, workers: Iterable[ListedWorker], seed: str) -> list[ListedWorker]:
    return nsmallest(number, workers, key=lambda worker: place(seed, worker.code)) if number else []


def _differences(made: WorkerDraw, again: WorkerDraw) -> Iterator[str]:
    if made.frame_hash != again.frame_hash:
        yield "The case list is not the one that the draw was made from: its hash is another."
    if made.exclusions != again.exclusions:
        yield (
            f"The workers left out differ: the record names {len(made.exclusions)}, "
            f"performed again there are {len(again.exclusions)}."
        )
    if made.teams != again.teams:
        yield "The numbers by team differ from what the rules give."
    if len(made.order) != len(again.order):
        yield f"The record holds {len(made.order)} workers, the rules give {len(again.order)}."
    for number, (worker, other) in enumerate(zip(made.order, again.order, strict=False), start=1):
        if worker != other:
            yield f"Worker {number} of the record is {worker.code}, the rules give {other.code}."
