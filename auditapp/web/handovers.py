"""Handing on somebody's open audits together: shown, done exactly as shown, and moved back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.calendar import london_day
from auditapp.domain.errors import Refused, Stale
from auditapp.domain.wording import say_count
from auditapp.persistence.absences import Absence
from auditapp.persistence.handovers import Handover
from auditapp.persistence.queries.absences import find_absence
from auditapp.persistence.queries.handovers import find_handover, last_handovers, leavers, people_away
from auditapp.services import handovers as handing_on
from auditapp.services import ways_back
from auditapp.services.audits import due_day
from auditapp.services.handovers import Preview
from auditapp.web.access import viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.absences import SeenForm
from auditapp.web.units import now, session

handovers = Blueprint("handovers", __name__, url_prefix="/handovers")


@handovers.get("/", endpoint="handovers")
def list_handovers() -> str:
    """List whose open audits should be reassigned, and what was handed on together last."""
    today = london_day(now())
    return render_template(
        "handovers/handovers.html",
        leavers=leavers(session()),
        away=people_away(session(), today=today),
        soon_away=handing_on.soon_away(session(), today=today),
        soon=handing_on.SOON,
        handovers=last_handovers(session()),
    )


@handovers.route("/absences/<public_id>", methods=["GET", "POST"])
def absence(public_id: str) -> Response:
    """Spread the audits of somebody whose absence was approved: show what would move, and do it."""
    found, form = find_absence(session(), public_id, viewer=viewer()), SeenForm()
    if request.method == "POST":
        try:
            done = handing_on.spread_absence(
                session(), public_id, chosen=_chosen() or (), seen=form.seen.data or "", by=viewer(), at=now()
            )
        except (Refused, Stale) as problem:
            form.form_errors.append(problem.message)
        else:
            return _done(done)
    preview = handing_on.preview_absence(session(), found, chosen=_chosen(), today=london_day(now()))
    return _preview_page(preview, form, absence=found)


@handovers.route("/people/<public_id>", methods=["GET", "POST"])
def person(public_id: str) -> Response:
    """Hand on the audits of somebody who has left, or will: show what would move, and do it."""
    form = SeenForm()
    if request.method == "POST":
        try:
            done = handing_on.hand_on_all(
                session(), public_id, chosen=_chosen() or (), seen=form.seen.data or "", by=viewer(), at=now()
            )
        except (Refused, Stale) as problem:
            form.form_errors.append(problem.message)
        else:
            return _done(done)
    preview = handing_on.preview_person(session(), public_id, chosen=_chosen(), today=london_day(now()))
    return _preview_page(preview, form, absence=None)


@handovers.route("/<public_id>", methods=["GET", "POST"])
def handover(public_id: str) -> Response:
    """Show what was handed on together, and move back what nobody has begun."""
    form = SeenForm()
    if request.method == "POST":
        try:
            n = ways_back.move_back(session(), public_id, seen=form.seen.data or "", by=viewer(), at=now())
        except (Refused, Stale) as problem:
            form.form_errors.append(problem.message)
        else:
            flash(f"{say_count(n, 'audit')} moved back.", "success")
            return redirect(url_for("handovers.handover", public_id=public_id), 303)
    back = ways_back.way_back(session(), find_handover(session(), public_id))
    form.seen.data = back.fingerprint
    return form_page("handovers/handover.html", form, back=back, handover=back.handover)


def _chosen() -> list[str] | None:
    """Return the audits that were ticked; None where nobody was asked yet."""
    sent = request.form if request.method == "POST" else request.args
    return sent.getlist("audit") if "chosen" in sent else None


def _preview_page(preview: Preview, form: SeenForm, *, absence: Absence | None) -> Response:
    form.seen.data = preview.fingerprint
    due_on = due_day(session(), london_day(now()))
    here = url_for("handovers.absence" if absence else "handovers.person", public_id=_id_of(preview, absence))
    return form_page("handovers/preview.html", form, preview=preview, absence=absence, due_on=due_on, here=here)


def _id_of(preview: Preview, absence: Absence | None) -> str:
    return absence.public_id if absence else preview.person.public_id


def _done(done: Handover) -> Response:
    flash("Reassigned as shown. What nobody has begun can still be moved back.", "success")
    return redirect(url_for("handovers.handover", public_id=done.public_id), 303)
