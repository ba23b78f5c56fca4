"""A submitted audit is one document: it reads back as it was written, and its digest tells it from any other."""

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.errors import Refused
from auditapp.domain.records import (
    ActionRecord,
    AuditRecord,
    ConcernRecord,
    QuestionRecord,
    SectionRecord,
    TakingPartRecord,
    digest,
    from_json,
    to_json,
)

BARE = AuditRecord("QOP-1", "Quality of Practice, version 1", "Ofsted ILACS", "Ines Okafor", "3 December 2026", "Good")
FULL = replace(
    BARE,
    minutes=45,
    sections=(SectionRecord("D1", "Plan", "Good", questions=(QuestionRecord("1.1", "Is there a plan?", "Yes"),)),),
    taking_part=(TakingPartRecord("Practitioner", "Took part"),),
    actions=(ActionRecord(1, "Write the plan", "It is on file", "Tom Reilly", "17 December 2026"),),
    concerns=(ConcernRecord("No safety plan", "Priya Nair", "3 December 2026, 09:15", "By telephone"),),
)
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
RECORDS = st.builds(
    AuditRecord,
    *[WORDS] * 6,
    minutes=st.none() | st.integers(0, 2000),
    reason=WORDS,
    sections=st.lists(
        st.builds(
            SectionRecord,
            WORDS,
            WORDS,
            WORDS,
            questions=st.lists(st.builds(QuestionRecord, WORDS, WORDS, WORDS), max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    actions=st.lists(st.builds(ActionRecord, st.integers(1, 5), WORDS, WORDS, WORDS, WORDS), max_size=2).map(tuple),
)


@given(RECORDS)
def test_a_record_reads_back_as_it_was_written(record: AuditRecord) -> None:
    assert from_json(to_json(record)) == record


def test_canonical_json_does_not_depend_on_the_order_of_its_keys() -> None:
    shuffled = json.dumps(dict(reversed(asdict(FULL).items())), indent=2)
    assert to_json(from_json(shuffled)) == to_json(FULL)


def test_the_digest_of_a_record_never_changes() -> None:
    assert digest(BARE) == "80f92a90d2ae249e82cf1f4fde76c213ad654b4d0f66f4390ccf9249d2a77560"
    assert digest(from_json(to_json(FULL))) == digest(FULL)


@given(RECORDS, RECORDS)
def test_records_that_differ_have_different_digests(one: AuditRecord, other: AuditRecord) -> None:
    assert (digest(one) == digest(other)) == (one == other)


def test_one_letter_of_difference_gives_another_digest() -> None:
    assert digest(replace(FULL, reason="a")) != digest(replace(FULL, reason="b"))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "the text"),
        ("[]", "the text"),
        ("{}", "reference"),
        (to_json(BARE).replace('"minutes":null', '"minutes":"many"'), "minutes"),
        (to_json(BARE).replace('"team":""', '"team":"","age":"7"'), "age"),
        (to_json(FULL).replace('"number":1', '"number":"1"'), "actions.0.number"),
    ],
)
def test_anything_else_is_refused_and_says_where(text: str, where: str) -> None:
    with pytest.raises(Refused, match=where):
        from_json(text)
