"""One's own calendar: its private address, and what a calendar program reads there."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.config import Settings
from auditapp.documents.feed import feed
from auditapp.services import calendars as addresses
from auditapp.services.secrets import derived_secret
from auditapp.web.access import viewer
from auditapp.web.keys import posted_key
from auditapp.web.units import now, session

calendars = Blueprint("calendars", __name__, url_prefix="/calendar")


@calendars.route("/", methods=["GET", "POST"], endpoint="address")
def show_address() -> Response:
    """Make the address of one's calendar and show it: to its form alone, whose second click sees it too.

    The secret is made of the form's key and the service's own: it can be told again, and is nowhere in clear.
    """
    is_empty = not viewer().has(*addresses.READERS)
    if request.method == "GET":
        made_at = addresses.address_made_at(session(), viewer().person_id)
        secret = _secret(request.args.get("made", ""))
        is_shown = addresses.was_just_made(session(), secret, by=viewer(), at=now())
        link = _address(secret) if is_shown else None
        return make_response(render_template("calendars/address.html", link=link, made_at=made_at, is_empty=is_empty))
    key = posted_key()
    made = key[1] if key else ""
    secret = addresses.make_address(session(), secret=_secret(made), by=viewer(), at=now())
    page = render_template("calendars/address.html", link=_address(secret), made_at=now())
    return make_response(page, 201, {"Location": url_for("calendars.address", made=made)})


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


def _secret(made: str) -> str:
    """Return the secret of the address that a form of the person who is signed in makes."""
    return derived_secret("calendar", viewer().public_id, made, key=str(current_app.secret_key))


def _address(secret: str) -> str:
    return _settings().base_url + url_for("calendars.read", secret=secret)


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
