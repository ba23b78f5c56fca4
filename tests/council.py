"""A small council, made by walking the services: two teams, somebody in every role, a case list, an open month."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month, london_day
from auditapp.domain.case_lists import CaseList, Entry
from auditapp.domain.items import Item
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.understanding import Understanding
from auditapp.domain.vocabulary import CaseType, ItemKind, Role
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListTeam
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.database import Database
from auditapp.persistence.people import Agency, Person, Service, Team
from auditapp.persistence.queries.accounts import viewer_of
from auditapp.services import accounts, answers, audits, cases, cycles, tools
from auditapp.services.answers import Typed

SEED = "a seed of tests"
TEAMS = ("North", "South")
ROLES = {
    "nora": Grant(Role.AUDITOR, team="North"),
    "sol": Grant(Role.AUDITOR, team="South"),
    "quinn": Grant(Role.QA),
    "quentin": Grant(Role.QA),
    "hope": Grant(Role.HEAD_OF_SERVICE, service="Safeguarding"),
    "hugo": Grant(Role.HEAD_OF_SERVICE, service="Care"),
    "asha": Grant(Role.ASSISTANT_DIRECTOR, service="Safeguarding"),
    "dara": Grant(Role.DIRECTOR),
    "prue": Grant(Role.PRACTITIONER, team="South"),
    "paul": Grant(Role.PARTNER_AUDITOR, agency="Police"),
    "bea": Grant(Role.BOARD_MEMBER),
    "adam": Grant(Role.ADMINISTRATOR),
}


@dataclass(frozen=True)
class Council:
    """The database, the moment everything was made, and everybody by first name."""

    database: Database
    at: datetime
    people: Mapping[str, Person]

    def viewer(self, name: str) -> Viewer:
        """Return somebody as the services see them."""
        return viewer_of(self.people[name])


def make_council(database: Database, at: datetime) -> Council:
    """Make the teams and the people, and put the shipped tools in."""
    with database.transaction() as session:
        tools.install_shipped(session, at=at)
        safeguarding = Service(name="Safeguarding")
        session.add_all([Team(name=name, service=safeguarding) for name in TEAMS])
        session.add_all([Service(name="Care"), Agency(name="Police")])
        session.flush()
        people = {
            name: accounts.add_person(
                session, f"{name}@demo.example", name=name.title(), grants=[grant], by=COMMAND_LINE, at=at
            )
            for name, grant in ROLES.items()
        }
    return Council(database, at, people)


def leave(council: Council, session: Session, *names: str) -> None:
    """Let people leave."""
    for name in names:
        person = accounts.find_person(session, council.people[name].public_id)
        accounts.change_person(session, person, is_active=False, by=COMMAND_LINE, at=council.at)


def join(council: Council, session: Session, name: str, *grants: Grant) -> Person:
    """Let somebody new join."""
    email = f"{name}@demo.example"
    return accounts.add_person(session, email, name=name.title(), grants=grants, by=COMMAND_LINE, at=council.at)


def give_case_list(council: Council, entries: Iterable[Entry] | None = None, *, as_of: date | None = None) -> None:
    """Accept a case list, and say which of its teams are ours."""
    listed = CaseList(as_of or london_day(council.at), tuple(entries or invented_entries()))
    with council.database.transaction() as session:
        cases.accept_case_list(
            session,
            listed,
            understanding=_understood(listed),
            file_name="invented.xlsx",
            by=council.viewer("quinn"),
            at=council.at,
        )
        ours = dict(session.execute(select(Team.name, Team.id)).all())
        for team in session.scalars(select(ListTeam)):
            team.team_id = ours.get(team.name.removeprefix("Team "))


def _understood(case_list: CaseList) -> Understanding:
    types = Counter(entry.case_type for entry in case_list.entries)
    teams = Counter(entry.team for entry in case_list.entries)
    return Understanding(lists=(), other_sheets=(), types=types, teams=teams, without_worker=0, warnings=())


def invented_entries(n: int = 60) -> list[Entry]:
    """Return cases of every type in both teams, one in twelve in a team that nobody knows."""
    types = list(CaseType)
    return [
        Entry(
            f"case{number:04}",
            types[number % 6],
            ("Team North", "Team South", "Team Elsewhere")[_team(number)],
            f"w{number % 9}",
        )
        for number in range(n)
    ]


def _team(number: int) -> int:
    return 2 if number % 12 == 11 else number % 2


def open_month(council: Council, month: str = "2026-10") -> Cycle:
    """Open a month."""
    with council.database.transaction() as session:
        return cycles.open_month(session, Month.parse(month), seed=SEED, by=council.viewer("quinn"), at=council.at)


def audits_of(council: Council, name: str) -> list[Audit]:
    """Return somebody's audits, in the order drawn."""
    with council.database.reading() as session:
        own = select(Audit).where(Audit.auditor_id == council.people[name].id).order_by(Audit.id)
        return list(session.scalars(own))


def write_whole_audit(
    council: Council, public_id: str, *, by: str, grade: str = "good", at: datetime | None = None
) -> None:
    """Answer everything, so that nothing is missing; every domain and the whole get one grade."""
    moment = at or council.at + timedelta(days=1)
    with council.database.transaction() as session:
        audit = answers.audit_to_write(session, public_id, by=council.viewer(by))
        for section in dict.fromkeys(item.section for item in audit.form.values()):
            typed = {
                code: typed_answer(item, grade=grade) for code, item in audit.form.items() if item.section == section
            }
            answers.save(session, audit, typed=typed, sitting="whole-audit", by=council.viewer(by), at=moment)


def typed_answer(item: Item, *, grade: str = "good", base: int = 0) -> Typed:
    """Return a fitting answer to any item."""
    value = {
        ItemKind.COMPLIANCE: "yes",
        ItemKind.TIMESCALE: "partly",
        ItemKind.GRADED: grade,
        ItemKind.DOMAIN_GRADE: grade,
        ItemKind.OVERALL_GRADE: grade,
        ItemKind.TAKING_PART: "took_part",
        ItemKind.YES_NO: "yes",
        ItemKind.MINUTES: "95",
        ItemKind.TEXT: "",
    }[item.kind]
    return Typed(value, f"Words about {item.code}." if item.takes_text else "", base)


def submitted_audit(
    council: Council, public_id: str, *, by: str, grade: str = "good", at: datetime | None = None
) -> None:
    """Write an audit whole and submit it."""
    moment = at or council.at + timedelta(days=1)
    write_whole_audit(council, public_id, by=by, grade=grade, at=moment)
    with council.database.transaction() as session:
        audits.submit(session, public_id, by=council.viewer(by), at=moment)
