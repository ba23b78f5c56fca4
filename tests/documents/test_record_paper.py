"""An audit's record on paper: PDF/UA-1 whatever was written, first what matters most, nothing left out."""

from dataclasses import asdict, fields, replace

import pytest

from auditapp.documents.record_paper import record_paper
from auditapp.domain.records import AuditRecord
from tests.documents.reading import faults, outline, spoken, tables, text
from tests.documents.samples import COUNCIL, FONTS, MADE_AT, NASTY, record


def paper(audit: AuditRecord) -> bytes:
    return record_paper(audit, council=COUNCIL, made_at=MADE_AT, fonts=FONTS)


def everywhere(words: str) -> AuditRecord:
    """The sample with these words in every place that takes words."""
    audit = record()
    section = audit.sections[0]
    hostile = replace(
        section,
        **{field.name: words for field in fields(section) if field.name != "questions"},
        questions=tuple(
            replace(question, code=words[:20], text=words, answer=words[:200], evidence=words)
            for question in section.questions
        ),
    )
    return replace(
        audit,
        reference=words[:30],
        overall_grade=words[:40],
        reason=words,
        look_back=words,
        sections=(hostile, audit.sections[1]),
        taking_part=tuple(replace(part, words=words) for part in audit.taking_part),
        actions=tuple(replace(action, action=words, owner=words) for action in audit.actions),
        concerns=tuple(replace(concern, what=words, how=words) for concern in audit.concerns),
    )


def leaves(value: object) -> list[str]:
    """Every text and number inside a record."""
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, (list, tuple)):
        return [leaf for each in value for leaf in leaves(each)]
    return [str(value)] if value not in {"", None} else []


def test_the_paper_is_pdf_ua() -> None:
    assert faults(paper(record())) == []


@pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
def test_the_paper_is_pdf_ua_whatever_was_written(words: str) -> None:
    assert faults(paper(everywhere(words))) == []


def test_every_word_of_the_record_is_on_paper() -> None:
    printed = text(paper(record()))
    missing = [leaf for leaf in leaves(asdict(record())) if leaf not in printed]
    assert missing == []


def test_long_evidence_goes_on_over_pages_and_loses_nothing() -> None:
    evidence = " ".join(f"word{at}" for at in range(3000))
    section = record().sections[0]
    question = replace(section.questions[0], evidence=evidence)
    audit = replace(record(), sections=(replace(section, questions=(question,)),))
    assert tables(paper(audit))[-1][1][2] == evidence


def test_an_immediate_concern_stands_first() -> None:
    titles = [title for depth, title in outline(paper(record())) if depth == 1]
    assert titles[:2] == ["Immediate concern", "Overall grade"]


def test_an_audit_without_a_concern_says_nothing_of_one() -> None:
    assert "concern" not in text(paper(replace(record(), concerns=())))


def test_the_two_grades_stand_side_by_side_with_the_reason() -> None:
    said = [each.text for each in spoken(paper(record()))]
    assert said.index("Requires improvement to be good") + 2 == said.index("Inadequate")
    assert any(each.startswith("Why the overall grade differs.") for each in said)


def test_an_audit_with_little_in_it_is_still_a_document() -> None:
    bare = AuditRecord(
        "QOP-1", "Quality of Practice, version 1", "Ofsted ILACS", "Ines Okafor", "3 December 2026", "Good"
    )
    data = paper(bare)
    assert faults(data) == []
    assert "No action was agreed." in text(data)
    assert "Case reference" not in text(data)


def test_a_question_without_an_answer_says_so() -> None:
    assert ["1.3 Is the family network recorded?", "Not answered", ""] in tables(paper(record()))[5]


def test_the_same_record_gives_the_same_bytes() -> None:
    assert paper(record()) == paper(record())
