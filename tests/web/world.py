"""A small world for tests that walk every address: somebody in every role, and for every address with an argument
their own object, somebody else's, and one that is not there.

A page that comes gets a line in `RULES`, and where its address has arguments also its samples here: a test names the
page that has none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

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
from auditapp.domain.themes import ThemePlan
from auditapp.domain.understanding import count_children
from auditapp.domain.vocabulary import AbsenceKind, CaseType, ProgrammeKind, Role
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import CaseList as CaseListRow
from auditapp.persistence.cases import ListWorker
from auditapp.persistence.database import Database
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Agency, Person, Service, Team
from auditapp.persistence.queries.accounts import viewer_of
from auditapp.persistence.queries.cycles import QOP
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
    programme_years,
    publications,
    supervision,
    themes,
    ways_back,
)
from auditapp.services.actions import Planned
from auditapp.services.case_imports import ReadCaseList
from auditapp.services.concerns import Raised
from auditapp.web.rules import EVERYBODY, RULES
from tests import factories
from tests.council import Council, give_case_list

# Far off: it changes nobody's share.
AWAY = Asked(AbsenceKind.ABSENCE, date(2027, 3, 1), date(2027, 3, 19), "Leave")
NOWHERE = "nothing2here4567"
DAY = (("day", "18"), ("month", "1"), ("year", "2027"))
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class World:
    """A database, who is in it, and what its objects are known by."""

    database: Database
    people: Mapping[Role, Person]
    known: Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    """One object of an address: whose it is, who gets to it, and what GET answers them. To all others it is not there.

    `sent` is a form that its page would send, where one is wanted.
    """

    what: str
    arguments: Mapping[str, object]
    opens: frozenset[Role]
    status: int = 200
    sent: Mapping[str, object] = field(default_factory=dict)


NOBODY: frozenset[Role] = frozenset()
# Asked for nothing, these lead to the page where one chooses.
LEADS_ON = {"cycles.open_one": 303}
AUDITOR = frozenset({Role.AUDITOR})
QA = frozenset({Role.QA})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
# Of the people of factories.py: the head of service is for safeguarding, the assistant director for looked-after.
READ_OWN = frozenset({Role.AUDITOR, Role.QA, Role.HEAD_OF_SERVICE, Role.DIRECTOR, Role.PRACTITIONER})
READ_OTHER = frozenset({Role.QA, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR})


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
            "calendar": calendars.make_address(session, by=by, at=at),
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
        programme.finish_entry(session, finished, by=by, at=at)
        moved = programme.preview_move(session, entry, to=date(2027, 1, 12), later=False)
        return {
            "entry": entry,
            "finished": finished,
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
    """Start a theme, let two more plans wait, of which one is somebody else's, and open supervision audits."""
    plan = ThemePlan(
        title="Neglect",
        practice_area="Planning",
        key_lines="Is it named?",
        tool=QOP,
        size=3,
        due_on=date(2026, 12, 1),
        report_due_on=date(2026, 12, 15),
    )
    with database.transaction() as session:
        by = factories.viewer(database, qa)
        query = select(Person).where(Person.name == "Quill Ames").options(selectinload(Person.grants))
        second = viewer_of(session.scalars(query).one())
        theme = themes.open_theme(session, plan, key="theme-of-the-world", seed="a seed", by=by, at=at)
        other = replace(plan, title="Contact")
        own_plan, other_plan = (themes.keep_theme(session, other, seed="a seed", by=who, at=at) for who in (by, second))
        waiting = themes.waiting_theme(session, own_plan, by=by, at=at)
        return {
            "theme": theme.public_id,
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


def samples(world: World) -> dict[str, tuple[Sample, ...]]:
    """Return the samples of every address that has arguments."""
    return {
        "accounts.invitation": _of("secret", {"open": "secret"}, world, opens=frozenset(Role)),
        **_of_audits(world),
        **_of_findings(),
        **_of_months(world),
        **_of_programme(world),
        **_of_themes(world),
        **_of_case_lists(world),
        **_of_people(world),
        **_of_post(world),
        "calendars.read": _of("secret", {"open": "calendar"}, world, opens=frozenset(Role)),
        **_of_absences(world),
    }


def _of_audits(world: World) -> dict[str, tuple[Sample, ...]]:
    written = _audits(world, {"own": "open_own"}, opens=AUDITOR)
    unseen = _audits(world, {"other": "open_other", "other's record": "read_other"}, opens=NOBODY)
    writing = (*written, *unseen)
    reading = (
        *_audits(world, {"own": "read_own"}, opens=READ_OWN),
        *_audits(world, {"other": "read_other"}, opens=READ_OTHER),
        *_audits(world, {"not submitted": "open_own", "nor this": "open_other"}, opens=NOBODY),
    )
    planned = {"action": "See", "success_measure": "Seen", "owner": "Manager", "due_on-day": "2", "due_on-month": "12"}
    raised = {"what": "Not seen", "told_whom": "Manager", "told_how": "By telephone", "told_time": "08:15"}
    raised |= {"told_on-day": "14", "told_on-month": "10", "told_on-year": "2026"}
    return {
        "audits.audit": (*writing, *_audits(world, {"submitted": "read_own"}, opens=AUDITOR, status=303)),
        "audits.section": _with(
            writing,
            section="D1",
            sent={"sitting": "a-sitting-of-tests", "base-D1.grade": "0", "value-D1.grade": "good"},
        ),
        "audits.save_answer": _with(
            writing, sent={"item": "D1.grade", "value": "good", "text": "", "base": 0, "sitting": "a-sitting"}
        ),
        "audits.refuse": (
            *_audits(world, {"own": "drawn_own"}, opens=AUDITOR, sent={"refusal": "supervised"}),
            *_audits(world, {"other": "drawn_other"}, opens=NOBODY),
        ),
        "actions.actions": writing,
        "actions.add": _with(writing, sent={**planned, "due_on-year": "2026"}),
        "actions.change": _with(writing, number=1, sent={**planned, "due_on-year": "2026"}),
        "actions.remove": _with(writing, number=1),
        "concerns.raise_one": _with(writing, sent=raised),
        "concerns.acknowledge": (
            *_of("public_id", {"own": "concern_own"}, world, opens=READ_OWN - {Role.AUDITOR, Role.PRACTITIONER}),
            *_of("public_id", {"other": "concern_other"}, world, opens=READ_OWN - {Role.AUDITOR, Role.PRACTITIONER}),
        ),
        "records.check": _with(writing, sent={"declared": "y"}),
        "records.record": reading,
        "records.paper": reading,
        "records.history": (
            *_audits(world, {"own": "read_own"}, opens=READ_OWN),
            *_audits(world, {"other": "read_other"}, opens=READ_OTHER),
            *_audits(world, {"not submitted": "open_own"}, opens=AUDITOR | QA),
            *_audits(world, {"nor this": "open_other"}, opens=QA),
        ),
        "records.send_back": _audits(
            world, {"own": "read_own", "other": "read_other"}, opens=QA, sent={"reason": "Look again."}
        ),
    }


def _of_findings() -> dict[str, tuple[Sample, ...]]:
    readers = RULES["findings.quarter"]
    quarter = _plain({"a quarter": {"quarter": "2026-07"}}, opens=readers)
    position = _plain({"a tool": {"tool": QOP}}, opens=readers)
    shown = (
        *_plain({"shown": {"quarter": "2026-07"}}, opens=RULES["board.report"]),
        *_plain({"not shown": {"quarter": "2026-04"}}, opens=NOBODY),
    )
    return {
        "findings.quarter": quarter,
        "findings.paper": _with(quarter, kind="csv"),
        "findings.board": _plain({"a quarter": {"quarter": "2026-07"}}, opens=QA),
        "findings.withdraw": _plain({"a quarter": {"quarter": "2026-07"}}, opens=QA),
        "findings.again": _plain({"not withdrawn": {"quarter": "2026-07"}}, opens=QA, status=409),
        "findings.position": position,
        "findings.position_paper": _with(position, kind="csv"),
        "board.report": shown,
        "board.paper": _with(shown, kind="csv"),
    }


def _of_months(world: World) -> dict[str, tuple[Sample, ...]]:
    months = _of("public_id", {"a month": "month"}, world, opens=QA)
    tools = _of("public_id", {"a tool": "tool"}, world, opens=QA)
    drawn = {"own": "drawn_own", "other": "drawn_other"}
    return {
        "cycles.cycle": months,
        "cycles.draw": months,
        "cycles.replace": _audits(world, drawn, opens=QA, sent={"reason": "Moved away."}),
        "cycles.reassign": _audits(world, drawn, opens=QA, sent={"to": world.known["somebody"]}),
        "tools.tool": tools,
        "tools.definition": tools,
        "tools.publish": tools,
        "tools.retire": tools,
    }


def _of_absences(world: World) -> dict[str, tuple[Sample, ...]]:
    readers = frozenset({Role.QA, Role.HEAD_OF_SERVICE, Role.DIRECTOR})
    own = _of("public_id", {"own": "absence_own"}, world, opens=readers | AUDITOR)
    other = _of("public_id", {"other": "absence_other"}, world, opens=readers)
    shown = {"chosen": "yes", "audit": world.known["held_other"].split(), "seen": world.known["seen_other"]}
    return {
        "absences.absence": (*own, *other),
        "absences.approve": (*own, *other),
        "absences.refuse": _with((*own, *other), sent={"reason": "Too many are away."}),
        "absences.withdraw": (*own, *other),
        "handovers.absence": (
            *_of("public_id", {"approved": "absence_other"}, world, opens=QA, sent=shown),
            *_of("public_id", {"not approved": "absence_own"}, world, opens=QA, status=409),
        ),
        "handovers.person": _of("public_id", {"a person": "somebody"}, world, opens=QA, sent=shown),
        "handovers.handover": _of(
            "public_id", {"done": "handover"}, world, opens=QA, sent={"seen": world.known["seen_back"]}
        ),
    }


def _of_programme(world: World) -> dict[str, tuple[Sample, ...]]:
    readers = RULES["programme.year"]
    years = {"a year": {"starts_in": "2026"}}
    read = (*_plain(years, opens=readers), *_plain({"none": {"starts_in": "1066"}}, opens=NOBODY))
    planning = (*_plain(years, opens=QA), *_plain({"none": {"starts_in": "2099"}}, opens=NOBODY))
    copying = (*_plain({"a year": {"starts_in": "2027"}}, opens=QA), *planning[1:])
    planned = _of("public_id", {"an entry": "entry", "a done one": "finished"}, world, opens=QA)
    entry = _of("public_id", {"an entry": "entry"}, world, opens=QA)
    finished = _of("public_id", {"a done one": "finished"}, world, opens=QA)
    theme = {"version": "1", "title": "Bruises", "practice_area": "Health", "key_lines": "Who saw it?", "size": "4"}
    theme |= {"tool": "", "note": "None", "chosen": world.people[Role.AUDITOR].public_id, "strata": "LAC"}
    theme |= {f"{name}-{part}": value for name in ("starts_on", "ends_on", "report_due_on") for part, value in DAY}
    approval = {"version": "0", "board": "Improvement Board", "minute": "26/14", "audits_a_month": "20"}
    approval |= {f"approved_on-{part}": value for part, value in (("day", "1"), ("month", "4"), ("year", "2026"))}
    return {
        "programme.year": read,
        "programme.calendar": read,
        "programme.begin": _with(planning, sent={"seen": world.known["begun"]}),
        "programme.copy": _with(copying, sent={"seen": world.known["copied"]}),
        "programme.approval": _with(planning, sent=approval),
        "programme.entries.choose": planning,
        "programme.entries.add": (
            *_with(planning, kind="thematic", sent=theme),
            *_with(_plain({"no kind": {"starts_in": "2026"}}, opens=NOBODY), kind="holiday"),
        ),
        "programme.entries.entry": tuple(
            replace(sample, opens=readers) if sample.opens else sample for sample in planned
        ),
        "programme.entries.change": _with(entry, sent=theme),
        "programme.entries.move": _with(
            entry, sent={"to": "2027-01-12", "which": "alone", "seen": world.known["moved"]}
        ),
        "programme.entries.cancel": _with(entry, sent={"version": "1", "reason": "Overtaken."}),
        "programme.entries.finish": entry,
        "programme.entries.reopen": finished,
        "programme.entries.repeat": entry,
    }


def _of_themes(world: World) -> dict[str, tuple[Sample, ...]]:
    followed = _of("public_id", {"a theme": "theme"}, world, opens=QA)
    read = _of("public_id", {"a theme": "theme"}, world, opens=RULES["themes.findings"])
    plans = (
        *_of("public_id", {"own": "plan_own"}, world, opens=QA, sent={"shown": world.known["plan_shown"]}),
        *_of("public_id", {"other": "plan_other"}, world, opens=NOBODY),
    )
    files = _of("public_id", {"a month": "files"}, world, opens=QA)
    return {
        "themes.theme": followed,
        "themes.draw": followed,
        "themes.actions": read,
        "themes.findings": read,
        "themes.paper": _with(read, kind="csv"),
        "themes.preview": plans,
        "themes.start": plans,
        "themes.discard": plans,
        "supervision.cycle": files,
        "supervision.draw": files,
        "supervision.pick": _audits(world, {"weak oversight": "read_own"}, opens=QA),
    }


def _of_case_lists(world: World) -> dict[str, tuple[Sample, ...]]:
    waiting = (
        *_of("public_id", {"own": "cases_own"}, world, opens=QA),
        *_of("public_id", {"other": "cases_other"}, world, opens=NOBODY),
    )
    return {
        "cases.case_list": _of("public_id", {"a list": "case_list"}, world, opens=QA),
        "cases.preview": waiting,
        "cases.accept": waiting,
        "cases.discard": waiting,
    }


def _of_people(world: World) -> dict[str, tuple[Sample, ...]]:
    people = _of("public_id", {"a person": "somebody"}, world, opens=ADMINISTRATOR)
    lists = (
        *_of("public_id", {"own": "list_own"}, world, opens=ADMINISTRATOR),
        *_of("public_id", {"other": "list_other"}, world, opens=NOBODY),
    )
    places = [{"kind": kind, "public_id": world.known[kind]} for kind in ("team", "service", "agency")]
    return {
        "people.person": _with(people, sent={"role": "qa", "place": ""}),
        "people.take_role": people,
        "people.change": _with(people, sent={"name": "Otto", "email": "otto@example.org", "working_time": "0.5"}),
        "people.leave": people,
        "people.come_back": people,
        "people.invite": people,
        "people.people_import.preview": lists,
        "people.people_import.refuse": lists,
        "people.teams.add": _plain(
            {kind: {"kind": kind} for kind in ("team", "service", "agency")}, opens=ADMINISTRATOR
        ),
        "people.teams.change": _plain({place["kind"]: place for place in places}, opens=ADMINISTRATOR),
    }


def _of_post(world: World) -> dict[str, tuple[Sample, ...]]:
    messages = _of("public_id", {"a message": "message"}, world, opens=ADMINISTRATOR)
    return dict.fromkeys(("outbox.message", "outbox.send_again", "outbox.withdraw"), messages)


def _audits(
    world: World,
    named: Mapping[str, str],
    *,
    opens: frozenset[Role],
    status: int = 200,
    sent: Mapping[str, object] = NOTHING,
) -> tuple[Sample, ...]:
    return _of("public_id", named, world, opens=opens, status=status, sent=sent)


def _of(
    argument: str,
    named: Mapping[str, str],
    world: World,
    *,
    opens: frozenset[Role],
    status: int = 200,
    sent: Mapping[str, object] = NOTHING,
) -> tuple[Sample, ...]:
    """Return samples of objects that the world knows by name, and one of an object that is not there."""
    there = {what: {argument: world.known[name]} for what, name in named.items()}
    return (
        *_plain(there, opens=opens, status=status, sent=sent),
        *_plain({"nothing": {argument: NOWHERE}}, opens=NOBODY),
    )


def _plain(
    there: Mapping[str, Mapping[str, str]],
    *,
    opens: frozenset[Role],
    status: int = 200,
    sent: Mapping[str, object] = NOTHING,
) -> tuple[Sample, ...]:
    return tuple(Sample(what, arguments, opens, status, sent) for what, arguments in there.items())


def _with(known: Iterable[Sample], *, sent: Mapping[str, object] = NOTHING, **arguments: object) -> tuple[Sample, ...]:
    """Return samples with one more argument, or with the form that their page sends."""
    return tuple(replace(sample, arguments={**sample.arguments, **arguments}, sent=sent) for sample in known)


def sample_of_a_list(endpoint: str) -> Sample:
    """Return the only sample of an address without arguments: it is there for everybody whom the rules let in."""
    rule = RULES[endpoint]
    status = LEADS_ON.get(endpoint, 200)
    return Sample("the page", {}, frozenset(Role) if rule is EVERYBODY else rule, status)
