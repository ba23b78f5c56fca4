"""Signing in and out, links, passwords, sessions that end, and text that outlives them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from werkzeug.test import TestResponse

from auditapp.domain.passwords import ABSOLUTE, IDLE, INVITATION_LASTS, MOST_FAILURES_OF_ACCOUNT
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person, RoleGrant, Service
from auditapp.persistence.sign_in import SignInSession
from auditapp.services import accounts
from auditapp.services.secrets import is_password
from auditapp.services.sign_in import WRONG
from tests.pages import Document, parse
from tests.web.conftest import Browser, Clock, form_fields

PASSWORD = "correct horse battery"
OTHER = "three other words"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = QUICK.hash(PASSWORD)
NewBrowser = Callable[[], Browser]


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash in no time: how hard it is to guess is not what is tested here."""
    monkeypatch.setattr("auditapp.services.secrets._hasher", QUICK)
    monkeypatch.setattr("auditapp.services.secrets._NOBODYS", HASH)


def add(database: Database, at: datetime, email: str, role: Role = Role.ADMINISTRATOR) -> Person:
    with database.transaction() as session:
        person = accounts.add_person(session, email, name="Pat Example", grants=[Grant(role)], by=COMMAND_LINE, at=at)
        person.password_hash = HASH
        return person


@pytest.fixture
def pat(database: Database, at: datetime) -> Person:
    return add(database, at, "pat@example.org")


def type_in(browser: Browser, *, email: str = "pat@example.org", password: str = PASSWORD, status: int = 303) -> str:
    """Sign in through the page; return where it led."""
    page = browser.get("/sign-in")
    return browser.submit(page, {"email": email, "password": password}, status=status).location or ""


def secret_of(browser: Browser) -> str:
    with browser.client.session_transaction() as cookie:
        return str(cookie.get("_user_id", ""))


@pytest.mark.usefixtures("pat")
def test_signing_in_leads_home_and_signing_out_ends_it(browser: Browser) -> None:
    assert type_in(browser) == "/"
    home = browser.get("/")
    assert "Pat Example" in home.texts("header a")[1]
    stolen = secret_of(browser)
    assert browser.submit(home, form=".app-header__sign-out").location == "/sign-in"
    assert "You are signed out." in browser.get("/sign-in").texts(".govuk-notification-banner__heading")
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = stolen
    browser.get("/", status=303)


@pytest.mark.usefixtures("pat")
def test_the_page_one_wanted_is_opened_after_signing_in(browser: Browser) -> None:
    answer = browser.client.get("/people/?search=a%20b")
    page = browser.get(answer.location)
    assert browser.submit(page, {"email": "PAT@example.org ", "password": PASSWORD}).location == "/people/?search=a%20b"


@pytest.mark.parametrize(
    "path",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)",
     "\\\\evil.example", " //evil.example", "/ /evil.example", "https:evil.example", "/\n//evil.example"],
)  # fmt: skip
@pytest.mark.usefixtures("pat")
def test_signing_in_never_leads_away(browser: Browser, path: str) -> None:
    page = browser.get("/sign-in")
    assert browser.submit(page, {"email": "pat@example.org", "password": PASSWORD, "next": path}).location == "/"


def texts_of(answer: TestResponse, selector: str) -> list[str]:
    return parse(answer.get_data(as_text=True)).texts(selector)


@pytest.mark.usefixtures("pat")
def test_unknown_wrong_and_throttled_are_answered_alike(new_browser: NewBrowser) -> None:
    def answer(email: str, password: str) -> tuple[int, list[str], list[str]]:
        browser = new_browser()
        sent = browser.submit(browser.get("/sign-in"), {"email": email, "password": password}, status=422)
        return sent.status_code, texts_of(sent, "main"), sorted(sent.headers.keys())

    wrong, unknown = answer("pat@example.org", "wrong"), answer("nobody@example.org", PASSWORD)
    for _ in range(MOST_FAILURES_OF_ACCOUNT):
        answer("pat@example.org", "wrong")
    assert wrong == unknown == answer("pat@example.org", PASSWORD)
    assert WRONG in wrong[1][0]


