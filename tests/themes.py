"""A theme of tests: its plan in the programme, and its start by the quality assurance team."""

from datetime import date

from sqlalchemy import select

from auditapp.domain.calendar import Month
from auditapp.domain.programme import Entry, Plan
from auditapp.domain.themes import Choice
from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import CaseType, ProgrammeKind
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.services import programme, themes
from tests.council import SEED, Council

OCTOBER = Month(2026, 10)
PLAN = Plan(
    kind=ProgrammeKind.THEMATIC,
    title="Neglect",
    practice_area="Child protection planning",
    key_lines="Is neglect named?\nIs it measured over time?",
    tool=QOP,
    size=6,
    case_types=(CaseType.CP, CaseType.CIN),
    starts_on=date(2026, 10, 19),
    ends_on=date(2026, 11, 27),
    report_due_on=date(2026, 12, 11),
)
EVERYBODY = Choice()


def planned(council: Council, plan: Plan = PLAN) -> str:
    """Plan a theme, and return what its entry is known by."""
    with council.database.transaction() as session:
        return programme.add_entry(session, plan, repeated=False, by=council.viewer("quinn"), at=council.at)[0]


def entry_of(council: Council, public_id: str) -> Entry:
    """Return an entry of the programme."""
    with council.database.reading() as session:
        return programme.find_entry(session, public_id)


def start(council: Council, entry: str, choice: Choice = EVERYBODY, *, key: str = "") -> Cycle:
    """Start what an entry plans, without the look before, and return the theme."""
    with council.database.transaction() as session:
        by, at = council.viewer("quinn"), council.at
        return themes.open_theme(session, entry, choice, key=key or f"k{entry}"[:20], seed=SEED, by=by, at=at)


def open_theme(council: Council, plan: Plan = PLAN, choice: Choice = EVERYBODY) -> Cycle:
    """Plan a theme and start it."""
    return start(council, planned(council, plan), choice)


def of_theme(council: Council, cycle: Cycle) -> list[Audit]:
    """Return the audits of a theme, in the order in which they were made."""
    with council.database.reading() as session:
        return list(session.scalars(select(Audit).where(Audit.cycle_id == cycle.id).order_by(Audit.id)))


def keep(council: Council, entry: str, choice: Choice = EVERYBODY, *, name: str = "quinn") -> str:
    """Let a choice wait for its second look, and return what it is known by."""
    with council.database.transaction() as session:
        return themes.keep_theme(session, entry, choice, seed=SEED, by=council.viewer(name), at=council.at)


def name_of(council: Council, audit: Audit) -> str:
    """Return the first name of the auditor of an audit."""
    return next(name for name, person in council.people.items() if person.id == audit.auditor_id)
