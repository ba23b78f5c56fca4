"""Holding what the service says at the end of a year against the simulation's own book."""

from collections import Counter
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import LONDON, Month, london_day
from auditapp.domain.calendar import CouncilYear as Year
from auditapp.domain.vocabulary import AuditState, CycleKind, MessageKind, NoticeKind
from auditapp.domain.working_days import is_working_day
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, ListWorker
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.notices import Notice
from auditapp.persistence.outbox import Message
from auditapp.persistence.queries.quota import done_by_month
from auditapp.services import findings, trail
from tests.simulation.book import LEAST_TIME, NOBODY, Given
from tests.simulation.council_year import CouncilYear
from tests.simulation.dates import Telling, expected_dates
from tests.simulation.expectations import POST_AT, Told, concern_climbs, expected, expected_of_actions, first_look

SUPERVISION_EACH_MONTH = 4


def hold_to_account(year: CouncilYear) -> None:
    """Hold a whole year to account."""
    every_month_is_accounted_for(year)
    supervision_and_themes_are_accounted_for(year)
    no_audit_is_issued_twice(year)
    everybody_has_what_the_book_says(year)
    nobody_audits_their_own_team(year)
    no_message_is_queued_twice(year)
    everybody_was_told_on_the_day(year)
    every_action_was_chased(year)
    every_escalation_was_queued_on_the_day(year)
    every_date_of_the_programme_was_told(year)
    concerns_climbed_on_the_hour(year)
    with year.database.reading() as session:
        assert trail.verify(session).is_whole


