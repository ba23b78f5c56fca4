"""The draw: a seeded sample of a case list that anyone can perform again and get the same cases.

How it is done, so that it can be done again with nothing but the case list, the seed and the excluded cases:

1. The number of cases is shared out among case types in proportion to the case list, then within each type among
   its teams (`apportionment`), where the turning points are numbers made of the seed. At least one looked-after case
   is drawn when there is one; closed cases are at most a tenth of the cases drawn, rounded down.
2. The place of a case is the SHA-256 of `seed|reference`. In each stratum the lowest places that are not excluded
   are drawn, and the draw is in the order of the places. A replacement is the next place of the same stratum.

A draw may be about some of the list only, by criteria that its record says: then all of this is done with those. Where
only closed cases are asked for, they may be all of it.

A record names the algorithm that it was made by, and is performed again by that one. The first, which records without
a name are of, let closed cases be a tenth of the number asked for, however few there were to draw, and took 365 days
for the twelve months in which a case is not audited again.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from heapq import nsmallest
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from auditapp.domain.apportionment import apportion
from auditapp.domain.calendar import Span, london_day, months_earlier
from auditapp.domain.case_lists import EVERYBODY, Criteria, Entry, Stratum, frame_hash
from auditapp.domain.errors import Refused
from auditapp.domain.vocabulary import CaseType
from auditapp.domain.wording import say_count, say_list

Algorithm = Literal[1, 2]
NEWEST: Final = 2
CLOSED_AT_MOST = Fraction(1, 10)
# What the guide says, and what draws that name no other number were made with.
NOT_AGAIN_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class StratumDrawn:
    """What a stratum held and gave: children on the list, those not excluded, and those drawn."""

    case_type: CaseType
    team: str
    population: int
    eligible: int
    drawn: int


@dataclass(frozen=True, slots=True)
class DrawnCase:
    """One case of a draw."""

    case_reference: str
    case_type: CaseType
    team: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A case of the list that could not be drawn, and why."""

    case_reference: str
    reason: str


@dataclass(frozen=True, slots=True)
class Draw:
    """The record of a draw: all that is needed to perform it again. Fewer than `size` are drawn from a short list."""

    frame_hash: str
    seed: str
    size: int
    strata: tuple[StratumDrawn, ...]
    exclusions: tuple[Exclusion, ...]
    order: tuple[DrawnCase, ...]
    algorithm: Algorithm = 1
    not_again_months: int = NOT_AGAIN_MONTHS
    criteria: Criteria = EVERYBODY

    @property
    def reasons(self) -> dict[str, int]:
        """Count the excluded cases by reason."""
        return dict(sorted(Counter(exclusion.reason for exclusion in self.exclusions).items()))


def place(seed: str, case_reference: str) -> bytes:
    """Give the place of a case in the order of a seed."""
    return hashlib.sha256(f"{seed}|{case_reference}".encode()).digest()


def say_lately(months: int) -> str:
    """'in the last 12 months', 'in the last month'."""
    return f"in the last {say_count(months, 'month') if months > 1 else 'month'}"


def say_audited(months: int) -> str:
    """'Audited in the last 12 months': why a case is kept out, as the record of a draw says it."""
    return f"Audited {say_lately(months)}"


def said_as_now(reason: str, *, months: int) -> str:
    """Give the reason of a record as it is said now: earlier ones said 12 months, however many were set."""
    return say_audited(months) if reason == say_audited(NOT_AGAIN_MONTHS) else reason


@dataclass(frozen=True, slots=True)
class NotAgain:
    """Since when an audit keeps its case out of a draw, and how many months that is."""

    since: datetime
    months: int

    @property
    def reason(self) -> str:
        """Why the case is kept out, as the record of the draw says it."""
        return say_audited(self.months)


def not_again(at: datetime, *, months: int, algorithm: Algorithm = NEWEST) -> NotAgain:
    """Give since when an audit keeps its case out of a draw of a moment: the day so many months earlier counts."""
    if algorithm == 1:
        return NotAgain(at - timedelta(days=365), months)
    day = months_earlier(london_day(at), months)
    since, _ = Span(day, day).bounds_utc()
    return NotAgain(since, months)


def draw(
    frame: Sequence[Entry],
    *,
    size: int,
    seed: str,
    excluded: Mapping[str, str],
    not_again_months: int = NOT_AGAIN_MONTHS,
    criteria: Criteria = EVERYBODY,
    algorithm: Algorithm = NEWEST,
) -> Draw:
    """Draw a sample. `excluded` gives the reason for each case reference that may not be drawn.

    `not_again_months` is what the exclusions were worked out with: the record says it, and the draw is not changed.
    """
    admitted = [entry for entry in frame if criteria.admits(entry)]
    strata = _strata(admitted)
    eligible = {
        stratum: [entry for entry in entries if entry.case_reference not in excluded]
        for stratum, entries in strata.items()
    }
    given = _allocate(size, seed, strata, eligible, most_closed=_most_closed(size, eligible, criteria, algorithm))
    drawn = [entry for stratum, number in given.items() for entry in _first(number, eligible[stratum], seed)]
    return Draw(
        frame_hash=frame_hash(frame),
        seed=seed,
        size=size,
        strata=tuple(
            StratumDrawn(*stratum, len(entries), len(eligible[stratum]), given[stratum])
            for stratum, entries in strata.items()
        ),
        exclusions=_exclusions(admitted, excluded),
        order=tuple(_case(entry) for entry in _first(len(drawn), drawn, seed)),
        algorithm=algorithm,
        not_again_months=not_again_months,
        criteria=criteria,
    )


