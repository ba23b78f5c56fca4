"""Records held against what the trail says of them: audits, their grades and answers, and what the Board was shown."""

import hashlib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy.orm import Session

from auditapp.domain.errors import Refused
from auditapp.domain.items import Answer
from auditapp.domain.records import AuditRecord, digest_of, from_json
from auditapp.domain.trail import SERVICE_CHAIN, Fault
from auditapp.persistence.audits import Audit
from auditapp.persistence.queries.trail import documents_of_records, publications, records_that_stand
from auditapp.persistence.tools import grade_label
from auditapp.services.records import write_record

# What a record says of the answers alone: names and teams may be other ones by now, and concerns raised since.
ANSWERED = attrgetter(
    "overall_grade",
    "indicative_grade",
    "look_back",
    "sources",
    "worker_spoken_to",
    "reason",
    "minutes",
    "sections",
    "taking_part",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What an event says of a record: where the event stands, the digest, and the quarter of a report."""

    chain: str
    position: int
    digest: str
    quarter: str

    def fault(self, what: str) -> Fault:
        """Say what is wrong with the record, at the event that tells of it."""
        return Fault(self.chain, self.position, what)


def faults_of_records(session: Session, submitted: Mapping[tuple[str, int], Told]) -> Iterator[Fault]:
    """Yield every record of an audit that is not what was submitted, and every audit that is not its record."""
    missing, altered = dict(submitted), set()
    for key, document in documents_of_records(session):
        told = missing.pop(key, None)
        if told and digest_of(document) != told.digest:
            altered.add(key)
            yield told.fault(f"the record of version {key[1]} was altered since.")
    for (_, revision), told in missing.items():
        yield told.fault(f"the record of version {revision} was removed.")
    for audit, answers, document in records_that_stand(session):
        key = (audit.public_id, audit.revision)
        if key in submitted and key not in altered and not _is_its_record(audit, answers, from_json(document)):
            yield submitted[key].fault(f"a grade or an answer is not what its record of version {key[1]} says.")


def faults_of_publications(
    session: Session, shown: Mapping[str, Told], *, withdrawn: Container[str]
) -> Iterator[Fault]:
    """Yield every report to the Board that is not what was shown, or that is shown although it was withdrawn."""
    missing = dict(shown)
    for report in publications(session):
        told = missing.pop(report.public_id, None)
        digest = hashlib.sha256(report.findings.encode()).hexdigest()
        if told is None:
            yield Fault(SERVICE_CHAIN, 0, f"no event tells of the report to the Board on {report.quarter}.")
        elif (told.quarter, told.digest) != (report.quarter, digest):
            yield told.fault("the report that was shown to the Board was altered since.")
        elif report.is_shown and report.public_id in withdrawn:
            yield told.fault("the report to the Board was withdrawn, and is shown all the same.")
    for told in missing.values():
        yield told.fault("the report that was shown to the Board was removed.")


def _is_its_record(audit: Audit, answers: Mapping[str, Answer], record: AuditRecord) -> bool:
    """Say whether the grades and answers of a submitted audit are those of its record, in the same words."""
    assert audit.submitted_at is not None
    scale = audit.scale_version.definition
    try:
        labels = [grade_label(scale, grade) for grade in (audit.overall_grade, audit.indicative_grade)]
        said = write_record(audit, answers, at=audit.submitted_at)
    except (Refused, ValueError, LookupError):  # a value that no form of ours stores
        return False
    return labels == [record.overall_grade, record.indicative_grade] and ANSWERED(said) == ANSWERED(record)
