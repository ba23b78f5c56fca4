"""The pages of absences: entered, approved or refused by somebody else, read by those who may."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.persistence.absences import Absence
from auditapp.persistence.trail import TrailEvent
from auditapp.services import absences
from tests.absences import ASKED, SECRET, enter, enter_approved
from tests.council import Council, audits_of
from tests.faults import contents
from tests.meanwhile import meanwhile
from tests.statements import counted
from tests.web.conftest import Browser
from tests.web.writing import AtDesk, shown, summary

MINE, LIST, ADD, ENTER = "/absences/mine", "/absences/", "/absences/add", "/absences/enter"
TYPED = {
    "kind": "absence",
    "starts_on-day": "19",
    "starts_on-month": "10",
    "starts_on-year": "2026",
    "ends_on-day": "6",
    "ends_on-month": "11",
    "ends_on-year": "2026",
    "reason": SECRET,
}
APPROVE, REFUSE, WITHDRAW = ("approve", "refuse", "withdraw")


def approve(session: Session, council: Council, public_id: str) -> None:
    absences.approve(session, public_id, by=council.viewer("hope"), at=council.at)


def form_of(public_id: str, verb: str) -> str:
    return f"form[action=/absences/{public_id}/{verb}]"


def test_somebody_enters_their_own_and_sees_how_it_stands(month: Council, nora: Browser, at_desk: AtDesk) -> None:
    assert nora.get("/audits/").all(f"main a[href={MINE}]")
    assert "You have entered no absence yet." in nora.get(MINE).texts(".app-empty")[0]
    page = nora.follow(nora.submit(nora.get(ADD), TYPED))
    assert page.heading == "My absences"
    (row,) = page.texts("tbody tr")
    assert "19 October 2026 to 6 November 2026 Absence To be approved" in row
    hope = at_desk("hope")
    assert hope.get("/").heading == "1 absence or exemption to approve or refuse"
    (link,) = [str(a.get("href")) for a in hope.get(LIST).all("tbody a")]
    seen = hope.get(link)
    assert SECRET in seen.texts("dd")
    assert "October 2026: a share for 12 of 22 working days" in seen.texts("dd")[3]
    public_id = link.rsplit("/", 1)[-1]
    done = hope.follow(hope.submit(seen, form=form_of(public_id, APPROVE)))
    assert "Approved. It counts in the shares of Nora from now on." in done.texts(".govuk-notification-banner")[0]
    assert nora.get(MINE).texts("tbody td")[1].startswith("Approved")


def test_what_is_wrong_is_named_all_at_once_and_what_was_typed_stays(nora: Browser) -> None:
    wrong = {**TYPED, "kind": "", "starts_on-month": "13", "ends_on-year": "", "reason": " "}
    answer = nora.submit(nora.get(ADD), wrong, status=422)
    assert summary(answer) == ["#kind", "#starts_on-day", "#ends_on-year", "#reason"]
    assert shown(answer).one("#starts_on-month").get("value") == "13"
    answer = nora.submit(nora.get(ADD), {**TYPED, "ends_on-month": "9"}, status=422)
    assert summary(answer) == ["#ends_on-day"]
    assert "The last day must not be before the first." in shown(answer).texts(".govuk-error-summary")[0]


def test_the_same_days_twice_are_refused_with_what_is_there(nora: Browser) -> None:
    first, second = nora.get(ADD), nora.get(ADD)
    assert nora.submit(first, TYPED).location == nora.submit(first, TYPED).location
    answer = nora.submit(second, TYPED, status=422)
    assert "already" in shown(answer).texts(".govuk-error-summary")[0]
    assert SECRET in shown(answer).texts("textarea")


@pytest.mark.parametrize("name", ["hope", "quinn", "asha", "dara"])
def test_those_who_lead_enter_it_for_somebody_but_do_not_approve_it(month: Council, at_desk: AtDesk, name: str) -> None:
    browser = at_desk(name)
    page = browser.get(ENTER)
    assert page.texts("option") == ["Select an auditor", "Nora", "Sol"]
    assert summary(browser.submit(page, TYPED, status=422)) == ["#person"]
    entered = browser.follow(browser.submit(page, {**TYPED, "person": month.people["nora"].public_id}))
    assert "You entered this yourself. Somebody else has to approve it." in entered.texts(".govuk-inset-text")
    public_id = browser.here.rsplit("/", 1)[-1]
    assert not entered.all(form_of(public_id, APPROVE))
    before = contents(month.database)
    browser.submit(browser.get(ENTER), {}, to=f"/absences/{public_id}/approve", status=403)
    assert contents(month.database) == before


def test_a_head_of_service_without_managers_is_told(at_desk: AtDesk) -> None:
    assert "no other auditor whom you can enter" in at_desk("hugo").get(ENTER).texts(".app-empty")[0]


def test_an_administrator_enters_it_from_the_persons_page_and_reads_no_reason(month: Council, at_desk: AtDesk) -> None:
    adam, nora = at_desk("adam"), month.people["nora"].public_id
    link = adam.get(f"/people/{nora}").one(f"a[href={ENTER}?person={nora}]")
    page = adam.get(str(link.get("href")))
    assert [option.get("value") for option in page.all("option[selected]")] == [nora]
    back = adam.follow(adam.submit(page, TYPED))
    assert back.heading == "Nora"
    with month.database.reading() as session:
        public_id = session.scalars(select(Absence.public_id)).one()
    for path in (LIST, f"/absences/{public_id}"):
        adam.get(path, status=404)
    assert SECRET not in adam.get("/trail/").texts("main")[0]
    assert "Entered for Nora: absence, 19 October 2026 to 6 November 2026." in adam.get("/trail/").texts("main")[0]
    assert "Enter an absence" not in adam.get(f"/people/{month.people['hope'].public_id}").texts("main")[0]


@pytest.mark.parametrize(
    ("name", "reads"), [("nora", True), ("quinn", True), ("hope", False), ("asha", True), ("dara", True)]
)
def test_the_reason_of_an_exemption_is_read_by_those_who_approve_it(
    month: Council, at_desk: AtDesk, name: str, reads: bool
) -> None:
    """A head of service sees that their manager is exempt, and not why."""
    nora = at_desk("nora")
    nora.submit(nora.get(ADD), {**TYPED, "kind": "exemption"})
    with month.database.reading() as session:
        public_id = session.scalars(select(Absence.public_id)).one()
    page = at_desk(name).get(f"/absences/{public_id}")
    assert (SECRET in page.texts("main")[0]) is reads
    assert "October 2026: no audits" in page.texts("main")[0]


def test_it_is_refused_only_with_a_reason_which_the_person_reads(
    month: Council, nora: Browser, at_desk: AtDesk
) -> None:
    public_id, hope = enter(month, "nora"), at_desk("hope")
    page = hope.get(f"/absences/{public_id}")
    assert summary(hope.submit(page, {"reason": " "}, form=form_of(public_id, REFUSE), status=422)) == ["#reason"]
    hope.submit(page, {"reason": "Three are away already."}, form=form_of(public_id, REFUSE))
    assert "Three are away already." in nora.get(f"/absences/{public_id}").texts("dd")
    hope.submit(page, form=form_of(public_id, APPROVE), status=409)


def test_of_two_who_approve_at_once_the_second_is_told(month: Council, at_desk: AtDesk) -> None:
    public_id, quinn = enter(month, "nora"), at_desk("quinn")
    page = quinn.get(f"/absences/{public_id}")
    with meanwhile(month.database, lambda session: approve(session, month, public_id)):
        quinn.submit(page, form=form_of(public_id, APPROVE), status=409)
    with month.database.reading() as session:
        assert len(session.scalars(select(TrailEvent.id).where(TrailEvent.name == "absence.approved")).all()) == 1


def test_it_is_withdrawn_by_the_person(month: Council, nora: Browser) -> None:
    public_id = enter_approved(month, "nora")
    page = nora.get(f"/absences/{public_id}")
    done = nora.follow(nora.submit(page, form=form_of(public_id, WITHDRAW)))
    assert "Withdrawn" in done.texts("dd")[0]
    nora.submit(page, form=form_of(public_id, WITHDRAW), to=f"/absences/{public_id}/withdraw")
    assert not done.all(form_of(public_id, WITHDRAW))


def test_those_who_approve_see_what_waits_what_comes_and_what_was(month: Council, at_desk: AtDesk) -> None:
    quinn = at_desk("quinn")
    assert "Nothing waits for approval." in quinn.get(LIST).texts("main p")[0]
    enter(month, "sol")
    enter_approved(month, "nora")
    page = quinn.get(LIST)
    assert page.texts("caption") == ["Waiting for approval", "Now and coming"]
    assert page.texts("tbody th") == ["Sol", "Nora"]
    assert at_desk("hugo").get(LIST).texts("tbody th") == []


def test_a_list_costs_no_more_with_more_absences(month: Council, at_desk: AtDesk) -> None:
    enter(month, "sol")
    enter_approved(month, "nora")
    quinn = at_desk("quinn")
    with counted(month.database) as statements:
        quinn.get(LIST)
    assert len(statements) <= 5, statements


def test_whoever_is_away_is_marked_where_an_audit_is_handed_on_by_hand(month: Council, at_desk: AtDesk) -> None:
    enter_approved(month, "sol", asked=replace(ASKED, starts_on=date(2026, 10, 15)))
    page = at_desk("quinn").get(f"/months/audits/{audits_of(month, 'nora')[0].public_id}/reassign")
    assert page.texts("option") == ["Select an auditor", "Sol (10 open audits, away or exempt, not independent)"]


def test_what_only_others_may_open_is_not_there(month: Council, at_desk: AtDesk) -> None:
    public_id = enter(month, "nora", asked=ASKED)
    for name in ("sol", "hugo", "bea", "prue", "paul", "adam"):
        at_desk(name).get(f"/absences/{public_id}", status=404)
