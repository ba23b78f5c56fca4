"""What the Board reads: the reports that were shown to it, frozen as they were on the day."""

from flask import Blueprint, Response, render_template

from auditapp.domain.calendar import Quarter
from auditapp.services import publications
from auditapp.web.findings_pages import download, page_of
from auditapp.web.units import session

board = Blueprint("board", __name__, url_prefix="/board")


@board.get("/")
def reports() -> str:
    """Show the latest report as a sentence and its figures, and list the earlier ones."""
    latest, *earlier = publications.board_reports(session()) or (None,)
    page = page_of(latest.findings) if latest else None
    return render_template("board/reports.html", latest=latest, page=page, earlier=earlier)


@board.get("/<quarter>")
def report(quarter: str) -> str:
    """Show a quarter's report."""
    shown = publications.board_report(session(), Quarter.parse(quarter))
    return render_template("board/report.html", report=shown, page=page_of(shown.findings))


@board.get("/<quarter>.<any(pdf, csv, json):kind>")
def paper(quarter: str, kind: str) -> Response:
    """Give a quarter's report as a file, the same bytes every time."""
    shown = publications.board_report(session(), Quarter.parse(quarter))
    return download(shown.findings, kind, name=f"board-report-{shown.quarter}", made_at=shown.shown_at)
