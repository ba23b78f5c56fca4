"""What saving costs, through the whole stack: session, access, version, trail, commit to disk."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from flask import Response
from flask.testing import FlaskClient

from auditapp.config import Settings
from auditapp.persistence.database import Database
from auditapp.persistence.schema import upgrade
from auditapp.services import sign_in
from auditapp.web import build
from auditapp.web.rules import EVERYBODY, RULES
from tests.benchmarks.table import Row, milliseconds
from tests.council import Council, audits_of, give_case_list, make_council, open_month
from tests.pages import parse
from tests.postgres import running_postgres
from tests.web.conftest import form_fields

AT = datetime(2026, 10, 15, 9, 30, tzinfo=UTC)
TIMES = 300
FORMS = 100
# A rate of 0.45 and 0.4 of the base's, the aims for saving, as times.
AIMS = {"SQLite FULL": 1 / 0.45, "PostgreSQL": 1 / 0.4}


def measure() -> list[Row]:
    """Measure on both engines."""
    with _sqlite() as database:
        rows = _rows(database, "SQLite FULL")
    with running_postgres() as server:
        database = Database(server.create("bench"))
        rows += _rows(database, "PostgreSQL")
        database.close()
    return rows


@contextmanager
def _sqlite() -> Iterator[Database]:
    # On the disk that the checkout lies on: a memory file system would make every commit free.
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=Path("instance")))
    database = Database(f"sqlite:///{folder / 'bench.db'}")
    try:
        yield database
    finally:
        database.close()
        shutil.rmtree(folder)


def _rows(database: Database, engine: str) -> list[Row]:
    upgrade(database)
    aim = AIMS[engine]
    council = make_council(database, AT)
    give_case_list(council)
    open_month(council)
    client = _client(council)
    audit = audits_of(council, "nora")[0].public_id
    page = client.get(f"/audits/{audit}/D1").get_data(as_text=True)
    form = form_fields(parse(page)) | {"sitting": "benchmark-sitting"}
    numbers = count()

    def nothing() -> None:
        assert client.post("/nothing", headers={"X-CSRFToken": form["csrf_token"]}).status_code == 204

    def answer() -> None:
        told = {
            "item": "1.1",
            "value": "yes",
            "text": f"text {next(numbers)}",
            "base": 0,
            "sitting": "benchmark-sitting",
        }
        sent = client.post(f"/audits/{audit}/answers", json=told, headers={"X-CSRFToken": form["csrf_token"]})
        assert sent.status_code == 200, sent.get_data(as_text=True)

    keys = iter([_key(client, audit) for _ in range(FORMS + 1)])

    def section() -> None:
        number = next(numbers)
        typed = {name: f"words {number}" for name in form if name.startswith("text-")}
        sent = client.post(f"/audits/{audit}/D1", data=form | typed | {"once": next(keys)})
        assert sent.status_code == 303

    base = milliseconds(nothing, times=TIMES)
    one = milliseconds(answer, times=TIMES)
    whole = milliseconds(section, times=FORMS)
    mine = milliseconds(lambda: client.get("/audits/"), times=TIMES)
    return [
        Row(f"Save one answer, {engine}", "a POST that stores nothing", base, one, "ms", None),
        Row(f"Save a section of 6 questions, {engine}", "a POST that stores nothing", base, whole, "ms", aim),
        Row(f"My audits, {engine}", "a POST that stores nothing", base, mine, "ms", None),
    ]


def _key(client: FlaskClient, audit: str) -> str:
    return str(form_fields(parse(client.get(f"/audits/{audit}/D1").get_data(as_text=True)))["once"])


def _client(council: Council) -> FlaskClient:
    """Return a browser in which an auditor is signed in, of an application with one more page, which does nothing."""
    settings = Settings(database_url="", secret_key="k" * 40, base_url="http://localhost")
    app = build(settings, database=council.database, clock=lambda: AT)
    RULES["nothing"] = EVERYBODY
    app.add_url_rule("/nothing", "nothing", lambda: Response(status=204), methods=["POST"])
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    with council.database.transaction() as session:
        secret = sign_in.open_session(session, council.people["nora"], at=AT)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
        cookie["_fresh"] = True
    return client
