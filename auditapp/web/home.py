"""The first page after signing in: what I must do now, what is late, what comes next."""

from flask import Blueprint, render_template

from auditapp.domain.calendar import CouncilYear, Month, london_day
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import Role
from auditapp.persistence.queries.audits import findings_to_read, my_open_audits, open_concerns
from auditapp.persistence.queries.cycles import done_by_month, months
from auditapp.services.cycles import target_of
from auditapp.services.publications import board_reports
from auditapp.web.access import viewer
from auditapp.web.findings_pages import page_of
from auditapp.web.units import now, session

home = Blueprint("home", __name__, url_prefix="/")

READERS = (Role.QA, Role.AUDITOR, Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR, Role.PRACTITIONER)


@home.get("/", endpoint="home")
def first_page() -> str:
    """Show what waits for the person who is signed in, role by role."""
    me, today = viewer(), london_day(now())
    return render_template(
        "home/home.html",
        today=today,
        concerns=open_concerns(session(), me),
        mine=my_open_audits(session(), me) if me.has(Role.AUDITOR) else None,
        programme=_programme(me),
        to_read=findings_to_read(session(), me) if me.has(*READERS) else None,
        **_latest_report(me),
    )


def _latest_report(me: Viewer) -> dict[str, object]:
    """Return the last report that was shown to the Board, for its members."""
    latest = next(iter(board_reports(session())), None) if me.has(Role.BOARD_MEMBER) else None
    return {"latest": latest, "page": page_of(latest.findings) if latest else None}


def _programme(me: Viewer) -> dict[str, object] | None:
    """Return the month at a glance, for those who run the programme."""
    if not me.has(Role.QA):
        return None
    this = Month.of(london_day(now()))
    year = [month for month in CouncilYear.of(this).months if month <= this]
    done = done_by_month(session(), {*year, this.previous, this.previous.previous})
    rolling = [done[month] for month in (this.previous.previous, this.previous, this)]
    opened = {row.month: row for row in months(session())}
    return {
        "month": this,
        "done": done[this],
        "target": target_of(session(), this),
        "rolling": sum(rolling) / 3,
        "year": sum(done[month] for month in year),
        "year_target": 20 * len(year),
        "opened": opened.get(this),
    }
