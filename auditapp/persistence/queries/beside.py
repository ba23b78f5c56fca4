"""What a month has beside its QoP audits: shown there, and counted to the average where the settings say so."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month
from auditapp.domain.vocabulary import AuditState, CycleKind
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle


@dataclass(frozen=True, slots=True)
class Beside:
    """How many audits were submitted in a month beside its QoP audits, and which of them are `counted` with these."""

    themes: int
    supervision: int
    counted: frozenset[CycleKind] = frozenset()

    @property
    def words(self) -> str:
        """'Beside them: 3 of themes, which count to the average, 2 of supervision files'; nothing where none are."""
        counts = (
            (self.themes, "of themes", CycleKind.THEMATIC),
            (self.supervision, "of supervision files", CycleKind.SUPERVISION),
        )
        said = [f"{n} {of}{self._say_counted(n, kind)}" for n, of, kind in counts if n]
        return f"Beside them: {', '.join(said)}" if said else ""

    def _say_counted(self, n: int, kind: CycleKind) -> str:
        if kind not in self.counted:
            return ""
        return f", which {'counts' if n == 1 else 'count'} to the average"


def done_beside(session: Session, month: Month, *, counted: frozenset[CycleKind] = frozenset()) -> Beside:
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
    return Beside(*session.execute(query).one(), counted)
