"""What quarters found, where cases stood on a day, and the button that shows a quarter to the Board."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from auditapp.domain.calendar import Quarter, london_day, say_date
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import allowed, check_runs_programme
from auditapp.persistence.queries.findings import tools_with_audits
from auditapp.services import findings as finding
from auditapp.services import publications
from auditapp.web.access import viewer
from auditapp.web.findings_pages import download, page_of
from auditapp.web.units import now, session

findings = Blueprint("findings", __name__, url_prefix="/findings")


@findings.get("/", endpoint="findings")
def list_quarters() -> str:
    """List the quarters that have audits, and the tools that a position can be asked of."""
    today = london_day(now())
    return render_template(
        "findings/findings.html",
        overview=finding.overview(session(), viewer=viewer(), today=today),
        tools=tools_with_audits(session()),
        today=today,
    )


@findings.get("/<quarter>")
def quarter(quarter: str) -> str:
    """Show what a quarter found."""
    period = Quarter.parse(quarter)
    found = finding.quarter_findings(session(), period, viewer=viewer(), today=london_day(now()))
    return render_template(
        "findings/quarter.html",
        quarter=period,
        page=page_of(found.findings),
        shown=found.shown,
        may_show=allowed(check_runs_programme, viewer()),
    )


@findings.get("/<quarter>.<any(pdf, csv, json):kind>")
def paper(quarter: str, kind: str) -> Response:
    """Give what a quarter found as a file."""
    period = Quarter.parse(quarter)
    found = finding.quarter_findings(session(), period, viewer=viewer(), today=london_day(now()))
    return download(found.findings, kind, name=f"findings-{period}", made_at=now())


@findings.route("/<quarter>/board", methods=["GET", "POST"])
def board(quarter: str) -> Answer | str:
    """Show what the Board would read of a quarter, and freeze it for the Board."""
    period = Quarter.parse(quarter)
    if request.method == "POST":
        publications.show_to_board(session(), period, by=viewer(), at=now())
        flash(f"The Board can read the findings of {period.label} now.", "success")
        return redirect(url_for("findings.quarter", quarter=period), 303)
    preview = publications.preview(session(), period, by=viewer(), at=now())
    return render_template("findings/board.html", quarter=period, preview=preview, page=page_of(preview.findings))


@findings.route("/<quarter>/withdraw", methods=["GET", "POST"])
def withdraw(quarter: str) -> Answer | str:
    """Take a quarter out of the Board's sight: ask first."""
    period = Quarter.parse(quarter)
    if request.method == "GET":
        shown = publications.board_report(session(), period)
        return render_template("findings/withdraw.html", quarter=period, shown=shown)
    publications.withdraw(session(), period, by=viewer(), at=now())
    flash(f"The Board can no longer read the findings of {period.label}.", "success")
    return redirect(url_for("findings.quarter", quarter=period), 303)


@findings.route("/<quarter>/again", methods=["GET", "POST"])
def again(quarter: str) -> Answer | str:
    """Show the Board the version of a quarter that was withdrawn, as it was: ask first, with the version itself."""
    period = Quarter.parse(quarter)
    if request.method == "GET":
        withdrawn = publications.withdrawn_report(session(), period)
        page = page_of(withdrawn.findings)
        return render_template("findings/again.html", quarter=period, withdrawn=withdrawn, page=page)
    publications.show_again(session(), period, by=viewer(), at=now())
    flash(f"The Board can read the findings of {period.label} again.", "success")
    return redirect(url_for("findings.quarter", quarter=period), 303)


@findings.get("/position/<tool>")
def position(tool: str) -> str:
    """Show where cases stood on a day: the latest audit of each with one tool."""
    as_at, found = _position(tool)
    return render_template(
        "findings/position.html", tool=tool, name=found.tool_name, as_at=as_at, page=page_of(found.findings)
    )


@findings.get("/position/<tool>.<any(pdf, csv, json):kind>")
def position_paper(tool: str, kind: str) -> Response:
    """Give where cases stood on a day as a file."""
    as_at, found = _position(tool)
    return download(found.findings, kind, name=f"position-{tool}-{as_at}", made_at=now())


def _position(tool: str) -> tuple[date, finding.Position]:
    """Return the day that is asked for, today unless another is named, and what it found."""
    today = london_day(now())
    as_at = _day(request.args.get("as_at") or today.isoformat())
    if as_at > today:
        raise Refused(f"{say_date(as_at)} is still to come. Select today or an earlier day.")
    return as_at, finding.position(session(), tool, as_at, viewer=viewer())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"'{text}' is not a date. Write it as 2017-12-08.") from error
