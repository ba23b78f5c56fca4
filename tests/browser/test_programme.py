"""The programme by keyboard: begun, a series moved, an entry changed and cancelled; its calendar on a telephone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.keyboard import press_on, tab_to
from tests.browser.looking import PHONE, look_at
from tests.browser.site import Site
from tests.browser.test_small_screens import rest_of_table
from tests.council import Council

ROUND = "Multi-agency round, July to September 2027"


def test_a_year_is_planned_moved_and_cancelled_with_the_keyboard_only(
    month_site: Site, council: Council, visit: Visit
) -> None:
    quinn = visit(month_site)
    page = quinn.sign_in("quinn@demo.example")
    quinn.open("/programme/2027")
    press_on(page, "Begin with the usual rhythm")
    look_when_there(page, "Fill in the usual rhythm")
    press_on(page, "Add these 28")
    expect(page.get_by_role("alert")).to_contain_text("28 entries added.")
    press_on(page, ROUND)
    expect(page.get_by_role("heading", level=1)).to_have_text(ROUND)
    press_on(page, "Move")
    look_when_there(page, "Move")
    tab_to(page, "Day")
    page.keyboard.type("14")
    press_on(page, "Only this one", "ArrowDown")
    press_on(page, "Show what moves")
    expect(page.get_by_role("button", name="Move these 3")).to_be_visible()
    look_at(page)
    press_on(page, "Move these 3")
    expect(page.get_by_role("alert")).to_contain_text("3 entries moved.")
    change_and_cancel(page)
    press_on(page, "Plan it again")
    expect(page.get_by_role("alert")).to_contain_text("The entry is planned again.")


def look_when_there(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    look_at(page)


def change_and_cancel(page: Page) -> None:
    press_on(page, "Change the plan")
    look_when_there(page, "Change the plan")
    tab_to(page, "Theme")
    page.keyboard.type("Neglect")
    press_on(page, "Save the plan")
    expect(page.get_by_role("heading", level=1)).to_have_text("Neglect")
    press_on(page, "Cancel it")
    look_when_there(page, "Cancel it")
    tab_to(page, "Why?")
    page.keyboard.type("The agencies cannot come.")
    press_on(page, "Cancel it")
    expect(page.get_by_role("alert")).to_contain_text("1 entry cancelled.")
    look_at(page)


def test_the_calendar_stands_under_each_other_on_a_telephone(demonstration: Site, visit: Visit) -> None:
    visitor = visit(demonstration, width=PHONE["width"])
    visitor.sign_in("qa@demo.example")
    visitor.page.wait_for_url(f"{demonstration.address}/")
    for path in ("/programme/2026", "/programme/2026/calendar"):
        assert rest_of_table(visitor.open(path)) == 0
    expect(visitor.page.get_by_role("link", name="Pathway plans of care leavers").first).to_be_visible()
