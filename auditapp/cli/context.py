"""What every command stands on: the settings, a database that is up to date, the moment, and progress on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from auditapp.clocks import clock_of
from auditapp.config import Settings
from auditapp.domain.errors import SettingsError
from auditapp.persistence.database import Database
from auditapp.persistence.schema import is_current

Progress = Callable[[int, int], None]


def utc_now() -> datetime:
    """Return this moment, by the clock of the settings."""
    return clock_of(Settings.from_environment().clock)()


@contextmanager
def opened() -> Iterator[Database]:
    """Give the database of the settings, if it has every migration."""
    database = Database(Settings.from_environment().database_url)
    try:
        if not is_current(database):
            raise SettingsError("The database is new or older than this version. Run 'auditapp db upgrade' first.")
        yield database
    finally:
        database.close()


@contextmanager
def progress_bar(label: str) -> Iterator[Progress]:
    """Give a function that is told how far some work is, and shows it where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=1000, label=label, file=sys.stderr) as bar:
        yield lambda done, total: bar.update(1000 * done // max(total, 1) - bar.pos)
