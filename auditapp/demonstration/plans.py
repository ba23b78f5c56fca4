"""What will become of each audit of a month: when it is written, and what comes in its way."""

from dataclasses import dataclass, replace

from auditapp.demonstration.chance import Chance
from auditapp.domain.vocabulary import Refusal

# Months in which many audits slip into the next one: half-term, summer, Christmas.
HARD_MONTHS = frozenset({5, 8, 12})
SLIPS_THEN, SLIPS_ELSE = 0.32, 0.04
REFUSED, REPLACED, RETURNED = 0.045, 0.025, 0.05
SITTINGS = {1: 0.35, 2: 0.45, 3: 0.2}


@dataclass(frozen=True, slots=True)
class Plan:
    """What will become of one audit. Every number but `sittings` and `stops_after` counts working days.

    `begins` counts from the day it was given, None where nobody ever begins. `stops_after` is the number of domains
    after which its auditor stops. `returned` counts from submission, `corrected` from the return.
    """

    begins: int | None
    sittings: int = 1
    stops_after: int | None = None
    returned: int | None = None
    corrected: int | None = None
    refusal: Refusal | None = None
    is_replaced: bool = False
    raises_concern: bool = False


def by_chance(month: int, chance: Chance) -> Plan:
    """Return what becomes of an audit that was drawn in a month of the year."""
    plan = _written(month, chance)
    if chance.happens(REFUSED):
        return replace(plan, begins=chance.randrange(1, 4), refusal=chance.choice(tuple(Refusal)))
    if chance.happens(REPLACED):
        return replace(plan, begins=chance.randrange(1, 4), is_replaced=True)
    return plan


def given_instead(chance: Chance) -> Plan:
    """Return what becomes of an audit that took the place of another."""
    return Plan(begins=chance.randrange(2, 10), sittings=chance.weighed(SITTINGS))


def never_begun() -> Plan:
    """Return what becomes of an audit that waits."""
    return Plan(begins=None)


def stops_after(domains: int, *, days_left: int) -> Plan:
    """Return what becomes of an audit that is begun as soon as can be, and left."""
    return Plan(begins=min(1, days_left), sittings=1, stops_after=domains)


def worrying() -> Plan:
    """Return what becomes of an audit in which an immediate concern is raised, and acknowledged the same day."""
    return Plan(begins=4, sittings=2, raises_concern=True)


def sent_back(*, days_left: int) -> Plan:
    """Return what becomes of an audit that is returned on the last day of the demonstration."""
    begins = max(1, days_left - 3)
    return Plan(begins=begins, sittings=1, returned=days_left - begins)


def _written(month: int, chance: Chance) -> Plan:
    slips = chance.happens(SLIPS_THEN if month in HARD_MONTHS else SLIPS_ELSE)
    begins = chance.randrange(18, 26) if slips else round(chance.triangular(1, 12, 5))
    sittings = chance.weighed(SITTINGS)
    is_returned = chance.happens(RETURNED)
    return Plan(
        begins=begins,
        sittings=sittings,
        returned=chance.randrange(1, 4) if is_returned else None,
        corrected=chance.randrange(1, 5) if is_returned else None,
    )
