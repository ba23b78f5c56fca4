"""Commands for people."""

from collections.abc import Iterable
from pathlib import Path

import click

from auditapp.cli.context import opened, progress_bar, utc_now
from auditapp.config import Settings
from auditapp.domain.errors import Refused
from auditapp.domain.passwords import INVITATION_LASTS
from auditapp.domain.people import Grant
from auditapp.domain.people_lists import ListedPerson, PeopleList, Preview
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.services import accounts, people_import


@click.group()
def people() -> None:
    """Add, invite and import people."""


@people.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), help="What the person is here."
)
@click.option("--team", help="The team, for an auditor or a practitioner.")
@click.option("--service", help="The service, for a head of service or an assistant director.")
@click.option("--agency", help="The agency, for a partner auditor.")
def add(email: str, name: str, role: str, team: str | None, service: str | None, agency: str | None) -> None:
    """Add somebody and print a one-time link with which they choose a password.

    \b
    Example:
      auditapp people add ada@example.gov.uk --name 'Ada Example' --role administrator
    """
    with opened() as database, database.transaction() as session:
        grant = Grant(Role.of(role), team=team, service=service, agency=agency)
        person = accounts.add_person(session, email, name=name, grants=[grant], by=COMMAND_LINE, at=utc_now())
        secret = accounts.invite(session, person, by=COMMAND_LINE, at=utc_now())
    click.echo(f"{person.name} was added. {_say_link(secret)}")


@people.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a new one-time link for somebody who forgot a password or let a link expire. Earlier links end.

    \b
    Example:
      auditapp people link ada@example.gov.uk
    """
    with opened() as database, database.transaction() as session:
        person = accounts.find_by_email(session, email)
        secret = accounts.invite(session, person, by=COMMAND_LINE, at=utc_now())
    click.echo(f"{person.name} has a new link. {_say_link(secret)}")


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what the list would do, and change nothing.")
@click.option("--links", is_flag=True, help="Print a one-time link for everybody who was added.")
def import_list(file: Path, *, dry_run: bool, links: bool) -> None:
    """Add and change people from a CSV file or a workbook, one row for each role of each person.

    The headings are name, email, role, team, service, agency and working time; the first three are needed. Somebody
    on the list has the roles of the list afterwards and no others; whoever is not on it stays as they are. A row
    without a person adds the service, team or agency that it names.

    \b
    Example:
      auditapp people import people.csv --dry-run
    """
    with opened() as database:
        with database.reading() as session:
            listed = people_import.read_people(session, file, name=file.name, by=COMMAND_LINE)
            preview = people_import.preview_people(session, listed)
        if not dry_run:
            with progress_bar("People") as progress, database.transaction() as session:
                preview = people_import.import_people(session, listed, by=COMMAND_LINE, at=utc_now(), progress=progress)
        invited = _invited(database, preview.added) if links and not dry_run else []
    for line in _said(listed, preview):
        click.echo(line)
    if preview.refusal:
        raise Refused(preview.refusal)
    if dry_run:
        click.echo("Nothing was changed: this was a dry run.")
        return
    click.echo("The list was accepted.")
    for email, secret in invited:
        click.echo(f"{email}: {_address(secret)}")


def _invited(database: Database, added: Iterable[ListedPerson]) -> list[tuple[str, str]]:
    """Return the address and the secret of everybody who was added."""
    with database.transaction() as session:
        people = [accounts.find_by_email(session, person.email) for person in added]
        return [(person.email, accounts.invite(session, person, by=COMMAND_LINE, at=utc_now())) for person in people]


def _say_link(secret: str) -> str:
    return f"This link works once, for {INVITATION_LASTS.days} days:\n{_address(secret)}"


def _address(secret: str) -> str:
    return f"{Settings.from_environment().base_url}/invitation/{secret}"


def _said(listed: PeopleList, preview: Preview) -> list[str]:
    """Say what a list does, a line each."""
    return [
        *(f"Note: {note}" for note in listed.notes),
        *(f"Not read: {heading}" for heading in listed.dropped_columns),
        *(f"New service: {name}" for name in listed.services),
        *(f"New team: {team.name}, in {team.service}" for team in listed.teams),
        *(f"New agency: {name}" for name in listed.agencies),
        *(f"Added: {person.name}, {person.email}" for person in preview.added),
        *(f"Changed: {person.name}, {person.email}. {'; '.join(person.changes)}" for person in preview.changed),
        f"{len(preview.added)} added, {len(preview.changed)} changed, {preview.unchanged} as they were.",
    ]
