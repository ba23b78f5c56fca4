"""The council of a demonstration: its services and teams, and about forty people in every role."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from auditapp.domain.passwords import DEMONSTRATION_WORDS
from auditapp.domain.people import FULL_TIME, Grant
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.vocabulary import Role
from auditapp.persistence.queries.accounts import viewer_of
from auditapp.services import accounts, teams
from auditapp.services.secrets import NewPassword, choose_password

EMAIL_DOMAIN = "demo.example"
"""A domain that is reserved and can never be anybody's (RFC 2606)."""

ASSESSMENT, SUPPORT = "First Response and Assessment", "Family Support"
CARE, DISABILITY = "Children in Care", "Disability"
SERVICES: Mapping[str, tuple[str, ...]] = {
    ASSESSMENT: ("First Response", "Assessment North", "Assessment South"),
    SUPPORT: ("Family Support 1", "Family Support 2", "Family Support 3", "Family Support 4", "Edge of Care"),
    CARE: ("Children in Care 1", "Children in Care 2", "Leaving Care"),
    DISABILITY: ("Children with Disabilities",),
}
POLICE, HEALTH, EDUCATION = "Police", "Health", "Education"
AGENCIES = (POLICE, HEALTH, EDUCATION)


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who does not exist. Without `comes` they were invited and have not chosen a password."""

    name: str
    grants: tuple[Grant, ...]
    address: str = ""
    working_time: Decimal = FULL_TIME
    comes: bool = True

    @property
    def email(self) -> str:
        """Their address: of the role where they stand for it on the sign-in page, or of their name."""
        return f"{self.address or self.name.lower().replace(' ', '.')}@{EMAIL_DOMAIN}"


def _manager(name: str, team: str, *, address: str = "", share: str = "1") -> Invented:
    return Invented(name, (Grant(Role.AUDITOR, team=team),), address, Decimal(share))


def _practitioner(name: str, team: str, *, address: str = "", comes: bool = True) -> Invented:
    return Invented(name, (Grant(Role.PRACTITIONER, team=team),), address, comes=comes)


def _head(name: str, service: str, *, address: str = "") -> Invented:
    return Invented(name, (Grant(Role.HEAD_OF_SERVICE, service=service),), address)


def _partner(name: str, agency: str) -> Invented:
    return Invented(name, (Grant(Role.PARTNER_AUDITOR, agency=agency),), agency.lower())


ADMINISTRATOR = Invented("Sage Rook", (Grant(Role.ADMINISTRATOR),), "administrator")
LEAVER = _manager("Linden Dotterel", "Family Support 2")
MANAGERS = (
    _manager("Heather Wren", "Family Support 1", address="manager"),
    _manager("Rowan Finch", "First Response"),
    _manager("Bryony Heron", "Assessment North"),
    _manager("Basil Swift", "Assessment South"),
    _manager("Hazel Plover", "Family Support 2"),
    _manager("Alder Kestrel", "Family Support 3"),
    _manager("Ivy Nightingale", "Family Support 4"),
    _manager("Juniper Teal", "Edge of Care", share="0.8"),
    _manager("Laurel Curlew", "Children in Care 1"),
    _manager("Cedar Martin", "Children in Care 2"),
    _manager("Saffron Lapwing", "Leaving Care"),
    _manager("Clover Siskin", "Children with Disabilities"),
    _manager("Fern Linnet", "Assessment North", share="0.6"),
    _manager("Aspen Crane", "Family Support 1"),
    _manager("Holly Dunnock", "Family Support 4", share="0.6"),
    Invented(
        "Sorrel Bunting",
        (Grant(Role.AUDITOR, team="Children in Care 1"), Grant(Role.PRACTITIONER, team="Children in Care 1")),
    ),
    LEAVER,
)
QUALITY = (
    Invented("Poppy Starling", (Grant(Role.QA),), "qa"),
    Invented("Reed Sparrow", (Grant(Role.QA),)),
    Invented("Tansy Egret", (Grant(Role.QA),), working_time=Decimal("0.5")),
)
PRACTITIONERS = (
    _practitioner("Olive Pipit", "Family Support 1", address="practitioner"),
    _practitioner("Ash Redstart", "Family Support 2"),
    _practitioner("Daisy Whimbrel", "Family Support 3"),
    _practitioner("Myrtle Dipper", "Family Support 4"),
    _practitioner("Briar Goldcrest", "Children in Care 1"),
    _practitioner("Iris Fieldfare", "Children in Care 2"),
    _practitioner("Yarrow Wheatear", "Children with Disabilities"),
    _practitioner("Primrose Avocet", "Assessment South"),
    _practitioner("Jasmine Chough", "Leaving Care", comes=False),
)
HEADS = (
    _head("Violet Osprey", SUPPORT, address="head"),
    _head("Marigold Merlin", ASSESSMENT),
    _head("Rosemary Gannet", CARE),
    _head("Elder Bittern", DISABILITY),
)
ASSISTANT_DIRECTOR = Invented(
    "Willow Swallow",
    tuple(Grant(Role.ASSISTANT_DIRECTOR, service=service) for service in SERVICES),
    "assistant.director",
)
DIRECTOR = Invented("Camellia Thrush", (Grant(Role.DIRECTOR),), "director")
PARTNERS = (
    _partner("Teasel Petrel", POLICE),
    _partner("Lily Sandpiper", HEALTH),
    _partner("Betony Turnstone", EDUCATION),
)
BOARD = (
    Invented("Angelica Shearwater", (Grant(Role.BOARD_MEMBER),), "board"),
    Invented("Larch Warbler", (Grant(Role.BOARD_MEMBER),)),
    Invented("Dahlia Nuthatch", (Grant(Role.BOARD_MEMBER),)),
)
EVERYBODY = (
    *QUALITY,
    *MANAGERS,
    *HEADS,
    ASSISTANT_DIRECTOR,
    DIRECTOR,
    *PRACTITIONERS,
    *PARTNERS,
    *BOARD,
    ADMINISTRATOR,
)


@dataclass(slots=True)
class Council:
    """Who there is, once they have accounts: each as the viewer that they are when they are signed in."""

    people: dict[str, Viewer] = field(default_factory=dict)

    def who(self, invented: Invented) -> Viewer:
        """Return an invented person as somebody who is signed in."""
        return self.people[invented.email]

    @property
    def auditors(self) -> tuple[Viewer, ...]:
        """Everybody who is given audits, those who left among them."""
        return tuple(self.who(invented) for invented in MANAGERS)

    def auditor(self, person_id: int) -> Viewer:
        """Return the auditor with this key."""
        return next(viewer for viewer in self.auditors if viewer.person_id == person_id)


def settle(session: Session, council: Council, *, at: datetime) -> None:
    """Let an administrator set the council up: services, teams and agencies, then people, who accept their links."""
    # One password for all, so one hash for all: it is no secret, and each would cost a tenth of a second.
    password = choose_password(DEMONSTRATION_WORDS, email="")
    moments = _minutes_from(at)
    _join(session, council, ADMINISTRATOR, by=COMMAND_LINE, at=next(moments), password=password)
    administrator = council.who(ADMINISTRATOR)
    for service, names in SERVICES.items():
        teams.add_service(session, service, by=administrator, at=next(moments))
        for name in names:
            teams.add_team(session, name, service=service, by=administrator, at=next(moments))
    for agency in AGENCIES:
        teams.add_agency(session, agency, by=administrator, at=next(moments))
    for invented in EVERYBODY:
        if invented is not ADMINISTRATOR:
            _join(session, council, invented, by=administrator, at=next(moments), password=password)


def _join(
    session: Session, council: Council, invented: Invented, *, by: Viewer, at: datetime, password: NewPassword
) -> None:
    person = accounts.add_person(
        session,
        invented.email,
        name=invented.name,
        grants=invented.grants,
        working_time=invented.working_time,
        by=by,
        at=at,
    )
    secret = accounts.invite(session, person, by=by, at=at)
    if invented.comes:
        accounts.accept_invitation(session, secret, password=password, at=at + timedelta(seconds=40))
    council.people[invented.email] = viewer_of(person)


def _minutes_from(at: datetime) -> Iterator[datetime]:
    while True:
        yield at
        at += timedelta(minutes=2)
