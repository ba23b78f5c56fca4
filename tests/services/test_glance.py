"""The month at a glance: the record that the forecast rests on, and what follows from it."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select

from auditapp.domain.calendar import Month, london_day
from auditapp.domain.times_taken import Held
from auditapp.domain.vocabulary import AbsenceKind, AbsenceState, AuditState, CycleKind
from auditapp.persistence.absences import Absence
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, ListTeam
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.database import Database
from auditapp.persistence.queries.record import AuditRecord, audit_record
from auditapp.persistence.tools import ToolVersion
from auditapp.services import audits, replacements
from auditapp.services.glance import Glance, month_at_a_glance
from tests.council import Council, audits_of, make_council, submitted_audit
from tests.statements import counted

OCTOBER = Month(2026, 10)


def record_of(council: Council, month: Month = OCTOBER) -> AuditRecord:
    with council.database.reading() as session:
        return audit_record(session, month=month)


def glance_of(council: Council, today: date) -> Glance:
    with council.database.reading() as session:
        return month_at_a_glance(session, today=today)


def id_of(council: Council, name: str) -> int:
    return council.people[name].id


def test_every_open_audit_is_in_the_record_with_whose_it_is_and_since_when(month: Council) -> None:
    record = record_of(month)
    given_on = london_day(month.at)
    assert sorted(record.held, key=lambda held: held.auditor or 0) == sorted(
        [Held(id_of(month, name), given_on) for name in ("nora", "sol") for _ in audits_of(month, name)],
        key=lambda held: held.auditor or 0,
    )
    assert record.names == {id_of(month, "nora"): "Nora", id_of(month, "sol"): "Sol"}


def test_a_submitted_audit_is_in_it_with_its_day_for_a_year(month: Council) -> None:
    mine = audits_of(month, "nora")[0]
    submitted_audit(month, mine.public_id, by="nora", at=month.at + timedelta(days=4))
    done = Held(id_of(month, "nora"), london_day(month.at), date(2026, 10, 19))
    assert done in record_of(month).held
    assert record_of(month).submitted_in(OCTOBER) == [date(2026, 10, 19)]
    assert done in record_of(month, Month(2027, 10)).held
    assert done not in record_of(month, Month(2027, 11)).held
    assert len(record_of(month, Month(2027, 11)).held) == 19  # what is open is never too old


def test_an_audit_that_was_handed_on_counts_from_then_and_a_replaced_one_not_at_all(month: Council) -> None:
    later = month.at + timedelta(days=7)
    with month.database.reading() as session:
        elsewhere = session.scalars(select(ListTeam.id).where(ListTeam.name == "Team Elsewhere")).one()
    own = audits_of(month, "nora")
    moved = next(audit for audit in own if audit.list_team_id == elsewhere)
    left = next(audit for audit in own if audit != moved)
    quinn, to = month.viewer("quinn"), month.people["sol"].public_id
    with month.database.transaction() as session:
        audits.reassign(session, moved.public_id, to=to, by=quinn, at=later)
        replacements.replace_case(session, left.public_id, reason="Closed.", by=quinn, at=later)
    record = record_of(month)
    assert record.held.count(Held(id_of(month, "sol"), london_day(later))) == 1
    assert record.held.count(Held(id_of(month, "nora"), london_day(later))) == 1
    assert len(record.held) == 20


def test_an_audit_that_was_sent_back_waits_since_then(month: Council) -> None:
    mine, back = audits_of(month, "nora")[0], month.at + timedelta(days=6)
    submitted_audit(month, mine.public_id, by="nora", at=month.at + timedelta(days=1))
    with month.database.transaction() as session:
        audits.send_back(session, mine.public_id, reason="Again.", by=month.viewer("quinn"), at=back)
    record = record_of(month)
    assert Held(id_of(month, "nora"), london_day(back)) in record.held
    assert record.submitted_in(OCTOBER) == []


def test_earlier_results_count_in_their_month_and_are_nobodys_record(month: Council) -> None:
    mine = audits_of(month, "nora")[0]
    submitted_audit(month, mine.public_id, by="nora")
    with month.database.transaction() as session:
        cycle = Cycle(
            kind=CycleKind.EARLIER,
            period="before",
            tool_version_id=mine.tool_version_id,
            target=0,
            opened_at=month.at,
        )
        session.add(cycle)
        session.flush()
        row = session.get_one(Audit, mine.id)
        row.cycle_id, row.auditor_id = cycle.id, None
    glance = glance_of(month, date(2026, 10, 20))
    assert sum(week.submitted for week in glance.weeks) == glance.done == 1
    assert glance.outlook.forecast.record == 0


def test_another_tools_audits_are_not_in_it(month: Council) -> None:
    with month.database.transaction() as session:
        supervision = session.scalars(select(ToolVersion.id).where(ToolVersion.slug == "supervision")).one()
        for audit in session.scalars(select(Audit).limit(5)):
            audit.tool_version_id = supervision
    assert len(record_of(month).held) == 15


def test_the_glance_says_how_the_month_is_likely_to_end(month: Council) -> None:
    for audit in audits_of(month, "nora")[:6]:
        submitted_audit(month, audit.public_id, by="nora", at=month.at + timedelta(days=1))
    glance = glance_of(month, date(2026, 10, 20))
    forecast = glance.outlook.forecast
    assert (glance.done, forecast.done, forecast.open, glance.outlook.target) == (6, 6, 14, 20)
    assert 6 < forecast.low < forecast.high <= 20
    nora, sol = glance.chances
    assert (nora.name, nora.of.open, nora.of.earlier, sol.name, sol.of.open) == ("Nora", 4, 6, "Sol", 10)
    assert nora.of.expected / nora.of.open > sol.of.expected / sol.of.open
    assert glance.need_help[0].name == "Sol"
    assert glance.next_month == Month(2026, 11)


def test_whoever_is_away_is_expected_to_do_less_and_whoever_is_exempt_is_not(month: Council) -> None:
    def expected(kind: AbsenceKind | None = None) -> float:
        with month.database.transaction() as session:
            session.execute(delete(Absence))
            if kind:
                session.add(_approved(month, "sol", kind))
        return next(
            chance for chance in glance_of(month, date(2026, 10, 20)).chances if chance.name == "Sol"
        ).of.expected

    submitted_audit(month, audits_of(month, "nora")[0].public_id, by="nora")
    assert expected(AbsenceKind.ABSENCE) == 0
    assert expected(AbsenceKind.EXEMPTION) == expected() > 0


def _approved(council: Council, name: str, kind: AbsenceKind) -> Absence:
    """Return somebody away, or exempt, until after the end of October."""
    return Absence(
        person_id=id_of(council, name),
        kind=kind,
        starts_on=date(2026, 10, 19),
        ends_on=date(2026, 11, 13),
        reason="Away.",
        state=AbsenceState.APPROVED,
        entered_at=council.at,
        entered_by_id=id_of(council, name),
        decided_at=council.at,
        decided_by_id=id_of(council, "quinn"),
    )


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 16), date(2026, 12, 31)])
def test_a_month_that_is_not_open_is_forecast_as_if_it_were(month: Council, day: date) -> None:
    glance = glance_of(month, day)
    assert glance.opened is None
    assert not glance.outlook.is_open
    assert glance.outlook.forecast.open == 20 + glance.outlook.target
    assert glance.outlook.is_in_danger


def test_a_service_without_anything_has_nothing_to_forecast(database: Database, at: datetime) -> None:
    glance = glance_of(make_council(database, at), london_day(at))
    assert not glance.outlook.has_begun
    assert not glance.outlook.is_in_danger
    assert (glance.done, glance.outlook.year.owed, glance.chances) == (0, 0, ())


def test_it_costs_the_same_statements_whatever_there_is(month: Council) -> None:
    def statements() -> int:
        with month.database.reading() as session, counted(month.database) as each:
            month_at_a_glance(session, today=date(2026, 10, 20))
        return len(each)

    few = statements()
    with month.database.transaction() as session:
        like = session.scalars(select(Audit).limit(1)).one()
        columns = {column.name: getattr(like, column.name) for column in Audit.__table__.columns if column.name != "id"}
        session.execute(insert(Case), [{"case_reference": f"more{number}"} for number in range(200)])
        more = session.scalars(select(Case.id).where(Case.case_reference.like("more%"))).all()
        done = {
            "state": AuditState.SUBMITTED,
            "submitted_at": month.at,
            "first_submitted_at": month.at,
            "overall_grade": "good",
            "revision": 1,
        }
        session.execute(
            insert(Audit),
            [
                columns | done | {"public_id": f"more{number}", "reference": f"MORE-{number}", "case_id": case}
                for number, case in enumerate(more)
            ],
        )
    assert statements() == few == 7
    assert len(record_of(month).held) == 220
