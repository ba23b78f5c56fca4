"""A theme: planned, looked at, started once, replaced and handed on as months are, and counted apart from them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from auditapp.domain.calendar import Month
from auditapp.domain.errors import NotAllowed, NotFound, Refused
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.themes import ThemePlan
from auditapp.domain.vocabulary import AuditState, CaseType, Refusal
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, PendingImport
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.queries.audits import cycle_audits
from auditapp.persistence.queries.cycles import QOP, done_by_month, quota_in_force
from auditapp.services import cycles, findings, replacements, themes
from auditapp.services.themes import WaitingTheme
from tests.council import SEED, Council, give_case_list, invented_entries, submitted_audit
from tests.faults import every_statement_fails

OCTOBER = Month(2026, 10)
PLAN = ThemePlan(
    title="Neglect",
    practice_area="Child protection planning",
    key_lines="Is neglect named?\nIs it measured over time?",
    tool=QOP,
    size=6,
    case_types=(CaseType.CP, CaseType.CIN),
    due_on=date(2026, 11, 27),
    report_due_on=date(2026, 12, 11),
)


def open_theme(council: Council, plan: ThemePlan = PLAN, *, key: str = "theme-of-tests") -> Cycle:
    with council.database.transaction() as session:
        return themes.open_theme(session, plan, key=key, seed=SEED, by=council.viewer("quinn"), at=council.at)


def of_theme(council: Council, cycle: Cycle) -> list[Audit]:
    with council.database.reading() as session:
        return list(session.scalars(select(Audit).where(Audit.cycle_id == cycle.id).order_by(Audit.id)))


def keep(council: Council, plan: ThemePlan = PLAN) -> str:
    with council.database.transaction() as session:
        return themes.keep_theme(session, plan, seed=SEED, by=council.viewer("quinn"), at=council.at)


def name_of(council: Council, audit: Audit) -> str:
    return next(name for name, person in council.people.items() if person.id == audit.auditor_id)


@pytest.fixture
def listed(council: Council) -> Council:
    give_case_list(council, invented_entries(120))
    return council


def test_a_plan_waits_is_looked_at_and_is_started_whole_or_not_at_all(listed: Council) -> None:
    by, at = listed.viewer("quinn"), listed.at
    every_statement_fails(listed.database, lambda session: themes.keep_theme(session, PLAN, seed=SEED, by=by, at=at))
    public_id = keep(listed)
    with listed.database.reading() as session:
        preview = themes.preview_theme(session, themes.waiting_theme(session, public_id, by=by, at=at), by=by, at=at)
    assert {row.entry.case_type for row in preview.rows} == {CaseType.CP, CaseType.CIN}
    assert len(preview.rows) == 6
    shown = preview.fingerprint
    every_statement_fails(
        listed.database, lambda session: themes.start_theme(session, public_id, shown=shown, by=by, at=at)
    )
    every_statement_fails(
        listed.database,
        lambda session: themes.start_theme(session, public_id, shown=shown, by=by, at=at),
        changes=False,
    )
    with listed.database.reading() as session:
        cycle = session.scalars(select(Cycle)).one()
        rows = cycle_audits(session, cycle.id)
        assert session.scalar(select(func.count()).select_from(PendingImport)) == 0
    assert [row.case_reference for row in rows] == [row.entry.case_reference for row in preview.rows]
    assert [row.auditor for row in rows] == [row.auditor.name if row.auditor else "" for row in preview.rows]
    assert [row.reference for row in rows] == [f"THE-2026-T01-0{number}" for number in range(1, 7)]
    assert {(row.cycle_name, row.due_on) for row in rows} == {("Neglect", PLAN.due_on)}


def test_the_draw_keeps_to_the_criteria_and_can_be_performed_again(listed: Council) -> None:
    cycle = open_theme(listed, replace(PLAN, teams=("Team North",), case_types=(CaseType.CIN,)))
    with listed.database.reading() as session:
        made = cycles.read_draw(cycles.draw_of(session, cycle))
        assert {(case.case_type, case.team) for case in made.order} == {(CaseType.CIN, "Team North")}
        assert made.criteria.words == "Child in need plan; Team North"
        assert cycles.verify_draw(session, cycle) == ()
    with listed.database.transaction() as session:
        stored = session.get_one(CycleDraw, cycle.id)
        stored.record = stored.record.replace("Team North", "Team South")
    with listed.database.reading() as session:
        assert cycles.verify_draw(session, cycle)


def test_a_theme_of_closed_cases_is_of_nothing_but_these(listed: Council) -> None:
    cycle = open_theme(listed, replace(PLAN, case_types=(CaseType.X,)))
    assert {audit.case_type for audit in of_theme(listed, cycle)} == {CaseType.X}
    assert len(of_theme(listed, cycle)) == 6


def test_named_cases_are_audited_as_they_were_named(listed: Council) -> None:
    named = ("case0007", "case0003")
    cycle = open_theme(listed, replace(PLAN, named=named))
    with listed.database.reading() as session:
        assert [row.case_reference for row in cycle_audits(session, cycle.id)] == list(named)
        assert session.get(CycleDraw, cycle.id) is None
        assert themes.unknown_cases(session, ["case0003", "c999"]) == {"c999"}
    with pytest.raises(Refused, match="does not know c999"):
        open_theme(listed, replace(PLAN, title="Other", named=("c999",)), key="other")


def test_only_the_auditors_who_were_chosen_audit_it(listed: Council) -> None:
    cycle = open_theme(listed, replace(PLAN, auditors=(listed.people["sol"].public_id,)))
    assert {audit.auditor_id for audit in of_theme(listed, cycle)} <= {listed.people["sol"].id, None}


def test_four_at_once_start_it_once_and_two_themes_get_two_numbers(listed: Council) -> None:
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(lambda _: open_theme(listed).id, range(4)))) == 1
        plans = [replace(PLAN, title=f"Theme {number}", size=3) for number in range(3)]
        opened = list(threads.map(lambda plan: open_theme(listed, plan, key=plan.title).period, plans))
    assert sorted(opened) == ["2026-T02", "2026-T03", "2026-T04"]


def test_a_title_is_given_once_in_a_year(listed: Council) -> None:
    open_theme(listed)
    with pytest.raises(Refused, match="a theme called ‘neglect’ in 2026 to 2027"):
        open_theme(listed, replace(PLAN, title=" neglect "), key="other")


def test_what_changed_since_the_preview_is_shown_again_before_it_starts(listed: Council) -> None:
    public_id, by = keep(listed), listed.viewer("quinn")
    with listed.database.reading() as session:
        waiting = themes.waiting_theme(session, public_id, by=by, at=listed.at)
        before = themes.preview_theme(session, waiting, by=by, at=listed.at)
    named = tuple(row.entry.case_reference for row in before.rows[:1])
    open_theme(listed, replace(PLAN, title="Other", named=named), key="other")
    with listed.database.writing() as session, pytest.raises(Refused, match="Something changed"):
        themes.start_theme(session, public_id, shown=before.fingerprint, by=by, at=listed.at)
    with listed.database.reading() as session:
        after = themes.preview_theme(session, waiting, by=by, at=listed.at)
    with listed.database.transaction() as session:
        assert themes.start_theme(session, public_id, shown=after.fingerprint, by=by, at=listed.at).title == "Neglect"


def test_a_plan_is_of_whoever_made_it_and_can_be_discarded(listed: Council) -> None:
    public_id = keep(listed)
    with listed.database.reading() as session, pytest.raises(NotFound):
        themes.waiting_theme(session, public_id, by=listed.viewer("quentin"), at=listed.at)
    by, at = listed.viewer("quinn"), listed.at
    every_statement_fails(listed.database, lambda session: themes.discard_theme(session, public_id, by=by, at=at))
    with listed.database.reading() as session, pytest.raises(NotFound):
        themes.waiting_theme(session, public_id, by=by, at=at)


def test_a_theme_that_is_opened_by_others_is_whole_or_not_at_all(listed: Council) -> None:
    by, at = listed.viewer("quinn"), listed.at
    every_statement_fails(
        listed.database, lambda session: themes.open_theme(session, PLAN, key="k", seed=SEED, by=by, at=at)
    )


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (replace(PLAN, title=" "), "Give the theme a title"),
        (replace(PLAN, tool="supervision"), "tools that look at cases"),
        (replace(PLAN, tool="nothing"), "tools that look at cases"),
        (replace(PLAN, size=0), "1 to 200 cases"),
        (replace(PLAN, teams=("Team West",)), "No case like this"),
    ],
)
def test_a_plan_that_is_not_whole_is_refused(listed: Council, plan: ThemePlan, why: str) -> None:
    with pytest.raises(Refused, match=why):
        open_theme(listed, plan)
    with listed.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Cycle)) == 0


def test_without_a_case_list_it_says_what_to_do_and_only_qa_starts(council: Council) -> None:
    with pytest.raises(Refused, match="Import one first"):
        open_theme(council)
    for verb in (
        lambda session: themes.keep_theme(session, PLAN, seed=SEED, by=council.viewer("nora"), at=council.at),
        lambda session: themes.start_theme(session, "x", shown="", by=council.viewer("hope"), at=council.at),
        lambda session: themes.open_theme(session, PLAN, key="k", seed=SEED, by=council.viewer("dara"), at=council.at),
        lambda session: themes.preview_theme(
            session, WaitingTheme(PLAN, SEED), by=council.viewer("nora"), at=council.at
        ),
    ):
        with council.database.writing() as session, pytest.raises(NotAllowed):
            verb(session)


def test_cases_are_replaced_and_given_back_as_in_months(listed: Council) -> None:
    cycle = open_theme(listed)
    given = next(audit for audit in of_theme(listed, cycle) if audit.auditor_id)
    by = listed.viewer(name_of(listed, given))
    with listed.database.transaction() as session:
        new = replacements.refuse_case(
            session, given.public_id, refusal=Refusal.NO_ACCESS, reason="", by=by, at=listed.at
        )
        assert (new.reference, new.due_on) == ("THE-2026-T01-07", PLAN.due_on)
        assert new.case_type in PLAN.case_types
    with listed.database.reading() as session:
        assert cycles.verify_draw(session, cycle) == ()


def test_named_cases_that_are_given_back_wait_for_somebody_else(listed: Council) -> None:
    cycle = open_theme(listed, replace(PLAN, named=("case0002", "case0003")))
    (given, *_) = [audit for audit in of_theme(listed, cycle) if audit.auditor_id]
    by, at = listed.viewer(name_of(listed, given)), listed.at
    every_statement_fails(
        listed.database,
        lambda session: replacements.refuse_case(
            session, given.public_id, refusal=Refusal.KNOWS_FAMILY, reason="", by=by, at=at
        ),
    )
    with listed.database.reading() as session:
        now = session.get_one(Audit, given.id)
        assert (now.auditor_id, now.state, now.refusal) == (None, AuditState.ASSIGNED, Refusal.KNOWS_FAMILY)


def test_audits_of_a_theme_with_the_tool_of_the_months_count_to_no_quota_and_no_quarter(listed: Council) -> None:
    cycle = open_theme(listed)
    for audit in of_theme(listed, cycle):
        if audit.auditor_id:
            submitted_audit(listed, audit.public_id, by=name_of(listed, audit), grade="inadequate")
    quinn, today = listed.viewer("quinn"), date(2026, 11, 2)
    with listed.database.reading() as session:
        assert done_by_month(session, [OCTOBER]) == {OCTOBER: 0}
        assert quota_in_force(session).began is None
        assert findings.overview(session, viewer=quinn, today=today).quarters == ()
        assert findings.position(session, QOP, today, viewer=quinn).findings.audits == 0
        assert not findings.recount(session, by=COMMAND_LINE, at=listed.at)
        drawn = set(session.scalars(select(Case.case_reference).join(Audit, Audit.case_id == Case.id)))
    with listed.database.transaction() as session:
        month = cycles.open_month(session, OCTOBER, seed=SEED, by=quinn, at=listed.at + timedelta(days=3))
        assert month.target == 20
        of_month = {row.case_reference for row in cycle_audits(session, month.id)}
        assert not of_month & drawn, "what a theme audited is not drawn again within twelve months"
        assert cycles.verify_draw(session, month) == ()
