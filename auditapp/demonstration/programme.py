"""The programme of a demonstration's council year: planned in March, approved, changed, started, ticked off."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from auditapp.demonstration.beside import EARLY, REPORT_AFTER, hand_over
from auditapp.demonstration.hours import moment
from auditapp.demonstration.months import Months
from auditapp.demonstration.people import MANAGERS
from auditapp.demonstration.story import Story
from auditapp.domain.calendar import CouncilYear, Month, london_day
from auditapp.domain.permissions import Viewer
from auditapp.domain.programme import Entry, Plan, why_not_done
from auditapp.domain.programme_changes import fingerprint_of
from auditapp.domain.programme_settings import QUOTA
from auditapp.domain.programme_steps import steps_of
from auditapp.domain.themes import Choice
from auditapp.domain.tools import QOP, SUPERVISION
from auditapp.domain.vocabulary import CaseType, ProgrammeKind, ProgrammeState
from auditapp.domain.working_days import add_working_days, working_day_from
from auditapp.persistence.queries.programme import audits_left, entries_starting
from auditapp.services import programme, programme_years
from auditapp.services.programme_steps import tick_step
from auditapp.services.programme_years import Approval
from auditapp.services.themes import open_theme

PLANNED, APPROVED = (3, 10), (3, 26)
"""Month and day, before the year begins, on which it is planned and approved."""
ROUNDS_MOVED, THEME_CANCELLED = (6, 9), (9, 2)
MAY = 5
DONE_AFTER = 3
"""How many working days after its end an entry is ticked off."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the year: its days as months and days, those before April of the next calendar year."""

    title: str
    practice_area: str
    key_lines: str
    begins: tuple[int, int]
    ends: tuple[int, int]
    report: tuple[int, int] | None
    size: int
    case_types: tuple[CaseType, ...] = ()
    kind: ProgrammeKind = ProgrammeKind.THEMATIC
    tool: str = QOP
    led_by: int = 0

    def plan(self, year: CouncilYear, auditors: tuple[str, ...]) -> Plan:
        """Return its plan for a year; `auditors` are public identifiers of those who do it, if not all."""
        return Plan(
            kind=self.kind,
            title=self.title,
            starts_on=_day(year, self.begins),
            ends_on=_day(year, self.ends),
            report_due_on=_day(year, self.report) if self.report else None,
            size=self.size,
            practice_area=self.practice_area,
            key_lines=self.key_lines,
            tool=self.tool,
            case_types=self.case_types,
            auditors=auditors,
        )


CANCELLED = Theme(
    "Private fostering arrangements",
    "Private fostering",
    "Are arrangements known, visited in time and reviewed?",
    begins=(10, 5),
    ends=(10, 23),
    report=(11, 6),
    size=3,
)
WHY_CANCELLED = "Too few arrangements are open for a sample. The fostering service looks at each of them instead."
THEMES = (
    Theme(
        "Return interviews after children go missing",
        "Children who go missing",
        "Was an interview offered within 72 hours?\nDid what the child said change the plan?",
        begins=(5, 5),
        ends=(6, 5),
        report=(6, 26),
        size=4,
        case_types=(CaseType.LAC, CaseType.CP),
        led_by=3,
    ),
    Theme(
        "Minutes of child protection conferences",
        "Child protection conferences",
        "Do the minutes show who decided what, and why?\nWere they shared within 20 working days?",
        begins=(6, 15),
        ends=(7, 17),
        report=(8, 7),
        size=4,
        case_types=(CaseType.CP,),
    ),
    Theme(
        "Decisions in section 47 enquiries",
        "Thresholds",
        "Was the threshold applied the same way across teams?\nIs management oversight recorded at each decision?",
        begins=(9, 7),
        ends=(10, 2),
        report=(10, 23),
        size=4,
        case_types=(CaseType.CP, CaseType.CIN, CaseType.OA),
    ),
    Theme(
        "Education of looked-after children",
        "Looked-after children",
        "Is the personal education plan up to date?\nWhat was done about missed school days?",
        begins=(11, 2),
        ends=(12, 11),
        report=(1, 8),
        size=5,
        case_types=(CaseType.LAC,),
        led_by=4,
    ),
    Theme(
        "Pathway plans of care leavers",
        "Leaving care",
        "Does the plan say what the young person wants?\nWas it reviewed within six months?",
        begins=(1, 11),
        ends=(2, 5),
        report=(2, 26),
        size=4,
        case_types=(CaseType.CL,),
    ),
    Theme(
        "Neglect, from first contact to plan",
        "Neglect",
        "Was neglect named early?\nDid the plan change what daily life is like for the child?",
        begins=(2, 15),
        ends=(3, 19),
        report=None,
        size=6,
        case_types=(CaseType.CP, CaseType.CIN),
    ),
    Theme(
        "Supervision: the yearly deep dive",
        "Management oversight",
        "Is supervision held as often as the policy asks?\nDoes it show reflection and challenge?",
        begins=(3, 1),
        ends=(3, 19),
        report=(4, 16),
        size=16,
        kind=ProgrammeKind.DEEP_DIVE,
        tool=SUPERVISION,
    ),
)