@pytest.mark.usefixtures("pat")
def test_a_browser_that_the_account_knows_is_let_in_while_others_are_throttled(new_browser: NewBrowser) -> None:
    own, strange = new_browser(), new_browser()
    type_in(own)
    own.submit(own.get("/"), form=".app-header__sign-out")
    for _ in range(MOST_FAILURES_OF_ACCOUNT + 1):
        type_in(strange, password="wrong", status=422)
    type_in(strange, status=422)
    assert type_in(own) == "/"


def test_a_browser_is_known_to_its_own_account_only(new_browser: NewBrowser, database: Database, at: datetime) -> None:
    for email in ("pat@example.org", "ola@example.org"):
        add(database, at, email)
    own, strange = new_browser(), new_browser()
    type_in(own)
    own.submit(own.get("/"), form=".app-header__sign-out")
    for _ in range(MOST_FAILURES_OF_ACCOUNT + 1):
        type_in(strange, email="ola@example.org", password="wrong", status=422)
    type_in(own, email="ola@example.org", status=422)


@pytest.mark.usefixtures("pat")
@pytest.mark.parametrize("fields", [{}, {"email": "pat@example.org"}, {"password": PASSWORD}, {"email": "x" * 300}])
def test_a_form_that_is_not_filled_in_says_so(browser: Browser, fields: dict[str, str]) -> None:
    sent = browser.submit(browser.get("/sign-in"), fields, status=422)
    assert texts_of(sent, ".govuk-error-summary")
    assert PASSWORD not in sent.get_data(as_text=True)


@pytest.mark.usefixtures("pat")
def test_the_session_is_another_one_after_signing_in(browser: Browser, database: Database) -> None:
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = "a secret that somebody planted"
        cookie["planted"] = "yes"
    type_in(browser)
    first = secret_of(browser)
    assert first not in {"", "a secret that somebody planted"}
    with browser.client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_signing_in_over_a_session_ends_the_one_before(browser: Browser, database: Database, pat: Person) -> None:
    page = browser.get("/sign-in")
    browser.submit(page, {"email": "pat@example.org", "password": PASSWORD})
    with browser.client.session_transaction() as cookie:
        cookie["csrf_token"] = "kept from before"
    fields = {"email": pat.email, "password": PASSWORD, "csrf_token": new_token(browser)}
    browser.post("/sign-in", fields)
    with database.reading() as session:
        revoked = session.scalars(select(SignInSession.revoked_at).order_by(SignInSession.id)).all()
    assert [moment is None for moment in revoked] == [False, True]


def new_token(browser: Browser) -> str:
    """Return a token of the session that a browser is in."""
    return str(form_fields(browser.get("/password"))["csrf_token"])


@pytest.mark.usefixtures("pat")
def test_a_session_ends_when_nothing_happens_and_when_the_day_is_over(browser: Browser, clock: Clock) -> None:
    type_in(browser)
    began = clock.at
    while clock.at < began + ABSOLUTE - IDLE:
        clock.at += IDLE - timedelta(minutes=1)
        browser.get("/")
    clock.at = began + ABSOLUTE
    browser.get("/", status=303)
    type_in(browser)
    clock.at += IDLE + timedelta(minutes=1)
    browser.get("/", status=303)


def test_an_account_that_ended_is_out_at_once(browser: Browser, database: Database, at: datetime) -> None:
    person = add(database, at, "qa@example.org", Role.QA)
    type_in(browser, email="qa@example.org")
    browser.get("/")
    with database.transaction() as session:
        found = accounts.find_person(session, person.public_id)
        accounts.change_person(session, found, is_active=False, by=COMMAND_LINE, at=at)
    browser.get("/", status=303)
    type_in(browser, email="qa@example.org", status=422)


