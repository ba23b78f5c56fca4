"""Only what is named can be set: every column of every table, sent along with every form, sets nothing else."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, redirect, request
from sqlalchemy import JSON, Boolean, Column, Date, Enum, Integer, LargeBinary, Numeric, String, Table, select
from sqlalchemy.types import TypeEngine
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database, Instant
from auditapp.persistence.people import Person
from auditapp.persistence.schema import METADATA
from auditapp.web.rules import KEYLESS
from auditapp.web.units import session
from tests.web.conftest import Browser, Clock, open_app
from tests.web.walking import WRITING, Address, addresses, carried
from tests.web.world import World

# What each page may change: columns of rows that were there, and, by their table's name, rows added or removed.
REPLACED = {
    "audit",
    "case",
    "audit.refusal",
    "audit.replaced_at",
    "audit.replaced_by_id",
    "audit.replacement_reason",
    "audit.state",
    "audit.version",
}
WRITTEN = {
    "audit.begun_at",
    "audit.state",
    "audit.version",
    "audit_answer",
    "audit_answer.text",
    "audit_sitting",
}
HANDED_ON = {"audit.assigned_at", "audit.auditor_id", "audit.due_on", "audit.version"}
SETTLED = {"programme_entry.changed_at", "programme_entry.state", "programme_entry.version"}
MAY_CHANGE: dict[str, set[str]] = {
    "absences.approve": {"absence.decided_at", "absence.decided_by_id", "absence.state", "notice"},
    "absences.refuse": {"absence.decided_at", "absence.decided_by_id", "absence.refusal", "absence.state", "notice"},
    "absences.withdraw": {"absence.state"},
    "actions.add": {"audit_action"},
    "actions.change": {
        "audit_action.action",
        "audit_action.due_on",
        "audit_action.owner",
        "audit_action.success_measure",
    },
    "actions.remove": {"audit_action"},
    "audits.refuse": REPLACED,
    "audits.save_answer": WRITTEN,
    "audits.section": WRITTEN,
    "calendars.address": {"calendar_address", "calendar_address.made_at", "calendar_address.secret_hash"},
    "calendars.take_back": {"calendar_address"},
    "cases.accept": {"case_list", "case_list_group", "list_team", "list_worker", "pending_import"},
    "cases.discard": {"pending_import"},
    "concerns.acknowledge": {"concern.acknowledged_at", "concern.acknowledged_by_id"},
    "concerns.raise_one": {"concern", "message"},
    "cycles.reassign": {"audit.auditor_id", "audit.version"},
    "cycles.replace": REPLACED,
    "findings.withdraw": {"publication.ended_at"},
    "outbox.withdraw": {"message.ended_at", "message.state"},
    "handovers.absence": HANDED_ON | {"handover", "handover_line"},
    "handovers.handover": HANDED_ON | {"handover_line.moved_back_at"},
    "handovers.person": HANDED_ON | {"handover", "handover_line"},
    "people.change": {"person.email", "person.name", "person.working_time"},
    "people.invite": {"invitation"},
    "people.leave": {"person.is_active"},
    "people.people_import.refuse": {"pending_import"},
    "people.person": {"role_grant"},
    "people.teams.add": {"agency", "agency.name", "service", "service.name"},
    "people.teams.change": {"agency.name", "service.name"},
    "programme.approval": {
        "programme_year.approved_on",
        "programme_year.audits_a_month",
        "programme_year.board",
        "programme_year.minute",
        "programme_year.recorded_at",
        "programme_year.version",
    },
    "programme.begin": {"programme_entry"},
    "programme.copy": {"programme_entry", "programme_year"},
    "programme.entries.add": {"programme_entry", "programme_year"},
    "programme.entries.cancel": {
        "programme_entry.cancellation",
        "programme_entry.changed_at",
        "programme_entry.state",
        "programme_entry.version",
    },
    "programme.entries.change": {
        "programme_entry.auditors",
        "programme_entry.case_types",
        "programme_entry.changed_at",
        "programme_entry.ends_on",
        "programme_entry.key_lines",
        "programme_entry.note",
        "programme_entry.practice_area",
        "programme_entry.report_due_on",
        "programme_entry.size",
        "programme_entry.starts_on",
        "programme_entry.title",
        "programme_entry.version",
    },
    "programme.entries.finish": {"programme_entry.state", "programme_entry.version"},
    "programme.entries.reopen": {"programme_entry.changed_at", "programme_entry.state", "programme_entry.version"},
    "programme.entries.move": {
        "programme_entry.changed_at",
        "programme_entry.ends_on",
        "programme_entry.starts_on",
        "programme_entry.version",
    },
    "programme.entries.repeat": {"programme_entry", "programme_year"},
    "programme.steps.tick": {"programme_entry.ticks", "programme_entry.version"},
    "programme.steps.untick": {"programme_entry.ticks", "programme_entry.version"},
    "records.send_back": {
        "audit.due_on",
        "audit.return_reason",
        "audit.state",
        "audit.version",
        "finding_count.n",
        "submitted_record.return_reason",
        "submitted_record.returned_at",
    },
    "settings.settings": {"programme_settings"},
    "supervision.pick": {"audit", "cycle"},
    "themes.begin": {"pending_import"},
    "themes.discard": {"pending_import"},
    "themes.start": {
        "audit",
        "case",
        "cycle",
        "cycle_draw",
        "pending_import",
        "programme_entry.cycle_id",
        "programme_entry.version",
    },
    "tools.retire": {"tool_version.state"},
}

# What any request may leave: that somebody was here, that a form was taken, and what the trail tells of it.
LEFT_BY_ALL = {"sign_in_session", "submission", "trail_event", "trail_head"}

WORDS, NUMBER = "hostile-words", 77777
DAY, SHARE = date(2031, 7, 7), Decimal("0.77")
SENT: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (String, WORDS),
    (Integer, str(NUMBER)),
    (Boolean, "y"),
    (Date, DAY.isoformat()),
    (Instant, f"{DAY}T07:07:07+00:00"),
    (Numeric, str(SHARE)),
    (LargeBinary, WORDS),
    (JSON, "{}"),
)
RECOGNISED = (WORDS, NUMBER, DAY, SHARE)

Row = Mapping[str, object]
Contents = dict[str, dict[tuple[object, ...], Row]]


def extras() -> MultiDict[str, str]:
    """Return every column of every table with a value that would be known again."""
    pairs = [(column.name, value_for(column)) for table in METADATA.sorted_tables for column in table.columns]
    return MultiDict(list(dict.fromkeys(pairs)))


def value_for(column: Column[object]) -> str:
    if isinstance(column.type, Enum):
        return str(column.type.enums[-1])
    return next(value for kind, value in SENT if isinstance(column.type, kind))


def keyed(database: Database) -> Contents:
    """Return every row of a database by its table and primary key."""
    with database.reading() as current:
        return {
            table.name: {
                tuple(row[column.name] for column in table.primary_key): dict(row)
                for row in current.execute(select(table)).mappings()
            }
            for table in METADATA.sorted_tables
            if table.name not in LEFT_BY_ALL
        }


def changes(before: Contents, after: Contents) -> Iterator[str]:
    """Yield what differs: 'table' for a row added or removed, 'table.column' for what was changed or set as sent."""
    for table, rows in after.items():
        for key in before[table].keys() ^ rows.keys():
            yield table
            yield from (f"{table}.{name}" for name, value in rows.get(key, {}).items() if is_recognised(value))
        for key in before[table].keys() & rows.keys():
            was = before[table][key]
            yield from (f"{table}.{name}" for name, value in rows[key].items() if value != was[name])


def is_recognised(value: object) -> bool:
    known = value.date() if isinstance(value, datetime) else value
    return any(type(known) is type(sent) and known == sent for sent in RECOGNISED)


def send_with_extras(browser: Browser, address: Address) -> TestResponse:
    """Send a page's form, and behind its own fields everything that there is."""
    fields, own, others = carried(browser), dict(address.sample.sent), extras()
    if address.endpoint in KEYLESS:
        token = {"X-CSRFToken": fields["csrf_token"]}
        return browser.client.post(address.path, json={**others.to_dict(), **own}, headers=token)
    own_pairs = [
        (name, each) for name, value in own.items() for each in (value if isinstance(value, list) else [value])
    ]
    sent = MultiDict([*fields.items(), *own_pairs, *others.items(multi=True)])
    return browser.client.post(address.path, data=sent)


