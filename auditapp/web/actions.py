"""The actions of an audit that one is writing."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.workflow import check_write
from auditapp.persistence.audits import MOST_ACTIONS, AuditAction
from auditapp.persistence.queries.audits import find_audit
from auditapp.services import actions as planning
from auditapp.web.access import viewer
from auditapp.web.forms.audits import ActionForm
from auditapp.web.units import now, session, store_first

actions = Blueprint("actions", __name__, url_prefix="/audits/<public_id>/actions")


@actions.get("/", endpoint="actions")
def list_actions(public_id: str) -> str:
    """List what the audit asks for so far."""
    audit = find_audit(session(), public_id, viewer=viewer())
    check_write(audit, viewer())
    return render_template("actions/actions.html", audit=audit, most=MOST_ACTIONS)


@actions.route("/new", methods=["GET", "POST"])
def add(public_id: str) -> Response | str:
    """Add an action."""
    return _write(public_id, None)


@actions.route("/<int:number>", methods=["GET", "POST"])
def change(public_id: str, number: int) -> Response | str:
    """Change an action."""
    return _write(public_id, number)


@actions.route("/<int:number>/remove", methods=["GET", "POST"])
def remove(public_id: str, number: int) -> Response | str:
    """Take an action back: ask first, with what would go."""
    if request.method == "GET":
        audit = find_audit(session(), public_id, viewer=viewer())
        check_write(audit, viewer())
        found = next((action for action in audit.actions if action.number == number), None) or abort(404)
        return render_template("actions/remove.html", audit=audit, action=found)
    planning.remove_action(session(), public_id, number=number, by=viewer(), at=now())
    flash(f"Action {number} was removed.", "success")
    return redirect(url_for("actions.actions", public_id=public_id), 303)


def _write(public_id: str, number: int | None) -> Response | str:
    """Store what was typed before it is judged; a half-written action is kept and its page says what it lacks.

    Of a new one in which nothing was typed there is nothing to keep: it would only stand in the way of submission.
    """
    audit = find_audit(session(), public_id, viewer=viewer())
    check_write(audit, viewer())
    stored = next((action for action in audit.actions if action.number == number), None)
    if number is not None and stored is None:
        abort(404)
    if request.method == "GET":
        return render_template("actions/action.html", audit=audit, form=ActionForm(obj=stored), number=number)
    form = ActionForm()
    form.validate()
    planned = form.planned()
    if number is not None or not _is_blank(form):
        kept: AuditAction = planning.write_action(
            session(), public_id, number=number, planned=planned, by=viewer(), at=now()
        )
        number = kept.number
        store_first(stands_at=url_for("actions.change", public_id=public_id, number=number))
    for name, fault in planning.faults(planned, at=now()).items():
        form[name].errors = form[name].errors or [fault]
    if form.errors:
        page = render_template("actions/action.html", audit=audit, form=form, number=number)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(url_for("actions.actions", public_id=public_id), 303)


def _is_blank(form: ActionForm) -> bool:
    typed = (form.action.data, form.success_measure.data, form.owner.data, *(part.typed for part in form.due_on.parts))
    return not any((words or "").strip() for words in typed)
