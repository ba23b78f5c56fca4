"""The command that serves the pages."""

import os
import socket
import subprocess  # nosec B404
import sys
from typing import NoReturn

import click

from auditapp.cli.context import progress_bar, utc_now
from auditapp.cli.database import install_tools
from auditapp.cli.demo import check_private, say_how_to_sign_in
from auditapp.config import Settings
from auditapp.demonstration import build_if_new
from auditapp.domain.calendar import london_day
from auditapp.domain.errors import SettingsError
from auditapp.persistence.database import Database
from auditapp.persistence.queries.accounts import is_demonstration
from auditapp.persistence.schema import is_current, upgrade


@click.command()
@click.option(
    "--demo", is_flag=True, help="Make the database if it is new, and fill it with invented people and cases."
)
@click.option("--workers", default=2, show_default=True, help="Processes that serve.")
@click.option("--threads", default=8, show_default=True, help="Threads of each process.")
@click.option(
    "--scheduler/--no-scheduler",
    "schedules",
    default=True,
    help="Start a scheduler beside it, or leave that to 'auditapp scheduler'.",
)
def run(*, demo: bool, workers: int, threads: int, schedules: bool) -> None:
    """Serve the pages at AUDITAPP_BASE_URL's port on this machine, for a reverse proxy or for yourself.

    \b
    Example:
      auditapp run
    """
    settings = Settings.from_environment()
    settings.make_instance()
    database = Database(settings.database_url)
    if demo:
        check_private(settings)
        _demonstrate(database)
    elif not is_current(database):
        raise SettingsError("The database is new or older than this version. Run 'auditapp db upgrade' first.")
    with database.reading() as session:
        is_demo = is_demonstration(session)
    database.close()
    if is_demo:
        check_private(settings)
    check_port(settings)
    click.echo(f"Case-file audits are at {settings.base_url}")
    if is_demo:
        say_how_to_sign_in()
    if schedules:
        start_scheduler()
    serve(settings, workers=workers, threads=threads)


def check_port(settings: Settings) -> None:
    """Refuse to start where something else listens, before anybody is told that the service is there."""
    try:
        socket.create_server(("127.0.0.1", settings.port)).close()
    except OSError as problem:
        raise SettingsError(
            f"Nothing can be served on port {settings.port} of this machine: {problem.strerror}. "
            f"End what listens there, or set AUDITAPP_BASE_URL to another port, http://127.0.0.1:{settings.port + 1}"
        ) from problem


def _demonstrate(database: Database) -> None:
    """Migrate; fill a database that is new, and leave one that is not as it is."""
    upgrade(database)
    with progress_bar("Demonstration") as progress:
        build_if_new(database, today=london_day(utc_now()), progress=progress)
    install_tools(database)


def start_scheduler() -> None:
    """Start a scheduler that ends with this process, whatever this process becomes, and is started again if it dies."""
    command = [sys.executable, "-m", "auditapp", "scheduler", "--keep", "--parent", str(os.getpid())]
    # Fixed words and no shell: nothing that somebody typed is run.
    subprocess.Popen(command)  # noqa: S603  # nosec B603


def serve(settings: Settings, *, workers: int, threads: int) -> NoReturn:
    """Become the server of this system: each of its processes makes the application, and connections, of its own."""
    sys.stdout.flush()
    if sys.platform == "win32":
        server = ["waitress", f"--listen=127.0.0.1:{settings.port}", f"--threads={workers * threads}", "--call"]
        application = "auditapp:create_app"
    else:
        # Threads, because a process with one would be held by whoever sends slowly.
        server = ["gunicorn", f"--bind=127.0.0.1:{settings.port}", f"--workers={workers}", f"--threads={threads}"]
        server += ["--worker-class=gthread", "--timeout=120", "--log-level=warning"]
        # Nobody steers it from outside, and a service account has no home folder for the socket.
        server += ["--no-control-socket"]
        application = "auditapp:create_app()"
    # Fixed words and no shell: nothing that somebody typed is run.
    os.execv(sys.executable, [sys.executable, "-m", *server, application])  # noqa: S606  # nosec B606
