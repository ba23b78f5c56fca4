"""One request, one session, one commit: an answer under 400 commits, anything else rolls back.

A page that only reads gets a session that cannot write. A form that writes carries a key and ends with a redirect;
where it led is kept with the change itself, and every repeat of the key is sent there too.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from flask import Flask, abort, current_app, g, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auditapp.clocks import Clock
from auditapp.config import Settings
from auditapp.persistence import submissions
from auditapp.persistence.database import Database
from auditapp.services.sign_in import note_seen
from auditapp.web.keys import posted_key
from auditapp.web.requests import AuditRequest
from auditapp.web.rules import REPEATABLE

log = logging.getLogger("auditapp.requests")

READS = frozenset({"GET", "HEAD", "OPTIONS"})
SEEN_EVERY = timedelta(minutes=1)


def now() -> datetime:
    """Return the moment of this request: one for all that it does."""
    if "now" not in g:
        clock: Clock = current_app.extensions["clock"]
        g.now = clock()
    at: datetime = g.now
    return at


def database() -> Database:
    """Return the database of this application."""
    found: Database = current_app.extensions["database"]
    return found


def sends_post() -> bool:
    """Say whether there is a mail server to send by."""
    settings: Settings = current_app.extensions["settings"]
    return bool(settings.smtp_url)


def session() -> Session:
    """Return the session of this request."""
    current: Session = g.session
    return current


class AuditApp(Flask):
    """Flask, with every view run inside the unit of work of its request."""

    request_class = AuditRequest

    def dispatch_request(self) -> Response:
        """Run the view in a session, and commit what it did if its answer is under 400."""
        if request.routing_exception is not None:
            return make_response(super().dispatch_request())  # no such page: nothing to open a session for
        if has_unit(request.endpoint or "") and request.method not in READS:
            return write_once(super().dispatch_request)
        _note_seen_apart()
        if not has_unit(request.endpoint or ""):
            _send_repeats_on()
            return make_response(super().dispatch_request())
        with database().reading() as g.session:
            return make_response(super().dispatch_request())


def write_once(work: Callable[[], ResponseReturnValue]) -> Response:
    """Do the writing of a request, once for its key: commit it if the answer is under 400, else roll it back.

    A page with its own units does its slow work first, and then ends with this.
    """
    # The body is read before the turn to write is taken: a slow sender must not hold it.
    request.get_data(parse_form_data=True)
    key = None if request.endpoint in REPEATABLE else posted_key()
    with database().writing() as g.session:
        _claim(key)
        if _is_seen_due():
            note_seen(session(), g.secret, at=now())
        response = make_response(work())
        if response.status_code < 400:
            _keep(key, response)
            session().commit()
        return response


V = TypeVar("V", bound=Callable[..., object])


def own_units(view: V) -> V:
    """Mark a view that opens its transactions itself, because slow work must not hold the turn to write."""
    view.has_own_units = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def has_unit(endpoint: str) -> bool:
    """Say whether a page's transaction is opened and ended here."""
    return not getattr(current_app.view_functions.get(endpoint), "has_own_units", False)


def store_first(*, stands_at: str = "") -> None:
    """Commit what somebody typed before it is judged: the one exception to the rule above.

    Where it made something new, `stands_at` says where that is: the same form sent again is led there.
    """
    key = posted_key()
    if key and stands_at:
        submissions.keep(session(), key[0], key=key[1], location=stands_at)
    session().commit()
    g.is_stored = True  # whatever goes wrong from now on, nobody is told that it was not


def _claim(key: tuple[int, str] | None) -> None:
    """Take a form's key before its work begins; whoever comes with it meanwhile waits here, and is sent on."""
    if key is None:
        return
    person_id, once = key
    location = submissions.claim(session(), person_id, key=once, at=now())
    if location is not None:
        abort(redirect(location, 303))


def _send_repeats_on() -> None:
    """Send a form that was taken before to where it led, before any slow work begins."""
    key = posted_key() if request.method not in READS else None
    if key is None:
        return
    with database().reading() as current:
        location = submissions.answered(current, key[0], key=key[1])
    if location is not None:
        abort(redirect(location, 303))


def _keep(key: tuple[int, str] | None, response: Response) -> None:
    if key is None:
        return
    if not response.location:
        raise RuntimeError(f"The form of '{request.endpoint}' must end with a redirect: its repeats are sent there.")
    person_id, once = key
    submissions.keep(session(), person_id, key=once, location=response.location)


def _is_seen_due() -> bool:
    """Say whether it is time to note that somebody is still here: once a minute is enough to keep them signed in."""
    return g.get("secret") is not None and now() - g.seen_at >= SEEN_EVERY


def _note_seen_apart() -> None:
    """Note that somebody is here where no other change is made: a comfort, for want of which no page is refused."""
    if not _is_seen_due():
        return
    try:
        with database().transaction() as current:
            note_seen(current, g.secret, at=now())
        g.seen_at = now()
    except SQLAlchemyError as problem:
        log.warning("%s could not note a session: %s", g.get("request_number", "-"), type(problem).__name__)
