"""What saving costs, through the whole stack: session, access, version, trail, commit; alone and eight at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count

from flask import Flask
from flask.testing import FlaskClient

from auditapp.persistence.database import Database
from tests.benchmarks.desk import NOTHING, browser_of, fields_of, on_postgresql, on_sqlite, open_app, open_council
from tests.benchmarks.driver import saver
from tests.benchmarks.table import Row, at_once, median_of, one_in_a_hundred
from tests.council import Council, audits_of

TIMES = 200
EACH = 40
CLIENTS = 8
AUDITORS = ("nora", "sol")
SITTING = "benchmark-sitting"
BARE = "the bare driver's save"
EIGHT = f"{CLIENTS} clients"
SLOWEST = "The slowest of a hundred of these"
# What is asked for as a rate of the base's, as times.
SQLITE_AIM, SQLITE_AIM_AT_ONCE, POSTGRESQL_AIM, POSTGRESQL_AIM_AT_ONCE = 1 / 0.45, 1 / 0.33, 1 / 0.4, 1 / 0.5
SLOWEST_AIM = 4.0


def measure() -> list[Row]:
    """Measure on both engines."""
    with on_sqlite() as database:
        rows = _on_sqlite(database)
    with on_postgresql() as database:
        return rows + _on_postgresql(database)


@dataclass(frozen=True)
class Desk:
    """Somebody with the first domain of an audit open in a browser."""

    client: FlaskClient
    audit: str
    fields: dict[str, str]
    numbers: "count[int]"

    @property
    def page(self) -> str:
        """The address of the domain."""
        return f"/audits/{self.audit}/D1"

    @property
    def items(self) -> list[str]:
        """The items of the page."""
        return [name.removeprefix("text-") for name in self.fields if name.startswith("text-")]

    def nothing(self) -> None:
        """Send what stores nothing."""
        sent = self.client.post("/nothing", headers={"X-CSRFToken": self.fields["csrf_token"]})
        assert sent.status_code == 204

    def answer(self) -> None:
        """Save one answer, as the page's script does."""
        told = {"item": "1.1", "value": "yes", "text": f"text {next(self.numbers)}", "base": 0, "sitting": SITTING}
        headers = {"X-CSRFToken": self.fields["csrf_token"]}
        sent = self.client.post(f"/audits/{self.audit}/answers", json=told, headers=headers)
        assert sent.status_code == 200, sent.get_data(as_text=True)

    def section(self, times: int) -> Callable[[], None]:
        """Return what saves the whole page, so many times and once more: each with the key of a form of its own."""
        return partial(self._save, iter([fields_of(self.client, self.page)["once"] for _ in range(times + 1)]))

    def _save(self, keys: Iterator[str]) -> None:
        typed = dict.fromkeys((f"text-{item}" for item in self.items), f"words {next(self.numbers)}")
        sent = self.client.post(self.page, data=self.fields | typed | {"once": next(keys)})
        assert sent.status_code == 303


def _on_sqlite(database: Database) -> list[Row]:
    desks = _desks(open_council(database))
    first, one, section, slow = _alone(desks[0])
    idle, busy = at_once([desk.nothing for desk in desks], each=EACH), at_once(_sections(desks), each=EACH)
    return [
        Row("Save one answer, SQLite FULL", NOTHING, first, one, "ms", SQLITE_AIM),
        Row("Save a section of 6 questions, SQLite FULL", NOTHING, first, section, "ms", SQLITE_AIM),
        Row(SLOWEST, "their median", section, slow, "ms", SLOWEST_AIM),
        Row(f"Save a section, {EIGHT}, SQLite FULL", f"{NOTHING}, {EIGHT}", idle, busy, "ms", SQLITE_AIM_AT_ONCE),
    ]


def _on_postgresql(database: Database) -> list[Row]:
    desks = _desks(open_council(database))
    first, one, section, slow = _alone(desks[0])
    bare = [saver(database.url, audit=desk.audit, items=desk.items, sitting=SITTING) for desk in desks]
    alone, eight = median_of(bare[0], times=TIMES), at_once(bare, each=EACH)
    busy = at_once(_sections(desks), each=EACH)
    return [
        Row("Save one answer, PostgreSQL", NOTHING, first, one, "ms", None),
        Row("Save a section of 6 questions, PostgreSQL", NOTHING, first, section, "ms", None),
        Row("The same, held against the driver", BARE, alone, section, "ms", POSTGRESQL_AIM),
        Row(SLOWEST, "their median", section, slow, "ms", SLOWEST_AIM),
        Row(f"Save a section, {EIGHT}, PostgreSQL", f"{BARE}, {EIGHT}", eight, busy, "ms", POSTGRESQL_AIM_AT_ONCE),
    ]


def _alone(desk: Desk) -> tuple[float, float, float, float]:
    """Return what nothing, one answer and a section take one client, and the slowest of a hundred sections."""
    section, slow = one_in_a_hundred(desk.section(TIMES), times=TIMES)
    return median_of(desk.nothing, times=TIMES), median_of(desk.answer, times=TIMES), section, slow


def _sections(desks: Sequence[Desk]) -> list[Callable[[], None]]:
    return [desk.section(EACH) for desk in desks]


def _desks(council: Council) -> list[Desk]:
    """Return eight browsers, each with an audit of its own."""
    app = open_app(council)
    places = [(name, audit.public_id) for name in AUDITORS for audit in audits_of(council, name)]
    assert len(places) >= CLIENTS
    return [_desk(app, council, name, audit) for name, audit in places[:CLIENTS]]


def _desk(app: Flask, council: Council, name: str, audit: str) -> Desk:
    client = browser_of(app, council, name)
    return Desk(client, audit, fields_of(client, f"/audits/{audit}/D1") | {"sitting": SITTING}, count())
