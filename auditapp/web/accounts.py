"""Signing in and out, links and passwords."""

import re
import secrets
from http import HTTPStatus

from flask import Blueprint, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_login import login_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from auditapp.config import Settings
from auditapp.domain.errors import Refused
from auditapp.domain.passwords import DEMONSTRATION_WORDS
from auditapp.persistence.queries.accounts import (
    DemonstrationAccount,
    SignedIn,
    demonstration_accounts,
    signed_in,
)
from auditapp.services import accounts as people_accounts
from auditapp.services import sign_in as signing_in
from auditapp.services.invitations import ask_for_link
from auditapp.services.secrets import NewPassword, choose_password, proof
from auditapp.services.sign_in import Attempt
from auditapp.web.access import SignedInUser, viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.accounts import ChangePasswordForm, ChoosePasswordForm, ForgottenForm, SignInForm
from auditapp.web.resuming import resume_page, unseal
from auditapp.web.units import database, now, own_units, sends_post, session, write_once

accounts = Blueprint("accounts", __name__)

# Printable, no backslash, one slash to begin with: browsers drop tabs and line ends, and read '/\' as '//'.
OWN_PATH = re.compile(r"/(?!/)[!-\[\]-~]*")
BROWSER_COOKIE_SECONDS = 180 * 24 * 60 * 60


