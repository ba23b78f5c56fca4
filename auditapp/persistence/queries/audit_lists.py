"""Audits in lists, as pages read them."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import starmap
from typing import Literal

from sqlalchemy import ColumnElement, Executable, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from auditapp.domain.cycle_names import say_cycle
from auditapp.domain.grading import Scale
from auditapp.domain.items import OVERALL_GRADE
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AuditState, CaseType, CycleKind, Refusal, Subject
from auditapp.domain.workflow import OPEN
from auditapp.persistence.audits import Audit, AuditAnswer
from auditapp.persistence.cases import Case, ListTeam, ListWorker
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person
from auditapp.persistence.queries.auditors import is_with_leaver, is_with_somebody_away
from auditapp.persistence.queries.audits import find_audit
from auditapp.persistence.scope import answered_for, readable_findings
from auditapp.persistence.tools import ScaleVersion, ToolVersion, grade_label, scale_of_definition

PAGE = 25
NEWEST = 5
Order = Literal["due", "newest", "drawn"]
ORDERS = {
    "due": (Audit.due_on, Audit.id),
    "newest": (Audit.submitted_at.desc(), Audit.id.desc()),
    "drawn": (Audit.id,),
}


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One audit of a list. `graded` is how many domains have a grade while it is being written, and 0 otherwise.

    `case_reference` is of a supervision file the code of its worker, as case lists name them.
    """

    public_id: str
    reference: str
    case_reference: str
    case_type: CaseType | None
    team: str
    auditor: str
    state: AuditState
    due_on: date | None
    submitted_at: datetime | None
    overall_grade: str | None
    scale_definition: str
    graded: int
    domains: int
    is_independence_known: bool
    refusal: Refusal | None
    replacement_reason: str | None
    auditor_public_id: str | None
    kind: CycleKind
    period: str
    title: str
    cycle_public_id: str

    @property
    def is_supervision(self) -> bool:
        """Whether a worker's supervision file is looked at, and no case."""
        return self.kind is CycleKind.SUPERVISION

    @property
    def about(self) -> str:
        """'Looked after': the type of a case, where it is known; 'Supervision file'."""
        if self.is_supervision:
            return Subject.SUPERVISION_FILE.label
        return self.case_type.label if self.case_type else ""

    @property
    def cycle_name(self) -> str:
        """The cycle it belongs to, as people call it."""
        return say_cycle(self.kind, self.period, self.title)

    @property
    def overall_label(self) -> str:
        """The overall grade as people read it."""
        return grade_label(self.scale_definition, self.overall_grade)

    @property
    def scale(self) -> Scale:
        """The scale that the grade is of."""
        return scale_of_definition(self.scale_definition)


_GRADED = (
    select(func.count())
    .where(
        AuditAnswer.audit_id == Audit.id,
        AuditAnswer.item.like("%.grade"),
        AuditAnswer.item != OVERALL_GRADE,
        AuditAnswer.value.is_not(None),
    )
    .correlate(Audit)
    .scalar_subquery()
)
# In the order of `AuditRow`.
_ROWS = (
    select(
        Audit.public_id,
        Audit.reference,
        func.coalesce(Case.case_reference, ListWorker.code, ""),
        Audit.case_type,
        func.coalesce(ListTeam.name, ""),
        func.coalesce(Person.name, ""),
        Audit.state,
        Audit.due_on,
        Audit.submitted_at,
        Audit.overall_grade,
        ScaleVersion.definition,
        # Only of what is being written is it said how far it is: counting the rest costs more than the list.
        case((Audit.state == AuditState.BEGUN, _GRADED), else_=0),
        ToolVersion.domain_count,
        Audit.is_independence_known,
        Audit.refusal,
        Audit.replacement_reason,
        Person.public_id,
        Cycle.kind,
        Cycle.period,
        Cycle.title,
        Cycle.public_id,
    )
    .join(Audit.cycle)
    .join(Audit.tool_version)
    .join(Audit.scale_version)
    .outerjoin(Case, Case.id == Audit.case_id)
    .outerjoin(ListWorker, ListWorker.id == Audit.supervision_worker_id)
    .outerjoin(ListTeam, ListTeam.id == Audit.list_team_id)
    .outerjoin(Person, Person.id == Audit.auditor_id)
)


