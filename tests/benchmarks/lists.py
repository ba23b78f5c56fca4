"""What a list costs: My audits of one auditor among ten thousand, beside its template with the rows in memory."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask, g, render_template
from sqlalchemy import insert, select

from auditapp.domain.calendar import london_day
from auditapp.domain.vocabulary import AuditState
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case
from auditapp.persistence.database import Database
from auditapp.persistence.queries.audit_lists import my_open_audits, my_submitted_audits
from tests.benchmarks.desk import AT, browser_of, on_postgresql, on_sqlite, open_app, open_council
from tests.benchmarks.table import Row, median_of
from tests.council import Council, audits_of

AUDITS = 10_000
OWN = 25
TIMES = 60
AIM = 1.6


def measure() -> list[Row]:
    """Measure on both engines."""
    rows = []
    for engine, opened in (("SQLite", on_sqlite), ("PostgreSQL", on_postgresql)):
        with opened() as database:
            rows.append(_my_audits(database, engine))
    return rows


def _my_audits(database: Database, engine: str) -> Row:
    council = open_council(database)
    _fill(council)
    app = open_app(council)
    client = browser_of(app, council, "nora")
    page = median_of(lambda: client.get("/audits/").get_data(), times=TIMES)
    base = median_of(_template(app, council), times=TIMES)
    return Row(f"My audits, {OWN} of {AUDITS:,}, {engine}", "its template, rows in memory", base, page, "ms", AIM)


def _fill(council: Council) -> None:
    """Put submitted audits of others into the month, and enough of Nora's own for a whole page."""
    like = audits_of(council, "nora")[0]
    columns = {column.name: getattr(like, column.name) for column in Audit.__table__.columns if column.name != "id"}
    done = {"state": AuditState.SUBMITTED, "overall_grade": "good", "revision": 1}
    with council.database.transaction() as session:
        session.execute(insert(Case), [{"case_reference": f"b{number:05}"} for number in range(AUDITS)])
        cases = session.scalars(select(Case.id).where(Case.case_reference.like("b%")).order_by(Case.id)).all()
        session.execute(
            insert(Audit),
            [
                columns
                | done
                | {
                    "public_id": f"bench{number}",
                    "reference": f"BENCH-{number:05}",
                    "case_id": case,
                    "auditor_id": council.people["nora" if number < OWN else "sol"].id,
                    "submitted_at": AT - timedelta(minutes=number),
                    "first_submitted_at": AT - timedelta(minutes=number),
                }
                for number, case in enumerate(cases)
            ],
        )


def _template(app: Flask, council: Council) -> Callable[[], str]:
    """Return what writes the same page from rows that are there already, for somebody who is signed in already."""
    me = council.viewer("nora")
    with council.database.reading() as session:
        rows = {"open_audits": my_open_audits(session, me), "submitted": my_submitted_audits(session, me)}

    def write() -> str:
        with app.test_request_context("/audits/"):
            g.viewer, g.is_demonstration = me, False
            return render_template("audits/mine.html", **rows, today=london_day(AT))

    return write
