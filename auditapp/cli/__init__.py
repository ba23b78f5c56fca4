"""The command line: `auditapp`. A command ends with 0, with 1 where it was refused, with 2 where it was misused."""

import os
import sys

import click
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from auditapp.cli.audits import audits
from auditapp.cli.cases import cases
from auditapp.cli.cycles import cycles
from auditapp.cli.database import db
from auditapp.cli.demo import demo
from auditapp.cli.people import people
from auditapp.cli.reports import report
from auditapp.cli.run import run
from auditapp.cli.scheduler import scheduler, tick
from auditapp.cli.tools import tools
from auditapp.cli.trail import trail
from auditapp.domain.errors import DomainError, InvalidFile

# In our words alone: those of the database may quote what is stored, and the address with its password.
DATABASE_FAULTS: dict[type[DatabaseError], str] = {
    DatabaseError: (
        "What AUDITAPP_DATABASE_URL names is no database, or is damaged. Name another place, or bring a backup back."
    ),
    OperationalError: (
        "The database cannot be used: check that AUDITAPP_DATABASE_URL is right and that the database runs and has "
        "room, then run the command again."
    ),
    IntegrityError: (
        "Somebody else stored the same at the same time: run the command again, and it begins with what is there now."
    ),
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="auditapp")
def commands() -> None:
    """Case-file audits: sampling and quota, audits, findings.

    Settings come from the environment (AUDITAPP_DATABASE_URL and others, see the README).
    """


for command in (audits, cases, cycles, db, demo, people, report, run, scheduler, tick, tools, trail):
    commands.add_command(command)


def main() -> None:
    """Run a command; say a refusal in a sentence instead of a traceback."""
    os.umask(0o077)  # the database, the secret and what is written out are for the account of the service alone
    try:
        commands()
    except DomainError as refusal:
        click.echo(refusal.message, err=True)
        if isinstance(refusal, InvalidFile):
            for problem in refusal.problems:
                click.echo(f"  {problem}", err=True)
        sys.exit(1)
    except DatabaseError as fault:
        if type(fault) not in DATABASE_FAULTS:
            raise
        click.echo(DATABASE_FAULTS[type(fault)], err=True)
        sys.exit(1)
    except OSError as fault:
        if not isinstance(fault.filename, str | os.PathLike):
            raise
        place = os.fspath(fault.filename)
        click.echo(f"{place} cannot be used: {fault.strerror}. Name another and run the command again.", err=True)
        sys.exit(1)
