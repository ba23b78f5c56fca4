"""Supervision audits: months of files, opened and followed, files that are picked, and supervision by team."""

import secrets

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.calendar import CouncilYear, Month, Period, Span, london_day
from auditapp.domain.cycle_names import is_monthly, is_picked, say_cycle
from auditapp.domain.errors import NotFound
from auditapp.domain.vocabulary import CycleKind, ProgrammeKind, Role
from auditapp.persistence.queries.cases import case_list_to_draw_from, latest_case_list
from auditapp.persistence.queries.cycles import cycles_of
from auditapp.persistence.queries.programme import entries_starting, entry_of, themes_to_start
from auditapp.services import cycles as running
from auditapp.services import supervision as files
from auditapp.services import supervision_dives as dives
from auditapp.services.audits import due_day
from auditapp.services.openings import preview_dive, preview_supervision
from auditapp.services.supervision_findings import supervision_by_team
from auditapp.web.access import viewer
from auditapp.web.cycle_pages import address_of, month_among, progress_of
from auditapp.web.forms.cycles import ConfirmMonthForm, OpenMonthForm
from auditapp.web.presenters import stand_under
from auditapp.web.units import now, session

supervision = Blueprint("supervision", __name__, url_prefix="/supervision")

SHOWN_MONTHS = 12


@supervision.get("/", endpoint="supervision")
def list_months() -> str:
    """List the months of supervision audits, and open the next."""
    opened = cycles_of(session(), CycleKind.SUPERVISION)
    there = {row.month for row in opened if is_monthly(row.period)}
    return render_template(
        "supervision/supervision.html",
        cycles=opened,
        open_form=_open_form([month for month in _offered() if month not in there]),
        case_list=latest_case_list(session()),
        dives=[
            entry for entry in themes_to_start(session(), {ProgrammeKind.DEEP_DIVE}) if entry.plan.is_supervision_dive
        ],
    )


@supervision.route("/open", methods=["GET", "POST"])
def open_one() -> Response | str:
    """Open a month, or start the deep dive of an entry: say what that does, then draw its files and share them out."""
    if "entry" in request.args:
        return _deep_dive(request.args["entry"])
    if request.method == "GET":
        return _before_opening(request.args.get("month", ""))
    month = month_among(_offered(), request.form.get("month", ""))
    cycle = files.open_supervision(session(), month, seed=secrets.token_hex(16), by=viewer(), at=now())
    flash(f"The supervision audits of {month.label} are shared out.", "success")
    return redirect(address_of(cycle), 303)


@supervision.get("/<public_id>")
def cycle(public_id: str) -> str:
    """Show who has done what in a month of supervision audits."""
    found = running.find_cycle(session(), public_id, kind=CycleKind.SUPERVISION)
    return render_template(
        "supervision/cycle.html",
        name=say_cycle(found.kind, found.period, found.title),
        is_picked=is_picked(found.period),
        plan=found.theme,
        entry=entry_of(session(), found.id),
        **progress_of(found),
    )


@supervision.get("/<public_id>/draw")
def draw(public_id: str) -> str:
    """Show how the files were drawn, and perform the draw again."""
    found = running.find_cycle(session(), public_id, kind=CycleKind.SUPERVISION)
    if is_picked(found.period):
        raise NotFound
    stored = running.draw_of(session(), found)
    return render_template(
        "supervision/draw.html",
        cycle=found,
        name=say_cycle(found.kind, found.period, found.title),
        stored=stored,
        draw=files.read_worker_draw(stored),
        differences=files.verify_supervision(session(), found),
    )


@supervision.post("/audits/<public_id>/pick")
def pick(public_id: str) -> Response:
    """Have the supervision file audited of the worker of a case whose audit found little oversight."""
    picked = files.pick_file(session(), public_id, by=viewer(), at=now())
    to = f"is with {picked.auditor.name}" if picked.auditor else "waits for an auditor"
    flash(f"{picked.reference} looks at the supervision file of this worker, and {to}.", "success")
    return redirect(url_for("records.record", public_id=public_id), 303)


@supervision.get("/by-team")
def by_team() -> str:
    """Show what supervision files showed by team, beside how case audits graded management oversight."""
    today = london_day(now())
    this, year = Month.of(today), CouncilYear.of(Month.of(today))
    periods: dict[str, Period] = {"year": Span(year.first_day, today)}
    periods |= {str(month): month for month in (this.plus(-back) for back in range(SHOWN_MONTHS))}
    chosen = request.args.get("when", "year")
    if chosen not in periods:
        raise NotFound
    if not viewer().has(Role.QA):
        stand_under("findings.findings")
    return render_template(
        "supervision/by_team.html",
        chosen=chosen,
        period=periods[chosen],
        periods=[
            (key, f"Council year {year}, so far" if key == "year" else period.label) for key, period in periods.items()
        ],
        parts=supervision_by_team(session(), periods[chosen], viewer=viewer()),
        is_scoped=not viewer().has(Role.QA, Role.DIRECTOR),
    )


def _before_opening(asked: str) -> Response | str:
    """Say how many files are drawn from which list, and for whom; where it is open already, show it."""
    if not asked:
        return redirect(url_for("supervision.supervision"), 303)
    month = month_among(_offered(), asked)
    there = files.find_supervision(session(), str(month))
    if there is not None:
        return redirect(address_of(there), 303)
    case_list = case_list_to_draw_from(session())
    planned = [each for each in entries_starting(session(), month) if each.plan.kind is ProgrammeKind.SUPERVISION]
    return render_template(
        "supervision/open.html",
        form=ConfirmMonthForm(month=str(month)),
        month=month,
        due_on=due_day(session(), london_day(now())),
        preview=preview_supervision(session(), month, case_list, by=viewer(), at=now()),
        entry=next((each for each in planned if each.stands), planned[-1] if planned else None),
        case_list=case_list,
    )


def _deep_dive(entry_id: str) -> Response | str:
    """Say what starting a deep dive into supervision does, or start it; where it is started already, show it."""
    entry = dives.find_planned_dive(session(), entry_id)
    there = dives.started_dive(session(), entry)
    if there is None and request.method == "POST":
        there = dives.start_dive(session(), entry_id, seed=secrets.token_hex(16), by=viewer(), at=now())
        flash("The deep dive is started, and its files are shared out.", "success")
    if there is not None:
        return redirect(address_of(there), 303)
    dives.check_dive(entry, today=london_day(now()))
    case_list = case_list_to_draw_from(session())
    return render_template(
        "supervision/dive.html",
        entry=entry,
        preview=preview_dive(session(), entry.plan, case_list, by=viewer(), at=now()),
        case_list=case_list,
    )


def _offered() -> list[Month]:
    return [*running.months_on_offer(london_day(now()))]


def _open_form(offered: list[Month]) -> OpenMonthForm:
    form = OpenMonthForm()
    form.month.choices = [(str(month), month.label) for month in offered]
    return form
