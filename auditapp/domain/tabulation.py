"""From kept counts to the tables of a findings record."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from auditapp.domain.calendar import CouncilYear, Period
from auditapp.domain.counts import Count, DomainFacts, ScaleFacts
from auditapp.domain.figures import ALL, Column, Row, Table
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

UNRECORDED = "unrecorded"
MONTHS_SHOWN_SINGLY = 12
ALL_AUDITS = "All audits"
STANDARD_LABELS = {standard.value: f"{standard.value} {standard.label}" for standard in Standard}
COMPLIANCE_WORTH = {Compliance.YES: Fraction(1), Compliance.PARTLY: Fraction(1, 2), Compliance.NO: Fraction(0)}


RowKey = TypeVar("RowKey", str, str | None)


def tabulate(
    period: Period, counts: Iterable[Count], *, domains: Sequence[DomainFacts], scales: Sequence[ScaleFacts]
) -> tuple[Table, ...]:
    """Every table of a period that has something to say, in the order of the page; the overall grades come first."""
    tables = _Tables(counts, domains, scales)
    every = (
        tables.overall(),
        tables.by_month(period),
        tables.by_case_type(),
        tables.by_team(),
        tables.by_domain(),
        tables.by_standard(),
        tables.compliance(),
        tables.participation(),
        tables.overridden(),
    )
    return tuple(table for table in every if table.rows)


def parts(period: Period) -> tuple[Period, ...]:
    """What a period is split into: its months, or the council's years where those would be too many to read."""
    if len(period.months) <= MONTHS_SHOWN_SINGLY:
        return period.months
    return tuple(dict.fromkeys(CouncilYear.of(month) for month in period.months))