def test_who_signs_out_twice_is_signed_out(browser: Browser, pat: Person) -> None:
    browser.sign_in(pat)
    page = browser.get("/")
    for _ in range(2):
        assert browser.submit(page, form=".app-header__sign-out").location == "/sign-in"


@pytest.mark.usefixtures("pat")
def test_a_form_of_signing_in_that_is_sent_twice_leads_home_twice(browser: Browser, database: Database) -> None:
    page = browser.get("/sign-in?next=/password")
    fields = {"email": "pat@example.org", "password": PASSWORD}
    assert browser.submit(page, fields).location == "/password"
    assert browser.submit(page, fields, to="/sign-in").location == "/"
    with database.reading() as session:
        assert len(session.scalars(select(SignInSession)).all()) == 1
    browser.get("/")


def test_a_link_whose_form_is_sent_twice_leads_home_twice(browser: Browser, database: Database, pat: Person) -> None:
    page = browser.get(link := link_for(database, pat, browser.clock.at))
    assert browser.submit(page, {"password": OTHER}).location == "/"
    assert browser.submit(page, {"password": OTHER}, to=link).location == "/"


def test_what_was_typed_comes_back_twice_where_its_form_of_signing_in_is_sent_twice(
    browser: Browser, pat: Person, clock: Clock
) -> None:
    asked = write_and_expire(browser, pat, clock)
    for _ in range(2):
        answer = browser.submit(asked, {"email": pat.email, "password": PASSWORD}, to="/sign-in", status=200)
        assert TYPED in parse(answer.get_data(as_text=True)).texts("main dd")


def test_signing_in_needs_a_token_of_the_page(browser: Browser, pat: Person, database: Database) -> None:
    browser.post("/sign-in", {"email": pat.email, "password": PASSWORD}, status=400)
    with database.reading() as session:
        assert session.scalars(select(SignInSession)).all() == []


# Links


def link_for(database: Database, person: Person, at: datetime) -> str:
    with database.transaction() as session:
        return f"/invitation/{accounts.invite(session, person, by=COMMAND_LINE, at=at)}"


def test_a_link_sets_a_password_once_and_signs_in(new_browser: NewBrowser, database: Database, pat: Person) -> None:
    browser, clock = new_browser(), new_browser().clock
    link = link_for(database, pat, clock.at)
    page = browser.get(link)
    assert page.heading == "Choose your password"
    assert browser.submit(page, {"password": OTHER}).location == "/"
    browser.get("/")
    late = new_browser()
    dead = late.get(link, status=404)
    assert dead.heading == "This link no longer works"
    assert "was used already" in dead.texts("main")[0]
    assert dead.one("main a").get("href") == "/sign-in"
    late.submit(page, {"password": PASSWORD, "csrf_token": new_anonymous_token(late)}, to=link, status=404)
    assert type_in(late, password=OTHER) == "/"


def new_anonymous_token(browser: Browser) -> str:
    return str(form_fields(browser.get("/sign-in"))["csrf_token"])


def test_a_link_expires(browser: Browser, database: Database, pat: Person, clock: Clock) -> None:
    link = link_for(database, pat, clock.at)
    page = browser.get(link)
    clock.at += INVITATION_LASTS
    browser.get(link, status=404)
    browser.submit(page, {"password": OTHER}, to=link, status=404)
    assert password_is(database, pat, PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "password1234", "pat-and-some-more", "x" * 201])
def test_a_weak_password_is_refused_and_the_link_still_works(
    browser: Browser, database: Database, clock: Clock, password: str
) -> None:
    person = add(database, clock.at, "patricia@example.org")
    link = link_for(database, person, clock.at)
    typed = password.replace("pat-", "patricia-")
    sent = browser.submit(browser.get(link), {"password": typed}, status=422)
    assert texts_of(sent, ".govuk-error-summary")
    assert browser.submit(browser.get(link), {"password": OTHER}).location == "/"


