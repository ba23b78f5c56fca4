"""The outbox: what was sent to whom, what waits, and what an administrator has to decide about."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.vocabulary import MessageState
from auditapp.persistence.queries.outbox import message_page, message_text, post_that_waits
from auditapp.services import outbox as post
from auditapp.web.access import viewer
from auditapp.web.paging import paging
from auditapp.web.units import now, sends_post, session

outbox = Blueprint("outbox", __name__, url_prefix="/outbox")

STATES = [(state.value, state.label) for state in MessageState]


@outbox.get("/", endpoint="outbox")
def list_messages() -> str:
    """List the messages, newest first."""
    asked, after = request.args.get("state") or None, request.args.get("after", "")
    if asked is not None and asked not in list(MessageState):
        abort(404)
    state = MessageState.of(asked) if asked else None
    page = message_page(session(), state=state, after=after)
    return render_template(
        "outbox/outbox.html",
        page=page,
        states=STATES,
        state=asked,
        paging=paging("outbox.outbox", page.next_after, state=asked),
        waits=post_that_waits(session(), at=now()),
        is_sent=sends_post(),
    )


@outbox.get("/<public_id>")
def message(public_id: str) -> str:
    """Show what a message says, and what can be decided about it."""
    return render_template("outbox/message.html", message=message_text(session(), public_id), is_sent=sends_post())


@outbox.post("/<public_id>/send-again")
def send_again(public_id: str) -> Response:
    """Have a message sent again that is uncertain or was given up."""
    post.send_again(session(), public_id, by=viewer(), at=now())
    flash("The message waits to be sent again.", "success")
    return redirect(url_for("outbox.message", public_id=public_id), 303)


@outbox.post("/<public_id>/withdraw")
def withdraw(public_id: str) -> Response:
    """Decide that a message is not to be sent."""
    post.withdraw(session(), public_id, by=viewer(), at=now())
    flash("The message is not going to be sent.", "success")
    return redirect(url_for("outbox.message", public_id=public_id), 303)
