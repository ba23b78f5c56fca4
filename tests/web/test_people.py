"""The pages about people: found, added, changed, invited, ended; teams; lists from files."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from auditapp.domain.passwords import INVITATION_LASTS
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.cases import PendingImport
from auditapp.persistence.database import Base, Database
from auditapp.persistence.people import Agency, Person, Service, Team
from auditapp.persistence.queries.people import PAGE
from auditapp.persistence.sign_in import Invitation
from auditapp.services import accounts, teams
from tests.faults import contents
from tests.pages import Document, parse
from tests.web.conftest import Browser, Clock, form_fields

LIST = """Name,E-mail,Role,Team,Service,Agency,Working time
Mira Example,mira@example.org,Auditor,West,Assessment,,0.8
Ola Sample,ola@example.org,QA,,,,
"""
ANSWER = "form[enctype=multipart/form-data]"


@pytest.fixture
def ada(database: Database, at: datetime) -> Person:
    """The administrator whose pages these are."""
    return add(database, at, "ada@example.org", Grant(Role.ADMINISTRATOR), name="Ada Example")


@pytest.fixture
def admin(browser: Browser, ada: Person) -> Browser:
    return browser.sign_in(ada)


@pytest.fixture
def north(database: Database, at: datetime) -> Team:
    with database.transaction() as session:
        teams.add_service(session, "Assessment", by=COMMAND_LINE, at=at)
        teams.add_agency(session, "Police", by=COMMAND_LINE, at=at)
        return teams.add_team(session, "North", service="Assessment", by=COMMAND_LINE, at=at)


def add(database: Database, at: datetime, email: str, *grants: Grant, name: str = "Pat Example") -> Person:
    with database.transaction() as session:
        return accounts.add_person(session, email, name=name, grants=grants, by=COMMAND_LINE, at=at)


def count(database: Database, kind: type[Base]) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(kind)).one()


def grants_of(database: Database, email: str) -> list[Grant]:
    with database.reading() as session:
        public_id = session.scalars(select(Person.public_id).where(Person.email == email)).one()
        return [grant.named for grant in accounts.find_person(session, public_id).grants]


# The list


def test_people_are_listed_by_name_with_their_roles(admin: Browser, database: Database, at: datetime) -> None:
    add(database, at, "zoe@example.org", Grant(Role.QA), Grant(Role.DIRECTOR), name="Zoe Sample")
    page = admin.get("/people/")
    assert page.texts("tbody th") == ["Ada Exampleada@example.org", "Zoe Samplezoe@example.org"]
    assert page.texts("tbody td") == [
        "Administrator",
        "Not signed in yet",
        "Quality assurance teamDirector",
        "Not signed in yet",
    ]


def test_the_list_goes_on_from_page_to_page(admin: Browser, database: Database, at: datetime) -> None:
    for number in range(2 * PAGE + 4):
        add(database, at, f"p{number:02}@example.org", Grant(Role.QA), name="Same Name")
    first = admin.get("/people/")
    assert not first.all(".govuk-pagination__prev")
    second = admin.get(str(first.one(".govuk-pagination__next a").get("href")))
    emails = [text for page in (first, second) for text in page.texts("tbody .app-table__second")]
    assert emails == ["ada@example.org", *(f"p{number:02}@example.org" for number in range(2 * PAGE - 1))]
    assert len(first.texts("tbody th")) == PAGE
    third = admin.get(str(second.one(".govuk-pagination__next a").get("href")))
    assert len(third.texts("tbody th")) == 5
    assert not third.all(".govuk-pagination__next")
    assert third.texts(".govuk-pagination__prev") == ["Previous page"]
    back = admin.get(str(third.one(".govuk-pagination__prev a").get("href")))
    assert back.texts("tbody th") == second.texts("tbody th"), "it goes back one page, not to the first"
    assert back.one(".govuk-pagination__prev a").get("href") == "/people/"


@pytest.mark.parametrize(("search", "found"), [("ZOE", 1), ("zoe@", 1), ("example", 2), ("%", 0), ("_", 0), ("'", 0)])
def test_people_are_found_by_name_and_address(
    admin: Browser, database: Database, at: datetime, search: str, found: int
) -> None:
    add(database, at, "zoe@example.org", Grant(Role.QA), name="Zoe Sample")
    page = admin.get(f"/people/?{urlencode({'search': search})}")
    assert len(page.texts("tbody th")) == found
    assert bool(page.all(".app-empty")) is (found == 0)


@pytest.mark.usefixtures("north")
def test_people_are_found_by_role_and_team(admin: Browser, database: Database, at: datetime) -> None:
    auditor, practitioner = Grant(Role.AUDITOR, team="North"), Grant(Role.PRACTITIONER, team="North")
    add(database, at, "zoe@example.org", auditor, Grant(Role.QA), name="Zoe Sample")
    add(database, at, "pia@example.org", practitioner, name="Pia Sample")
    page = admin.get("/people/")
    roles, teams = (dict(zip(labels(page, name), values(page, name), strict=True)) for name in ("role", "team"))

    def found(**filters: str) -> list[str]:
        return admin.get(f"/people/?{urlencode(filters)}").texts("tbody .app-table__second")

    assert list(teams) == ["Every team", "North"]
    assert found(team=teams["North"]) == ["pia@example.org", "zoe@example.org"]
    assert found(role=roles[Role.AUDITOR.label], team=teams["North"], search="zoe") == ["zoe@example.org"]
    assert found(role=roles[Role.QA.label]) == ["zoe@example.org"]
    assert found(role=roles[Role.QA.label], team=teams["North"]) == []
    assert found(team="nothing") == []
    admin.get("/people/?role=boss", status=404)


def labels(page: Document, name: str) -> list[str]:
    return page.texts(f"select[name={name}] option")


def values(page: Document, name: str) -> list[str]:
    return [option.get("value", "") for option in page.all(f"select[name={name}] option")]


def test_the_filters_stand_as_they_were_asked_and_go_on_to_the_next_page(
    admin: Browser, database: Database, at: datetime
) -> None:
    for number in range(PAGE + 1):
        add(database, at, f"p{number:02}@example.org", Grant(Role.QA), name="Same Name")
    first = admin.get("/people/?role=qa&search=same")
    assert [option.get("value") for option in first.all("option[selected]")] == ["qa"]
    second = admin.get(str(first.one(".govuk-pagination__next a").get("href")))
    assert second.texts("tbody .app-table__second") == [f"p{PAGE:02}@example.org"]
    assert second.one(".govuk-pagination__prev a").get("href") == "/people/?search=same&role=qa"


# One person


def test_a_person_is_added_with_a_first_role_once(admin: Browser, database: Database, north: Team) -> None:
    page = admin.get("/people/add")
    fields = {
        "name": "Pat Example",
        "email": "Pat@example.org",
        "working_time": "60 %",
        "role": "auditor",
        "place": "team North",
    }
    first, second = (admin.submit(page, fields) for _ in range(2))
    assert first.location == second.location
    assert count(database, Person) == 2
    shown = admin.follow(first)
    assert shown.heading == "Pat Example"
    assert "Make a sign-in link" in shown.texts(".govuk-notification-banner")[0]
    assert "0.6 of full time" in shown.texts(".govuk-summary-list__value")
    assert grants_of(database, "pat@example.org") == [Grant(Role.AUDITOR, team="North")]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "#name"),
        ({"email": "pat"}, "#email"),
        ({"email": "ada@example.org"}, "#email"),
        ({"working_time": "2"}, "#working_time"),
        ({"role": ""}, "#role"),
        ({"role": "boss"}, "#role"),
        ({"place": ""}, "#place"),
        ({"place": "service Assessment"}, "#place"),
        ({"place": "team Nil"}, "#place"),
        ({"role": "qa"}, "#place"),
    ],
)
@pytest.mark.usefixtures("north")
def test_what_is_wrong_with_somebody_new_is_said_beside_what_was_typed(
    admin: Browser, database: Database, fields: dict[str, str], wrong: str
) -> None:
    right = {"name": "Pat", "email": "pat@example.org", "role": "auditor", "place": "team North"}
    before = contents(database)
    sent = admin.submit(admin.get("/people/add"), {**right, **fields}, status=422)
    page = parse(sent.get_data(as_text=True))
    assert [link.get("href") for link in page.all(".govuk-error-summary a")] == [wrong]
    typed = form_fields(Document(page.one("main form")))
    assert typed["name"] == {**right, **fields}["name"]
    assert contents(database) == before


def test_roles_are_given_and_taken_on_a_persons_page(
    admin: Browser, database: Database, at: datetime, north: Team
) -> None:
    pat = add(database, at, "pat@example.org", Grant(Role.QA))
    path = f"/people/{pat.public_id}"
    page = admin.get(path)
    assert not page.all(f"form[action={path}/roles/remove]")
    for _ in range(2):
        admin.submit(page, {"role": "auditor", "place": "team North"}, form=f"form[action={path}]")
    assert grants_of(database, "pat@example.org") == [Grant(Role.QA), Grant(Role.AUDITOR, team="North")]
    page = admin.get(path)
    for _ in range(2):
        assert admin.submit(page, form=f"form[action={path}/roles/remove]").location == path
    assert grants_of(database, "pat@example.org") == [Grant(Role.AUDITOR, team="North")]
    again = admin.get(path)
    answer = admin.submit(again, {"role": "auditor", "place": "team North"}, form=f"form[action={path}]", status=422)
    assert "has this role already" in parse(answer.get_data(as_text=True)).texts(".govuk-error-summary")[0]
    smuggled = {"role": "auditor", "place": "team Nil"}
    admin.submit(again, smuggled, form=f"form[action={path}]", to=f"{path}/roles/remove", status=422)


def test_a_person_is_changed(admin: Browser, database: Database, at: datetime) -> None:
    pat = add(database, at, "pat@example.org", Grant(Role.QA))
    page = admin.get(f"/people/{pat.public_id}/change")
    smuggled = {"role": "administrator", "is_active": "", "password_hash": "x", "public_id": "x"}
    answer = admin.submit(page, {"name": "Patricia", "email": "p@example.org", "working_time": "0,5", **smuggled})
    assert admin.follow(answer).heading == "Patricia"
    with database.reading() as session:
        found = session.get_one(Person, pat.id)
        assert (found.email, str(found.working_time), found.is_active) == ("p@example.org", "0.50", True)
        assert (found.password_hash, found.public_id) == (None, pat.public_id)
    assert grants_of(database, "p@example.org") == [Grant(Role.QA)]
    page = admin.get(f"/people/{pat.public_id}/change")
    assert form_fields(Document(page.one("main form")))["working_time"] == "0.5"
    admin.submit(page, {"email": "ada@example.org"}, status=422)
    admin.submit(page, {"name": ""}, status=422)


def test_an_account_is_ended_and_opened_after_asking(admin: Browser, database: Database, at: datetime) -> None:
    pat = add(database, at, "pat@example.org", Grant(Role.QA))
    path = f"/people/{pat.public_id}"
    for way, state in (("leave", "Left"), ("come-back", "Not signed in yet")):
        asked = admin.get(f"{path}/{way}")
        answers = [admin.submit(asked) for _ in range(2)]
        assert answers[0].location == answers[1].location == path
        page = admin.get(path)
        assert page.texts(".govuk-tag") == [state]
    assert page.all(f"a[href={path}/leave]")
    told = " ".join(admin.get("/trail/").texts("tbody tr"))
    assert "Ended the account of Pat Example." in told
    assert "Opened the account of Pat Example again." in told


def test_the_only_administrator_stays(admin: Browser, ada: Person, database: Database) -> None:
    asked = admin.get(f"/people/{ada.public_id}/leave")
    answer = admin.submit(asked, status=422)
    assert "only administrator" in parse(answer.get_data(as_text=True)).texts("main")[0]
    admin.get("/people/")


def test_nobody_is_found_under_an_address_that_is_none(admin: Browser) -> None:
    for path in ("", "/change", "/leave", "/come-back", "/link"):
        admin.get(f"/people/nobody{path}", status=404)


# Links


def test_a_link_is_shown_once(admin: Browser, database: Database, at: datetime, clock: Clock) -> None:
    pat = add(database, at, "pat@example.org", Grant(Role.QA))
    page = admin.get(f"/people/{pat.public_id}")
    path = f"/people/{pat.public_id}/link"
    made = admin.submit(page, form=f"form[action={path}]", status=201)
    (link,) = parse(made.get_data(as_text=True)).texts(".app-secret")
    assert link.startswith("http://localhost/invitation/")
    with database.reading() as session:
        assert session.scalars(select(Invitation.secret_hash)).one() not in link
    again = admin.submit(page, form=f"form[action={path}]")
    assert admin.follow(again).texts(".app-secret") == [link], "the first answer may never have arrived"
    assert count(database, Invitation) == 1
    for elsewhere in (path, f"{path}?made=another"):
        assert not admin.get(elsewhere).all(".app-secret")
    clock.at += timedelta(minutes=11)
    shown = admin.follow(again)
    assert "cannot be shown again" in shown.texts("main")[0]
    assert not shown.all(".app-secret")
    assert admin.get(link.removeprefix("http://localhost")).heading == "Choose your password"
    another = admin.submit(shown, to=path, status=201)
    assert parse(another.get_data(as_text=True)).texts(".app-secret") != [link]
    admin.get(link.removeprefix("http://localhost"), status=404)
    assert "waits until" in admin.get(f"/people/{pat.public_id}").texts("main")[0]
    clock.at += INVITATION_LASTS
    admin.sign_in(session_owner(database))
    assert "No link waits" in admin.get(path).texts("main")[0]


def test_a_link_is_shown_again_to_nobody_else_and_not_once_it_is_used(
    admin: Browser, new_browser: Callable[[], Browser], database: Database, at: datetime
) -> None:
    pat = add(database, at, "pat@example.org", Grant(Role.QA))
    other = new_browser().sign_in(add(database, at, "otto@example.org", Grant(Role.ADMINISTRATOR)))
    page, form = admin.get(f"/people/{pat.public_id}"), f"form[action=/people/{pat.public_id}/link]"
    admin.submit(page, form=form, status=201)
    again = admin.submit(page, form=form)
    (link,) = admin.follow(again).texts(".app-secret")
    assert not other.follow(again).all(".app-secret")
    guest = new_browser()
    guest.submit(guest.get(link.removeprefix("http://localhost")), {"password": "correct horse battery"})
    assert not admin.follow(again).all(".app-secret")


def session_owner(database: Database) -> Person:
    with database.reading() as session:
        return session.scalars(select(Person).where(Person.email == "ada@example.org")).one()


def test_somebody_who_has_left_gets_no_link(admin: Browser, database: Database, at: datetime) -> None:
    pat = add(database, at, "pat@example.org", Grant(Role.QA))
    page = admin.get(f"/people/{pat.public_id}")
    admin.submit(admin.get(f"/people/{pat.public_id}/leave"))
    admin.submit(page, form=f"form[action=/people/{pat.public_id}/link]", status=422)
    assert count(database, Invitation) == 0


# Teams


def test_places_say_what_to_do_when_there_are_none(admin: Browser) -> None:
    page = admin.get("/people/teams/")
    assert len(page.all(".app-empty")) == 2
    assert page.texts("main a")[:2] == ["Add a service", "Add an agency"]


def test_places_are_added_once_and_listed_with_who_leads_them(admin: Browser, database: Database, at: datetime) -> None:
    for kind, fields in (
        ("service", {"name": "Assessment"}),
        ("agency", {"name": "Police"}),
        ("team", {"name": "North", "service": "Assessment"}),
    ):
        page = admin.get(f"/people/teams/add/{kind}")
        for _ in range(2):
            assert admin.submit(page, fields).location == "/people/teams/"
    assert [count(database, kind) for kind in (Service, Agency, Team)] == [1, 1, 1]
    add(database, at, "pat@example.org", Grant(Role.AUDITOR, team="North"), name="Pat Example")
    add(database, at, "ola@example.org", Grant(Role.HEAD_OF_SERVICE, service="Assessment"), name="Ola Sample")
    add(database, at, "sam@example.org", Grant(Role.PRACTITIONER, team="North"), name="Sam Sample")
    page = admin.get("/people/teams/")
    assert page.texts("h2.govuk-heading-m") == ["Assessment Change Assessment", "Agencies"]
    assert page.texts("tbody td")[0] == "Pat Example"
    assert "Led by Ola Sample" in page.texts("main")[0]


def test_a_team_is_renamed_and_moved(admin: Browser, database: Database, at: datetime, north: Team) -> None:
    with database.transaction() as session:
        teams.add_service(session, "Care", by=COMMAND_LINE, at=at)
    path = f"/people/teams/team/{north.public_id}"
    page = admin.get(path)
    assert form_fields(Document(page.one("main form")))["service"] == "Assessment"
    admin.submit(page, {"name": "North West", "service": "Care"})
    with database.reading() as session:
        assert session.execute(select(Team.name, Service.name).join(Service)).one() == ("North West", "Care")
    for wrong in ({"name": ""}, {"service": ""}, {"service": "Nil"}):
        admin.submit(admin.get(path), wrong, status=422)


def test_a_name_that_is_taken_is_refused(admin: Browser, north: Team) -> None:
    sent = admin.submit(admin.get("/people/teams/add/agency"), {"name": "POLICE"}, status=422)
    assert "already" in parse(sent.get_data(as_text=True)).texts(".govuk-error-summary")[0]
    admin.get("/people/teams/add/planet", status=404)
    admin.get(f"/people/teams/agency/{north.public_id}", status=404)


# Lists from files


def upload(browser: Browser, text: str, *, name: str = "people.csv", status: int = 303) -> tuple[Document, str]:
    page = browser.get("/people/import/")
    file = (io.BytesIO(text.encode()), name)
    answer = browser.submit(page, {"file": file}, form=ANSWER, status=status)
    return parse(answer.get_data(as_text=True)), answer.location or ""


def test_the_example_on_the_page_is_a_list_that_can_be_imported(
    admin: Browser,
) -> None:
    page = admin.get("/people/import/")
    headings, cells = page.texts("main thead th"), page.texts("main tbody td")
    rows = [cells[start : start + len(headings)] for start in range(0, len(cells), len(headings))]
    _, location = upload(admin, "\n".join(",".join(row) for row in (headings, *rows)))
    preview = admin.get(location)
    assert preview.texts(".app-figure__number")[0] == "2"
    accepted = admin.follow(admin.submit(preview))
    assert "2 added" in accepted.texts("[role=alert]")[0]


def test_a_list_is_shown_before_it_is_accepted_and_accepted_once(
    admin: Browser, database: Database, north: Team
) -> None:
    _, location = upload(admin, LIST)
    page = admin.get(location)
    assert page.texts(".app-figure__number") == ["2", "0", "0", "1"]
    assert "West, in Assessment" in page.texts("main li")
    assert count(database, Person) == 1
    first, second = (admin.submit(page) for _ in range(2))
    assert first.location == second.location == "/people/"
    assert "2 added, 0 changed" in admin.follow(first).texts(".govuk-notification-banner")[0]
    assert grants_of(database, "mira@example.org") == [Grant(Role.AUDITOR, team="West")]
    assert count(database, PendingImport) == 0
    _, location = upload(admin, LIST)
    again = admin.get(location)
    assert "nothing to accept" in again.texts(".app-empty")[0]
    assert [form.get("action") for form in again.all("main form")] == [f"{location}/refuse"]


def test_a_list_that_would_be_refused_says_so_and_is_not_offered(admin: Browser, database: Database) -> None:
    _, location = upload(admin, "name,email,role\nAda Example,ada@example.org,qa\n")
    page = admin.get(location)
    assert "from Ada Example, the only administrator." in page.texts("main .govuk-warning-text")[0]
    assert [form.get("action") for form in page.all("main form")] == [f"{location}/refuse"]
    admin.submit(page, {"seen": ""}, to=location)
    assert grants_of(database, "ada@example.org") == [Grant(Role.ADMINISTRATOR)]


def test_a_file_sent_twice_waits_once(admin: Browser, database: Database, north: Team) -> None:
    page = admin.get("/people/import/")
    first, second = (
        admin.submit(page, {"file": (io.BytesIO(LIST.encode()), "people.csv")}, form=ANSWER) for _ in range(2)
    )
    assert first.location == second.location
    assert count(database, PendingImport) == 1


def test_a_list_can_be_refused(admin: Browser, database: Database, north: Team) -> None:
    _, location = upload(admin, LIST)
    page = admin.get(location)
    for _ in range(2):
        assert admin.submit(page, form=f"form[action={location}/refuse]").location == "/people/"
    admin.get(location, status=404)
    assert count(database, Person) == 1


def test_what_is_wrong_with_a_file_is_named_and_nothing_is_kept(admin: Browser, database: Database) -> None:
    before = contents(database)
    page, _ = upload(admin, LIST, status=422)
    assert "2 things are wrong" not in page.texts("main")[0]
    assert page.texts("#problems li")[0].startswith("Row 2, column E (Service): there is no service called")
    assert page.all(".govuk-error-summary a[href=#problems]")
    assert "You see what the list would do" not in page.texts("main")[0]
    assert contents(database) == before
    page, _ = upload(admin, "<script>alert(1)</script>", name="<b>.html", status=422)
    assert "are not read" in page.texts(".govuk-error-summary a[href=#file]")[0]
    admin.submit(admin.get("/people/import/"), form=ANSWER, status=422)


def test_a_list_that_would_do_something_else_by_now_is_shown_again(
    admin: Browser, database: Database, at: datetime, north: Team
) -> None:
    _, location = upload(admin, LIST)
    page = admin.get(location)
    add(database, at, "ola@example.org", Grant(Role.DIRECTOR), name="Ola Sample")
    assert admin.submit(page).location == location
    shown = admin.get(location)
    assert "Read again" in shown.texts(".govuk-notification-banner")[0]
    assert shown.texts(".app-figure__number") == ["1", "1", "0", "1"]
    admin.submit(shown)
    assert grants_of(database, "ola@example.org") == [Grant(Role.QA)]


def test_somebody_elses_list_is_not_there(admin: Browser, database: Database, at: datetime, north: Team) -> None:
    _, location = upload(admin, LIST)
    other = add(database, at, "bo@example.org", Grant(Role.ADMINISTRATOR))
    admin.sign_in(other)
    admin.get(location, status=404)


def test_a_file_that_is_too_large_is_refused(admin: Browser, database: Database) -> None:
    admin.client.application.config["MAX_CONTENT_LENGTH"] = 4000
    page, _ = upload(admin, "x" * 5000, status=413)
    assert page.heading == "That is too large"
