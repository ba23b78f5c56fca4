"""The pages on which teams and workers of the case lists are matched to the service's own."""

from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from auditapp.domain.case_lists import CaseList, Entry
from auditapp.domain.understanding import count_children
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person, Team
from auditapp.services import cases
from tests.council import Council, make_council
from tests.pages import Document, parse
from tests.web.conftest import Browser, Clock

BANNER = ".govuk-notification-banner"
SENDS = "main form[method=post]"


@pytest.fixture
def council(database: Database, clock: Clock) -> Council:
    return make_council(database, clock.at)


@pytest.fixture
def qa(browser: Browser, council: Council) -> Browser:
    return browser.sign_in(council.people["quinn"])


def give(council: Council, teams_and_workers: list[tuple[str, str]]) -> None:
    entries = tuple(
        Entry(f"c{number}", CaseType.CIN, team, worker) for number, (team, worker) in enumerate(teams_and_workers)
    )
    with council.database.transaction() as session:
        cases.accept_case_list(
            session,
            CaseList(date(2026, 9, 30), entries),
            understanding=count_children(entries),
            file_name="x.csv",
            by=council.viewer("quinn"),
            at=council.at,
        )


def test_a_team_of_the_same_name_is_suggested_and_saved_only_when_sent(qa: Browser, council: Council) -> None:
    give(council, [("NORTH", ""), ("Elsewhere", "")])
    page = qa.get("/case-lists/matching/teams")
    assert page.texts("label.govuk-label--s") == ["Elsewhere", "NORTH"]
    assert page.texts(".govuk-hint") == [
        "1 child",
        "1 child, suggested by its name",
    ]
    assert [option.text for option in page.all("option[selected]")] == ["Not matched", "North"]
    assert mapped(council) == {}
    first, second = (qa.submit(page) for _ in range(2))
    assert first.location == second.location == "/case-lists/matching/teams"
    shown = qa.follow(first)
    assert "1 team changed." in shown.texts(BANNER)[0]
    assert mapped(council) == {"NORTH": "North"}
    assert shown.texts("label.govuk-label--s") == ["Elsewhere", "NORTH"]
    answer = qa.submit(qa.get("/case-lists/matching/teams"))
    assert "Nothing was different" in qa.follow(answer).texts(BANNER)[0]


def mapped(council: Council) -> dict[str, str]:
    with council.database.reading() as session:
        names = select(ListTeam.name, Team.name).join(Team, Team.id == ListTeam.team_id)
        return dict(session.execute(names).all())


def test_what_was_matched_meanwhile_is_kept(qa: Browser, council: Council) -> None:
    give(council, [("NORTH", "")])
    old = qa.get("/case-lists/matching/teams")
    qa.submit(qa.get("/case-lists/matching/teams"))
    north = next(option.get("value") for option in old.all("option") if option.text == "South")
    answer = qa.submit(old, {"rows-0-chosen": north}, status=409)
    assert "Somebody else matched one of these meanwhile" in answer.get_data(as_text=True)
    assert mapped(council) == {"NORTH": "North"}


def test_workers_are_matched_by_address(qa: Browser, council: Council) -> None:
    give(council, [("", f"W{number:02}") for number in range(30)])
    page = qa.get("/case-lists/matching/workers")
    assert len(page.all("input[type=email]")) == 25
    assert "30 of 30 workers are not matched. Here are 1 to 25." in page.texts("form p")
    second = qa.get(page.one("a[rel=next]").attrib["href"])
    assert "W25" in second.texts("label.govuk-label--s")
    assert "30 of 30 workers are not matched. Here are 26 to 30." in second.texts("form p")
    found = qa.get("/case-lists/matching/workers?search=w07")
    answer = qa.submit(found, {"rows-0-chosen": " PRUE@demo.example "}, form=SENDS)
    assert answer.location == "/case-lists/matching/workers?search=w07"
    (field,) = qa.follow(answer).all("input[type=email]")
    assert field.get("value") == "prue@demo.example"
    assert people(council) == {"W07": "Prue"}


def people(council: Council) -> dict[str, str]:
    with council.database.reading() as session:
        query = select(ListWorker.code, Person.name).join(Person, Person.id == ListWorker.person_id)
        return dict(session.execute(query).all())


def refused(answer: TestResponse) -> Document:
    return parse(answer.get_data(as_text=True))


def test_a_wrong_address_is_named_at_its_field_and_nothing_is_lost(qa: Browser, council: Council) -> None:
    give(council, [("", f"W{number:02}") for number in range(3)])
    page = qa.get("/case-lists/matching/workers")
    typed = {
        "rows-0-chosen": "prue@demo.example",
        "rows-1-chosen": "nobody@demo.example",
    }
    shown = refused(qa.submit(page, typed, form=SENDS, status=422))
    assert shown.all(".govuk-error-summary a[href=#rows-1-chosen]")
    assert shown.texts(".govuk-error-summary li")[0].startswith("W01: Nobody here has this address.")
    assert [field.get("value") for field in shown.all("input[type=email]")] == [*typed.values(), ""]
    assert people(council) == {}
    shown = refused(qa.submit(page, {"rows-2-chosen": "no address"}, form=SENDS, status=422))
    assert shown.all(".govuk-error-summary a[href=#rows-2-chosen]")


def test_pages_without_lists_and_searches_without_hits_say_so(qa: Browser, council: Council) -> None:
    assert "No case list names a team yet" in qa.get("/case-lists/matching/teams").texts(".app-empty")[0]
    assert "No case list names a worker yet" in qa.get("/case-lists/matching/workers").texts(".app-empty")[0]
    give(council, [("", "W1")])
    assert "<i>" in qa.get("/case-lists/matching/workers?search=<i>").texts(".app-empty")[0]
