"""What a telephone shows: tables whose rows keep their names while they scroll, lists that stand under each other."""

from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.looking import PHONE
from tests.browser.site import HEIGHT, Site

REST = """() => {
  const region = document.querySelector('.app-table-region')
  return region.scrollWidth - region.clientWidth
}"""
NAMES = "row => row.getBoundingClientRect().left - row.closest('.app-table-region').getBoundingClientRect().left"


def rest_of_table(page: Page) -> int:
    """Return how much of the first table lies beyond its region."""
    rest: int = page.evaluate(REST)
    return rest


def test_the_name_of_a_row_stays_while_its_figures_scroll(demonstration: Site, visit: Visit) -> None:
    visitor = visit(demonstration, width=PHONE["width"])
    visitor.sign_in("qa@demo.example")
    visitor.page.wait_for_url(f"{demonstration.address}/")
    page = visitor.open("/case-lists/")
    assert rest_of_table(page) > 0
    page.locator(".app-table-region").evaluate("region => { region.scrollLeft = 90 }")
    assert page.locator("tbody th").first.evaluate(NAMES) == 0
    assert page.locator("thead th").first.evaluate(NAMES) == 0


def test_a_list_that_is_stacked_has_nothing_beyond_its_region(demonstration: Site, visit: Visit) -> None:
    visitor = visit(demonstration, width=PHONE["width"])
    assert rest_of_table(visitor.open("/sign-in")) == 0
    visitor.sign_in("qa@demo.example")
    visitor.page.wait_for_url(f"{demonstration.address}/")
    assert rest_of_table(visitor.open("/tools/")) == 0


def test_the_footer_of_a_short_page_lies_at_the_end_of_the_screen(demonstration: Site, visit: Visit) -> None:
    page = visit(demonstration).open("/forgotten-password")
    assert page.evaluate("document.querySelector('footer').getBoundingClientRect().bottom") == HEIGHT
