"""Case lists and case references: one spelling, one hash, and what changed since the list before."""

import hashlib
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.case_lists import Changes, Entry, compare, frame_hash, holdings
from auditapp.domain.case_references import Cell, case_reference
from auditapp.domain.errors import Refused
from auditapp.domain.vocabulary import CaseType


@pytest.mark.parametrize(
    ("cell", "reference"),
    [("88285", "88285"), ("  00123\xa0", "00123"), ("AB12", "ab12"), (12345.0, "12345"), (12345, "12345"), ("0", "0")],
)
def test_a_reference_is_text_trimmed_and_case_folded(cell: Cell, reference: str) -> None:
    assert case_reference(cell) == reference


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("12-34", "only letters and digits"),
        ("", "is no identifier"),
        ("é12", "only letters and digits"),
        ("1" * 21, "longer than 20"),
        ("Smith", "looks like a name"),
        (12.5, "not a whole one"),
        (-5, "not a whole one"),
        (float("nan"), "not a whole one"),
        (float("inf"), "not a whole one"),
        (1e15, "too long to be exact"),
        (True, "not stored as text or a number"),
        (date(2026, 1, 1), "not stored as text or a number"),
    ],
)
def test_what_is_no_reference_is_refused_with_its_reason(cell: Cell, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        case_reference(cell)


ENTRIES = st.lists(
    st.builds(
        Entry,
        case_reference=st.from_regex("[a-z0-9]{1,4}", fullmatch=True),
        case_type=st.sampled_from(CaseType),
        team=st.sampled_from(["North", "South", ""]),
        worker=st.sampled_from(["W1", "W2", ""]),
    ),
    unique_by=lambda entry: entry.case_reference,
)


def test_the_hash_of_a_frame_can_be_worked_out_by_hand() -> None:
    entries = [Entry("2", CaseType.CIN, "North", ""), Entry("10", CaseType.LAC, "Süd", "W1")]
    text = "10\tLAC\tSüd\tW1\n2\tCIN\tNorth\t\n"
    assert frame_hash(entries) == hashlib.sha256(text.encode()).hexdigest()


@given(ENTRIES, st.randoms())
def test_the_hash_of_a_frame_does_not_depend_on_its_order(entries: list[Entry], random: Random) -> None:
    shuffled = random.sample(entries, len(entries))
    assert frame_hash(shuffled) == frame_hash(entries)
    assert frame_hash([*entries, Entry("zzzzz", CaseType.X, "", "")]) != frame_hash(entries)


def test_a_comparison_counts_what_changed() -> None:
    before = [
        Entry("1", CaseType.CIN, "North", "W1"),
        Entry("2", CaseType.CIN, "North", "W1"),
        Entry("3", CaseType.OA, "", ""),
    ]
    after = [
        Entry("1", CaseType.CP, "South", "W1"),
        Entry("2", CaseType.CIN, "North", "W2"),
        Entry("4", CaseType.OA, "", ""),
    ]
    changes = compare(holdings(before), holdings(after))
    assert changes == Changes(joined=1, left=1, changed_type=1, changed_team=1, changed_worker=1)
    assert not changes.none


@given(ENTRIES)
def test_a_list_compared_with_itself_has_not_changed(entries: list[Entry]) -> None:
    assert compare(holdings(entries), holdings(entries[::-1])).none
