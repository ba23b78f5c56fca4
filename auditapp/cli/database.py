"""Commands for the database as a whole."""

from datetime import datetime

import click

from auditapp.cli.context import opened, utc_now
from auditapp.config import Settings
from auditapp.domain.calendar import LONDON
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.persistence.database import Database
from auditapp.persistence.schema import is_empty, upgrade
from auditapp.services import tools, upkeep


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def upgrade_database() -> None:
    """Make a new database, or bring an older one forward, with the tools that ship. Whole, or not at all.

    \b
    Example:
      auditapp db upgrade
    """
    settings = Settings.from_environment()
    settings.make_instance()
    database = Database(settings.database_url)
    was_new = is_empty(database)
    upgrade(database)
    install_tools(database)
    database.close()
    click.echo("The database was made." if was_new else "The database is up to date.")


@db.command("tidy")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M"]),
    help="The moment to tidy for, in London. Without it, now.",
)
def tidy_database(at: datetime | None) -> None:
    """Remove what can have no effect any more. Whole, or not at all; run it once a day.

    Removed are sign-ins and one-time links 30 days after their end, what became of forms after 30 days, counts of
    failed sign-ins that are over, and files that nobody accepted within a day. Nothing that anybody wrote is touched.

    \b
    Example:
      auditapp db tidy
    """
    with opened() as database, database.transaction() as session:
        removed = upkeep.tidy(session, by=COMMAND_LINE, at=at.replace(tzinfo=LONDON) if at else utc_now())
    for leftover, count in removed.items():
        click.echo(f"{leftover.label}: {count:,}")
    click.echo("These were removed." if any(removed.values()) else "There was nothing to remove.")


def install_tools(database: Database) -> None:
    """Publish the tools that ship with the product, where the database does not have them."""
    with database.transaction() as session:
        tools.install_shipped(session, at=utc_now())
