"""The frame and the form macros in a real browser, under the service's own policy."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from auditapp.web.headers import POLICY
from tests.browser.axe import accessibility_problems, scrolls_sideways
from tests.specimen import specimen_form, specimen_page

BUILT = Path(__file__).resolve().parents[2] / "static/build"
ADDRESS = "http://specimen.invalid"


def open_specimen(browser: Browser, *, sent: dict[str, str] | None = None, width: int) -> tuple[Page, list[str]]:
    """Open the page without a server; return it and what the browser complained about."""
    html = specimen_page(specimen_form(sent), assets=f"{ADDRESS}/static/")

    def answer(route: Route) -> None:
        _, _, asset = route.request.url.partition("/static/")
        if asset:
            route.fulfill(path=BUILT / asset.partition("?")[0])
        else:
            route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", answer)
    page.goto(ADDRESS)
    page.wait_for_function("document.querySelector('[data-govuk-service-navigation-init]')")
    return page, complaints


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("sent", [None, {"answer": "no", "due-day": "3"}], ids=["first", "wrong"])
def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(
    chromium: Browser, sent: dict[str, str] | None, width: int
) -> None:
    page, complaints = open_specimen(chromium, sent=sent, width=width)
    assert accessibility_problems(page) == []
    assert not scrolls_sideways(page)
    assert complaints == []
    page.close()


def test_focus_goes_to_the_summary_of_errors_and_from_it_to_the_input(chromium: Browser) -> None:
    page, _ = open_specimen(chromium, sent={"answer": "no", "due-day": "3"}, width=1280)
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="The due date must include a month and a year.").click()
    assert page.evaluate("document.activeElement.id") == "due-month"
    page.close()


def test_the_column_beside_a_form_stays_in_sight_on_wide_screens_only(chromium: Browser) -> None:
    for width, position in ((1280, "sticky"), (360, "static")):
        page, _ = open_specimen(chromium, width=width)
        style = page.evaluate("getComputedStyle(document.querySelector('.app-beside__aside')).position")
        assert style == position
        page.close()
