"""Absences for tests, entered and approved by walking the services."""

from dataclasses import replace
from datetime import date

from auditapp.domain.absences import Asked
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import AbsenceKind, Role
from auditapp.persistence.people import Person
from auditapp.services import absences, teams
from tests.council import Council, join

SECRET = "an operation on the knee"
ASKED = Asked(AbsenceKind.ABSENCE, date(2026, 10, 19), date(2026, 11, 6), SECRET)


def enter(council: Council, name: str, *, by: str = "", asked: Asked = ASKED) -> str:
    """Enter an absence for somebody, by themselves unless somebody else is named; return its public identifier."""
    with council.database.transaction() as session:
        person, viewer = council.people[name].public_id, council.viewer(by or name)
        return absences.enter(session, person, asked=asked, by=viewer, at=council.at).public_id


def enter_approved(council: Council, name: str, *, asked: Asked = ASKED) -> str:
    """Enter an absence and let the director approve it. Without a last day it is of one day."""
    public_id = enter(council, name, asked=replace(asked, ends_on=asked.ends_on or asked.starts_on))
    with council.database.transaction() as session:
        absences.approve(session, public_id, by=council.viewer("dara"), at=council.at)
    return public_id


def add_auditors(council: Council, *names: str) -> Council:
    """Return a council with more auditors, all of one more team, in which no case is."""
    with council.database.transaction() as session:
        teams.add_team(session, "West", service="Safeguarding", by=COMMAND_LINE, at=council.at)
        added: dict[str, Person] = {
            name: join(council, session, name, Grant(Role.AUDITOR, team="West")) for name in names
        }
    return replace(council, people={**council.people, **added})
