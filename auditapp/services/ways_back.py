"""Moving back what was handed on together, as long as its new auditors have not begun it: shown first, too."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.domain.assignment import tie_between
from auditapp.domain.calendar import london_day
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.spreading import fingerprint
from auditapp.domain.workflow import OPEN
from auditapp.persistence import trail
from auditapp.persistence.handovers import Handover, HandoverLine
from auditapp.persistence.queries.handovers import find_handover, written_in
from auditapp.services import audits
from auditapp.services.handovers import PreviewChanged
from auditapp.services.independence import case_of, check_independent, independence


@dataclass(frozen=True, slots=True)
class Return:
    """One audit that was handed on: whether it can go back, and why not."""

    line: HandoverLine
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class WayBack:
    """What can be moved back of what was handed on together."""

    handover: Handover
    returns: tuple[Return, ...]

    @property
    def possible(self) -> tuple[HandoverLine, ...]:
        """The audits that would go back."""
        return tuple(each.line for each in self.returns if not each.why_not)

    @property
    def fingerprint(self) -> str:
        """What is another one as soon as anything of this is."""
        back_to = self.handover.person.public_id
        return fingerprint([(line.audit.public_id, line.audit.version, back_to) for line in self.possible])


def way_back(session: Session, handover: Handover) -> WayBack:
    """Say which audits of what was handed on can go back: those that their new auditors have not begun."""
    written = written_in(session, handover)
    returns = (Return(line, _why_not(line, handover, written=written)) for line in handover.lines)
    return WayBack(handover, tuple(returns))


def move_back(session: Session, public_id: str, *, seen: str, by: Viewer, at: datetime) -> int:
    """Move audits back to whom they came from, exactly as they were shown with a fingerprint; return how many.

    They have the dates that they had, unless these are over: then they are due as if they were given out today. That
    the person may have left is no hindrance: everything is then as it was, and can be reassigned otherwise.
    """
    check_runs_programme(by)
    back = way_back(session, find_handover(session, public_id, lock=True))
    if not seen or back.fingerprint != seen:
        raise PreviewChanged
    if not back.possible:
        raise Refused("Nothing of this can be moved back.")
    person = back.handover.person
    for line in back.possible:
        check_independent(session, line.audit, person)
        dates = _dates_before(line, back.handover, at=at)
        audits.give_to(session, line.audit, person, by=by, at=at, dates=dates)
        line.moved_back_at = at
    session.flush()
    details = {"audits": len(back.possible)}
    trail.record(session, "audits.moved_back", by=by.public_id, at=at, subject=person.public_id, details=details)
    return len(back.possible)


def _why_not(line: HandoverLine, handover: Handover, *, written: Collection[tuple[int, str]]) -> str:
    audit = line.audit
    if line.moved_back_at is not None:
        return "Moved back"
    if audit.state not in OPEN:
        return audit.state.label
    if audit.auditor_id != line.to_id or audit.assigned_at != handover.at:
        return "Reassigned again since"
    if (audit.id, line.to.public_id) in written:
        return f"{line.to.name} has begun it"
    tie = tie_between(case_of(audit), independence(handover.person))
    return f"{handover.person.name} is {tie.label}" if tie else ""


def _dates_before(line: HandoverLine, handover: Handover, *, at: datetime) -> tuple[datetime, date | None] | None:
    """Return the dates that an audit had; nothing where these are over, and it was not handed on today by mistake."""
    today = london_day(at)
    is_ahead = line.due_on is not None and line.due_on >= today
    return (line.assigned_at, line.due_on) if is_ahead or london_day(handover.at) == today else None
