"""Who is asking, and whether the table of rules lets them.

Unknown and forbidden look alike: both answer 404. What a person sees on a page they may open is the business of
`persistence/scope.py`; what they may do there, of `domain/permissions.py`.
"""

from dataclasses import dataclass

from flask import Flask, abort, current_app, g, request
from flask_login import LoginManager, UserMixin
from flask_login import current_user as proxy
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from auditapp.config import Settings
from auditapp.domain.errors import Unavailable
from auditapp.domain.permissions import Viewer
from auditapp.persistence.queries.accounts import SignedIn, is_demonstration, signed_in
from auditapp.services.secrets import proof
from auditapp.web.keys import posted_key
from auditapp.web.requests import has_storable_address
from auditapp.web.resuming import ask_again, ask_for_password
from auditapp.web.rules import EVERYBODY, KEYLESS, RULES, UPLOADS
from auditapp.web.units import READS, database, now
from auditapp.web.uploads import upload_limit

csrf = CSRFProtect()


@dataclass
class SignedInUser(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """What Flask-Login holds: the secret of a session, and whose it is."""

    secret: str
    signed_in: SignedIn

    def get_id(self) -> str:
        """Return what the cookie keeps: the session's secret, never a person's number."""
        return self.secret


def guard(app: Flask) -> None:
    """Load who is signed in, and hold every request to the rules."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # the order matters: `_check` asks at its turn
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a token lives as long as its session
    csrf.init_app(app)
    login = LoginManager()
    # Templates ask `me`: a second look-up, while an error page is made, would fail where the first one did.
    login.init_app(app, add_context_processor=False)
    login.session_protection = None  # it would tie a session to an address and sign roaming staff out
    login.user_loader(_load)
    app.before_request(_identify)
    app.before_request(_check)


def viewer() -> Viewer:
    """Return who is signed in, on pages that need somebody to be."""
    found: Viewer = g.viewer
    return found


def may_open(endpoint: str, who: Viewer) -> bool:
    """Say whether a page is for one of a person's roles."""
    rule = RULES[endpoint]
    return rule is EVERYBODY or not who.roles.isdisjoint(rule)


def _load(secret: str) -> SignedInUser | None:
    with database().reading() as session:
        found = signed_in(session, proof(secret), at=now())
    return SignedInUser(secret, found) if found else None


def _identify() -> None:
    """Unwrap Flask-Login's proxy once."""
    g.viewer = g.secret = None
    if request.endpoint == "static":
        return
    if proxy.is_authenticated:
        user: SignedInUser = proxy
        g.secret, g.viewer, g.seen_at = user.secret, user.signed_in.viewer, user.signed_in.seen_at
        g.is_demonstration = user.signed_in.is_demonstration
    else:
        with database().reading() as session:
            g.is_demonstration = is_demonstration(session)
    _keep_private()


def _keep_private() -> None:
    """Refuse to show a demonstration, whose password everybody knows, to more than this machine's user.

    `auditapp run` refuses to start with one; whoever starts the service by other means is refused here.
    """
    settings: Settings = current_app.extensions["settings"]
    if g.is_demonstration and settings.is_production:
        raise Unavailable("This is a demonstration. It is not shown at a public address.")


def _check() -> Response | None:
    if request.endpoint is None:
        return None  # no such address: the routing answers
    if not has_storable_address(request):
        abort(404)
    rule = RULES.get(request.endpoint)
    if rule is None:
        raise LookupError(f"No rule says who may open '{request.endpoint}'.")
    if rule is EVERYBODY:
        _check_token()
        return None
    if g.viewer is None:
        return ask_for_password()
    if not may_open(request.endpoint, g.viewer):
        abort(404)
    if request.endpoint in UPLOADS:
        request.max_content_length = upload_limit()
    _check_token()
    if request.method not in READS and request.endpoint not in KEYLESS and posted_key() is None:
        return ask_again()
    return None


def _check_token() -> None:
    if request.method in READS:
        return
    if request.is_json and request.endpoint not in KEYLESS:
        abort(415)  # Flask-WTF would read it as a form, with lists and numbers where every form has text
    csrf.protect()
