"""The month at a glance, as those who run the programme meet it: what is done, what is likely, what waits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month, Span
from auditapp.domain.forecast import OneAuditor, forecast
from auditapp.domain.outlook import Outlook, Stretch
from auditapp.domain.programme_settings import BESIDE
from auditapp.domain.quota import Quota
from auditapp.domain.vocabulary import AbsenceKind, CycleKind
from auditapp.domain.weeks import Week, weeks_so_far
from auditapp.persistence.queries.auditors import aways
from auditapp.persistence.queries.cycles import CycleRow, Waiting, months_opened, waiting
from auditapp.persistence.queries.quota import done_besides, done_by_month, quota_in_force
from auditapp.persistence.queries.record import MONTHS_BACK, audit_record
from auditapp.services.averages import standing

BEHIND = 0.5
"""From how many audits on that may not come in, an auditor is named among those who need help."""


@dataclass(frozen=True, slots=True)
class Beside:
    """How many audits were submitted in a month beside its own, by kind, and which kinds count to the average."""

    done: Mapping[CycleKind, int]
    counted: Collection[CycleKind]

    @property
    def words(self) -> str:
        """'Beside them: 3 of themes, which count to the average, 2 of supervision files'; nothing where none are."""
        said = [self._say(kind, n) for kind, n in self.done.items() if n]
        return f"Beside them: {', '.join(said)}" if said else ""

    def _say(self, kind: CycleKind, n: int) -> str:
        of = BESIDE[kind].removeprefix("audits ")
        if kind not in self.counted:
            return f"{n} {of}"
        return f"{n} {of}, which {'counts' if n == 1 else 'count'} to the average"


@dataclass(frozen=True, slots=True)
class Chance:
    """What the forecast expects of somebody, by name."""

    name: str
    of: OneAuditor

    @property
    def at_risk(self) -> float:
        """How many of their open audits are not expected in time."""
        return self.of.open - self.of.expected


@dataclass(frozen=True, slots=True)
class Glance:
    """The running month: done and asked for, what is likely by its end and what that rests on, and what waits.

    `next_month` is the one that can be opened besides, None if it is open. The council `is_new` until its first month.
    """

    month: Month
    done: int
    outlook: Outlook
    weeks: tuple[Week, ...]
    chances: tuple[Chance, ...]
    opened: CycleRow | None
    next_month: Month | None
    waiting: Waiting
    beside: Beside
    is_new: bool

    @property
    def need_help(self) -> tuple[Chance, ...]:
        """Whose audits are least expected in time, at most three, the most first."""
        behind = [chance for chance in self.chances if chance.at_risk >= BEHIND]
        return tuple(sorted(behind, key=lambda chance: -chance.at_risk)[:3])


def month_at_a_glance(session: Session, *, today: date) -> Glance:
    """Return how the month stands on a day, and how it is likely to end."""
    this, quota = Month.of(today), quota_in_force(session)
    since = quota.began or this.next
    year = [month for month in quota.months_in_use(this) if month >= since]
    recent = [month for month in (this.plus(-2), this.previous, this) if month >= since]
    done = done_by_month(session, {*year, *recent, this})
    opened = months_opened(session, (this, this.next))
    now = standing(session, quota, done, today=today)
    target = now.asked_of(this, today=today).target
    record, away = audit_record(session, month=this), _days_away(session, this)
    to_open = 0 if this in opened else target
    likely = forecast(record.held, month=this, today=today, done=done[this], to_open=to_open, away=away)
    counted, of_average = quota.settings.counted_in(this), likely
    if counted:
        held = audit_record(session, month=this, besides=counted).held
        of_average = forecast(held, month=this, today=today, done=now.counted[this], to_open=to_open, away=away)
    named = [Chance(record.names[each.auditor], each) for each in likely.auditors]
    return Glance(
        month=this,
        done=done[this],
        outlook=Outlook(
            month=this,
            target=target,
            forecast=likely,
            of_average=of_average,
            recent=_stretch(recent, now.counted, quota, this=this),
            year=_stretch(year, now.counted, quota, this=this),
            is_open=this in opened,
        ),
        weeks=weeks_so_far(this, record.submitted_in(this), today=today),
        chances=tuple(sorted(named, key=lambda chance: chance.name)),
        opened=opened.get(this),
        next_month=None if this.next in opened else this.next,
        waiting=waiting(session, today=today),
        beside=Beside(done_besides(session, (this,))[this], counted),
        is_new=quota.began is None and not opened,
    )


def _days_away(session: Session, this: Month) -> dict[int, list[Span]]:
    """Return the days of the record and of the month on which auditors are not at work; who is exempt from more, is."""
    days = Span(this.plus(-MONTHS_BACK).first_day, this.last_day)
    return {
        auditor: [Span(each.starts_on, each.ends_on) for each in found if each.kind is AbsenceKind.ABSENCE]
        for auditor, found in aways(session, days).items()
    }


def _stretch(months: list[Month], done: Mapping[Month, int], quota: Quota, *, this: Month) -> Stretch:
    """Sum up some months, of which the running one is still open."""
    return Stretch(
        before=sum(done[month] for month in months if month != this),
        months=len(months),
        owed=sum(quota.of(month) for month in months),
    )
