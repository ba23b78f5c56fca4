"""The findings of a period, from kept counts to words and tables."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.calendar import Month, Period, Quarter, Span
from auditapp.domain.counts import Count
from auditapp.domain.figures import HIDDEN, NOTHING, Row, Table
from auditapp.domain.findings import Findings, find
from auditapp.domain.quota import Asked
from auditapp.domain.statistics import ROUNDING
from auditapp.domain.vocabulary import (
    CaseType,
    Compliance,
    Measure,
    Overridden,
    Party,
    Standard,
    TakingPart,
    Unjudged,
)

SUMMER = Quarter.parse("2026-07")
JULY, AUGUST, SEPTEMBER = SUMMER.months


@dataclass(frozen=True)
class Grade:
    value: str
    label: str


@dataclass(frozen=True)
class Scale:
    name: str
    grades: tuple[Grade, ...]

    def good_or_better(self, value: str) -> bool:
        return value in {"outstanding", "good"}


@dataclass(frozen=True)
class Domain:
    code: str
    name: str
    standards: tuple[Standard, ...] = ()


def scale(name: str, middle: str) -> Scale:
    values = ("outstanding", "good", middle, "inadequate")
    return Scale(name, tuple(Grade(value, value.replace("_", " ").capitalize()) for value in values))


OFSTED_2009, OFSTED_2013 = scale("Ofsted 2009", "adequate"), scale("Ofsted 2013", "requires_improvement")
DOMAINS = (Domain("D1", "Record", (Standard.PS7,)), Domain("D11", "Oversight", (Standard.PS8,)))
GRADES = ("outstanding", "good", "requires_improvement", "inadequate")


def overall(
    *numbers: int, month: Month = JULY, case_type: CaseType | None = None, team: str | None = None
) -> list[Count]:
    return counted(
        Measure.OVERALL, "", dict(zip(GRADES, numbers, strict=True)), month=month, case_type=case_type, team=team
    )


def counted(
    measure: Measure,
    key: str,
    values: dict[str, int],
    *,
    month: Month = JULY,
    case_type: CaseType | None = None,
    team: str | None = None,
) -> list[Count]:
    return [Count(month, case_type, team, measure, key, value, n) for value, n in values.items() if n]


def found(counts: list[Count], *, period: Period = SUMMER, targets: dict[Month, Asked] | None = None) -> Findings:
    return find(period, counts, domains=DOMAINS, scales=(OFSTED_2013,), targets=targets or {})


def table(findings: Findings, key: str) -> Table:
    there = findings.table(key)
    assert there is not None
    return there


def row(findings: Findings, key: str, row_key: str) -> Row:
    return next(each for each in table(findings, key).rows if each.key == row_key)


def numbers(row: Row) -> list[int | None]:
    return [cell.count for cell in row.cells]


def test_the_headline_is_the_sentence_a_councillor_would_quote() -> None:
    findings = found(overall(4, 32, 14, 8))
    assert findings.headline == "Of 58 audits, 36 were good or better: 62 %, likely between 49 % and 73 %."
    assert findings.audits == 58
    assert findings.notes == (ROUNDING,)


@pytest.mark.parametrize(
    ("counts", "headline"),
    [
        ([], "There are no submitted audits for July to September 2026."),
        (overall(0, 1, 0, 0), "Of 1 audit, 1 was good or better: 100 %, likely between 21 % and 100 %."),
        (overall(0, 0, 0, 2), "Of 2 audits, 0 were good or better: 0 %, likely between 0 % and 66 %."),
        (
            [*overall(0, 3, 1, 0), *counted(Measure.OVERALL, "", {Unjudged.NOT_JUDGED: 2})],
            (
                "Of 6 audits, 4 have an overall grade; "
                "of these, 3 were good or better: 75 %, likely between 30 % and 95 %."
            ),
        ),
        (
            counted(Measure.OVERALL, "", {Unjudged.NOT_APPLICABLE: 1}),
            "There is 1 audit for July to September 2026, none with an overall grade.",
        ),
    ],
)
def test_the_headline_is_honest_about_nothing_and_about_little(counts: list[Count], headline: str) -> None:
    assert found(counts).headline == headline


@pytest.mark.parametrize(("n", "points"), [(12, "8"), (20, "5")])
def test_few_audits_say_what_one_of_them_weighs(n: int, points: str) -> None:
    note = f"With {n} audits, one more or less is about {points} points: a small change may be chance."
    assert note in found(overall(0, n, 0, 0)).notes


def test_more_than_twenty_audits_need_no_such_warning() -> None:
    assert found(overall(0, 21, 0, 0)).notes == (ROUNDING,)


def test_audits_are_counted_against_their_targets() -> None:
    counts = [*overall(0, 20, 0, 0), *overall(0, 14, 0, 0, month=AUGUST)]
    findings = found(counts, targets={JULY: Asked(20, 20), AUGUST: Asked(20, 20), SEPTEMBER: Asked(20, 22)})
    assert [(each.label, each.done, each.target) for each in findings.done] == [
        ("July 2026", 20, 20),
        ("August 2026", 14, 20),
        ("September 2026", 0, 22),
    ]
    assert (findings.audits, findings.target) == (34, 62)
    assert found(counts).target is None


def test_counts_of_other_months_are_left_out() -> None:
    inside = overall(1, 2, 3, 4)
    outside = [*overall(9, 9, 9, 9, month=JULY.previous), *overall(9, 9, 9, 9, month=SEPTEMBER.next)]
    assert found([*outside, *inside]) == found(inside)


def test_a_count_that_fell_back_to_nought_leaves_no_row() -> None:
    gone = Count(JULY, CaseType.CL, "West", Measure.DOMAIN, "OLD", "good", 0)
    assert found([*overall(1, 2, 3, 4), gone]) == found(overall(1, 2, 3, 4))


def test_grades_are_shown_by_month_with_empty_months_and_a_total() -> None:
    findings = found([*overall(1, 2, 3, 4), *overall(0, 5, 0, 0, month=SEPTEMBER)])
    rows = table(findings, "by_month").rows
    assert [(each.label, numbers(each), each.is_total) for each in rows] == [
        ("July 2026", [1, 2, 3, 4], False),
        ("August 2026", [0, 0, 0, 0], False),
        ("September 2026", [0, 5, 0, 0], False),
        ("All audits", [1, 7, 3, 4], True),
    ]


def test_case_types_stand_in_their_order_and_what_has_none_last() -> None:
    counts = [
        *overall(0, 1, 0, 0),
        *overall(0, 2, 0, 0, case_type=CaseType.CL),
        *overall(0, 3, 0, 0, case_type=CaseType.CP),
    ]
    labels = [each.label for each in table(found(counts), "by_case_type").rows]
    assert labels == ["Child protection plan", "Care leaver", "Not recorded", "All audits"]


def test_results_without_case_type_and_team_have_no_such_tables() -> None:
    assert [each.key for each in found(overall(1, 2, 3, 4)).tables] == ["overall", "by_month"]


def test_teams_stand_in_the_order_of_their_names() -> None:
    counts = [*overall(0, 1, 0, 0, team="West"), *overall(0, 2, 0, 0, team="East")]
    assert [each.label for each in table(found(counts), "by_team").rows] == ["East", "West", "All audits"]


def test_what_is_not_judged_leaves_the_denominator_and_is_counted_beside_it() -> None:
    values = {"good": 3, "inadequate": 1, Unjudged.NOT_APPLICABLE.value: 5, Unjudged.NOT_JUDGED.value: 2}
    findings = found([*overall(0, 11, 0, 0), *counted(Measure.DOMAIN, "D1", values)])
    domain = row(findings, "by_domain", "D1")
    assert (domain.n, domain.beside) == (4, (5, 2))
    assert domain.share.percentage == Decimal(75)
    assert table(findings, "by_domain").texts(domain) == (
        "Record", "0 (0 %)", "3 (75 %)", "0 (0 %)", "1 (25 %)", "4", "5", "2", "3 (75 %)", "30 % to 95 %",
    )  # fmt: skip


def test_a_domain_that_nobody_judged_has_no_percentage() -> None:
    findings = found([*overall(0, 2, 0, 0), *counted(Measure.DOMAIN, "D1", {Unjudged.NOT_APPLICABLE: 2})])
    texts = table(findings, "by_domain").texts(row(findings, "by_domain", "D1"))
    assert texts[1:5] == ("0", "0", "0", "0")
    assert texts[-2:] == (NOTHING, NOTHING)


def test_a_domain_of_an_older_version_is_shown_under_its_code() -> None:
    findings = found([*overall(0, 2, 0, 0), *counted(Measure.DOMAIN, "OLD", {"good": 2})])
    assert row(findings, "by_domain", "OLD").label == "OLD"


def test_a_grade_of_no_scale_is_a_mistake_that_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="adequate"):
        found(counted(Measure.OVERALL, "", {"adequate": 1}))


def test_compliance_counts_partly_as_a_half_and_leaves_out_what_does_not_apply() -> None:
    answers = {Compliance.YES.value: 5, Compliance.PARTLY.value: 2, Compliance.NO.value: 1, "not_applicable": 4}
    findings = found([*overall(0, 1, 0, 0), *counted(Measure.COMPLIANCE, Standard.PS7, answers)])
    standard = row(findings, "compliance", "PS7")
    assert (standard.n, standard.beside) == (8, (4,))
    assert (standard.share.percentage, standard.share.count, standard.share.likely) == (Decimal(75), None, None)
    assert table(findings, "compliance").texts(standard)[-1] == "75 %"
    assert table(findings, "compliance").headings[-1] == "Score"


def test_who_took_part_counts_audits_that_do_not_say() -> None:
    taken = {TakingPart.TOOK_PART.value: 6, TakingPart.DECLINED.value: 2}
    findings = found([*overall(0, 10, 0, 0), *counted(Measure.PARTICIPATION, Party.CHILD, taken)])
    child = row(findings, "participation", "child")
    assert (numbers(child), child.n, child.beside) == ([6, 2, 0], 8, (2,))
    assert child.share.percentage == Decimal(75)
    assert table(findings, "participation").headings == (
        "Who", "Took part", "Declined", "Not possible", "Recorded", "Not recorded", "Took part, likely between",
    )  # fmt: skip


def test_the_override_rate_is_of_the_audits_that_have_both_grades() -> None:
    answers = {Overridden.YES.value: 3, Overridden.NO.value: 9}
    findings = found([*overall(0, 14, 0, 0), *counted(Measure.OVERRIDDEN, "", answers)])
    only = row(findings, "overridden", "")
    assert (only.share.count, only.n, only.beside, only.share.percentage) == (3, 12, (2,), Decimal(25))


def test_a_change_of_scale_is_shown_as_a_break() -> None:
    counts = [*overall(1, 2, 3, 4), *counted(Measure.OVERALL, "", {"adequate": 5})]
    findings = find(SUMMER, counts, domains=(), scales=(OFSTED_2009, OFSTED_2013), targets={})
    columns = [column.key for column in findings.tables[0].columns]
    assert columns == ["outstanding", "good", "requires_improvement", "adequate", "inadequate"]
    assert (findings.tables[0].rows[0].share.count, findings.tables[0].rows[0].n) == (3, 15)
    [note] = [note for note in findings.notes if "Ofsted 2009, then Ofsted 2013" in note]
    assert "only 'good or better' can be compared" in note


def test_a_long_period_is_split_into_council_years() -> None:
    years = Span(date(2013, 11, 1), date(2015, 6, 30))
    counts = [*overall(0, 1, 0, 0, month=Month(2014, 3)), *overall(0, 2, 0, 0, month=Month(2014, 4))]
    findings = found(counts, period=years)
    assert [(each.label, each.done) for each in findings.done] == [
        ("2013 to 2014", 1),
        ("2014 to 2015", 2),
        ("2015 to 2016", 0),
    ]
    assert [each.label for each in table(findings, "by_month").rows][:2] == ["2013 to 2014", "2014 to 2015"]


def test_the_published_inspections_come_out_as_the_file_gives_them() -> None:
    findings = found(overall(3, 52, 64, 28))
    [all_audits] = findings.tables[0].rows
    assert all_audits.share.percentage == Decimal("37.4")
    assert [cell.words for cell in all_audits.cells] == ["3 (2.0 %)", "52 (35.4 %)", "64 (43.5 %)", "28 (19.0 %)"]


def test_every_measure_has_its_table() -> None:
    one_of_each = {
        Measure.OVERALL: ("", "good"),
        Measure.OVERRIDDEN: ("", "no"),
        Measure.DOMAIN: ("D1", "good"),
        Measure.STANDARD: ("PS7", "good"),
        Measure.COMPLIANCE: ("PS7", "yes"),
        Measure.PARTICIPATION: ("child", "took_part"),
    }
    assert set(one_of_each) == set(Measure)
    counts = [
        count
        for measure, (key, value) in one_of_each.items()
        for count in counted(measure, key, {value: 1}, case_type=CaseType.CP, team="East")
    ]
    assert [each.key for each in found(counts).tables] == [
        "overall", "by_month", "by_case_type", "by_team", "by_domain", "by_standard", "compliance", "participation",
        "overridden",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(SUMMER.months), st.sampled_from(CaseType), st.sampled_from(GRADES))))
def test_every_table_of_overall_grades_adds_up_to_the_same_audits(audits: list[tuple[Month, CaseType, str]]) -> None:
    counts = [Count(month, kind, None, Measure.OVERALL, "", grade, 1) for month, kind, grade in audits]
    findings = found(counts)
    for each in findings.tables:
        parts = [part for part in each.rows if not part.is_total] or each.rows
        assert sum(part.n or 0 for part in parts) == findings.audits == len(audits)
        for part in each.rows:
            assert len(each.texts(part)) == len(each.headings)
            assert HIDDEN not in each.texts(part)
