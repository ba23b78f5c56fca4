"""What counts to the average that is owed: the months' own audits, and what the settings count besides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.programme import load_besides
from auditapp.domain.quota import Asked, Quota
from auditapp.persistence.queries.programme import entries_of
from auditapp.persistence.queries.quota import done_besides


@dataclass(frozen=True, slots=True)
class Standing:
    """How some months stand: what is owed, and how many audits were done, Quality of Practice ones and those besides.

    `besides` holds what counts to the average of the months in which anything else does.
    """

    quota: Quota
    done: Mapping[Month, int]
    besides: Mapping[Month, int] = field(default_factory=dict)

    @property
    def counted(self) -> Mapping[Month, int]:
        """How many audits count to the average of each month."""
        return {month: n + self.besides.get(month, 0) for month, n in self.done.items()}

    def asked_of(self, month: Month, *, today: date) -> Asked:
        """What is asked of a month, with what earlier ones were short of."""
        return self.quota.asked_of(month, self.done, besides=self.besides, today=today)


def standing(session: Session, quota: Quota, done: Mapping[Month, int], *, today: date) -> Standing:
    """Return how some months stand, given what is owed and how many Quality of Practice audits were done in each.

    What is planned besides is reckoned with, but for what should be over by now and was never started.
    """
    settings = quota.settings
    counting = [month for month in done if settings.counted_in(month)]
    if not counting:
        return Standing(quota, done)
    besides = {
        month: sum(n for kind, n in kinds.items() if kind in settings.counted_in(month))
        for month, kinds in done_besides(session, counting).items()
    }
    years = {CouncilYear.of(month) for month in counting}
    entries = {entry.public_id: entry for year in years for entry in entries_of(session, year) if entry.stands}
    to_come = (each.plan for each in entries.values() if each.is_started or each.plan.ends_on >= today)
    return Standing(replace(quota, planned_besides=load_besides(to_come, settings)), done, besides)
