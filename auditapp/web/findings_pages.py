"""A findings record as a page and as downloads, the same for those who see all of it and for the Board."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app

from auditapp.config import Settings, resources
from auditapp.documents.charts import Chart
from auditapp.documents.findings_charts import DONE_TITLE, done_chart, table_chart
from auditapp.documents.findings_downloads import FileKind, findings_file
from auditapp.documents.findings_paper import key_figures
from auditapp.documents.method import METHOD
from auditapp.domain.figures import Table
from auditapp.domain.findings import Findings
from auditapp.domain.theme_actions import OfTheme


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its chart, where it has one, under a heading that can be linked to."""

    id: str
    table: Table
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """Everything that a page shows of a record, in its order."""

    findings: Findings
    figures: tuple[tuple[str, str], ...]
    done_title: str
    done_chart: Chart
    sections: tuple[Section, ...]
    method: tuple[str, ...]


def page_of(findings: Findings) -> FindingsPage:
    """Return a record with its charts, ready for the template."""
    return FindingsPage(
        findings=findings,
        figures=tuple(key_figures(findings)),
        done_title=DONE_TITLE,
        done_chart=done_chart(findings),
        sections=tuple(_sections(findings)),
        method=METHOD,
    )


def download(findings: Findings, kind: str, *, name: str, made_at: datetime, theme: OfTheme | None = None) -> Response:
    """Answer with a record as a file; of a theme, with what it asked and its actions where it is paper."""
    settings: Settings = current_app.extensions["settings"]
    wanted = FileKind.of(kind)
    content = findings_file(
        findings,
        wanted,
        council=settings.council_name,
        made_at=made_at,
        fonts=resources() / "static" / "build" / "fonts",
        classification=settings.classification,
        theme=theme,
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}.{wanted}"'}
    return Response(content, mimetype=wanted.label, headers=headers)


def _sections(findings: Findings) -> Iterator[Section]:
    for table in findings.tables:
        chart = table_chart(table, period=findings.period)
        yield Section(table.key.replace("_", "-"), table, chart)
