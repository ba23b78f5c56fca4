"""What went wrong, as a page: one table from kinds of error to statuses, and a number to quote."""

import logging
import secrets
import time

from flask import Flask, g, jsonify, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from auditapp.domain.errors import DomainError, NotAllowed, NotFound, NotNow, Refused, Stale, Unavailable
from auditapp.web.access import may_open
from auditapp.web.resuming import ask_again, ask_for_password, go_on
from auditapp.web.rules import EVERYBODY, RULES
from auditapp.web.unsaved import GIVEN_BACK, OF_AUDITS, unsaved, what_to_do
from auditapp.web.uploads import most_megabytes

log = logging.getLogger("auditapp.requests")

STATUSES: dict[type[DomainError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    NotNow: 409,
    Stale: 409,
    Refused: 422,
    Unavailable: 503,
}

TITLES = {
    400: "That request was not understood",
    403: "You cannot do this",
    404: "Page not found",
    405: "That cannot be done here",
    409: "This has moved on",
    413: "That is too large",
    422: "This was not accepted",
    500: "Sorry, something went wrong",
    503: "The service is busy",
}

# Where a page has more to say than its status.
TITLES_OF_PAGES = {
    ("accounts.invitation", 404): "This link no longer works",
    ("cases.preview", 404): "This list does not wait any more",
    ("cases.accept", 404): "This list does not wait any more",
    ("cases.discard", 404): "This list does not wait any more",
}

WORDS = {
    400: "Nothing was changed. Go back, reload the page and try again.",
    404: NotFound().message,
    405: "Nothing was changed. Go back to the page you came from and use its buttons.",
    413: "Nothing was saved, because the text is too long. Go back in your browser: where your text is still there, "
    "shorten it and save again.",
    500: "Nothing was changed by this request. Go back and try again; if it happens again, tell us the number below.",
    503: Unavailable().message,
}

# Their forms sign somebody in, and are answered when they are: a second click brings the token of before.
SIGNING_IN = frozenset({"accounts.sign_in", "accounts.invitation"})

# Pages of a case list that waits to be accepted, and those of months that are about one audit.
WAITING_LISTS = frozenset({"cases.preview", "cases.accept", "cases.discard"})
OF_CASES = frozenset({"cycles.replace", "cycles.reassign"})

NOT_STORED = "What you typed was not stored"
MEANWHILE = "this audit may have been handed on, replaced or submitted meanwhile."
STORED = (
    "What you typed is stored, and something went wrong after it. Go back; if it happens again, tell us the number."
)


def handle_errors(app: Flask) -> None:
    """Give every error a page that says what happened, whether anything is kept, and what to do."""
    app.before_request(_begin)
    app.after_request(_log)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    for busy in (OperationalError, IntegrityError, PoolIsEmpty):
        app.register_error_handler(busy, _busy)
    for odd in (DataError, OverflowError, RecursionError):
        app.register_error_handler(odd, _not_understood)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(SecurityError, _wrong_host)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: DomainError) -> int:
    """Return the status of a kind of error: its own, or that of the kind above it."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def _begin() -> None:
    g.request_number = secrets.token_hex(4)
    g.began = time.monotonic()


def _log(response: Response) -> Response:
    """Log what was asked and how long it took: endpoints and numbers, never a text or a reference."""
    took = (time.monotonic() - g.get("began", time.monotonic())) * 1000
    number, who = g.get("request_number", "-"), g.get("viewer")
    log.info(
        "%s %s %s %d %.0f ms %s",
        number,
        request.method,
        request.endpoint or "-",
        response.status_code,
        took,
        who.public_id if who else "-",
    )
    response.headers["X-Request-Number"] = number
    return response


def _page(status: int, message: str, problems: tuple[str, ...] = ()) -> Response:
    if request.is_json:
        return make_response(jsonify(problem=_told_to_script(status, message)), status)
    g.is_error = True  # the navigation marks no place: it would tell a forbidden address from an unknown one
    title = TITLES_OF_PAGES.get((request.endpoint or "", status)) or TITLES.get(status, TITLES[400])
    is_stored, left = g.get("is_stored", False), unsaved() if status in GIVEN_BACK else ()
    page = render_template(
        "errors/error.html",
        title=NOT_STORED if left and status < 500 else title,
        message=_said(status, message, is_stored=is_stored, is_given_back=bool(left)),
        problems=problems,
        unsaved=left,
        what_to_do=what_to_do,
        way_on=_way_on(status),
        is_stored=is_stored and status < 500,
    )
    return make_response(page, status)


def _way_on(status: int) -> tuple[str, str] | None:
    """Return the words and the address of where it stands what became of the thing; none where it may not be known."""
    endpoint, place = request.endpoint or "", request.view_args or {}
    if endpoint in WAITING_LISTS:
        return "Case lists", url_for("cases.cases")
    if status != 409 or "public_id" not in place or not g.viewer or not may_open("records.history", g.viewer):
        return None
    is_of_audit = endpoint.partition(".")[0] in OF_AUDITS or endpoint in OF_CASES
    return ("What became of this audit", url_for("records.history", **place)) if is_of_audit else None


def _said(status: int, message: str, *, is_stored: bool, is_given_back: bool) -> str:
    """Return what stands first on the page; nothing about addresses where somebody sent a form of ours."""
    if is_stored and status >= 500:
        return STORED
    return "" if is_given_back and status == 404 else message


def _told_to_script(status: int, message: str) -> str:
    """Say to the page that saves an answer that this one is not stored; the page shows it as it was typed."""
    if request.endpoint != "audits.save_answer" or status not in GIVEN_BACK or status == 503:
        return message
    return f"Not stored: {MEANWHILE if status == 404 else message}"


def _domain_error(error: DomainError) -> Response:
    return _page(status_of(error), error.message, getattr(error, "problems", ()))


def _csrf_error(_: CSRFError) -> Response:
    """A token fails when its session was renewed or ended in another tab: what was typed is shown and asked again."""
    if g.viewer and request.endpoint in SIGNING_IN:
        return go_on()
    if RULES.get(request.endpoint or "") is EVERYBODY:
        return _page(
            400, "This form was open too long or cookies are switched off. Go back, reload the page, try again."
        )
    if request.is_json:
        return _page(401, "You signed in again in another tab. Your text is still on this page.")
    return ask_again() if g.viewer else ask_for_password()


def _busy(error: SQLAlchemyError) -> Response:
    """Answer what may work a moment later: a full queue, a lost connection, somebody who stored the same first."""
    kind = error.orig if isinstance(error, DBAPIError) else error
    log.error("%s database: %s", g.get("request_number", "-"), type(kind).__name__)
    return _page(503, Unavailable().message)


def _not_understood(error: Exception) -> Response:
    """Answer what no page of ours sends: a number or a text that no column holds, or a nest without a bottom."""
    log.warning("%s refused: %s", g.get("request_number", "-"), type(error).__name__)
    return _page(400, WORDS[400])


def _stale(_: StaleDataError) -> Response:
    return _page(409, Stale().message)


def _wrong_host(_: SecurityError) -> Response:
    """Answer without a template: no address can be built for a host that is not ours."""
    return make_response(("This service does not answer to that name.\n", 421, {"Content-Type": "text/plain"}))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    message = WORDS.get(status, WORDS[400])
    if status == 413:
        message = f"{_too_large()} At most {most_megabytes()} MB are taken here."
    response = _page(status, message)
    if status == 405 and "Allow" in error.get_response().headers:
        response.headers["Allow"] = error.get_response().headers["Allow"]
    return response


def _too_large() -> str:
    """Say what was too large, and whether it is still where it was typed: a browser chooses no file again."""
    if request.mimetype == "multipart/form-data":
        return "Nothing was saved. Select a smaller file."
    return "This is too long. Your text is still on this page: shorten it." if request.is_json else WORDS[413]


def _unforeseen(error: Exception) -> Response:
    # The message and the statement may quote what somebody typed; the kind and the place do not.
    trace, place = error.__traceback__, "-"
    while trace:
        place, trace = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}", trace.tb_next
    log.error("%s %s at %s", g.get("request_number", "-"), type(error).__name__, place)
    return _page(500, WORDS[500])
