"""One's own account: the password, when one is written to, one's calendar."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.services.calendars import address_made_at
from auditapp.services.digests import Preference, choose_post, preference_of
from auditapp.web.access import may_open, viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.account import PostForm
from auditapp.web.units import now, session

account = Blueprint("account", __name__, url_prefix="/account")


@account.get("/", endpoint="account")
def show_account() -> str:
    """Show what one can change about oneself."""
    return render_template(
        "account/account.html",
        preference=preference_of(session(), viewer().person_id),
        has_calendar=address_made_at(session(), viewer().person_id) is not None,
        has_absences=may_open("absences.mine", viewer()),
    )


@account.route("/post", methods=["GET", "POST"])
def post() -> Response:
    """Choose when one is written to, and whether reminders are in it."""
    known = preference_of(session(), viewer().person_id)
    form = PostForm(hour=str(known.hour), reminders="yes" if known.wants_reminders else "no")
    if request.method == "GET" or not form.validate():
        return form_page("account/post.html", form)
    chosen = Preference(int(form.hour.data or known.hour), form.reminders.data == "yes")
    choose_post(session(), chosen, by=viewer(), at=now())
    flash("Saved.", "success")
    return redirect(url_for("account.account"), 303)
