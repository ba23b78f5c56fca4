"""A small world for tests that walk every address: somebody in every role, and what they have and somebody else has.

What of it each address is asked for stands in `samples.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from auditapp.domain.absences import Asked
from auditapp.domain.calendar import CouncilYear, Month, Quarter, london_day
from auditapp.domain.case_lists import CaseList, Entry
from auditapp.domain.people import Grant
from auditapp.domain.people_lists import ListedPerson, PeopleList
from auditapp.domain.permissions import Viewer
from auditapp.domain.programme import Plan
from auditapp.domain.programme_changes import fingerprint_of
from auditapp.domain.themes import Choice
from auditapp.domain.tools import QOP
from auditapp.domain.understanding import count_children
from auditapp.domain.vocabulary import AbsenceKind, CaseType, ProgrammeKind, Role
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import CaseList as CaseListRow
from auditapp.persistence.cases import ListWorker
from auditapp.persistence.database import Database
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Agency, Person, Service, Team
from auditapp.persistence.queries.accounts import viewer_of
from auditapp.persistence.queries.handovers import find_handover
from auditapp.persistence.tools import ToolVersion
from auditapp.services import (
    absences,
    accounts,
    actions,
    calendars,
    case_imports,
    concerns,
    cycles,
    handovers,
    people_import,
    programme,
    programme_steps,
    programme_years,
    publications,
    supervision,
    themes,
    ways_back,
)
from auditapp.services.actions import Planned
from auditapp.services.case_imports import ReadCaseList
from auditapp.services.concerns import Raised
from auditapp.services.secrets import new_secret
from tests import factories
from tests.council import Council, give_case_list

# Far off: it changes nobody's share.
AWAY = Asked(AbsenceKind.ABSENCE, date(2027, 3, 1), date(2027, 3, 19), "Leave")


@dataclass(frozen=True)
class World:
    """A database, who is in it, and what its objects are known by."""

    database: Database
    people: Mapping[Role, Person]
    known: Mapping[str, str]


def make_world(database: Database, *, at: datetime) -> World:
    """Fill a database by walking the services."""
    people = factories.people(database)
    other = factories.add_person(database, "Otto Herriot", Grant(Role.AUDITOR, team=factories.WEST))
    open_own = factories.assigned_audit(database, on=date(2026, 10, 1))
    open_other = factories.assigned_audit(database, on=date(2026, 10, 2), auditor=other)
    weak = {"D11": "requires_improvement_to_be_good"}
    read_own = factories.submitted_audit(database, on=date(2026, 9, 1), grades=weak)
    read_other = factories.submitted_audit(database, on=date(2026, 9, 2), auditor=other, team=factories.CARE)
    known = {"open_own": open_own, "open_other": open_other, "read_own": read_own, "read_other": read_other}
    _make_practitioners(database, people[Role.PRACTITIONER], audit=read_own)
    known |= _plan_and_raise(database, people[Role.AUDITOR], audit=open_own, name="own", at=at)
    known |= _plan_and_raise(database, other, audit=open_other, name="other", at=at)
    known |= _invite_and_import(database, people, at=at)
    known |= _draw_a_month(database, people, at=at)
    known |= _be_away_and_hand_on(database, people, other, at=at)
    with database.transaction() as session:
        by = factories.viewer(database, people[Role.QA])
        publications.show_to_board(session, Quarter.parse("2026-07"), by=by, at=at)
    known |= _plan_a_year(database, people[Role.QA], at=at)
    known |= _let_case_lists_wait(database, people[Role.QA], at=at)
    known |= _run_beside_months(database, people[Role.QA], at=at)
    known |= _known_rows(database, other)
    return World(database, people, known)


def _make_practitioners(database: Database, practitioner: Person, *, audit: str) -> None:
    with database.transaction() as session:
        worker = ListWorker(code="w1", person_id=practitioner.id)
        session.add(worker)
        session.flush()
        session.execute(update(Audit).where(Audit.public_id == audit).values(list_worker_id=worker.id))


def _plan_and_raise(database: Database, person: Person, *, audit: str, name: str, at: datetime) -> dict[str, str]:
    by = factories.viewer(database, person)
    planned = Planned("See the child alone", "Seen within a week", "Team manager", date(2026, 11, 2))
    raised = Raised("Not seen for a month", "Head of service", at - timedelta(hours=1), "By telephone")
    with database.transaction() as session:
        actions.write_action(session, audit, number=None, planned=planned, by=by, at=at)
        concern = concerns.raise_concern(session, audit, raised=raised, by=by, at=at)
        session.flush()
        return {f"concern_{name}": concern.public_id}


def _invite_and_import(database: Database, people: Mapping[Role, Person], *, at: datetime) -> dict[str, str]:
    second = factories.add_person(database, "Amir Minton", Grant(Role.ADMINISTRATOR))
    by, their_view = (factories.viewer(database, person) for person in (people[Role.ADMINISTRATOR], second))
    with database.transaction() as session:
        secret = accounts.invite(session, accounts.find_person(session, second.public_id), by=by, at=at)
        return {
            "second_administrator": second.public_id,
            "secret": secret,
            "calendar": calendars.make_address(session, secret=new_secret(), by=by, at=at),
            "list_own": _keep_list(session, by, at=at),
            "list_other": _keep_list(session, their_view, at=at),
        }


def _keep_list(session: Session, by: Viewer, *, at: datetime) -> str:
    listed = ListedPerson("kim@example.org", "Kim Example", Decimal(1), (Grant(Role.QA),))
    return people_import.keep_people(session, PeopleList((listed,)), file_name="people.csv", by=by, at=at)


def _draw_a_month(database: Database, people: Mapping[Role, Person], *, at: datetime) -> dict[str, str]:
    give_case_list(Council(database, at, {"quinn": people[Role.QA]}))
    by = factories.viewer(database, people[Role.QA])
    with database.transaction() as session:
        cycle = cycles.open_month(session, Month(2026, 11), seed="a seed", by=by, at=at)
        drawn = select(Audit.public_id).where(Audit.cycle_id == cycle.id).order_by(Audit.id)
        own = drawn.where(Audit.auditor_id == people[Role.AUDITOR].id)
        other = drawn.where(Audit.auditor_id != people[Role.AUDITOR].id)
        return {
            "month": cycle.public_id,
            "drawn_own": session.scalars(own).first() or "",
            "drawn_other": session.scalars(other).first() or "",
        }


def _be_away_and_hand_on(
    database: Database, people: Mapping[Role, Person], other: Person, *, at: datetime
) -> dict[str, str]:
    """Let one's own absence wait, somebody else's be approved, and the audit of a third person be handed on."""
    third = factories.add_person(database, "Lea Herriot", Grant(Role.AUDITOR, team=factories.WEST))
    factories.assigned_audit(database, on=date(2026, 10, 5), auditor=third)
    quality, director = (factories.viewer(database, people[role]) for role in (Role.QA, Role.DIRECTOR))
    with database.transaction() as session:
        own, others = (
            absences.enter(session, who.public_id, asked=AWAY, by=factories.viewer(database, who), at=at)
            for who in (people[Role.AUDITOR], other)
        )
        absences.approve(session, others.public_id, by=director, at=at)
        preview = handovers.preview_person(session, third.public_id, chosen=None, today=london_day(at))
        chosen, seen = [line.public_id for line in preview.lines], preview.fingerprint
        done = handovers.hand_on_all(session, third.public_id, chosen=chosen, seen=seen, by=quality, at=at)
        session.expunge_all()
        preview = handovers.preview_person(session, other.public_id, chosen=None, today=london_day(at))
        back = ways_back.way_back(session, find_handover(session, done.public_id))
        return {
            "absence_own": own.public_id,
            "absence_other": others.public_id,
            "handover": done.public_id,
            "seen_other": preview.fingerprint,
            "held_other": " ".join(line.public_id for line in preview.lines),
            "seen_back": back.fingerprint,
        }


def _plan_a_year(database: Database, qa: Person, *, at: datetime) -> dict[str, str]:
    dive = Plan(
        kind=ProgrammeKind.DEEP_DIVE,
        title="Thresholds",
        starts_on=date(2027, 1, 11),
        ends_on=date(2027, 1, 29),
        size=60,
    )
    theme = replace(dive, kind=ProgrammeKind.THEMATIC, title="Missing children", size=5)
    with database.transaction() as session:
        by = factories.viewer(database, qa)
        (entry,) = programme.add_entry(session, dive, repeated=False, by=by, at=at)
        (finished,) = programme.add_entry(session, theme, repeated=False, by=by, at=at)
        programme.finish_entry(session, finished, by=by, at=at + timedelta(days=366))
        meeting = replace(dive, kind=ProgrammeKind.MULTI_AGENCY, title="Bruises", size=6)
        (round_,) = programme.add_entry(session, meeting, repeated=False, by=by, at=at)
        programme_steps.tick_step(session, round_, 2, by=by, at=at)
        moved = programme.preview_move(session, entry, to=date(2027, 1, 12), later=False)
        return {
            "entry": entry,
            "finished": finished,
            "round": round_,
            "begun": programme_years.preview_start(session, CouncilYear(2026)).proposal.fingerprint,
            "copied": programme_years.preview_copy(session, CouncilYear(2027)).proposal.fingerprint,
            "moved": fingerprint_of(moved),
        }


def _let_case_lists_wait(database: Database, qa: Person, *, at: datetime) -> dict[str, str]:
    second = factories.add_person(database, "Quill Ames", Grant(Role.QA))
    entries = (Entry("wait001", CaseType.CIN, "Team North", "w1"),)
    read = ReadCaseList(CaseList(date(2026, 10, 10), entries), count_children(entries))
    with database.transaction() as session:
        own, other = (
            case_imports.keep_case_list(session, read, file_name="list.xlsx", by=factories.viewer(database, who), at=at)
            for who in (qa, second)
        )
        return {"cases_own": own, "cases_other": other}


def _run_beside_months(database: Database, qa: Person, *, at: datetime) -> dict[str, str]:
    """Start a theme, let the start of another wait, once by somebody else, and open supervision audits."""
    plan = Plan(
        kind=ProgrammeKind.THEMATIC,
        title="Neglect",
        practice_area="Planning",
        key_lines="Is it named?",
        tool=QOP,
        size=3,
        starts_on=london_day(at),
        ends_on=date(2026, 12, 1),
        report_due_on=date(2026, 12, 15),
    )
    with database.transaction() as session:
        by = factories.viewer(database, qa)
        query = select(Person).where(Person.name == "Quill Ames").options(selectinload(Person.grants))
        second = viewer_of(session.scalars(query).one())
        begun, planned = (
            programme.add_entry(session, each, repeated=False, by=by, at=at)[0]
            for each in (plan, replace(plan, title="Contact"))
        )
        theme = themes.open_theme(session, begun, Choice(), key="theme-of-the-world", seed="a seed", by=by, at=at)
        own_plan, other_plan = (
            themes.keep_theme(session, planned, Choice(), seed="a seed", by=who, at=at) for who in (by, second)
        )
        waiting = themes.waiting_theme(session, own_plan, by=by, at=at)
        return {
            "theme": theme.public_id,
            "theme_begun": begun,
            "theme_planned": planned,
            "plan_own": own_plan,
            "plan_other": other_plan,
            "plan_shown": themes.preview_theme(session, waiting, by=by, at=at).fingerprint,
            "files": supervision.open_supervision(session, Month(2026, 11), seed="a seed", by=by, at=at).public_id,
        }


def _known_rows(database: Database, other: Person) -> dict[str, str]:
    with database.reading() as session:
        return {
            "somebody": other.public_id,
            "team": session.scalars(select(Team.public_id).order_by(Team.id)).first() or "",
            "service": session.scalars(select(Service.public_id).order_by(Service.id)).first() or "",
            "agency": session.scalars(select(Agency.public_id).order_by(Agency.id)).first() or "",
            "case_list": session.scalars(select(CaseListRow.public_id)).first() or "",
            "tool": session.scalars(select(ToolVersion.public_id).order_by(ToolVersion.id)).first() or "",
            "message": session.scalars(select(Message.public_id).order_by(Message.id)).first() or "",
        }
