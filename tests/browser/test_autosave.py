"""Nothing typed into an audit is lost: not to a dead server, another tab, an ended session or the back button."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Dialog, Locator, Page, Route, expect
from sqlalchemy import update

from auditapp.domain.items import TEXT_LIMIT, Answer
from auditapp.persistence.answers import stored_answers
from auditapp.persistence.audits import Audit
from auditapp.persistence.sign_in import SignInSession
from tests.browser.conftest import Visit
from tests.browser.looking import glance_at, look_at
from tests.browser.site import PASSWORD, Site, Visitor
from tests.conftest import MOMENT
from tests.council import Council

SAVED = "Saved 10:30"  # the clock of these tests stands at 10:30 in London


@dataclass(frozen=True)
class Writing:
    """An auditor with a page of their audit open, and the database behind it."""

    council: Council
    audit: Audit
    visitor: Visitor

    @property
    def page(self) -> Page:
        return self.visitor.page

    def open(self, section: str) -> Page:
        return self.visitor.open(f"/audits/{self.audit.public_id}/{section}")

    def stored(self, item: str) -> Answer | None:
        with self.council.database.reading() as session:
            found = stored_answers(session, self.audit.id, items=[item]).get(item)
        return found.answer if found else None

    def saves_to(self, answer: Callable[[Route], None]) -> None:
        """Stand between the page and the place where it saves single answers."""
        self.page.route("**/answers", answer)


@pytest.fixture
def writing(council: Council, month_site: Site, audit: Audit, visit: Visit) -> Writing:
    """Return Nora at the page of the first domain of an audit."""
    visitor = visit(month_site)
    visitor.sign_in("nora@demo.example")
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("to finish")
    there = Writing(council, audit, visitor)
    there.open("D1")
    return there


def question(page: Page, item: str) -> Locator:
    """Return the part of the page that asks one thing."""
    return page.locator(f'[data-item="{item}"]')


def evidence(page: Page, item: str = "1.1") -> Locator:
    """Return the words beside an answer."""
    return question(page, item).locator("textarea")


def said(page: Page) -> Locator:
    """Return what the page says of the last thing typed."""
    return page.locator("#saved")


def test_an_answer_is_saved_as_it_is_given_and_its_words_when_the_writer_pauses(writing: Writing) -> None:
    page = writing.page
    expect(said(page)).to_have_text("Nothing typed yet")
    question(page, "1.1").get_by_label("Partly").check()
    expect(said(page)).to_have_text(SAVED)
    assert writing.stored("1.1") == Answer("partly")
    writing.visitor.site.clock.pass_by(timedelta(minutes=12))
    evidence(page).press_sequentially("Two of five are there.")
    expect(said(page)).to_have_text("Saved 10:42")
    assert writing.stored("1.1") == Answer("partly", "Two of five are there.")
    page.reload()
    expect(question(page, "1.1").get_by_label("Partly")).to_be_checked()
    expect(evidence(page)).to_have_value("Two of five are there.")
    expect(said(page)).to_have_text("Saved 10:42")


def test_many_answers_in_one_breath_are_all_saved(writing: Writing) -> None:
    page = writing.page
    for number in range(1, 7):
        question(page, f"1.{number}").get_by_label("Yes").check()
        evidence(page, f"1.{number}").fill(f"Evidence {number}.")
    expect(said(page)).to_have_text(SAVED)
    page.get_by_role("button", name="All pages of this audit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quality of Practice audit")
    stored = [writing.stored(f"1.{number}") for number in range(1, 7)]
    assert stored == [Answer("yes", f"Evidence {number}.") for number in range(1, 7)]


def test_a_way_out_of_the_page_takes_along_what_was_just_typed(writing: Writing) -> None:
    page = writing.page
    evidence(page).press_sequentially("Typed, and on at once.")
    page.get_by_role("button", name="Overall grade").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overall grade")
    assert writing.stored("1.1") == Answer(None, "Typed, and on at once.")


def test_the_older_of_two_tabs_is_told_and_both_texts_are_shown(writing: Writing) -> None:
    older, newer = writing.page, writing.visitor.context.new_page()
    newer.goto(older.url)
    evidence(newer).fill("From the newer tab.")
    expect(said(newer)).to_have_text(SAVED)
    writing.visitor.expect("status of 409")
    evidence(older).fill("From the older tab.")
    told = "you saved another answer in another window on 15 October 2026, 10:30."
    expect(said(older)).to_have_text(f"Question 1.1 is not saved: {told}")
    expect(said(older).get_by_role("link")).to_have_attribute("href", "#item-1-1")
    expect(question(older, "1.1").locator(".govuk-error-message")).to_contain_text(f"Not saved: {told} Press")
    glance_at(older)
    question(older, "1.2").get_by_label("Yes").check()
    expect(said(older)).to_contain_text("1.1 is not saved")  # another answer is stored meanwhile; this one is still not
    older.get_by_role("button", name="Save and continue").click()
    expect(older.get_by_role("heading", level=1)).to_have_text("Select which answer to keep")
    look_at(older)
    for words in ("From the newer tab.", "From the older tab."):
        expect(older.locator("main")).to_contain_text(words)
    assert writing.stored("1.1") == Answer(None, "From the newer tab.")
    assert writing.stored("1.2") == Answer("yes")
    older.get_by_label("Use mine").check()
    older.get_by_role("button", name="Continue").click()
    expect(older.get_by_role("heading", level=1)).to_have_text("2. Referral, threshold and response")
    assert writing.stored("1.1") == Answer(None, "From the older tab.")


def test_what_a_dead_server_missed_is_saved_when_it_is_back(writing: Writing) -> None:
    page = writing.page
    writing.visitor.expect("net::ERR_CONNECTION_REFUSED")
    writing.saves_to(lambda route: route.abort("connectionrefused"))
    evidence(page).fill("Typed while nobody listened.")
    expect(said(page)).to_have_text("Not saved yet. Trying again.")
    evidence(page).fill("Typed while nobody listened, and mended.")
    page.unroute("**/answers")
    expect(said(page)).to_have_text(SAVED)
    assert writing.stored("1.1") == Answer(None, "Typed while nobody listened, and mended.")


def test_it_is_sent_again_at_once_when_the_network_is_back(writing: Writing) -> None:
    page = writing.page
    writing.visitor.expect("net::ERR_INTERNET_DISCONNECTED")
    page.clock.install(time=MOMENT)
    page.clock.pause_at(MOMENT + timedelta(minutes=1))  # it stands: nothing is sent again because a pause is over
    writing.visitor.context.set_offline(True)
    question(page, "1.1").get_by_label("Partly").check()
    page.clock.run_for(10)
    expect(said(page)).to_have_text("Not saved yet. Trying again.")
    writing.visitor.context.set_offline(False)
    expect(said(page)).to_have_text(SAVED)
    assert writing.stored("1.1") == Answer("partly")


def test_the_way_to_the_previous_page_keeps_what_was_just_typed(writing: Writing) -> None:
    page = writing.page
    evidence(page).press_sequentially("Typed, and back at once.")
    page.get_by_role("button", name="Previous: About this audit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About this audit")
    assert writing.stored("1.1") == Answer(None, "Typed, and back at once.")


def test_a_busy_service_is_asked_again(writing: Writing) -> None:
    page = writing.page
    answers = [503, 503]
    writing.visitor.expect("status of 503")
    writing.saves_to(lambda route: route.fulfill(status=answers.pop()) if answers else route.continue_())
    question(page, "1.1").get_by_label("No", exact=True).check()
    expect(said(page)).to_have_text("Not saved yet. Trying again.")
    expect(said(page)).to_have_text(SAVED)
    assert writing.stored("1.1") == Answer("no")


def test_the_form_goes_after_an_answer_that_is_on_its_way(writing: Writing) -> None:
    page = writing.page

    def slowly(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    writing.saves_to(slowly)
    evidence(page).fill("An older text")
    expect(said(page)).to_have_text("Saving")
    evidence(page).fill("An older text, and a newer one.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2. Referral, threshold and response")
    assert writing.stored("1.1") == Answer(None, "An older text, and a newer one.")


def test_a_session_that_ended_says_so_and_the_text_comes_back_after_the_password(writing: Writing) -> None:
    page = writing.page
    evidence(page).fill("Saved before the session ended.")
    expect(said(page)).to_have_text(SAVED)
    with writing.council.database.transaction() as session:
        session.execute(update(SignInSession).values(revoked_at=writing.council.at))
    writing.visitor.expect("status of 401")
    evidence(page).fill("Typed after the session ended.")
    expect(said(page)).to_contain_text("You are signed out. Your text is still on this page.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out: sign in again")
    look_at(page)
    page.get_by_label("E-mail address").fill("nora@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your text is kept")
    look_at(page)
    expect(page.locator("main")).to_contain_text("Typed after the session ended.")
    assert writing.stored("1.1") == Answer(None, "Saved before the session ended.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2. Referral, threshold and response")
    assert writing.stored("1.1") == Answer(None, "Typed after the session ended.")


def test_somebody_who_signed_in_again_in_another_tab_keeps_the_text_too(writing: Writing) -> None:
    page, other = writing.page, writing.visitor.context.new_page()
    other.goto(f"{writing.visitor.site.address}/")
    other.get_by_role("button", name="Sign out").click()
    other.get_by_label("E-mail address").fill("nora@demo.example")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("to finish")
    writing.visitor.expect("status of 4(01|09)")
    evidence(page).fill("Typed in the tab of before.")
    expect(said(page)).to_contain_text("Your text is still on this page.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("main")).to_contain_text("Typed in the tab of before.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2. Referral, threshold and response")
    assert writing.stored("1.1") == Answer(None, "Typed in the tab of before.")


@pytest.mark.parametrize("saved", [False, True], ids=["unsaved", "saved"])
def test_closing_the_tab_asks_while_something_is_not_saved_and_only_then(writing: Writing, saved: bool) -> None:
    page, asked = writing.page, []
    if not saved:
        writing.visitor.expect("net::ERR_CONNECTION_REFUSED")
        writing.saves_to(lambda route: route.abort("connectionrefused"))
    evidence(page).press_sequentially("Words.")
    expect(said(page)).to_have_text(SAVED if saved else "Not saved yet. Trying again.")

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ([] if saved else ["beforeunload"])


def test_a_refused_answer_still_asks_before_the_tab_is_closed(writing: Writing) -> None:
    page, asked = writing.page, []
    writing.visitor.expect("status of 500")
    writing.saves_to(lambda route: route.fulfill(status=500))
    evidence(page).press_sequentially("Words.")
    expect(said(page)).to_have_text("Question 1.1 is not saved")
    expect(question(page, "1.1").locator(".govuk-error-message")).to_contain_text("Not saved. Press")

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]


def test_back_and_forward_keep_what_was_typed(writing: Writing) -> None:
    page = writing.page
    question(page, "1.1").get_by_label("Yes").check()
    evidence(page).fill("Before going on.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2. Referral, threshold and response")
    evidence(page, "2.1").fill("On the next page.")
    expect(said(page)).to_have_text(SAVED)
    page.go_back()
    expect(question(page, "1.1").get_by_label("Yes")).to_be_checked()
    expect(evidence(page)).to_have_value("Before going on.")
    evidence(page).fill("After going back.")
    expect(said(page)).to_have_text(SAVED)
    page.go_forward()
    expect(evidence(page, "2.1")).to_have_value("On the next page.")
    page.go_back()
    expect(evidence(page)).to_have_value("After going back.")
    assert writing.stored("1.1") == Answer("yes", "After going back.")


def test_a_very_long_paste_is_kept_to_the_last_character_and_one_too_long_is_told(writing: Writing) -> None:
    page = writing.page
    words = ("Ünïcode evidence 'with' \"quotes\" & <b>signs</b>.\n" * 500)[:TEXT_LIMIT]
    evidence(page).focus()
    page.keyboard.insert_text(words)
    expect(said(page)).to_have_text(SAVED)
    assert writing.stored("1.1") == Answer(None, words)
    page.reload()
    expect(evidence(page)).to_have_value(words)
    evidence(page).fill(f"{words}!")
    expect(said(page)).to_contain_text("Saved 10:30. Correct question 1.1: ")
    expect(question(page, "1.1").locator(".govuk-error-message")).to_contain_text("Shorten it to 20,000.")
    assert writing.stored("1.1") == Answer(None, f"{words}!")  # kept all the same, until its writer has shortened it


def test_a_number_that_is_none_is_kept_and_said_to_be_wrong(writing: Writing) -> None:
    page = writing.open("overall")
    page.get_by_label("Minutes spent").fill("an hour")
    expect(said(page)).to_contain_text(re.compile(r"^Saved 10:30\. Correct ‘Minutes spent’: .* the minutes as a whole"))
    page.reload()
    expect(page.get_by_label("Minutes spent")).to_have_value("an hour")


def test_an_error_that_is_mended_goes_from_the_question_the_summary_and_the_title(writing: Writing) -> None:
    page = writing.open("overall")
    minutes = page.get_by_label("Minutes spent")
    minutes.fill("an hour")
    writing.visitor.expect("status of 422")
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_title(re.compile("^Error: Overall grade"))
    minutes.fill("60")
    expect(said(page)).to_have_text(SAVED)
    expect(page.locator(".govuk-error-summary, .govuk-error-message")).to_have_count(0)
    expect(page).to_have_title(re.compile("^Overall grade"))
    expect(minutes).to_have_attribute("aria-describedby", "hint-overall-minutes")
    look_at(page)


def test_on_a_phone_the_line_in_sight_stays_short(writing: Writing) -> None:
    page = writing.page
    page.set_viewport_size({"width": 360, "height": 740})
    height = page.locator(".app-in-sight").evaluate("(strip) => strip.offsetHeight")
    evidence(page).fill("x" * (TEXT_LIMIT + 1))
    expect(said(page).get_by_role("link")).to_have_text("Saved 10:30. Correct question 1.1")
    expect(said(page).locator(".app-saved__why")).to_be_hidden()
    assert page.locator(".app-in-sight").evaluate("(strip) => strip.offsetHeight") == height


def test_the_reason_for_another_grade_is_asked_at_once_saved_and_never_taken_away(writing: Writing) -> None:
    page = writing.page
    question(page, "D1.grade").get_by_label("Good", exact=True).check()
    expect(said(page)).to_have_text(SAVED)
    page = writing.open("overall")
    grade, reason = (
        question(page, "overall.grade"),
        page.get_by_label("Why your grade differs from the indicative grade"),
    )
    grade.get_by_label("Good", exact=True).check()
    expect(reason).to_have_count(0)
    grade.get_by_label("Inadequate", exact=True).check()
    expect(reason).to_be_visible()
    look_at(page)
    grade.get_by_label("Good", exact=True).check()
    expect(reason).to_have_count(0)
    grade.get_by_label("Inadequate", exact=True).check()
    reason.fill("Nobody saw her.")
    expect(said(page)).to_have_text(SAVED)
    grade.get_by_label("Good", exact=True).check()
    expect(reason).to_have_value("Nobody saw her.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Actions")
    assert writing.stored("overall.reason") == Answer(None, "Nobody saw her.")
