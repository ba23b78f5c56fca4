"""What a month has beside its QoP audits: shown there, and never counted to the quota."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month
from auditapp.domain.vocabulary import AuditState, CycleKind
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle


@dataclass(frozen=True, slots=True)
class Beside:
    """How many audits were submitted in a month beside its QoP audits, which they never count to."""

    themes: int
    supervision: int

    @property
    def words(self) -> str:
        """'Beside them: 3 of themes, 2 of supervision files'; nothing where there are none."""
        counts = ((self.themes, "of themes"), (self.supervision, "of supervision files"))
        said = ", ".join(f"{n} {of}" for n, of in counts if n)
        return f"Beside them: {said}" if said else ""


def done_beside(session: Session, month: Month) -> Beside:
    """Count the audits of themes and of supervision files that were first submitted in a month, and stand so."""
    begins, ends = month.bounds_utc()
    query = (
        select(
            func.count(case((Cycle.kind == CycleKind.THEMATIC, 1))),
            func.count(case((Cycle.kind == CycleKind.SUPERVISION, 1))),
        )
        .select_from(Audit)
        .join(Audit.cycle)
        .where(Audit.state == AuditState.SUBMITTED)
        .where(Audit.first_submitted_at >= begins, Audit.first_submitted_at < ends)
    )
    return Beside(*session.execute(query).one())
