"""Years of an invented council as they might go, to hold forecasts against: not drawn from the forecast's own model.

The forecast thinks in chances a day that a pace multiplies. Here, everybody has a plan for each audit instead, of a
kind of their own (at once, some time, at the deadline, or it slips), and things come in its way: leave, a hard month,
a week in which an inspection stops all, weekends, the last days of a month, audits returned or handed on, people who
come and go, and who become faster or slower.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from auditapp.domain.calendar import Month, Span
from auditapp.domain.times_taken import Held
from auditapp.domain.working_days import add_working_days, is_working_day

DUE = 10
ONE = timedelta(days=1)


@dataclass
class Worker:
    """An auditor: how their plans are mixed, how long they take, when they are there.

    From the day `turns` on, they take `then` times as long as before.
    """

    id: int
    at_once: float
    at_deadline: float
    slips: float
    days: float
    turns: date
    then: float
    comes: date
    goes: date
    away: list[tuple[date, date]] = field(default_factory=list)


@dataclass
class Life:
    """What became of one audit: who held it from when, when it was submitted, and when it was returned."""

    holds: list[tuple[int, date]]
    submits: list[date] = field(default_factory=list)
    returns: list[date] = field(default_factory=list)

    def seen(self, morning: date) -> Held | None:
        """What is known of it on the morning of a day; None before it was given out."""
        holds = [hold for hold in self.holds if hold[1] <= morning]
        if not holds:
            return None
        auditor, given_on = holds[-1]
        submits = [day for day in self.submits if day < morning]
        returns = [day for day in self.returns if day < morning]
        if not submits:
            return Held(auditor, given_on)
        if returns and returns[-1] >= submits[-1]:
            return Held(auditor, returns[-1])
        return Held(auditor, given_on, submits[-1])


@dataclass
class Year:
    """Twelve months to be forecast, and everything that was given out in them and in the months before.

    `away` is the leave that the service is told of: all of it in every second year, and none in the others.
    """

    months: tuple[Month, ...]
    lives: list[Life]
    away: Mapping[int, Sequence[Span]]

    def seen(self, morning: date) -> list[Held]:
        """What is known on the morning of a day of the audits of a year back, and of those that are open."""
        since = Month.of(morning).plus(-12).first_day
        found = (life.seen(morning) for life in self.lives)
        return [held for held in found if held and (held.submitted_on is None or held.submitted_on >= since)]

    def count(self, month: Month, *, morning: date) -> int:
        """How many audits count in a month, as it stands on the morning of a day."""
        days = (held.submitted_on for held in self.seen(morning))
        return sum(day is not None and Month.of(day) == month for day in days)

    def to_be_opened(self, month: Month, *, morning: date) -> int:
        """How many audits a month will be opened with, while it is not."""
        given = [life.holds[0][1] for life in self.lives]
        return sum(Month.of(day) == month and day > morning for day in given)


def invented_year(seed: int) -> Year:
    """Live through a year, and nothing, half a year or a year before it; the same seed, the same year."""
    chance = Random(f"year {seed}")
    before = (0, 6, 12)[seed % 3]
    first = Month(2024 + seed % 2, 4)
    months = tuple(first.plus(at) for at in range(-before, 12))
    invented = _Council(chance, months)
    for month in months:
        invented.live(month)
    spans = {worker.id: [Span(*days) for days in worker.away] for worker in invented.workers}
    return Year(months[before:], invented.lives, away=spans if seed % 2 else {})


class _Council:
    """The people of a year, and the months that they live through."""

    def __init__(self, chance: Random, months: tuple[Month, ...]) -> None:
        self.chance, self.lives = chance, list[Life]()
        self.begins, self.ends = months[0].first_day, months[-1].last_day
        diligence = chance.uniform(0.3, 1.0)
        self.workers = [self._worker(id_, diligence) for id_ in range(chance.randrange(10, 26))]
        self.stopped = [self._stop(month) for month in months if chance.random() < 0.12]
        self.quota = chance.choice((15, 20, 20, 20, 24))

    def live(self, month: Month) -> None:
        """Open a month, share it out, and let everybody go about it."""
        opened = add_working_days(month.first_day - ONE, self.chance.choice((1, 1, 1, 2, 3)))
        hardship = self.chance.lognormvariate(0, 0.22) * (1.5 if self.chance.random() < 0.15 else 1)
        there = [worker for worker in self.workers if worker.comes <= opened <= worker.goes]
        self.chance.shuffle(there)
        for number in range(self.quota + self.chance.randrange(0, 4)):
            life = Life([])
            self._hand(life, there[number % len(there)], opened, hardship)
            self.lives.append(life)

    def _worker(self, id_: int, diligence: float) -> Worker:
        chance = self.chance
        stays = (self.begins - 400 * ONE, self.ends + 400 * ONE)
        some_day = self.begins + chance.randrange((self.ends - self.begins).days) * ONE
        comes, goes = chance.choice([stays] * 8 + [(some_day, stays[1]), (stays[0], some_day)] if id_ > 4 else [stays])
        worker = Worker(
            id_,
            at_once=chance.betavariate(2, 4) * diligence,
            at_deadline=chance.betavariate(2, 3),
            slips=chance.betavariate(1, 6) * (1.4 - diligence),
            days=chance.lognormvariate(1.6, 0.4),
            turns=self.begins + chance.randrange((self.ends - self.begins).days) * ONE,
            then=chance.choice((1.0, 1.0, 0.7, 1.5)),
            comes=comes,
            goes=goes,
        )
        for _ in range(chance.randrange(3, 8)):
            begins = self.begins + chance.randrange((self.ends - self.begins).days) * ONE
            worker.away.append((begins, begins + chance.choice((1, 2, 4, 7, 11, 18)) * ONE))
        return worker

    def _stop(self, month: Month) -> tuple[date, date]:
        """A week in which nobody gets to an audit."""
        begins = month.first_day + self.chance.randrange(22) * ONE
        return begins, begins + 6 * ONE

    def _hand(self, life: Life, worker: Worker, day: date, hardship: float) -> None:
        """Give an audit to somebody, and find out when it is submitted, handed on, or returned."""
        chance = self.chance
        life.holds.append((worker.id, day))
        submitted = self._hindered(worker, day, self._planned(worker, day) * hardship)
        offered = add_working_days(day, 15)
        if submitted > offered and len(life.holds) < 3 and chance.random() < 0.3:
            others = [other for other in self.workers if other.comes <= offered <= other.goes and other != worker]
            self._hand(life, chance.choice(others), offered, hardship)
            return
        life.submits.append(submitted)
        if chance.random() < 0.04:
            life.returns.append(add_working_days(submitted, chance.randrange(1, 4)))
            life.submits.append(self._hindered(worker, life.returns[-1], chance.uniform(1, 6)))

    def _planned(self, worker: Worker, day: date) -> float:
        """In how many working days somebody means to have done it."""
        chance = self.chance
        if chance.random() < worker.slips:
            return DUE + chance.uniform(3, 25)
        if chance.random() < worker.at_once:
            return chance.uniform(0, 3.5)
        if chance.random() < worker.at_deadline:
            return max(0.0, DUE + chance.gauss(-0.5, 1.3))
        days = worker.days * (worker.then if day >= worker.turns else 1.0)
        return days * chance.lognormvariate(0, 0.5)

    def _hindered(self, worker: Worker, day: date, working_days: float) -> date:
        """Count working days off, but not those of leave, nor weeks in which all stops."""
        given, left, closed = day, round(working_days), [*worker.away, *self.stopped]
        while left > 0:
            day += ONE
            left -= is_working_day(day) and not any(begins <= day <= ends for begins, ends in closed)
        return self._shifted(day, given)

    def _shifted(self, day: date, given: date) -> date:
        """Some hurry so that it still counts this month, some do it on the weekend."""
        hurried = add_working_days(day.replace(day=1), -self.chance.choice((1, 1, 2)))
        if day.day <= 6 and hurried > given and self.chance.random() < 0.25:
            return hurried
        weekend = day + (5 - day.weekday()) * ONE
        return weekend if day.weekday() == 4 and self.chance.random() < 0.15 else day


def mornings(month: Month, chance: Random) -> Iterator[tuple[int, date]]:
    """One morning of each week of a month, with its number: of the 1st to the 7th, and so on; the last is short."""
    for week in range(5):
        days = [day for day in range(7 * week + 1, 7 * week + 8) if day <= month.last_day.day]
        if days:
            yield week + 1, date(month.year, month.month, chance.choice(days))
