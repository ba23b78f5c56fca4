"""A quarter's findings on paper: the record's own words and figures, with charts beside their tables."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from auditapp.documents.charts import WIDE, Chart
from auditapp.documents.drawings import chart_drawing
from auditapp.documents.findings_charts import DONE_TITLE, done_chart, table_chart
from auditapp.documents.fonts import typeface
from auditapp.documents.grids import Column
from auditapp.documents.look import MEASURE
from auditapp.documents.method import METHOD
from auditapp.documents.tagged import OFFICIAL_SENSITIVE, Document
from auditapp.domain.calendar import say_date, say_instant
from auditapp.domain.figures import HIDDEN, Row, Shown, Table
from auditapp.domain.findings import Findings
from auditapp.domain.statistics import say_percentage
from auditapp.domain.theme_actions import OfTheme, ThemeAction

TITLE: Final = "Findings of case-file audits"
THEME_TITLE: Final = "Findings of a thematic audit"
_ACTIONS: Final = (
    Column("Audit", share=1.1),
    Column("Action", share=1.8),
    Column("Success measure", share=1.6),
    Column("Owner"),
    Column("By when"),
)
FIGURES_OF_CHANGES: Final = range(1, 5)
NAMES_SHARE: Final = 1.7  # beside the words that say what a change may mean, which are short


def findings_paper(
    findings: Findings,
    *,
    council: str,
    made_at: datetime,
    fonts: Path,
    classification: str = OFFICIAL_SENSITIVE,
    theme: OfTheme | None = None,
) -> bytes:
    """The record as a PDF (PDF/UA-1): summary first, then each table with its chart, then how it was made.

    Of a theme, what it asked follows the summary, and what its audits agreed on the tables. A board is never given
    these: they are of single children.
    """
    theme = None if findings.suppressed_under else theme
    title = THEME_TITLE if theme else TITLE
    paper = _Paper(findings, title, council=council, made_at=made_at, fonts=fonts, classification=classification)
    return paper.to_bytes(theme)


class _Paper:
    """The document being written."""

    def __init__(
        self, findings: Findings, title: str, *, council: str, made_at: datetime, fonts: Path, classification: str
    ) -> None:
        self._findings = findings
        self._typeface = typeface(fonts)
        period = f"{findings.period}, {findings.scope} only" if findings.scope else findings.period
        self._document = Document(
            f"{title}, {period}",
            council=council,
            made_at=made_at,
            fonts=fonts,
            classification=classification,
        )
        self._document.cover(title, above=council, below=f"{period} · made on {say_instant(made_at)}")

    def to_bytes(self, theme: OfTheme | None) -> bytes:
        self._summary()
        if theme:
            self._document.heading("What was asked, and how")
            self._document.bullets(theme.method)
        self._changes()
        self._done()
        for table in self._findings.tables:
            self._table(table)
        if theme:
            self._agreed(theme.actions)
        self._method(theme.method if theme else ())
        return self._document.to_bytes()

    @property
    def _in_figures(self) -> str:
        """The caption of a table: its heading, which stands above the chart, is not said again."""
        return f"In figures, {self._findings.period}"

    def _summary(self) -> None:
        self._document.heading("Summary")
        self._document.lead(self._findings.headline)
        self._document.key_figures(list(key_figures(self._findings)))
        if self._findings.why_counts_are_missing:
            self._document.note(self._findings.why_counts_are_missing)

    def _changes(self) -> None:
        """What changed since the period before, where there is one to compare with."""
        changes = self._findings.changes
        if changes is None:
            return
        self._document.heading(changes.title)
        self._document.paragraph(changes.sentence, leads=True)
        self._document.table(
            self._in_figures,
            columns=[
                Column(heading, figures=at in FIGURES_OF_CHANGES, share=1 if at else NAMES_SHARE)
                for at, heading in enumerate(changes.headings)
            ],
            rows=[change.texts for change in changes.rows],
            notes=[changes.note],
        )

    def _done(self) -> None:
        """What was done against what was asked for."""
        self._document.heading(DONE_TITLE)
        self._picture(done_chart(self._findings, form=WIDE))
        rows = [(done.label, _words(done.done), _asked(done.target)) for done in self._findings.done]
        total = ("All audits", _words(self._findings.audits), _asked(self._findings.target))
        columns = [Column("Period"), Column("Done", figures=True), Column("Target", figures=True)]
        shown = 2 if self._findings.target is None else 3
        self._document.table(self._in_figures, columns=columns[:shown], rows=[row[:shown] for row in (*rows, total)])

    def _table(self, table: Table) -> None:
        self._document.heading(table.title)
        chart = table_chart(table, period=self._findings.period, form=WIDE)
        if chart:
            self._picture(chart)
        self._document.table(
            self._in_figures,
            columns=_columns(table),
            rows=[_texts(table, row) for row in table.rows],
            notes=[table.remark] if table.remark else [],
        )

    def _agreed(self, actions: Sequence[ThemeAction]) -> None:
        """The actions of a theme, in the order of its page: the first to be done first."""
        self._document.heading("Actions")
        if not actions:
            self._document.paragraph("No submitted audit asks for an action.")
            return
        rows = [
            (
                each.reference,
                each.action,
                each.success_measure,
                each.owner,
                say_date(each.due_on) if each.due_on else "",
            )
            for each in actions
        ]
        self._document.table("Actions agreed, the first to be done first", columns=_ACTIONS, rows=rows)

    def _method(self, said: Collection[str]) -> None:
        self._document.heading("How to read these figures")
        self._document.bullets([*(note for note in self._findings.notes if note not in said), *METHOD])

    def _picture(self, chart: Chart) -> None:
        drawing = chart_drawing(chart, width=MEASURE, typeface=self._typeface)
        self._document.picture(drawing, alt=f"{chart.title}. {chart.description}", leads=True)


def key_figures(findings: Findings) -> Iterator[tuple[str, str]]:
    """Audits, good or better, and the worst grade, as far as the record shows them: each figure and what it is."""
    asked = "" if findings.target is None else f", of {findings.target} asked for"
    yield _words(findings.audits), f"{'audit' if findings.audits == 1 else 'audits'} submitted{asked}"
    overall = findings.table("overall")
    if overall is None:
        return
    row, worst = overall.rows[0], overall.columns[-1]
    if row.share.percentage is not None:
        of = f"{row.share.count} of {row.n}, likely {row.share.likely}"
        yield say_percentage(row.share.percentage), f"{overall.share_label.lower()}: {of}"
    if row.cells[-1].count is not None:
        yield str(row.cells[-1].count), f"judged {worst.label}"


def _columns(table: Table) -> list[Column]:
    """The record's headings; the likely range stands below its percentage, as paper is narrow."""
    headings = table.headings
    kept = headings[:-2] + headings[-1:] if _folds(table) else headings
    return [Column(kept[0]), *(Column(heading, figures=True) for heading in kept[1:])]


def _texts(table: Table, row: Row) -> Sequence[str]:
    texts = table.texts(row)
    return (*texts[:-2], _folded(*texts[-2:])) if _folds(table) else texts


def _folds(table: Table) -> bool:
    """Whether the last two columns are a percentage and its likely range, and others beside them leave no room."""
    said = len(table.said_beside)
    return said > 0 and not table.is_score and len(table.headings) - len(table.columns) - said == 4


def _folded(share: str, likely: str) -> str:
    return share if share == likely else f"{share}\n{likely}"


def _words(count: Shown) -> str:
    return HIDDEN if count is None else str(count)


def _asked(target: int | None) -> str:
    return "None set" if target is None else str(target)
