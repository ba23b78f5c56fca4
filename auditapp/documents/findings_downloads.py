"""A findings record as a file of the kind that is asked for: one table for pages and commands."""

from datetime import datetime
from enum import unique
from pathlib import Path

from auditapp.documents.findings_files import findings_csv, findings_json
from auditapp.documents.findings_paper import findings_paper
from auditapp.domain.findings import Findings
from auditapp.domain.theme_actions import OfTheme
from auditapp.domain.vocabulary import Labelled


@unique
class FileKind(Labelled):
    """The kinds of file that findings are given out as; the label is the media type."""

    PDF = "pdf", "application/pdf"
    CSV = "csv", "text/csv"
    JSON = "json", "application/json"


def findings_file(
    findings: Findings,
    kind: FileKind,
    *,
    council: str,
    made_at: datetime,
    fonts: Path,
    classification: str,
    theme: OfTheme | None = None,
) -> bytes:
    """The record as a file. The same record made at the same moment gives the same bytes.

    What a theme asked and its actions stand on paper only: the other files are of figures.
    """
    if kind is FileKind.CSV:
        return findings_csv(findings)
    if kind is FileKind.JSON:
        return findings_json(findings)
    return findings_paper(
        findings, council=council, made_at=made_at, fonts=fonts, classification=classification, theme=theme
    )
