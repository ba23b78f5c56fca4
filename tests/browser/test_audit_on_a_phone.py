"""An audit written and read on a phone: a concern in reach, the choice near, tables that are read and not pushed."""

from playwright.sync_api import expect

from auditapp.persistence.audits import Audit
from tests.browser.conftest import Visit
from tests.browser.looking import PHONE
from tests.browser.site import Site
from tests.council import Council, submitted_audit


def test_raising_a_concern_stays_in_reach_and_never_in_the_way(month_site: Site, audit: Audit, visit: Visit) -> None:
    nora = visit(month_site, width=PHONE["width"])
    nora.sign_in("nora@demo.example")
    page = nora.open(f"/audits/{audit.public_id}/D1")
    page.get_by_role("button", name="Save and continue").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Raise an immediate concern")).to_be_in_viewport()
    expect(page.locator("#saved")).to_be_in_viewport()
    assert page.locator(".app-in-sight").evaluate("(strip) => strip.offsetHeight") < PHONE["height"] / 10
    page.get_by_role("button", name="Raise an immediate concern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Raise an immediate concern")


def test_short_answers_stand_in_one_line(month_site: Site, audit: Audit, visit: Visit) -> None:
    nora = visit(month_site, width=PHONE["width"])
    nora.sign_in("nora@demo.example")
    question = nora.open(f"/audits/{audit.public_id}/D1").locator('[data-item="1.1"]')
    tops = [question.get_by_text(words, exact=True).bounding_box() for words in ("Yes", "Partly", "No")]
    assert len({box["y"] for box in tops if box}) == 1


def test_the_grades_do_not_push_the_choice_away(month_site: Site, audit: Audit, visit: Visit) -> None:
    nora = visit(month_site, width=PHONE["width"])
    nora.sign_in("nora@demo.example")
    page = nora.open(f"/audits/{audit.public_id}/overall")
    choice = page.get_by_role("group", name="Your overall grade").bounding_box()
    assert choice is not None
    assert choice["y"] < 1.5 * PHONE["height"]


def test_a_record_is_read_cell_by_cell_each_with_its_heading(
    month_site: Site, council: Council, audit: Audit, visit: Visit
) -> None:
    nora = visit(month_site, width=PHONE["width"])
    nora.sign_in("nora@demo.example")
    submitted_audit(council, audit.public_id, by="nora")
    page = nora.open(f"/audits/{audit.public_id}/record")
    cells = page.locator("#section-D1").locator("xpath=ancestor::section").locator("tbody tr").first.locator("th, td")
    boxes = [box for box in (cell.bounding_box() for cell in cells.all()) if box]
    assert len(boxes) == 3
    assert len({box["x"] for box in boxes}) == 1, "they stand under each other"
    assert min(box["width"] for box in boxes) > 0.8 * PHONE["width"]
    heading = cells.nth(2).evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert heading == '"Evidence"'
