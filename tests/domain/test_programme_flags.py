"""What is wrong with a year is said when it is planned."""

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.programme import Entry, Plan, Tick, checked
from auditapp.domain.programme_changes import rhythm
from auditapp.domain.programme_flags import Capacity, Flag, Measures, flags, quarters_of, rounds_of
from auditapp.domain.programme_settings import BESIDE, ProgrammeSettings
from auditapp.domain.programme_steps import Step, steps_of
from auditapp.domain.tools import SUPERVISION
from auditapp.domain.vocabulary import CycleKind, ProgrammeKind, ProgrammeState

GUIDE = ProgrammeSettings()
YEAR = CouncilYear(2026)
TEN = Capacity(auditors=13, working_time=Fraction("12.4"), most_each=2)
THEME = Plan(
    kind=ProgrammeKind.THEMATIC,
    title="Missing children",
    starts_on=date(2026, 9, 1),
    ends_on=date(2026, 9, 30),
    report_due_on=date(2026, 10, 16),
    tool="quality-of-practice",
)


def whole_year(year: CouncilYear = YEAR) -> list[Entry]:
    proposal = rhythm(year, [], quota=lambda _: 20, supervision=2)
    return [
        Entry(public_id=each.origin, plan=replace(each.plan, size=1) if each.group == "multi_agency" else each.plan)
        for each in proposal.added
    ]


def flagged(*more: Plan, measures: Measures | None = None) -> tuple[Flag, ...]:
    added = [Entry(public_id=f"e{number}", plan=checked(plan)) for number, plan in enumerate(more)]
    return flags(YEAR, [*whole_year(), *added], measures or Measures(TEN))


def test_capacity_is_explained_in_words() -> None:
    assert TEN.audits == 24
    assert TEN.words == (
        "13 active auditors, working 12.4 of full time together, at most 2 each a month: 24 audits a month."
    )


def test_who_is_away_leaves_less_of_their_months_and_these_are_flagged() -> None:
    away = {Month(2026, 8): Fraction(3), Month(2026, 12): Fraction("3.4"), Month(2027, 1): Fraction("0.1")}
    capacity = replace(TEN, away=away)
    assert (capacity.of(Month(2026, 7)), capacity.of(Month(2026, 8)), capacity.of(Month(2026, 12))) == (24, 18, 18)
    assert capacity.words.endswith(
        "24 audits a month. Approved absences and exemptions leave 18 in August 2026 and 18 in December 2026."
    )
    assert [flag.months for flag in flagged(measures=Measures(capacity))] == [(Month(2026, 8),), (Month(2026, 12),)]


def test_a_year_that_nothing_is_wrong_with_and_an_empty_one_have_no_flags() -> None:
    assert flagged(THEME) == ()
    assert flags(YEAR, [], Measures(TEN)) == ()


def test_a_quarter_without_a_round_is_flagged_also_when_its_round_is_cancelled() -> None:
    entries = [
        replace(entry, state=ProgrammeState.CANCELLED) if entry.public_id == "rhythm:multi_agency:2026-07" else entry
        for entry in whole_year()
    ]
    (found,) = flags(YEAR, entries, Measures(TEN))
    assert found.words == "No multi-agency round starts in July to September 2026. One a quarter is owed to the Board."
    assert found.months == (Month(2026, 7), Month(2026, 8), Month(2026, 9))
    assert [rounds_of(quarter, entries) for quarter in quarters_of(YEAR)] == [1, 0, 1, 1]


def test_a_month_over_capacity_is_flagged_on_everything_in_it() -> None:
    (found,) = flagged(replace(THEME, size=5))
    assert found.words.startswith("September 2026 holds 27 audits, 3 more than the auditors can do.")
    in_september = Entry(public_id="x", plan=checked(THEME))
    assert found.is_about(in_september)
    assert not found.is_about(replace(in_september, state=ProgrammeState.CANCELLED))
    assert not found.is_about(
        replace(in_september, plan=checked(replace(THEME, starts_on=date(2026, 8, 3), ends_on=date(2026, 8, 4))))
    )


def test_what_runs_on_from_last_year_weighs_on_this_one() -> None:
    before = Entry(
        public_id="before", plan=checked(replace(THEME, starts_on=date(2026, 3, 2), ends_on=date(2026, 4, 30), size=20))
    )
    assert "April 2026 holds" in flags(YEAR, [before, *whole_year()], Measures(TEN))[0].words


def test_without_auditors_one_flag_says_so() -> None:
    (found,) = flagged(measures=Measures(Capacity(0, Fraction(0), 2)))
    assert found.words == "Nobody is active as an auditor, so no month can be done."


def test_a_month_without_its_qop_audits_is_flagged() -> None:
    without = [
        entry
        for entry in whole_year()
        if entry.public_id not in {"rhythm:qop_month:2026-06", "rhythm:qop_month:2026-07"}
    ]
    (found,) = flags(YEAR, without, Measures(TEN))
    assert found.words == "No Quality of Practice month is planned for June 2026 and July 2026."


def test_a_theme_without_tool_or_report_is_flagged() -> None:
    assert [flag.words for flag in flagged(replace(THEME, tool="", report_due_on=None))] == [
        "‘Missing children’ has no audit tool and no day on which its report is due yet."
    ]
    assert [flag.words for flag in flagged(replace(THEME, tool=""))] == ["‘Missing children’ has no audit tool yet."]


