"""One look at the clock: everything that is due, the oldest first, once; whoever else looks, fails or dies."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from auditapp.domain.calendar import LONDON, CouncilYear
from auditapp.domain.case_lists import Entry
from auditapp.domain.schedule import Daily, london_moment
from auditapp.domain.vocabulary import CaseType, CycleKind, NoticeKind
from auditapp.jobs.office import Office
from auditapp.jobs.table import JOBS, Job
from auditapp.jobs.tick import due_by, tick
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.job_runs import JobRun
from auditapp.persistence.notices import Notice
from auditapp.persistence.outbox import Message
from auditapp.services import programme_years
from tests.council import Council, give_case_list, invented_entries
from tests.faults import Countdown, contents, failing
from tests.jobs.test_post import SENDER


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.fixture
def office(council: Council) -> Office:
    give_case_list(council)
    return Office(council.database, SENDER, new_seed=lambda: "a seed of tests", worker="tests")


@pytest.fixture
def council(month: Council) -> Council:
    """A council that opened October itself, on the 15th."""
    return month


def opened(office: Office) -> list[str]:
    with office.database.reading() as session:
        return list(session.scalars(select(Cycle.period).where(Cycle.kind == CycleKind.QOP).order_by(Cycle.period)))


def noted(office: Office) -> list[tuple[str, date]]:
    with office.database.reading() as session:
        rows = session.scalars(select(Notice).order_by(Notice.made_at, Notice.id))
        return [(notice.kind.value, notice.made_at.astimezone(LONDON).date()) for notice in rows]


def test_a_month_is_opened_on_its_first_working_day_and_its_auditors_are_told_that_morning(office: Office) -> None:
    tick(office, at("2026-10-30T18:30"))
    assert opened(office) == ["2026-10"]
    tick(office, at("2026-11-01T23:00"))
    assert opened(office) == ["2026-10"], "1 November 2026 is a Sunday"
    tick(office, at("2026-11-02T06:59"))
    assert opened(office) == ["2026-10"]
    tick(office, at("2026-11-02T07:00"))
    assert opened(office) == ["2026-10", "2026-11"]
    assert ("assigned", date(2026, 11, 2)) in noted(office)
    tick(office, at("2026-11-02T08:00"))
    with office.database.reading() as session:
        digests = session.scalars(select(Message).where(Message.key.endswith(":2026-11-02"))).all()
        auditors = set(session.scalars(select(Audit.auditor_id).join(Audit.cycle).where(Cycle.period == "2026-11")))
    assert {message.person_id for message in digests} >= auditors - {None}


def test_looking_again_changes_nothing(office: Office) -> None:
    moment = at("2026-11-02T09:00")
    tick(office, moment)
    before = contents(office.database)
    assert tick(office, moment).jobs == 0
    assert contents(office.database) == before


def test_four_at_once_leave_what_one_leaves(office: Office) -> None:
    tick(office, at("2026-10-30T18:30"))
    moment = at("2026-11-02T09:00")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: tick(replace(office, worker=name), moment), ["a", "b", "c", "d"]))
    assert opened(office) == ["2026-10", "2026-11"]
    with office.database.reading() as session:
        keys = list(session.scalars(select(Message.key)))
        references = list(session.scalars(select(Audit.reference)))
    assert len(keys) == len(set(keys))
    assert len(references) == len(set(references))


def test_days_that_nobody_was_there_for_are_made_up_without_a_flood_of_post(office: Office) -> None:
    tick(office, at("2026-11-02T08:00"))
    with office.database.reading() as session:
        before = len(session.scalars(select(Message)).all())
        people = len(set(session.scalars(select(Notice.person_id))))
    # Away from Tuesday the 3rd to Thursday the 19th: the audits of the 2nd fell due on the 16th.
    done = tick(office, at("2026-11-19T10:30"))
    assert done.failed == ()
    kinds = {kind for kind, day in noted(office) if day == date(2026, 11, 19)}
    assert {"soon", "due", "manager", "head"} <= kinds
    with office.database.reading() as session:
        digests = session.scalars(select(Message).where(Message.key.like("digest:%"))).all()
        days = {message.key[-10:] for message in digests}
    assert days <= {"2026-11-02", "2026-10-15", "2026-11-19"}
    assert len(digests) <= before + people + 8


def test_a_month_that_cannot_be_opened_is_told_once_and_opened_as_soon_as_it_can(council: Council) -> None:
    office = Office(council.database, SENDER, worker="tests")
    tick(office, at("2026-10-30T18:30"))
    closed = [Entry("closed1", CaseType.X, "Team North", "w1")]
    give_case_list(replace(council, at=at("2026-10-31T09:00")), closed, as_of=date(2026, 10, 31))
    for day in (2, 3, 4):
        tick(office, at(f"2026-11-0{day}T07:30"))
    assert opened(office) == ["2026-10"]
    waits = [kind for kind, _ in noted(office) if kind == NoticeKind.MONTH_WAITS.value]
    assert len(waits) == 2, "once for each of the quality assurance team"
    give_case_list(replace(council, at=at("2026-11-04T09:00")), as_of=date(2026, 11, 4))
    tick(office, at("2026-11-05T07:30"))
    assert opened(office) == ["2026-10", "2026-11"]


def test_supervision_that_cannot_be_opened_is_told_apart_and_keeps_no_month_from_opening(council: Council) -> None:
    give_case_list(council, [replace(entry, worker="") for entry in invented_entries()])
    office, year = Office(council.database, SENDER, worker="tests"), CouncilYear(2026)
    with council.database.transaction() as session:
        seen = programme_years.preview_start(session, year).proposal.fingerprint
        programme_years.start_year(session, year, seen=seen, by=council.viewer("quinn"), at=council.at)
    for day in (2, 3):
        tick(office, at(f"2026-11-0{day}T09:30"))
    assert opened(office) == ["2026-10", "2026-11"]
    with office.database.reading() as session:
        query = select(Notice.subject, Notice.person_id).where(Notice.kind == NoticeKind.SUPERVISION_WAITS)
        waits = session.execute(query).all()
        [text] = set(session.scalars(select(Message.body).where(Message.body.contains("Supervision audits of"))))
    assert sorted(waits) == sorted(("2026-11", council.people[name].id) for name in ("quinn", "quentin"))
    assert "Supervision audits of November 2026 could not be opened." in text
    assert NoticeKind.MONTH_WAITS.value not in {kind for kind, _ in noted(office)}


def test_a_month_that_is_over_is_not_opened_afterwards(office: Office) -> None:
    tick(office, at("2026-10-30T18:30"))
    tick(office, at("2026-12-01T07:30"))
    assert opened(office) == ["2026-10", "2026-12"]


def test_a_job_that_fails_is_left_for_the_next_look_and_holds_up_no_other(office: Office) -> None:
    done: list[str] = []

    def fails(_: Office, __: datetime, ___: datetime) -> None:
        raise OSError

    jobs = (
        Job("fails", Daily(time(7)), fails),
        Job("works", Daily(time(7)), lambda _, due, __: done.append(f"{due:%d}")),
    )
    tick(office, at("2026-11-02T07:30"), jobs=jobs)
    result = tick(office, at("2026-11-04T07:30"), jobs=jobs)
    assert result.failed == ("fails",)
    assert done == ["02", "03", "04"]
    assert [due.job.name for due in due_by(office, at("2026-11-04T08:00"), jobs=jobs)] == ["fails"]


def test_a_job_that_was_killed_half_way_is_done_again(office: Office) -> None:
    def work(_: Office, __: datetime, ___: datetime) -> None:
        raise KeyboardInterrupt

    jobs = (Job("works", Daily(time(7)), work),)
    with pytest.raises(KeyboardInterrupt):
        tick(office, at("2026-11-02T07:30"), jobs=jobs)
    assert len(due_by(office, at("2026-11-02T07:30"), jobs=jobs)) == 1


def days() -> Iterator[datetime]:
    yield from (london_moment(date(2026, 11, day), time(8, 30)) for day in range(2, 7))


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_fails_at_every_statement_and_ends_as_if_it_had_not(office: Office, job: Job) -> None:
    """Fail the k-th statement of a job's first run of November, then the rest: the week ends as it would have."""
    tick(office, at("2026-10-30T18:30"))
    moment = at("2026-11-02T09:00")
    earlier = [each for each in JOBS if each is not job]
    tick(office, moment, jobs=earlier)
    result, k = None, 0
    while result is None or result.failed:
        k += 1
        with failing(office.database, Countdown(k, for_ever=False)):
            result = tick(office, moment, jobs=(job,))
    for later in days():
        tick(office, later)
    assert k > 1
    assert sorted(opened(office)) == ["2026-10", "2026-11"]
    with office.database.reading() as session:
        runs = session.scalars(select(JobRun.due_at).where(JobRun.job == job.name)).all()
    assert len(runs) == len(set(runs))


