"""A deep dive into supervision is started once, from its entry in the programme, with as many files as it plans."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.programme import Plan
from auditapp.domain.vocabulary import CycleKind, ProgrammeKind
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.services import programme, supervision, supervision_dives, themes
from tests.council import SEED, Council, give_case_list
from tests.faults import every_statement_fails

DIVE = Plan(
    kind=ProgrammeKind.DEEP_DIVE,
    title="Supervision: the yearly deep dive",
    starts_on=date(2026, 10, 19),
    ends_on=date(2026, 11, 13),
    report_due_on=date(2026, 11, 27),
    size=6,
    key_lines="Is supervision held as often as it should be?",
    tool="supervision",
)


@pytest.fixture
def listed(council: Council) -> Council:
    give_case_list(council)
    return council


def planned(council: Council, plan: Plan = DIVE) -> str:
    with council.database.transaction() as session:
        by = council.viewer("quinn")
        return programme.add_entry(session, plan, repeated=False, by=by, at=council.at)[0]


def start(council: Council, entry: str, *, by: str = "quinn", days: int = 0) -> Cycle:
    with council.database.transaction() as session:
        at = council.at + timedelta(days=days)
        return supervision_dives.start_dive(session, entry, seed=SEED, by=council.viewer(by), at=at)


def files(council: Council) -> list[Audit]:
    with council.database.reading() as session:
        return list(session.scalars(select(Audit).where(Audit.supervision_worker_id.is_not(None)).order_by(Audit.id)))


def test_it_is_started_whole_or_not_at_all_and_once(listed: Council) -> None:
    entry, by = planned(listed), listed.viewer("quinn")
    every_statement_fails(
        listed.database,
        lambda session: supervision_dives.start_dive(session, entry, seed=SEED, by=by, at=listed.at),
    )
    made = files(listed)
    assert [audit.reference for audit in made] == [f"SUP-2026-10-D-{number:02}" for number in range(1, 7)]
    assert {audit.due_on for audit in made} == {DIVE.ends_on}
    every_statement_fails(
        listed.database,
        lambda session: supervision_dives.start_dive(session, entry, seed="another", by=by, at=listed.at),
        changes=False,
    )
    with listed.database.reading() as session:
        found = programme.find_entry(session, entry)
        cycle = supervision_dives.started_dive(session, found)
        assert cycle is not None
        assert (found.is_started, cycle.kind, cycle.title) == (True, CycleKind.SUPERVISION, DIVE.title)
        assert supervision.verify_supervision(session, cycle) == ()
        assert cycle.theme is not None
        assert (cycle.theme.what, cycle.theme.key_lines) == ("deep dive", DIVE.key_lines)


def test_it_stands_beside_the_files_of_its_month(listed: Council) -> None:
    start(listed, planned(listed))
    with listed.database.transaction() as session:
        by, month = listed.viewer("quinn"), DIVE.month
        assert supervision.open_supervision(session, month, seed=SEED, by=by, at=listed.at).target == 4
    assert len(files(listed)) == 9, "nine workers are listed, and nobody is looked at twice"


def test_four_at_once_start_it_once(listed: Council) -> None:
    entry = planned(listed)
    with ThreadPoolExecutor(4) as threads:
        started = list(threads.map(lambda _: start(listed, entry).public_id, range(4)))
    assert len(set(started)) == 1
    assert len(files(listed)) == 6


def test_it_is_shared_out_among_those_whom_its_entry_names(listed: Council) -> None:
    sol = listed.people["sol"]
    start(listed, planned(listed, replace(DIVE, auditors=(sol.public_id,))))
    assert {audit.auditor_id for audit in files(listed)} <= {sol.id, None}


def test_what_is_not_due_to_start_over_cancelled_or_another_thing_is_not_started(listed: Council) -> None:
    early = planned(listed, replace(DIVE, starts_on=date(2026, 11, 9)))
    with pytest.raises(Refused, match="from 26 October 2026 on"):
        start(listed, early)
    entry = planned(listed, replace(DIVE, title="Another"))
    with pytest.raises(Refused, match="would be due on 13 November 2026"):
        start(listed, entry, days=40)
    with pytest.raises(NotAllowed):
        start(listed, entry, by="hope")
    start(listed, entry)
    with pytest.raises(Refused, match="Another deep dive of October 2026"):
        start(listed, planned(listed))
    cases = planned(listed, replace(DIVE, title="Thresholds", tool="quality-of-practice"))
    with pytest.raises(NotFound):
        start(listed, cases)
    with listed.database.transaction() as session:
        by = listed.viewer("quinn")
        programme.cancel_entry(session, early, reason="No.", later=False, version=1, by=by, at=listed.at)
    with pytest.raises(NotNow):
        start(listed, early, days=20)


def test_a_theme_is_still_of_cases(listed: Council) -> None:
    entry = planned(listed)
    with listed.database.reading() as session:
        plan = themes.find_planned_theme(session, entry).plan
        said = themes.problems_of(session, plan, today=DIVE.starts_on)
    assert "Its audit tool is not one of the published tools that look at cases." in said
