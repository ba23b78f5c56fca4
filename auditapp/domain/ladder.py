"""The ladder: who is told about an open audit on which day, from the day it is given out until somebody has acted.

Everything is counted in working days. The auditor is reminded before and on the day; then, one after the other, it is
the team manager, the head of service and the assistant director, while the audit is late. Whatever is asked for stops
it: an audit that is submitted, given back or handed on climbs no further.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from auditapp.domain.calendar import london_day
from auditapp.domain.programme_settings import ProgrammeSettings
from auditapp.domain.schedule import london_moment
from auditapp.domain.vocabulary import NoticeKind
from auditapp.domain.working_days import add_working_days, is_working_day

CONCERNS_BY = time(16)

# What tells an auditor of their own audit, before it climbs.
REMINDERS = frozenset({NoticeKind.ASSIGNED, NoticeKind.SOON, NoticeKind.DUE})
# What a person can choose not to be sent: that somebody is told because nothing happened, nobody can.
DECLINABLE = REMINDERS | {NoticeKind.ACTION_SOON}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an audit's ladder, and the day on which it is due."""

    kind: NoticeKind
    day: date


def steps(assigned_on: date, due_on: date, settings: ProgrammeSettings) -> tuple[Step, ...]:
    """Return every step of an audit that was given out on a day and is due on another, in order of their days."""
    days = {
        NoticeKind.ASSIGNED: assigned_on,
        NoticeKind.SOON: max(assigned_on, add_working_days(due_on, -settings.remind_days)),
        NoticeKind.DUE: due_on,
        NoticeKind.MANAGER: add_working_days(due_on, settings.manager_days),
        NoticeKind.HEAD: add_working_days(due_on, settings.head_days),
        NoticeKind.OFFERED: add_working_days(due_on, settings.offer_days),
        NoticeKind.DIRECTOR: add_working_days(due_on, settings.director_days),
    }
    order = {kind: number for number, kind in enumerate(NoticeKind)}
    return tuple(sorted((Step(kind, day) for kind, day in days.items()), key=lambda step: (step.day, order[step.kind])))


def to_take(all_steps: Collection[Step], *, today: date, taken: Collection[NoticeKind]) -> Iterator[Step]:
    """Yield the steps that are due by a day and were not taken.

    Of the reminders of the auditor only the last one: somebody who was not told for a while is told what counts now,
    not everything that they would have been told.
    """
    due = [step for step in all_steps if step.day <= today]
    reminders = [step for step in due if step.kind in REMINDERS]
    for step in due:
        if step.kind not in taken and (step.kind not in REMINDERS or step is reminders[-1]):
            yield step


def action_steps(due_on: date, settings: ProgrammeSettings) -> tuple[Step, Step]:
    """Return when it is told of an action that it is due soon, and that its date is past."""
    return (
        Step(NoticeKind.ACTION_SOON, add_working_days(due_on, -settings.remind_days)),
        Step(NoticeKind.ACTION_LATE, add_working_days(due_on, 1)),
    )


def concern_steps(raised_at: datetime) -> tuple[datetime, datetime]:
    """Return when a concern that nobody has acknowledged is told to the assistant director, and to the director.

    It is to be acknowledged on the working day on which it was raised, or on the next one where it was raised after
    hours or on a day of rest: that day's afternoon is the first step, noon of the working day after it the second.
    """
    day = london_day(raised_at)
    if not is_working_day(day) or raised_at >= london_moment(day, CONCERNS_BY):
        day = add_working_days(day, 1)
    return london_moment(day, CONCERNS_BY), london_moment(add_working_days(day, 1), time(12))
