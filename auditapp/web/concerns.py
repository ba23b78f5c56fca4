"""Immediate concerns: raised from an audit, acknowledged from the first page."""

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.calendar import london_day
from auditapp.domain.vocabulary import AuditState
from auditapp.persistence.audits import Audit
from auditapp.persistence.queries.concerns import concerns_page
from auditapp.services import concerns as raising
from auditapp.web.access import viewer
from auditapp.web.forms.audits import ConcernForm
from auditapp.web.paging import paging
from auditapp.web.units import now, session

concerns = Blueprint("concerns", __name__)


@concerns.get("/concerns/", endpoint="concerns")
def list_concerns() -> str:
    """List every immediate concern that one must see, newest first, with who has acknowledged it."""
    page = concerns_page(session(), viewer(), after=request.args.get("after", ""))
    return render_template("concerns/concerns.html", page=page, paging=paging("concerns.concerns", page.next_after))


@concerns.route("/audits/<public_id>/concern", methods=["GET", "POST"])
def raise_one(public_id: str) -> Response | str:
    """Raise an immediate concern: whoever has the audit, or had it when the form was shown."""
    audit = raising.audit_to_raise_in(session(), public_id, by=viewer())
    back = _way_back(audit)
    if request.method == "GET":
        form = ConcernForm(told_on=london_day(now()))  # the time has to be said: nobody else knows it
        return render_template("concerns/raise.html", audit=audit, form=form, back=back)
    form = ConcernForm()
    form.validate()
    raised = form.raised()
    for name, fault in raising.faults(raised, at=now()).items():
        is_only_the_time = name == "told_on" and form.told_on.data and form.told_time.errors
        if not is_only_the_time:
            form[name].errors = form[name].errors or [fault]
    if form.errors:
        page = render_template("concerns/raise.html", audit=audit, form=form, back=back)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    raising.raise_concern(session(), public_id, raised=raised, by=viewer(), at=now())
    flash(f"The concern is raised. {_seen_by(audit)} see it first on their page.", "success")
    return redirect(back["href"], 303)


def _way_back(audit: Audit) -> dict[str, str]:
    """Return the link to the audit, or to one's audits where this one cannot be opened any more."""
    if audit.auditor_id == viewer().person_id and audit.state is not AuditState.REPLACED:
        is_read = audit.state is AuditState.SUBMITTED
        text = "The audit" if is_read else "All pages of this audit"
        return {"text": text, "href": url_for("audits.audit", public_id=audit.public_id)}
    return {"text": "My audits", "href": url_for("audits.mine")}


def _seen_by(audit: Audit) -> str:
    """Say on whose page a concern stands, as `persistence.scope` has it."""
    if audit.list_team and audit.list_team.team_id:
        return "The head of service and the quality assurance team"
    return "Nobody here knows whose team this case is, so every head of service and the quality assurance team"


@concerns.post("/concerns/<public_id>/acknowledge")
def acknowledge(public_id: str) -> Response:
    """Note that somebody responsible acts on a concern."""
    raising.acknowledge(session(), public_id, by=viewer(), at=now())
    flash("You acknowledged the concern.", "success")
    return redirect(url_for("home.home"), 303)