class _Tables:
    """The tables, each from the counts of one measure."""

    def __init__(self, counts: Iterable[Count], domains: Sequence[DomainFacts], scales: Sequence[ScaleFacts]) -> None:
        self.counts: dict[Measure, list[Count]] = {measure: [] for measure in Measure}
        for count in counts:
            self.counts[count.measure].append(count)
        self.domains = domains
        self.grades = tuple(_grade_columns(scales))
        self.audits = sum(count.n for count in self.counts[Measure.OVERALL])

    def overall(self) -> Table:
        table = self._graded("overall", "Overall grades", row_header="Audits")
        return replace(table, rows=(self._total(table),))

    def by_month(self, period: Period) -> Table:
        labels = {str(part): part.label for part in parts(period)}
        part_of = {month: str(part) for part in parts(period) for month in part.months}
        tallies = self._tallies(Measure.OVERALL, lambda count: part_of[count.month])
        table = self._graded("by_month", "Overall grades by month", row_header="Month")
        return self._split(table, {key: tallies.get(key, Counter()) for key in labels}, labels)

    def by_case_type(self) -> Table:
        labels = {case_type.value: case_type.label for case_type in CaseType}
        table = self._graded("by_case_type", "Overall grades by case type", row_header="Case type")
        return self._split(table, self._tallies(Measure.OVERALL, lambda count: count.case_type), labels)

    def by_team(self) -> Table:
        labels = {team: team for team in sorted({c.team for c in self.counts[Measure.OVERALL] if c.team})}
        table = self._graded("by_team", "Overall grades by team", row_header="Team")
        return self._split(table, self._tallies(Measure.OVERALL, lambda count: count.team), labels)

    def by_domain(self) -> Table:
        labels = {domain.code: domain.name for domain in self.domains}
        about = {domain.code: (domain.code,) for domain in self.domains}
        table = self._graded("by_domain", "Grades by domain", row_header="Domain")
        return self._keyed(table, Measure.DOMAIN, labels=labels, about=about)

    def by_standard(self) -> Table:
        about = {each.value: tuple(d.code for d in self.domains if each in d.standards) for each in Standard}
        table = self._graded("by_standard", "Grades by practice standard", row_header="Practice standard")
        return self._keyed(table, Measure.STANDARD, labels=STANDARD_LABELS, about=about)

    def compliance(self) -> Table:
        table = Table(
            key="compliance",
            title="Compliance by practice standard",
            note=(
                "Counts of answers, not of audits. The score is the share of Yes, with Partly as a half. "
                "Not applicable is left out of it and counted beside it."
            ),
            row_header="Practice standard",
            columns=tuple(Column(word.value, word.label, worth) for word, worth in COMPLIANCE_WORTH.items()),
            n_label="Answered",
            beside=(Column(Compliance.NOT_APPLICABLE.value, Compliance.NOT_APPLICABLE.label),),
            share_label="Score",
            is_score=True,
        )
        return self._keyed(table, Measure.COMPLIANCE, labels=STANDARD_LABELS, about={})

    def participation(self) -> Table:
        table = Table(
            key="participation",
            title="Who took part",
            note="Percentages are of the audits where it is recorded whether they took part.",
            row_header="Who",
            columns=tuple(
                Column(word.value, word.label, Fraction(word is TakingPart.TOOK_PART)) for word in TakingPart
            ),
            n_label="Recorded",
            beside=(Column(UNRECORDED, "Not recorded"),),
            share_label=TakingPart.TOOK_PART.label,
        )
        return self._keyed(table, Measure.PARTICIPATION, labels={party.value: party.label for party in Party}, about={})

    def overridden(self) -> Table:
        table = Table(
            key="overridden",
            title="Overall grade against the indicative grade",
            note="Percentages are of the audits that have both grades.",
            row_header="Audits",
            columns=tuple(Column(word.value, word.label, Fraction(word is Overridden.YES)) for word in Overridden),
            n_label="With both",
            beside=(Column(UNRECORDED, "Without"),),
            share_label=Overridden.YES.label,
        )
        return self._keyed(table, Measure.OVERRIDDEN, labels={"": ALL_AUDITS}, about={})

    def _graded(self, key: str, title: str, *, row_header: str) -> Table:
        return Table(
            key=key,
            title=title,
            note="Percentages are of the audits judged.",
            row_header=row_header,
            columns=self.grades,
            n_label="Judged",
            beside=tuple(Column(word.value, word.label) for word in Unjudged),
            share_label="Good or better",
        )

    def _split(self, table: Table, tallies: Mapping[str | None, Counter[str]], labels: Mapping[str, str]) -> Table:
        """The overall grades by something an audit has one of, and their total; no rows where no audit has it."""
        if tallies.keys() <= {None}:
            return table
        named: tuple[tuple[str | None, str], ...] = (*labels.items(), (None, "Not recorded"))
        rows = [
            table.row(key or UNRECORDED, label, counts=table.counted(tallies[key]))
            for key, label in named
            if key in tallies
        ]
        return replace(table, rows=(*rows, self._total(table)))

    def _total(self, table: Table) -> Row:
        tally = self._tallies(Measure.OVERALL, lambda _: ALL).get(ALL, Counter())
        return table.row(ALL, ALL_AUDITS, counts=table.counted(tally), about=(ALL,), is_total=True)

    def _keyed(
        self,
        table: Table,
        measure: Measure,
        *,
        labels: Mapping[str, str],
        about: Mapping[str, tuple[str, ...]],
    ) -> Table:
        """A row for each key of a measure, in the order of `labels`; an unknown key stands last under its own name."""
        tallies = self._tallies(measure, lambda count: count.key)
        strangers = {key: key for key in sorted(tallies.keys() - labels.keys())}
        rows = tuple(
            table.row(
                key,
                label,
                counts=table.counted(self._completed(table, tallies[key])),
                about=about.get(key, ()),
            )
            for key, label in {**labels, **strangers}.items()
            if key in tallies
        )
        return replace(table, rows=rows)

    def _completed(self, table: Table, tally: Mapping[str, int]) -> Mapping[str, int]:
        """The tally with the audits that have no value at all, where the table has a column for them."""
        if all(column.key != UNRECORDED for column in table.beside):
            return tally
        return {**tally, UNRECORDED: self.audits - sum(tally.values())}

    def _tallies(self, measure: Measure, row: Callable[[Count], RowKey]) -> dict[RowKey, Counter[str]]:
        tallies: defaultdict[RowKey, Counter[str]] = defaultdict(Counter)
        for count in self.counts[measure]:
            tallies[row(count)][count.value] += count.n
        return dict(tallies)


def _grade_columns(scales: Sequence[ScaleFacts]) -> Iterator[Column]:
    """The grades of all scales, best first; a grade that several scales have stands once."""
    labels = {grade.value: grade.label for scale in scales for grade in scale.grades}
    good = {grade.value for scale in scales for grade in scale.grades if scale.good_or_better(grade.value)}
    order: list[str] = []
    for scale in scales:
        after = 0
        for grade in scale.grades:
            if grade.value not in order:
                order.insert(after, grade.value)
            after = order.index(grade.value) + 1
    return (Column(value, labels[value], Fraction(value in good)) for value in order)
