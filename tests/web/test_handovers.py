"""The pages on which open audits are handed on together: a preview, one button, and the way back."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from auditapp.domain.absences import Asked
from auditapp.domain.calendar import say_date
from auditapp.domain.people import Grant
from auditapp.domain.vocabulary import AbsenceKind, Role
from auditapp.persistence.audits import Audit
from auditapp.services import accounts, audits
from tests.absences import ASKED, SECRET, add_auditors, enter_approved
from tests.council import Council, audits_of
from tests.faults import contents
from tests.meanwhile import meanwhile
from tests.pages import Document
from tests.statements import counted
from tests.web.conftest import Browser
from tests.web.writing import AtDesk, answers, place, shown

LATER = date(2026, 11, 2)
EXEMPT = Asked(AbsenceKind.EXEMPTION, ASKED.starts_on, ASKED.ends_on, SECRET)
POST = "form[method=post]"
BUTTON = "main form[method=post] button"


@pytest.fixture
def many(month: Council) -> Council:
    """Return the council with an open month and three more auditors, who are independent of every case."""
    return add_auditors(month, "wes", "wanda", "willa")


@pytest.fixture
def quinn(many: Council, at_desk: AtDesk) -> Browser:
    return at_desk("quinn")


def press(browser: Browser, page: Document, *, to: str | None = None, status: int = 303) -> TestResponse:
    """Press the button of a preview, with every audit that it holds."""
    held = [str(field.get("value")) for field in page.all("main form[method=post] input[name=audit]")]
    return browser.submit(page, {"audit": held}, form=f"main {POST}", to=to, status=status)


def path_of(council: Council, name: str) -> str:
    return f"/handovers/people/{council.people[name].public_id}"


def test_an_absence_is_spread_with_one_click_as_it_was_shown(many: Council, nora: Browser, quinn: Browser) -> None:
    begun, *_, later = audits_of(many, "nora")
    nora.submit(nora.get(place(begun, "D1")), answers(text_1_1="Seen."))
    with many.database.transaction() as session:
        session.get_one(Audit, later.id).due_on = LATER
    public_id = enter_approved(many, "nora", asked=EXEMPT)
    path, absence = f"/handovers/absences/{public_id}", f"/absences/{public_id}"
    assert quinn.get(absence).one(f"main a[href={path}]").text == "See what can be reassigned"
    page = quinn.get(path)
    assert page.heading == "Reassign the open audits of Nora"
    assert page.texts(BUTTON) == ["Reassign 9 audits"]
    shown_to = dict(zip(page.texts("tbody th"), page.texts("tbody strong"), strict=True))
    assert begun.reference not in shown_to
    cells = [text.split("due ")[-1] for text in page.texts("tbody td")[2::4]]
    due = dict(zip(shown_to, cells, strict=True))
    assert due == dict.fromkeys(shown_to, "29 October 2026") | {later.reference: "2 November 2026"}
    first, second = (press(quinn, page) for _ in range(2))
    assert first.location == second.location
    done = quinn.follow(first)
    assert "Reassigned as shown." in done.texts(".govuk-notification-banner")[0]
    assert set(done.texts("tbody th")) == shown_to.keys()
    with many.database.reading() as session:
        holders = dict(session.execute(select(Audit.reference, Audit.auditor_id)).all())
    names = {person.id: person.name for person in many.people.values()}
    assert {reference: names[holders[reference] or 0] for reference in shown_to} == shown_to
    with many.database.reading() as session:
        days = dict(session.execute(select(Audit.reference, Audit.due_on)).all())
    assert {reference: say_date(days[reference] or LATER) for reference in due} == due
    assert [audit.id for audit in audits_of(many, "nora")] == [begun.id]
    assert quinn.get(absence).texts("main p a") == ["9 audits reassigned, 15 October 2026, 10:30"]


def test_what_is_begun_moves_when_it_is_chosen(many: Council, nora: Browser, quinn: Browser) -> None:
    begun = audits_of(many, "nora")[0]
    nora.submit(nora.get(place(begun, "D1")), answers(text_1_1="Seen."))
    path = f"/handovers/absences/{enter_approved(many, 'nora', asked=EXEMPT)}"
    page = quinn.get(path)
    ticked = [box.get("value") for box in page.all("input[type=checkbox]") if "checked" in box.attrib]
    assert begun.public_id not in ticked
    assert len(ticked) == 9
    chosen = quinn.get(f"{path}?chosen=yes&audit={begun.public_id}")
    assert chosen.texts("tbody th") == [begun.reference]
    press(quinn, chosen)
    assert begun.id not in {audit.id for audit in audits_of(many, "nora")}
    none = quinn.get(f"{path}?chosen=yes")
    assert "Nothing would move as it is chosen now." in none.texts(".app-empty")


def test_when_something_changed_it_says_so_and_shows_what_would_move_now(many: Council, quinn: Browser) -> None:
    path, moved = path_of(many, "nora"), audits_of(many, "nora")[0]
    page = quinn.get(path)
    assert page.texts(BUTTON) == ["Reassign 10 audits"]

    def hand_on(session: Session) -> None:
        wes, by = many.people["wes"].public_id, many.viewer("quentin")
        audits.reassign(session, moved.public_id, to=wes, by=by, at=many.at)

    with meanwhile(many.database, hand_on):
        answer = press(quinn, page, status=422)
    now = shown(answer)
    assert "Something has changed since this was shown, so nothing was moved." in now.texts(".govuk-error-summary")[0]
    assert now.texts(BUTTON) == ["Reassign 9 audits"]
    assert len(audits_of(many, "nora")) == 9
    press(quinn, now, to=path)
    assert audits_of(many, "nora") == []


def test_a_forged_or_missing_fingerprint_moves_nothing(many: Council, quinn: Browser) -> None:
    page, path = quinn.get(path_of(many, "nora")), path_of(many, "nora")
    sent = [line.public_id for line in audits_of(many, "nora")]
    before = contents(many.database)
    for seen in ("", "f" * 64, "é"):
        quinn.submit(page, {"seen": seen, "audit": sent}, form=f"main {POST}", to=path, status=422)
    others = [audit.public_id for audit in audits_of(many, "sol")]
    quinn.submit(page, {"audit": others}, form=f"main {POST}", to=path, status=422)
    assert contents(many.database) == before


def test_a_leavers_audits_are_on_home_one_click_from_the_list_and_moved(
    many: Council, at_desk: AtDesk, quinn: Browser
) -> None:
    adam, nora = at_desk("adam"), many.people["nora"].public_id
    page = adam.get(f"/people/{nora}/leave")
    assert "They have 10 audits that are not submitted." in page.texts(".govuk-inset-text")[0]
    assert "QOP-" not in page.texts("main")[0]
    assert not page.all("main .govuk-inset-text a"), "an administrator does not run the programme"
    gone = adam.follow(adam.submit(page))
    assert "sees 10 audits to reassign" in gone.texts(".govuk-notification-banner")[0]
    adam.get(path_of(many, "nora"), status=404)
    assert "10 with people who left" in quinn.get("/").texts("a.app-figure__number")
    waiting = quinn.get("/months/waiting?show=left")
    link = waiting.one(f"a[href={path_of(many, 'nora')}]")
    preview = quinn.get(str(link.get("href")))
    done = quinn.follow(press(quinn, preview))
    assert "Nora has left." in done.texts(".govuk-inset-text")[0]
    assert not [text for text in quinn.get("/").texts("a.app-figure__number") if "who left" in text]
    assert "Nobody who has left holds an open audit." in quinn.get("/handovers/").texts(".app-empty")
    quinn.submit(done, form=f"main {POST}")
    assert len(audits_of(many, "nora")) == 10
    assert "10 with people who left" in quinn.get("/").texts("a.app-figure__number")


def test_who_is_away_today_is_listed_with_the_way_to_spread_their_audits(many: Council, quinn: Browser) -> None:
    asked = Asked(AbsenceKind.ABSENCE, many.at.date(), ASKED.ends_on, SECRET)
    path = f"/handovers/absences/{enter_approved(many, 'nora', asked=asked)}"
    for page in ("/handovers/", "/months/waiting?show=away"):
        assert "Nora" in quinn.get(page).texts("tbody th")
        assert quinn.get(page).all(f"a[href={path}]")
    assert quinn.get(path).texts(BUTTON) == ["Reassign 10 audits"]


def test_who_administers_and_runs_the_programme_is_led_there(many: Council, at_desk: AtDesk) -> None:
    with many.database.transaction() as session:
        adam = accounts.find_person(session, many.people["adam"].public_id)
        accounts.give_role(session, adam, Grant(Role.QA), by=many.viewer("adam"), at=many.at)
    page = at_desk("adam").get(f"/people/{many.people['nora'].public_id}/leave")
    assert page.all(f"a[href={path_of(many, 'nora')}]")
    assert not at_desk("adam").get(f"/people/{many.people['hope'].public_id}/leave").all(".govuk-inset-text")


def test_what_somebody_begun_meanwhile_stays_and_the_page_says_who(
    many: Council, quinn: Browser, at_desk: AtDesk
) -> None:
    preview = quinn.get(path_of(many, "nora"))
    done = quinn.follow(press(quinn, preview))
    path = quinn.here
    mine = audits_of(many, "wes")[0]
    wes = at_desk_of(many, at_desk, "wes")
    wes.submit(wes.get(place(mine, "D1")), answers(text_1_1="Seen."))
    late = quinn.submit(done, form=f"main {POST}", status=422)
    assert "Something has changed" in shown(late).texts(".govuk-error-summary")[0]
    assert "No: Wes has begun it" in shown(late).texts("tbody td")
    again = quinn.get(path)
    assert again.texts(BUTTON) == ["Move 9 audits back to Nora"]
    quinn.submit(again, form=f"main {POST}")
    assert len(audits_of(many, "nora")) == 9


def at_desk_of(council: Council, at_desk: AtDesk, name: str) -> Browser:
    """Return a browser of somebody whom only this test knows."""
    return at_desk("nora").sign_in(council.people[name])


def test_what_nobody_can_take_stays_with_the_way_on(month: Council, at_desk: AtDesk) -> None:
    quinn = at_desk("quinn")
    page = quinn.get(path_of(month, "nora"))
    assert "What nobody can take" in page.texts("h2")
    links = [str(link.get("href")) for link in page.all("main ul a")]
    assert any(link.endswith("/replace") for link in links)
    assert any(link.endswith("/reassign") for link in links)


def test_somebody_without_open_audits_has_nothing_to_hand_on(many: Council, quinn: Browser) -> None:
    assert "Wes has no open audit." in quinn.get(path_of(many, "wes")).texts(".app-empty")[0]


def test_a_preview_costs_no_more_with_more_audits(many: Council, quinn: Browser) -> None:
    with counted(many.database) as statements:
        quinn.get(path_of(many, "nora"))
    assert len(statements) <= 12, statements


def test_only_quality_assurance_finds_these_pages(many: Council, at_desk: AtDesk) -> None:
    for name in ("nora", "hope", "dara", "adam", "bea"):
        for path in ("/handovers/", path_of(many, "nora")):
            at_desk(name).get(path, status=404)
