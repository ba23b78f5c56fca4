"""Handing on a leaver's audits in a real browser: what would move, the button, what moved, and back."""

import pytest
from playwright.sync_api import expect

from tests.absences import add_auditors
from tests.browser.conftest import Visit, people_with_passwords
from tests.browser.looking import look_at
from tests.browser.site import Site
from tests.conftest import MOMENT
from tests.council import Council, give_case_list, leave, open_month


@pytest.fixture
def council(site: Site) -> Council:
    """Return a council with an open month, of which somebody has left."""
    made = people_with_passwords(site.database, MOMENT)
    give_case_list(made)
    open_month(made)
    add_auditors(made, "wes", "wanda", "willa")
    with made.database.transaction() as session:
        leave(made, session, "nora")
    return made


def test_a_leavers_audits_move_and_move_back(site: Site, council: Council, visit: Visit) -> None:
    page = visit(site).sign_in(council.people["quinn"].email)
    page.get_by_role("link", name="with people who left").click()
    page.get_by_role("link", name="Reassign them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reassign the open audits of Nora")
    look_at(page)
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Show what would move").click()
    page.get_by_role("button", name="Reassign 9 audits").click()
    expect(page.get_by_role("alert")).to_contain_text("Reassigned as shown.")
    look_at(page)
    page.get_by_role("button", name="Move 9 audits back to Nora").click()
    expect(page.get_by_role("alert")).to_contain_text("9 audits moved back.")
