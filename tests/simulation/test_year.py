"""A council's year ends with everything accounted for: nothing twice, nothing forgotten, everybody told on the day."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from auditapp.domain.calendar import LONDON, Month, london_day
from auditapp.domain.calendar import CouncilYear as Year
from auditapp.domain.ladder import REMINDERS, concern_steps
from auditapp.domain.vocabulary import AuditState, CycleKind, MessageKind
from auditapp.domain.working_days import is_working_day
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.database import Database
from auditapp.persistence.notices import Notice
from auditapp.persistence.outbox import Message
from auditapp.persistence.queries.cycles import done_by_month
from auditapp.services import findings, trail
from tests.simulation.council_year import CouncilYear
from tests.simulation.expectations import Told, expected

# Easter of 2026 begins the year and Easter of 2027 ends it, with the clocks changing in it; the schedule is away for
# three days at the end of October, over the other change of the clocks and the first working day of a month.
AWAY = frozenset({date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2)})


@pytest.fixture(params=[False, True], ids=["nothing fails", "things fail"])
def year(request: pytest.FixtureRequest, database: Database) -> CouncilYear:
    found = CouncilYear(database, date(2026, 4, 1), date(2027, 3, 31), away=AWAY, fails=request.param)
    found.play()
    return found


def test_the_council_year_2026_to_2027(year: CouncilYear) -> None:
    hold_to_account(year)
    assert bool(year.failures) is year.fails
    assert len([told for told in expected(year) if told.kind not in REMINDERS]) > 50
    # Monday 2 November was missed: the month is opened on Tuesday, the first day on which the schedule is back.
    with year.database.reading() as session:
        november = session.scalars(select(Cycle).where(Cycle.period == "2026-11")).one()
    assert london_day(november.opened_at) == date(2026, 11, 3)


def hold_to_account(year: CouncilYear) -> None:
    """Hold what the service says at the end of a year against the simulation's own book."""
    every_month_is_accounted_for(year)
    no_audit_is_issued_twice(year)
    no_message_is_queued_twice(year)
    everybody_was_told_on_the_day(year)
    concerns_climbed_on_the_hour(year)
    with year.database.reading() as session:
        assert trail.verify(session).is_whole


def every_month_is_accounted_for(year: CouncilYear) -> None:
    submitted = Counter(Month.of(given.until) for given in year.book if given.submitted and given.until)
    months = [month for month in Year.of(Month.of(year.first)).months if month.first_day <= year.last]
    with year.database.reading() as session:
        opened = session.scalars(select(Cycle).where(Cycle.kind == CycleKind.QOP).order_by(Cycle.period)).all()
        assert [cycle.period for cycle in opened] == [str(month) for month in months]
        assert done_by_month(session, months) == {month: submitted[month] for month in months}
        for cycle in opened:
            states = Counter(session.scalars(select(Audit.state).where(Audit.cycle_id == cycle.id)))
            assert states.total() - states[AuditState.REPLACED] == cycle.target
        short = 0
        for cycle, month in zip(opened, months, strict=True):
            assert cycle.target == max(20, min(30, 20 + -(-short // 3)))
            short = max(0, sum(20 - submitted[each] for each in months if each <= month))
    with year.database.transaction() as session:
        assert not findings.recount(session, by=year.council.viewer("quinn"), at=year.looks[-1])


def no_audit_is_issued_twice(year: CouncilYear) -> None:
    with year.database.reading() as session:
        rows = session.execute(select(Audit.cycle_id, Audit.case_id, Audit.reference)).all()
        since = session.execute(select(Audit.case_id, func.count()).group_by(Audit.case_id)).all()
    assert len({(cycle, case) for cycle, case, _ in rows}) == len(rows)
    assert len({reference for *_, reference in rows}) == len(rows)
    assert {n for _, n in since} == {1}, "no case is audited again within twelve months"
    assert {given.audit for given in year.book} == audits_of(year)


def audits_of(year: CouncilYear) -> set[str]:
    with year.database.reading() as session:
        return set(session.scalars(select(Audit.public_id)))


def no_message_is_queued_twice(year: CouncilYear) -> None:
    with year.database.reading() as session:
        messages = session.scalars(select(Message)).all()
        notices = session.scalars(select(Notice)).all()
    a_day = Counter(
        (message.person_id, london_day(message.made_at)) for message in messages if message.kind is MessageKind.DIGEST
    )
    assert a_day
    assert set(a_day.values()) == {1}, "one message of a day for each person"
    assert len({notice.key for notice in notices}) == len(notices)
    assert all(is_working_day(day) for _, day in a_day)


def everybody_was_told_on_the_day(year: CouncilYear) -> None:
    with year.database.reading() as session:
        rows = session.scalars(select(Notice).where(Notice.subject.in_({given.audit for given in year.book})))
        found = {
            Told(notice.subject, notice.kind, notice.person_id, notice.made_at.astimezone(LONDON).date())
            for notice in rows
        }
    wanted = expected(year)
    assert found - wanted == set()
    assert wanted - found == set()
    assert [told for told in wanted if told.kind in REMINDERS]


def concerns_climbed_on_the_hour(year: CouncilYear) -> None:
    with year.database.reading() as session:
        rows = session.scalars(select(Message).where(Message.key.startswith("concern_waits:"))).all()
    climbed = {(message.key.split(":")[1], message.made_at) for message in rows}
    wanted = set()
    for public_id, (raised, acknowledged) in year.concerns.items():
        for step in concern_steps(raised):
            look = next((look for look in year.looks if look >= step), None)
            if look and (acknowledged is None or acknowledged >= look):
                wanted.add((public_id, look))
    assert climbed == wanted


def test_a_year_with_a_leap_day(database: Database) -> None:
    year = CouncilYear(database, date(2028, 2, 1), date(2028, 3, 3), seed=3)
    year.play()
    everybody_was_told_on_the_day(year)
    no_message_is_queued_twice(year)
    assert any(london_day(look) == date(2028, 2, 29) for look in year.looks)
