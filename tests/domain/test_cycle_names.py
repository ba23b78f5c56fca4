"""What cycles are called, and what their audits are."""

import pytest

from auditapp.domain.calendar import CouncilYear, Month
from auditapp.domain.counts import COUNTED_AS
from auditapp.domain.cycle_names import (
    PREFIXES,
    audit_reference,
    is_picked,
    month_of,
    picked_period,
    say_cycle,
    theme_number,
    theme_period,
)
from auditapp.domain.vocabulary import CycleKind


@pytest.mark.parametrize(
    ("kind", "period", "title", "said"),
    [
        (CycleKind.QOP, "2026-11", "", "Quality of Practice, November 2026"),
        (CycleKind.SUPERVISION, "2026-11", "", "Supervision, November 2026"),
        (CycleKind.SUPERVISION, "2026-11-P", "", "Supervision, November 2026, picked"),
        (CycleKind.THEMATIC, "2026-T03", "Neglect", "Neglect"),
        (CycleKind.EARLIER, "ofsted-2015-03-01", "", "Earlier results"),
    ],
)
def test_a_cycle_is_called_as_people_say_it(kind: CycleKind, period: str, title: str, said: str) -> None:
    assert say_cycle(kind, period, title) == said


def test_references_say_what_an_audit_is_of() -> None:
    assert audit_reference(CycleKind.QOP, "2026-11", 3) == "QOP-2026-11-03"
    assert audit_reference(CycleKind.SUPERVISION, picked_period(Month(2026, 11)), 1) == "SUP-2026-11-P-01"
    assert audit_reference(CycleKind.THEMATIC, theme_period(CouncilYear(2026), 3), 12) == "THE-2026-T03-12"


def test_periods_read_back() -> None:
    assert theme_number(theme_period(CouncilYear(2026), 11)) == 11
    assert month_of(picked_period(Month(2026, 11))) == month_of("2026-11") == Month(2026, 11)
    assert is_picked("2026-11-P")
    assert not is_picked("2026-11")


def test_every_kind_is_counted_somewhere_and_all_but_earlier_results_have_references() -> None:
    assert set(COUNTED_AS) == set(CycleKind)
    assert set(PREFIXES) == set(CycleKind) - {CycleKind.EARLIER}
