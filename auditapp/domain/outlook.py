"""What the forecast of a month means for the average that is owed, and whether it is in danger: in words."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

from auditapp.domain.calendar import Month
from auditapp.domain.forecast import Forecast
from auditapp.domain.wording import say_count

FEW: Final = 30
"""Up to so many earlier audits, the page says on how few the forecast rests."""
METHOD: Final = (
    "What is in already is counted, and for each open audit how likely it is to be in by the end of the month.",
    (
        "That rests on its auditor's own record of the last 12 months: the working days from the day an audit was "
        "given to them until they submitted it, approved absences left out. Where that record is short, everybody's "
        "record says more."
    ),
    (
        "An audit is compared with those that had waited as long: what is late has another chance than what was given "
        "out today. How much comes in during the last days of a month is taken into account."
    ),
    (
        "An audit without an auditor is reckoned with as if somebody were given it today. That one is sent back, or a "
        "case replaced, is not foreseen."
    ),
    (
        "The range is the shortest one that should hold the final count in eight months of ten. It is wider than "
        "chance alone would make it, because some months go slowly for everybody, and because people change. Tried "
        "out on simulated years, such ranges held what came in 8 to 9 of 10."
    ),
)

BESIDES: Final = "What else counts to the average is reckoned with in the same way, for the averages alone."


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some months up to the running one: audits done before it began, how many months, and what they owe in all."""

    before: int
    months: int
    owed: int

    def total(self, in_month: int) -> int:
        """All of their audits, where the running month has so many."""
        return self.before + in_month

    def average(self, in_month: int) -> Fraction:
        """Their audits a month, where the running month has so many; none owe anything before the service began."""
        return Fraction(self.total(in_month), self.months) if self.months else Fraction(0)

    @property
    def owed_average(self) -> str:
        """What they owe a month: '20', or '18.3' where the quota changed."""
        average = Fraction(self.owed, self.months) if self.months else Fraction(0)
        return str(average) if average.denominator == 1 else say_average(average)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The running month against what is owed: its target, the last three months, the council's year.

    `of_average` is the forecast of all that counts to the averages: where nothing counts besides, that of the month.
    Before the service has begun, nothing is owed, and nothing forecast.
    """

    month: Month
    target: int
    forecast: Forecast
    of_average: Forecast
    recent: Stretch
    year: Stretch
    is_open: bool

    @property
    def has_begun(self) -> bool:
        """Whether audits are owed."""
        return self.recent.months > 0

    @property
    def range(self) -> str:
        """How many are likely to be in by the end: '18 to 21'."""
        return say_range(self.forecast.low, self.forecast.high)

    @property
    def year_range(self) -> str:
        """How many the council's year is likely to have by the end of the month."""
        return say_range(self.year.total(self.of_average.low), self.year.total(self.of_average.high))

    @property
    def recent_range(self) -> str:
        """How many a month the last months are likely to have on average by the end of the month."""
        low, high = (say_average(self.recent.average(end)) for end in (self.of_average.low, self.of_average.high))
        return low if low == high else f"{low} to {high}"

    @property
    def is_in_danger(self) -> bool:
        """Whether the month is likelier than not to miss its target and an average with it, or misses that anyway."""
        middle, high = self.of_average.middle, self.of_average.high
        is_lost = any(each.total(high) < each.owed for each in self._stretches)
        misses = self.forecast.middle < self.target
        return is_lost or (misses and any(each.total(middle) < each.owed for each in self._stretches))

    @property
    def is_nearly_certain(self) -> bool:
        """Whether even the top of the range misses the target."""
        return self.forecast.high < self.target

    @property
    def warning(self) -> str:
        """What is in danger: how the month will end at this pace, and what that makes of the average."""
        least, most = max(0, self.target - self.forecast.high), self.target - self.forecast.low
        short = f"{say_range(least, most)} short" if least else f"up to {most} short"
        short = short if most > 0 else "its target is met"
        if self.is_open:
            ends = f"At this pace the month ends with {self.range}: {short}."
        else:
            ends = f"Opened today, the month would end with {self.range}: {short}."
        return f"{ends} {self._average_in_words()}"

    @property
    def lacking(self) -> int:
        """How many are missing even if every audit that was given out comes in."""
        return max(0, self.target - self.forecast.done - self.forecast.open)

    @property
    def caution(self) -> str:
        """On how little the forecast rests; nothing where there is enough."""
        record = self.forecast.record
        if record == 0:
            return "No audit has come in yet from which to learn: the range is wide, and only a first idea."
        if record < FEW:
            are = say_count(record, "earlier audit")
            return f"There {'is' if record == 1 else 'are'} only {are} to learn from: the range is wide for that."
        return ""

    @property
    def _stretches(self) -> tuple[Stretch, Stretch]:
        return self.recent, self.year

    def _average_in_words(self) -> str:
        """What becomes of the average: of the last months where it falls short there, of the council's year else."""
        if self.recent.total(self.of_average.middle) >= self.recent.owed:
            return f"The year would then have {self.year_range} since 1 April; {self.year.owed} are owed by then."
        owed = self.recent.owed_average
        if self.recent.months == 1:
            return f"{owed} a month are owed on average."
        over = "three months" if self.recent.months == 3 else "two months"
        return f"The average over {over} would then be {self.recent_range} a month; {owed} are owed."


def say_range(low: int, high: int) -> str:
    """'18 to 21', or '18' where there is but one."""
    return str(low) if low == high else f"{low} to {high}"


def say_average(value: Fraction) -> str:
    """'18.3': rounded to one place, halves up."""
    tenths = floor(value * 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"
