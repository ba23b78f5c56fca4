"""The command line: `auditapp`. A command ends with 0, with 1 where it was refused, with 2 where it was misused."""

import sys

import click

from auditapp.cli.audits import audits
from auditapp.cli.cases import cases
from auditapp.cli.cycles import cycles
from auditapp.cli.database import db
from auditapp.cli.demo import demo
from auditapp.cli.people import people
from auditapp.cli.reports import report
from auditapp.cli.run import run
from auditapp.cli.tools import tools
from auditapp.cli.trail import trail
from auditapp.domain.errors import DomainError, InvalidFile


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="auditapp")
def commands() -> None:
    """Case-file audits: sampling and quota, audits, findings.

    Settings come from the environment (AUDITAPP_DATABASE_URL and others, see the README).
    """


for command in (audits, cases, cycles, db, demo, people, report, run, tools, trail):
    commands.add_command(command)


def main() -> None:
    """Run a command; say a refusal in a sentence instead of a traceback."""
    try:
        commands()
    except DomainError as refusal:
        click.echo(refusal.message, err=True)
        if isinstance(refusal, InvalidFile):
            for problem in refusal.problems:
                click.echo(f"  {problem}", err=True)
        sys.exit(1)
