"""How the programme is run: the numbers that an administrator may change, on one page."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.calendar import Month, london_day
from auditapp.domain.errors import Refused
from auditapp.domain.programme_settings import settings
from auditapp.domain.wording import say_count
from auditapp.services.programme_settings import SettingsInForce, change_settings, settings_in_force
from auditapp.web.access import viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.fields import read_count
from auditapp.web.forms.settings import SettingsForm, settings_form
from auditapp.web.units import now, session

settings_pages = Blueprint("settings", __name__, url_prefix="/settings")


@settings_pages.route("/", methods=["GET", "POST"], endpoint="settings")
def show_settings() -> Response:
    """Show the settings, and change them."""
    shown = settings_in_force(session())
    form = settings_form(shown, quota_from=Month.of(london_day(now())).next)
    if request.method == "GET" or not form.validate():
        return _page(form, shown)
    try:
        changed = _change(form)
    except Refused as problem:
        form.form_errors.append(problem.message)
        return _page(form, shown)
    words = f"{say_count(changed, 'setting')} changed." if changed else "Nothing was changed."
    flash(words, "success")
    return redirect(url_for("settings.settings"), 303)


def _change(form: SettingsForm) -> int:
    version = read_count(form.version.data) or 0
    quota, counted = form.quota.number, form.kinds
    return change_settings(
        session(), form.numbers, quota=quota, counted=counted, version=version, by=viewer(), at=now()
    )


def _page(form: SettingsForm, shown: SettingsInForce) -> Response:
    units = {name: about.unit for name, about in settings()} | {"quota": "audits a month"}
    return form_page("settings/settings.html", form, units=units, settings=shown.settings)
