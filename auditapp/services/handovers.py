"""Handing on somebody's open audits together: shown first, then done exactly as shown.

What would move is worked out by the rules of a month that is opened, and has a fingerprint. Whoever sends the
fingerprint gets what it stands for, or is told that something has changed meanwhile.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.absences import is_away
from auditapp.domain.calendar import CouncilYear, Span, london_day
from auditapp.domain.cycle_names import say_cycle
from auditapp.domain.errors import NotFound, NotNow, Refused, Stale
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.spreading import Placed, Receiver, fingerprint, spread
from auditapp.domain.vocabulary import AbsenceState, AuditState, CaseType, CycleKind
from auditapp.domain.working_days import add_working_days
from auditapp.persistence import trail
from auditapp.persistence.absences import Absence
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.handovers import Handover, HandoverLine
from auditapp.persistence.people import Person
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.absences import find_absence
from auditapp.persistence.queries.auditors import auditors, aways, held_of, shares_of
from auditapp.persistence.queries.handovers import Holder, hold_open_audits, open_audits_of, people_away_soon
from auditapp.services import audits
from auditapp.services.audits import days_of_work, due_day
from auditapp.services.independence import case_of, independence

SOON = 10
"""In how many working days an absence begins whose audits can be handed on before it."""
NOBODY = "Nobody who can take audits is independent of the case. Reassign it yourself, or replace the case."


class PreviewChanged(Stale):
    """Something has changed since this was shown, so nothing was moved. Below is what would move now."""


@dataclass(frozen=True, slots=True)
class Line:
    """One open audit: whether it is to move, to whom it would go and why. `to` is a public identifier."""

    public_id: str
    reference: str
    case_reference: str
    case_type: CaseType | None
    cycle: str
    may_replace: bool
    state: AuditState
    due_on: date | None
    version: int
    is_chosen: bool
    to: str = ""
    to_name: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of somebody's open audits: all of them, cycle by cycle."""

    person: Person
    lines: tuple[Line, ...]

    @property
    def moving(self) -> tuple[Line, ...]:
        """Those that would go to somebody."""
        return tuple(line for line in self.lines if line.to)

    @property
    def left_over(self) -> tuple[Line, ...]:
        """Those that are to move, and that nobody can take."""
        return tuple(line for line in self.lines if line.is_chosen and not line.to)

    @property
    def fingerprint(self) -> str:
        """What is another one as soon as anything of this is."""
        return fingerprint([(line.public_id, line.version, line.to) for line in self.lines if line.is_chosen])


def soon_away(session: Session, *, today: date) -> tuple[Holder, ...]:
    """Return whose approved absence begins within ten working days, with open audits that are due in it."""
    return people_away_soon(session, after=today, until=add_working_days(today, SOON))


def preview_absence(session: Session, absence: Absence, *, chosen: Collection[str] | None, today: date) -> Preview:
    """Say who would take the audits of somebody whose absence was approved.

    Unless they are chosen, by their public identifiers, these are the audits that were not begun and for which too
    few of the working days are left until they are due.
    """
    if absence.state is not AbsenceState.APPROVED:
        raise NotNow(f"This is now: {absence.state.label}. Audits are reassigned for what is approved.")
    is_chosen = _is_hindered(session, absence, today=today) if chosen is None else _is_among(chosen)
    return _preview(session, absence.person, is_chosen=is_chosen, today=today)


def preview_person(session: Session, public_id: str, *, chosen: Collection[str] | None, today: date) -> Preview:
    """Say who would take somebody's audits, all unless some are chosen: they have left, or will."""
    person = session.scalar(select(Person).where(Person.public_id == public_id))
    if person is None:
        raise NotFound
    return _preview(session, person, is_chosen=_is_among(chosen), today=today)


def spread_absence(
    session: Session, public_id: str, *, chosen: Collection[str], seen: str, by: Viewer, at: datetime
) -> Handover:
    """Hand on audits of somebody whose absence was approved, exactly as they were shown with a fingerprint."""
    check_runs_programme(by)
    absence = find_absence(session, public_id, viewer=by, lock=True)
    hold_open_audits(session, absence.person_id)
    preview = preview_absence(session, absence, chosen=chosen, today=london_day(at))
    return _hand_on(session, preview, seen=seen, absence=absence, by=by, at=at)


def hand_on_all(
    session: Session, public_id: str, *, chosen: Collection[str], seen: str, by: Viewer, at: datetime
) -> Handover:
    """Hand on audits of somebody who has left, or will, exactly as they were shown with a fingerprint."""
    check_runs_programme(by)
    person_id = session.scalar(select(Person.id).where(Person.public_id == public_id))
    hold_open_audits(session, person_id or 0)
    preview = preview_person(session, public_id, chosen=chosen, today=london_day(at))
    return _hand_on(session, preview, seen=seen, absence=None, by=by, at=at)


