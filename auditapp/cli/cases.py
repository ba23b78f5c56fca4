"""Commands for case lists."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from auditapp.cli.context import opened, progress_bar, utc_now
from auditapp.config import Settings
from auditapp.documents.file_limits import MIB, FileLimits
from auditapp.domain.annex_a import NAMES
from auditapp.domain.calendar import say_date
from auditapp.domain.list_doubts import doubts
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.understanding import Understanding
from auditapp.domain.wording import say_count
from auditapp.services.cases import Preview, accept_case_list, check_day, preview_case_list, read_case_list

MOST_TEAMS = 100


@click.group()
def cases() -> None:
    """Import case lists."""


@cases.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-of", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day whose children it shows.")
@click.option("--dry-run", is_flag=True, help="Say what was understood, and change nothing.")
def import_list(file: Path, *, as_of: datetime, dry_run: bool) -> None:
    """Import a case list: Ofsted's Annex A workbook, or a CSV file with the same four columns.

    Only the child's identifier, the list or status, the team and the worker are kept. A list with anything wrong in
    it is refused whole, and every wrong cell is named. Importing the same list again changes nothing.

    \b
    Example:
      auditapp cases import annex-a.xlsx --as-of 2026-10-31 --dry-run
    """
    at, limits = utc_now(), FileLimits(file=Settings.from_environment().upload_megabytes * MIB)
    with opened() as database:
        check_day(as_of.date(), at=at)
        with progress_bar("Reading") as progress:
            case_list, understanding = read_case_list(
                file, name=file.name, as_of=as_of.date(), limits=limits, progress=progress
            )
        with database.reading() as session:
            preview = preview_case_list(session, case_list)
        odd = doubts(case_list, file_name=file.name, before=preview.before, changes=preview.changes)
        for line in (*_said(understanding), *_changes(preview), *(f"To check: {doubt}" for doubt in odd)):
            click.echo(line)
        if dry_run:
            click.echo("Nothing was changed: this was a dry run.")
            return
        with database.transaction() as session:
            accept_case_list(
                session, case_list, understanding=understanding, file_name=file.name, by=COMMAND_LINE, at=at
            )
    click.echo("Nothing was changed." if preview.same else "The list was imported.")


def _said(understanding: Understanding) -> Iterator[str]:
    """Say what was understood of a file, a line each."""
    for read in sorted(understanding.lists, key=lambda read: read.number):
        yield f"{read.sheet} ({NAMES[read.number]}): {say_count(sum(read.rows.values()), 'row')}"
        yield from (f"  {outcome.label}: {n:,}" for outcome, n in read.rows.items())
        yield f"  Kept: {', '.join(read.kept_columns)}"
        yield f"  Dropped unread: {', '.join(read.dropped_columns) or 'nothing'}"
    if understanding.other_sheets:
        yield f"Sheets that were not read: {', '.join(understanding.other_sheets)}"
    yield f"Children: {sum(understanding.types.values()):,}"
    yield from (f"  {case_type.label}: {n:,}" for case_type, n in understanding.types.items())
    yield f"Teams: {len([team for team in understanding.teams if team]):,}"
    yield from (f"  {team or 'No team'}: {n:,}" for team, n in [*understanding.teams.items()][:MOST_TEAMS])
    if len(understanding.teams) > MOST_TEAMS:
        yield f"  and {len(understanding.teams) - MOST_TEAMS:,} more"
    yield from (f"To check: {warning}" for warning in understanding.warnings)


def _changes(preview: Preview) -> Iterator[str]:
    """Say what a list changes, a line each."""
    if preview.same:
        yield "This list of this day is in force already, child for child."
        return
    if preview.changes and preview.before:
        found = preview.changes
        yield (
            f"Against the list of {say_date(preview.before)}: {found.joined:,} joined, {found.left:,} left, "
            f"{found.changed_type:,} have another type, {found.changed_team:,} another team, "
            f"{found.changed_worker:,} another worker."
        )
    else:
        yield "There is no list before it to compare with."
    if preview.new_teams or preview.new_workers:
        teams, workers = say_count(len(preview.new_teams), "new team"), say_count(preview.new_workers, "new worker")
        yield f"To be matched: {teams} and {workers}."