def plan_programme(story: Story, months: Months, latest: Month) -> None:
    """Put the planning of the year of the latest month into the diary, and what becomes of the plan."""
    year, first = CouncilYear.of(latest), story.diary.begins + timedelta(days=2)
    quality = story.quality(story.chance("programme", year))
    planned_at = max(first, moment(_before(year, PLANNED), 10))

    def begin(session: Session, at: datetime) -> None:
        seen = programme_years.preview_start(session, year).proposal.fingerprint
        programme_years.start_year(session, year, seen=seen, by=quality, at=at)

    def move_rounds(session: Session, at: datetime) -> None:
        later = [entry for entry in _rounds(session, year) if entry.plan.starts_on > london_day(at)]
        if later:
            to = later[0].plan.starts_on + timedelta(weeks=1)
            moves = programme.preview_move(session, later[0].public_id, to=to, later=True)
            seen, public_id = fingerprint_of(moves), later[0].public_id
            programme.move_entry(session, public_id, to=to, later=True, seen=seen, by=quality, at=at)

    story.diary.plan(planned_at, begin)
    for number, theme in enumerate((CANCELLED, *THEMES), start=1):
        _plan_theme(story, year, theme, quality, at=planned_at + timedelta(minutes=6 * number))
        starts_at = moment(_day(year, theme.begins), 11, 50)
        if theme in THEMES and theme.kind is ProgrammeKind.THEMATIC and starts_at > planned_at + timedelta(hours=4):
            _plan_start(story, months, year, theme, at=starts_at)
    _plan_approval(story, year, quality, at=max(planned_at, moment(_before(year, APPROVED), 15, 30)))
    story.diary.plan(max(planned_at + timedelta(hours=2), moment(_day(year, ROUNDS_MOVED), 11)), move_rounds)
    _plan_ends(story, year, quality, since=planned_at + timedelta(hours=4))
    _plan_ticks(story, year, quality, since=planned_at + timedelta(hours=5))


def _plan_theme(story: Story, year: CouncilYear, theme: Theme, quality: Viewer, *, at: datetime) -> None:
    def add(session: Session, at: datetime) -> None:
        plan = theme.plan(year, _who(story, theme))
        (public_id,) = programme.add_entry(session, plan, repeated=False, by=quality, at=at)
        if theme.kind is ProgrammeKind.DEEP_DIVE:
            programme.plan_repeat(session, public_id, by=quality, at=at)

    story.diary.plan(at, add)


def _plan_start(story: Story, months: Months, year: CouncilYear, theme: Theme, *, at: datetime) -> None:
    """Start a theme from its entry on the day that it was planned for."""
    chance = story.chance("start", theme.title)

    def start(session: Session, at: datetime) -> None:
        entry = next(each for each in entries_starting(session, year) if each.plan.title == theme.title)
        key, seed = f"prog{chance.getrandbits(48):012x}", f"{chance.getrandbits(128):032x}"
        choice, by = Choice(auditors=entry.plan.auditors), story.quality(chance)
        if not entry.plan.report_due_on:
            whole = replace(entry.plan, report_due_on=add_working_days(entry.plan.ends_on, REPORT_AFTER))
            programme.change_entry(session, entry.public_id, plan=whole, version=entry.version, by=by, at=at)
        cycle = open_theme(session, entry.public_id, choice, key=key, seed=seed, by=by, at=at)
        runs = entry.plan.ends_on >= london_day(story.diary.ends)
        hand_over(session, story, months, cycle, given_on=london_day(at), waiting=EARLY if runs else 0)

    story.diary.plan(at, start)


