"""Immediate concerns: never without who was told, when and how; at once on the pages of those who must act."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import Role
from auditapp.persistence.audits import Audit, Concern
from auditapp.services import accounts
from tests.council import ROLES, Council, submitted_audit
from tests.faults import contents
from tests.web.conftest import Browser
from tests.web.writing import AtDesk, place, shown, summary

WHOLE = {
    "what": "Not seen for a month, and a bruise that nobody explained.",
    "told_whom": "Hope Example, head of service",
    "told_on-day": "15",
    "told_on-month": "10",
    "told_on-year": "2026",
    "told_time": "10:15",
    "told_how": "by telephone",
}
TOLD = "Told on 15 October 2026, 10:15: Hope Example, head of service. How: by telephone."


def concerns(council: Council) -> list[Concern]:
    with council.database.reading() as session:
        return list(session.scalars(select(Concern).order_by(Concern.id)))


@pytest.fixture
def raised(month: Council, nora: Browser, mine: Audit) -> Concern:
    nora.submit(nora.get(place(mine, "concern")), WHOLE)
    return concerns(month)[0]


def test_a_concern_is_raised_once_and_leads_back_to_the_audit(month: Council, nora: Browser, mine: Audit) -> None:
    page = nora.get(place(mine, "concern"))
    first, second = (nora.submit(page, WHOLE) for _ in range(2))
    assert first.location == second.location == place(mine)
    (concern,) = concerns(month)
    assert (concern.what, concern.told_whom, concern.told_how) == (
        WHOLE["what"],
        WHOLE["told_whom"],
        WHOLE["told_how"],
    )
    assert concern.told_at.isoformat() == "2026-10-15T09:15:00+00:00"
    assert "Raised 15 October 2026, 10:30: not acknowledged yet." in nora.follow(first).texts(".app-side p")


WRONG = (
    ({"what": " "}, "#what"),
    ({"told_whom": ""}, "#told_whom"),
    ({"told_how": ""}, "#told_how"),
    ({"told_on-day": "", "told_on-month": "", "told_on-year": ""}, "#told_on-day"),
    ({"told_on-month": "13"}, "#told_on-day"),
    ({"told_on-year": ""}, "#told_on-year"),
    ({"told_on-year": "9999"}, "#told_on-year"),
    ({"told_on-year": "0206"}, "#told_on-year"),
    ({"told_on-year": "2025", "told_on-day": "14"}, "#told_on-day"),
    ({"told_on-year": "2027"}, "#told_on-day"),
    ({"told_time": "10:31"}, "#told_on-day"),
    ({"told_time": ""}, "#told_time"),
    ({"told_time": "soon"}, "#told_time"),
    ({"told_time": "25:00"}, "#told_time"),
    ({"told_time": "09:15+01:00"}, "#told_time"),
    ({"told_time": "09:15:30"}, "#told_time"),
    ({"told_time": "09:15Z"}, "#told_time"),
    ({"told_time": "9"}, "#told_time"),
    ({"what": "bruise" * 700}, "#what"),
    ({"told_whom": "x" * 201}, "#told_whom"),
    ({"told_how": "x" * 201}, "#told_how"),
)


def test_it_is_not_raised_without_who_when_and_how(month: Council, nora: Browser, mine: Audit) -> None:
    page, before = nora.get(place(mine, "concern")), contents(month.database)
    for fields, wrong in WRONG:
        answer = nora.submit(page, {**WHOLE, **fields}, to=place(mine, "concern"), status=422)
        assert summary(answer) == [wrong]
        assert "bruise" in answer.text or wrong == "#what", "what was typed is shown again"
    assert contents(month.database) == before


def test_everything_that_is_missing_is_said_at_once(nora: Browser, mine: Audit) -> None:
    empty = dict.fromkeys(WHOLE, "")
    answer = nora.submit(nora.get(place(mine, "concern")), empty, status=422)
    assert summary(answer) == ["#what", "#told_whom", "#told_on-day", "#told_time", "#told_how"]


@pytest.mark.parametrize("time", ["9:15", "09.15", "09:15"])
def test_a_time_is_read_as_people_write_it(month: Council, nora: Browser, mine: Audit, time: str) -> None:
    nora.submit(nora.get(place(mine, "concern")), {**WHOLE, "told_time": time})
    assert concerns(month)[0].told_at.isoformat() == "2026-10-15T08:15:00+00:00"


def test_it_stands_at_once_on_the_first_page_of_those_who_must_act(at_desk: AtDesk, raised: Concern) -> None:
    for name in ROLES:
        page = at_desk(name).get("/")
        stands = name in {"quinn", "quentin", "hope", "asha", "dara"}
        assert len(page.all(".app-concern")) == len(page.all(".app-concern form")) == int(stands), name
        assert (raised.what in " ".join(page.root.itertext())) is stands
        assert not stands or TOLD in page.texts(".app-concern")[0]
        if name in {"hope", "asha", "dara"}:
            assert page.heading == "1 immediate concern to acknowledge"


def test_the_auditor_who_raised_it_sees_it_on_the_audit_only(nora: Browser, mine: Audit, raised: Concern) -> None:
    assert not nora.get("/").all(".app-concern")
    assert "not acknowledged yet" in nora.get(place(mine)).texts(".app-side")[0]


def test_it_is_acknowledged_once_and_leaves_every_first_page(
    month: Council, at_desk: AtDesk, nora: Browser, mine: Audit, raised: Concern
) -> None:
    hope, quinn = at_desk("hope"), at_desk("quinn")
    page, late = hope.get("/"), quinn.get("/")
    answers = [hope.submit(page, form=".app-concern form") for _ in range(2)]
    assert {answer.location for answer in answers} == {"/"}
    assert concerns(month)[0].acknowledged_by_id == month.people["hope"].id
    told = shown(quinn.submit(late, form=".app-concern form", status=409))
    assert "has acknowledged this concern already" in told.texts("main")[0]
    assert concerns(month)[0].acknowledged_by_id == month.people["hope"].id
    for browser in (hope, quinn):
        assert not browser.get("/").all(".app-concern")
        listed = browser.get("/concerns/")
        assert listed.texts(".app-concern .govuk-tag") == ["Acknowledged"]
        assert not listed.all(".app-concern--open"), "nothing is to be done about it: it is calm"
    assert "acknowledged 15 October 2026, 10:30" in nora.get(place(mine)).texts(".app-side")[0]


def test_nobody_acknowledges_their_own(month: Council, at_desk: AtDesk, mine: Audit) -> None:
    with month.database.transaction() as session:
        person = accounts.find_person(session, month.people["nora"].public_id)
        accounts.give_role(session, person, Grant(Role.QA), by=COMMAND_LINE, at=month.at)
    nora = at_desk("nora")
    nora.submit(nora.get(place(mine, "concern")), WHOLE)
    page = nora.get("/")
    assert "You raised it: somebody else has to acknowledge it." in page.texts(".app-concern")[0]
    assert not page.all(".app-concern form")
    assert page.texts(".app-concern--open .govuk-tag") == ["Open"]
    path = f"/concerns/{concerns(month)[0].public_id}/acknowledge"
    nora.submit(page, form=".app-header__sign-out", to=path, status=403)
    assert concerns(month)[0].acknowledged_at is None


def test_it_is_not_there_for_others(month: Council, at_desk: AtDesk, raised: Concern) -> None:
    path = f"/concerns/{raised.public_id}/acknowledge"
    for name in ("hugo", "sol", "bea", "paul", "adam", "prue"):
        browser = at_desk(name)
        browser.submit(browser.get("/"), form=".app-header__sign-out", to=path, status=404)
    assert concerns(month)[0].acknowledged_at is None


def test_one_is_raised_in_what_is_read_only_too(month: Council, nora: Browser, mine: Audit) -> None:
    page = nora.get(place(mine, "concern"))
    submitted_audit(month, mine.public_id, by="nora")
    nora.submit(page, WHOLE)
    assert len(concerns(month)) == 1


def test_what_was_written_never_becomes_part_of_a_page(
    at_desk: Callable[[str], Browser], nora: Browser, mine: Audit
) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} \" ' &amp;"
    nora.submit(nora.get(place(mine, "concern")), {**WHOLE, "what": hostile, "told_whom": hostile})
    page = at_desk("hope").get("/")
    assert hostile in page.texts(".app-concern p")[0]


def test_all_concerns_are_listed_for_those_who_must_act_with_who_has_acknowledged_them(
    month: Council, raised: Concern, at_desk: AtDesk
) -> None:
    hope = at_desk("hope")
    page = hope.get("/concerns/")
    assert WHOLE["what"] in page.texts("main")[0]
    hope.submit(page, form=f"form[action=/concerns/{raised.public_id}/acknowledge]")
    assert "Acknowledged by Hope on 15 October 2026" in hope.get("/concerns/").texts("main")[0]
    assert "No immediate concern" in at_desk("hugo").get("/concerns/").texts("main")[0]
    hope.get("/concerns/?after=nowhere", status=404)
    at_desk("nora").get("/concerns/", status=404)
