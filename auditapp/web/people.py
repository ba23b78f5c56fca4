"""People: who is here, as what, and how they get in."""

from collections.abc import Iterator

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.config import Settings
from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.passwords import INVITATION_LASTS
from auditapp.domain.people import say_working_time
from auditapp.domain.vocabulary import Place, Role
from auditapp.domain.wording import say_count
from auditapp.persistence.people import Person
from auditapp.persistence.queries.handovers import count_open
from auditapp.persistence.queries.mapping import team_names
from auditapp.persistence.queries.people import names, people_page, say_state
from auditapp.services import accounts
from auditapp.services.invitations import send_link
from auditapp.services.secrets import derived_secret
from auditapp.services.teams import KINDS
from auditapp.web.access import may_open, viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.people import AddPersonForm, ChangePersonForm, RoleForm
from auditapp.web.keys import posted_key
from auditapp.web.paging import paging
from auditapp.web.people_import import people_import
from auditapp.web.teams import teams
from auditapp.web.units import now, sends_post, session

people = Blueprint("people", __name__, url_prefix="/people")
people.register_blueprint(teams)
people.register_blueprint(people_import)


@people.get("/", endpoint="people")
def list_people() -> str:
    """List the people, 25 a page: all, or those whom the filters in the address leave."""
    typed = request.args.get("search", "").strip()
    search = typed if typed.isprintable() else ""
    role, team = request.args.get("role", ""), request.args.get("team", "")
    if role and role not in list(Role):
        raise NotFound
    page = people_page(
        session(), after=request.args.get("after", ""), search=search, role=Role.of(role) if role else None, team=team
    )
    return render_template(
        "people/people.html",
        page=page,
        filters={"search": search or None, "role": role or None, "team": team or None},
        roles=[(kind.value, kind.label) for kind in Role],
        teams=[(found.public_id, found.name) for found in team_names(session())],
        paging=paging("people.people", page.next_after, search=search, role=role, team=team),
    )


@people.route("/add", methods=["GET", "POST"])
def add() -> Response:
    """Add somebody with their first role."""
    form = AddPersonForm()
    form.offer(_places())
    if request.method == "GET" or not form.validate():
        return form_page("people/add.html", form)
    try:
        added = accounts.add_person(
            session(),
            form.email.data or "",
            name=form.name.data or "",
            grants=[form.grant],
            working_time=form.share,
            by=viewer(),
            at=now(),
        )
    except Refused as problem:
        form.email.errors = [problem.message]
        return form_page("people/add.html", form)
    flash(f"{added.name} was added. Make a sign-in link for them next.", "success")
    return _to(added)


@people.route("/<public_id>", methods=["GET", "POST"])
def person(public_id: str) -> Response:
    """Show somebody and what can be done about them; give them one more role."""
    found = accounts.find_person(session(), public_id)
    form = RoleForm()
    form.offer(_places())
    if request.method == "GET" or not form.validate():
        return _person_page(found, form)
    try:
        accounts.give_role(session(), found, form.grant, by=viewer(), at=now())
    except Refused as problem:
        form.role.errors = [problem.message]
        return _person_page(found, form)
    flash(f"{found.name} has one more role: {form.grant}. They are signed out and sign in again with it.", "success")
    return _to(found)


@people.post("/<public_id>/roles/remove")
def take_role(public_id: str) -> Response:
    """Take a role from somebody."""
    found = accounts.find_person(session(), public_id)
    form = RoleForm()
    form.offer(_places())
    if not form.validate():
        raise Refused("This is not one of their roles. Go back and choose from the page.")
    accounts.take_role(session(), found, form.grant, by=viewer(), at=now())
    flash(f"{found.name} no longer has this role: {form.grant}.", "success")
    return _to(found)


