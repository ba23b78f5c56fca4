"""Entries of the programme: whole or not at all, once, and nobody overwrites what somebody else has changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.programme import Entry, Plan
from auditapp.domain.programme_changes import fingerprint_of
from auditapp.domain.programme_steps import steps_of
from auditapp.domain.vocabulary import CaseType, ProgrammeKind, ProgrammeState
from auditapp.persistence import trail
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.programme import ProgrammeEntry
from auditapp.persistence.queries.programme import entries_of
from auditapp.services import programme
from auditapp.services.programme_steps import tick_step
from tests.council import Council
from tests.faults import every_statement_fails
from tests.meanwhile import meanwhile

YEAR = CouncilYear(2026)
THEME = Plan(
    kind=ProgrammeKind.THEMATIC,
    title="Missing children",
    starts_on=date(2026, 9, 1),
    ends_on=date(2026, 10, 30),
    report_due_on=date(2026, 11, 13),
    size=10,
    practice_area="Children who go missing",
    key_lines="Was a return interview offered?",
    tool="quality-of-practice",
    case_types=(CaseType.LAC, CaseType.CP),
    note="With the police.",
)
MAY = Plan(kind=ProgrammeKind.QOP_MONTH, starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 1), size=20)
ROUND = Plan(kind=ProgrammeKind.MULTI_AGENCY, starts_on=date(2026, 4, 13), ends_on=date(2026, 4, 13), size=6)
DIVE = Plan(
    kind=ProgrammeKind.DEEP_DIVE, title="Thresholds", starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 20), size=60
)


def add(council: Council, plan: Plan, *, repeated: bool = False) -> tuple[str, ...]:
    with council.database.transaction() as session:
        return programme.add_entry(session, plan, repeated=repeated, by=council.viewer("quinn"), at=council.at)


def planned(council: Council, year: CouncilYear = YEAR) -> tuple[Entry, ...]:
    with council.database.reading() as session:
        return entries_of(session, year)


def one(council: Council, public_id: str) -> Entry:
    with council.database.reading() as session:
        return programme.find_entry(session, public_id)


def told(council: Council) -> list[str]:
    with council.database.reading() as session:
        return [event.name for event in trail.events(session) if event.name.startswith("programme.")]


def move(session: Session, council: Council, public_id: str, *, to: date, later: bool = False) -> int:
    seen = fingerprint_of(programme.preview_move(session, public_id, to=to, later=later))
    by = council.viewer("quinn")
    return programme.move_entry(session, public_id, to=to, later=later, seen=seen, by=by, at=council.at)


def test_an_entry_is_added_whole_or_not_at_all(council: Council) -> None:
    by = council.viewer("quinn")
    every_statement_fails(
        council.database,
        lambda session: programme.add_entry(session, THEME, repeated=False, by=by, at=council.at),
    )
    (entry,) = planned(council)
    assert (entry.plan, entry.state, entry.series, entry.version) == (THEME, ProgrammeState.PLANNED, None, 1)
    assert told(council) == ["programme.added"]


def test_a_series_goes_on_to_the_end_of_the_year_and_leaves_out_what_is_there(council: Council) -> None:
    add(council, replace(MAY, starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 31)))
    by = council.viewer("quinn")
    every_statement_fails(
        council.database, lambda session: programme.add_entry(session, MAY, repeated=True, by=by, at=council.at)
    )
    entries = planned(council)
    assert [entry.plan.month for entry in entries] == [month for month in YEAR.months if month >= Month(2026, 5)]
    assert len({entry.series for entry in entries}) == 2, "one series, and August by itself"
    assert len(add(council, ROUND, repeated=True)) == 4


def test_a_month_has_one_of_what_is_monthly(council: Council) -> None:
    add(council, MAY)
    with council.database.writing() as session, pytest.raises(Refused, match="May 2026 has its"):
        programme.add_entry(session, MAY, repeated=False, by=council.viewer("quinn"), at=council.at)
    with council.database.writing() as session:
        session.add(programme.new_entry(replace(MAY, title="Another"), at=council.at))
        with pytest.raises(IntegrityError):
            session.flush()


@pytest.mark.parametrize("name", ["hope", "nora", "adam", "bea"])
def test_only_qa_changes_the_programme(council: Council, name: str) -> None:
    (public_id,) = add(council, THEME)
    by, at, day = council.viewer(name), council.at, date(2026, 9, 7)
    with council.database.writing() as session:
        for use_case in (
            lambda: programme.add_entry(session, MAY, repeated=False, by=by, at=at),
            lambda: programme.change_entry(session, public_id, plan=THEME, version=1, by=by, at=at),
            lambda: programme.move_entry(session, public_id, to=day, later=False, seen="", by=by, at=at),
            lambda: programme.cancel_entry(session, public_id, reason="No", later=False, version=1, by=by, at=at),
            lambda: programme.finish_entry(session, public_id, by=by, at=at),
            lambda: programme.reopen_entry(session, public_id, by=by, at=at),
            lambda: programme.plan_repeat(session, public_id, by=by, at=at),
        ):
            with pytest.raises(NotAllowed):
                use_case()


def test_an_entry_is_changed_whole_and_the_same_again_changes_nothing(council: Council) -> None:
    (public_id,) = add(council, THEME)
    by, after = council.viewer("quinn"), replace(THEME, size=12, case_types=(), starts_on=date(2026, 9, 7))

    def change(session: Session) -> bool:
        return programme.change_entry(session, public_id, plan=after, version=1, by=by, at=council.at)

    every_statement_fails(council.database, change)
    assert (one(council, public_id).plan, one(council, public_id).version) == (after, 2)
    every_statement_fails(council.database, change, changes=False)
    assert told(council) == ["programme.added", "programme.changed"]


def test_a_change_of_an_older_page_is_refused(council: Council) -> None:
    (public_id,) = add(council, THEME)
    by = council.viewer("quinn")
    with council.database.transaction() as session:
        programme.change_entry(session, public_id, plan=replace(THEME, size=9), version=1, by=by, at=council.at)
        with pytest.raises(Refused, match="Somebody else changed this entry"):
            programme.change_entry(session, public_id, plan=replace(THEME, size=8), version=1, by=by, at=council.at)
        with pytest.raises(Refused, match="Somebody else changed this entry"):
            programme.cancel_entry(session, public_id, reason="No", later=False, version=1, by=by, at=council.at)


def test_of_two_who_change_an_entry_at_once_the_second_is_told(council: Council) -> None:
    (public_id,) = add(council, THEME)

    def change(session: Session, name: str, size: int) -> None:
        plan = replace(THEME, size=size)
        programme.change_entry(session, public_id, plan=plan, version=1, by=council.viewer(name), at=council.at)

    with (
        meanwhile(council.database, lambda session: change(session, "quentin", 9)),
        council.database.writing() as session,
    ):
        assert programme.find_entry(session, public_id)
        with pytest.raises(Refused, match="Somebody else changed this entry"):
            change(session, "quinn", 8)
    assert one(council, public_id).plan.size == 9


def test_of_two_who_plan_the_same_month_at_once_the_second_is_told(council: Council) -> None:
    def plan(session: Session, name: str) -> None:
        programme.add_entry(session, MAY, repeated=False, by=council.viewer(name), at=council.at)

    with (
        meanwhile(council.database, lambda session: plan(session, "quentin")),
        council.database.writing() as session,
        pytest.raises(Refused, match="May 2026 has its"),
    ):
        plan(session, "quinn")


class TestMoving:
    def test_one_occurrence_moves_alone(self, council: Council) -> None:
        first, *others = add(council, ROUND, repeated=True)
        before = [one(council, other) for other in others]
        every_statement_fails(council.database, lambda session: move(session, council, first, to=date(2026, 4, 20)))
        assert one(council, first).plan.starts_on == date(2026, 4, 20)
        assert one(council, first).plan.title == "Multi-agency round, April to June 2026"
        assert [one(council, other) for other in others] == before

    def test_all_later_ones_move_as_far_and_earlier_ones_stay(self, council: Council) -> None:
        ids = add(council, ROUND, repeated=True)
        starts = [one(council, public_id).plan.starts_on for public_id in ids]
        every_statement_fails(
            council.database, lambda session: move(session, council, ids[1], to=date(2026, 7, 20), later=True)
        )
        moved = [one(council, public_id).plan.starts_on for public_id in ids]
        assert moved[0] == starts[0]
        assert [(after - before).days for before, after in zip(starts[1:], moved[1:], strict=True)] == [7, 7, 7]
        assert told(council)[-1] == "programme.moved"

    @pytest.mark.parametrize("to", [date(2026, 6, 1), date(2026, 4, 1)])
    def test_months_move_past_one_another_in_either_direction(self, council: Council, to: date) -> None:
        first, *_ = add(council, MAY, repeated=True)
        with council.database.transaction() as session:
            assert move(session, council, first, to=to, later=True) == 11
        months = [entry.plan.month for entry in (*planned(council), *planned(council, CouncilYear(2027)))]
        assert months == [Month.of(to).plus(n) for n in range(11)]

    def test_a_month_that_is_taken_is_refused_and_everything_stays(self, council: Council) -> None:
        first, *_ = add(council, MAY, repeated=True)
        with council.database.writing() as session, pytest.raises(Refused, match="June 2026 has its"):
            move(session, council, first, to=date(2026, 6, 1))

    def test_to_where_it_is_moves_nothing(self, council: Council) -> None:
        first, *_ = add(council, ROUND, repeated=True)
        every_statement_fails(
            council.database,
            lambda session: move(session, council, first, to=ROUND.starts_on, later=True),
            changes=False,
        )

    def test_what_was_changed_since_it_was_shown_is_not_moved(self, council: Council) -> None:
        first, second, *_ = add(council, ROUND, repeated=True)
        by, to = council.viewer("quinn"), date(2026, 4, 20)
        with council.database.transaction() as session:
            seen = fingerprint_of(programme.preview_move(session, first, to=to, later=True))
            programme.cancel_entry(session, second, reason="Not now.", later=False, version=1, by=by, at=council.at)
            with pytest.raises(NotNow, match="changed since this was shown"):
                programme.move_entry(session, first, to=to, later=True, seen=seen, by=by, at=council.at)

    def test_what_was_started_stays(self, month: Council) -> None:
        (public_id,) = add(month, THEME)
        with month.database.transaction() as session:
            entry = session.scalars(select(ProgrammeEntry)).one()
            entry.cycle_id = session.scalars(select(Cycle.id)).one()
        with month.database.writing() as session:
            with pytest.raises(NotNow, match="Audits were started"):
                move(session, month, public_id, to=date(2026, 9, 7))
            later = replace(THEME, starts_on=date(2026, 9, 7))
            with pytest.raises(Refused, match="Audits were started"):
                programme.change_entry(session, public_id, plan=later, version=1, by=month.viewer("quinn"), at=month.at)


class TestStates:
    def test_an_entry_is_cancelled_with_a_reason_and_planned_again(self, council: Council) -> None:
        (public_id,) = add(council, THEME)
        by, at = council.viewer("quinn"), council.at

        def cancel(session: Session) -> int:
            return programme.cancel_entry(
                session, public_id, reason=" Overtaken. ", later=False, version=1, by=by, at=at
            )

        with council.database.writing() as session, pytest.raises(Refused, match="Write the reason"):
            programme.cancel_entry(session, public_id, reason=" ", later=False, version=1, by=by, at=at)
        every_statement_fails(council.database, cancel)
        entry = one(council, public_id)
        assert (entry.state, entry.cancellation, entry.version) == (ProgrammeState.CANCELLED, "Overtaken.", 2)
        every_statement_fails(council.database, cancel, changes=False)

        def reopen(session: Session) -> bool:
            return programme.reopen_entry(session, public_id, by=by, at=at)

        every_statement_fails(council.database, reopen)
        assert (one(council, public_id).state, one(council, public_id).cancellation) == (ProgrammeState.PLANNED, "")
        every_statement_fails(council.database, reopen, changes=False)
        assert told(council) == ["programme.added", "programme.cancelled", "programme.reopened"]

    def test_later_ones_of_a_series_are_cancelled_with_it(self, council: Council) -> None:
        first, second, *rest = add(council, ROUND, repeated=True)
        by, at = council.viewer("quinn"), council.at
        with council.database.transaction() as session:
            session.execute(update(ProgrammeEntry).where(ProgrammeEntry.public_id == rest[0]).values(state="done"))
            n = programme.cancel_entry(session, second, reason="No.", later=True, version=1, by=by, at=at)
        assert n == 2
        assert [one(council, each).state.value for each in (first, second, *rest)] == [
            "planned",
            "cancelled",
            "done",
            "cancelled",
        ]

    def test_a_month_that_was_planned_anew_cannot_be_planned_again(self, council: Council) -> None:
        (public_id,) = add(council, MAY)
        by, at = council.viewer("quinn"), council.at
        with council.database.transaction() as session:
            programme.cancel_entry(session, public_id, reason="No.", later=False, version=1, by=by, at=at)
        add(council, MAY)
        with council.database.writing() as session, pytest.raises(Refused, match="May 2026 has its"):
            programme.reopen_entry(session, public_id, by=by, at=at)

    def test_an_entry_is_done_once_and_not_before_it_is_over(self, council: Council) -> None:
        (month,) = add(council, MAY)
        (public_id,) = add(council, THEME)
        by, at = council.viewer("quinn"), datetime.combine(THEME.ends_on, time(12), UTC) + timedelta(days=1)
        with council.database.writing() as session, pytest.raises(NotNow, match="It starts on 1 May 2026"):
            programme.finish_entry(session, month, by=by, at=datetime(2026, 4, 30, 12, tzinfo=UTC))
        with council.database.writing() as session, pytest.raises(NotNow, match="once it is started"):
            programme.finish_entry(session, public_id, by=by, at=at - timedelta(days=1))

        def finish(session: Session) -> bool:
            return programme.finish_entry(session, public_id, by=by, at=at)

        every_statement_fails(council.database, finish)
        every_statement_fails(council.database, finish, changes=False)
        with council.database.writing() as session, pytest.raises(NotNow, match="is now: Done"):
            programme.cancel_entry(session, public_id, reason="No.", later=False, version=2, by=by, at=at)

    def test_a_round_is_done_when_its_steps_are_the_re_check_aside(self, council: Council) -> None:
        (public_id,) = add(council, ROUND)
        by, at = council.viewer("quinn"), datetime.combine(ROUND.starts_on + timedelta(days=100), time(12), UTC)
        steps = steps_of(ROUND.kind, ROUND.starts_on)
        with council.database.transaction() as session:
            for number in range(1, len(steps) - 1):
                tick_step(session, public_id, number, by=by, at=at)
        with council.database.writing() as session, pytest.raises(NotNow, match="Now 1 step is open"):
            programme.finish_entry(session, public_id, by=by, at=at)
        with council.database.transaction() as session:
            tick_step(session, public_id, len(steps) - 1, by=by, at=at)
            assert programme.finish_entry(session, public_id, by=by, at=at)


class TestRepeats:
    def test_the_repeat_of_a_deep_dive_is_offered_and_planned_once(self, council: Council) -> None:
        (public_id,) = add(council, DIVE)
        with council.database.reading() as session:
            offered = programme.offered_repeat(session, programme.find_entry(session, public_id))
        assert offered
        assert (offered.title, offered.starts_on) == ("Thresholds: repeat", date(2027, 11, 2))

        def repeat(session: Session) -> str:
            return programme.plan_repeat(session, public_id, by=council.viewer("quinn"), at=council.at)

        every_statement_fails(council.database, repeat)
        every_statement_fails(council.database, repeat, changes=False)
        (found,) = planned(council, CouncilYear(2027))
        assert (found.repeats, found.plan) == (public_id, offered)
        with council.database.reading() as session:
            assert programme.offered_repeat(session, programme.find_entry(session, public_id)) is None

    def test_two_who_plan_the_repeat_at_once_plan_one(self, council: Council) -> None:
        (public_id,) = add(council, DIVE)

        def repeat(session: Session, name: str) -> str:
            return programme.plan_repeat(session, public_id, by=council.viewer(name), at=council.at)

        with (
            meanwhile(council.database, lambda session: repeat(session, "quentin")),
            council.database.transaction() as session,
        ):
            second = repeat(session, "quinn")
        assert [entry.public_id for entry in planned(council, CouncilYear(2027))] == [second]

    def test_nothing_else_has_a_repeat(self, council: Council) -> None:
        (public_id,) = add(council, THEME)
        with council.database.writing() as session, pytest.raises(NotNow, match="Only a deep dive"):
            programme.plan_repeat(session, public_id, by=council.viewer("quinn"), at=council.at)


def test_an_entry_that_is_not_there_is_not_found(council: Council, at: datetime) -> None:
    with council.database.writing() as session, pytest.raises(NotFound):
        programme.finish_entry(session, "nothing", by=council.viewer("quinn"), at=at)
