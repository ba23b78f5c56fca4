"""A list of people as it was understood, held against who is here: who would be added, changed, or stay as they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from auditapp.domain.people import FULL_TIME, Grant, say_working_time
from auditapp.domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Known:
    """What the service knows already: teams with their service, services, agencies, and addresses of who has left."""

    teams: Mapping[str, str] = field(default_factory=dict)
    services: Sequence[str] = ()
    agencies: Sequence[str] = ()
    left: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person as a list has them: with all the roles they are to have. No working time means as it is."""

    email: str
    name: str
    working_time: Decimal | None
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class ListedTeam:
    """A team to add, and the service it is in."""

    name: str
    service: str


@dataclass(frozen=True, slots=True)
class PeopleList:
    """What a list came to: the people on it, what has to be added for them, and what was not read."""

    people: tuple[ListedPerson, ...]
    services: tuple[str, ...] = ()
    teams: tuple[ListedTeam, ...] = ()
    agencies: tuple[str, ...] = ()
    dropped_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Somebody a list would change, and how, in words."""

    email: str
    name: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What accepting a list would do to the people it names. Nobody else is touched.

    `refusal` says why it cannot be accepted as it is, and is empty where it can.
    """

    added: tuple[ListedPerson, ...]
    changed: tuple[PersonChange, ...]
    unchanged: int
    refusal: str = ""


def compare_people(
    before: Mapping[str, ListedPerson], listed: Sequence[ListedPerson], *, administrators: frozenset[str] = frozenset()
) -> Preview:
    """Hold a list against the people who are here, by address, and against who of all people are `administrators`."""
    here = [(before[person.email], person) for person in listed if person.email in before]
    changed = [PersonChange(now.email, now.name, tuple(_differences(then, now))) for then, now in here]
    return Preview(
        added=tuple(person for person in listed if person.email not in before),
        changed=tuple(change for change in changed if change.changes),
        unchanged=sum(not change.changes for change in changed),
        refusal=_refusal(listed, administrators),
    )


def _refusal(listed: Sequence[ListedPerson], administrators: frozenset[str]) -> str:
    """Say who would be the last administrator to lose the role, where the list leaves none."""
    named = {person.email for person in listed}
    given = any(grant.role is Role.ADMINISTRATOR for person in listed for grant in person.grants)
    if given or not administrators or administrators - named:
        return ""
    last = [person.name for person in listed if person.email in administrators]
    who = f"{last[0]}, the only administrator" if len(last) == 1 else f"{' and '.join(last)}, the only administrators"
    return (
        f"The list cannot be accepted: it takes the role Administrator from {who}. Leave it with them in the list, or "
        "give it to somebody else there, and import the list again."
    )


def _differences(then: ListedPerson, now: ListedPerson) -> Iterator[str]:
    if then.name != now.name:
        yield f"Name: was {then.name}"
    share = then.working_time or FULL_TIME
    if now.working_time not in {None, share}:
        yield f"Working time: {say_working_time(now.working_time or FULL_TIME)}, was {say_working_time(share)}"
    yield from (f"Gets the role: {grant}" for grant in now.grants if grant not in then.grants)
    yield from (f"Loses the role: {grant}" for grant in then.grants if grant not in now.grants)
