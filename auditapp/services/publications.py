"""What the Board reads: a quarter's findings, made safe for it and frozen when QA shows them with one button."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.board import for_board
from auditapp.domain.calendar import Quarter, london_day
from auditapp.domain.errors import NotFound, NotNow, Refused
from auditapp.domain.findings import Findings, from_json, since, to_json
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.republishing import check_is_over, check_tells_nothing
from auditapp.persistence import trail
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.publications import IS_SHOWN, Publication
from auditapp.persistence.upsert import upsert
from auditapp.services.findings import quarter_findings


@dataclass(frozen=True, slots=True)
class BoardReport:
    """A quarter's findings as they were frozen for the Board, since when and by whom."""

    quarter: Quarter
    findings: Findings
    shown_at: datetime
    shown_by: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the Board would read of a quarter, what it reads now or read last, and why it cannot be shown the first."""

    findings: Findings
    shown: BoardReport | None
    withdrawn: BoardReport | None
    refusal: str | None


def preview(session: Session, quarter: Quarter, *, by: Viewer, at: datetime) -> Preview:
    """Return what the Board would read of a quarter if it were shown now, and whether it can be."""
    found, refusal = board_findings(session, quarter, by=by, at=at), None
    try:
        _check_may_show(session, quarter, found, at=at)
    except Refused as problem:
        refusal = problem.message
    shown, withdrawn = _shown(session, quarter), _withdrawn(session, quarter)
    return Preview(found, _report(shown) if shown else None, _report(withdrawn) if withdrawn else None, refusal)


def board_findings(session: Session, quarter: Quarter, *, by: Viewer, at: datetime) -> Findings:
    """Return what the Board would read of a quarter if it were shown now.

    It is compared with the quarter before as the Board was shown that one, and with nothing where it was not: what
    was submitted since would give away counts that are hidden in both.
    """
    check_runs_programme(by)
    full = quarter_findings(session, quarter, viewer=by, today=london_day(at)).findings
    if not full.audits:
        raise Refused(f"There are no submitted audits for {quarter.label}, so there is nothing to show to the Board.")
    earlier = _shown(session, quarter.previous)
    return since(for_board(full), from_json(earlier.findings) if earlier else None)


def show_to_board(session: Session, quarter: Quarter, *, by: Viewer, at: datetime) -> Publication:
    """Freeze a quarter's findings as the Board may read them. The same findings again change nothing.

    Refused while the quarter is not over, and where a version that was shown before would give single audits away.
    """
    found = board_findings(session, quarter, by=by, at=at)
    shown = _shown(session, quarter, lock=True)
    if shown is not None and shown.findings == to_json(found):
        return shown
    _check_may_show(session, quarter, found, at=at)
    if shown is not None:
        shown.ended_at = at
        session.flush()
    return _add(session, quarter, to_json(found), by=by, at=at)


def withdraw(session: Session, quarter: Quarter, *, by: Viewer, at: datetime) -> None:
    """Take a quarter's findings out of the Board's sight. The trail keeps that they were shown."""
    check_runs_programme(by)
    shown = _shown(session, quarter, lock=True)
    if shown is None:
        raise NotNow(f"The findings of {quarter.label} are not shown to the Board. Nothing was changed.")
    _tell(session, "findings.withdrawn", shown, by=by, at=at)
    shown.ended_at = at
    session.flush()


def show_again(session: Session, quarter: Quarter, *, by: Viewer, at: datetime) -> Publication:
    """Show the Board the version that was withdrawn, as it was frozen: they have read all that it tells."""
    check_runs_programme(by)
    shown, withdrawn = _shown(session, quarter, lock=True), _withdrawn(session, quarter)
    if shown is not None:
        raise NotNow(f"The Board reads the findings of {quarter.label}. Nothing was changed.")
    if withdrawn is None:
        raise NotNow(f"No findings of {quarter.label} were withdrawn. Nothing was changed.")
    return _add(session, quarter, withdrawn.findings, by=by, at=at)


def withdrawn_report(session: Session, quarter: Quarter) -> BoardReport:
    """Return the version of a quarter that was withdrawn."""
    withdrawn = _withdrawn(session, quarter)
    if withdrawn is None:
        raise NotNow(f"No findings of {quarter.label} were withdrawn, or the Board reads them again.")
    return _report(withdrawn)


def board_report(session: Session, quarter: Quarter) -> BoardReport:
    """Return a quarter as the Board was shown it."""
    shown = shown_report(session, quarter)
    if shown is None:
        raise NotFound(f"No findings of {quarter.label} are shown to the Board.")
    return shown


def shown_report(session: Session, quarter: Quarter) -> BoardReport | None:
    """Return a quarter as the Board was shown it, if it was."""
    shown = _shown(session, quarter)
    return _report(shown) if shown else None


def board_reports(session: Session) -> tuple[BoardReport, ...]:
    """Return every quarter that the Board was shown, the last one first."""
    query = select(Publication).where(Publication.ended_at.is_(None)).order_by(Publication.quarter.desc())
    return tuple(_report(shown) for shown in session.scalars(query))


def _shown(session: Session, quarter: Quarter, *, lock: bool = False) -> Publication | None:
    """Return the version of a quarter that the Board reads."""
    query = select(Publication).where(Publication.quarter == str(quarter), Publication.ended_at.is_(None))
    return session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)


def _withdrawn(session: Session, quarter: Quarter) -> Publication | None:
    """Return the last version of a quarter, unless the Board reads it."""
    query = select(Publication).where(Publication.quarter == str(quarter)).order_by(Publication.id.desc()).limit(1)
    last = session.scalar(query)
    return last if last and last.ended_at else None


def _check_may_show(session: Session, quarter: Quarter, found: Findings, *, at: datetime) -> None:
    check_is_over(quarter, today=london_day(at))
    query = select(Publication.findings).where(Publication.quarter == str(quarter)).order_by(Publication.id.desc())
    for version in session.scalars(query):
        check_tells_nothing(found, after=from_json(version))


def _add(session: Session, quarter: Quarter, frozen: str, *, by: Viewer, at: datetime) -> Publication:
    """Show a version of a quarter of which none is shown. The row is the lock: of two at once the second finds it."""
    new = upsert(session, Publication).values(
        public_id=new_identifier(), quarter=str(quarter), findings=frozen, shown_at=at, shown_by=by.name
    )
    put = new.on_conflict_do_nothing(index_elements=["quarter"], index_where=IS_SHOWN).returning(Publication.id)
    is_new = session.scalar(put) is not None
    shown = _shown(session, quarter, lock=True)
    if shown is None or shown.findings != frozen:
        raise NotNow(f"Somebody else showed or withdrew {quarter.label} at this moment. Look at what the Board reads.")
    if is_new:
        _tell(session, "findings.shown", shown, by=by, at=at)
    return shown


def _report(shown: Publication) -> BoardReport:
    return BoardReport(Quarter.parse(shown.quarter), from_json(shown.findings), shown.shown_at, shown.shown_by)


def _tell(session: Session, name: str, shown: Publication, *, by: Viewer, at: datetime) -> None:
    """Note which quarter, and the SHA-256 of the very record that the Board reads."""
    digest = hashlib.sha256(shown.findings.encode()).hexdigest()
    details = {"quarter": shown.quarter, "digest": digest}
    trail.record(session, name, by=by.public_id, at=at, subject=shown.public_id, details=details)
