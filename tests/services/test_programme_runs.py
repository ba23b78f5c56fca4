"""What the programme sets off by itself: months as planned, supervision where it is, and dates that are near."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from auditapp.domain.calendar import LONDON, CouncilYear, Month
from auditapp.domain.errors import Refused
from auditapp.domain.programme_changes import fingerprint_of
from auditapp.domain.vocabulary import CycleKind, ProgrammeKind
from auditapp.jobs.office import SCHEDULE
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.programme import ProgrammeEntry
from auditapp.services import cycles, programme, programme_years, supervision
from auditapp.services.programme_links import supervision_size
from auditapp.services.programme_runs import open_month, open_supervision
from tests.council import Council, give_case_list
from tests.faults import every_statement_fails

NOVEMBER = Month(2026, 11)
AT = datetime(2026, 11, 2, 7, tzinfo=LONDON).astimezone(UTC)


@pytest.fixture
def planned(council: Council) -> Council:
    """A council with a case list and the guide's rhythm as its programme of the year."""
    give_case_list(council)
    year = CouncilYear(2026)
    with council.database.transaction() as session:
        seen = programme_years.preview_start(session, year).proposal.fingerprint
        programme_years.start_year(session, year, seen=seen, by=council.viewer("quinn"), at=council.at)
    return council


def opened(council: Council) -> list[tuple[CycleKind, str]]:
    with council.database.reading() as session:
        return [(cycle.kind, cycle.period) for cycle in session.scalars(select(Cycle).order_by(Cycle.id))]


def entry_of(council: Council, kind: ProgrammeKind, month: Month = NOVEMBER) -> ProgrammeEntry:
    with council.database.reading() as session:
        query = select(ProgrammeEntry).where(
            ProgrammeEntry.kind == kind, ProgrammeEntry.starts_on.between(month.first_day, month.last_day)
        )
        return session.scalars(query).one()


def entry_of_id(council: Council, public_id: str) -> ProgrammeEntry:
    with council.database.reading() as session:
        return session.scalars(select(ProgrammeEntry).where(ProgrammeEntry.public_id == public_id)).one()


def test_a_planned_month_opens_whole_or_not_at_all_and_is_linked_to_its_entry(planned: Council) -> None:
    every_statement_fails(planned.database, lambda session: open_month(session, NOVEMBER, seed="s", by=SCHEDULE, at=AT))
    every_statement_fails(
        planned.database, lambda session: open_supervision(session, NOVEMBER, seed="s", by=SCHEDULE, at=AT)
    )
    assert opened(planned) == [(CycleKind.QOP, "2026-11"), (CycleKind.SUPERVISION, "2026-11")]
    for kind in (ProgrammeKind.QOP_MONTH, ProgrammeKind.SUPERVISION):
        assert entry_of(planned, kind).cycle_id is not None
    with planned.database.transaction() as session:
        open_month(session, NOVEMBER, seed="t", by=SCHEDULE, at=AT)
        open_supervision(session, NOVEMBER, seed="t", by=SCHEDULE, at=AT)
    assert len(opened(planned)) == 2


def test_a_month_that_the_programme_has_cancelled_stays_closed(planned: Council) -> None:
    for kind in (ProgrammeKind.QOP_MONTH, ProgrammeKind.SUPERVISION):
        entry = entry_of(planned, kind)
        with planned.database.transaction() as session:
            programme.cancel_entry(
                session,
                entry.public_id,
                reason="An inspection is here.",
                later=False,
                version=entry.version,
                by=planned.viewer("quinn"),
                at=AT,
            )
    with planned.database.transaction() as session:
        assert open_month(session, NOVEMBER, seed="s", by=SCHEDULE, at=AT) is None
        assert open_supervision(session, NOVEMBER, seed="s", by=SCHEDULE, at=AT) is None
    assert opened(planned) == []


def test_without_a_programme_the_month_opens_and_supervision_does_not(council: Council) -> None:
    give_case_list(council)
    with council.database.transaction() as session:
        assert open_month(session, NOVEMBER, seed="s", by=SCHEDULE, at=AT)
        assert open_supervision(session, NOVEMBER, seed="s", by=SCHEDULE, at=AT) is None


