"""The steps of a round, ticked by hand when they are done: what agencies send is not collected here."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from auditapp.services import programme_steps as services
from auditapp.web.access import viewer
from auditapp.web.units import now, session

steps = Blueprint("steps", __name__, url_prefix="/entries/<public_id>/steps/<int:number>")


@steps.post("/done")
def tick(public_id: str, number: int) -> Response:
    """Note that a step is done; `number` counts the steps from 1."""
    step = services.tick_step(session(), public_id, number, by=viewer(), at=now())
    flash(f"‘{step}’ is done.", "success")
    return redirect(url_for("programme.entries.entry", public_id=public_id), 303)


@steps.post("/not-done")
def untick(public_id: str, number: int) -> Response:
    """Take back that a step is done."""
    step = services.untick_step(session(), public_id, number, by=viewer(), at=now())
    flash(f"‘{step}’ is open again.", "success")
    return redirect(url_for("programme.entries.entry", public_id=public_id), 303)