def writings(app: Flask, world: World) -> Iterator[tuple[Address, Role]]:
    """Yield every form that can be sent, each with somebody who may send it."""
    for address in addresses(app, world):
        for role in Role:
            if address.method == WRITING and address.is_open_to(role):
                yield address, role
                break


def changed_by(world: World, clock: Clock, address: Address, role: Role) -> set[str]:
    app = open_app(world.database, clock)
    browser = Browser(app.test_client(), world.database, clock).sign_in(world.people[role])
    before = keyed(world.database)
    answer = send_with_extras(browser, address)
    assert answer.status_code < 500, f"{address.endpoint}: {answer.status_code}"
    found = set(changes(before, keyed(world.database)))
    world.database.close()
    return found


def test_every_form_changes_what_it_is_for_and_nothing_else(
    world: World, new_world: Callable[[], World], clock: Clock
) -> None:
    wrong = {}
    for address, role in writings(open_app(world.database, clock), world):
        changed = changed_by(new_world(), clock, address, role)
        if changed - MAY_CHANGE.get(address.endpoint, set()):
            wrong[f"{address.endpoint} ({address.sample.what})"] = changed - MAY_CHANGE.get(address.endpoint, set())
    assert wrong == {}


def test_every_page_that_may_change_something_is_there(app: Flask, world: World) -> None:
    assert MAY_CHANGE.keys() - {address.endpoint for address, _ in writings(app, world)} == set()


def test_every_table_and_column_is_named_as_it_is() -> None:
    columns = {f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.columns}
    tables = {table.name for table in METADATA.sorted_tables}
    assert set[str]().union(*MAY_CHANGE.values()) - columns - tables == set()


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=lambda table: table.name)
def test_every_column_is_sent(table: Table) -> None:
    sent = extras()
    assert all(sent.getlist(column.name) for column in table.columns)


def test_a_page_that_took_everything_would_be_found(new_world: Callable[[], World], clock: Clock) -> None:
    world = new_world()
    app = open_app(world.database, clock)

    def take_everything(public_id: str) -> Response:
        person = session().scalars(select(Person).where(Person.public_id == public_id)).one()
        person.public_id, person.name = request.form["public_id"], request.form["name"]
        session().add(Person(email="new@example.org", name=request.form["slug"], created_at=clock()))
        return redirect("/people/", 303)

    app.view_functions["people.change"] = take_everything
    address = next(address for address, _ in writings(app, world) if address.endpoint == "people.change")
    browser = Browser(app.test_client(), world.database, clock).sign_in(world.people[Role.ADMINISTRATOR])
    before = keyed(world.database)
    assert send_with_extras(browser, address).status_code == 303
    assert {"person", "person.public_id", "person.name"} <= set(changes(before, keyed(world.database)))
