"""Commands for reports: findings as files, and their counts made anew."""

from datetime import datetime
from pathlib import Path

import click

from auditapp.cli.context import opened, utc_now
from auditapp.cli.parameters import QUARTER
from auditapp.config import Settings, resources
from auditapp.documents.findings_downloads import FileKind, findings_file
from auditapp.domain.calendar import Quarter, london_day
from auditapp.domain.errors import Refused
from auditapp.domain.findings import Findings
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.services import findings as finding
from auditapp.services.publications import board_report

AS_FILE = click.option(
    "--format", "kind", required=True, type=click.Choice([kind.value for kind in FileKind]), help="The kind of file."
)
OUT = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write the file."
)


@click.group()
def report() -> None:
    """Write findings to files, and make their counts anew."""


@report.command("quarterly")
@click.argument("quarter", type=QUARTER)
@AS_FILE
@OUT
@click.option("--board", is_flag=True, help="The report as it was shown to the Board.")
def quarterly(quarter: Quarter, *, kind: str, out: Path, board: bool) -> None:
    """Write what a quarter found, named by the month in which it begins.

    \b
    Example:
      auditapp report quarterly 2026-07 --format pdf --out findings.pdf
    """
    at = utc_now()
    with opened() as database, database.reading() as session:
        if board:
            shown = board_report(session, quarter)
            found, at = shown.findings, shown.shown_at
        else:
            kept = finding.quarter_findings(session, quarter, viewer=COMMAND_LINE, today=london_day(at))
            found = kept.findings
    _write(found, kind, made_at=at, out=out)


@report.command("position")
@click.argument("tool")
@click.option("--as-at", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day, such as 2017-12-08.")
@AS_FILE
@OUT
def position(tool: str, *, as_at: datetime, kind: str, out: Path) -> None:
    """Write where cases stood on a day: the latest audit of each with one tool, earlier results among them.

    \b
    Example:
      auditapp report position ofsted-sif --as-at 2017-12-08 --format csv --out position.csv
    """
    with opened() as database, database.reading() as session:
        found = finding.position(session, tool, as_at.date(), viewer=COMMAND_LINE)
    _write(found.findings, kind, made_at=utc_now(), out=out)


@report.command("recount")
def recount() -> None:
    """Count every submitted audit anew, compare with the counts that findings are made of, and put these right.

    \b
    Example:
      auditapp report recount
    """
    with opened() as database, database.transaction() as session:
        was_wrong = finding.recount(session, by=COMMAND_LINE, at=utc_now())
    click.echo("The counts were wrong, and were put right." if was_wrong else "Every count is right.")


def _write(findings: Findings, kind: str, *, made_at: datetime, out: Path) -> None:
    settings = Settings.from_environment()
    content = findings_file(
        findings,
        FileKind.of(kind),
        council=settings.council_name,
        made_at=made_at,
        fonts=resources() / "static" / "build" / "fonts",
        classification=settings.classification,
    )
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Refused(
            f"{out} could not be written: {error.strerror}. Name a file in a folder that is there."
        ) from error
    click.echo(f"{findings.headline}\nWritten to {out}.")