def test_a_link_signs_everybody_else_out_and_ends_who_was_here(
    new_browser: NewBrowser, database: Database, pat: Person, at: datetime
) -> None:
    elsewhere, here = new_browser().sign_in(pat), new_browser().sign_in(add(database, at, "ada@example.org"))
    link = link_for(database, pat, at)
    before = secret_of(here)
    here.submit(here.get(link), {"password": OTHER})
    elsewhere.get("/", status=303)
    assert "Pat Example" in here.get("/").texts("header")[0]
    with here.client.session_transaction() as cookie:
        cookie["_user_id"] = before
    here.get("/", status=303)


def test_nothing_but_the_password_is_set_by_a_link(browser: Browser, database: Database, at: datetime) -> None:
    person = add(database, at, "qa@example.org", Role.QA)
    link = link_for(database, person, at)
    smuggled = {"role": "administrator", "email": "other@example.org", "is_active": "n", "person_id": "1", "name": "X"}
    browser.submit(browser.get(link), {"password": OTHER, **smuggled})
    assert_same(database, person, Role.QA)


# Passwords


def password_is(database: Database, person: Person, password: str) -> bool:
    with database.reading() as session:
        return is_password(password, session.get_one(Person, person.id).password_hash)


def assert_same(database: Database, person: Person, role: Role) -> None:
    with database.reading() as session:
        found = session.get_one(Person, person.id)
        assert (found.name, found.email, found.is_active) == (person.name, person.email, True)
        assert session.scalars(select(RoleGrant.role)).all() == [role]


def test_a_password_is_changed_and_others_are_signed_out(
    new_browser: NewBrowser, database: Database, pat: Person
) -> None:
    here, there = new_browser().sign_in(pat), new_browser().sign_in(pat)
    page = here.get("/password")
    answer = here.submit(page, {"present": PASSWORD, "password": OTHER})
    assert "Your password is changed" in here.follow(answer).texts(".govuk-notification-banner")[0]
    there.get("/", status=303)
    assert password_is(database, pat, OTHER)


def test_a_password_form_sent_twice_is_answered_twice_alike(browser: Browser, pat: Person) -> None:
    browser.sign_in(pat)
    page = browser.get("/password")
    first, second = (browser.submit(page, {"present": PASSWORD, "password": OTHER}) for _ in range(2))
    assert first.location == second.location == "/"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"present": "wrong", "password": OTHER}, "#present"),
        ({"present": PASSWORD, "password": "short"}, "#password"),
        ({"present": PASSWORD}, "#password"),
        ({"password": OTHER}, "#present"),
    ],
)
def test_a_password_stays_where_the_form_is_wrong(
    browser: Browser, database: Database, pat: Person, fields: dict[str, str], field: str
) -> None:
    browser.sign_in(pat)
    sent = browser.submit(browser.get("/password"), fields, status=422)
    page = parse(sent.get_data(as_text=True))
    assert [link.get("href") for link in page.all(".govuk-error-summary a")] == [field]
    assert password_is(database, pat, PASSWORD)


def test_the_present_password_cannot_be_guessed_without_end(browser: Browser, database: Database, pat: Person) -> None:
    browser.sign_in(pat)
    for _ in range(MOST_FAILURES_OF_ACCOUNT):
        browser.submit(browser.get("/password"), {"present": "wrong", "password": OTHER}, status=422)
    browser.submit(browser.get("/password"), {"present": PASSWORD, "password": OTHER}, status=422)
    assert password_is(database, pat, PASSWORD)


def test_nothing_but_the_password_is_changed_by_its_form(browser: Browser, database: Database, at: datetime) -> None:
    person = add(database, at, "qa@example.org", Role.QA)
    browser.sign_in(person)
    smuggled = {"role": "administrator", "roles": "administrator", "email": "other@example.org", "name": "X"}
    browser.submit(browser.get("/password"), {"present": PASSWORD, "password": OTHER, **smuggled})
    assert_same(database, person, Role.QA)


