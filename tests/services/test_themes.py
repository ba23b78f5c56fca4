"""A theme: started from the programme, once, after a look; replaced and handed on as months are, counted apart."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.programme import Plan
from auditapp.domain.themes import Choice
from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import AuditState, CaseType, ProgrammeKind, Refusal
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, PendingImport
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.programme import ProgrammeEntry
from auditapp.persistence.queries.audit_lists import cycle_audits
from auditapp.persistence.queries.quota import done_by_month, quota_in_force
from auditapp.services import cycles, findings, programme, replacements, themes
from auditapp.services.themes import WaitingTheme
from tests.council import SEED, Council, submitted_audit
from tests.faults import every_statement_fails
from tests.themes import EVERYBODY, OCTOBER, PLAN, entry_of, keep, name_of, of_theme, open_theme, planned, start


def test_a_plan_waits_is_looked_at_and_is_started_whole_or_not_at_all(listed: Council) -> None:
    by, at, entry = listed.viewer("quinn"), listed.at, planned(listed)
    every_statement_fails(
        listed.database, lambda session: themes.keep_theme(session, entry, EVERYBODY, seed=SEED, by=by, at=at)
    )
    public_id = keep(listed, entry)
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
    assert {(row.cycle_name, row.due_on) for row in rows} == {("Neglect", PLAN.ends_on)}
    assert entry_of(listed, entry).cycle == cycle.public_id


def test_the_draw_keeps_to_the_criteria_and_can_be_performed_again(listed: Council) -> None:
    cycle = open_theme(listed, replace(PLAN, case_types=(CaseType.CIN,)), Choice(teams=("Team North",)))
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
    entry = planned(listed)
    cycle = start(listed, entry, Choice(named=named))
    assert entry_of(listed, entry).plan == replace(PLAN, size=2), "the programme says how many were named"
    with listed.database.reading() as session:
        assert [row.case_reference for row in cycle_audits(session, cycle.id)] == list(named)
        assert session.get(CycleDraw, cycle.id) is None
        assert themes.unknown_cases(session, ["case0003", "c999"]) == {"c999"}
    with pytest.raises(Refused, match="does not know c999"):
        open_theme(listed, replace(PLAN, title="Other"), Choice(named=("c999",)))


def test_only_the_auditors_who_were_chosen_audit_it(listed: Council) -> None:
    entry, sol = planned(listed), (listed.people["sol"].public_id,)
    cycle = start(listed, entry, Choice(auditors=sol))
    assert entry_of(listed, entry).plan == replace(PLAN, auditors=sol), "the programme says who takes part"
    assert {audit.auditor_id for audit in of_theme(listed, cycle)} <= {listed.people["sol"].id, None}


def test_four_at_once_start_it_once_and_two_themes_get_two_numbers(listed: Council) -> None:
    entry = planned(listed)
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(lambda key: start(listed, entry, key=f"key{key}").id, range(4)))) == 1
        assert len(of_theme(listed, start(listed, entry))) == 6
        plans = [planned(listed, replace(PLAN, title=f"Theme {number}", size=3)) for number in range(3)]
        opened = list(threads.map(lambda entry: start(listed, entry).period, plans))
    assert sorted(opened) == ["2026-T02", "2026-T03", "2026-T04"]


def test_a_title_is_given_once_in_a_year(listed: Council) -> None:
    open_theme(listed)
    with pytest.raises(Refused, match="a theme called ‘neglect’ in 2026 to 2027"):
        open_theme(listed, replace(PLAN, title=" neglect "))


def test_what_changed_since_the_preview_is_shown_again_before_it_starts(listed: Council) -> None:
    public_id, by = keep(listed, planned(listed)), listed.viewer("quinn")
    with listed.database.reading() as session:
        waiting = themes.waiting_theme(session, public_id, by=by, at=listed.at)
        before = themes.preview_theme(session, waiting, by=by, at=listed.at)
    named = tuple(row.entry.case_reference for row in before.rows[:1])
    open_theme(listed, replace(PLAN, title="Other"), Choice(named=named))
    with listed.database.writing() as session, pytest.raises(Refused, match="Something changed"):
        themes.start_theme(session, public_id, shown=before.fingerprint, by=by, at=listed.at)
    with listed.database.reading() as session:
        after = themes.preview_theme(session, waiting, by=by, at=listed.at)
    with listed.database.transaction() as session:
        assert themes.start_theme(session, public_id, shown=after.fingerprint, by=by, at=listed.at).title == "Neglect"


def test_a_plan_is_of_whoever_made_it_and_can_be_discarded(listed: Council) -> None:
    entry = planned(listed)
    public_id = keep(listed, entry)
    with listed.database.reading() as session, pytest.raises(NotFound):
        themes.waiting_theme(session, public_id, by=listed.viewer("quentin"), at=listed.at)
    by, at = listed.viewer("quinn"), listed.at
    every_statement_fails(listed.database, lambda session: themes.discard_theme(session, public_id, by=by, at=at))
    with listed.database.reading() as session, pytest.raises(NotFound):
        themes.waiting_theme(session, public_id, by=by, at=at)
    assert entry_of(listed, entry).is_movable


def test_a_theme_that_is_opened_by_others_is_whole_or_not_at_all(listed: Council) -> None:
    by, at, entry = listed.viewer("quinn"), listed.at, planned(listed)
    every_statement_fails(
        listed.database,
        lambda session: themes.open_theme(session, entry, EVERYBODY, key="k", seed=SEED, by=by, at=at),
    )


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (replace(PLAN, key_lines=""), "no key lines of enquiry yet"),
        (replace(PLAN, practice_area=""), "no practice area yet"),
        (replace(PLAN, report_due_on=None), "no day on which its report is due yet"),
        (replace(PLAN, report_due_on=date(2026, 11, 26)), "report would be due before its audits"),
        (replace(PLAN, tool=""), "no audit tool yet"),
        (replace(PLAN, tool="supervision"), "tools that look at cases"),
        (replace(PLAN, tool="nothing"), "tools that look at cases"),
        (replace(PLAN, starts_on=date(2026, 11, 9)), "can be started from 26 October 2026 on"),
        (replace(PLAN, starts_on=date(2026, 9, 1), ends_on=date(2026, 10, 1)), "that day is over"),
    ],
)
def test_a_plan_that_is_not_whole_or_not_near_is_refused(listed: Council, plan: Plan, why: str) -> None:
    with pytest.raises(Refused, match=why):
        open_theme(listed, plan)
    with listed.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Cycle)) == 0


def test_cases_that_nobody_has_are_refused(listed: Council) -> None:
    with pytest.raises(Refused, match="No case like this"):
        open_theme(listed, choice=Choice(teams=("Team West",)))


def test_a_deep_dive_is_started_as_a_theme_and_nothing_else_is(listed: Council) -> None:
    dive = open_theme(listed, replace(PLAN, kind=ProgrammeKind.DEEP_DIVE, title="Thresholds", size=40))
    assert len(of_theme(listed, dive)) == 40
    with pytest.raises(NotFound):
        open_theme(listed, Plan(kind=ProgrammeKind.MULTI_AGENCY, starts_on=PLAN.starts_on, ends_on=PLAN.ends_on))


def test_two_tabs_of_one_and_of_another_person_start_one_theme(listed: Council) -> None:
    entry = planned(listed)
    first, second = keep(listed, entry), keep(listed, entry, name="quentin")
    with listed.database.reading() as session:
        by, at = listed.viewer("quinn"), listed.at
        waiting = themes.waiting_theme(session, first, by=by, at=at)
        shown = themes.preview_theme(session, waiting, by=by, at=at).fingerprint
    found = []
    for public_id, name in ((first, "quinn"), (first, "quinn"), (second, "quentin")):
        with listed.database.transaction() as session:
            by = listed.viewer(name)
            found.append(themes.start_theme(session, public_id, shown=shown, by=by, at=listed.at).public_id)
    assert len(set(found)) == 1
    with listed.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Cycle)) == 1
        assert session.scalar(select(func.count()).select_from(PendingImport)) == 0


def test_what_is_changed_in_the_programme_between_look_and_start_is_looked_at_again(listed: Council) -> None:
    entry, by, at = planned(listed), listed.viewer("quinn"), listed.at
    public_id = keep(listed, entry)
    with listed.database.transaction() as session:
        waiting = themes.waiting_theme(session, public_id, by=by, at=at)
        shown = themes.preview_theme(session, waiting, by=by, at=at).fingerprint
        later = replace(PLAN, report_due_on=date(2026, 12, 18))
        programme.change_entry(session, entry, plan=later, version=1, by=by, at=at)
    with listed.database.writing() as session, pytest.raises(Refused, match="Something changed"):
        themes.start_theme(session, public_id, shown=shown, by=by, at=at)


def test_once_it_runs_the_report_can_be_put_off_and_nothing_else_changes(listed: Council) -> None:
    entry, by, at = planned(listed), listed.viewer("quinn"), listed.at
    cycle = start(listed, entry)
    later = replace(PLAN, report_due_on=date(2026, 12, 18), note="Put off.")

    def put_off(session: Session) -> bool:
        return programme.change_entry(session, entry, plan=later, version=2, by=by, at=at)

    every_statement_fails(listed.database, put_off)
    with listed.database.reading() as session:
        theme = themes.plan_of(session.get_one(Cycle, cycle.id))
    assert theme.report_due_on == date(2026, 12, 18)
    for changed, why in (
        (replace(later, size=7), "Only the day of its report and the note"),
        (replace(later, title="Other"), "Only the day of its report and the note"),
        (replace(later, key_lines="Another question?"), "Only the day of its report and the note"),
        (replace(later, report_due_on=None), "cannot be due before its audits"),
        (replace(later, report_due_on=date(2026, 11, 26)), "cannot be due before its audits"),
    ):
        with listed.database.writing() as session, pytest.raises(Refused, match=why):
            programme.change_entry(session, entry, plan=changed, version=3, by=by, at=at)
    with listed.database.writing() as session, pytest.raises(NotNow, match="Audits were started"):
        programme.cancel_entry(session, entry, reason="No.", later=False, version=3, by=by, at=at)


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_what_is_cancelled_or_done_is_not_started(listed: Council, is_cancelled: bool) -> None:
    entry, by, at = planned(listed), listed.viewer("quinn"), listed.at
    public_id = keep(listed, entry)
    with listed.database.transaction() as session:
        if is_cancelled:
            programme.cancel_entry(session, entry, reason="No.", later=False, version=1, by=by, at=at)
        else:
            session.execute(update(ProgrammeEntry).values(state="done"))
    with listed.database.writing() as session, pytest.raises(NotNow, match="This entry is now"):
        themes.start_theme(session, public_id, shown="", by=by, at=at)
    with pytest.raises(NotNow, match="This entry is now"):
        keep(listed, entry)


def test_without_a_case_list_it_says_what_to_do_and_only_qa_starts(council: Council) -> None:
    with pytest.raises(Refused, match="Import one first"):
        open_theme(council)
    entry, at = planned(council), council.at
    nora, hope, dara = (council.viewer(name) for name in ("nora", "hope", "dara"))
    for verb in (
        lambda session: themes.keep_theme(session, entry, EVERYBODY, seed=SEED, by=nora, at=at),
        lambda session: themes.start_theme(session, "x", shown="", by=hope, at=at),
        lambda session: themes.open_theme(session, entry, EVERYBODY, key="k", seed=SEED, by=dara, at=at),
        lambda session: themes.preview_theme(session, WaitingTheme(entry, EVERYBODY, SEED), by=nora, at=at),
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
        assert (new.reference, new.due_on) == ("THE-2026-T01-07", PLAN.ends_on)
        assert new.case_type in PLAN.case_types
    with listed.database.reading() as session:
        assert cycles.verify_draw(session, cycle) == ()


def test_named_cases_that_are_given_back_wait_for_somebody_else(listed: Council) -> None:
    cycle = open_theme(listed, choice=Choice(named=("case0002", "case0003")))
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


def test_a_theme_is_done_when_its_audits_are(listed: Council) -> None:
    entry = planned(listed)
    audits, by, at = of_theme(listed, start(listed, entry)), listed.viewer("quinn"), listed.at

    def finish(session: Session) -> bool:
        return programme.finish_entry(session, entry, by=by, at=at)

    with listed.database.writing() as session, pytest.raises(NotNow, match=f"Now {len(audits)} are not"):
        finish(session)
    for audit in audits:
        if audit.auditor_id:
            submitted_audit(listed, audit.public_id, by=name_of(listed, audit))
    left = sum(audit.auditor_id is None for audit in audits)
    if left:
        with listed.database.transaction() as session:
            session.execute(update(Audit).where(Audit.auditor_id.is_(None)).values(state=AuditState.REPLACED))
    with listed.database.transaction() as session:
        assert finish(session)


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
