"""The demonstration: a whole year, the same for the same day, in which nothing is out of joint."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from auditapp.config import Settings
from auditapp.demonstration import build, build_if_new
from auditapp.demonstration.hours import moment
from auditapp.domain import records
from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.errors import Refused
from auditapp.domain.passwords import DEMONSTRATION_WORDS
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import (
    AbsenceKind,
    AbsenceState,
    AuditState,
    CycleKind,
    ProgrammeKind,
    ProgrammeState,
    Role,
)
from auditapp.persistence.absences import Absence
from auditapp.persistence.audits import Audit, AuditAnswer, Concern, SubmittedRecord
from auditapp.persistence.cases import CaseList, ListTeam, ListWorker
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person, RoleGrant, Team
from auditapp.persistence.publications import Publication
from auditapp.persistence.queries.absences import find_absence
from auditapp.persistence.queries.accounts import demonstration_accounts, is_demonstration
from auditapp.persistence.queries.cycles import cycles_of
from auditapp.persistence.queries.handovers import last_handovers, leavers, people_away
from auditapp.persistence.queries.programme import entries_of
from auditapp.persistence.schema import METADATA
from auditapp.persistence.trail import TrailEvent
from auditapp.services import accounts, cycles, findings, handovers, supervision, tools, trail
from auditapp.services.programme_years import year_plan
from auditapp.services.secrets import is_password
from auditapp.services.supervision_findings import supervision_by_team
from auditapp.web import build as build_pages
from tests.conftest import NewDatabase
from tests.faults import contents

TODAY = date(2026, 11, 24)
NOW = moment(TODAY, 0)
OPEN = (AuditState.ASSIGNED, AuditState.BEGUN, AuditState.RETURNED)
# What is made at random and stands for no figure.
IDENTIFIERS = (
    *("public_id", "chain", "subject", "by", "details", "previous", "hash", "secret_hash", "password_hash"),
    *("auditors", "origin", "series", "ticks"),
)


@pytest.fixture(scope="module")
def year(new_database: NewDatabase) -> Iterator[Database]:
    """Give a demonstration of a whole year."""
    database = new_database()
    build(database, today=TODAY)
    yield database
    database.close()


def test_there_is_a_council_with_people_in_every_role(year: Database) -> None:
    with year.reading() as session:
        assert session.scalar(select(func.count()).select_from(Team)) == 12
        assert 38 <= (session.scalar(select(func.count()).select_from(Person)) or 0) <= 45
        assert set(session.scalars(select(RoleGrant.role))) == set(Role)
        assert session.scalar(select(func.count()).where(RoleGrant.role == Role.QA)) == 3
        listed = {account.roles for account in demonstration_accounts(session)}
    assert all(any(role.label in roles for roles in listed) for role in Role)


def test_everybody_is_invented_and_has_a_reserved_address(year: Database) -> None:
    with year.reading() as session:
        people = session.scalars(select(Person)).all()
    assert all(person.email.endswith("@demo.example") for person in people)
    assert len({person.name for person in people}) == len(people)
    assert sum(person.password_hash is None for person in people) == 1, "one has not come yet"
    assert sum(not person.is_active for person in people) == 1, "one has left"
    assert is_password(DEMONSTRATION_WORDS, people[0].password_hash)


def test_twelve_months_were_opened_and_their_draws_hold(year: Database) -> None:
    with year.reading() as session:
        opened = session.scalars(select(Cycle).where(Cycle.kind == CycleKind.QOP).order_by(Cycle.period)).all()
        assert [cycle.period for cycle in opened] == ["2025-12", *(f"2026-{month:02}" for month in range(1, 12))]
        assert {cycle.target for cycle in opened} > {20}, "some months owe what others were short of"
        assert [cycles.verify_draw(session, cycle) for cycle in opened] == [()] * 12


def test_supervision_files_were_looked_at_each_month_and_their_draws_hold(year: Database) -> None:
    with year.reading() as session:
        opened = session.scalars(select(Cycle).where(Cycle.kind == CycleKind.SUPERVISION)).all()
        assert len(opened) == 12
        assert [supervision.verify_supervision(session, cycle) for cycle in opened] == [()] * 12
        by_team, _ = supervision_by_team(session, CouncilYear(2026), viewer=COMMAND_LINE)
    assert by_team.files
    assert by_team.oversight
    assert len(by_team.files.rows) > 5


def test_themes_were_started_from_the_programme_and_some_run(year: Database) -> None:
    with year.reading() as session:
        themes = {row.title: row for row in cycles_of(session, CycleKind.THEMATIC)}
        entries = [entry for entry in entries_of(session, CouncilYear(2026)) if entry.cycle]
        opened = session.scalars(select(Cycle).where(Cycle.kind == CycleKind.THEMATIC)).all()
        assert [cycles.verify_draw(session, cycle) for cycle in opened] == [()] * len(opened)
        begun = [entry for entry in year_plan(session, CouncilYear(2026)).starting if entry.plan.starts_on < TODAY]
    assert {entry.plan.title for entry in entries if entry.plan.kind is ProgrammeKind.THEMATIC} == themes.keys()
    assert (themes["Neglect"].is_finished, themes["Neglect"].audits) == (True, 10)
    running = [row for row in themes.values() if not row.is_finished]
    assert running
    assert all(row.submitted for row in running)
    planned = [entry for entry in begun if entry.plan.kind is ProgrammeKind.THEMATIC and entry.stands]
    assert all(entry.is_started for entry in planned), "nothing is done of which no audit was made"


def test_every_state_of_an_audit_is_there_and_some_are_late(year: Database) -> None:
    with year.reading() as session:
        assert set(session.scalars(select(Audit.state))) == set(AuditState)
        late = session.scalars(select(Audit).where(Audit.state.in_(OPEN), Audit.due_on < TODAY)).all()
        assert late
        assert session.scalars(select(Audit.refusal).where(Audit.refusal.is_not(None))).all()
        assert session.scalar(select(func.count()).where(TrailEvent.name == "audit.reassigned"))


def test_somebody_has_come_seven_of_twelve_domains_far(year: Database) -> None:
    graded = select(func.count()).where(AuditAnswer.item.like("D%.grade"), AuditAnswer.audit_id == Audit.id)
    with year.reading() as session:
        begun = session.execute(
            select(Person.email, graded.scalar_subquery()).join(Audit.auditor).where(Audit.state == AuditState.BEGUN)
        )
        assert ("manager@demo.example", 7) in {(row[0], row[1]) for row in begun}


def test_the_grades_are_spread_as_in_life_and_get_better(year: Database) -> None:
    with year.reading() as session:
        submitted = session.scalars(
            select(Audit).where(Audit.state == AuditState.SUBMITTED).order_by(Audit.submitted_at)
        ).all()
    grades = Counter(audit.overall_grade for audit in submitted)
    assert 0.02 <= grades["inadequate"] / len(submitted) <= 0.06
    assert 0.04 <= sum(audit.overall_grade != audit.indicative_grade for audit in submitted) / len(submitted) <= 0.15
    first, last = submitted[: len(submitted) // 3], submitted[-len(submitted) // 3 :]
    assert _good_or_better(first) < _good_or_better(last)


def _good_or_better(audits: Sequence[Audit]) -> float:
    return sum(audit.overall_grade in {"outstanding", "good"} for audit in audits) / len(audits)


def test_every_submitted_audit_has_a_record_that_reads_back(year: Database) -> None:
    with year.reading() as session:
        kept = {(row.audit_id, row.revision): row for row in session.scalars(select(SubmittedRecord))}
        submitted = session.scalars(select(Audit).where(Audit.state == AuditState.SUBMITTED)).all()
    assert len(submitted) > 200
    for audit in submitted:
        stored = kept[audit.id, audit.revision]
        record = records.from_json(stored.document)
        assert record.reference == audit.reference
        assert records.digest(record) == stored.digest
    assert any(row.returned_at and (audit_id, 2) in kept for (audit_id, _), row in kept.items())


def test_what_is_counted_is_what_was_submitted(year: Database) -> None:
    with year.writing() as session:
        assert not findings.recount(session, by=COMMAND_LINE, at=NOW)


def test_the_trail_is_whole_and_in_order_of_time(year: Database) -> None:
    with year.reading() as session:
        assert trail.verify(session).is_whole
        events = session.execute(
            select(TrailEvent.chain, TrailEvent.at).order_by(TrailEvent.chain, TrailEvent.position)
        ).all()
    for before, after in pairwise(events):
        assert before.chain != after.chain or before.at <= after.at
    assert max(event.at for event in events) < NOW, "nothing has happened yet today"


def test_one_immediate_concern_waits_and_others_were_acknowledged(year: Database) -> None:
    with year.reading() as session:
        acknowledged = session.scalars(select(Concern.acknowledged_at)).all()
    assert len(acknowledged) == 3
    assert acknowledged.count(None) == 1


def test_people_are_away_and_absences_wait(year: Database) -> None:
    with year.reading() as session:
        found = session.scalars(select(Absence)).all()
        states = Counter(absence.state for absence in found)
        ill = people_away(session, today=TODAY)
    assert states[AbsenceState.ASKED] == 3
    assert states[AbsenceState.REFUSED] == 1
    assert states[AbsenceState.APPROVED] == 5
    assert {absence.kind for absence in found if absence.state is AbsenceState.ASKED} == set(AbsenceKind)
    assert len(ill) == 1


def test_what_a_leaver_left_behind_was_handed_on_together(year: Database) -> None:
    with year.reading() as session:
        (handover,) = last_handovers(session)
        assert handover.lines
        assert leavers(session) == ()


def test_the_audits_of_somebody_who_fell_ill_are_there_to_be_handed_on(year: Database) -> None:
    with year.reading() as session:
        ill = session.scalars(select(Absence).where(Absence.reason.startswith("Off sick"))).one()
        ill = find_absence(session, ill.public_id, viewer=COMMAND_LINE)
        preview = handovers.preview_absence(session, ill, chosen=None, today=TODAY)
    assert preview.moving


def test_the_board_was_shown_the_quarters_that_have_ended(year: Database) -> None:
    with year.reading() as session:
        shown = session.scalars(select(Publication.quarter).order_by(Publication.quarter)).all()
    assert shown == ["2026-01", "2026-04", "2026-07"]


def test_the_year_is_planned_approved_and_lived_in(year: Database) -> None:
    with year.reading() as session:
        plan = year_plan(session, CouncilYear(2026))
        repeats = entries_of(session, CouncilYear(2027))
    kinds = Counter(entry.plan.kind for entry in plan.starting if entry.stands)
    assert kinds == {
        ProgrammeKind.QOP_MONTH: 12,
        ProgrammeKind.SUPERVISION: 12,
        ProgrammeKind.THEMATIC: 8,
        ProgrammeKind.MULTI_AGENCY: 4,
        ProgrammeKind.DEEP_DIVE: 1,
    }
    assert {entry.state for entry in plan.starting} == set(ProgrammeState)
    assert plan.approval
    assert plan.changed == 6, "three rounds were moved, a theme was cancelled, and two came later"
    assert {flag.short for flag in plan.flags} == {"Over capacity", "Not complete"}
    over = [flag.months[0] for flag in plan.flags if flag.short == "Over capacity"]
    assert over == [Month(2026, 7), Month(2026, 9), Month(2026, 11), Month(2026, 12), Month(2027, 3)]
    by_absences = [month for month in over if plan.planned[month] <= plan.capacity.audits]
    assert by_absences == [Month(2026, 9), Month(2026, 12)], "the others hold more than anybody could do"
    begun = [entry for entry in plan.starting if entry.plan.kind is ProgrammeKind.MULTI_AGENCY and entry.ticks]
    assert len(begun) == 3, "two rounds are over, and the third runs"
    assert [entry.plan.title for entry in repeats if entry.repeats] == ["Supervision: the yearly deep dive: repeat"]


def test_five_lists_drift_and_the_mapping_page_has_work(year: Database) -> None:
    with year.reading() as session:
        lists = session.scalars(select(CaseList).order_by(CaseList.as_of)).all()
        waiting = session.scalars(select(ListTeam.name).where(ListTeam.team_id.is_(None))).all()
        mapped = session.scalar(select(func.count()).where(ListWorker.person_id.is_not(None)))
    assert [case_list.as_of for case_list in lists] == [
        date(2025, 9, 30),
        date(2025, 12, 31),
        date(2026, 3, 31),
        date(2026, 6, 30),
        date(2026, 9, 30),
    ]
    assert len({case_list.frame_hash for case_list in lists}) == 5
    assert all(1500 < case_list.size < 1900 for case_list in lists)
    assert waiting == ["EOC Team"]
    assert mapped


def test_the_sign_in_page_lists_the_accounts_and_their_password(year: Database, database: Database) -> None:
    page = _sign_in_page(year)
    assert DEMONSTRATION_WORDS in page
    assert "manager<wbr>@demo.example" in page
    assert DEMONSTRATION_WORDS not in _sign_in_page(database), "only of a demonstration"


def _sign_in_page(database: Database) -> str:
    settings = Settings(database_url="", secret_key="a secret of tests, long enough to be one")
    pages = build_pages(settings, database=database)
    return pages.test_client().get("/sign-in", base_url=settings.base_url).text


def test_two_demonstrations_of_one_day_give_the_same_figures(new_database: NewDatabase) -> None:
    first, second = (_figures(new_database(), date(2026, 10, 20), months=2) for _ in range(2))
    assert first["finding_count"]
    assert first == second


def test_another_day_gives_other_figures(new_database: NewDatabase) -> None:
    first, second = (
        _figures(new_database(), day, months=1)["audit_answer"] for day in (date(2026, 6, 9), date(2026, 6, 10))
    )
    assert first != second


def _figures(database: Database, today: date, *, months: int) -> dict[str, list[str]]:
    """Return everything that a demonstration holds but its identifiers."""
    build(database, today=today, months=months)
    return {table: sorted(_figures_of(table, rows)) for table, rows in contents(database).items()}


def _figures_of(table: str, rows: list[tuple[object, ...]]) -> Iterator[str]:
    columns = [column.name for column in METADATA.tables[table].columns]
    for row in rows:
        yield repr([value for name, value in zip(columns, row, strict=True) if not _is_random(table, name)])


def _is_random(table: str, column: str) -> bool:
    # What a message or a notice is for names identifiers; the key of a count is what is counted.
    return column in IDENTIFIERS or (column == "key" and table in {"message", "notice"})


@pytest.mark.parametrize(
    "today",
    [
        date(2027, 1, 1),
        date(2028, 2, 29),
        date(2027, 3, 31),
        date(2026, 11, 1),
        date(2027, 4, 2),
        date(2027, 6, 1),
    ],
    ids=["new year", "leap day", "last of the year", "Sunday", "second of April", "first working day"],
)
def test_a_demonstration_of_an_awkward_day_has_every_state(new_database: NewDatabase, today: date) -> None:
    database = new_database()
    build(database, today=today, months=2)
    with database.reading() as session:
        states = set(session.scalars(select(Audit.state)))
        late = session.scalar(select(func.count()).where(Audit.state.in_(OPEN), Audit.due_on < today))
        last = session.scalar(select(func.max(TrailEvent.at)))
        waiting = session.scalars(select(Concern).where(Concern.acknowledged_at.is_(None))).all()
    assert states >= set(AuditState) - {AuditState.REPLACED}, "which of few are replaced is chance"
    assert late
    assert len(waiting) == 1
    assert isinstance(last, datetime)
    assert last < moment(today, 0)


def test_a_demonstration_is_made_anew_only_when_told(new_database: NewDatabase) -> None:
    database = new_database()
    build(database, today=TODAY, months=1)
    before = contents(database)
    with pytest.raises(Refused, match="demo --reset"):
        build(database, today=TODAY, months=1)
    build_if_new(database, today=TODAY, progress=lambda _done, _total: None)
    assert contents(database) == before
    build(database, today=TODAY, months=1, reset=True)
    after = contents(database)
    assert after != before
    assert {table: len(rows) for table, rows in after.items()} == {table: len(rows) for table, rows in before.items()}


def test_a_database_that_holds_anything_else_is_left_as_it_is(database: Database) -> None:
    with database.transaction() as session:
        grants = [Grant(Role.ADMINISTRATOR)]
        accounts.add_person(session, "real@council.example", name="Real Person", grants=grants, by=COMMAND_LINE, at=NOW)
    before = contents(database)
    for reset in (False, True):
        with pytest.raises(Refused, match="no demonstration"):
            build(database, today=TODAY, months=1, reset=reset)
    build_if_new(database, today=TODAY, progress=lambda _done, _total: None)
    assert contents(database) == before


def test_progress_is_told_from_nothing_to_all(database: Database) -> None:
    told: list[tuple[int, int]] = []
    build(database, today=TODAY, months=1, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_a_database_with_no_more_than_the_shipped_tools_is_new(database: Database) -> None:
    with database.transaction() as session:
        tools.install_shipped(session, at=NOW)
    build(database, today=TODAY, months=1)
    with database.reading() as session:
        assert is_demonstration(session)
        assert trail.verify(session).is_whole
