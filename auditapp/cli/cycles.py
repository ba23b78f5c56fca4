"""Commands for cycles of audits."""

import secrets
import sys

import click
from sqlalchemy.orm import Session

from auditapp.cli.context import opened, progress_bar, utc_now
from auditapp.cli.parameters import MONTH
from auditapp.domain.calendar import Month
from auditapp.domain.cycle_names import title_of_cycle
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.queries.cycles import drawn_cycles
from auditapp.services import cycles as running
from auditapp.services import supervision


@click.group()
def cycles() -> None:
    """Open months, and perform their draws again."""


@cycles.command("open")
@click.argument("kind", type=click.Choice(["qop", "supervision"]))
@click.argument("month", type=MONTH)
def open_month(kind: str, month: Month) -> None:
    """Draw a month's sample, share the audits out, and put them on each auditor's list. Twice changes nothing.

    \b
    Example:
      auditapp cycles open qop 2026-12
      auditapp cycles open supervision 2026-12
    """
    seed = secrets.token_hex(16)
    open_one = running.open_month if kind == CycleKind.QOP else supervision.open_supervision
    with opened() as database, database.transaction() as session:
        cycle = open_one(session, month, seed=seed, by=COMMAND_LINE, at=utc_now())
        is_ours = running.draw_of(session, cycle).seed == seed
    name = title_of_cycle(cycle.kind, cycle.period)
    if is_ours:
        click.echo(f"{name} is open: its target is {cycle.target} audits.")
    else:
        click.echo(f"{name} was open already. Nothing was changed.")


@cycles.command("verify-draw")
@click.argument("month", required=False, type=MONTH)
def verify_draw(month: Month | None) -> None:
    """Perform the draw of a month again from its case list and seed, or every draw, and name every difference.

    Without a month, the draws of themes and of supervision files are performed again too.

    \b
    Example:
      auditapp cycles verify-draw 2026-12
    """
    with opened() as database, database.reading() as session, progress_bar("Performing draws again") as progress:
        wanted = [_month(session, month)] if month else drawn_cycles(session)
        differences = []
        for place, cycle in enumerate(wanted):
            verify = supervision.verify_supervision if cycle.kind is CycleKind.SUPERVISION else running.verify_draw
            name = title_of_cycle(cycle.kind, cycle.period, cycle.title)
            differences += [f"{name}: {difference}" for difference in verify(session, cycle)]
            progress(place + 1, len(wanted))
    if differences:
        click.echo("\n".join(differences), err=True)
        sys.exit(1)
    if not wanted:
        click.echo("Nothing has been drawn yet, so there is no draw to perform again.")
        return
    click.echo(f"{len(wanted)} {'draw holds' if len(wanted) == 1 else 'draws hold'}.")


def _month(session: Session, wanted: Month) -> Cycle:
    cycle = running.find_month(session, wanted)
    if cycle is None:
        raise Refused(f"{wanted.label} was not opened, so it has no draw.")
    return cycle
