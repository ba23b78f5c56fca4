"""The commands of the schedule."""

import logging
import os
import sys

import click

from auditapp.cli.context import opened
from auditapp.clocks import clock_of, read_moment
from auditapp.config import Settings
from auditapp.jobs.keeper import Keeper
from auditapp.jobs.office import office_of
from auditapp.jobs.scheduler import SECONDS, run
from auditapp.jobs.tick import tick as do_what_is_due


@click.command()
@click.option("--every", default=float(SECONDS), show_default=True, help="Seconds between two looks at the clock.")
@click.option("--parent", default=0, hidden=True, help="The process with which this one ends.")
@click.option("--keep", is_flag=True, hidden=True, help="Start it in a process of its own, and again when that dies.")
def scheduler(*, every: float, parent: int, keep: bool) -> None:
    """Do what the schedule says when it is due: open months, remind, escalate, send the post. Runs until it is ended.

    Several may be started, on one machine or on many: one leads, and another takes over when it is gone. 'auditapp run'
    starts one too, unless it is told not to.

    \b
    Example:
      auditapp scheduler
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    if keep:
        command = [sys.executable, "-m", "auditapp", "scheduler", "--every", str(every), "--parent", str(os.getpid())]
        Keeper(command, parent=parent).run()
        return
    settings = Settings.from_environment()
    with opened() as database:
        run(office_of(settings, database), clock_of(settings.clock), every=every, parent=parent)


@click.command()
@click.option("--at", help="The moment to do it for, in London, such as 2026-12-01T07:00. Without it, now.")
def tick(*, at: str | None) -> None:
    """Do once everything that is due by a moment. What was done already is not done again.

    \b
    Example:
      auditapp tick --at 2026-12-01T07:00
    """
    settings = Settings.from_environment()
    now = clock_of(settings.clock)()
    moment = read_moment(at) if at else now
    if settings.is_production and moment > now:
        # What is noted as done for a day to come would not be done when that day comes.
        raise click.UsageError("Give a moment that has come. Days to come can be played with a demonstration alone.")
    with opened() as database:
        done = do_what_is_due(office_of(settings, database), moment)
    click.echo(f"{done.jobs} done, {done.sent} sent.")
    if done.failed:
        raise click.ClickException(f"These failed and are left for the next time: {', '.join(done.failed)}.")
