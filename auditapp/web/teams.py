"""Teams, services and agencies."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.errors import Refused
from auditapp.domain.vocabulary import Place
from auditapp.persistence.people import Agency, Service, Team
from auditapp.persistence.queries.people import agencies, names, services_with_teams
from auditapp.services import teams as places
from auditapp.web.access import viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.people import PlaceForm, TeamForm
from auditapp.web.units import now, session

teams = Blueprint("teams", __name__, url_prefix="/teams")


@teams.get("/", endpoint="teams")
def list_teams() -> str:
    """List the services with their teams, and the agencies, with who leads each."""
    return render_template("people/teams.html", services=services_with_teams(session()), agencies=agencies(session()))


@teams.route("/add/<kind>", methods=["GET", "POST"])
def add(kind: str) -> Response:
    """Add a team, a service or an agency."""
    place = _place(kind)
    form = _form(place)
    if request.method == "GET" or not form.validate():
        return form_page("people/place.html", form, place=place, found=None)
    try:
        added = _add(place, form)
    except Refused as problem:
        form.name.errors = [problem.message]
        return form_page("people/place.html", form, place=place, found=None)
    flash(f"{added.name} was added.", "success")
    return redirect(url_for("people.teams.teams"), 303)


@teams.route("/<kind>/<public_id>", methods=["GET", "POST"])
def change(kind: str, public_id: str) -> Response:
    """Rename a team, a service or an agency; put a team into another service."""
    place = _place(kind)
    found = places.find_place(session(), public_id, place=place)
    form = _form(place, found)
    if request.method == "GET" or not form.validate():
        return form_page("people/place.html", form, place=place, found=found)
    try:
        _change(found, form)
    except Refused as problem:
        form.name.errors = [problem.message]
        return form_page("people/place.html", form, place=place, found=found)
    flash(f"{found.name} was changed.", "success")
    return redirect(url_for("people.teams.teams"), 303)


def _place(kind: str) -> Place:
    if kind not in list(Place):
        abort(404)
    return Place.of(kind)


def _form(place: Place, found: Team | Service | Agency | None = None) -> PlaceForm:
    """Return the form of a kind of place, filled in with what is there."""
    told = {"name": found.name} if found else {}
    if place is not Place.TEAM:
        return PlaceForm(**told)
    if isinstance(found, Team):
        told["service"] = session().get_one(Service, found.service_id).name
    form = TeamForm(**told)
    form.offer(names(session(), Service))
    return form


def _add(place: Place, form: PlaceForm) -> Team | Service | Agency:
    name = form.name.data or ""
    if isinstance(form, TeamForm):
        return places.add_team(session(), name, service=form.service.data, by=viewer(), at=now())
    add_one = places.add_service if place is Place.SERVICE else places.add_agency
    return add_one(session(), name, by=viewer(), at=now())


def _change(found: Team | Service | Agency, form: PlaceForm) -> None:
    places.rename(session(), found, name=form.name.data or "", by=viewer(), at=now())
    if isinstance(form, TeamForm) and isinstance(found, Team):
        places.move_team(session(), found, service=form.service.data, by=viewer(), at=now())
