"""The cycles that were opened, as pages list them, and what of them waits for somebody."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month
from auditapp.domain.cycle_names import say_cycle
from auditapp.domain.vocabulary import (
    AuditState,
    CycleKind,
)
from auditapp.domain.workflow import OPEN
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.queries.auditors import is_with_leaver, is_with_somebody_away


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One cycle of a list: how many audits, how many of them submitted. `month` is its own, or that of its start."""

    public_id: str
    kind: CycleKind
    period: str
    title: str
    month: Month
    target: int
    audits: int
    submitted: int
    replaced: int
    opened_at: datetime

    @property
    def name(self) -> str:
        """What people call it."""
        return say_cycle(self.kind, self.period, self.title)

    @property
    def is_finished(self) -> bool:
        """Whether every audit of it is submitted."""
        return self.submitted == self.audits


def months(session: Session) -> tuple[CycleRow, ...]:
    """Return the QoP months that were opened, the last one first."""
    return cycles_of(session, CycleKind.QOP)


def cycles_of(session: Session, kind: CycleKind) -> tuple[CycleRow, ...]:
    """Return the cycles of a kind, the last one first."""
    states = (
        select(Audit.cycle_id, Audit.state, func.count())
        .join(Audit.cycle)
        .where(Cycle.kind == kind)
        .group_by(Audit.cycle_id, Audit.state)
    )
    counted: dict[int, Counter[AuditState]] = {}
    for cycle_id, state, n in session.execute(states):
        counted.setdefault(cycle_id, Counter())[state] = n
    opened = session.scalars(select(Cycle).where(Cycle.kind == kind).order_by(Cycle.period.desc()))
    return tuple(_row(cycle, counted.get(cycle.id, Counter())) for cycle in opened)


def months_opened(session: Session, wanted: Iterable[Month]) -> dict[Month, CycleRow]:
    """Return those of some months that were opened."""
    query = (
        select(
            Cycle.public_id,
            Cycle.kind,
            Cycle.period,
            Cycle.title,
            Cycle.target,
            Cycle.opened_at,
            func.count(case((Audit.state != AuditState.REPLACED, 1))),
            func.count(case((Audit.state == AuditState.SUBMITTED, 1))),
            func.count(case((Audit.state == AuditState.REPLACED, 1))),
        )
        .outerjoin(Audit, Audit.cycle_id == Cycle.id)
        .where(Cycle.kind == CycleKind.QOP, Cycle.period.in_([str(month) for month in wanted]))
        .group_by(Cycle.id)
    )
    rows = [
        CycleRow(public_id, kind, period, title, Month.parse(period), target, audits, submitted, replaced, opened_at)
        for public_id, kind, period, title, target, opened_at, audits, submitted, replaced in session.execute(query)
    ]
    return {row.month: row for row in rows}


def drawn_cycles(session: Session) -> Sequence[Cycle]:
    """Return every cycle whose cases or files were drawn, the last one first."""
    query = select(Cycle).join(CycleDraw, CycleDraw.cycle_id == Cycle.id).order_by(Cycle.opened_at.desc(), Cycle.id)
    return session.scalars(query).all()


def _row(cycle: Cycle, states: Counter[AuditState]) -> CycleRow:
    replaced = states[AuditState.REPLACED]
    return CycleRow(
        public_id=cycle.public_id,
        kind=cycle.kind,
        period=cycle.period,
        title=cycle.title,
        month=cycle.month,
        target=cycle.target,
        audits=states.total() - replaced,
        submitted=states[AuditState.SUBMITTED],
        replaced=replaced,
        opened_at=cycle.opened_at,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many open audits there are of all cycles: late, with nobody, sent back, with those who left or are away."""

    late: int
    unassigned: int
    returned: int
    left: int
    away: int


def waiting(session: Session, *, today: date) -> Waiting:
    """Count the audits of all cycles that wait for somebody."""
    query = select(
        func.count(case((Audit.due_on < today, 1))),
        func.count(case((Audit.auditor_id.is_(None), 1))),
        func.count(case((Audit.state == AuditState.RETURNED, 1))),
        func.count(case((is_with_leaver(), 1))),
        func.count(case((is_with_somebody_away(today), 1))),
    ).where(Audit.state.in_(OPEN))
    return Waiting(*session.execute(query).one())
