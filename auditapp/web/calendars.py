"""One's own calendar: its private address, and what a calendar program reads there."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.config import Settings
from auditapp.documents.feed import feed
from auditapp.services import calendars as addresses
from auditapp.web.access import viewer
from auditapp.web.units import now, session

calendars = Blueprint("calendars", __name__, url_prefix="/calendar")


@calendars.route("/", methods=["GET", "POST"], endpoint="address")
def show_address() -> Response:
    """Make the address of one's calendar and show it, once."""
    if request.method == "GET":
        made_at = addresses.address_made_at(session(), viewer().person_id)
        return make_response(render_template("calendars/address.html", link=None, made_at=made_at))
    secret = addresses.make_address(session(), by=viewer(), at=now())
    link = _settings().base_url + url_for("calendars.read", secret=secret)
    page = render_template("calendars/address.html", link=link, made_at=now())
    return make_response(page, 201, {"Location": url_for("calendars.address")})


@calendars.post("/take-back")
def take_back() -> Response:
    """Let the address stop working."""
    addresses.take_address_back(session(), by=viewer(), at=now())
    flash("The address of your calendar does not work any more.", "success")
    return redirect(url_for("calendars.address"), 303)


@calendars.get("/<secret>.ics")
def read(secret: str) -> Response:
    """Give a calendar program what stands in somebody's calendar: the address is all that it shows."""
    settings = _settings()
    person = addresses.reader(session(), secret)
    host = urlsplit(settings.base_url).hostname or "localhost"
    days = addresses.entries(session(), person, base_url=settings.base_url, host=host, at=now())
    response = make_response(feed(settings.service_name, days, at=now()))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    return response


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
