"""The main job as its users do it: from a case list to what the Board reads, each person at a browser of their own."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from auditapp.domain.items import OVERALL_REASON, Answer
from auditapp.persistence.answers import stored_answers
from auditapp.persistence.audits import Audit
from auditapp.persistence.database import Database
from tests.browser.conftest import Visit, people_with_passwords
from tests.browser.keyboard import focus_of, press_on, tab, tab_to
from tests.browser.site import PASSWORD, Site, Visitor
from tests.council import Council, audits_of, submitted_audit
from tests.documents.reading import faults, text

WORKBOOK = Path(__file__).resolve().parents[1] / "data/annex_a_2026-10-31.xlsx"
SETTING_UP = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AUDITING = datetime(2026, 11, 4, 14, 7, tzinfo=UTC)
AFTER_THE_QUARTER = datetime(2027, 1, 12, 10, 0, tzinfo=UTC)
WORDS = "Seen in the record."
PAGES_OF_THE_FORM = 15  # about, twelve domains, who took part, the overall grade


def heading(page: Page, words: str) -> None:
    """Hold a page to its heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_a_case_list_becomes_audits_and_audits_become_what_the_board_reads(site: Site, visit: Visit) -> None:
    site.clock.at = SETTING_UP
    council = people_with_passwords(site.database, SETTING_UP)
    quality = visit(site)
    quality.sign_in("quinn@demo.example")
    import_case_list(quality)
    match_teams(quality, {"Assessment North": "North", "Assessment South": "South"})
    open_november(quality)

    site.clock.at = AUDITING
    manager = visit(site)
    reference = audit_with_the_keyboard_only(manager, council)

    quality.sign_in("quinn@demo.example")  # the morning's session has ended meanwhile
    see_what_was_submitted(quality, reference)

    submit_the_rest(council, but=reference)
    site.clock.at = AFTER_THE_QUARTER
    quality.sign_in("quinn@demo.example")
    show_the_quarter_to_the_board(quality)
    board = visit(site)
    board.sign_in("bea@demo.example")
    read_the_report(board, reference)


