"""What opening a month would do, before it does it: how many cases or files, for whom, and what it cannot know."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.domain import quota
from auditapp.domain.calendar import CouncilYear, Month, Span, london_day
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.programme import Plan
from auditapp.domain.sampling import say_lately
from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence.cases import CaseList
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.auditors import auditors, shares_of
from auditapp.persistence.queries.cases import Unmapped, frame, unmapped
from auditapp.services.audits import days_of_work
from auditapp.services.cycles import sample, target_of
from auditapp.services.programme_links import supervision_size
from auditapp.services.supervision import sample_files

ANY_SEED = "preview"


@dataclass(frozen=True, slots=True)
class MonthPreview:
    """What opening a month would do now.

    `target` is owed, and `drawn` how many cases or files may be drawn towards it. `shares` says how many auditors would
    be given how many audits; `most_each` is what the settings allow. `unmapped` is what of the list is not matched.
    What was looked at `lately` ('in the last 12 months') is not drawn.
    """

    target: int
    drawn: int
    shares: Mapping[int, int]
    most_each: int
    unmapped: Unmapped
    lately: str

    @property
    def auditors(self) -> int:
        """How many auditors are given audits."""
        return sum(people for audits, people in self.shares.items() if audits)

    @property
    def most(self) -> int:
        """The most audits that anybody is given."""
        return max(self.shares, default=0)

    @property
    def is_over_cap(self) -> bool:
        """Whether there are too few auditors for the settings."""
        return self.most > self.most_each


def preview_month(session: Session, month: Month, case_list: CaseList, *, by: Viewer, at: datetime) -> MonthPreview:
    """Say what opening a QoP month from a list would do; Refused where no case may be drawn, or nobody is there."""
    check_runs_programme(by)
    target = target_of(session, month, today=london_day(at))
    drawn = len(sample(session, frame(session, case_list.id), size=target, seed=ANY_SEED, at=at).order)
    return _preview(session, month, CycleKind.QOP, case_list, target=target, drawn=drawn, at=at)


def preview_supervision(
    session: Session, month: Month, case_list: CaseList, *, by: Viewer, at: datetime
) -> MonthPreview:
    """Say what opening a month of supervision audits would do; Refused where no file may be drawn, or nobody is there.

    Its target is what the programme plans, or else the setting.
    """
    check_runs_programme(by)
    target = supervision_size(session, month)
    drawn = len(sample_files(session, frame(session, case_list.id), size=target, seed=ANY_SEED, at=at).order)
    return _preview(session, month, CycleKind.SUPERVISION, case_list, target=target, drawn=drawn, at=at)


def preview_dive(session: Session, plan: Plan, case_list: CaseList, *, by: Viewer, at: datetime) -> MonthPreview:
    """Say what starting a deep dive into supervision would do; Refused where no file may be drawn."""
    check_runs_programme(by)
    drawn = len(sample_files(session, frame(session, case_list.id), size=plan.size, seed=ANY_SEED, at=at).order)
    return _preview(
        session,
        plan.month,
        CycleKind.SUPERVISION,
        case_list,
        target=plan.size,
        drawn=drawn,
        at=at,
        days=Span(london_day(at), plan.ends_on),
        named=plan.auditors,
    )


def _preview(
    session: Session,
    month: Month,
    kind: CycleKind,
    case_list: CaseList,
    *,
    target: int,
    drawn: int,
    at: datetime,
    days: Span | None = None,
    named: Collection[str] = (),
) -> MonthPreview:
    """Share out what would be drawn. What is drawn, is for the seed; how many, is not.

    Whoever is independent of little of it may be given less than their share, and somebody else more.
    """
    settings = programme_settings(session)
    days = days or days_of_work(session, month, given_on=london_day(at))
    people = auditors(session, named=named)
    among = shares_of(session, people, year=CouncilYear.of(month), kind=kind, days=days)
    shares = quota.shares(among, total=drawn, most_each=settings.most_each)
    return MonthPreview(
        target,
        drawn,
        Counter(shares.values()),
        settings.most_each,
        unmapped(session, case_list.id),
        say_lately(settings.not_again_months),
    )
