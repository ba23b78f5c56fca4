"""What came of the QoP audits of a year, and of those that are open: the record that forecasts rest on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month, london_day
from auditapp.domain.times_taken import Held
from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import AuditState, CycleKind
from auditapp.domain.workflow import OPEN
from auditapp.persistence.audits import Audit, SubmittedRecord
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person
from auditapp.persistence.tools import ToolVersion

MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """How long audits were with whom, and the names of those who had them, by person."""

    held: tuple[Held, ...]
    names: Mapping[int, str]

    def submitted_in(self, month: Month) -> list[date]:
        """The days of a month on which audits were submitted that stand so."""
        days = (held.submitted_on for held in self.held)
        return [day for day in days if day is not None and Month.of(day) == month]


def audit_record(session: Session, *, month: Month, besides: Collection[CycleKind] = ()) -> AuditRecord:
    """Return the open QoP audits, and those submitted in a month or in the twelve before it; with some kinds besides.

    An audit counts from the day on which it was given to whoever has it now, one that was sent back from that day on;
    one that was sent back counts to the month of its first version, and to no other. Replaced ones are left out.
    Earlier results, out of a spreadsheet, have nobody, and so no record.
    """
    since, _ = month.plus(-MONTHS_BACK).bounds_utc()
    begins, _ = month.bounds_utc()
    counts_here = or_(Audit.first_submitted_at.is_(None), Audit.first_submitted_at >= begins)
    submitted = and_(Audit.state == AuditState.SUBMITTED, Audit.first_submitted_at >= since)
    sent_back = and_(
        SubmittedRecord.audit_id == Audit.id,
        SubmittedRecord.revision == Audit.revision,
        Audit.state == AuditState.RETURNED,
    )
    of_months = and_(Cycle.kind.in_((CycleKind.QOP, CycleKind.EARLIER)), ToolVersion.slug == QOP)
    query = (
        select(
            Audit.auditor_id,
            func.coalesce(Person.name, ""),
            Audit.state,
            func.coalesce(SubmittedRecord.returned_at, Audit.assigned_at),
            Audit.first_submitted_at,
        )
        .join(Audit.cycle)
        .join(Audit.tool_version)
        .outerjoin(Person, Person.id == Audit.auditor_id)
        .outerjoin(SubmittedRecord, sent_back)
        .where(
            of_months if not besides else or_(of_months, Cycle.kind.in_(besides)),
            or_(and_(Audit.state.in_(OPEN), counts_here), submitted),
        )
        .order_by(Audit.id)
    )
    rows = session.execute(query).all()
    return AuditRecord(
        held=tuple(_held(auditor, state, given_at, submitted_at) for auditor, _, state, given_at, submitted_at in rows),
        names={auditor: name for auditor, name, *_ in rows if auditor is not None},
    )


def _held(auditor: int | None, state: AuditState, given_at: datetime, submitted_at: datetime | None) -> Held:
    if submitted_at is None or state is not AuditState.SUBMITTED:
        return Held(auditor, london_day(given_at), None)
    # Somebody else may have corrected it, and been given it after its first version.
    return Held(auditor, london_day(min(given_at, submitted_at)), london_day(submitted_at))