def test_who_forgot_a_password_is_told_whom_to_ask(browser: Browser) -> None:
    assert "administrator" in browser.get("/forgotten-password").texts("main")[0]


# Text that outlives a session

TYPED = "West of the river"


def write_and_expire(browser: Browser, person: Person, clock: Clock) -> Document:
    """Fill in a form, be away for too long, and send it; return the page that asks for the password."""
    browser.sign_in(person)
    page = browser.get("/people/teams/add/service")
    clock.at += IDLE + timedelta(minutes=1)
    asked = browser.submit(page, {"name": TYPED}, status=401)
    return parse(asked.get_data(as_text=True))


def services(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Service.name)))


def test_what_was_typed_comes_back_to_the_same_account_and_is_stored_once(
    browser: Browser, database: Database, pat: Person, clock: Clock
) -> None:
    asked = write_and_expire(browser, pat, clock)
    assert TYPED not in " ".join(asked.root.itertext())
    answer = browser.submit(asked, {"email": pat.email, "password": PASSWORD}, to="/sign-in", status=200)
    kept = parse(answer.get_data(as_text=True))
    assert kept.heading == "Your text is kept"
    assert TYPED in kept.texts("main dd")
    assert services(database) == []
    first, second = (browser.submit(kept) for _ in range(2))
    assert first.location == second.location == "/people/teams/"
    assert services(database) == [TYPED]


def test_what_was_typed_is_not_shown_to_another_account(
    browser: Browser, database: Database, pat: Person, clock: Clock
) -> None:
    asked = write_and_expire(browser, pat, clock)
    ola = add(database, clock.at, "ola@example.org")
    answer = browser.submit(asked, {"email": ola.email, "password": PASSWORD}, to="/sign-in", status=200)
    assert TYPED not in answer.get_data(as_text=True)
    assert parse(answer.get_data(as_text=True)).heading == "Your text was not kept"


def test_what_was_typed_survives_a_wrong_password(browser: Browser, pat: Person, clock: Clock) -> None:
    asked = write_and_expire(browser, pat, clock)
    wrong = browser.submit(asked, {"email": pat.email, "password": "wrong"}, to="/sign-in", status=422)
    again = parse(wrong.get_data(as_text=True))
    answer = browser.submit(again, {"email": pat.email, "password": PASSWORD}, to="/sign-in", status=200)
    assert TYPED in texts_of(answer, "main dd")


def test_a_kept_text_that_was_tampered_with_is_not_shown(browser: Browser, pat: Person, clock: Clock) -> None:
    asked = write_and_expire(browser, pat, clock)
    kept = str(form_fields(asked)["kept"])
    fields = {"email": pat.email, "password": PASSWORD, "kept": kept[:-6] + "AAAAAA"}
    answer = browser.submit(asked, fields, to="/sign-in", status=200)
    assert TYPED not in answer.get_data(as_text=True)


def test_passwords_are_never_given_back(browser: Browser, pat: Person, clock: Clock) -> None:
    browser.sign_in(pat)
    page = browser.get("/password")
    clock.at += IDLE + timedelta(minutes=1)
    asked = browser.submit(page, {"present": PASSWORD, "password": OTHER}, status=401)
    fields = {"email": pat.email, "password": PASSWORD}
    answer = browser.submit(parse(asked.get_data(as_text=True)), fields, to="/sign-in", status=200)
    shown = answer.get_data(as_text=True)
    assert PASSWORD not in shown
    assert OTHER not in shown


def test_a_form_of_an_earlier_session_is_shown_and_asked_again(
    browser: Browser, database: Database, pat: Person
) -> None:
    page = browser.sign_in(pat).get("/people/teams/add/service")
    with browser.client.session_transaction() as cookie:
        cookie.clear()
    browser.sign_in(pat)
    answer = browser.submit(page, {"name": TYPED}, status=409)
    kept = parse(answer.get_data(as_text=True))
    assert TYPED in kept.texts("main dd")
    browser.submit(kept)
    assert services(database) == [TYPED]
