"""Commands for audit tools."""

from pathlib import Path

import click

from auditapp.cli.context import opened, utc_now
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import ToolState
from auditapp.services import tools as keeping


@click.group()
def tools() -> None:
    """Bring in audit tools."""


@tools.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publish", is_flag=True, help="Let new audits be made with it; the version before is retired.")
def import_tool(file: Path, *, publish: bool) -> None:
    """Store the audit tool of a definition file as a draft. The same file again changes nothing.

    \b
    Example:
      auditapp tools import quality-of-practice-2.yaml --publish
    """
    at = utc_now()
    with opened() as database, database.transaction() as session:
        version = keeping.import_tool(session, file.read_bytes(), name=file.name, by=COMMAND_LINE, at=at)
        if publish and version.state is not ToolState.PUBLISHED:
            keeping.publish(session, version, by=COMMAND_LINE, at=at)
    click.echo(f"{version.tool.title}: {version.state.label.lower()}.")
