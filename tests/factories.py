"""People, places and audits for tests, made by walking the services as real users would.

    cast = people(database)
    audit = submitted_audit(database, on=date(2026, 7, 14), overall="good", team="Assessment North")

Only cases, months and the empty audits in them are put into the tables directly: a test that needs one audit of one
day, type and grade cannot wait for a draw to give it. What is written into an audit, and its submission, are real.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import TypedDict, Unpack

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from auditapp.domain.calendar import LONDON, Month, Quarter
from auditapp.domain.items import OVERALL_GRADE, OVERALL_MINUTES, Item
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import AuditState, CaseType, Compliance, CycleKind, ItemKind, Role, TakingPart
from auditapp.domain.working_days import add_working_days
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, ListTeam
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person, Team
from auditapp.persistence.queries.accounts import viewer_of
from auditapp.services import accounts, answers, audits, teams, tools
from auditapp.services.answers import Typed
from auditapp.services.cycles import target_of

LONG_AGO = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SAFEGUARDING, CORPORATE = "Assessment and Safeguarding", "Corporate Parenting"
NORTH, SOUTH, WEST, CARE = "Assessment North", "Assessment South", "Assessment West", "Children in Care"
# The team of whoever audits here: none of the cases is of West, so that everybody is independent of all of them.
PLACES = MappingProxyType({SAFEGUARDING: (NORTH, SOUTH, WEST), CORPORATE: (CARE,)})
POLICE = "Police"

# Of every eleven audits: one Outstanding, five Good, four below, one Inadequate.
GRADES = (
    "good",
    "requires_improvement_to_be_good",
    "good",
    "outstanding",
    "good",
    "requires_improvement_to_be_good",
    "good",
    "inadequate",
    "requires_improvement_to_be_good",
    "good",
    "requires_improvement_to_be_good",
)

NAMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.AUDITOR: "Ines Okafor",
        Role.QA: "Quentin Ames",
        Role.HEAD_OF_SERVICE: "Hope Sanders",
        Role.ASSISTANT_DIRECTOR: "Adrian Dale",
        Role.DIRECTOR: "Dina Rectorova",
        Role.PRACTITIONER: "Pia Ractis",
        Role.PARTNER_AUDITOR: "Paul Arden",
        Role.BOARD_MEMBER: "Bo Ardley",
        Role.ADMINISTRATOR: "Ada Minton",
    }
)
GRANTS: Mapping[Role, Grant] = MappingProxyType(
    {
        Role.AUDITOR: Grant(Role.AUDITOR, team=WEST),
        Role.QA: Grant(Role.QA),
        Role.HEAD_OF_SERVICE: Grant(Role.HEAD_OF_SERVICE, service=SAFEGUARDING),
        Role.ASSISTANT_DIRECTOR: Grant(Role.ASSISTANT_DIRECTOR, service=CORPORATE),
        Role.DIRECTOR: Grant(Role.DIRECTOR),
        Role.PRACTITIONER: Grant(Role.PRACTITIONER, team=NORTH),
        Role.PARTNER_AUDITOR: Grant(Role.PARTNER_AUDITOR, agency=POLICE),
        Role.BOARD_MEMBER: Grant(Role.BOARD_MEMBER),
        Role.ADMINISTRATOR: Grant(Role.ADMINISTRATOR),
    }
)


class About(TypedDict, total=False):
    """What may be said of an audit: its case's type and team, whose it is, and its case by reference."""

    case_type: CaseType
    team: str
    auditor: Person
    case: str


def people(database: Database, *, at: datetime = LONG_AGO) -> dict[Role, Person]:
    """Put the shipped tools, two services with their teams, and one person of each role into an empty database."""
    with database.transaction() as session:
        tools.install_shipped(session, at=at)
        _add_places(session, at=at)
        return {role: _add_person(session, role, at=at) for role in Role}


def add_person(database: Database, name: str, *grants: Grant, at: datetime = LONG_AGO) -> Person:
    """Add one more person."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    with database.transaction() as session:
        return accounts.add_person(session, email, name=name, grants=grants, by=COMMAND_LINE, at=at)


def viewer(database: Database, person: Person) -> Viewer:
    """Return who a person is to the service now."""
    with database.reading() as session:
        query = select(Person).where(Person.id == person.id).options(selectinload(Person.grants))
        return viewer_of(session.scalars(query).one())


def assigned_audit(database: Database, *, on: date, **about: Unpack[About]) -> str:
    """Return the public identifier of a QoP audit that was given to an auditor on a day, in that day's month."""
    with database.transaction() as session:
        return _assign(session, on=on, **about).public_id


def write_everything(
    database: Database, audit: str, *, overall: str, at: datetime, grades: Mapping[str, str] | None = None
) -> None:
    """Answer every item of an audit as its auditor: each domain as the overall grade unless `grades` says other."""
    with database.transaction() as session:
        _write(session, audit, overall=overall, grades=grades or {}, at=at)


def submitted_audit(
    database: Database,
    *,
    on: date,
    overall: str = "good",
    grades: Mapping[str, str] | None = None,
    **about: Unpack[About],
) -> str:
    """Return the public identifier of a QoP audit that was completed and submitted at noon of a day.

    `people` must have been called before. `grades` are those of single domains, by code.
    """
    with database.transaction() as session:
        return _submit(session, on=on, overall=overall, grades=grades or {}, **about)