# The page that auditors open most asks these, so they are made once, as what every request asks is.
_MINE = _ROWS.where(Audit.auditor_id == bindparam("auditor"))
_MY_OPEN = _MINE.where(Audit.state.in_(OPEN)).order_by(*ORDERS["due"])
_MY_SUBMITTED = _MINE.where(Audit.state == AuditState.SUBMITTED).order_by(*ORDERS["newest"]).limit(PAGE)


def my_open_audits(session: Session, viewer: Viewer) -> tuple[AuditRow, ...]:
    """Return the audits that a person has to finish, most urgent first."""
    return _read(session, _MY_OPEN, auditor=viewer.person_id)


def my_submitted_audits(session: Session, viewer: Viewer) -> tuple[AuditRow, ...]:
    """Return the last audits that a person submitted, newest first."""
    return _read(session, _MY_SUBMITTED, auditor=viewer.person_id)


def findings_to_read(session: Session, viewer: Viewer) -> tuple[AuditRow, ...]:
    """Return the newest submitted audits of others that a person may read."""
    others = (readable_findings(viewer), Audit.auditor_id.is_distinct_from(viewer.person_id))
    return _rows(session, *others, order="newest", most=NEWEST)


@dataclass(frozen=True, slots=True)
class SubmittedPage:
    """Twenty-five submitted audits, newest first, and where the next page begins."""

    rows: tuple[AuditRow, ...]
    next_after: str | None


def submitted_page(
    session: Session, viewer: Viewer, *, after: str = "", case_type: CaseType | None = None, grade: str = ""
) -> SubmittedPage:
    """Return the submitted audits that a person may read: of one type or overall grade, where these are given."""
    conditions = [readable_findings(viewer)]
    if case_type:
        conditions.append(Audit.case_type == case_type)
    if grade:
        conditions.append(Audit.overall_grade == grade)
    if after:
        last = find_audit(session, after, viewer=viewer)
        same_moment = and_(Audit.submitted_at == last.submitted_at, Audit.id < last.id)
        conditions.append(or_(Audit.submitted_at < last.submitted_at, same_moment))
    found = _rows(session, *conditions, order="newest", most=PAGE + 1)
    return SubmittedPage(found[:PAGE], found[PAGE - 1].public_id if len(found) > PAGE else None)


def waiting_audits(session: Session, *, show: str, today: date) -> tuple[AuditRow, ...]:
    """Return the audits of all cycles that wait in some way, the most urgent first.

    They are `late`, `unassigned`, `returned`, with people who `left`, or with people who are `away` today.
    """
    which = {
        "late": Audit.due_on < today,
        "unassigned": Audit.auditor_id.is_(None),
        "returned": Audit.state == AuditState.RETURNED,
        "left": is_with_leaver(),
        "away": is_with_somebody_away(today),
    }
    return _rows(session, Audit.state.in_(OPEN), which[show], order="due")


@dataclass(frozen=True, slots=True)
class LateAudits:
    """The audits that are late and that somebody answers for: the latest of them, and how many there are in all."""

    rows: tuple[AuditRow, ...] = ()
    total: int = 0


def late_audits(session: Session, viewer: Viewer, *, today: date) -> LateAudits:
    """Return the audits that are late and that somebody answers for, the latest first, at most twenty-five."""
    late = (answered_for(viewer), Audit.state.in_(OPEN), Audit.due_on < today)
    rows = _rows(session, *late, order="due", most=PAGE)
    if len(rows) < PAGE:
        return LateAudits(rows, len(rows))
    return LateAudits(rows, session.scalar(select(func.count()).select_from(Audit).where(*late)) or 0)


def cycle_audits(session: Session, cycle_id: int) -> tuple[AuditRow, ...]:
    """Return a cycle's audits in the order drawn, replaced ones among them. A cycle is small."""
    return _rows(session, Audit.cycle_id == cycle_id, order="drawn")


def _rows(
    session: Session,
    *conditions: ColumnElement[bool],
    order: Order,
    most: int | None = None,
) -> tuple[AuditRow, ...]:
    return _read(session, _ROWS.where(*conditions).order_by(*ORDERS[order]).limit(most))


def _read(session: Session, query: Executable, **asked: int) -> tuple[AuditRow, ...]:
    # Columns and no entities: the session's connection reads them in half the time that the session takes.
    return tuple(starmap(AuditRow, session.connection().execute(query, asked)))
