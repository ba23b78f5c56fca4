"""Who is away in a demonstration: leave that was approved or refused, somebody who is off sick now, what waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from auditapp.demonstration.chance import Chance
from auditapp.demonstration.hours import some_moment
from auditapp.demonstration.people import ASSISTANT_DIRECTOR, HEADS, MANAGERS, QUALITY, SERVICES, Invented
from auditapp.demonstration.story import Story
from auditapp.domain.absences import Asked
from auditapp.domain.calendar import london_day
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AbsenceKind
from auditapp.domain.working_days import add_working_days
from auditapp.services import absences

LEAVE, EXEMPTION = AbsenceKind.ABSENCE, AbsenceKind.EXEMPTION


@dataclass(frozen=True, slots=True)
class Told:
    """An absence of the story. Days are working days from the last day of the demonstration, before it where negative.

    `asked_on` and `decided_on` are days too; without the second nobody has decided yet. `refusal` says why not.
    """

    who: Invented
    kind: AbsenceKind
    first: int
    last: int
    reason: str
    asked_on: int
    decided_on: int | None = None
    refusal: str = ""


LEAD, NORTH, FOURTH, EDGE, CARE, SECOND_CARE, LEAVING, DISABLED = (MANAGERS[at] for at in (0, 2, 6, 7, 8, 9, 10, 11))
ILL_FOR = 9
"""Working days for which somebody is off sick in the end; what others have planned begins later."""

ABSENCES = (
    Told(NORTH, LEAVE, -62, -53, "Summer leave, booked in spring", -80, -78),
    Told(CARE, EXEMPTION, -50, -32, "Leads the move to the new case system until it is live", -58, -55),
    Told(
        EDGE, LEAVE, -30, -28, "Training course", -33, -32, "Two managers of the service are at the same course then."
    ),
    Told(FOURTH, LEAVE, -9, -2, "A planned operation", -25, -24),
    Told(DISABLED, LEAVE, 12, 21, "Leave at the turn of the month", -6, -5),
    Told(LEAD, LEAVE, 15, 19, "Leave that was carried over", -2),
    Told(LEAVING, EXEMPTION, 8, 48, "Acts up as head of service", -1),
    Told(SECOND_CARE, LEAVE, 10, 14, "Jury service", -3),
)


def plan_absences(story: Story, *, last_day: date) -> None:
    """Put the absences of the story into the diary: each is asked for by the person and decided by somebody else."""
    for told in ABSENCES:
        _plan(story, told, last_day=last_day)


def plan_illness(story: Story, ill: Viewer, *, at: datetime) -> None:
    """Let QA hear that somebody is off sick, and their assistant director approve it at once."""

    def enter(session: Session, at: datetime) -> None:
        last = add_working_days(london_day(at), ILL_FOR)
        asked = Asked(LEAVE, london_day(at), last, "Off sick, with a doctor's note for two weeks")
        by = story.council.who(QUALITY[0])
        public_id = absences.enter(session, ill.public_id, asked=asked, by=by, at=at).public_id

        def approve(session: Session, at: datetime) -> None:
            absences.approve(session, public_id, by=story.council.who(ASSISTANT_DIRECTOR), at=at)

        story.diary.plan(at + timedelta(minutes=9), approve)

    story.diary.plan(at, enter)


def _plan(story: Story, told: Told, *, last_day: date) -> None:
    chance = story.chance("absence", told.who.email, told.first)
    person = story.council.who(told.who)
    first, last, asked_on = (add_working_days(last_day, days) for days in (told.first, told.last, told.asked_on))

    def ask(session: Session, at: datetime) -> None:
        asked = Asked(told.kind, first, last, told.reason)
        public_id = absences.enter(session, person.public_id, asked=asked, by=person, at=at).public_id
        if told.decided_on is not None:
            day = add_working_days(last_day, told.decided_on)
            story.diary.plan(some_moment(day, chance), _decide(story, told, public_id))

    _at_its_time(story, chance, asked_on, ask)


def _at_its_time(story: Story, chance: Chance, day: date, ask: Callable[[Session, datetime], None]) -> None:
    """Plan what happens on a day, unless the demonstration begins later."""
    at = some_moment(day, chance)
    if at > story.diary.begins + timedelta(days=3):
        story.diary.plan(at, ask)


def _decide(story: Story, told: Told, public_id: str) -> Callable[[Session, datetime], None]:
    by = story.council.who(ASSISTANT_DIRECTOR if told.kind is EXEMPTION else _head_of(told.who))

    def decide(session: Session, at: datetime) -> None:
        if told.refusal:
            absences.refuse(session, public_id, reason=told.refusal, by=by, at=at)
        else:
            absences.approve(session, public_id, by=by, at=at)

    return decide


def _head_of(who: Invented) -> Invented:
    team = next(grant.team for grant in who.grants if grant.team)
    service = next(service for service, teams in SERVICES.items() if team in teams)
    return next(head for head in HEADS if head.grants[0].service == service)
