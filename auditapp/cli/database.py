"""Commands for the database as a whole."""

import click

from auditapp.cli.context import utc_now
from auditapp.config import Settings
from auditapp.persistence.database import Database
from auditapp.persistence.schema import upgrade
from auditapp.services import tools


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def upgrade_database() -> None:
    r"""Make a new database, or bring an older one forward, with the tools that ship. Whole, or not at all.

    \b
    Example:
      auditapp db upgrade
    """
    settings = Settings.from_environment()
    settings.instance.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    upgrade(database)
    install_tools(database)
    database.close()
    click.echo("The database is up to date.")


def install_tools(database: Database) -> None:
    """Publish the tools that ship with the product, where the database does not have them."""
    with database.transaction() as session:
        tools.install_shipped(session, at=utc_now())