def every_month_is_accounted_for(year: CouncilYear) -> None:
    """Every month was opened with what it owed, and counts what was submitted in it."""
    submitted = _submitted(year, CycleKind.QOP)
    months = _months(year)
    with year.database.reading() as session:
        opened = session.scalars(select(Cycle).where(Cycle.kind == CycleKind.QOP).order_by(Cycle.period)).all()
        assert [cycle.period for cycle in opened] == [str(month) for month in months]
        assert done_by_month(session, months) == {month: submitted[month] for month in months}
        short = 0
        for cycle, month in zip(opened, months, strict=True):
            assert cycle.target == max(20, min(30, 20 + -(-short // 3)))
            states = Counter(session.scalars(select(Audit.state).where(Audit.cycle_id == cycle.id)))
            assert states.total() - states[AuditState.REPLACED] == cycle.target
            short = max(0, sum(20 - submitted[each] for each in months if each <= month))
    with year.database.transaction() as session:
        assert not findings.recount(session, by=year.life.council.viewer("quinn"), at=year.book.looks[-1])


def supervision_and_themes_are_accounted_for(year: CouncilYear) -> None:
    """Every month but the cancelled one had its supervision audits, every theme its cases, each once."""
    with year.database.reading() as session:
        rows = session.execute(
            select(Cycle.kind, Cycle.period, Cycle.title, func.count())
            .join(Audit, Audit.cycle_id == Cycle.id)
            .where(Cycle.kind != CycleKind.QOP)
            .group_by(Cycle.id, Cycle.kind, Cycle.period, Cycle.title)
        ).all()
    supervision = {period: n for kind, period, _, n in rows if kind is CycleKind.SUPERVISION}
    months = [month for month in _months(year) if month not in year.book.without_supervision]
    assert supervision == {str(month): SUPERVISION_EACH_MONTH for month in months}
    themes = {title: n for kind, _, title, n in rows if kind is CycleKind.THEMATIC}
    assert themes == {theme.title: theme.size for theme in year.book.themes if theme.starts_on <= year.last}


def _months(year: CouncilYear) -> list[Month]:
    return [month for month in Year.of(Month.of(year.first)).months if year.first <= month.first_day <= year.last]


def _submitted(year: CouncilYear, kind: CycleKind) -> Counter[Month]:
    done = (given.until for given in year.book.given if given.submitted and given.kind is kind)
    return Counter(Month.of(until) for until in done if until)


def no_audit_is_issued_twice(year: CouncilYear) -> None:
    """No case and no supervision file is audited again within twelve months, for whatever reason."""
    with year.database.reading() as session:
        rows = session.execute(
            select(Audit.public_id, Audit.reference, Audit.case_id, Audit.supervision_worker_id)
        ).all()
    assert len({reference for _, reference, *_ in rows}) == len(rows)
    assert len({(case, worker) for *_, case, worker in rows}) == len(rows)
    assert {given.audit for given in year.book.given} == {public_id for public_id, *_ in rows}


def everybody_has_what_the_book_says(year: CouncilYear) -> None:
    """Every audit is with whom it was given to last, due when it should be; what was submitted is, and nothing else."""
    last = {given.audit: given for given in year.book.given}
    with year.database.reading() as session:
        rows = session.execute(
            select(Audit.public_id, Audit.auditor_id, Audit.assigned_at, Audit.due_on, Audit.submitted_at)
        ).all()
    found = {public_id: (auditor or NOBODY, *dates) for public_id, auditor, *dates in rows}
    assert found == {
        audit: (given.person, given.since, given.due_on, given.until if given.submitted else None)
        for audit, given in last.items()
    }


def nobody_audits_their_own_team(year: CouncilYear) -> None:
    """Nobody was ever given a case or a file of their own team, nor anything that they could not do for being away."""
    query = (
        select(Audit.public_id, Case.case_reference, ListWorker.code)
        .outerjoin(Case, Audit.case_id == Case.id)
        .outerjoin(ListWorker, Audit.supervision_worker_id == ListWorker.id)
    )
    with year.database.reading() as session:
        teams = {audit: year.book.teams[case or worker] for audit, case, worker in session.execute(query)}
    for given in year.book.given:
        if given.person != NOBODY:
            auditor = year.book.auditors[given.person]
            assert auditor.team != teams[given.audit]
            assert auditor.is_here(given.held_from)
            until = max(given.due_on, _ends_with(year, given))
            assert auditor.time_left(london_day(given.held_from), until, at=given.held_from) >= LEAST_TIME


def _ends_with(year: CouncilYear, given: Given) -> date:
    """Return the last day of the month that an audit is of; of a theme that just began, when it is due."""
    first = next(each for each in year.book.given if each.audit == given.audit)
    is_theme = given is first and given.kind is CycleKind.THEMATIC
    return given.due_on if is_theme else Month.of(london_day(first.since)).last_day


def no_message_is_queued_twice(year: CouncilYear) -> None:
    """Nobody has more than one message a day, nor one on a day of rest; nothing is noted twice."""
    with year.database.reading() as session:
        messages = session.scalars(select(Message)).all()
        notices = session.scalars(select(Notice)).all()
    a_day = Counter(
        (message.person_id, london_day(message.made_at)) for message in messages if message.kind is MessageKind.DIGEST
    )
    assert a_day
    assert set(a_day.values()) == {1}, "one message of a day for each person"
    assert len({message.key for message in messages}) == len(messages)
    assert len({notice.key for notice in notices}) == len(notices)
    assert all(is_working_day(day) for _, day in a_day)


def everybody_was_told_on_the_day(year: CouncilYear) -> None:
    """Everything that the book asks for was noted, for whom and when it should be, and nothing else."""
    with year.database.reading() as session:
        found = _noted(session, Notice.subject.in_({given.audit for given in year.book.given}))
    wanted = expected(year)
    assert found - wanted == set()
    assert wanted - found == set()


def every_action_was_chased(year: CouncilYear) -> None:
    """Whoever agreed on an action was told of it before its date, and with their managers when that was past."""
    with year.database.reading() as session:
        found = _noted(session, Notice.kind.in_([NoticeKind.ACTION_SOON, NoticeKind.ACTION_LATE]))
    wanted = expected_of_actions(year)
    assert found - wanted == set()
    assert wanted - found == set()


def _noted(session: Session, which: ColumnElement[bool]) -> set[Told]:
    rows = session.scalars(select(Notice).where(which))
    return {Told(row.subject, row.kind, row.person_id, row.due_on, row.made_at) for row in rows if row.due_on}


def every_escalation_was_queued_on_the_day(year: CouncilYear) -> None:
    """What climbs is in the message of the morning on which it is due, of everybody it is for."""
    query = select(Notice.kind, Notice.made_at, Message.made_at).outerjoin(Message, Notice.message_id == Message.id)
    climbing = [NoticeKind.MANAGER, NoticeKind.HEAD, NoticeKind.OFFERED, NoticeKind.DIRECTOR]
    with year.database.reading() as session:
        rows = session.execute(query.where(Notice.kind.in_(climbing))).all()
    for _, noted_at, queued_at in rows:
        assert queued_at == first_look(year, _of_day(noted_at))


def _of_day(moment: datetime) -> datetime:
    return datetime.combine(london_day(moment), POST_AT, LONDON)


def every_date_of_the_programme_was_told(year: CouncilYear) -> None:
    """Both of QA were told of every date of rounds and themes when it was near, when it came, and while it was late."""
    kinds = (NoticeKind.PROGRAMME, NoticeKind.PROGRAMME_LATE)
    for name in ("quinn", "quentin"):
        own = select(Notice).where(Notice.kind.in_(kinds), Notice.person_id == year.life.council.people[name].id)
        with year.database.reading() as session:
            rows = session.scalars(own).all()
        found = [Telling(row.subject, row.kind, row.due_on, row.made_at) for row in rows if row.due_on]
        assert Counter(found) == expected_dates(year)


def concerns_climbed_on_the_hour(year: CouncilYear) -> None:
    """Every concern that nobody acknowledged climbed to whom it should, at the look at which it should."""
    with year.database.reading() as session:
        rows = session.scalars(select(Message).where(Message.key.startswith("concern_waits:"))).all()
    climbed = {(message.key.split(":")[1], message.person_id, message.made_at) for message in rows}
    assert climbed == concern_climbs(year)
