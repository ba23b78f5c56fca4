"""The trail's pages: who did what and when, in sentences, and whether it is whole."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.trail_sentences import KINDS, UNREADABLE
from auditapp.domain.vocabulary import Role
from auditapp.persistence import trail
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.queries.trail import PAGE, history
from auditapp.services import accounts
from tests.factories import viewer
from tests.pages import Document
from tests.statements import counted
from tests.web.conftest import Browser


@pytest.fixture
def ada(database: Database, at: datetime) -> Person:
    with database.transaction() as session:
        return accounts.add_person(
            session, "ada@example.org", name="Ada Example", grants=[Grant(Role.ADMINISTRATOR)], by=COMMAND_LINE, at=at
        )


@pytest.fixture
def signed_in(browser: Browser, ada: Person) -> Browser:
    return browser.sign_in(ada)


def rows(page: Document) -> list[list[str]]:
    """Return the words of each line of the table: when, who, what."""
    cells = page.texts("tbody td")
    return [cells[start : start + 3] for start in range(0, len(cells), 3)]


def add_events(database: Database, ada: Person, *, number: int, at: datetime) -> None:
    with database.transaction() as session:
        for count in range(number):
            details = {"name": f"Team {count:03}"}
            trail.record(session, "team.added", by=ada.public_id, at=at, subject="t", details=details)


class TestThePage:
    def test_tells_who_did_what_and_when_newest_first(self, signed_in: Browser) -> None:
        assert rows(signed_in.get("/trail/")) == [
            ["15 October 2026, 10:30", "Ada Example", "Signed in."],
            ["15 October 2026, 10:30", "The command line", "Added Ada Example as Administrator."],
        ]

    def test_names_people_by_their_name_of_today(
        self, signed_in: Browser, database: Database, ada: Person, at: datetime
    ) -> None:
        with database.transaction() as session:
            person = accounts.find_person(session, ada.public_id)
            accounts.change_person(session, person, name="Ada Married", by=viewer(database, ada), at=at)
        assert rows(signed_in.get("/trail/"))[0][1] == "Ada Married"

    def test_goes_on_to_older_events_and_back(
        self, signed_in: Browser, database: Database, ada: Person, at: datetime
    ) -> None:
        add_events(database, ada, number=2 * PAGE, at=at)
        first = signed_in.get("/trail/?kind=team.added")
        second = signed_in.get(first.one("a[rel=next]").get("href", ""))
        told = [row[2] for row in rows(first) + rows(second)]
        assert told == [f"Added the team Team {number:03}." for number in reversed(range(2 * PAGE))]
        assert second.all("a[rel=next]") == []
        assert second.one("a[rel=prev]").get("href") == "/trail/?kind=team.added"

    def test_stands_still_while_the_trail_grows(
        self, signed_in: Browser, database: Database, ada: Person, at: datetime
    ) -> None:
        add_events(database, ada, number=2 * PAGE, at=at)
        older = signed_in.get("/trail/").one("a[rel=next]").get("href", "")
        before = rows(signed_in.get(older))
        add_events(database, ada, number=3, at=at + timedelta(hours=1))
        assert rows(signed_in.get(older)) == before

    def test_shows_one_kind_of_event_only(self, signed_in: Browser) -> None:
        page = signed_in.get("/trail/?kind=person.signed_in")
        assert [row[2] for row in rows(page)] == ["Signed in."]
        assert page.one("option[selected]").get("value") == "person.signed_in"

    def test_offers_every_kind_by_its_label(self, signed_in: Browser) -> None:
        offered = signed_in.get("/trail/").texts("select option")
        assert offered == ["Everything", *sorted(kind.label for kind in KINDS.values())]

    @pytest.mark.parametrize("query", ["kind=moon.landed", "kind=%27", "before=x", "before=-1", "before=9999999999999"])
    def test_knows_no_other_kinds_or_places(self, signed_in: Browser, query: str) -> None:
        signed_in.get(f"/trail/?{query}", status=404)

    def test_says_where_nothing_is(self, signed_in: Browser) -> None:
        assert "Nothing of this kind has been done here." in signed_in.get("/trail/?kind=team.moved").texts("main")[0]
        assert "There is nothing older." in signed_in.get("/trail/?before=1").texts("main")[0]

    def test_leaves_out_what_was_done_in_an_audit(self, signed_in: Browser, database: Database, at: datetime) -> None:
        with database.transaction() as session:
            trail.record(session, "audit.submitted", by="x", at=at, subject="a", chain=trail.audit_chain("a"))
        assert len(rows(signed_in.get("/trail/"))) == 2

    @pytest.mark.parametrize("number", [1, 10 * PAGE])
    def test_costs_three_statements_however_long_the_trail_is(
        self, signed_in: Browser, database: Database, ada: Person, at: datetime, number: int
    ) -> None:
        add_events(database, ada, number=number, at=at)
        with counted(database) as statements:
            signed_in.get("/trail/")
        assert len(statements) == 3

    @pytest.mark.parametrize(
        "alteration", ["name = 'moon.landed'", "details = '[]'", "details = '{\"roles\": [7]}'", "by = ''"]
    )
    def test_shows_an_altered_event_too(self, signed_in: Browser, database: Database, alteration: str) -> None:
        with database.transaction() as session:
            session.execute(text(f"UPDATE trail_event SET {quoted(alteration)} WHERE position = 1"))
        assert len(rows(signed_in.get("/trail/"))) == 2

    def test_says_of_an_event_without_words_that_it_has_none(self, signed_in: Browser, database: Database) -> None:
        with database.transaction() as session:
            session.execute(text("UPDATE trail_event SET name = 'moon.landed' WHERE position = 1"))
        assert rows(signed_in.get("/trail/"))[1][2] == UNREADABLE


def quoted(alteration: str) -> str:
    column, _, value = alteration.partition(" = ")
    return f'"{column}" = {value}'


class TestTheCheck:
    def test_says_that_a_trail_is_whole_and_how_long_it_is(self, signed_in: Browser) -> None:
        page = signed_in.get("/trail/check")
        assert page.heading == "The trail is whole"
        assert "2 entries were read again, none altered." in page.texts("main p")

    def test_names_the_first_fault_of_each_chain(self, signed_in: Browser, database: Database, at: datetime) -> None:
        with database.transaction() as session:
            trail.record(session, "audit.submitted", by="x", at=at, subject="a", chain=trail.audit_chain("a"))
            session.execute(text("UPDATE trail_event SET subject = 'x' WHERE position = 1"))
        page = signed_in.get("/trail/check")
        assert page.heading == "The trail is not whole"
        assert page.texts("main li") == [
            "Audit a, entry 1: it was altered.",
            "The service, entry 1: it was altered.",
        ]

    def test_shows_no_more_faults_than_a_page_holds(self, signed_in: Browser, database: Database, at: datetime) -> None:
        with database.transaction() as session:
            for number in range(30):
                trail.record(session, "audit.submitted", by="x", at=at, subject="a", chain=f"audit:{number}")
            session.execute(text("UPDATE trail_event SET subject = 'x' WHERE position = 1"))
        page = signed_in.get("/trail/check")
        assert len(page.texts("main li")) == 20
        assert "And in 11 more." in page.texts("main p")


class TestHistory:
    def test_tells_one_chain_from_its_beginning_with_the_words_it_is_given(
        self, database: Database, ada: Person, at: datetime
    ) -> None:
        chain = trail.audit_chain("a")
        with database.transaction() as session:
            for name, details in (
                ("audit.assigned", {"to": ada.public_id}),
                ("audit.written", {"section": "D1"}),
                ("audit.submitted", {"revision": 1}),
            ):
                trail.record(session, name, by=ada.public_id, at=at, subject="a", chain=chain, details=details)
        with database.reading() as session:
            told = history(session, chain, names={"D1": "Referral"})
        assert [(row.who, row.what) for row in told] == [
            ("Ada Example", "Assigned the audit to Ada Example."),
            ("Ada Example", "Wrote in section Referral."),
            ("Ada Example", "Submitted version 1 of the audit."),
        ]

    def test_of_a_chain_that_is_not_there_is_empty(self, database: Database) -> None:
        with database.reading() as session:
            assert history(session, trail.audit_chain("nothing")) == ()
