"""How the council runs its programme: the numbers of the guide that an administrator may change, each within bounds.

One record holds them all, as JSON in one row. A quota is agreed for the months to come, so its record keeps from which
month on each number counted: what earlier months were short of stays what it was.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final, Self, TypeVar

from pydantic import TypeAdapter, ValidationError

from auditapp.domain.calendar import Month
from auditapp.domain.errors import Refused
from auditapp.domain.vocabulary import CycleKind
from auditapp.domain.wording import say_list

QUOTA: Final = 20
QUOTA_AT_MOST: Final = 200
BESIDE: Final = {CycleKind.THEMATIC: "audits of themes", CycleKind.SUPERVISION: "audits of supervision files"}
"""What a month has beside its Quality of Practice audits, which a council may count to the average or not."""


@dataclass(frozen=True, slots=True)
class About:
    """What a page says of a setting: what it is, in which unit, why, and between which numbers it lies."""

    group: str
    label: str
    unit: str
    hint: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Since:
    """Something that counts from a month on (written 2026-12)."""

    month: str

    @property
    def label(self) -> str:
        """The month as people write it."""
        return Month.parse(self.month).label


@dataclass(frozen=True, slots=True)
class QuotaFrom(Since):
    """How many audits a month is asked for, from a month on."""

    quota: int


@dataclass(frozen=True, slots=True)
class CountedFrom(Since):
    """Which audits count to the average beside those of Quality of Practice, from a month on."""

    kinds: tuple[CycleKind, ...]

    @property
    def words(self) -> str:
        """'audits of themes', or 'nothing'."""
        return say_beside(self.kinds)


Counts = TypeVar("Counts", bound=Since)


def say_beside(kinds: Collection[CycleKind]) -> str:
    """Say what counts beside Quality of Practice audits: 'audits of themes', 'nothing'."""
    return say_list([words for kind, words in BESIDE.items() if kind in kinds]) or "nothing"


def _setting(default: int, group: str, label: str, unit: str, hint: str, *, within: tuple[int, int]) -> int:
    """Declare a setting: its default and all that a page says of it."""
    least, most = within
    about = About(group, label, unit, hint, least, most)
    given: int = field(default=default, metadata={"about": about})
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeSettings:
    """The settings in force. `quotas` begin with the first month they are for; months before it owe the guide's 20.

    So does `counted`; to months before it nothing counts but their Quality of Practice audits, as the guide says.
    """

    quotas: tuple[QuotaFrom, ...] = ()
    counted: tuple[CountedFrom, ...] = ()
    target_at_most: int = _setting(
        30,
        "The quota",
        "The most that is asked of a month",
        "audits",
        "The quota with what is carried forward never goes above this.",
        within=(1, 300),
    )
    most_each: int = _setting(
        2,
        "The quota",
        "The most for one auditor in a month",
        "audits",
        "As long as that covers the month. More than this is given only where there are too few auditors.",
        within=(1, 20),
    )
    not_again_months: int = _setting(
        12,
        "Sampling",
        "A case is not drawn again for",
        "months",
        "Counted from its last audit. A re-audit may come sooner.",
        within=(1, 60),
    )
    due_days: int = _setting(
        10,
        "Deadlines",
        "An audit is due after",
        "working days",
        "Counted from the day it is given out.",
        within=(1, 60),
    )
    remind_days: int = _setting(
        3,
        "Deadlines",
        "Its auditor is reminded before it is due",
        "working days",
        "Once, by their message of that day.",
        within=(1, 30),
    )
    manager_days: int = _setting(
        1,
        "Reminders and the ladder",
        "The team manager is told",
        "working days after it was due",
        "The manager of the auditor's team, who may be the auditor.",
        within=(1, 30),
    )
    head_days: int = _setting(
        2,
        "Reminders and the ladder",
        "The head of service is told",
        "working days after it was due",
        "The head of the service that the auditor's team belongs to.",
        within=(2, 60),
    )
    offer_days: int = _setting(
        5,
        "Reminders and the ladder",
        "The audit is offered for reassignment",
        "working days after it was due",
        "The quality assurance team is told, and finds it on its list of what waits.",
        within=(1, 60),
    )
    director_days: int = _setting(
        8,
        "Reminders and the ladder",
        "The assistant director is told",
        "working days after it was due",
        "The last step of the ladder.",
        within=(1, 60),
    )
    deep_dive_months: int = _setting(
        12,
        "The year",
        "A deep dive is repeated after",
        "months",
        "The programme of the year offers the repeat when the first one is planned.",
        within=(1, 60),
    )

    supervision_each_month: int = _setting(
        4,
        "The year",
        "Supervision files that a month looks at",
        "files",
        "What a month is planned with in the programme, where another number can be given. Picked files come on top.",
        within=(1, 50),
    )

    def quota_of(self, month: Month) -> int:
        """The number of audits that a month is asked for, before anything is carried forward into it."""
        in_force = _in_force(self.quotas, month)
        return in_force.quota if in_force else QUOTA

    def with_quota(self, quota: int, *, since: Month) -> Self:
        """The settings with another quota from a month on; later ones that were set before go."""
        if not 1 <= quota <= QUOTA_AT_MOST:
            raise Refused(f"The quota must be a whole number from 1 to {QUOTA_AT_MOST}.")
        earlier = replace(self, quotas=_before(self.quotas, since))
        if quota == earlier.quota_of(since):
            return earlier
        return replace(self, quotas=(*earlier.quotas, QuotaFrom(str(since), quota)))

    def counted_in(self, month: Month) -> frozenset[CycleKind]:
        """What counts to the average of a month beside its Quality of Practice audits."""
        in_force = _in_force(self.counted, month)
        return frozenset(in_force.kinds if in_force else ())

    def with_counted(self, kinds: Collection[CycleKind], *, since: Month) -> Self:
        """The settings with something else counted from a month on; later ones that were set before go."""
        if not set(kinds) <= set(BESIDE):
            raise Refused(f"Beside Quality of Practice audits, only {say_beside(BESIDE)} can count to the average.")
        earlier = replace(self, counted=_before(self.counted, since))
        if frozenset(kinds) == earlier.counted_in(since):
            return earlier
        counted = CountedFrom(str(since), tuple(kind for kind in BESIDE if kind in kinds))
        return replace(self, counted=(*earlier.counted, counted))

    def changed(self, numbers: Mapping[str, int]) -> Self:
        """The settings with other numbers, each within its bounds and all in an order that makes sense."""
        for name, about in settings():
            if name in numbers and not about.least <= numbers[name] <= about.most:
                raise Refused(f"{about.label}: enter a whole number from {about.least} to {about.most}.")
        new = replace(self, **numbers)  # type: ignore[arg-type]  # every one of them is a number
        _check_order(new)
        return new


def _in_force(changes: Sequence[Counts], month: Month) -> Counts | None:
    """The last of some changes that counts for a month."""
    return next((each for each in reversed(changes) if each.month <= str(month)), None)


def _before(changes: Sequence[Counts], since: Month) -> tuple[Counts, ...]:
    """The changes that counted before a month."""
    return tuple(each for each in changes if each.month < str(since))


def settings() -> Iterator[tuple[str, About]]:
    """Every setting that is one number, by its name, in the order of the page."""
    for each in fields(ProgrammeSettings):
        if "about" in each.metadata:
            yield each.name, each.metadata["about"]


def _check_order(new: ProgrammeSettings) -> None:
    if new.remind_days >= new.due_days:
        raise Refused("The reminder must come after the audit is given out: fewer days before it is due.")
    if not new.manager_days < new.head_days < new.director_days:
        raise Refused(
            "The ladder must climb: the team manager is told first, then the head of service, then the assistant "
            "director."
        )


_RECORD: Final = TypeAdapter(ProgrammeSettings)


def to_json(settings: ProgrammeSettings) -> str:
    """The settings as text to be stored."""
    return _RECORD.dump_json(settings).decode()


def from_json(text: str | None) -> ProgrammeSettings:
    """The settings that `to_json` wrote; the guide's own where there are none."""
    if text is None:
        return ProgrammeSettings()
    try:
        return _RECORD.validate_json(text)
    except ValidationError as error:
        raise Refused("The settings of the programme cannot be read: this version did not write them so.") from error
