"""Writing the record of an audit: everything that was said, in the words that people read."""

from collections.abc import Mapping
from datetime import datetime

from auditapp.domain.calendar import say_date, say_instant
from auditapp.domain.completeness import domain_grades
from auditapp.domain.grading import indicative_grade
from auditapp.domain.items import (
    LOOK_BACK,
    OVERALL_GRADE,
    OVERALL_MINUTES,
    OVERALL_REASON,
    PART,
    SOURCES,
    WORKER_SPOKEN_TO,
    Answer,
    Item,
    grade_code,
    learning_code,
)
from auditapp.domain.records import (
    ActionRecord,
    AuditRecord,
    ConcernRecord,
    QuestionRecord,
    SectionRecord,
    TakingPartRecord,
)
from auditapp.domain.tools import Domain
from auditapp.persistence.audits import Audit
from auditapp.persistence.tools import form_of

NOTHING = Answer()


def write_record(audit: Audit, answers: Mapping[str, Answer], *, at: datetime) -> AuditRecord:
    """Return the record of an audit, loaded with all that stands around it, as it is submitted at a moment."""
    tool, scale = audit.tool_version.tool, audit.scale_version.scale
    form = form_of(audit.tool_version.definition, audit.scale_version.definition, audit.case_type)
    said = _Words(form, answers)
    indicative = indicative_grade(tool, domain_grades(tool, answers), scale=scale)
    minutes = answers.get(OVERALL_MINUTES, NOTHING).value
    return AuditRecord(
        reference=audit.reference,
        tool=tool.title,
        scale=scale.name,
        auditor=audit.auditor.name if audit.auditor else "",
        submitted=say_instant(at),
        overall_grade=said.choice(OVERALL_GRADE),
        case_reference=audit.case.case_reference if audit.case else "",
        worker=audit.supervision_worker.code if audit.supervision_worker else "",
        case_type=audit.case_type.label if audit.case_type else "",
        team=audit.list_team.name if audit.list_team else "",
        look_back=said.text(LOOK_BACK),
        sources=said.text(SOURCES),
        worker_spoken_to=said.both(WORKER_SPOKEN_TO),
        indicative_grade=indicative.grade.label if indicative.grade else "",
        indicative_words=indicative.words,
        reason=said.text(OVERALL_REASON),
        minutes=int(minutes) if minutes else None,
        sections=tuple(_section(domain, form, said) for domain in tool.domains),
        taking_part=tuple(
            TakingPartRecord(party.label, said.choice(f"{PART}.{party.value}"), said.text(f"{PART}.{party.value}"))
            for party in tool.parties
        ),
        actions=tuple(
            ActionRecord(
                action.number,
                action.action,
                action.success_measure,
                action.owner,
                say_date(action.due_on) if action.due_on else "",
            )
            for action in audit.actions
        ),
        concerns=tuple(
            ConcernRecord(concern.what, concern.told_whom, say_instant(concern.told_at), concern.told_how)
            for concern in audit.concerns
        ),
    )


class _Words:
    """The answers of a form as people read them."""

    def __init__(self, form: Mapping[str, Item], answers: Mapping[str, Answer]) -> None:
        self._form, self._answers = form, answers

    def choice(self, code: str) -> str:
        """The label of what was chosen."""
        value = self._answers.get(code, NOTHING).value
        return dict(self._form[code].choices).get(value or "", "")

    def text(self, code: str) -> str:
        """What was written."""
        return self._answers.get(code, NOTHING).text.strip()

    def both(self, code: str) -> str:
        """What was chosen, and what was written beside it."""
        return ": ".join(part for part in (self.choice(code), self.text(code)) if part)


def _section(domain: Domain, form: Mapping[str, Item], said: _Words) -> SectionRecord:
    asked = [question for question in domain.questions if question.code in form]
    return SectionRecord(
        code=domain.code,
        name=domain.name,
        grade=said.choice(grade_code(domain)),
        why=said.text(grade_code(domain)),
        strength=said.text(f"{domain.code}.strength"),
        learning=said.text(learning_code(domain)),
        questions=tuple(
            QuestionRecord(question.code, question.text, said.choice(question.code), said.text(question.code))
            for question in asked
        ),
    )
