"""What counts to the average beside the months' own audits: in targets, forecasts and findings."""

from datetime import date, timedelta
from math import ceil

from sqlalchemy import select

from auditapp.domain.board import for_board
from auditapp.domain.calendar import Month, Quarter
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence.audits import Audit
from auditapp.persistence.queries.quota import done_by_month
from auditapp.services import cycles, findings
from auditapp.services.glance import month_at_a_glance
from auditapp.services.programme_settings import change_settings
from tests.council import SEED, Council, submitted_audit
from tests.themes import OCTOBER, PLAN, name_of, of_theme, open_theme


def test_audits_of_a_theme_count_to_the_average_where_the_settings_say_so(listed: Council) -> None:
    quinn, november, before = listed.viewer("quinn"), Month(2026, 11), listed.at - timedelta(days=31)
    with listed.database.transaction() as session:
        change_settings(session, {}, quota=20, counted=[CycleKind.THEMATIC], version=0, by=COMMAND_LINE, at=before)
        cycles.open_month(session, OCTOBER, seed=SEED, by=quinn, at=listed.at)
        query = select(Audit).where(Audit.auditor_id == listed.people["nora"].id).limit(1)
        of_month = session.scalars(query).one()
    of_theme_done = [audit for audit in of_theme(listed, open_theme(listed)) if audit.auditor_id]
    for audit in (of_month, *of_theme_done):
        submitted_audit(listed, audit.public_id, by=name_of(listed, audit))
    n, today = len(of_theme_done), date(2026, 10, 30)
    target = 20 + ceil((19 - PLAN.size) / 3)  # what is done of the theme and what is to come of it make up for as many
    with listed.database.reading() as session:
        assert done_by_month(session, [OCTOBER]) == {OCTOBER: 1}
        assert cycles.target_of(session, november, today=november.first_day) == target
        glance = month_at_a_glance(session, today=today)
        assert (glance.done, glance.outlook.forecast.done, glance.outlook.of_average.done) == (1, 1, n + 1)
        assert glance.outlook.of_average.open == glance.outlook.forecast.open
        assert glance.beside.words == f"Beside them: {n} of themes, which count to the average"
        [year] = findings.overview(session, viewer=quinn, today=today).years
        assert (year.done, year.besides, year.owed) == (n + 1, n, 20)
        asked = findings.quarter_findings(session, Quarter.of(OCTOBER), viewer=quinn, today=november.first_day)
        assert asked.findings.audits == 1
        assert [each.target for each in asked.findings.done] == [20, target, None]
        note = "Audits of themes count to the average as well. They are not in these figures."
        assert note in asked.findings.notes
        assert note in for_board(asked.findings).notes, "also where too few audits were done to show any"


def test_that_themes_count_is_said_of_the_months_in_which_they_do(listed: Council) -> None:
    quinn, at = listed.viewer("quinn"), listed.at
    with listed.database.transaction() as session:
        change_settings(session, {}, quota=20, counted=[CycleKind.THEMATIC], version=0, by=COMMAND_LINE, at=at)
        cycles.open_month(session, OCTOBER, seed=SEED, by=quinn, at=at)
        query = select(Audit).where(Audit.auditor_id == listed.people["nora"].id).limit(1)
        audit = session.scalars(query).one()
    submitted_audit(listed, audit.public_id, by="nora")

    def said(today: date) -> list[str]:
        with listed.database.reading() as session:
            asked = findings.quarter_findings(session, Quarter.of(OCTOBER), viewer=quinn, today=today)
        return [note for note in asked.findings.notes if "count to the average" in note]

    assert said(date(2026, 10, 31)) == []
    assert said(date(2026, 11, 2)) == [
        "Audits of themes count to the average as well, from November 2026 on. They are not in these figures."
    ]


def test_open_audits_of_what_counts_are_forecast_for_the_average(listed: Council) -> None:
    with listed.database.transaction() as session:
        before = listed.at - timedelta(days=31)
        change_settings(session, {}, quota=20, counted=[CycleKind.THEMATIC], version=0, by=COMMAND_LINE, at=before)
        cycles.open_month(session, OCTOBER, seed=SEED, by=listed.viewer("quinn"), at=listed.at)
    n = len(of_theme(listed, open_theme(listed)))
    with listed.database.reading() as session:
        outlook = month_at_a_glance(session, today=date(2026, 10, 20)).outlook
    assert outlook.of_average.open == outlook.forecast.open + n
