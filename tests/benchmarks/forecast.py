"""What the forecast of a month costs: with its record read, beside the SELECT of that record alone."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

from sqlalchemy import insert, select

from auditapp.domain.calendar import Month, london_day
from auditapp.domain.forecast import forecast
from auditapp.domain.vocabulary import AuditState
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.queries.record import audit_record
from tests.benchmarks.desk import AT, on_postgresql, on_sqlite, open_council
from tests.benchmarks.table import Row, median_of
from tests.council import Council, audits_of

AUDITORS = 20
A_YEAR = 240
TIMES = 60
AIM = 4.0


def measure() -> list[Row]:
    """Measure on both engines."""
    rows = []
    for engine, opened in (("SQLite", on_sqlite), ("PostgreSQL", on_postgresql)):
        with opened() as database:
            rows.append(_forecast(database, engine))
    return rows


def _forecast(database: Database, engine: str) -> Row:
    council = open_council(database)
    _live_a_year(council)
    month, today = Month.of(london_day(AT)), london_day(AT)
    with database.reading() as session:
        whole = median_of(
            lambda: forecast(audit_record(session, month=month).held, month=month, today=today, done=0), times=TIMES
        )
        base = median_of(lambda: audit_record(session, month=month), times=TIMES)
    name = f"forecast, {A_YEAR} audits of {AUDITORS} people, {engine}"
    return Row(name, "the SELECT of its record", base, whole, "ms", AIM)


def _live_a_year(council: Council) -> None:
    """Put the audits of a year behind the open month, each with the day it came in, and give all to many people."""
    chance = Random(1)
    like = audits_of(council, "nora")[0]
    columns = {column.name: getattr(like, column.name) for column in Audit.__table__.columns if column.name != "id"}
    with council.database.transaction() as session:
        people = [
            Person(email=f"auditor{number}@demo.example", name=f"Auditor {number}", created_at=AT)
            for number in range(AUDITORS)
        ]
        session.add_all(people)
        session.flush()
        for number, audit in enumerate(session.scalars(select(Audit).order_by(Audit.id))):
            audit.auditor_id = people[number % AUDITORS].id
        session.execute(insert(Case), [{"case_reference": f"b{number:05}"} for number in range(A_YEAR)])
        cases = session.scalars(select(Case.id).where(Case.case_reference.like("b%")).order_by(Case.id)).all()
        owners = [person.id for person in people]
        session.execute(insert(Audit), list(_earlier(columns, cases, owners, chance)))


def _earlier(
    columns: dict[str, object], cases: Sequence[int], owners: list[int], chance: Random
) -> Iterator[dict[str, object]]:
    done = {"state": AuditState.SUBMITTED, "overall_grade": "good", "revision": 1}
    for number, case in enumerate(cases):
        given = AT - timedelta(days=30 + number * 320 // A_YEAR)
        submitted = given + timedelta(days=chance.randrange(1, 25))
        yield {
            **columns,
            **done,
            "public_id": f"bench{number}",
            "reference": f"BENCH-{number:05}",
            "case_id": case,
            "auditor_id": owners[number % len(owners)],
            "assigned_at": given,
            "submitted_at": submitted,
            "first_submitted_at": submitted,
        }
