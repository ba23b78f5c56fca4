"""The actions of an audit: up to five, kept half-written, one for every double click."""

from sqlalchemy import select

from auditapp.persistence.audits import Audit, AuditAction
from tests.council import Council, submitted_audit, write_whole_audit
from tests.faults import contents
from tests.web.conftest import Browser
from tests.web.writing import AtDesk, place, shown, summary

WHOLE = {
    "action": "See the child alone and write down what they say.",
    "success_measure": "Seen alone in each of the next three months.",
    "owner": "Team manager, South",
    "due_on-day": "3",
    "due_on-month": "12",
    "due_on-year": "2026",
}


def kept(council: Council) -> list[tuple[int, str]]:
    with council.database.reading() as session:
        return [(row.number, row.action) for row in session.scalars(select(AuditAction).order_by(AuditAction.number))]


def test_an_action_is_added_once_and_shown(month: Council, nora: Browser, mine: Audit) -> None:
    assert "No actions yet" in nora.get(place(mine, "actions/")).texts(".app-empty")[0]
    page = nora.get(place(mine, "actions/new"))
    first, second = (nora.submit(page, WHOLE) for _ in range(2))
    assert first.location == second.location == place(mine, "actions/")
    assert kept(month) == [(1, WHOLE["action"])]
    listed = nora.get(place(mine, "actions/")).texts("dd")
    assert listed == [WHOLE["action"], WHOLE["success_measure"], WHOLE["owner"], "3 December 2026"]


def test_a_half_written_action_is_kept_and_a_double_click_makes_one(month: Council, nora: Browser, mine: Audit) -> None:
    page = nora.get(place(mine, "actions/new"))
    first = nora.submit(page, {"action": "See the child"}, status=422)
    assert summary(first) == ["#success_measure", "#owner", "#due_on-day"]
    assert "What you typed is saved." in shown(first).texts("main")[0]
    second = nora.submit(page, {"action": "See the child"})
    assert second.location == place(mine, "actions/1")
    assert kept(month) == [(1, "See the child")]
    listed = nora.get(place(mine, "actions/"))
    assert listed.texts(".govuk-tag") == ["Missing"] * 3
    assert nora.submit(shown(first), WHOLE).location == place(mine, "actions/")
    assert kept(month) == [(1, WHOLE["action"])]


def test_a_new_action_in_which_nothing_was_typed_is_not_kept(month: Council, nora: Browser, mine: Audit) -> None:
    page, before = nora.get(place(mine, "actions/new")), contents(month.database)
    for blank in ({}, dict.fromkeys(WHOLE, " \n")):
        answer = nora.submit(page, blank, to=place(mine, "actions/new"), status=422)
        assert summary(answer) == ["#action", "#success_measure", "#owner", "#due_on-day"]
        assert "What you typed is saved." not in shown(answer).texts("main")[0]
        assert shown(answer).all(f"main form a[href={place(mine, 'actions')}/]"), "there is a way out"
    assert contents(month.database) == before
    nora.submit(page, {"due_on-day": "x"}, to=place(mine, "actions/new"), status=422)
    assert kept(month) == [(1, "")], "a day that cannot be read was typed all the same"


def test_what_is_wrong_is_said_after_it_is_kept(month: Council, nora: Browser, mine: Audit) -> None:
    for fields, wrong in (
        ({"due_on-day": "31", "due_on-month": "2"}, "#due_on-day"),
        ({"due_on-year": "2025"}, "#due_on-day"),
        ({"due_on-year": "2036"}, "#due_on-day"),
        ({"due_on-year": "9999"}, "#due_on-year"),
        ({"due_on-year": "26"}, "#due_on-year"),
        ({"action": " "}, "#action"),
        ({"action": "x" * 4001}, "#action"),
        ({"owner": "x" * 201}, "#owner"),
    ):
        answer = nora.submit(nora.get(place(mine, "actions/new")), {**WHOLE, **fields}, status=422)
        assert summary(answer) == [wrong]
        assert kept(month) == [(1, {**WHOLE, **fields}["action"].strip())], "nothing of it is cut"
        nora.submit(shown(answer), {**WHOLE}, to=place(mine, "actions/1"))
        nora.submit(nora.get(place(mine, "actions/1/remove")))


