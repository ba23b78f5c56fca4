"""A year's programme begun, copied and approved: as it was shown, once, whole or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.errors import NotAllowed, NotNow, Refused
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import ProgrammeKind
from auditapp.persistence import trail
from auditapp.services import programme, programme_years
from auditapp.services.programme_settings import change_settings
from auditapp.services.programme_years import Approval, YearPlan
from tests.absences import ASKED, enter, enter_approved
from tests.council import Council
from tests.faults import every_statement_fails
from tests.meanwhile import meanwhile
from tests.services.test_programme import MAY, THEME, add

YEAR, NEXT = CouncilYear(2026), CouncilYear(2027)
APPROVAL = Approval(date(2026, 3, 26), "Improvement Board", "26/14", 20)


def plan_of(council: Council, year: CouncilYear = YEAR) -> YearPlan:
    with council.database.reading() as session:
        return programme_years.year_plan(session, year)


def start(session: Session, council: Council, *, name: str = "quinn", year: CouncilYear = YEAR) -> int:
    seen = programme_years.preview_start(session, year).proposal.fingerprint
    return programme_years.start_year(session, year, seen=seen, by=council.viewer(name), at=council.at)


def copy(session: Session, council: Council, *, name: str = "quinn", year: CouncilYear = NEXT) -> int:
    seen = programme_years.preview_copy(session, year).proposal.fingerprint
    return programme_years.copy_year(session, year, seen=seen, by=council.viewer(name), at=council.at)


def test_a_year_begins_with_the_guides_rhythm_once(council: Council) -> None:
    add(council, MAY)
    every_statement_fails(council.database, lambda session: start(session, council))
    plan = plan_of(council)
    kinds = [entry.plan.kind for entry in plan.starting]
    assert (kinds.count(ProgrammeKind.QOP_MONTH), kinds.count(ProgrammeKind.SUPERVISION)) == (12, 12)
    assert kinds.count(ProgrammeKind.MULTI_AGENCY) == 4
    every_statement_fails(council.database, lambda session: start(session, council), changes=False)


def test_a_rhythm_has_the_quota_in_force_for_each_month(council: Council) -> None:
    with council.database.transaction() as session:
        change_settings(session, {}, quota=18, version=0, by=COMMAND_LINE, at=council.at)
        start(session, council)
    sizes = {e.plan.month: e.plan.size for e in plan_of(council).starting if e.plan.kind is ProgrammeKind.QOP_MONTH}
    assert (sizes[Month(2026, 10)], sizes[Month(2026, 11)]) == (20, 18)


def test_what_was_cancelled_of_a_rhythm_does_not_come_back(council: Council) -> None:
    by = council.viewer("quinn")
    with council.database.transaction() as session:
        start(session, council)
        public_id = programme_years.year_plan(session, YEAR).starting[0].public_id
        programme.cancel_entry(session, public_id, reason="No.", later=False, version=1, by=by, at=council.at)
        assert start(session, council) == 0


def test_last_year_is_copied_once_even_when_the_copies_were_moved_away(council: Council) -> None:
    add(council, THEME)
    with council.database.transaction() as session:
        start(session, council)
    every_statement_fails(council.database, lambda session: copy(session, council))
    copied = plan_of(council, NEXT).starting
    assert len(copied) == 29
    assert len({entry.series for entry in copied}) == 4, "three series, and the theme by itself"
    (theme,) = (entry for entry in copied if entry.plan.kind is ProgrammeKind.THEMATIC)
    assert (theme.plan.starts_on, theme.plan.key_lines) == (date(2027, 9, 1), THEME.key_lines)
    later = replace(theme.plan, starts_on=date(2028, 4, 3), ends_on=date(2028, 5, 1), title="Something else")
    with council.database.transaction() as session:
        by = council.viewer("quinn")
        programme.change_entry(session, theme.public_id, plan=later, version=1, by=by, at=council.at)
    every_statement_fails(council.database, lambda session: copy(session, council), changes=False)


def test_a_preview_that_is_no_longer_true_is_not_carried_out(council: Council) -> None:
    add(council, THEME)
    by, at = council.viewer("quinn"), council.at
    with council.database.transaction() as session:
        seen = programme_years.preview_copy(session, NEXT).proposal.fingerprint
        begun = programme_years.preview_start(session, YEAR).proposal.fingerprint
    add(council, MAY)
    with council.database.writing() as session:
        with pytest.raises(NotNow, match="changed since this was shown"):
            programme_years.copy_year(session, NEXT, seen=seen, by=by, at=at)
        with pytest.raises(NotNow, match="changed since this was shown"):
            programme_years.start_year(session, YEAR, seen=begun, by=by, at=at)


@pytest.mark.parametrize(("do", "year"), [(start, YEAR), (copy, NEXT)], ids=["begin", "copy"])
def test_two_who_do_it_at_once_do_it_once(council: Council, do: Callable[..., int], year: CouncilYear) -> None:
    add(council, THEME)
    add(council, MAY, repeated=True)
    with (
        meanwhile(council.database, lambda session: do(session, council, name="quentin")),
        council.database.transaction() as session,
    ):
        assert do(session, council) == 0
    assert plan_of(council, year).starting


def test_the_preview_says_what_would_be_wrong_then(council: Council) -> None:
    with council.database.reading() as session:
        preview = programme_years.preview_start(session, YEAR)
    assert {flag.short for flag in preview.flags} == {"Over capacity"}, "two auditors cannot do twenty audits a month"
    assert preview.capacity.audits == 4


def test_months_in_which_auditors_are_away_can_hold_less(council: Council) -> None:
    enter_approved(council, "nora", asked=replace(ASKED, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 16)))
    enter_approved(council, "sol", asked=replace(ASKED, starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 26)))
    enter(council, "sol", asked=replace(ASKED, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 31)))
    with council.database.reading() as session:
        capacity = programme_years.preview_start(session, YEAR).capacity
        assert programme_years.preview_start(session, NEXT).capacity.away == {}
    assert [capacity.of(month) for month in YEAR.months] == [4, 4, 4, 4, 4, 4, 4, 4, 2, 4, 2, 4]


def test_an_approval_is_recorded_shown_and_replaced(council: Council) -> None:
    by = council.viewer("quinn")

    def record(session: Session) -> bool:
        return programme_years.record_approval(session, YEAR, APPROVAL, version=0, by=by, at=council.at)

    every_statement_fails(council.database, record)
    every_statement_fails(council.database, record, changes=False)
    assert (plan_of(council).approval, plan_of(council).changed) == (APPROVAL, 0)
    another = replace(APPROVAL, minute="26/15")
    with council.database.transaction() as session:
        with pytest.raises(Refused, match="Somebody else recorded"):
            programme_years.record_approval(session, YEAR, another, version=0, by=by, at=council.at)
        programme_years.record_approval(session, YEAR, another, version=1, by=by, at=council.at)
    with council.database.reading() as session:
        told = [event.details["minute"] for event in trail.events(session) if event.name == "programme.approved"]
    assert told == ["26/14", "26/15"]


def test_what_changed_after_the_approval_is_counted(council: Council) -> None:
    add(council, THEME)
    by = council.viewer("quinn")
    with council.database.transaction() as session:
        programme_years.record_approval(session, YEAR, APPROVAL, version=0, by=by, at=council.at)
    assert plan_of(council).changed == 0
    with council.database.transaction() as session:
        later = council.at.replace(hour=15)
        programme.add_entry(session, MAY, repeated=False, by=by, at=later)
    assert plan_of(council).changed == 1
    with council.database.transaction() as session:
        (month,) = (each for each in programme_years.year_plan(session, YEAR).starting if each.plan.month == MAY.month)
        programme.finish_entry(session, month.public_id, by=by, at=later)
    assert plan_of(council).changed == 1, "what is done is as it was approved"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"approved_on": date(2026, 10, 16)}, "still to come"),
        ({"board": " "}, "Write the board"),
        ({"minute": "x" * 121}, "Write the minute reference"),
        ({"audits_a_month": 0}, "from 1 to 200"),
    ],
)
def test_an_approval_that_is_not_whole_is_refused(council: Council, said: dict[str, object], why: str) -> None:
    wrong = replace(APPROVAL, **said)  # type: ignore[arg-type]  # each case names a field
    with council.database.writing() as session, pytest.raises(Refused, match=why):
        programme_years.record_approval(session, YEAR, wrong, version=0, by=council.viewer("quinn"), at=council.at)


def test_only_qa_begins_copies_and_approves(council: Council) -> None:
    for name in ("hope", "dara", "nora", "adam"):
        by = council.viewer(name)
        with council.database.writing() as session:
            with pytest.raises(NotAllowed):
                programme_years.start_year(session, YEAR, seen="", by=by, at=council.at)
            with pytest.raises(NotAllowed):
                programme_years.copy_year(session, YEAR, seen="", by=by, at=council.at)
            with pytest.raises(NotAllowed):
                programme_years.record_approval(session, YEAR, APPROVAL, version=0, by=by, at=council.at)
