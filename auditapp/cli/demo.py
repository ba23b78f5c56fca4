"""The command that fills a database with invented people and a year of their work."""

import click

from auditapp.cli.context import opened, progress_bar, utc_now
from auditapp.config import Settings
from auditapp.demonstration import build
from auditapp.domain.calendar import london_day
from auditapp.domain.errors import SettingsError
from auditapp.domain.passwords import DEMONSTRATION_WORDS
from auditapp.persistence.database import Database
from auditapp.persistence.schema import is_empty, upgrade


@click.command()
@click.option("--reset", is_flag=True, help="Make a demonstration that is there anew, as of today.")
def demo(*, reset: bool) -> None:
    """Fill a new database with invented people, cases and a year of audits. It takes about 15 seconds.

    A database that holds anything else is refused and left as it is, with --reset too.

    \b
    Example:
      auditapp demo --reset
    """
    settings = Settings.from_environment()
    check_private(settings)
    _make_if_new(settings)
    with opened() as database, progress_bar("Demonstration") as progress:
        build(database, today=london_day(utc_now()), progress=progress, reset=reset)
    click.echo("The demonstration is ready.")
    say_how_to_sign_in()


def _make_if_new(settings: Settings) -> None:
    """Make the database where there is none; an older one, which may hold real work, is left to 'db upgrade'."""
    settings.make_instance()
    database = Database(settings.database_url)
    if is_empty(database):
        upgrade(database)
    database.close()


def check_private(settings: Settings) -> None:
    """Refuse a demonstration, whose password everybody knows, where others than this machine's user are served."""
    if settings.is_production:
        raise SettingsError(
            "A demonstration is not served at a public address. Run without it, or at http://127.0.0.1."
        )


def say_how_to_sign_in() -> None:
    """Print the accounts to begin with; the sign-in page lists them all."""
    click.echo("Sign in as qa@demo.example, manager@demo.example or board@demo.example")
    click.echo(f"with the password: {DEMONSTRATION_WORDS}")