def test_moments_come_in_the_order_of_time_and_then_of_the_table(office: Office) -> None:
    tick(office, at("2026-11-02T06:00"))
    due = due_by(office, at("2026-11-03T08:30"))
    assert [each.moment for each in due] == sorted(each.moment for each in due)
    at_seven = [each.job.name for each in due if each.moment == at("2026-11-03T07:00")]
    assert at_seven == ["months", "reminders", "outlook", "digests"]
    digests = [each for each in due if each.job.name == "digests"]
    assert [each.covered for each in digests] == [True] * (len(digests) - 1) + [False]
    assert due[-1].moment - due[0].moment <= timedelta(days=2)


def test_what_the_post_missed_is_not_written_on_a_day_of_rest_but_on_the_next_working_day(office: Office) -> None:
    def written() -> int:
        with office.database.reading() as session:
            return len(session.scalars(select(Message).where(Message.key.like("digest:%"))).all())

    tick(office, at("2026-10-29T18:30"))
    before = written()
    tick(office, at("2026-11-01T10:30"))
    assert written() == before, "1 November 2026 is a Sunday"
    tick(office, at("2026-11-02T10:30"))
    assert written() > before


def test_the_quality_assurance_team_is_warned_once_a_week_while_the_average_is_in_danger(office: Office) -> None:
    for day in (16, 17, 20, 23):
        tick(office, at(f"2026-11-{day}T08:30"))
    warned = [day.day for kind, day in noted(office) if kind == NoticeKind.QUOTA_IN_DANGER.value]
    assert warned == [16, 16, 23, 23], "both of the team, on Mondays; nothing was submitted"
    with office.database.reading() as session:
        bodies = [message.body for message in session.scalars(select(Message).where(Message.key.like("digest:%")))]
    assert any("November 2026: the average that is owed is in danger." in body for body in bodies)
