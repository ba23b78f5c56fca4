"""Every page of every role in a real browser: found by following links, held to what every page is held to."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.audits import Audit
from auditapp.persistence.people import Person
from auditapp.persistence.queries.accounts import viewer_of
from auditapp.persistence.queries.audit_lists import findings_to_read
from auditapp.persistence.queries.people import WITH_GRANTS
from auditapp.services import accounts
from auditapp.web.rules import EVERYBODY, RULES
from tests.browser.axe import accessibility_problems, scrolls_sideways
from tests.browser.conftest import Visit
from tests.browser.looking import DESKTOP, ENLARGED, glance_at, heading_problems, look_at
from tests.browser.site import Site, Visitor
from tests.council import Council, submitted_audit, write_whole_audit

ACCOUNTS = {
    Role.AUDITOR: "manager",
    Role.QA: "qa",
    Role.HEAD_OF_SERVICE: "head",
    Role.ASSISTANT_DIRECTOR: "assistant.director",
    Role.DIRECTOR: "director",
    Role.PRACTITIONER: "practitioner",
    Role.PARTNER_AUDITOR: "police",
    Role.BOARD_MEMBER: "board",
    Role.ADMINISTRATOR: "administrator",
}
# They read the same pages as a head of service, with more on them.
ALIKE = {Role.ASSISTANT_DIRECTOR, Role.DIRECTOR}
THE_SAME_FOR_ALL = {"accounts.password", "information.accessibility", "information.privacy"}
# Of the quarters, only one is shown to the Board, and it is not the first of the list.
# A year is copied into the next, and the entries that a list of this one begins with are done.
STARTS = {Role.QA: ["/board/2026-07", "/programme/2027/copy"]}
DOWNLOADS = {
    "records.paper",
    "findings.paper",
    "findings.position_paper",
    "themes.paper",
    "board.paper",
    "tools.definition",
}
# Where no link leads without something being done first; other tests below look at these.
IN_PASSING = {
    "actions.change",
    "actions.remove",
    "cases.preview",
    "cycles.open_one",
    "findings.again",
    "handovers.handover",
    "handovers.person",
    "people.come_back",
    "people.invite",
    "people.people_import.preview",
    "programme.entries.cancel",
    "programme.entries.change",
    "programme.entries.move",
    "supervision.open_one",
    "themes.begin",
    "themes.preview",
}
WORKBOOK = Path(__file__).resolve().parents[1] / "data/annex_a_2026-10-31.xlsx"


def test_every_role_has_an_account_here() -> None:
    assert ACCOUNTS.keys() == set(Role)


@pytest.mark.parametrize("role", Role)
def test_every_page_of_a_role_is_for_every_eye_and_hand(demonstration: Site, visit: Visit, role: Role) -> None:
    visitor = visit(demonstration)
    visitor.sign_in(account_of(demonstration, role))
    expect(visitor.page).to_have_url(f"{demonstration.address}/")
    not_seen = pages_for(demonstration, role) - set(walk(visitor, role))
    assert not_seen <= IN_PASSING


def account_of(site: Site, role: Role) -> str:
    """Return the address of somebody in a role; of the practitioners, one who has findings to read."""
    if role is not Role.PRACTITIONER:
        return f"{ACCOUNTS[role]}@demo.example"
    with site.database.reading() as session:
        everybody = map(viewer_of, session.scalars(select(Person).options(*WITH_GRANTS)))
        return next(who.email for who in everybody if who.roles == {role} and findings_to_read(session, who))


def walk(visitor: Visitor, role: Role) -> Iterator[str]:
    """Follow links from the first page, look at one page of each kind, and yield its endpoint."""
    seen: set[tuple[str, ...]] = set()
    waiting = ["/", *STARTS.get(role, ())]
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(visitor.site, path)
        if kind in seen or kind[0] in DOWNLOADS:
            continue
        seen.add(kind)
        page = visitor.open(path)
        is_known = role in ALIKE or (kind[0] in THE_SAME_FOR_ALL and role is not Role.AUDITOR)
        look = glance_at if is_known else look_at
        try:
            look(page)
        except AssertionError as problem:
            raise AssertionError(f"{role.label}, {path}: {problem}") from problem
        waiting += page.eval_on_selector_all("a[href^='/']", "links => links.map((link) => link.getAttribute('href'))")
        if RULES[kind[0]] is not EVERYBODY:
            yield kind[0]


def kind_of(site: Site, path: str) -> tuple[str, ...]:
    """Return what kind of page an address is: its endpoint, and which page of the form or kind of place."""
    endpoint, values = site.app.url_map.bind("127.0.0.1").match(re.split(r"[?#]", path)[0])
    return str(endpoint), *(re.sub(r"\d+$", "", str(values[name])) for name in ("section", "kind") if name in values)


def pages_for(site: Site, role: Role) -> set[str]:
    """Return the endpoints of the pages that a role may open, as the table of rules has them."""
    readable = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return {endpoint for endpoint in readable - DOWNLOADS if role in RULES[endpoint]}


def test_the_pages_before_signing_in(demonstration: Site, council: Council, month_site: Site, visit: Visit) -> None:
    page = visit(demonstration).open("/sign-in")
    look_at(page)
    page.get_by_role("link", name="I have forgotten my password").click()
    look_at(page)
    with council.database.transaction() as session:
        secret = accounts.invite(session, council.people["paul"], by=COMMAND_LINE, at=council.at)
    look_at(visit(month_site).open(f"/invitation/{secret}"))


def test_the_skip_link_leads_past_the_navigation(demonstration: Site, visit: Visit) -> None:
    page = visit(demonstration).sign_in("manager@demo.example")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.reload()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_going_back_with_the_keyboard_on_a_small_screen_nothing_hides_the_focus(
    month_site: Site, audit: Audit, visit: Visit
) -> None:
    visitor = visit(month_site, width=ENLARGED["width"])
    visitor.sign_in("nora@demo.example")
    visitor.page.set_viewport_size({"width": ENLARGED["width"], "height": 600})
    page = visitor.open(f"/audits/{audit.public_id}/D1")
    page.get_by_role("button", name="Save and go back to all pages").focus()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate(
            """() => {
              const { top } = document.activeElement.getBoundingClientRect()
              return top < document.querySelector('.app-in-sight').getBoundingClientRect().bottom
            }"""
        )
        assert not hidden, page.evaluate("document.activeElement.outerHTML")


def test_the_menu_opens_on_a_small_screen(demonstration: Site, visit: Visit) -> None:
    visitor = visit(demonstration, width=360)
    page = visitor.sign_in("qa@demo.example")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Months").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quality of Practice months")


def test_errors_of_an_auditors_forms_are_summed_up_first_and_lead_to_the_input(
    month_site: Site, council: Council, audit: Audit, visit: Visit
) -> None:
    nora = visit(month_site)
    hold_to_errors(nora, "/sign-in", "Sign in")
    nora.sign_in("nora@demo.example")
    own = f"/audits/{audit.public_id}"
    hold_to_errors(nora, "/password", "Change password")
    hold_to_errors(nora, f"{own}/refuse", "Take the next case")
    hold_to_errors(nora, f"{own}/concern", "Raise the concern")
    hold_to_errors(nora, f"{own}/actions/new", "Save")
    nora.page.get_by_label("What is to be done?").fill("Something.")
    hold_to_errors(nora, "", "Save")
    look_at(nora.open(f"{own}/actions/1"))  # it was kept
    nora.page.get_by_label("What is to be done?").fill("Something else.")
    nora.open(f"{own}/overall").get_by_label("Minutes spent").fill("an hour")
    hold_to_errors(nora, "", "Save and continue to Actions")
    nora.page.get_by_label("Minutes spent").fill("60")
    nora.page.get_by_role("button", name="Save and go back to all pages").click()
    expect(nora.page.get_by_role("heading", level=1)).to_have_text("Quality of Practice audit")
    nora.open(f"{own}/actions/").get_by_role("link", name="Remove").click()
    look_at(nora.page)
    nora.page.get_by_role("button", name="Remove the action").click()
    expect(nora.page.get_by_role("alert")).to_contain_text("Action 1 was removed.")
    write_whole_audit(council, audit.public_id, by="nora")
    look_at(nora.open(f"{own}/check"))
    hold_to_errors(nora, f"{own}/check", "Submit the audit")


def test_errors_of_the_forms_of_the_quality_assurance_team(
    month_site: Site, council: Council, audit: Audit, visit: Visit
) -> None:
    quinn = visit(month_site)
    quinn.sign_in("quinn@demo.example")
    hold_to_errors(quinn, "/case-lists/import", "Read the file")
    hold_to_errors(quinn, "/tools/import", "Import")
    hold_to_errors(quinn, f"/months/audits/{audit.public_id}/reassign", "Reassign")
    hold_to_errors(quinn, f"/months/audits/{audit.public_id}/replace", "Replace the case")
    submitted_audit(council, audit.public_id, by="nora")
    hold_to_errors(quinn, f"/audits/{audit.public_id}/return", "Return the audit")


def test_errors_of_an_administrators_forms(month_site: Site, council: Council, visit: Visit) -> None:
    adam = visit(month_site)
    adam.sign_in("adam@demo.example")
    hold_to_errors(adam, "/people/add", "Add the person")
    hold_to_errors(adam, "/people/import/", "Read the file")
    hold_to_errors(adam, "/people/teams/add/team", "Add the team")
    look_at(adam.page)
    path = f"/people/{council.people['paul'].public_id}/change"
    adam.open(path).get_by_label("Name").fill("")
    hold_to_errors(adam, "", "Save")


def hold_to_errors(visitor: Visitor, path: str, button: str) -> None:
    """Send a form as it stands, or as it was filled in, and hold the page that comes back to what such pages are."""
    page = visitor.open(path) if path else visitor.page
    visitor.expect("status of 422")
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert heading_problems(page) == []
    assert accessibility_problems(page) == []
    page.set_viewport_size(ENLARGED)
    assert not scrolls_sideways(page)
    page.set_viewport_size(DESKTOP)
    page.locator(".govuk-error-summary a").first.click()
    assert page.evaluate("document.activeElement.matches('input, select, textarea')")


def test_what_was_understood_of_a_file_is_for_every_eye_and_hand(
    month_site: Site, council: Council, visit: Visit
) -> None:
    quinn = visit(month_site)
    page = quinn.sign_in("quinn@demo.example")
    quinn.open("/case-lists/import").get_by_label("Choose the file").set_input_files(WORKBOOK)
    for part, digits in zip(("Day", "Month", "Year"), ("14", "10", "2026"), strict=True):
        page.get_by_label(part, exact=True).fill(digits)
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the case list of 14 October 2026")
    look_at(page)
    page.get_by_role("button", name="Discard").click()

    adam = visit(month_site)
    page = adam.sign_in("adam@demo.example")
    people = b"E-mail,Name,Role,Team\nnew@demo.example,New Person,Auditor (team manager),North\n"
    adam.open("/people/import/").get_by_label("file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": people}
    )
    page.get_by_role("button", name="Read the file").click()
    look_at(page)


def test_a_month_is_opened_and_a_report_shown_again_only_when_asked(demonstration: Site, visit: Visit) -> None:
    visitor = visit(demonstration)
    page = visitor.sign_in("qa@demo.example")
    visitor.open("/months/").get_by_role("button", name="Continue").click()
    look_at(page)
    visitor.open("/findings/2026-07/withdraw").get_by_role("button", name="Withdraw the report").click()
    visitor.open("/findings/2026-07/board").get_by_role("link", name="Show the withdrawn version again").click()
    look_at(page)
    page.get_by_role("button", name="Show this version again").click()
    expect(page.get_by_role("alert")).to_contain_text("The Board can read the findings")


def test_a_link_that_is_shown_once_and_an_account_that_is_opened_again(
    month_site: Site, council: Council, visit: Visit
) -> None:
    adam = visit(month_site)
    page = adam.sign_in("adam@demo.example")
    person = f"/people/{council.people['prue'].public_id}"
    adam.open(person).get_by_role("button", name="Make a sign-in link").click()
    look_at(page)
    look_at(adam.open(f"{person}/link"))
    adam.open(f"{person}/leave").get_by_role("button", name="End the account").click()
    page.get_by_role("link", name="They have come back").click()
    look_at(page)
    page.get_by_role("button", name="Open the account").click()
    expect(page.get_by_role("alert")).to_contain_text("can sign in again")


def test_pages_that_say_no_are_for_every_eye_and_hand(month_site: Site, council: Council, visit: Visit) -> None:
    bea = visit(month_site)
    bea.sign_in("bea@demo.example")
    bea.expect("status of 404")
    for path in ("/nowhere", "/months/"):
        page = bea.open(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
        look_at(page)