@accounts.route("/sign-in", methods=["GET", "POST"])
@own_units
def sign_in() -> Response | str:
    """Sign in, and go on to where one wanted to go, or to what one was writing."""
    form = SignInForm(next=request.args.get("next", ""))
    if request.method == "GET":
        return redirect(url_for("home.home"), 303) if g.viewer else _sign_in_page(form)
    if not form.validate():
        return make_response(_sign_in_page(form), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        secret = _new_session(_right_attempt(form.email.data or "", form.password.data or ""))
    except Refused as problem:
        form.email.errors = [problem.message]
        return make_response(_sign_in_page(form), HTTPStatus.UNPROCESSABLE_ENTITY)
    return _signed_in(secret, form)


def _sign_in_page(form: SignInForm) -> str:
    known: tuple[DemonstrationAccount, ...] = ()
    if g.is_demonstration:
        with database().reading() as current:
            known = demonstration_accounts(current)
    return render_template(
        "accounts/sign_in.html", form=form, accounts=known, demonstration_password=DEMONSTRATION_WORDS
    )


def _right_attempt(email: str, password: str) -> Attempt:
    """Count a try, then check it: the slow part holds up nobody who writes."""
    with database().transaction() as current:
        attempt = signing_in.count_attempt(
            current, email, address=request.remote_addr or "", browser=_known_browser(email), at=now()
        )
    signing_in.check_attempt(attempt, password)
    return attempt


def _new_session(attempt: Attempt) -> str:
    """Begin a session, and end the one that this browser may still hold."""
    with database().transaction() as current:
        if g.secret:
            signing_in.end_session(current, g.secret, at=now())
        _, secret = signing_in.begin_session(current, attempt, at=now())
        return secret


def _signed_in(secret: str, form: SignInForm) -> Response:
    """Show what was typed before a session ended to the account that typed it; else go where one was going."""
    who = _begin(secret)
    response: Response = redirect(_own_path(form.next.data or ""), 303)
    if form.kept.data:
        kept = unseal(form.kept.data, person_id=who.viewer.person_id)
        response = make_response(resume_page(kept))
    _remember_browser(response, email=who.viewer.email)
    return response


def _begin(secret: str) -> SignedIn:
    """Make this browser the holder of a new session: nothing of the cookie it had before is left."""
    with database().reading() as current:
        found = signed_in(current, proof(secret), at=now())
    assert found is not None
    cookie.clear()
    g.pop("csrf_token", None)
    login_user(SignedInUser(secret, found))
    g.viewer, g.secret = found.viewer, secret
    return found


def _own_path(path: str) -> str:
    """Return a path of this service to go to, never an address somewhere else."""
    return path if OWN_PATH.fullmatch(path) else url_for("home.home")


def _browser_signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known browser")


def _browser_cookie_name() -> str:
    settings: Settings = current_app.extensions["settings"]
    return "__Host-browser" if settings.is_secure else "browser"


def _known_browser(email: str) -> str:
    """Return this browser's name if this account has signed in with it before."""
    try:
        known, name = _browser_signer().loads(request.cookies.get(_browser_cookie_name(), ""))
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(name) if known == proof(email.strip().lower()) else ""


def _remember_browser(response: Response, *, email: str) -> None:
    settings: Settings = current_app.extensions["settings"]
    response.set_cookie(
        _browser_cookie_name(),
        _browser_signer().dumps([proof(email), secrets.token_hex(8)]),
        max_age=BROWSER_COOKIE_SECONDS,
        secure=settings.is_secure,
        httponly=True,
        samesite="Lax",
    )


@accounts.post("/sign-out")
def sign_out() -> Response:
    """End this session here and on the server."""
    signing_in.sign_out(session(), g.secret, by=viewer(), at=now())
    cookie.clear()
    flash("You are signed out.")
    return redirect(url_for("accounts.sign_in"), 303)


@accounts.route("/forgotten-password", methods=["GET", "POST"])
def forgotten() -> Response:
    """Send a link to choose a new password; where there is no mail server, say how to get one."""
    form = ForgottenForm()
    if request.method == "POST" and not sends_post():
        return redirect(url_for("accounts.forgotten"), 303)
    if request.method == "GET" or not form.validate():
        return form_page("accounts/forgotten.html", form, is_sent=sends_post())
    ask_for_link(session(), form.email.data or "", at=now())
    return redirect(url_for("accounts.forgotten_sent"), 303)


@accounts.get("/forgotten-password/sent")
def forgotten_sent() -> str:
    """Say that a link is on its way, if somebody has the address: which it does not say."""
    return render_template("accounts/forgotten.html", is_asked=True)


@accounts.route("/invitation/<secret>", methods=["GET", "POST"])
@own_units
def invitation(secret: str) -> Response | str:
    """Choose a password with a one-time link, and be signed in."""
    with database().reading() as current:
        person = people_accounts.open_invitation(current, secret, at=now()).person
    form = ChoosePasswordForm()
    if request.method == "GET" or not form.validate():
        return form_page("accounts/invitation.html", form, person=person)
    try:
        chosen = choose_password(form.password.data or "", email=person.email)
    except Refused as problem:
        form.password.errors = [problem.message]
        return form_page("accounts/invitation.html", form, person=person)
    _begin(_accept(secret, chosen))
    response = redirect(url_for("home.home"), 303)
    _remember_browser(response, email=person.email)
    return response


def _accept(secret: str, chosen: NewPassword) -> str:
    """Take a link and open a session with it, in one transaction; end the one that this browser may still hold."""
    with database().transaction() as current:
        if g.secret:
            signing_in.end_session(current, g.secret, at=now())
        person = people_accounts.accept_invitation(current, secret, password=chosen, at=now())
        return signing_in.open_session(current, person, at=now())


@accounts.route("/password", methods=["GET", "POST"])
@own_units
def password() -> Response | str:
    """Change one's own password."""
    form = ChangePasswordForm()
    if request.method == "GET" or not form.validate():
        return form_page("accounts/password.html", form)
    try:
        chosen = choose_password(form.password.data or "", email=viewer().email)
    except Refused as problem:
        form.password.errors = [problem.message]
        return form_page("accounts/password.html", form)
    try:
        attempt = _right_attempt(viewer().email, form.present.data or "")
    except Refused:
        form.present.errors = ["This is not your present password."]
        return form_page("accounts/password.html", form)
    return write_once(lambda: _change(attempt, chosen))


def _change(attempt: Attempt, chosen: NewPassword) -> Response:
    signing_in.change_password(session(), attempt, new=chosen, secret=g.secret, by=viewer(), at=now())
    flash("Your password is changed. Every other browser was signed out.", "success")
    return redirect(url_for("home.home"), 303)
