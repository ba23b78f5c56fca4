"""Commands for cycles of audits."""

import secrets
import sys

import click

from auditapp.cli.context import opened, progress_bar, utc_now
from auditapp.domain.calendar import Month
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.persistence.queries.cycles import months
from auditapp.services import cycles as running


@click.group()
def cycles() -> None:
    """Open months, and perform their draws again."""


@cycles.command("open")
@click.argument("kind", type=click.Choice(["qop"]))
@click.argument("month")
def open_month(kind: str, month: str) -> None:  # noqa: ARG001  the word is part of the command
    """Draw a month's sample, share the audits out, and put them on each manager's list. Twice changes nothing.

    \b
    Example:
      auditapp cycles open qop 2026-12
    """
    wanted, seed = Month.parse(month), secrets.token_hex(16)
    with opened() as database, database.transaction() as session:
        cycle = running.open_month(session, wanted, seed=seed, by=COMMAND_LINE, at=utc_now())
        is_ours = running.draw_of(session, cycle).seed == seed
    if is_ours:
        click.echo(f"{wanted.label} is open: {cycle.target} audits are owed.")
    else:
        click.echo(f"{wanted.label} was open already. Nothing was changed.")


@cycles.command("verify-draw")
@click.argument("month", required=False)
def verify_draw(month: str | None) -> None:
    """Perform the draw of a month again from its case list and seed, or of every month, and name every difference.

    \b
    Example:
      auditapp cycles verify-draw 2026-12
    """
    with opened() as database, database.reading() as session, progress_bar("Performing draws again") as progress:
        wanted = [Month.parse(month)] if month else [row.month for row in months(session)]
        differences = []
        for place, one in enumerate(wanted):
            cycle = running.find_month(session, one)
            if cycle is None:
                raise Refused(f"{one.label} was not opened, so it has no draw.")
            differences += [f"{one.label}: {difference}" for difference in running.verify_draw(session, cycle)]
            progress(place + 1, len(wanted))
    if differences:
        click.echo("\n".join(differences), err=True)
        sys.exit(1)
    click.echo(f"{len(wanted)} {'draw holds' if len(wanted) == 1 else 'draws hold'}.")