def import_case_list(quality: Visitor) -> None:
    """Import the workbook with the page for it, and look at what was understood before accepting it."""
    page = quality.page
    page.get_by_role("link", name="Case lists").click()
    page.get_by_role("button", name="Import a case list").click()
    page.get_by_label("Choose the file").set_input_files(WORKBOOK)
    for part, digits in (("Day", "31"), ("Month", "10"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(digits)
    page.get_by_role("button", name="Read the file").click()
    heading(page, "Check the case list of 31 October 2026")
    page.get_by_role("button", name="Accept the list").click()
    heading(page, "Case list of 31 October 2026")
    expect(page.get_by_role("alert")).to_contain_text("The case list of 31 October 2026 was imported")


def match_teams(quality: Visitor, teams: Mapping[str, str]) -> None:
    """Say which of the list's teams are ours."""
    page = quality.page
    page.get_by_role("link", name="Match teams and workers").click()
    for listed, ours in teams.items():
        page.get_by_label(listed, exact=True).select_option(ours)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("2 teams changed.")


def open_november(quality: Visitor) -> None:
    """Open the month that begins today."""
    page = quality.page
    page.get_by_role("link", name="Months").click()
    page.get_by_label("Month").select_option("November 2026")
    page.get_by_role("button", name="Continue").click()
    heading(page, "Open November 2026")
    page.get_by_role("button", name="Open the month").click()
    heading(page, "November 2026")
    expect(page.locator("main")).to_contain_text("0 of 20")


def audit_with_the_keyboard_only(manager: Visitor, council: Council) -> str:
    """Sign in, write a whole audit and submit it without a mouse; return its reference."""
    page = manager.open("/sign-in")
    tab_to(page, "E-mail address")
    page.keyboard.type("nora@demo.example")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("to finish by 16 November 2026")
    press_on(page, "Start QOP-2026-11-")
    heading(page, "Quality of Practice audit")
    audit = next(one for one in audits_of(council, "nora") if one.public_id in page.url)
    press_on(page, "About this audit")
    heading(page, "About this audit")
    for _ in range(PAGES_OF_THE_FORM):
        fill_in(page, council.database, audit)
    heading(page, "Actions")
    # The grade is not the indicative one: the reason was asked as soon as it was chosen, and given like the rest.
    assert stored_answer(council.database, audit, OVERALL_REASON) == Answer(None, WORDS)
    add_an_action(page)
    submit(page, audit)
    return audit.reference


def fill_in(page: Page, database: Database, audit: Audit) -> None:
    """Answer everything on one page of the form, see it saved as it is given, and go on with its button."""
    name = page.get_by_role("heading", level=1).inner_text()
    given: dict[str, Answer] = {}
    tab_to(page, "Skip to main content")
    page.keyboard.press("Enter")
    while not (focus := tab(page)).words.startswith("Save and continue"):
        answer(page, focus.name, given, kind=focus.type or focus.tag)
    assert given, f"The keyboard met no question on '{name}'."
    assert stored_within_seconds(page, database, audit, given) == given
    expect(page.locator("#saved")).to_have_text("Saved 14:07")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(name)


def answer(page: Page, name: str, given: dict[str, Answer], *, kind: str) -> None:
    """Give the second choice of a grade and the first of everything else; write something where words are asked."""
    part, _, item = name.partition("-")
    before = given.get(item, Answer())
    if kind == "radio":
        page.keyboard.press("Space")
        if item.endswith(".grade") and item != "overall.grade":
            page.keyboard.press("ArrowDown")
        chosen: str = page.evaluate("document.activeElement.value")
        given[item] = Answer(chosen, before.text)
    elif part == "value":
        page.keyboard.type("95")
        given[item] = Answer("95")
    elif part == "text":
        page.keyboard.type(WORDS)
        given[item] = Answer(before.value, WORDS)


def stored_within_seconds(
    page: Page, database: Database, audit: Audit, given: Mapping[str, Answer]
) -> Mapping[str, Answer | None]:
    """Return what is stored of these answers once it is what was given, or after some seconds whatever it is."""
    for _ in range(100):
        stored = {item: stored_answer(database, audit, item) for item in given}
        if stored == given:
            break
        page.wait_for_timeout(50)
    return stored


def stored_answer(database: Database, audit: Audit, item: str) -> Answer | None:
    """Return what is stored of an answer."""
    with database.reading() as session:
        found = stored_answers(session, audit.id, items=[item]).get(item)
    return found.answer if found else None


def add_an_action(page: Page) -> None:
    """Agree one action: what, how one sees that it worked, who, by when."""
    press_on(page, "Add an action")
    heading(page, "Add an action")
    tab_to(page, "What is to be done?")
    for typed in ("Update the chronology.", "It is current at the next review.", "Team manager", "4", "12", "2026"):
        page.keyboard.type(typed)
        tab(page)
    assert focus_of(page).words == "Save"
    page.keyboard.press("Enter")
    heading(page, "Actions")
    expect(page.locator("main")).to_contain_text("4 December 2026")
    press_on(page, "Continue to check and submit")


def submit(page: Page, audit: Audit) -> None:
    """Check everything, declare, submit."""
    heading(page, "Check and submit")
    expect(page.locator(".app-missing")).to_have_count(0)
    press_on(page, "I read the record myself", "Space")
    press_on(page, "Submit the audit")
    heading(page, f"Audit {audit.reference}")
    expect(page.get_by_role("alert")).to_contain_text(f"{audit.reference} is submitted.")


def see_what_was_submitted(quality: Visitor, reference: str) -> None:
    """Find the audit on the month's page, read its record, and let it stand."""
    page = quality.open("/months/")
    page.get_by_role("link", name="November 2026").click()
    expect(page.locator("main")).to_contain_text("1 of 20")
    page.get_by_role("link", name=reference, exact=True).click()
    heading(page, f"Audit {reference}")
    for words in ("Outstanding", WORDS, "Update the chronology.", WORDS):
        expect(page.locator("main")).to_contain_text(words)


def submit_the_rest(council: Council, *, but: str) -> None:
    """Let the other audits of the month be written and submitted."""
    for name in ("nora", "sol"):
        for audit in audits_of(council, name):
            if audit.reference != but:
                submitted_audit(council, audit.public_id, by=name, at=AUDITING)


def show_the_quarter_to_the_board(quality: Visitor) -> None:
    """Look at what the Board would read, and show it."""
    page = quality.page
    page.get_by_role("link", name="Findings").click()
    page.get_by_role("link", name="October to December 2026").click()
    page.get_by_role("link", name="Preview and show to the Board").click()
    page.get_by_role("button", name="Show to the Board").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "The Board can read the findings of October to December 2026 now."
    )


def read_the_report(board: Visitor, reference: str) -> None:
    """Read the page and download the paper: the same figures, and nobody who could be known again."""
    page = board.page
    page.get_by_role("link", name="Board reports").first.click()
    page.get_by_role("link", name="Read the whole report").click()
    heading(page, "Findings, October to December 2026")
    expect(page.locator("main")).to_contain_text("Of 20 audits, 20 were good or better")
    expect(page.locator("main")).not_to_contain_text(re.compile(re.escape(reference)))
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    paper = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == "board-report-2026-10.pdf"
    assert paper.startswith(b"%PDF")
    assert faults(paper) == []
    assert "Of 20 audits, 20 were good or better" in " ".join(text(paper).split())


def test_without_scripts_an_audit_is_written_saved_and_corrected_all_the_same(
    month_site: Site, council: Council, audit: Audit, visit: Visit
) -> None:
    manager = visit(month_site, scripts=False)
    page = manager.sign_in("nora@demo.example")
    manager.open(f"/audits/{audit.public_id}/D1")
    question = page.locator('[data-item="1.1"]')
    question.get_by_label("Partly").check()
    question.get_by_label("Evidence").fill("Written without a script.")
    page.get_by_role("button", name="Save and continue").click()
    heading(page, "2. Referral, threshold and response")
    assert stored_answer(council.database, audit, "1.1") == Answer("partly", "Written without a script.")
    page.go_back()
    page.reload()
    expect(question.get_by_label("Partly")).to_be_checked()
    question.get_by_label("Evidence").fill("Typed, and away by a link of the page.")
    page.get_by_role("button", name="Raise an immediate concern").click()
    heading(page, "Raise an immediate concern")
    assert stored_answer(council.database, audit, "1.1") == Answer("partly", "Typed, and away by a link of the page.")
    manager.open(f"/audits/{audit.public_id}/D1")
    question.get_by_label("Evidence").fill("Typed again.")
    page.get_by_role("button", name="Overall grade").click()
    heading(page, "Overall grade")
    assert stored_answer(council.database, audit, "1.1") == Answer("partly", "Typed again.")
    correct_the_minutes(manager, council, audit)
    keep_half_an_action(manager, audit)
    page.get_by_role("button", name="Sign out").click()
    heading(page, "Sign in")


def correct_the_minutes(manager: Visitor, council: Council, audit: Audit) -> None:
    """Send what is no number, find it kept and named, and mend it."""
    page = manager.page
    page.get_by_label("Minutes spent").fill("an hour")
    manager.expect("status of 422")
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_title(re.compile("^Error: Overall grade"))
    page.get_by_role("link", name="Enter the minutes as a whole number").click()
    expect(page.get_by_label("Minutes spent")).to_be_focused()
    expect(page.get_by_label("Minutes spent")).to_have_value("an hour")
    page.get_by_label("Minutes spent").fill("60")
    page.get_by_role("button", name="Save and go back to all pages").click()
    heading(page, "Quality of Practice audit")
    assert stored_answer(council.database, audit, "overall.minutes") == Answer("60")


def keep_half_an_action(manager: Visitor, audit: Audit) -> None:
    """Send an action with half its words: they are stored, and the page says what is missing."""
    page = manager.open(f"/audits/{audit.public_id}/actions/new")
    page.get_by_label("What is to be done?").fill("Half of an action.")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title(re.compile("^Error: "))
    manager.open(f"/audits/{audit.public_id}/actions/")
    expect(page.locator("main")).to_contain_text("Half of an action.")
    expect(page.locator("main")).to_contain_text("Missing")
