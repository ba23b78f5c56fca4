"""Absences: entered by those who may, approved by somebody else, and out of the shares once they are approved."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auditapp.domain.absences import Asked, check_decide
from auditapp.domain.calendar import CouncilYear, Span
from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.permissions import allowed
from auditapp.domain.vocabulary import AbsenceKind, AbsenceState, NoticeKind
from auditapp.persistence import trail
from auditapp.persistence.absences import Absence
from auditapp.persistence.notices import Notice
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Service, Team
from auditapp.persistence.queries.absences import (
    absences_of_others,
    auditors_to_enter_for,
    find_absence,
    ids_to_decide,
    my_absences,
)
from auditapp.persistence.queries.auditors import auditors, shares_of
from auditapp.services import absences
from auditapp.services.digests import write_digest
from tests.absences import ASKED, SECRET, enter, enter_approved
from tests.council import ROLES, Council, audits_of, give_case_list, open_month
from tests.faults import every_statement_fails
from tests.meanwhile import meanwhile

OCTOBER = Span(date(2026, 10, 1), date(2026, 10, 31))


def state_of(council: Council, public_id: str) -> AbsenceState:
    with council.database.reading() as session:
        return session.scalars(select(Absence.state).where(Absence.public_id == public_id)).one()


def test_an_absence_is_entered_whole_or_not_at_all(council: Council) -> None:
    nora = council.people["nora"].public_id
    every_statement_fails(
        council.database,
        lambda session: absences.enter(session, nora, asked=ASKED, by=council.viewer("nora"), at=council.at),
    )
    with council.database.reading() as session:
        (absence,) = my_absences(session, council.viewer("nora"))
        assert (absence.state, absence.reason, absence.decided_by) == (AbsenceState.ASKED, SECRET, None)


@pytest.mark.parametrize("name", ["nora", "quinn", "hope", "asha", "dara", "adam"])
def test_they_themselves_their_managers_quality_assurance_and_administrators_enter_it(
    council: Council, name: str
) -> None:
    assert state_of(council, enter(council, "nora", by=name)) is AbsenceState.ASKED


@pytest.mark.parametrize("name", ["sol", "hugo", "prue", "paul", "bea"])
def test_nobody_else_enters_it(council: Council, name: str) -> None:
    with pytest.raises(NotAllowed):
        enter(council, "nora", by=name)


def test_only_an_auditor_can_be_away(council: Council) -> None:
    with pytest.raises(NotFound):
        enter(council, "hope", by="quinn")


def test_what_is_wrong_is_refused(council: Council) -> None:
    with pytest.raises(Refused, match=r"Enter the first day\."):
        enter(council, "nora", asked=Asked(AbsenceKind.ABSENCE, None, None, "Leave"))


def test_the_same_days_are_not_entered_twice(council: Council) -> None:
    first = enter(council, "nora")
    overlapping = Asked(AbsenceKind.ABSENCE, ASKED.ends_on, date(2026, 12, 24), "Leave")
    with pytest.raises(Refused, match="Nora has an absence from 19 October 2026 to 6 November 2026 already"):
        enter(council, "nora", asked=overlapping)
    enter(council, "nora", asked=Asked(AbsenceKind.EXEMPTION, ASKED.starts_on, ASKED.ends_on, "Project"))
    enter(council, "sol", by="sol")
    with council.database.transaction() as session:
        absences.withdraw(session, first, by=council.viewer("nora"), at=council.at)
    enter(council, "nora", asked=overlapping)


def test_of_two_who_enter_the_same_days_at_once_one_is_told(council: Council) -> None:
    nora = council.people["nora"].public_id

    def work(session: Session) -> None:
        absences.enter(session, nora, asked=ASKED, by=council.viewer("quinn"), at=council.at)

    with meanwhile(council.database, work), pytest.raises(Refused, match="already"):
        enter(council, "nora")


def test_an_absence_is_approved_whole_or_not_at_all(council: Council) -> None:
    public_id = enter(council, "nora")
    every_statement_fails(
        council.database,
        lambda session: absences.approve(session, public_id, by=council.viewer("hope"), at=council.at),
    )
    with council.database.reading() as session:
        absence = find_absence(session, public_id, viewer=council.viewer("nora"))
        assert absence.state is AbsenceState.APPROVED
        assert absence.decided_by
        assert absence.decided_by.name == "Hope"


def test_an_absence_is_refused_whole_or_not_at_all_and_with_a_reason(council: Council) -> None:
    public_id = enter(council, "nora")
    for wrong in (" ", "x" * 1001):
        with council.database.writing() as session, pytest.raises(Refused):
            absences.refuse(session, public_id, reason=wrong, by=council.viewer("hope"), at=council.at)
    every_statement_fails(
        council.database,
        lambda session: absences.refuse(
            session, public_id, reason=" Too many are away. ", by=council.viewer("hope"), at=council.at
        ),
    )
    with council.database.reading() as session:
        assert find_absence(session, public_id, viewer=council.viewer("nora")).refusal == "Too many are away."


def test_an_absence_is_withdrawn_whole_or_not_at_all(council: Council) -> None:
    public_id = enter_approved(council, "nora")
    every_statement_fails(
        council.database,
        lambda session: absences.withdraw(session, public_id, by=council.viewer("nora"), at=council.at),
    )
    assert state_of(council, public_id) is AbsenceState.WITHDRAWN


def test_what_is_over_is_not_withdrawn(council: Council) -> None:
    public_id, later = enter_approved(council, "nora"), council.at + timedelta(days=40)
    with council.database.writing() as session, pytest.raises(NotNow, match="This is over"):
        absences.withdraw(session, public_id, by=council.viewer("nora"), at=later)


@pytest.mark.parametrize("kind", AbsenceKind)
def test_who_does_not_approve_is_refused_or_does_not_find_it(council: Council, kind: AbsenceKind) -> None:
    public_id = enter(council, "nora", asked=Asked(kind, ASKED.starts_on, ASKED.ends_on, SECRET))
    approving = {"asha", "dara"} if kind is AbsenceKind.EXEMPTION else {"quinn", "quentin", "hope", "asha", "dara"}
    for name in set(ROLES) - approving:
        with council.database.writing() as session, pytest.raises((NotAllowed, NotFound)):
            absences.approve(session, public_id, by=council.viewer(name), at=council.at)
    for name in approving:
        with council.database.writing() as session:
            absences.approve(session, public_id, by=council.viewer(name), at=council.at)


def test_what_waits_for_somebody_is_what_the_rules_let_them_decide(council: Council) -> None:
    for number, kind in enumerate(AbsenceKind):
        for name, by in (("nora", "nora"), ("sol", "hope"), ("nora", "quinn")):
            day = date(2026, 11, 2) + timedelta(days=10 * number + (4 if by == "quinn" else 0))
            enter(council, name, by=by, asked=Asked(kind, day, day, SECRET))
    with council.database.reading() as session:
        for name in ROLES:
            viewer = council.viewer(name)
            seen = absences_of_others(session, viewer, today=date(2026, 10, 15)).waiting
            decided = [each for each in seen if allowed(check_decide, each, absences.whose(session, each), viewer)]
            assert len(ids_to_decide(session, viewer)) == len(decided), name
        assert len(ids_to_decide(session, council.viewer("hope"))) == 2
        assert len(ids_to_decide(session, council.viewer("asha"))) == 6
        assert len(ids_to_decide(session, council.viewer("quinn"))) == 2


def test_the_database_itself_lets_nobody_approve_their_own(council: Council) -> None:
    enter(council, "nora")
    nora = council.people["nora"].id
    with council.database.writing() as session, pytest.raises(IntegrityError):
        session.execute(update(Absence).values(state=AbsenceState.APPROVED, decided_at=council.at, decided_by_id=nora))


def test_of_two_who_approve_at_once_one_is_told(council: Council) -> None:
    public_id = enter(council, "nora")

    def decide(session: Session) -> None:
        absences.refuse(session, public_id, reason="No.", by=council.viewer("hope"), at=council.at)

    with (
        meanwhile(council.database, decide),
        council.database.writing() as session,
        pytest.raises(NotNow, match="This is now: Refused"),
    ):
        absences.approve(session, public_id, by=council.viewer("quinn"), at=council.at)
    with council.database.reading() as session:
        told = [event.name for event in trail.events(session) if event.name.startswith("absence.")]
    assert told == ["absence.entered", "absence.refused"]


def test_the_trail_tells_the_days_and_never_why(council: Council) -> None:
    public_id = enter(council, "nora")
    with council.database.transaction() as session:
        absences.refuse(session, public_id, reason=f"Not {SECRET}", by=council.viewer("hope"), at=council.at)
    with council.database.reading() as session:
        told = [event for event in trail.events(session) if event.name.startswith("absence.")]
    days = {"kind": "absence", "starts_on": "2026-10-19", "ends_on": "2026-11-06"}
    assert [(event.name, event.details) for event in told] == [("absence.entered", days), ("absence.refused", days)]
    assert {event.subject for event in told} == {council.people["nora"].public_id}
    assert SECRET not in str(told)


@pytest.mark.parametrize(
    ("name", "sees"), [("nora", True), ("sol", False), ("hugo", False), ("adam", False), ("asha", True)]
)
def test_who_knows_of_an_absence(council: Council, name: str, sees: bool) -> None:
    public_id = enter(council, "nora")
    with council.database.reading() as session:
        if sees:
            assert find_absence(session, public_id, viewer=council.viewer(name)).public_id == public_id
        else:
            with pytest.raises(NotFound):
                find_absence(session, public_id, viewer=council.viewer(name))


def test_a_head_of_service_enters_for_their_own_services_managers_only(council: Council) -> None:
    with council.database.transaction() as session:
        care = session.scalars(select(Service).where(Service.name == "Care")).one()
        session.scalars(select(Team).where(Team.name == "South")).one().service_id = care.id
    with council.database.reading() as session:
        offered = {
            name: [person.name for person in auditors_to_enter_for(session, council.viewer(name))]
            for name in ("hope", "hugo", "quinn", "adam", "nora")
        }
    assert offered == {"hope": ["Nora"], "hugo": ["Sol"], "quinn": ["Nora", "Sol"], "adam": ["Nora", "Sol"], "nora": []}


class TestTheShares:
    """What was approved counts when a month is shared out; what was only asked for does not."""

    def test_an_exempt_auditor_gets_nothing(self, council: Council) -> None:
        give_case_list(council)
        enter_approved(council, "nora", asked=Asked(AbsenceKind.EXEMPTION, date(2026, 10, 26), None, SECRET))
        open_month(council)
        assert audits_of(council, "nora") == []
        assert audits_of(council, "sol")

    def test_what_was_not_approved_changes_nothing(self, council: Council) -> None:
        give_case_list(council)
        enter(council, "nora", asked=Asked(AbsenceKind.EXEMPTION, date(2026, 10, 26), date(2026, 10, 26), SECRET))
        open_month(council)
        assert audits_of(council, "nora")

    def test_an_absence_takes_its_share_of_somebodys_time(self, council: Council) -> None:
        enter_approved(council, "nora")  # 10 of the working days from 19 October on
        with council.database.reading() as session:
            people = auditors(session)
            shares = {
                days: shares_of(session, people, year=CouncilYear(2026), days=days)[0]
                for days in (
                    OCTOBER,
                    Span(date(2026, 10, 19), date(2026, 11, 6)),
                    Span(date(2026, 9, 1), date(2026, 9, 9)),
                )
            }
        assert [(float(each.working_time), each.absent) for each in shares.values()] == [
            (pytest.approx(12 / 22), False),
            (0.0, True),
            (1.0, False),
        ]


def told(council: Council, kind: NoticeKind) -> set[str]:
    names = {person.id: name for name, person in council.people.items()}
    with council.database.reading() as session:
        return {names[person] for person in session.scalars(select(Notice.person_id).where(Notice.kind == kind))}


def post_of(council: Council, name: str, *, day: date) -> str:
    """Write somebody's message of a day, and return what it says; nothing where there is none."""
    with council.database.transaction() as session:
        write_digest(session, council.people[name].id, day=day, at=council.at)
    with council.database.reading() as session:
        query = select(Message.body).where(Message.person_id == council.people[name].id).order_by(Message.id.desc())
        return session.scalar(query.limit(1)) or ""


