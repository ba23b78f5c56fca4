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
from auditapp.persistence import trail
from auditapp.persistence.publications import Publication
from auditapp.services.findings import quarter_findings


@dataclass(frozen=True, slots=True)
class BoardReport:
    """A quarter's findings as they were frozen for the Board, since when and by whom."""

    quarter: Quarter
    findings: Findings
    shown_at: datetime
    shown_by: str


def board_findings(session: Session, quarter: Quarter, *, by: Viewer, at: datetime) -> Findings:
    """Return what the Board would read of a quarter if it were shown now.

    It is compared with the quarter before as the Board was shown that one, and with nothing where it was not: what
    was submitted since would give away counts that are hidden in both.
    """
    check_runs_programme(by)
    full = quarter_findings(session, quarter, viewer=by, today=london_day(at)).findings
    if not full.audits:
        raise Refused(f"There are no submitted audits for {quarter.label}, so there is nothing to show to the Board.")
    earlier = _publication(session, quarter.previous)
    return since(for_board(full), from_json(earlier.findings) if earlier else None)


def show_to_board(session: Session, quarter: Quarter, *, by: Viewer, at: datetime) -> Publication:
    """Freeze a quarter's findings as the Board may read them. The same findings again change nothing."""
    frozen = to_json(board_findings(session, quarter, by=by, at=at))
    shown = _publication(session, quarter, lock=True)
    if shown is not None and shown.findings == frozen:
        return shown
    if shown is None:
        shown = Publication(quarter=str(quarter))
        session.add(shown)
    shown.findings, shown.shown_at, shown.shown_by = frozen, at, by.name
    session.flush()
    _tell(session, "findings.shown", shown, by=by, at=at)
    return shown


def withdraw(session: Session, quarter: Quarter, *, by: Viewer, at: datetime) -> None:
    """Take a quarter's findings out of the Board's sight. The trail keeps that they were shown."""
    check_runs_programme(by)
    shown = _publication(session, quarter, lock=True)
    if shown is None:
        raise NotNow(f"The findings of {quarter.label} are not shown to the Board. Nothing was changed.")
    _tell(session, "findings.withdrawn", shown, by=by, at=at)
    session.delete(shown)
    session.flush()


def board_report(session: Session, quarter: Quarter) -> BoardReport:
    """Return a quarter as the Board was shown it."""
    shown = shown_report(session, quarter)
    if shown is None:
        raise NotFound(f"No findings of {quarter.label} are shown to the Board.")
    return shown


def shown_report(session: Session, quarter: Quarter) -> BoardReport | None:
    """Return a quarter as the Board was shown it, if it was."""
    shown = _publication(session, quarter)
    return _report(shown) if shown else None


def board_reports(session: Session) -> tuple[BoardReport, ...]:
    """Return every quarter that the Board was shown, the last one first."""
    return tuple(_report(shown) for shown in session.scalars(select(Publication).order_by(Publication.quarter.desc())))


def _publication(session: Session, quarter: Quarter, *, lock: bool = False) -> Publication | None:
    query = select(Publication).where(Publication.quarter == str(quarter))
    return session.scalar(query.with_for_update() if lock else query)


def _report(shown: Publication) -> BoardReport:
    return BoardReport(Quarter.parse(shown.quarter), from_json(shown.findings), shown.shown_at, shown.shown_by)


def _tell(session: Session, name: str, shown: Publication, *, by: Viewer, at: datetime) -> None:
    """Note which quarter, and the SHA-256 of the very record that the Board reads."""
    digest = hashlib.sha256(shown.findings.encode()).hexdigest()
    details = {"quarter": shown.quarter, "digest": digest}
    trail.record(session, name, by=by.public_id, at=at, subject=shown.public_id, details=details)