def test_a_month_that_somebody_opens_by_hand_is_linked_and_as_large_as_it_is_planned(planned: Council) -> None:
    entry, by = entry_of(planned, ProgrammeKind.SUPERVISION), planned.viewer("quinn")
    with planned.database.transaction() as session:
        plan = replace(entry.plan, size=3)
        programme.change_entry(session, entry.public_id, plan=plan, version=entry.version, by=by, at=AT)
        assert supervision.open_supervision(session, NOVEMBER, seed="s", by=by, at=AT).target == 3
        cycles.open_month(session, NOVEMBER, seed="s", by=by, at=AT)
    for kind in (ProgrammeKind.QOP_MONTH, ProgrammeKind.SUPERVISION):
        assert entry_of(planned, kind).cycle_id is not None
    entry = entry_of(planned, ProgrammeKind.SUPERVISION)
    plan = replace(entry.plan, size=4)
    with planned.database.writing() as session, pytest.raises(Refused, match="Audits were started"):
        programme.change_entry(session, entry.public_id, plan=plan, version=entry.version, by=by, at=AT)


def test_a_cancelled_month_has_the_size_of_the_settings(planned: Council) -> None:
    entry, by = entry_of(planned, ProgrammeKind.SUPERVISION), planned.viewer("quinn")
    with planned.database.transaction() as session:
        plan = replace(entry.plan, size=3)
        programme.change_entry(session, entry.public_id, plan=plan, version=entry.version, by=by, at=AT)
        assert supervision_size(session, NOVEMBER) == 3
        later = entry_of(planned, ProgrammeKind.SUPERVISION).version + 1
        programme.cancel_entry(session, entry.public_id, reason="No.", later=False, version=later, by=by, at=AT)
        assert supervision_size(session, NOVEMBER) == 4


def test_scheduler_and_somebody_by_hand_open_one_month_at_once(planned: Council) -> None:
    def by_hand(number: int) -> str:
        with planned.database.transaction() as session:
            if number % 2:
                open_supervision(session, NOVEMBER, seed="s", by=SCHEDULE, at=AT)
            return supervision.open_supervision(
                session, NOVEMBER, seed="s", by=planned.viewer("quinn"), at=AT
            ).public_id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(by_hand, range(4)))) == 1
    assert opened(planned) == [(CycleKind.SUPERVISION, "2026-11")]


def test_a_month_that_was_moved_away_does_not_open_and_as_many_are_drawn_as_are_planned(planned: Council) -> None:
    by, entry = planned.viewer("quinn"), entry_of(planned, ProgrammeKind.QOP_MONTH)
    december = entry_of(planned, ProgrammeKind.QOP_MONTH, Month(2026, 12))
    with planned.database.transaction() as session:
        programme.cancel_entry(
            session, december.public_id, reason="No.", later=False, version=december.version, by=by, at=AT
        )
        seen = fingerprint_of(programme.preview_move(session, entry.public_id, to=date(2026, 12, 1), later=False))
        programme.move_entry(session, entry.public_id, to=date(2026, 12, 1), later=False, seen=seen, by=by, at=AT)
    moved = entry_of_id(planned, entry.public_id)
    with planned.database.transaction() as session:
        plan = replace(moved.plan, size=13)
        programme.change_entry(session, entry.public_id, plan=plan, version=moved.version, by=by, at=AT)
    with (
        planned.database.writing() as session,
        pytest.raises(Refused, match="no Quality of Practice month"),
    ):
        open_month(session, NOVEMBER, seed="s", by=SCHEDULE, at=AT)
    with planned.database.transaction() as session:
        first_of_december = datetime(2026, 12, 1, 7, tzinfo=UTC)
        opened_month = open_month(session, Month(2026, 12), seed="s", by=SCHEDULE, at=first_of_december)
        assert opened_month
        assert opened_month.target == 13
