"""One audit's record on paper, from the same document that its page is made from."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from auditapp.documents.chips import chips_of
from auditapp.documents.grids import Column
from auditapp.documents.tagged import OFFICIAL_SENSITIVE, Document
from auditapp.domain.grading import Scale
from auditapp.domain.records import AuditRecord, SectionRecord
from auditapp.domain.themes import ThemePlan
from auditapp.domain.wording import begin

_DOMAINS: Final = (Column("Domain", share=3), Column("Grade", share=2, grades=True))
_QUESTIONS: Final = (Column("Question", share=1.5), Column("Answer", share=0.7), Column("Evidence", share=1.8))
_ACTIONS: Final = (
    Column("Action", share=2),
    Column("How we will know", share=1.7),
    Column("Owner", share=1),
    Column("Due", share=1),
)
_TAKING_PART: Final = (Column("Who", share=1), Column("Took part", share=0.8), Column("When, or why not", share=2))
_NOTHING: Final = "None"


def record_paper(
    record: AuditRecord,
    *,
    scale: Scale,
    council: str,
    made_at: datetime,
    fonts: Path,
    classification: str = OFFICIAL_SENSITIVE,
    theme: ThemePlan | None = None,
) -> bytes:
    """The record as a PDF (PDF/UA-1): concerns and grades first, then actions, domain by domain, and how it was made.

    `scale` is the one that its grades are of. The theme that it belongs to is told beside it: once a theme runs, what
    it asks is never changed.
    """
    title = f"Audit {record.reference}"
    document = Document(
        title, council=council, made_at=made_at, fonts=fonts, classification=classification, chips=chips_of(scale)
    )
    document.cover(title, above=council, below=" · ".join(_whom_it_is_about(record)))
    _concerns(document, record)
    _grades(document, record)
    _actions(document, record)
    for number, section in enumerate(record.sections, start=1):
        _section(document, section, title=f"{number}. {section.name}")
    _about(document, record, theme)
    _taking_part(document, record)
    return document.to_bytes()


def _whom_it_is_about(record: AuditRecord) -> Iterator[str]:
    """The case or file, its type and the auditor, then the tool and when it was submitted: what finds a sheet again."""
    if record.case_reference:
        yield f"Case {record.case_reference}"
    if record.worker:
        yield f"Supervision file of {record.worker}"
    if record.case_type:
        yield record.case_type
    if record.auditor:
        yield f"audited by {record.auditor}"
    yield f"{record.tool}, submitted {record.submitted}"


def _concerns(document: Document, record: AuditRecord) -> None:
    """What may not be overlooked stands first."""
    if not record.concerns:
        return
    document.heading("Immediate concern")
    for concern in record.concerns:
        with document.together():
            document.paragraph(concern.what)
            document.summary([("Who was told", concern.told), ("When", concern.when), ("How", concern.how)])


def _grades(document: Document, record: AuditRecord) -> None:
    document.heading("Overall grade")
    document.key_figures(
        [
            (record.overall_grade, "auditor's grade"),
            (record.indicative_grade or _NOTHING, "indicative grade, from the rules"),
        ]
    )
    for label, text in (
        ("How the indicative grade came about.", record.indicative_words),
        ("Why the overall grade differs.", record.reason),
    ):
        if text:
            document.paragraph(text, label=label)
    if record.sections:
        rows = [(f"{number}. {section.name}", section.grade) for number, section in enumerate(record.sections, start=1)]
        document.table("Grades by domain", columns=_DOMAINS, rows=rows, notes=[f"Scale: {record.scale}."])


def _about(document: Document, record: AuditRecord, theme: ThemePlan | None) -> None:
    document.heading("About this audit")
    asked = ((begin(theme.what), theme.title), ("Practice area", theme.practice_area)) if theme else ()
    document.summary([pair for pair in (*asked, *_facts(record)) if pair[1]])
    if theme:
        document.heading(f"What this {theme.what} asks")
        document.bullets([line.strip() for line in theme.key_lines.splitlines() if line.strip()])


def _facts(record: AuditRecord) -> Iterator[tuple[str, str]]:
    """What and whom the audit is about; what is empty is left out."""
    yield "Case reference", record.case_reference
    yield "Supervision file of", record.worker
    yield "Case type", record.case_type
    yield "Team", record.team
    yield "Auditor", record.auditor
    yield "Submitted", record.submitted
    yield "Period looked at", record.look_back
    yield "What was read", record.sources
    yield "Spoken with the worker", record.worker_spoken_to
    yield "Minutes spent", "" if record.minutes is None else str(record.minutes)


def _actions(document: Document, record: AuditRecord) -> None:
    document.heading("Actions")
    if not record.actions:
        document.paragraph("No action was agreed.")
        return
    rows = [
        (f"{action.number}. {action.action}", action.success_measure, action.owner, action.due)
        for action in record.actions
    ]
    document.table("Actions agreed", columns=_ACTIONS, rows=rows)


def _taking_part(document: Document, record: AuditRecord) -> None:
    if record.taking_part:
        document.heading("Who took part")
        rows = [(part.who, part.took_part, part.words) for part in record.taking_part]
        document.table("Taking part in this audit", columns=_TAKING_PART, rows=rows)


def _section(document: Document, section: SectionRecord, *, title: str) -> None:
    """A domain: its grade and why, strength and learning point, then question by question."""
    document.heading(title)
    document.grade(section.grade, label="Grade:")
    for label, text in (
        ("Why:", section.why),
        ("Strength:", section.strength),
        ("Learning point:", section.learning),
    ):
        if text:
            document.paragraph(text, label=label)
    if section.questions:
        rows = [
            (f"{each.code} {each.text}", each.answer or "Not answered", each.evidence) for each in section.questions
        ]
        document.table(f"Questions of {section.name}", columns=_QUESTIONS, rows=rows)
