"""The months of a demonstration: opened on their first working day, shared out, and lived through."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from auditapp.demonstration import absences, plans
from auditapp.demonstration.auditing import Auditing, auditing
from auditapp.demonstration.hours import first_working_day, moment, some_moment
from auditapp.demonstration.people import ADMINISTRATOR, LEAVER, MANAGERS, SERVICES, SUPPORT
from auditapp.demonstration.plans import Plan
from auditapp.demonstration.story import Given, Story, find_given
from auditapp.domain.calendar import Month, london_day
from auditapp.domain.permissions import Viewer
from auditapp.domain.working_days import add_working_days, working_days_between
from auditapp.persistence.audits import Audit
from auditapp.services import accounts, cycles, handovers, replacements

SIX_MONTHS_AGO = -6
WORRYING = (-2, -8)
"""In which months, counted back from the latest, an immediate concern was raised and acknowledged."""

WRITTEN_BY_LEAVER, LEAVES_AFTER = 5, 6
HANDED_ON_AFTER = timedelta(minutes=25)
# A month shows every state by itself for about so many working days; before that, the one before has to help.
TOO_YOUNG_TO_BE_LATE, TOO_YOUNG_TO_BE_RETURNED = 12, 4


class Months:
    """The months up to the latest one, and who is at work on which audit."""

    def __init__(self, story: Story, *, latest: Month) -> None:
        self._story, self._latest = story, latest
        self._at_work: dict[str, Auditing] = {}
        self._last_day = add_working_days(london_day(story.diary.ends), -1)

    def plan(self, month: Month) -> None:
        """Put the opening of a month into the diary; everything else of the month follows from it."""
        story, chance = self._story, self._story.chance(month)
        day = first_working_day(month)

        def open_month(session: Session, at: datetime) -> None:
            seed = f"{chance.getrandbits(128):032x}"
            cycle = cycles.open_month(session, month, seed=seed, by=story.quality(chance), at=at)
            given = find_given(session, story.council, Audit.cycle_id == cycle.id)
            self._give_out(month, given, given_on=day)

        story.diary.plan(some_moment(day, chance, earliest=9, latest=10), open_month)
        if month == self._latest.plus(SIX_MONTHS_AGO):
            story.diary.plan(moment(add_working_days(day, LEAVES_AFTER), 9, 40), self._leave)

    def _give_out(self, month: Month, given: Sequence[Given], *, given_on: date) -> None:
        """Decide what becomes of each audit of a month, and plan it."""
        special = dict(self._special(month, given))
        for one in given:
            chance = self._story.chance(one.reference, "plan")
            plan = special.get(one.public_id) or plans.by_chance(month.month, chance)
            self.give(one, plan, given_on=given_on)

    def give(self, given: Given, plan: Plan, *, given_on: date) -> None:
        """Let an auditor find an audit on their list, and live through what is planned for it."""
        if given.auditor == self._story.council.who(LEAVER):
            plan = replace(plan, returned=None)  # it might come back to a desk that nobody sits at any more
        life = auditing(self._story, given, plan, given_on=given_on)
        self._at_work[given.public_id] = life
        if plan.refusal or plan.is_replaced:
            self._plan_replacement(life, given_on=given_on)
        else:
            life.begin(given_on=given_on)

    def _plan_replacement(self, life: Auditing, *, given_on: date) -> None:
        story, given, refusal, chance = self._story, life.given, life.plan.refusal, life.chance

        def give_back(session: Session, at: datetime) -> None:
            if refusal:
                reason = life.writing.one("refused", refusal.value)
                new = replacements.refuse_case(
                    session, given.public_id, refusal=refusal, reason=reason, by=given.auditor, at=at
                )
            else:
                reason = life.writing.one("replaced")
                quality = story.quality(chance)
                new = replacements.replace_case(session, given.public_id, reason=reason, by=quality, at=at)
            for other in find_given(session, story.council, Audit.id == new.id):
                self.give(other, plans.given_instead(chance), given_on=london_day(at))

        day = add_working_days(given_on, life.plan.begins or 0)
        story.diary.plan(some_moment(day, chance, earliest=10, latest=16), give_back)

    def _special(self, month: Month, given: Sequence[Given]) -> Iterator[tuple[str, Plan]]:
        """Yield what has to become of some audits, so that every state is there in the end and people have a story."""
        if month == self._latest:
            yield from self._of_latest(given)
        elif month == self._latest.previous:
            yield from self._of_month_before(month, given)
        elif month in {self._latest.plus(step) for step in WORRYING}:
            yield given[0].public_id, plans.worrying()
        elif month == self._latest.plus(SIX_MONTHS_AGO):
            leavers = [one.public_id for one in given if one.auditor == self._story.council.who(LEAVER)]
            begun = Plan(begins=2, stops_after=WRITTEN_BY_LEAVER)
            yield from zip(leavers, (begun, *[plans.never_begun()] * len(leavers)), strict=False)

    def _of_latest(self, given: Sequence[Given]) -> Iterator[tuple[str, Plan]]:
        days_left = self._days_left(self._latest)
        own, others = self._of_lead_and_others(given)
        worrying = [one for one in others if one.team in SERVICES[SUPPORT]][:1]
        for one in own[:1]:
            yield one.public_id, plans.stops_after(7, days_left=days_left)
        for one in worrying:
            yield one.public_id, plans.stops_after(10, days_left=days_left)
            self._plan_concern(one)
        self._plan_illness([one for one in others if one not in worrying])
        left = [one.public_id for one in (*own[1:], *others) if one not in worrying]
        wanted = [plans.never_begun(), plans.never_begun()]
        if days_left >= TOO_YOUNG_TO_BE_RETURNED:
            wanted.append(plans.sent_back(days_left=days_left))
        yield from zip(left, wanted, strict=False)

    def _of_month_before(self, month: Month, given: Sequence[Given]) -> Iterator[tuple[str, Plan]]:
        days_left, age = self._days_left(month), self._days_left(self._latest)
        _, others = self._of_lead_and_others(given)
        wanted = []
        if age < TOO_YOUNG_TO_BE_LATE:
            wanted = [plans.never_begun(), plans.stops_after(9, days_left=days_left)]
        if age < TOO_YOUNG_TO_BE_RETURNED:
            wanted.append(plans.sent_back(days_left=days_left))
        yield from zip([one.public_id for one in others], wanted, strict=False)

    def _of_lead_and_others(self, given: Sequence[Given]) -> tuple[list[Given], list[Given]]:
        """Return the audits of the manager whose account is the first to try, and the others in an order of chance."""
        lead = self._story.council.who(MANAGERS[0])
        others = [one for one in given if one.auditor != lead]
        shuffled = self._story.chance("others", len(given)).sample(others, len(others))
        return [one for one in given if one.auditor == lead], shuffled

    def _days_left(self, month: Month) -> int:
        return working_days_between(first_working_day(month), self._last_day)

    def _plan_concern(self, given: Given) -> None:
        """Let the last thing that happens be a concern that nobody has acknowledged yet."""

        def worry(session: Session, at: datetime) -> None:
            self._at_work[given.public_id].raise_concern(session, at)

        self._story.diary.plan(moment(self._last_day, 16, 20), worry)

    def _plan_illness(self, waiting: Sequence[Given]) -> None:
        """Let somebody fall ill on the last day whose audit was not begun: it is there to be handed on."""
        for one in waiting[:1]:
            absences.plan_illness(self._story, one.auditor, at=moment(self._last_day, 15, 5))

    def _leave(self, session: Session, at: datetime) -> None:
        """Let an administrator sign somebody out for good, and QA hand on what they have on their desk."""
        story, chance = self._story, self._story.chance("leave")
        leaver, quality = story.council.who(LEAVER), story.quality(chance)
        person = accounts.find_person(session, leaver.public_id)
        administrator = story.council.who(ADMINISTRATOR)
        accounts.change_person(session, person, is_active=False, by=administrator, at=at)

        def hand_on(session: Session, at: datetime) -> None:
            self._hand_on(session, leaver, by=quality, at=at)

        story.diary.plan(at + HANDED_ON_AFTER, hand_on)

    def _hand_on(self, session: Session, leaver: Viewer, *, by: Viewer, at: datetime) -> None:
        """Hand on whatever somebody left behind, as it is shown, and let the others carry on."""
        preview = handovers.preview_person(session, leaver.public_id, chosen=None, today=london_day(at))
        if not preview.moving:
            return
        chosen, seen = [line.public_id for line in preview.lines], preview.fingerprint
        handovers.hand_on_all(session, leaver.public_id, chosen=chosen, seen=seen, by=by, at=at)
        by_identifier = {other.public_id: other for other in self._story.council.auditors}
        for line in preview.moving:
            self._at_work[line.public_id].carry_on(by_identifier[line.to], day=add_working_days(london_day(at), 3))