def test_an_action_that_is_too_long_keeps_the_audit_from_being_submitted(
    month: Council, nora: Browser, mine: Audit
) -> None:
    write_whole_audit(month, mine.public_id, by="nora")
    nora.submit(nora.get(place(mine, "actions/new")), {**WHOLE, "action": "x" * 4001}, status=422)
    assert nora.get(place(mine, "check")).texts(".app-missing dd") == ["Finish action 1, or remove it"]


def test_there_are_at_most_five(month: Council, nora: Browser, mine: Audit) -> None:
    sixth = nora.get(place(mine, "actions/new"))
    for _ in range(5):
        nora.submit(nora.get(place(mine, "actions/new")), WHOLE)
    assert not nora.get(place(mine, "actions/")).all(f"a[href={place(mine, 'actions/new')}]")
    answer = shown(nora.submit(sixth, WHOLE, status=422))
    assert "at most 5 actions" in answer.texts("main")[0]
    assert [number for number, _ in kept(month)] == [1, 2, 3, 4, 5]


def test_an_action_is_changed_and_removed_and_its_number_is_given_again(
    month: Council, nora: Browser, mine: Audit
) -> None:
    for words in ("First", "Second"):
        nora.submit(nora.get(place(mine, "actions/new")), {**WHOLE, "action": words})
    second = nora.get(place(mine, "actions/2"))
    assert len({nora.submit(second, {"action": "Second, changed"}).location for _ in range(2)}) == 1
    assert kept(month) == [(1, "First"), (2, "Second, changed")]
    assert not nora.get(place(mine, "actions/")).all("main form"), "no press of a button there deletes anything"
    page = nora.get(place(mine, "actions/1/remove"))
    assert "First" in page.texts("main dd"), "what goes is said again"
    assert kept(month) == [(1, "First"), (2, "Second, changed")]
    answers = [nora.submit(page) for _ in range(2)]
    assert {answer.location for answer in answers} == {place(mine, "actions/")}
    assert kept(month) == [(2, "Second, changed")]
    nora.submit(nora.get(place(mine, "actions/new")), {**WHOLE, "action": "Another"})
    assert kept(month) == [(1, "Another"), (2, "Second, changed")]


def test_an_action_that_is_not_there_is_told(nora: Browser, mine: Audit) -> None:
    page = nora.get(place(mine, "actions/new"))
    for number in ("0", "1", "6", "99999999999999999999"):
        nora.get(place(mine, f"actions/{number}"), status=404)
        nora.submit(page, WHOLE, to=place(mine, f"actions/{number}"), status=404)
        nora.get(place(mine, f"actions/{number}/remove"), status=404)
        nora.submit(page, to=place(mine, f"actions/{number}/remove"), status=404)


def test_nothing_is_changed_after_submission_or_by_somebody_else(
    month: Council, nora: Browser, at_desk: AtDesk, mine: Audit
) -> None:
    nora.submit(nora.get(place(mine, "actions/new")), WHOLE)
    page, asked = nora.get(place(mine, "actions/1")), nora.get(place(mine, "actions/1/remove"))
    submitted_audit(month, mine.public_id, by="nora")
    before = contents(month.database)
    nora.submit(page, {"action": "Later"}, status=409)
    nora.submit(asked, status=409)
    nora.get(place(mine, "actions/1/remove"), status=409)
    nora.get(place(mine, "actions/"), status=409)
    assert contents(month.database) == before
    sol = at_desk("sol")  # he may read it: the case is one of his team
    own, before = sol.get("/audits/"), contents(month.database)
    sol.submit(own, WHOLE, form="form", to=place(mine, "actions/1"), status=403)
    sol.submit(own, form="form", to=place(mine, "actions/1/remove"), status=403)
    assert contents(month.database) == before
