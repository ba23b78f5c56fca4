"""Pages for tests of what stands under every page: they write, fail, raise and redirect on request."""

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask, abort, jsonify, make_response, redirect, request
from sqlalchemy import insert, select
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from auditapp.domain import errors
from auditapp.persistence.database import Database
from auditapp.persistence.service_settings import ServiceSetting
from auditapp.web import rules
from auditapp.web.units import own_units, session

SECRET_TEXT = "Kim was seen at home"


class Reason(Exception):
    """What a driver is said to have answered; it quotes what somebody typed."""


RAISED: dict[str, Callable[[], Exception]] = {
    "operational": lambda: OperationalError(SECRET_TEXT, {}, Reason(SECRET_TEXT)),
    "integrity": lambda: IntegrityError(SECRET_TEXT, {}, Reason(SECRET_TEXT)),
    "data": lambda: DataError(SECRET_TEXT, {}, Reason(SECRET_TEXT)),
    "pool": lambda: PoolIsEmpty(SECRET_TEXT),
    "stale": lambda: StaleDataError(SECRET_TEXT),
    "unforeseen": lambda: KeyError(SECRET_TEXT),
    "overflow": lambda: OverflowError(SECRET_TEXT),
    "deep": lambda: RecursionError(SECRET_TEXT),
    "missing": errors.NotFound,
    "not allowed": errors.NotAllowed,
    "not now": errors.NotNow,
    "old": errors.Stale,
    "refused": errors.Refused,
    "file": lambda: errors.InvalidFile("The file was not accepted.", ("Line 3: no name.",)),
    "unavailable": errors.Unavailable,
}


def install(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the pages to an application, and say who may open them."""
    blueprint = Blueprint("probe", __name__, url_prefix="/probe")
    blueprint.post("/add")(add)
    blueprint.post("/answer/<int:status>")(answer)
    blueprint.post("/raise/<name>", endpoint="raised")(raise_after_writing)
    blueprint.get("/raise/<name>", endpoint="raised_by_get")(raise_by_get)
    blueprint.post("/commit")(commit_of_the_database)
    blueprint.get("/write")(write_by_get)
    blueprint.post("/slow", endpoint="slow")(own_units(lambda: make_response("done")))
    app.register_blueprint(blueprint)
    for endpoint in [endpoint for endpoint in app.view_functions if endpoint.startswith("probe.")]:
        monkeypatch.setitem(rules.RULES, endpoint, rules.SIGNED_IN)


def store(name: str) -> None:
    session().execute(insert(ServiceSetting).values(name=name, value="there"))


def add() -> Response:
    """Look, then insert, as use cases do."""
    name = request.form["name"]
    if session().scalar(select(ServiceSetting.name).where(ServiceSetting.name == name)):
        raise errors.Refused("It is here already.")
    store(name)
    return redirect(f"/probe/added/{name}", 303)


def answer(status: int) -> Response:
    """Write, and answer with a status."""
    store(f"status {status}")
    if status in {301, 303}:
        return redirect("/somewhere", status)
    return make_response(("answered", status, {"Location": "/somewhere", "Content-Type": "text/plain"}))


def raise_after_writing(name: str) -> Response:
    """Write, and raise."""
    store(name)
    error = RAISED[name]()
    raise error


def raise_by_get(name: str) -> Response:
    """Raise, or abort with a status."""
    if name.isdigit():
        abort(int(name))
    error = RAISED[name]()
    raise error


def commit_of_the_database() -> Response:
    """Write something."""
    store("committed")
    return redirect("/somewhere", 303)


def write_by_get() -> Response:
    """Try to write where only reading is for."""
    store("by GET")
    return jsonify(ok=True)


def stored(database: Database) -> set[str]:
    """Return what the pages have written so far."""
    with database.reading() as session:
        return set(session.scalars(select(ServiceSetting.name)))
