"""What was typed survives a session that ended: it goes back to its writer, sealed, in the very answer to the form.

Nothing is kept on the server. The seal opens only for the account that the form was shown to, within a day.
"""

import base64
import hashlib
import json
from http import HTTPStatus

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app, g, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from auditapp.web.forms.accounts import SignInForm
from auditapp.web.kept_words import Kept, words_of
from auditapp.web.keys import FIELD, new_key, read_key
from auditapp.web.units import database

KEPT_FOR_SECONDS = 24 * 60 * 60
NOT_KEPT = frozenset({"csrf_token", "submit", "present", "password"})


def ask_for_password() -> Response:
    """Answer somebody who is not signed in: a page is opened after signing in, a form is kept until then."""
    if request.is_json:
        return make_response(jsonify(problem="You are signed out. Your text is still on this page."), 401)
    if request.endpoint == "accounts.sign_out":
        return redirect(url_for("accounts.sign_in"), 303)  # that is what they wanted
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
    form = SignInForm(formdata=None, kept=seal())
    page = render_template("accounts/sign_in.html", form=form, was_signed_out=True)
    return make_response(page, HTTPStatus.UNAUTHORIZED)


def ask_again() -> Response:
    """Answer a form that was shown before its reader signed in anew: show them what is in it, and ask once more."""
    kept = unseal(seal(), person_id=g.viewer.person_id if g.viewer else 0)
    return make_response(resume_page(kept), HTTPStatus.CONFLICT)


def resume_page(kept: Kept | None) -> str:
    """Show somebody what is in a form of theirs that was kept, to send it on; or that none was."""
    if kept is None:
        return render_template("accounts/resume.html", kept=None, words=())
    with database().reading() as current:
        words = words_of(current, kept, viewer=g.viewer)
    return render_template("accounts/resume.html", kept=kept, words=words)


def go_on() -> Response:
    """Answer a form of signing in from somebody who is: with what it kept for them, or with their first page."""
    kept = unseal(request.form.get("kept", ""), person_id=g.viewer.person_id)
    if kept:
        return make_response(resume_page(kept))
    return redirect(url_for("home.home"), 303)


def seal() -> str:
    """Return this request's form, encrypted, or nothing where it does not say whose it is."""
    try:
        key = read_key(request.form.get(FIELD, ""), however_old=True)
    except RequestEntityTooLarge:
        return ""  # a large file, chosen and not typed: its sender chooses it again
    if key is None:
        return ""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]
    content = json.dumps({"person_id": key[0], "path": request.path, "fields": fields})
    return _fernet().encrypt(content.encode()).decode()


def unseal(sealed: str, *, person_id: int) -> Kept | None:
    """Return a form that was kept if it is this person's own, with a new key where its own is too old to be taken."""
    try:
        content = json.loads(_fernet().decrypt(sealed, ttl=KEPT_FOR_SECONDS))
    except (InvalidToken, ValueError):
        return None
    if content["person_id"] != person_id:
        return None
    return Kept(person_id, content["path"], tuple((name, _taken(name, value)) for name, value in content["fields"]))


def _taken(name: str, value: str) -> str:
    return new_key() if name == FIELD and read_key(value) is None else value


def _fernet() -> Fernet:
    key = hashlib.blake2b(str(current_app.secret_key).encode(), digest_size=32, person=b"kept form").digest()
    return Fernet(base64.urlsafe_b64encode(key))
