"""What findings are made of: counts kept of submitted audits, and what tables need to know of tools and scales."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from auditapp.domain.calendar import Month
from auditapp.domain.vocabulary import CaseType, CycleKind, Measure, Standard

# Which counts an audit goes to. Earlier results of the QoP tool are results of the programme of months; what a theme
# or a supervision audit found is counted apart, whatever its tool. Whether it counts to the average, settings say.
COUNTED_AS: Final = {
    CycleKind.QOP: CycleKind.QOP,
    CycleKind.EARLIER: CycleKind.QOP,
    CycleKind.THEMATIC: CycleKind.THEMATIC,
    CycleKind.SUPERVISION: CycleKind.SUPERVISION,
}


@dataclass(frozen=True, slots=True)
class Count:
    """One kept count: how many submitted audits of a month, case type and team have this value under this key.

    | measure | key | value |
    |---|---|---|
    | overall | none | a grade, or a word of `Unjudged` |
    | overridden | none | a word of `Overridden`; no count where there is no indicative grade |
    | domain | code of the domain | a grade, or a word of `Unjudged` |
    | standard | a `Standard` | a grade, or a word of `Unjudged` |
    | compliance | a `Standard` | a word of `Compliance`; counts answers, not audits |
    | participation | a `Party` | a word of `TakingPart` |

    Every submitted audit has exactly one overall count. Earlier results may have no case type and no team.
    """

    month: Month
    case_type: CaseType | None
    team: str | None
    measure: Measure
    key: str
    value: str
    n: int


class GradeFacts(Protocol):
    """What a table needs of a grade."""

    @property
    def value(self) -> str:
        """As it is stored."""

    @property
    def label(self) -> str:
        """As people read it."""


class ScaleFacts(Protocol):
    """What a table needs of a grade scale."""

    @property
    def name(self) -> str:
        """As people read it."""

    @property
    def grades(self) -> Sequence[GradeFacts]:
        """Best first."""

    def good_or_better(self, value: str) -> bool:
        """Whether a grade counts to the headline."""


class DomainFacts(Protocol):
    """What a table needs of a domain of an audit tool."""

    @property
    def code(self) -> str:
        """As it is stored."""

    @property
    def name(self) -> str:
        """As people read it."""

    @property
    def standards(self) -> Sequence[Standard]:
        """The practice standards its grade speaks for."""
