"""What a period found: one frozen record, made of kept counts, from which page, paper, CSV and JSON are all made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pydantic import TypeAdapter, ValidationError

from auditapp.domain.calendar import Month, Period
from auditapp.domain.changes import Changes, compare
from auditapp.domain.counts import Count, DomainFacts, ScaleFacts
from auditapp.domain.errors import Refused
from auditapp.domain.figures import Row, Shown, Table
from auditapp.domain.quota import Asked
from auditapp.domain.statistics import ROUNDING, percentage, say_percentage
from auditapp.domain.tabulation import parts, tabulate
from auditapp.domain.vocabulary import Measure
from auditapp.domain.wording import say_count

FEW = 20


@dataclass(frozen=True, slots=True)
class Done:
    """How many audits of a month (of a council year, in a long period) were done, and how many were asked for.

    `quota` is the number agreed on, `target` that with what earlier months were short of.
    """

    key: str
    label: str
    done: Shown
    target: int | None
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a period found. `suppressed_under` is the limit for small counts in a record made for a board.

    `scope` names the services whose audits alone it is made of, and nothing where it is the whole council's.
    `audits` is how many were submitted; `tables` begin with the overall grades, if they may be shown at all.
    `changes` are those since the period before, where there is one to compare with.
    """

    period: str
    first_day: date
    last_day: date
    headline: str
    audits: Shown
    target: int | None
    done: tuple[Done, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    suppressed_under: int | None = None
    changes: Changes | None = None
    scope: str = ""

    @property
    def why_counts_are_missing(self) -> str:
        """What stands beside the first figures of a record made for a board; nothing where everything is shown."""
        if self.suppressed_under is None:
            return ""
        return (
            f"Counts of 1 to {self.suppressed_under - 1}, and what would give them away, are not shown: "
            "few audits can point to a child."
        )

    def table(self, key: str) -> Table | None:
        """The table of that key, or None where the record has none."""
        return next((table for table in self.tables if table.key == key), None)


_FINDINGS: Final = TypeAdapter(Findings)


def to_json(findings: Findings) -> str:
    """The record as text to be stored; `from_json` gives the very same record back."""
    return _FINDINGS.dump_json(findings).decode()


def from_json(text: str) -> Findings:
    """The record that `to_json` wrote; Refused where the text is anything else."""
    try:
        return _FINDINGS.validate_json(text)
    except ValidationError as error:
        raise Refused("These findings cannot be read: this version did not write them so.") from error


def find(
    period: Period,
    counts: Iterable[Count],
    *,
    domains: Sequence[DomainFacts],
    scales: Sequence[ScaleFacts],
    targets: Mapping[Month, Asked],
) -> Findings:
    """The findings of a period from the counts kept for its months; counts of other months are left out.

    `domains` of the tool in its order; `scales` that audits of the period were made under, the earliest first;
    `targets` of the months, empty where nothing was asked for.
    """
    months = frozenset(period.months)
    kept = [count for count in counts if count.n and count.month in months]
    tables = tabulate(period, kept, domains=domains, scales=scales)
    overall = tables[0].rows[0]
    done = tuple(_done(part, kept, targets) for part in parts(period))
    audits = sum(each.done or 0 for each in done)
    return Findings(
        period=period.label,
        first_day=period.first_day,
        last_day=period.last_day,
        headline=say_headline(period.label, audits, overall=overall),
        audits=audits,
        target=sum(each.target or 0 for each in done) if targets else None,
        done=done,
        tables=tables,
        notes=tuple(note for note in (ROUNDING, say_few(overall.n), _break(scales)) if note),
    )


def since(findings: Findings, before: Findings | None) -> Findings:
    """The record with what changed since an earlier one; as it is where that has nothing to compare with.

    Both have to be for the same reader: what a board is shown is compared with what it was shown.
    """
    if before is None or not (before.audits and findings.audits):
        return findings
    changes = compare(findings.tables, before.tables, since=before.period, period=findings.period)
    return replace(findings, changes=changes)


def say_headline(period: str, audits: int, *, overall: Row) -> str:
    """The sentence a councillor would quote, where everything it needs is shown."""
    if audits == 0:
        return f"There are no submitted audits for {period}."
    share = overall.share
    if share.percentage is None or share.low is None or share.high is None:
        return f"There {_be(audits)} {say_audits(audits)} for {period}, none with an overall grade."
    likely = f"likely between {say_percentage(share.low)} and {say_percentage(share.high)}"
    good = f"{share.count} {_was(share.count)} good or better: {say_percentage(share.percentage)}, {likely}."
    if overall.n == audits:
        return f"Of {say_audits(audits)}, {good}"
    return f"Of {say_audits(audits)}, {overall.n} {_have(overall.n)} an overall grade; of these, {good}"


def say_audits(n: int) -> str:
    """'1 audit', '58 audits'."""
    return say_count(n, "audit")


def say_few(n: Shown) -> str | None:
    """What one audit weighs, where there are so few that it weighs much."""
    if not n or n > FEW:
        return None
    points = percentage(1, n)
    return f"With {say_audits(n)}, one more or less is about {points} points: a small change may be chance."


def _done(part: Period, counts: Sequence[Count], targets: Mapping[Month, Asked]) -> Done:
    months = frozenset(part.months)
    done = sum(count.n for count in counts if count.measure is Measure.OVERALL and count.month in months)
    asked = [targets[month] for month in part.months if month in targets]
    if not asked:
        return Done(str(part), part.label, done, None)
    return Done(str(part), part.label, done, sum(each.target for each in asked), sum(each.quota for each in asked))


def _break(scales: Sequence[ScaleFacts]) -> str | None:
    if len(scales) < 2:
        return None
    names = ", then ".join(scale.name for scale in scales)
    return (
        f"The grade scale changed in this period: {names}. A grade that only one of them has is a different test, "
        "so only 'good or better' can be compared across the change."
    )


def _be(n: int) -> str:
    return "is" if n == 1 else "are"


def _was(n: Shown) -> str:
    return "was" if n == 1 else "were"


def _have(n: Shown) -> str:
    return "has" if n == 1 else "have"