def test_a_report_due_before_the_end_is_flagged() -> None:
    (found,) = flagged(replace(THEME, report_due_on=date(2026, 9, 29)))
    assert found.short == "Report before the end"
    assert "due on 29 September 2026, before the audits end on 30 September 2026" in found.words


def test_a_year_whose_bank_holidays_are_not_announced_is_flagged_once() -> None:
    found = flags(CouncilYear(2040), whole_year(CouncilYear(2040)), Measures(TEN))
    assert [flag.short for flag in found] == ["Holidays not announced"] * 2, "of 2040 and of 2041"
    assert "The bank holidays of 2040 are not announced yet" in found[0].words


def test_a_month_that_is_over_is_not_flagged_as_too_full() -> None:
    plan = replace(THEME, size=5)
    for today, expected in ((date(2026, 9, 30), 1), (date(2026, 10, 1), 0)):
        found = flagged(plan, measures=Measures(TEN, today=today))
        assert [flag.short for flag in found].count("Over capacity") == expected


def test_what_is_late_in_the_programme_is_flagged_until_it_is_done_or_started() -> None:
    today, (first, *_) = date(2026, 4, 20), steps_of(ProgrammeKind.MULTI_AGENCY, date(2026, 4, 1))
    entries = whole_year()

    def late(entries: list[Entry]) -> list[str]:
        return [flag.words for flag in flags(YEAR, entries, Measures(TEN, today=today)) if flag.short == "Late"]

    (words,) = late(entries)
    assert words.startswith("‘Multi-agency round, April to June 2026’: ")
    assert first.name in words
    ticked = [Tick(step.name, "quinn", datetime(2026, 4, 20, tzinfo=UTC)) for step in _steps_until(today)]
    assert late([replace(entry, ticks=tuple(ticked)) for entry in entries]) == []
    months = [
        flag.words for flag in flags(YEAR, entries, Measures(TEN, today=date(2026, 5, 1))) if flag.short == "Not opened"
    ]
    assert months == [
        "‘Quality of Practice, April 2026’ is over and was never opened.",
        "‘Supervision audits, April 2026’ is over and was never opened.",
    ]
    theme = Entry(public_id="t", plan=checked(THEME))
    for started, expected in ((False, ["Not started"]), (True, [])):
        found = flags(YEAR, [*entries, replace(theme, is_started=started)], Measures(TEN, today=date(2026, 9, 2)))
        assert [flag.short for flag in found if flag.entries == ("t",)] == expected


def test_months_that_hold_less_than_is_owed_together_are_flagged() -> None:
    assert flagged(measures=Measures(TEN, settings=GUIDE)) == ()
    (found,) = flagged(measures=Measures(TEN, settings=GUIDE.with_quota(22, since=Month(2026, 10))))
    assert found.words.startswith(
        "The Quality of Practice months of the year hold 240 audits together, and 252 are owed"
    )


def _steps_until(today: date) -> list[Step]:
    return [step for step in steps_of(ProgrammeKind.MULTI_AGENCY, date(2026, 4, 1)) if step.due_on < today]


def below_the_quota(settings: ProgrammeSettings, *more: Plan) -> list[str]:
    found = flagged(*more, measures=Measures(TEN, settings=settings))
    return [flag.words for flag in found if flag.short == "Below the quota"]


def test_what_else_counts_to_the_average_is_held_against_what_is_owed() -> None:
    more, october = GUIDE.with_quota(22, since=Month(2026, 10)), Month(2026, 10)
    themes, late = (more.with_counted([CycleKind.THEMATIC], since=since) for since in (YEAR.months[0], october))
    (words,) = below_the_quota(themes, replace(THEME, size=10))
    assert "is planned with 250 audits together, and 252 are owed" in words
    assert below_the_quota(themes, replace(THEME, size=12)) == []
    (words,) = below_the_quota(late, replace(THEME, size=12))
    assert "240 audits" in words, "the theme is over before themes count"
    assert below_the_quota(more.with_counted(list(BESIDE), since=YEAR.months[0])) == [], "supervision files make it up"


def test_every_kind_of_entry_says_which_audits_it_holds() -> None:
    kinds = {kind: replace(THEME, kind=kind).counted_as for kind in ProgrammeKind}
    assert kinds == {
        ProgrammeKind.QOP_MONTH: CycleKind.QOP,
        ProgrammeKind.SUPERVISION: CycleKind.SUPERVISION,
        ProgrammeKind.THEMATIC: CycleKind.THEMATIC,
        ProgrammeKind.DEEP_DIVE: CycleKind.THEMATIC,
        ProgrammeKind.MULTI_AGENCY: None,
        ProgrammeKind.INSPECTION: None,
    }
    assert replace(THEME, kind=ProgrammeKind.DEEP_DIVE, tool=SUPERVISION).counted_as is CycleKind.SUPERVISION


def test_days_of_rest_that_somebody_chose_are_flagged() -> None:
    (found,) = flagged(replace(THEME, starts_on=date(2026, 8, 31), ends_on=date(2026, 9, 27)))
    assert found.words == (
        "‘Missing children’ starts on Monday 31 August 2026 and has its audits due on Sunday 27 September 2026. "
        "Choose a working day."
    )


def test_a_theme_that_could_not_be_started_with_its_tool_is_flagged() -> None:
    measures = Measures(TEN, case_tools={"quality-of-practice"})
    assert flagged(THEME, measures=measures) == ()
    (found,) = flagged(replace(THEME, tool="supervision"), measures=measures)
    assert found.words.startswith("‘Missing children’ cannot be started: its audit tool does not look at cases")
