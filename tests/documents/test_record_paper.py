"""An audit's record on paper: PDF/UA-1 whatever was written, first what matters most, nothing left out."""

import io
from dataclasses import asdict, fields, replace

import pikepdf
import pytest

from auditapp.documents.colours import grade_colours
from auditapp.documents.definitions import shipped_scales
from auditapp.documents.record_paper import record_paper
from auditapp.domain.records import AuditRecord
from tests.documents.reading import faults, outline, spoken, tables, text
from tests.documents.samples import COUNCIL, FONTS, MADE_AT, NASTY, record

SCALE = shipped_scales()["ofsted-ilacs"]


def paper(audit: AuditRecord) -> bytes:
    return record_paper(audit, scale=SCALE, council=COUNCIL, made_at=MADE_AT, fonts=FONTS)


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


def fills(data: bytes) -> set[str]:
    """Every colour that anything on paper is filled with, as '#rrggbb'."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        filled = [
            instruction.operands
            for each in pdf.pages
            for instruction in pikepdf.parse_content_stream(each)
            if str(instruction.operator) == "rg"
        ]
    return {"#" + "".join(f"{round(float(part) * 255):02x}" for part in colour) for colour in filled}


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
    assert missing == [section.code for section in record().sections], "for which their numbers stand"


def test_long_evidence_goes_on_over_pages_and_loses_nothing() -> None:
    evidence = " ".join(f"word{at}" for at in range(3000))
    section = record().sections[0]
    question = replace(section.questions[0], evidence=evidence)
    audit = replace(record(), sections=(replace(section, questions=(question,)),))
    assert [table[1][2] for table in tables(paper(audit)) if table[0][0] == "Question"] == [evidence]


def test_an_immediate_concern_stands_first_and_how_the_audit_was_made_last() -> None:
    titles = [title for depth, title in outline(paper(record())) if depth == 1]
    assert titles[:4] == ["Immediate concern", "Overall grade", "Actions", "1. Identity, record and chronology"]
    assert titles[-3:] == ["12. Outcomes and impact", "About this audit", "Who took part"]


def test_the_head_says_whose_case_it_is_and_who_audited_it() -> None:
    head = " ".join(text(paper(record())).split("Overall grade")[0].split())
    audit = record()
    for words in (f"Case {audit.case_reference}", audit.case_type, f"audited by {audit.auditor}", audit.tool):
        assert words in head


def test_the_head_of_a_supervision_audit_says_whose_file_it_is() -> None:
    audit = replace(record(), case_reference="", case_type="", worker="W4444")
    head = " ".join(text(paper(audit)).split("Overall grade")[0].split())
    assert f"Supervision file of W4444 · audited by {audit.auditor}" in head
    assert "Case" not in head


def test_an_audit_without_a_concern_says_nothing_of_one() -> None:
    assert "concern" not in text(paper(replace(record(), concerns=())))


def test_the_two_grades_stand_side_by_side_with_the_reason() -> None:
    said = [each.text for each in spoken(paper(record()))]
    assert said.index("RI Requires improvement to be good") + 2 == said.index("I Inadequate")
    assert any(each.startswith("Why the overall grade differs.") for each in said)


def test_every_grade_has_its_letter_on_its_colour_before_the_word() -> None:
    sections = tuple(
        replace(section, grade=grade.label) for section, grade in zip(record().sections, SCALE.grades, strict=False)
    )
    data = paper(replace(record(), sections=(*sections, replace(record().sections[4], grade="Not judged"))))
    (grades,) = [table for table in tables(data) if table[0] == ["Domain", "Grade"]]
    assert [said for _, said in grades[1:]] == [
        "O Outstanding", "G Good", "RI Requires improvement to be good", "I Inadequate", "Not judged",
    ]  # fmt: skip
    assert fills(data) >= set(grade_colours(len(SCALE.grades)))


def test_an_audit_with_little_in_it_is_still_a_document() -> None:
    bare = AuditRecord(
        "QOP-1", "Quality of Practice, version 1", "Ofsted ILACS", "Ines Okafor", "3 December 2026", "Good"
    )
    data = paper(bare)
    assert faults(data) == []
    assert "No action was agreed." in text(data)
    assert "Case reference" not in text(data)


def test_a_question_without_an_answer_says_so() -> None:
    questions = next(table for table in tables(paper(record())) if table[0][0] == "Question")
    assert ["1.3 Is the family network recorded?", "Not answered", ""] in questions


def test_the_same_record_gives_the_same_bytes() -> None:
    assert paper(record()) == paper(record())
