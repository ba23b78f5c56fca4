"""Commands for the trail."""

import os
from pathlib import Path

import click

from auditapp.cli.context import opened, progress_bar, utc_now
from auditapp.config import Settings
from auditapp.domain.calendar import say_instant
from auditapp.domain.errors import Refused
from auditapp.services import trail as trails
from auditapp.services.trail import Checkpoint, Verdict

MOST_SHOWN = 20


@click.group()
def trail() -> None:
    """Check that the record of who did what is whole."""


@trail.command("verify")
@click.option(
    "--checkpoint",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of 'auditapp trail checkpoint', kept elsewhere: shows rehashed chains and cut tails too.",
)
@click.pass_context
def verify(context: click.Context, file: Path | None) -> None:
    """Read the whole trail again and name the first event of each chain that was altered, removed or moved.

    \b
    Example:
      auditapp trail verify --checkpoint /mnt/elsewhere/trail-2026-12-03.json
    """
    checkpoint = _read(file) if file else None
    with opened() as database, database.reading() as session, progress_bar("Reading the trail") as progress:
        verdict = trails.verify(session, checkpoint=checkpoint, progress=progress)
    _tell(verdict, checkpoint)
    context.exit(0 if verdict.is_whole else 1)


@trail.command("checkpoint")
@click.option(
    "--out",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A new file, in a place that the database's own account cannot write to.",
)
def write_checkpoint(file: Path) -> None:
    """Write what every chain of the trail ends with now, signed, into a new file to be kept elsewhere.

    \b
    Example:
      auditapp trail checkpoint --out /mnt/elsewhere/trail-2026-12-03.json
    """
    secret_key = Settings.from_environment().secret_key
    with opened() as database, database.reading() as session:
        content = trails.checkpoint(session, secret_key=secret_key, at=utc_now())
    _write(file, content)
    click.echo(f"The checkpoint is in {file}. Check the trail with: auditapp trail verify --checkpoint {file}")


def _read(file: Path) -> Checkpoint:
    return trails.read_checkpoint(file.read_bytes(), secret_key=Settings.from_environment().secret_key)


def _write(file: Path, content: bytes) -> None:
    """Write a new file whole; an earlier checkpoint is never replaced, for it may be the one that still knows."""
    try:
        with file.open("xb") as opened_file:
            opened_file.write(content)
            opened_file.flush()
            os.fsync(opened_file.fileno())
    except FileExistsError:
        raise Refused(f"{file} is there already. Earlier checkpoints are kept: choose a new name.") from None
    except OSError as problem:
        raise Refused(f"{file} cannot be written: {problem.strerror}. Choose another place.") from None


def _tell(verdict: Verdict, checkpoint: Checkpoint | None) -> None:
    click.echo(str(verdict))
    for fault in verdict.faults[:MOST_SHOWN]:
        click.echo(f"  {fault}")
    if len(verdict.faults) > MOST_SHOWN:
        click.echo(f"  and {len(verdict.faults) - MOST_SHOWN:,} chains more.")
    if checkpoint:
        click.echo(f"It was compared with the checkpoint of {say_instant(checkpoint.made_at)}.")
    else:
        click.echo(
            "Without a checkpoint, a rehashed chain or a cut tail cannot be seen: see 'auditapp trail checkpoint'."
        )
