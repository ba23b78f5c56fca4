"""The charts of a findings record, for page and paper: grades by row, and audits done against what was asked for."""

from typing import Final

from auditapp.documents.charts import (
    NARROW,
    Chart,
    Form,
    GradeName,
    GradeRow,
    MonthRow,
    grade_chart,
    month_chart,
)
from auditapp.domain.figures import HIDDEN, NOTHING, Row, Shown, Table
from auditapp.domain.findings import Findings
from auditapp.domain.statistics import percentage, say_percentage

DONE_TITLE: Final = "Audits done"
HALVES: Final = (GradeName("Good or better"), GradeName("Below good"))


def table_chart(table: Table, *, period: str, form: Form = NARROW) -> Chart | None:
    """The grades of a table as stacked bars, a bar a row; None for a table of anything else than grades.

    Where some grades are not shown, all rows show good or better against the rest: a headline says more than a gap.
    Where that is not shown of most rows either, there is nothing to draw.
    """
    if not table.rows or not _holds_grades(table):
        return None
    if 2 * sum(row.share.percentage is None and row.n != 0 for row in table.rows) > len(table.rows):
        return None
    halves = any(cell.count is None for row in table.rows for cell in row.cells)
    return grade_chart(
        f"{table.title}, {period}",
        description=_say_grades(table, period),
        grades=HALVES if halves else [GradeName(column.label, _letter(column.label)) for column in table.columns],
        rows=[_half_row(table, row) if halves else _grade_row(table, row) for row in table.rows],
        form=form,
    )


def done_chart(findings: Findings, *, form: Form = NARROW) -> Chart:
    """Audits done in each month of the period, with a line at the month's target."""
    parts = "; ".join(
        f"{done.label} {HIDDEN.lower() if done.done is None else done.done}"
        + ("" if done.target is None else f" of {done.target}")
        for done in findings.done
    )
    return month_chart(
        f"{DONE_TITLE}, {findings.period}",
        description=f"Bars of the audits done: {parts}.",
        rows=[MonthRow(done.label, done.done, done.target) for done in findings.done],
        form=form,
    )


def _holds_grades(table: Table) -> bool:
    """Grades are the tables whose share adds up several whole columns: good or better."""
    return not table.is_score and len(table.shared) > 1


def _grade_row(table: Table, row: Row) -> GradeRow:
    return GradeRow(
        label=row.label,
        counts=tuple(cell.count for cell in row.cells),
        shares=tuple("" if cell.percentage is None else say_percentage(cell.percentage) for cell in row.cells),
        n=row.n,
        n_words=_say_n(table, row),
    )


def _half_row(table: Table, row: Row) -> GradeRow:
    """A row as good or better and the rest, which may be shown where the grades one by one are not."""
    good, n = row.share.count, row.n
    below = None if good is None or n is None else n - good
    return GradeRow(
        label=row.label,
        counts=(good, below),
        shares=(_say_share(good, n), _say_share(below, n)),
        n=n,
        n_words=_say_n(table, row),
    )


def _say_share(count: Shown, n: Shown) -> str:
    return "" if count is None or not n else say_percentage(percentage(count, n))


def _say_n(table: Table, row: Row) -> str:
    return HIDDEN if row.n is None else f"{row.n} {table.n_label.lower()}"


def _say_grades(table: Table, period: str) -> str:
    """What the chart shows, and each row's headline; the table beside it has every figure."""
    rows = "; ".join(_say_row(row) for row in table.rows)
    return (
        f"Stacked bars of grades for {period}, a bar a row, the best on the left. "
        f"{table.share_label}: {rows}. The table has every figure."
    )


def _say_row(row: Row) -> str:
    if row.share.percentage is None:
        return f"{row.label} {NOTHING.lower() if row.n == 0 else HIDDEN.lower()}"
    return f"{row.label} {say_percentage(row.share.percentage)} of {row.n}"


def _letter(label: str) -> str:
    """The letter of a grade: the first of its first two words."""
    return "".join(word[0] for word in label.split()[:2]).upper()
