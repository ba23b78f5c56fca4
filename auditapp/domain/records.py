"""The record of one audit as one document: what was submitted, in the words that people read.

It is made once, at submission, and never changes; the page, the paper and every export of the audit come from it.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from auditapp.domain.errors import Refused

# A key that is not known means that a newer version wrote the record: better refused than shown in part.
_AS_WRITTEN: Final = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A question as it was put, and its answer; `answer` is empty where none was given."""

    __pydantic_config__ = _AS_WRITTEN

    code: str
    text: str
    answer: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """A domain of the tool: its grade, why, what was strong, what can be learned, and its questions."""

    __pydantic_config__ = _AS_WRITTEN

    code: str
    name: str
    grade: str
    why: str = ""
    strength: str = ""
    learning: str = ""
    questions: tuple[QuestionRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class TakingPartRecord:
    """Whether somebody took part, and when or why not."""

    __pydantic_config__ = _AS_WRITTEN

    who: str
    took_part: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """An action agreed with the audit; `due` in words."""

    __pydantic_config__ = _AS_WRITTEN

    number: int
    action: str
    success_measure: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class ConcernRecord:
    """An immediate concern: what it was, who was told, when and how."""

    __pydantic_config__ = _AS_WRITTEN

    what: str
    told: str
    when: str
    how: str


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A submitted audit. Every value is in words, as it read on the day it was submitted; `minutes` is a number.

    `case_reference` and `case_type` are empty where the audit was of no case; `worker` is whose supervision file it was
    of, by the code of the case lists.
    `indicative_grade` is empty where no grade followed from the rules, `reason` where the two grades agree.
    """

    __pydantic_config__ = _AS_WRITTEN

    reference: str
    tool: str
    scale: str
    auditor: str
    submitted: str
    overall_grade: str
    case_reference: str = ""
    case_type: str = ""
    team: str = ""
    look_back: str = ""
    sources: str = ""
    worker_spoken_to: str = ""
    indicative_grade: str = ""
    indicative_words: str = ""
    reason: str = ""
    minutes: int | None = None
    sections: tuple[SectionRecord, ...] = ()
    taking_part: tuple[TakingPartRecord, ...] = ()
    actions: tuple[ActionRecord, ...] = ()
    concerns: tuple[ConcernRecord, ...] = ()
    worker: str = ""


_RECORDS: Final = TypeAdapter(AuditRecord)


def to_json(record: AuditRecord) -> str:
    """The record as canonical JSON: equal records give equal text, whatever wrote them."""
    said = asdict(record)
    if not record.worker:
        del said["worker"]  # records of cases never said it: theirs are the same for ever
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> AuditRecord:
    """The record that `to_json` wrote; Refused where the text is anything else."""
    try:
        return _RECORDS.validate_json(text)
    except ValidationError as error:
        where = ", ".join(sorted({".".join(map(str, fault["loc"])) or "the text" for fault in error.errors()}))
        raise Refused(f"This record of an audit cannot be read: {where} is not as this version writes it.") from error


def digest(record: AuditRecord) -> str:
    """SHA-256 of the canonical JSON in hexadecimal: the same for ever, and another for any other record."""
    return digest_of(to_json(record))


def digest_of(document: str) -> str:
    """The digest of the record whose canonical JSON this is."""
    return hashlib.sha256(document.encode()).hexdigest()
