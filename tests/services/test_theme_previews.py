"""What is said before a theme starts: what keeps cases back, whom nobody can check, what was planned otherwise."""

from dataclasses import replace

from sqlalchemy import select

from auditapp.domain.programme import Plan
from auditapp.domain.themes import Choice
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence.audits import Audit
from auditapp.services import themes
from auditapp.services.theme_previews import OTHER_TYPE, Preview
from auditapp.services.themes import WaitingTheme
from tests.council import SEED, Council, give_case_list, invented_entries
from tests.themes import EVERYBODY, PLAN, open_theme, planned, start


def previewed(council: Council, plan: Plan = PLAN, choice: Choice = EVERYBODY) -> Preview:
    waiting = WaitingTheme(planned(council, plan), choice, SEED)
    with council.database.reading() as session:
        return themes.preview_theme(session, waiting, by=council.viewer("quinn"), at=council.at)


def test_the_look_before_says_when_fewer_cases_can_be_drawn_than_are_planned_and_why(listed: Council) -> None:
    assert previewed(listed).shortfall == ""
    open_theme(listed, replace(PLAN, title="Before", size=6))
    preview = previewed(listed, replace(PLAN, title="All", size=60))
    assert len(preview.rows) == 34
    assert preview.shortfall == (
        "60 cases are planned, but only 34 may be drawn. The case list has 40 like this. Left out: 6 being audited now."
    )
    assert previewed(listed, replace(PLAN, title="Named", size=60), Choice(named=("case0001",))).shortfall == ""


def test_the_look_before_counts_the_cases_whose_auditors_cannot_be_checked(listed: Council) -> None:
    named = Choice(named=("case0001", "case0011", "case0023"))
    preview = previewed(listed, choice=named)
    assert [row.is_checked for row in preview.rows] == [True, False, False]
    assert (preview.unmatched, preview.without_team) == (2, 0)
    start(listed, planned(listed, replace(PLAN, title="Same")), named)
    with listed.database.reading() as session:
        audits = session.scalars(select(Audit).order_by(Audit.id)).all()
        assert [audit.is_independence_known for audit in audits] == [row.is_checked for row in preview.rows]


def test_a_case_without_a_team_is_not_one_of_a_team_that_is_to_be_matched(council: Council) -> None:
    give_case_list(council, [replace(entry, team="") for entry in invented_entries(12)])
    preview = previewed(council)
    assert (preview.unmatched, preview.without_team) == (0, 4)


def test_a_named_case_of_another_type_than_planned_is_remarked_and_allowed(listed: Council) -> None:
    by_type = {entry.case_type: entry.case_reference for entry in reversed(invented_entries(120))}
    named = Choice(named=(by_type[CaseType.CP], by_type[CaseType.LAC]))
    assert [row.remarks for row in previewed(listed, choice=named).rows] == [(), (OTHER_TYPE,)]
    assert not any(row.remarks for row in previewed(listed, replace(PLAN, title="Any", case_types=()), named).rows)
    start(listed, planned(listed, replace(PLAN, title="Before")), named)
    again = previewed(listed, replace(PLAN, title="Again"), named)
    assert [row.remarks for row in again.rows] == [("Being audited now",), ("Being audited now", OTHER_TYPE)]