def _plan_approval(story: Story, year: CouncilYear, quality: Viewer, *, at: datetime) -> None:
    def approve(session: Session, at: datetime) -> None:
        approval = Approval(london_day(at), "Improvement Board", f"{year.starts_in % 100}/14", QUOTA)
        programme_years.record_approval(session, year, approval, version=0, by=quality, at=at)

    story.diary.plan(at + timedelta(hours=1), approve)


def _plan_ends(story: Story, year: CouncilYear, quality: Viewer, *, since: datetime) -> None:
    """Let one theme be cancelled, and tick off what is over, in the first days of each month."""

    def cancel(session: Session, at: datetime) -> None:
        for entry in entries_starting(session, year):
            if entry.plan.title == CANCELLED.title and entry.is_movable:
                programme.cancel_entry(
                    session,
                    entry.public_id,
                    reason=WHY_CANCELLED,
                    later=False,
                    version=entry.version,
                    by=quality,
                    at=at,
                )

    def tick_off(session: Session, at: datetime) -> None:
        for entry in entries_starting(session, year):
            is_over = add_working_days(_over(entry), DONE_AFTER) < london_day(at)
            if entry.state is not ProgrammeState.PLANNED or not is_over:
                continue
            if not why_not_done(entry, today=london_day(at), left=audits_left(session, entry.public_id)):
                programme.finish_entry(session, entry.public_id, by=quality, at=at)

    story.diary.plan(max(since, moment(_day(year, THEME_CANCELLED), 9, 30)), cancel)
    for month in (*year.months, year.months[-1].next):
        day = add_working_days(month.first_day, DONE_AFTER + 2)
        story.diary.plan(max(since + timedelta(hours=1), moment(day, 16)), tick_off)


def _plan_ticks(story: Story, year: CouncilYear, quality: Viewer, *, since: datetime) -> None:
    """Let the steps of rounds be ticked off week by week, once their days are over."""

    def tick(session: Session, at: datetime) -> None:
        for entry in entries_starting(session, year):
            ticked = {each.step for each in entry.ticks}
            for number, step in enumerate(steps_of(entry.plan.kind, entry.plan.starts_on), start=1):
                if entry.stands and step.name not in ticked and step.due_on < london_day(at):
                    tick_step(session, entry.public_id, number, by=quality, at=at)

    monday = year.first_day - timedelta(days=year.first_day.weekday())
    for week in range(1, 53):
        at = moment(working_day_from(monday + timedelta(weeks=week)), 9, 20)
        if at > since:
            story.diary.plan(at, tick)


def _over(entry: Entry) -> date:
    return max(entry.plan.ends_on, entry.plan.report_due_on or entry.plan.ends_on)


def _rounds(session: Session, year: CouncilYear) -> list[Entry]:
    entries = entries_starting(session, year)
    return [entry for entry in entries if entry.plan.kind is ProgrammeKind.MULTI_AGENCY and entry.is_movable]


def _who(story: Story, theme: Theme) -> tuple[str, ...]:
    """Return the managers who do a theme, where it is not shared among all."""
    chosen = story.chance("theme", theme.title).sample(MANAGERS[:-1], theme.led_by)
    return tuple(story.council.who(person).public_id for person in chosen)


def _day(year: CouncilYear, day: tuple[int, int]) -> date:
    """Return a working day of a council year, or of the weeks after it, by month and day: from May to April."""
    month, number = day
    starts_in = year.starts_in if month >= MAY else year.starts_in + 1
    return working_day_from(date(starts_in, month, number))


def _before(year: CouncilYear, day: tuple[int, int]) -> date:
    return working_day_from(date(year.starts_in, *day))