def next_case(
    made: Draw,
    frame: Sequence[Entry],
    *,
    stratum: Stratum,
    taken: Collection[str],
    unsuitable: Callable[[Entry], bool],
    keeps_type: bool = False,
) -> Entry | None:
    """Give the next case in order that may replace one of a stratum; None when the list has no more.

    Taken from the same stratum; if it has no more, from the same type; then from any type, where a closed case only
    ever replaces a closed one. `taken` names cases given out since the draw; `unsuitable` says whom the auditor at
    hand cannot audit: such a case is given only where `keeps_type` says that its type matters more than its auditor.
    """
    gone = {case.case_reference for case in made.order} | {out.case_reference for out in made.exclusions}
    gone.update(taken)
    left = [entry for entry in frame if made.criteria.admits(entry) and entry.case_reference not in gone]
    for circle in _circles(stratum, unsuitable, keeps_type=keeps_type):
        found = _first(1, filter(circle, left), made.seed)
        if found:
            return found[0]
    return None


def verify(made: Draw, frame: Sequence[Entry], *, excluded: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Perform a draw again and say every difference in a sentence; none when the record holds.

    The exclusions of the record are used and, where `excluded` is given, compared with it.
    """
    recorded = {exclusion.case_reference: exclusion.reason for exclusion in made.exclusions}
    again = draw(
        frame,
        size=made.size,
        seed=made.seed,
        excluded=recorded if excluded is None else excluded,
        algorithm=made.algorithm,
        not_again_months=made.not_again_months,
        criteria=made.criteria,
    )
    return tuple(_differences(made, again))


def say_shortfall(made: Draw) -> str:
    """Say why a draw gave fewer cases than it was asked for; nothing where it gave them all."""
    if len(made.order) >= made.size:
        return ""
    listed, eligible = (sum(getattr(each, which) for each in made.strata) for which in ("population", "eligible"))
    said = [
        f"{say_count(made.size, 'case is', 'cases are')} planned, but only {len(made.order)} may be drawn.",
        f"The case list has {listed} like this.",
    ]
    if made.exclusions:
        reasons = [f"{n} {reason[0].lower()}{reason[1:]}" for reason, n in made.reasons.items()]
        said.append(f"Left out: {say_list(reasons)}.")
    if eligible > len(made.order):
        said.append("Closed cases are at most a tenth of what is drawn.")
    return " ".join(said)


def to_record(made: Draw) -> dict[str, object]:
    """Give a draw as plain values that JSON can hold."""
    record: dict[str, object] = _RECORD.dump_python(made, mode="json")
    return record


def from_record(record: Mapping[str, object]) -> Draw:
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


_RECORD = TypeAdapter(Draw)


def _strata(frame: Iterable[Entry]) -> dict[Stratum, list[Entry]]:
    """Sort a frame into strata: types in their order, teams by name."""
    strata: dict[Stratum, list[Entry]] = defaultdict(list)
    for entry in frame:
        strata[entry.case_type, entry.team].append(entry)
    order = {case_type: number for number, case_type in enumerate(CaseType)}
    return {stratum: strata[stratum] for stratum in sorted(strata, key=lambda key: (order[key[0]], key[1]))}


def _allocate(
    size: int,
    seed: str,
    strata: Mapping[Stratum, Sequence[Entry]],
    eligible: Mapping[Stratum, Sequence[Entry]],
    *,
    most_closed: int,
) -> dict[Stratum, int]:
    """Share the draw out among the strata: first among types, then among the teams of each."""
    by_type = _allocate_types(size, seed, _by_type(strata), _by_type(eligible), most_closed=most_closed)
    given: dict[Stratum, int] = {}
    for case_type, number in by_type.items():
        teams = [stratum for stratum in strata if stratum[0] is case_type]
        weights = {stratum: len(strata[stratum]) for stratum in teams}
        capacity = {stratum: len(eligible[stratum]) for stratum in teams}
        given |= apportion(number, weights, capacity=capacity, point=_point(seed, case_type))
    return given


def _allocate_types(
    size: int,
    seed: str,
    population: Mapping[CaseType, int],
    eligible: Mapping[CaseType, int],
    *,
    most_closed: int,
) -> dict[CaseType, int]:
    capacity = {**eligible}
    if CaseType.X in capacity:
        capacity[CaseType.X] = min(capacity[CaseType.X], most_closed)
    given = apportion(size, population, capacity=capacity, point=_point(seed, "types"))
    if size and not given.get(CaseType.LAC) and eligible.get(CaseType.LAC):
        others = {**capacity, CaseType.LAC: 0}
        given = apportion(size - 1, population, capacity=others, point=_point(seed, "types"))
        given[CaseType.LAC] = 1
    return given


def _most_closed(
    size: int, eligible: Mapping[Stratum, Sequence[Entry]], criteria: Criteria, algorithm: Algorithm
) -> int:
    """Give how many closed cases may be drawn: a tenth of the draw, also where there are too few others to fill it."""
    if criteria.case_types == (CaseType.X,):
        return size
    most = int(size * CLOSED_AT_MOST)
    if algorithm == 1:
        return most
    others = sum(len(entries) for (case_type, _), entries in eligible.items() if case_type is not CaseType.X)
    return min(most, int(others * CLOSED_AT_MOST / (1 - CLOSED_AT_MOST)))


def _by_type(strata: Mapping[Stratum, Sequence[Entry]]) -> dict[CaseType, int]:
    counts: dict[CaseType, int] = {}
    for (case_type, _), entries in strata.items():
        counts[case_type] = counts.get(case_type, 0) + len(entries)
    return counts


def _point(seed: str, purpose: str) -> Fraction:
    """Make a number from 0 to below 1 of the seed: the SHA-256 of `seed||purpose` as a binary fraction."""
    return Fraction(int.from_bytes(place(seed, f"|{purpose}")), 1 << 256)


def _first(number: int, entries: Iterable[Entry], seed: str) -> list[Entry]:
    return nsmallest(number, entries, key=lambda entry: place(seed, entry.case_reference)) if number else []


def _case(entry: Entry) -> DrawnCase:
    return DrawnCase(entry.case_reference, entry.case_type, entry.team)


def _exclusions(frame: Iterable[Entry], excluded: Mapping[str, str]) -> tuple[Exclusion, ...]:
    listed = sorted(entry.case_reference for entry in frame if entry.case_reference in excluded)
    return tuple(Exclusion(reference, excluded[reference]) for reference in listed)


def _circles(
    stratum: Stratum, unsuitable: Callable[[Entry], bool], *, keeps_type: bool
) -> Iterator[Callable[[Entry], bool]]:
    """Yield the tests of where to look for a replacement, the nearest first."""
    case_type, team = stratum
    yield lambda entry: entry.case_type is case_type and entry.team == team and not unsuitable(entry)
    yield lambda entry: entry.case_type is case_type and not unsuitable(entry)
    if keeps_type:
        yield lambda entry: entry.case_type is case_type and entry.team == team
        yield lambda entry: entry.case_type is case_type
    yield lambda entry: entry.case_type is not CaseType.X and not unsuitable(entry)


def _differences(made: Draw, again: Draw) -> Iterator[str]:
    if made.frame_hash != again.frame_hash:
        yield "The case list is not the one that the draw was made from: its hash is another."
    if made.exclusions != again.exclusions:
        before, now = len(made.exclusions), len(again.exclusions)
        yield f"The excluded cases differ: the record names {before}, performed again there are {now}."
        yield from _exclusion_differences(made, again)
    if made.strata != again.strata:
        yield from _strata_differences(made, again)
    if len(made.order) != len(again.order):
        yield f"The record holds {len(made.order)} cases, the rules give {len(again.order)}."
    for number, (case, other) in enumerate(zip(made.order, again.order, strict=False), start=1):
        if case != other:
            yield f"Case {number} of the record is {case.case_reference}, the rules give {other.case_reference}."


def _exclusion_differences(made: Draw, again: Draw) -> Iterator[str]:
    recorded, found = frozenset(made.exclusions), frozenset(again.exclusions)
    for out in made.exclusions:
        if out not in found:
            yield f"The record leaves out case {out.case_reference} ({out.reason}), performed again it is not."
    for out in again.exclusions:
        if out not in recorded:
            yield f"The record does not leave out case {out.case_reference}, performed again it is ({out.reason})."


def _strata_differences(made: Draw, again: Draw) -> Iterator[str]:
    recorded = {(stratum.case_type, stratum.team): stratum for stratum in made.strata}
    found = {(stratum.case_type, stratum.team): stratum for stratum in again.strata}
    for key in sorted(recorded.keys() | found.keys()):
        was, now = recorded.get(key), found.get(key)
        if was != now:
            name = f"{key[0].label}, {key[1] or 'no team'}"
            yield f"Stratum {name}: the record says {_in_words(was)}, the rules give {_in_words(now)}."


def _in_words(stratum: StratumDrawn | None) -> str:
    if stratum is None:
        return "nothing"
    return f"{stratum.drawn} drawn of {stratum.eligible} eligible among {stratum.population}"
