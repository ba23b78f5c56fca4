"""A council whose auditors are signed in: what measuring the pages begins with."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response
from flask.testing import FlaskClient

from auditapp.config import Settings
from auditapp.persistence.database import Database
from auditapp.persistence.schema import upgrade
from auditapp.services import sign_in
from auditapp.web import build
from auditapp.web.rules import EVERYBODY, RULES
from tests.council import Council, give_case_list, make_council, open_month
from tests.pages import parse
from tests.postgres import running_postgres
from tests.web.conftest import form_fields

AT = datetime(2026, 10, 15, 9, 30, tzinfo=UTC)
NOTHING = "a POST that stores nothing"


@contextmanager
def on_sqlite() -> Iterator[Database]:
    """Give an empty database on the disk that the checkout lies on: in memory every commit would be free."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="instance") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        yield database
        database.close()


@contextmanager
def on_postgresql() -> Iterator[Database]:
    """Give an empty database of a server that was started for it and waits for its disk."""
    with running_postgres(durable=True) as server:
        database = Database(server.create("bench"))
        yield database
        database.close()


def open_council(database: Database) -> Council:
    """Fill a database with a council whose month is open."""
    upgrade(database)
    council = make_council(database, AT)
    give_case_list(council)
    open_month(council)
    return council


def open_app(council: Council) -> Flask:
    """Return the application as it is served, with one more page, which takes a POST and does nothing."""
    settings = Settings(database_url="", secret_key="k" * 40, base_url="http://localhost")
    app = build(settings, database=council.database, clock=lambda: AT)
    RULES["nothing"] = EVERYBODY
    app.add_url_rule("/nothing", "nothing", lambda: Response(status=204), methods=["POST"])
    return app


def browser_of(app: Flask, council: Council, name: str) -> FlaskClient:
    """Return a browser in which somebody is signed in."""
    client = app.test_client()
    with council.database.transaction() as session:
        secret = sign_in.open_session(session, council.people[name], at=AT)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = secret, True
    return client


def fields_of(client: FlaskClient, path: str) -> dict[str, str]:
    """Return what the form of a page would send as it stands."""
    return form_fields(parse(client.get(path).get_data(as_text=True)))
