"""Commands for audits: earlier results out of a spreadsheet."""

from pathlib import Path

import click

from auditapp.cli.context import opened, progress_bar, utc_now
from auditapp.domain.calendar import say_date
from auditapp.domain.earlier import EarlierResults
from auditapp.domain.findings import say_audits
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.wording import say_count
from auditapp.services import earlier
from auditapp.services.earlier import Preview


@click.group()
def audits() -> None:
    """Bring in the results of earlier audits."""


@audits.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tool", required=True, help="The slug of the published audit tool that the results are of.")
@click.option("--dry-run", is_flag=True, help="Say what the file would do, and change nothing.")
def import_results(file: Path, *, tool: str, dry_run: bool) -> None:
    """Bring in earlier results from a CSV file or a workbook, one row for each audit. Twice changes nothing.

    The headings are case reference, date, team, case type, overall, and the code or name of each domain of the tool;
    team and case type may be left out. A grade is its label or its stored value; Not applicable; Not judged, or blank.

    \b
    Example:
      auditapp audits import inspections.csv --tool ofsted-sif --dry-run
    """
    at = utc_now()
    with opened() as database:
        with database.reading() as session:
            results = earlier.read_results(session, file, name=file.name, tool=tool, by=COMMAND_LINE, at=at)
            preview = earlier.preview_results(session, results, tool=tool)
        if not dry_run:
            with progress_bar("Earlier results") as progress, database.transaction() as session:
                preview = earlier.import_results(session, results, tool=tool, by=COMMAND_LINE, at=at, progress=progress)
    for line in _said(results, preview):
        click.echo(line)
    click.echo("Nothing was changed: this was a dry run." if dry_run else "The results were accepted.")


def _said(results: EarlierResults, preview: Preview) -> list[str]:
    """What was understood of a file, a line each."""
    days = [audit.on for audit in results.audits]
    cases = len({audit.case_reference for audit in results.audits})
    period = f"{say_date(min(days))} to {say_date(max(days))}"
    return [
        *results.notes,
        *([f"Not read: {', '.join(results.dropped_columns)}"] if results.dropped_columns else []),
        f"{say_audits(len(days))} of {say_count(cases, 'case')}, {period}.",
        f"{len(preview.new)} new, {preview.known} here already.",
    ]