@people.route("/<public_id>/change", methods=["GET", "POST"])
def change(public_id: str) -> Response:
    """Change a name, an address or a working time."""
    found = accounts.find_person(session(), public_id)
    form = ChangePersonForm(name=found.name, email=found.email, working_time=f"{found.working_time.normalize():f}")
    if request.method == "GET" or not form.validate():
        return form_page("people/change.html", form, person=found)
    try:
        accounts.change_person(
            session(),
            found,
            name=form.name.data,
            email=form.email.data,
            working_time=form.share,
            by=viewer(),
            at=now(),
        )
    except Refused as problem:
        form.email.errors = [problem.message]
        return form_page("people/change.html", form, person=found)
    flash(f"{found.name} was changed.", "success")
    return _to(found)


@people.route("/<public_id>/leave", methods=["GET", "POST"])
def leave(public_id: str) -> Response | str:
    """End somebody's account: ask first. What they wrote stays."""
    return _settle_standing(public_id, is_active=False)


@people.route("/<public_id>/come-back", methods=["GET", "POST"])
def come_back(public_id: str) -> Response | str:
    """Open the account of somebody who had left: ask first."""
    return _settle_standing(public_id, is_active=True)


@people.route("/<public_id>/link", methods=["GET", "POST"])
def invite(public_id: str) -> Response:
    """Send a one-time link, or show it: to its form alone, whose second click is sent to this page and sees it too.

    The secret is made of the form's key and the service's own: it can be told again, and is nowhere in clear.
    """
    found = accounts.find_person(session(), public_id)
    if request.method == "GET":
        until = accounts.waiting_link(session(), found, at=now())
        secret = _secret(found, request.args.get("made", ""))
        is_shown = accounts.was_just_made(session(), found, secret, at=now())
        link = _address(secret) if is_shown else None
        return make_response(render_template("people/link.html", person=found, link=link, until=until))
    if sends_post() and "shown" not in request.form:
        send_link(session(), found, by=viewer(), at=now())
        flash(f"A link goes to {found.email}.", "success")
        return _to(found)
    key = posted_key()
    made = key[1] if key else ""
    secret = accounts.invite(session(), found, secret=_secret(found, made), by=viewer(), at=now())
    link, until = _address(secret), now() + INVITATION_LASTS
    page = render_template("people/link.html", person=found, link=link, until=until)
    return make_response(page, 201, {"Location": url_for("people.invite", public_id=public_id, made=made)})


def _secret(person: Person, made: str) -> str:
    """Return the secret of the link that a form of the person who is signed in makes for somebody."""
    key = str(current_app.secret_key)
    return derived_secret("link", viewer().public_id, person.public_id, made, key=key)


def _address(secret: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url + url_for("accounts.invitation", secret=secret)


def _settle_standing(public_id: str, *, is_active: bool) -> Response | str:
    found = accounts.find_person(session(), public_id)
    if request.method == "GET":
        return render_template(
            "people/standing.html",
            person=found,
            is_active=is_active,
            open_audits=count_open(session(), found.id),
            hands_on=may_open("handovers.person", viewer()),
        )
    accounts.change_person(session(), found, is_active=is_active, by=viewer(), at=now())
    words = "can sign in again" if is_active else "has left, and is signed out everywhere"
    flash(f"{found.name} {words}.{'' if is_active else _say_left_behind(found)}", "success")
    return _to(found)


def _say_left_behind(found: Person) -> str:
    """Say how many audits somebody leaves behind: how many, and nothing of them."""
    left = count_open(session(), found.id)
    return f" The quality assurance team sees {say_count(left, 'audit')} to reassign." if left else ""


def _person_page(found: Person, form: RoleForm) -> Response:
    until = accounts.waiting_link(session(), found, at=now())
    return form_page(
        "people/person.html",
        form,
        person=found,
        state=say_state(found),
        working_time=say_working_time(found.working_time),
        roles=[grant.named for grant in found.grants],
        until=until,
        is_sent=sends_post(),
        may_be_away=found.is_active and any(grant.role is Role.AUDITOR for grant in found.grants),
    )


def _to(found: Person) -> Response:
    return redirect(url_for("people.person", public_id=found.public_id), 303)


def _places() -> Iterator[tuple[Place, str]]:
    """Yield every team, service and agency, in that order."""
    for place, kind in KINDS.items():
        yield from ((place, name) for name in names(session(), kind))
