"""The life of one audit: written section by section in a few sittings, submitted, sent back, mended."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from auditapp.demonstration.chance import Chance
from auditapp.demonstration.hours import some_moment
from auditapp.demonstration.judgement import Form, Judgement
from auditapp.demonstration.plans import Plan
from auditapp.demonstration.story import Given, Story
from auditapp.demonstration.writing import Writing
from auditapp.domain.activity import suggested_minutes
from auditapp.domain.calendar import london_day
from auditapp.domain.items import OVERALL, OVERALL_MINUTES, Answer
from auditapp.domain.permissions import Viewer
from auditapp.domain.working_days import add_working_days
from auditapp.services import actions, answers, audits, concerns
from auditapp.services.actions import Planned
from auditapp.services.answers import Typed, WritingAudit
from auditapp.services.concerns import Raised

SAFETY = "D10"
# How many actions an audit asks for, by the rank of its overall grade, best first.
ACTIONS = ((0, 0), (0, 1), (1, 3), (3, 4))

Section = tuple[str, dict[str, Answer]]
"""A section of the form and the answers in it by item."""


@dataclass(slots=True)
class Auditing:
    """One auditor at one audit: `written` of its sections are done, at the moments of `saves`."""

    story: Story
    given: Given
    plan: Plan
    chance: Chance
    writing: Writing
    judgement: Judgement
    sections: tuple[Section, ...]
    written: int = 0
    saves: list[datetime] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    def begin(self, *, given_on: date) -> None:
        """Plan the sittings from the day on which the audit was given."""
        if self.plan.begins is None:
            return
        stop = len(self.sections) if self.plan.stops_after is None else self.plan.stops_after + 1
        for number in range(self.plan.sittings):
            day = add_working_days(given_on, self.plan.begins + 2 * number)
            self._sit_down(day, upto=stop * (number + 1) // self.plan.sittings)

    def carry_on(self, auditor: Viewer, *, day: date) -> None:
        """Let somebody else go on from a day, with what was begun."""
        self.given = replace(self.given, auditor=auditor)
        self._sit_down(day, upto=len(self.sections))

    def raise_concern(self, session: Session, at: datetime) -> None:
        """Tell the head of service that a child may not be safe, then write it down."""
        what, how = self.writing.pair("concerns")
        head = self.story.head_of(self.given.team)
        told_at = at - timedelta(minutes=self.chance.randrange(8, 40))
        raised = Raised(what, head.name, told_at, how)
        concern = concerns.raise_concern(session, self.given.public_id, raised=raised, by=self.given.auditor, at=at)
        public_id = concern.public_id

        def acknowledge(session: Session, at: datetime) -> None:
            concerns.acknowledge(session, public_id, by=head, at=at)

        if self.plan.raises_concern:
            self.story.diary.plan(at + timedelta(minutes=self.chance.randrange(15, 120)), acknowledge)

    def _sit_down(self, day: date, *, upto: int) -> None:
        auditor = self.given.auditor

        def write(session: Session, at: datetime) -> None:
            if self.given.auditor == auditor:
                self._write(session, at, upto=upto)

        self.story.diary.plan(some_moment(day, self.chance, earliest=10 if self.plan.begins == 0 else 8), write)

    def _write(self, session: Session, at: datetime, *, upto: int) -> None:
        audit = self._opened(session)
        for section, given in self.sections[self.written : upto]:
            at += timedelta(seconds=self.chance.randrange(150, 520))
            self._save(session, audit, given=self._with_minutes(section, given, at), at=at)
            if section == SAFETY and self.plan.raises_concern:
                self.raise_concern(session, at)
        self.written = upto
        if upto == len(self.sections):
            self._finish(session, at)

    def _with_minutes(self, section: str, given: dict[str, Answer], at: datetime) -> dict[str, Answer]:
        """Return the answers of a section; the last one asks for the minutes, which are as suggested, or about."""
        if section != OVERALL:
            return given
        suggested = suggested_minutes([*self.saves, at]) or 0
        return {**given, OVERALL_MINUTES: Answer(str(suggested + self.chance.choice((0, 0, 0, 10, 15))))}

    def _opened(self, session: Session) -> WritingAudit:
        return answers.audit_to_write(session, self.given.public_id, by=self.given.auditor)

    def _save(self, session: Session, audit: WritingAudit, *, given: dict[str, Answer], at: datetime) -> None:
        typed = {
            code: Typed(answer.value or "", answer.text, self.versions.get(code, 0))
            for code, answer in given.items()
            if answer != Answer()
        }
        sitting = f"{self.chance.getrandbits(96):024x}"
        saved = answers.save(session, audit, typed=typed, sitting=sitting, by=self.given.auditor, at=at)
        assert saved.versions.keys() == typed.keys(), saved.conflicts
        assert not saved.problems, saved.problems
        self.versions.update(saved.versions)
        self.saves.append(at)

    def _finish(self, session: Session, at: datetime) -> None:
        for _ in range(self.chance.randint(*ACTIONS[self.judgement.rank])):
            at += timedelta(seconds=self.chance.randrange(60, 200))
            self._ask_for_action(session, at)
        at += timedelta(seconds=self.chance.randrange(60, 400))
        audits.submit(session, self.given.public_id, by=self.given.auditor, at=at)
        if self.plan.returned is not None:
            self._expect_return(add_working_days(london_day(at), self.plan.returned))

    def _ask_for_action(self, session: Session, at: datetime) -> None:
        """Write an action about one of the weakest domains."""
        domain = self.chance.choice(self.judgement.weakest[:4])
        action, measure = self.writing.pair("domains", domain, "actions")
        planned = Planned(
            action=action,
            success_measure=measure,
            owner=self.writing.one("owners"),
            due_on=add_working_days(london_day(at), self.chance.randrange(8, 55)),
        )
        assert not actions.faults(planned, at=at)
        actions.write_action(session, self.given.public_id, number=None, planned=planned, by=self.given.auditor, at=at)

    def _expect_return(self, day: date) -> None:
        domain, reason = self.writing.pair("returned")
        quality = self.story.quality(self.chance)

        def send_back(session: Session, at: datetime) -> None:
            audits.send_back(session, self.given.public_id, reason=reason, by=quality, at=at)

        def correct(session: Session, at: datetime) -> None:
            self._correct(session, at, domain=domain)

        self.story.diary.plan(some_moment(day, self.chance, earliest=9, latest=16), send_back)
        if self.plan.corrected is not None:
            self.story.diary.plan(some_moment(add_working_days(day, self.plan.corrected), self.chance), correct)

    def _correct(self, session: Session, at: datetime, *, domain: str) -> None:
        """Add to what was written on a domain, and submit again."""
        grade = next(given for section, given in self.sections if section == domain)[f"{domain}.grade"]
        more = f"{grade.text} {self.writing.one('corrected')}".strip()
        self._save(session, self._opened(session), given={f"{domain}.grade": Answer(grade.value, more)}, at=at)
        at += timedelta(minutes=self.chance.randrange(2, 9))
        audits.submit(session, self.given.public_id, by=self.given.auditor, at=at)


def auditing(story: Story, given: Given, plan: Plan, *, given_on: date) -> Auditing:
    """Return an auditor at the audit they were given on a day, with what they will find once they look."""
    chance = story.chance(given.reference)
    written_on = add_working_days(given_on, plan.begins or 0)
    writing = Writing(chance, written_on=written_on)
    judgement = Judgement(
        Form(story.supervision if given.is_of_file else story.tool, story.scale, given.case_type),
        team=given.team,
        progress=story.progress(some_moment(written_on, chance)),
        chance=chance,
        writing=writing,
    )
    by_section = groupby(judgement.answers(), key=lambda pair: pair[0].section)
    sections = tuple((section, {item.code: answer for item, answer in pairs}) for section, pairs in by_section)
    return Auditing(story, given, plan, chance, writing, judgement, sections)
