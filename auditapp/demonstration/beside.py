"""What runs beside the months of a demonstration: supervision audits each month, a finished theme and a running one."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.demonstration import plans
from auditapp.demonstration.hours import first_working_day, moment
from auditapp.demonstration.months import Months
from auditapp.demonstration.plans import Plan
from auditapp.demonstration.story import Story, find_given
from auditapp.domain.calendar import Month
from auditapp.domain.programme import Plan as Planned
from auditapp.domain.themes import Choice
from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import CaseType, ProgrammeKind
from auditapp.domain.working_days import add_working_days
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.services.programme import add_entry
from auditapp.services.supervision import open_supervision
from auditapp.services.themes import open_theme

RUNS_FOR, REPORT_AFTER = 25, 10
"""For how many working days the audits of a theme run, and how many later its report is due."""
EARLY = 3
"""Of the running theme, so many audits wait for somebody to begin."""


@dataclass(frozen=True, slots=True)
class Told:
    """A theme of the story: its plan but for the days, and in which month, counted back from the latest, it began."""

    months_ago: int
    title: str
    practice_area: str
    key_lines: tuple[str, ...]
    case_types: tuple[CaseType, ...]
    size: int
    is_finished: bool


THEMES = (
    Told(
        4,
        "Neglect",
        "Child protection planning where neglect is the concern",
        (
            "Is neglect named, and by whom?",
            "Is it measured over time with a tool?",
            "Do plans say what has to change, and by when?",
        ),
        (CaseType.CP, CaseType.CIN),
        10,
        is_finished=True,
    ),
    Told(
        0,
        "Contact with brothers and sisters",
        "Care planning for children who are looked after",
        (
            "Do children see their brothers and sisters as often as they want to?",
            "Who decides, and is the reason recorded?",
        ),
        (CaseType.LAC,),
        8,
        is_finished=False,
    ),
)


def plan_supervision(story: Story, months: Months, month: Month) -> None:
    """Put the opening of a month's supervision audits into the diary; their auditors do the rest."""
    chance, day = story.chance(month, "supervision"), first_working_day(month)

    def open_files(session: Session, at: datetime) -> None:
        seed = f"{chance.getrandbits(128):032x}"
        cycle = open_supervision(session, month, seed=seed, by=story.quality(chance), at=at)
        hand_over(session, story, months, cycle, given_on=day)

    story.diary.plan(moment(day, 11, 30), open_files)


def plan_themes(story: Story, months: Months, *, latest: Month, first: Month) -> None:
    """Put the themes that began within the story into the diary."""
    for told in THEMES:
        month = latest.plus(-told.months_ago)
        if month >= first:
            _plan_theme(story, months, told, day=add_working_days(first_working_day(month), 1))


def _plan_theme(story: Story, months: Months, told: Told, *, day: date) -> None:
    chance, due_on = story.chance(told.title), add_working_days(day, RUNS_FOR)

    def start(session: Session, at: datetime) -> None:
        plan = Planned(
            kind=ProgrammeKind.THEMATIC,
            title=told.title,
            practice_area=told.practice_area,
            key_lines="\n".join(told.key_lines),
            tool=QOP,
            size=told.size,
            case_types=told.case_types,
            starts_on=day,
            ends_on=due_on,
            report_due_on=add_working_days(due_on, REPORT_AFTER),
        )
        seed = f"{chance.getrandbits(128):032x}"
        by, key = story.quality(chance), f"demo{told.months_ago}{chance.getrandbits(40):010x}"
        (entry,) = add_entry(session, plan, repeated=False, by=by, at=at)
        cycle = open_theme(session, entry, Choice(), key=key, seed=seed, by=by, at=at)
        hand_over(session, story, months, cycle, given_on=day, waiting=0 if told.is_finished else EARLY)

    story.diary.plan(moment(day, 11, 45), start)


def hand_over(
    session: Session, story: Story, months: Months, cycle: Cycle, *, given_on: date, waiting: int = 0
) -> None:
    """Decide what becomes of each audit of a cycle: all are written in time, but the last ones of a running theme."""
    given = find_given(session, story.council, Audit.cycle_id == cycle.id)
    for place, one in enumerate(given):
        months.give(one, _plan_for(story, one.reference, waits=place >= len(given) - waiting), given_on=given_on)


def _plan_for(story: Story, reference: str, *, waits: bool) -> Plan:
    if waits:
        return plans.never_begun()
    return replace(plans.given_instead(story.chance(reference, "plan")), returned=None)