@pytest.mark.parametrize(
    ("kind", "by", "deciders"),
    [
        (AbsenceKind.ABSENCE, "nora", {"quinn", "quentin", "hope"}),
        (AbsenceKind.ABSENCE, "hope", {"quinn", "quentin"}),
        (AbsenceKind.EXEMPTION, "nora", {"asha"}),
        (AbsenceKind.EXEMPTION, "asha", {"dara"}),
    ],
)
def test_those_who_may_decide_are_told_and_nobody_of_what_they_entered(
    council: Council, kind: AbsenceKind, by: str, deciders: set[str]
) -> None:
    enter(council, "nora", by=by, asked=replace(ASKED, kind=kind))
    assert told(council, NoticeKind.ABSENCE_WAITS) == deciders


def test_the_post_says_which_days_wait_and_then_what_was_decided_and_never_why(council: Council) -> None:
    public_id = enter(council, "nora")
    waits = post_of(council, "hope", day=date(2026, 10, 16))
    assert "- Absence, 19 October 2026 to 6 November 2026" in waits
    with council.database.transaction() as session:
        absences.approve(session, public_id, by=council.viewer("quinn"), at=council.at)
    assert post_of(council, "quentin", day=date(2026, 10, 16)) == "", "it does not wait any more"
    decided = post_of(council, "nora", day=date(2026, 10, 16))
    assert "- Absence, 19 October 2026 to 6 November 2026: approved" in decided
    assert not any(word in waits + decided for word in (SECRET, "Nora"))