def some_audits(database: Database, quarter: Quarter, *, n: int = 21, seed: int = 0) -> list[str]:
    """Submit audits in every month of a quarter, of several types, teams and grades, spread by arithmetic alone."""
    types, names = (CaseType.LAC, CaseType.CIN, CaseType.CP), (NORTH, SOUTH, CARE)
    with database.transaction() as session:
        return [
            _submit(
                session,
                on=quarter.months[at % 3].first_day + timedelta(days=at % 27),
                overall=GRADES[(at * 7 + seed) % len(GRADES)],
                grades={f"D{k}": GRADES[(at * 5 + k * 3 + seed) % len(GRADES)] for k in range(1, 13)},
                case_type=types[(at + seed) % 5 % 3],
                team=names[at % 7 % 3],
            )
            for at in range(n)
        ]


def noon(day: date) -> datetime:
    """Return noon of a day in London."""
    return datetime.combine(day, time(12), LONDON).astimezone(UTC)


def _add_places(session: Session, *, at: datetime) -> None:
    for service, names in PLACES.items():
        teams.add_service(session, service, by=COMMAND_LINE, at=at)
        for name in names:
            team = teams.add_team(session, name, service=service, by=COMMAND_LINE, at=at)
            session.add(ListTeam(name=name, team_id=team.id))
    teams.add_agency(session, POLICE, by=COMMAND_LINE, at=at)
    session.flush()


def _add_person(session: Session, role: Role, *, at: datetime) -> Person:
    name = NAMES[role]
    email = f"{name.lower().replace(' ', '.')}@example.org"
    return accounts.add_person(session, email, name=name, grants=[GRANTS[role]], by=COMMAND_LINE, at=at)


def _submit(session: Session, *, on: date, overall: str, grades: Mapping[str, str], **about: Unpack[About]) -> str:
    audit, at = _assign(session, on=on, **about).public_id, noon(on)
    _write(session, audit, overall=overall, grades=grades, at=at)
    audits.submit(session, audit, by=_auditor_of(session, audit), at=at)
    return audit


def _write(session: Session, audit: str, *, overall: str, grades: Mapping[str, str], at: datetime) -> None:
    by = _auditor_of(session, audit)
    writing = answers.audit_to_write(session, audit, by=by)
    typed = {item.code: _typed(item, overall, grades) for item in writing.form.values()}
    saved = answers.save(session, writing, typed=typed, sitting="sitting-of-a-factory", by=by, at=at)
    assert not saved.problems, saved.problems


def _assign(
    session: Session,
    *,
    on: date,
    case_type: CaseType = CaseType.CIN,
    team: str = NORTH,
    auditor: Person | None = None,
    case: str | None = None,
) -> Audit:
    cycle = _month(session, Month.of(on))
    number = 1 + (session.scalar(select(func.count()).where(Audit.cycle_id == cycle.id)) or 0)
    version = tools.published(session, QOP)
    audit = Audit(
        reference=f"QOP-{cycle.period}-{number:02}",
        cycle=cycle,
        case=_case(session, case),
        case_type=case_type,
        list_team=_list_team(session, team),
        tool_version=version,
        scale_version=tools.scale_of(session, version),
        auditor_id=auditor.id if auditor else _first_auditor(session),
        state=AuditState.ASSIGNED,
        assigned_at=noon(on),
        due_on=add_working_days(on, 10),
    )
    session.add(audit)
    session.flush()
    # What is only now in the session must be read again as the services read it: whole, with all around it.
    session.expire_all()
    return audit


def _month(session: Session, month: Month) -> Cycle:
    query = select(Cycle).where(Cycle.kind == CycleKind.QOP, Cycle.period == str(month))
    return session.scalar(query) or Cycle(
        kind=CycleKind.QOP,
        period=str(month),
        tool_version=tools.published(session, QOP),
        target=target_of(session, month, today=month.first_day),
        opened_at=noon(month.first_day),
    )


def _case(session: Session, reference: str | None) -> Case:
    if reference is None:
        return Case(case_reference=f"c{70001 + (session.scalar(select(func.count(Case.id))) or 0)}")
    return session.scalar(select(Case).where(Case.case_reference == reference)) or Case(case_reference=reference)


def _list_team(session: Session, name: str) -> ListTeam:
    mapped = select(Team.id).where(Team.name == name)
    return session.scalar(select(ListTeam).where(ListTeam.name == name)) or ListTeam(
        name=name, team_id=session.scalar(mapped)
    )


def _first_auditor(session: Session) -> int:
    return session.scalars(select(Person.id).where(Person.name == NAMES[Role.AUDITOR])).one()


def _auditor_of(session: Session, audit: str) -> Viewer:
    query = select(Person).join(Audit, Audit.auditor_id == Person.id).where(Audit.public_id == audit)
    return viewer_of(session.scalars(query.options(selectinload(Person.grants))).one())


def _typed(item: Item, overall: str, grades: Mapping[str, str]) -> Typed:
    """What an auditor types into an item who has something to say everywhere."""
    text = f"What the record shows about {item.code}." if item.takes_text else ""
    return Typed(_value(item, overall, grades), text, 0)


def _value(item: Item, overall: str, grades: Mapping[str, str]) -> str:
    if item.kind is ItemKind.DOMAIN_GRADE:
        return grades.get(item.section, overall)
    if item.code == OVERALL_GRADE or item.kind is ItemKind.GRADED:
        return overall
    if item.code == OVERALL_MINUTES:
        return "45"
    if item.kind is ItemKind.TAKING_PART:
        return TakingPart.TOOK_PART.value
    return Compliance.YES.value if item.takes_value else ""
