"""Settings of the programme: bounds and order hold, one change after the other, and what is over stays as it was."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month, london_day
from auditapp.domain.errors import NotAllowed, Refused
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.programme_settings import BESIDE, ProgrammeSettings
from auditapp.domain.trail_sentences import say_what
from auditapp.domain.vocabulary import CycleKind, Role
from auditapp.persistence import trail
from auditapp.persistence.database import Database
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.trail import TrailEvent
from auditapp.services import cycles
from auditapp.services.programme_settings import change_settings, settings_in_force
from tests.council import Council, audits_of, give_case_list, open_month
from tests.faults import every_statement_fails

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)


def test_nothing_is_stored_until_somebody_changes_something(database: Database, at: datetime) -> None:
    with database.transaction() as session:
        assert settings_in_force(session).version == 0
        assert programme_settings(session) == ProgrammeSettings()
        assert change_settings(session, {"due_days": 10}, quota=20, version=0, by=COMMAND_LINE, at=at) == 0
        assert list(trail.events(session)) == []


def test_a_change_is_whole_or_not_at_all_and_every_number_of_it_is_told(database: Database) -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    numbers = {"due_days": 8, "most_each": 3}
    every_statement_fails(
        database, lambda session: change_settings(session, numbers, quota=18, version=0, by=COMMAND_LINE, at=at)
    )
    with database.reading() as session:
        settings = programme_settings(session)
        told = [(event.name, event.details) for event in trail.events(session)]
    assert (settings.due_days, settings.most_each) == (8, 3)
    assert (settings.quota_of(NOVEMBER), settings.quota_of(DECEMBER)) == (20, 18)
    assert told == [
        ("quota.changed", {"before": 20, "after": 18, "month": "2026-12"}),
        ("setting.changed", {"setting": "most_each", "before": 2, "after": 3}),
        ("setting.changed", {"setting": "due_days", "before": 10, "after": 8}),
    ]


def test_a_change_of_an_older_page_is_refused(database: Database, at: datetime) -> None:
    with database.transaction() as session:
        change_settings(session, {"due_days": 8}, quota=20, version=0, by=COMMAND_LINE, at=at)
        with pytest.raises(Refused, match="Somebody else changed"):
            change_settings(session, {"due_days": 9}, quota=20, version=0, by=COMMAND_LINE, at=at)
        assert change_settings(session, {"due_days": 9}, quota=20, version=1, by=COMMAND_LINE, at=at) == 1


@pytest.mark.parametrize(
    ("numbers", "quota", "why"),
    [
        ({"due_days": 0}, 20, "An audit is due after: enter a whole number from 1 to 60"),
        ({"remind_days": 10}, 20, "The reminder must come after"),
        ({"head_days": 9}, 20, "The ladder must climb"),
        ({"manager_days": 2}, 20, "The ladder must climb"),
        ({}, 0, "The quota must be"),
        ({}, 201, "The quota must be"),
    ],
)
def test_numbers_out_of_bounds_or_order_are_refused(
    database: Database, at: datetime, numbers: dict[str, int], quota: int, why: str
) -> None:
    with database.transaction() as session, pytest.raises(Refused, match=why):
        change_settings(session, numbers, quota=quota, version=0, by=COMMAND_LINE, at=at)


def test_what_counts_besides_counts_from_the_next_month_on_and_is_in_the_trail(
    database: Database, at: datetime
) -> None:
    def change(session: Session, *kinds: CycleKind, version: int, at: datetime = at) -> int:
        return change_settings(session, {}, quota=20, counted=kinds, version=version, by=COMMAND_LINE, at=at)

    every_statement_fails(
        database, lambda session: change(session, CycleKind.SUPERVISION, CycleKind.THEMATIC, version=0)
    )
    with database.transaction() as session:
        assert change(session, CycleKind.THEMATIC, CycleKind.SUPERVISION, version=1) == 0
        assert change_settings(session, {"due_days": 9}, quota=20, version=1, by=COMMAND_LINE, at=at) == 1
        assert change(session, version=2, at=at + timedelta(days=31)) == 1
        settings, this = programme_settings(session), Month.of(london_day(at))
        events = session.scalars(select(TrailEvent).where(TrailEvent.name == "quota.counted").order_by(TrailEvent.id))
        said = [say_what(each.name, subject=each.subject, details=each.details, names={}) for each in events]
    months = [this, this.next, this.next.next]
    assert [settings.counted_in(month) for month in months] == [frozenset(), frozenset(BESIDE), frozenset()]
    both, nothing = "audits of themes and audits of supervision files", "nothing"
    beside = "beside Quality of Practice audits"
    assert said == [
        f"Changed what counts to the average {beside} from {was} to {now}, from {since.label} on."
        for was, now, since in ((nothing, both, months[1]), (both, nothing, months[2]))
    ]
    with database.transaction() as session, pytest.raises(Refused, match="only audits of themes and audits of"):
        change(session, CycleKind.EARLIER, version=3)


def test_what_is_taken_back_before_it_counts_leaves_no_trace_in_the_settings(database: Database, at: datetime) -> None:
    def change(session: Session, quota: int, *kinds: CycleKind, version: int) -> int:
        return change_settings(session, {}, quota=quota, counted=kinds, version=version, by=COMMAND_LINE, at=at)

    with database.transaction() as session:
        assert change(session, 22, CycleKind.THEMATIC, version=0) == 2
        assert change(session, 20, version=1) == 2
        settings = programme_settings(session)
    assert (settings.quotas, settings.counted) == ((), ())


def test_only_an_administrator_changes_settings(database: Database, at: datetime) -> None:
    qa = Viewer(1, "p1", "Quinn Example", roles=frozenset({Role.QA}))
    with database.transaction() as session, pytest.raises(NotAllowed):
        change_settings(session, {}, quota=20, version=0, by=qa, at=at)


def test_a_month_is_drawn_shared_out_and_due_by_the_settings(council: Council) -> None:
    numbers = {"due_days": 5, "not_again_months": 6, "most_each": 6}
    earlier = datetime(2026, 9, 10, 9, tzinfo=UTC)
    with council.database.transaction() as session:
        change_settings(session, numbers, quota=10, version=0, by=COMMAND_LINE, at=earlier)
    give_case_list(council)
    cycle = open_month(council)
    with council.database.reading() as session:
        made = cycles.read_draw(cycles.draw_of(session, cycle))
        assert (made.size, made.not_again_months) == (10, 6)
        assert cycles.verify_draw(session, cycle) == ()
    assert {audit.due_on for audit in audits_of(council, "nora")} == {date(2026, 10, 22)}


def test_what_is_asked_of_a_month_at_most_cannot_be_less_than_its_quota(database: Database, at: datetime) -> None:
    with database.writing() as session, pytest.raises(Refused, match="less than the quota of 20"):
        change_settings(session, {"target_at_most": 19}, quota=20, version=0, by=COMMAND_LINE, at=at)
    with database.writing() as session, pytest.raises(Refused, match="less than the quota of 31"):
        change_settings(session, {}, quota=31, version=0, by=COMMAND_LINE, at=at)
