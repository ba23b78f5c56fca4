"""What cycles of audits are called: on pages and lists, and in the references of their audits.

A QoP month and a month's supervision files have the month as their period (2026-11). Supervision files that were
picked because of what a case audit found are beside these (2026-11-P), and so are those of a deep dive that starts in
the month (2026-11-D). Thematic audits are numbered within the
council's year, in the order in which they were started: 2026-T03 is the third of 2026 to 2027.
"""

from typing import Final

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.vocabulary import CycleKind

PICKED: Final = "-P"
DEEP: Final = "-D"
# Earlier results bring references of their own.
PREFIXES: Final = {CycleKind.QOP: "QOP", CycleKind.THEMATIC: "THE", CycleKind.SUPERVISION: "SUP"}


def say_cycle(kind: CycleKind, period: str, title: str = "") -> str:
    """'Quality of Practice, November 2026', 'Supervision, November 2026', the title of a theme."""
    if title:
        return title
    if kind is CycleKind.QOP:
        return f"{kind.label}, {Month.parse(period).label}"
    if kind is CycleKind.SUPERVISION:
        return f"{kind.label}, {month_of(period).label}{', picked' if is_picked(period) else ''}"
    return kind.label


def title_of_cycle(kind: CycleKind, period: str, title: str = "") -> str:
    """What its page is called: 'November 2026' of a QoP month, as nothing else is; of others as `say_cycle` has it."""
    return Month.parse(period).label if kind is CycleKind.QOP else say_cycle(kind, period, title)


def audit_reference(kind: CycleKind, period: str, number: int) -> str:
    """QOP-2026-11-01, SUP-2026-11-01, SUP-2026-11-P-01, SUP-2026-11-D-01, THE-2026-T03-01."""
    return f"{PREFIXES[kind]}-{period}-{number:02}"


def theme_period(year: CouncilYear, number: int) -> str:
    """What the third theme of the year 2026 to 2027 is known by: 2026-T03."""
    return f"{year.starts_in}-T{number:02}"


def theme_number(period: str) -> int:
    """The place of a theme among those of its year, from its period."""
    return int(period.partition("-T")[2])


def picked_period(month: Month) -> str:
    """What the supervision files of a month are known by that were picked, not drawn: 2026-11-P."""
    return f"{month}{PICKED}"


def is_picked(period: str) -> bool:
    """Whether the files of a supervision cycle were picked because of what case audits found."""
    return period.endswith(PICKED)


def dive_period(month: Month) -> str:
    """What the supervision files of a deep dive that starts in a month are known by: 2026-11-D."""
    return f"{month}{DEEP}"


def is_monthly(period: str) -> bool:
    """Whether a supervision cycle is the share of files that a month looks at."""
    return not period.endswith((PICKED, DEEP))


def month_of(period: str) -> Month:
    """The month of a supervision cycle."""
    return Month.parse(period.removesuffix(PICKED).removesuffix(DEEP))