def _preview(session: Session, person: Person, *, is_chosen: Callable[[Audit], bool], today: date) -> Preview:
    lines: list[Line] = []
    people = [other for other in auditors(session) if other.id != person.id]
    for cycle, found in groupby(open_audits_of(session, person.id), key=lambda audit: audit.cycle):
        of_cycle = list(found)
        chosen = [audit for audit in of_cycle if is_chosen(audit)]
        placed = _place(session, cycle, chosen, people=people, today=today) if chosen else {}
        lines += _lines(of_cycle, {audit.id for audit in chosen}, placed=placed, people=people)
    return Preview(person, tuple(lines))


def _place(
    session: Session, cycle: Cycle, chosen: Sequence[Audit], *, people: Sequence[Person], today: date
) -> Mapping[str, Placed]:
    """Return who gets the audits of a cycle, by the reference of their case or the name of their file."""
    held, days = held_of(session, cycle), days_of_work(session, cycle.month, given_on=today)
    known = shares_of(session, people, year=CouncilYear.of(cycle.month), kind=cycle.kind, days=days, but=cycle)
    receivers = [
        Receiver(auditor, independence(person), held.get(person.id, 0))
        for auditor, person in zip(known, people, strict=True)
    ]
    most_each, seed = programme_settings(session).most_each, f"{cycle.period}, handed on"
    made = spread([case_of(audit) for audit in chosen], receivers, most_each=most_each, seed=seed)
    return {one.case_reference: one for one in made.placed}


def _lines(
    of_cycle: Sequence[Audit], chosen: Collection[int], *, placed: Mapping[str, Placed], people: Sequence[Person]
) -> Iterator[Line]:
    by_id = {person.id: person for person in people}
    for audit in of_cycle:
        one = placed.get(audit.file_name) if audit.id in chosen else None
        to = by_id[one.auditor] if one else None
        yield Line(
            public_id=audit.public_id,
            reference=audit.reference,
            case_reference=audit.file_name,
            case_type=audit.case_type,
            cycle=say_cycle(audit.cycle.kind, audit.cycle.period, audit.cycle.title),
            may_replace=audit.cycle.kind is CycleKind.QOP and audit.state is not AuditState.RETURNED,
            state=audit.state,
            due_on=audit.due_on,
            version=audit.version,
            is_chosen=audit.id in chosen,
            to=to.public_id if to else "",
            to_name=to.name if to else "",
            reason=one.reason if one else NOBODY if audit.id in chosen else "",
        )


def _is_among(chosen: Collection[str] | None) -> Callable[[Audit], bool]:
    return lambda audit: chosen is None or audit.public_id in chosen


def _is_hindered(session: Session, absence: Absence, *, today: date) -> Callable[[Audit], bool]:
    """Return the test of what is not begun and cannot be done before it is due; what is late, as if given out today."""
    latest = due_day(session, today)
    known = aways(session, Span(today, date.max), person_id=absence.person_id).get(absence.person_id, ())

    def is_hindered(audit: Audit) -> bool:
        until = audit.due_on if audit.due_on and audit.due_on >= today else latest
        return audit.state is AuditState.ASSIGNED and is_away(known, Span(today, until))

    return is_hindered


def _hand_on(
    session: Session, preview: Preview, *, seen: str, absence: Absence | None, by: Viewer, at: datetime
) -> Handover:
    if not seen or preview.fingerprint != seen:
        raise PreviewChanged
    if not preview.moving:
        raise Refused("Choose at least one audit that somebody can take.")
    person_id = preview.person.id
    handover = Handover(person_id=person_id, absence_id=absence.id if absence else None, at=at, by_id=by.person_id)
    session.add(handover)
    session.flush()
    for line in preview.moving:
        session.add(_moved(session, line, handover, by=by, at=at))
    session.flush()
    details = {"audits": len(preview.moving)}
    subject = preview.person.public_id
    trail.record(session, "audits.handed_on", by=by.public_id, at=at, subject=subject, details=details)
    return handover


def _moved(session: Session, line: Line, handover: Handover, *, by: Viewer, at: datetime) -> HandoverLine:
    """Hand one audit on as anybody would by hand, and keep what it had before."""
    before = session.execute(select(Audit.assigned_at, Audit.due_on).where(Audit.public_id == line.public_id)).one()
    audit = audits.reassign(session, line.public_id, to=line.to, by=by, at=at)
    assert audit.auditor_id is not None
    return HandoverLine(
        handover_id=handover.id,
        audit_id=audit.id,
        to_id=audit.auditor_id,
        assigned_at=before.assigned_at,
        due_on=before.due_on,
    )
