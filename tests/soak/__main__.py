"""`make soak`: a council's year with two schedulers and four web servers on PostgreSQL, killed all the way through.

    python -m tests.soak [--first 2026-04-01] [--last 2027-03-31] [--kills 200] [--seed 1]

Every audit is written and submitted over HTTP, section by section. At the end the year is held against the simulation's
own book, every text that a server acknowledged must be stored, and no letter may have come twice. Prints its figures.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import func, select, update

from auditapp.domain.calendar import LONDON
from auditapp.domain.passwords import DEMONSTRATION_WORDS
from auditapp.jobs.tick import due_by
from auditapp.persistence.answers import stored_answers
from auditapp.persistence.audits import Audit
from auditapp.persistence.database import Database
from auditapp.persistence.outbox import Message
from auditapp.persistence.people import Person
from auditapp.persistence.schema import upgrade
from auditapp.services.secrets import choose_password
from tests.mail_server import Mailbox, mail_server
from tests.postgres import running_postgres
from tests.simulation.accounts import hold_to_account
from tests.simulation.book import Given
from tests.simulation.council_year import CouncilYear
from tests.soak.desk import SEE_OTHER, HttpDesk
from tests.soak.processes import Machine, Process

SOON = 120.0


@dataclass
class SoakedYear(CouncilYear):
    """A council's year whose schedule and pages run in processes of their own, which are killed now and then."""

    machine: Machine | None = None
    kills_wanted: int = 200
    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    repeats: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        assert self.machine is not None
        self.desks, self.chance = self.machine, self.life.chance
        self._give_passwords()

    def look(self, at: datetime) -> None:
        """Move the clock, kill a scheduler now and then, and wait until all that is due was done."""
        self.book.looks.append(at)
        self.set_clock(at)
        if self._is_time_to_kill(0.14):
            self.desks.kill(self.chance.choice(self.desks.schedulers))
        deadline = time.monotonic() + SOON
        while due_by(self.office, at):
            assert time.monotonic() < deadline, f"at {at} these were not done: {due_by(self.office, at)}"
            time.sleep(0.03)
        self.note_given(at)

    def set_clock(self, at: datetime) -> None:
        """Say what time it is to everybody at once."""
        new = self.desks.clock.with_suffix(".new")
        new.write_text(at.isoformat())
        new.replace(self.desks.clock)

    def live(self, day: date, at: datetime) -> None:
        """Do a day's work; whoever began on it has a password at its end."""
        super().live(day, at)
        self._give_passwords()

    def _give_passwords(self) -> None:
        chosen = choose_password(DEMONSTRATION_WORDS, email="")
        with self.database.transaction() as session:
            session.execute(update(Person).where(Person.password_hash.is_(None)).values(password_hash=chosen.hash))

    def submit(self, given: Given, at: datetime) -> None:
        """Write an audit as its auditor does, page by page, and submit it."""
        self.set_clock(at)
        with self.database.reading() as session:
            email = session.get_one(Person, given.person).email
        desk = HttpDesk(self.desks.servers, self.chance, self._meddle)
        desk.sign_in(email, DEMONSTRATION_WORDS)
        start = desk.get(f"/audits/{given.audit}")
        links = [link.attrib.get("href", "") for link in start.all("main a")]
        places = [link for link in links if link.startswith(f"/audits/{given.audit}/")]
        for place in dict.fromkeys(places):
            self._write(desk, given, place)
        check = desk.get(f"/audits/{given.audit}/check")
        sent = desk.submit(check, {"declared": "y"}, to=f"/audits/{given.audit}/check")
        assert sent.status == SEE_OTHER, sent.text
        self.repeats += desk.repeats
        given.until, given.submitted = at, True

    def _write(self, desk: HttpDesk, given: Given, place: str) -> None:
        page = desk.get(place)
        if not page.all("form.app-answers"):
            return
        typed = {}
        for field_ in page.all("form.app-answers textarea"):
            typed[field_.attrib["name"]] = f"Words of {given.audit} on {field_.attrib['name']}."
        for radio in page.all("form.app-answers input[type=radio]"):
            name, value = radio.attrib["name"], radio.attrib["value"]
            if value in {"yes", "good", "took_part"} or name not in typed:
                typed[name] = value
        for number in page.all("form.app-answers input[inputmode=numeric]"):
            typed[number.attrib["name"]] = "60"
        assert desk.submit(page, typed, to=place).status == SEE_OTHER
        told = self.typed.setdefault(given.audit, {})
        told.update({name.removeprefix("text-"): words for name, words in typed.items() if name.startswith("text-")})

    def _meddle(self, server: Process) -> None:
        if self._is_time_to_kill(0.02):
            self.desks.kill(server)

    def _is_time_to_kill(self, chance: float) -> bool:
        return self.desks.kills < self.kills_wanted and self.chance.random() < chance


def every_acknowledged_word_is_stored(year: SoakedYear) -> int:
    """Return how many texts were acknowledged, all of which must be there."""
    count = 0
    with year.database.reading() as session:
        for public_id, told in year.typed.items():
            audit = session.scalars(select(Audit).where(Audit.public_id == public_id)).one()
            stored = stored_answers(session, audit.id)
            for item, words in told.items():
                assert stored[item].answer.text == words, f"{public_id} {item}"
                count += 1
    return count


def no_letter_came_twice(box: Mailbox) -> int:
    """Return how many letters came."""
    came = Counter(str(mail["Message-ID"]) for mail in box.taken)
    assert not [identifier for identifier, n in came.items() if n > 1]
    return len(came)


@contextmanager
def machine(seed: int) -> Iterator[tuple[Machine, Database, Mailbox]]:
    """Give a database, a mail server and a machine over both."""
    with running_postgres() as server, mail_server() as box, tempfile.TemporaryDirectory() as folder:
        database = Database(server.create("soak"))
        upgrade(database)
        url = database.url.render_as_string(hide_password=False)
        found = Machine(Path(folder), url, box.url, random.Random(seed))
        try:
            yield found, database, box
        finally:
            found.stop()
            database.close()


def main() -> None:
    """Play the year and print what came of it."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--first", type=date.fromisoformat, default=date(2026, 4, 1))
    parser.add_argument("--last", type=date.fromisoformat, default=date(2027, 3, 31))
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with machine(given.seed) as (computer, database, box):
        begins = datetime.combine(given.first, datetime.min.time(), LONDON).astimezone(UTC)
        computer.clock.write_text(begins.isoformat())
        year = SoakedYear(database, given.first, given.last, given.seed, machine=computer, kills_wanted=given.kills)
        computer.start()
        year.play()
        assert computer.kills == given.kills, "the time was too short for so many"
        hold_to_account(year)
        words, letters = every_acknowledged_word_is_stored(year), no_letter_came_twice(box)
        with database.reading() as session:
            states = dict(session.execute(select(Message.state, func.count()).group_by(Message.state)).all())
    submitted = sum(each.submitted for each in year.book.given)
    told = ", ".join(f"{n} {state.label}" for state, n in states.items())
    click.echo(f"{given.first} to {given.last} in {time.monotonic() - began:.0f} s")
    click.echo(f"{submitted} audits submitted over HTTP, {words} texts acknowledged, all of them stored")
    click.echo(f"{computer.kills} kills; {year.repeats} requests sent again because nobody answered")
    click.echo(f"{letters} letters came, none twice; messages: {told}")


if __name__ == "__main__":
    main()
