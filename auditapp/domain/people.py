"""What the service is told of a person: their address, name and working time, and the roles to give them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from auditapp.domain.errors import Refused
from auditapp.domain.permissions import AGENCY_ROLES, SERVICE_ROLES, TEAM_ROLES
from auditapp.domain.vocabulary import Place, Role

LONGEST_EMAIL = 254
LONGEST_NAME = 120
FULL_TIME = Decimal(1)

ROLES_OF: Mapping[Place, frozenset[Role]] = {
    Place.TEAM: TEAM_ROLES,
    Place.SERVICE: SERVICE_ROLES,
    Place.AGENCY: AGENCY_ROLES,
}
"""The roles that are for one team, one service or one agency. The others are for the whole council."""

_EMAIL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_WORKING_TIME = re.compile(r"(\d{1,3}(?:[.,]\d{1,6})?) ?(%?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role to give: with the name of the team, service or agency it is for, where it is for one."""

    role: Role
    team: str | None = None
    service: str | None = None
    agency: str | None = None

    def __str__(self) -> str:
        """Say the role and what it is for."""
        named = self.team or self.service or self.agency
        return f"{self.role.label}, {named}" if named else self.role.label

    def name_of(self, place: Place) -> str:
        """Return the name that is given for a team, a service or an agency; empty where there is none."""
        return {Place.TEAM: self.team, Place.SERVICE: self.service, Place.AGENCY: self.agency}[place] or ""

    @classmethod
    def at(cls, role: Role, place: Place | None, name: str) -> "Grant":
        """Return the role at one place, or for the whole council."""
        return cls(role, **{place.value: name}) if place else cls(role)


def place_of(role: Role) -> Place | None:
    """Say whether a role is for a team, a service or an agency, or for none of them."""
    return next((place for place, roles in ROLES_OF.items() if role in roles), None)


def check_grant(grant: Grant) -> None:
    """Refuse a role without what it is for, and one with what it is not for."""
    wanted = place_of(grant.role)
    for place in Place:
        if place is wanted and not grant.name_of(place):
            raise Refused(f"The role '{grant.role.label}' is for one {place}. Select the {place}.")
        if place is not wanted and grant.name_of(place):
            belongs = f"for {_ONE[wanted]}" if wanted else "for the whole council"
            raise Refused(f"The role '{grant.role.label}' is {belongs}, not for {_ONE[place]}.")


_ONE = {Place.TEAM: "a team", Place.SERVICE: "a service", Place.AGENCY: "an agency"}


def fold_email(text: str) -> str:
    """Return an e-mail address as it is stored; refuse what is none."""
    email = text.strip().lower()
    if not email:
        raise Refused("Enter an e-mail address. Write it like name@example.gov.uk")
    if not _EMAIL.fullmatch(email) or len(email) > LONGEST_EMAIL:
        raise Refused(f"'{text.strip()}' is not an e-mail address. Write it like name@example.gov.uk")
    return email


def tidy_name(text: str, *, of: str = "person") -> str:
    """Return a name with single spaces; refuse none, one that is too long, and signs that nobody can read."""
    name = " ".join(text.split())
    if not (1 <= len(name) <= LONGEST_NAME and name.isprintable()):
        raise Refused(f"Enter the name of the {of}, in {LONGEST_NAME} characters or fewer.")
    return name


def read_working_time(text: str) -> Decimal:
    """Return a share of full time as it is written: 0.6, 0,6 or 60 %."""
    written = _WORKING_TIME.fullmatch(text.strip())
    share = Decimal(written[1].replace(",", ".")) if written else Decimal(0)
    return check_working_time(share / 100 if written and written[2] else share)


def check_working_time(share: Decimal) -> Decimal:
    """Return a share of full time in hundredths; refuse what is none."""
    hundredths = share.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if not 0 < hundredths <= FULL_TIME:
        raise Refused("Working time is a share of full time, from 0.01 to 1. Half time is 0.5 or 50 %.")
    return hundredths


def say_working_time(share: Decimal) -> str:
    """Say a share of full time."""
    return "Full time" if share == FULL_TIME else f"{share.normalize()} of full time"
