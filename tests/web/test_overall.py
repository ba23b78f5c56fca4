"""The overall grade: the indicative one with its reason, one's own, why they differ, and the minutes."""

from datetime import timedelta

import pytest

from auditapp.domain.items import OVERALL_REASON, Answer
from auditapp.persistence.audits import Audit
from tests.council import Council, write_whole_audit
from tests.pages import Document
from tests.web.conftest import Browser, Clock
from tests.web.writing import answers, autosave, place, said, shown, summary


def indicated(page: Document) -> str:
    return page.texts("main .govuk-inset-text")[0]


def grades(page: Document) -> list[str]:
    """Return the strip of the domains' grades: letter, title, word, and what a limiting domain does."""
    return page.texts(".app-grade-strip li")


def test_before_any_grade_there_is_none_and_every_domain_leads_to_its_grade(
    month: Council, nora: Browser, mine: Audit
) -> None:
    page = nora.get(place(mine, "overall"))
    assert "Indicative grade so far, 0 of 12 domains No indicative grade" in indicated(page)
    buttons = page.all(".app-grade-strip button")
    assert len(buttons) == 12
    for button in buttons[:3]:
        leaving = nora.submit(page, {**answers(value_overall_minutes="30"), "then": button.get("value")})
        address, _, anchor = leaving.location.partition("#")
        assert nora.get(address).all(f"#{anchor}")
    assert said(month, mine)["overall.minutes"] == Answer("30"), "what was typed is saved on the way"


def test_the_middle_grade_is_told_with_its_reason(nora: Browser, mine: Audit) -> None:
    for section, grade in (("D1", "good"), ("D2", "inadequate"), ("D4", "not_judged")):
        nora.submit(nora.get(place(mine, section)), {f"value-{section}.grade": grade})
    page = nora.get(place(mine, "overall"))
    assert "the middle of the 2 domain grades that count (1 Good, 1 Inadequate); of two middle grades" in indicated(
        page
    )
    assert "1 not judged and 9 not graded yet" in indicated(page)
    assert "so far, 3 of 12 domains I Inadequate: the middle" in indicated(page)
    assert grades(page)[:4] == [
        "G 1. Identity, record and chronology Good",
        "I 2. Referral, threshold and response Inadequate",
        "– 3. Assessment and analysis Not graded yetInadequate here makes the whole Inadequate",
        "– 4. Child's voice and direct work Not judged",
    ]


def test_a_domain_that_limits_is_named(month: Council, nora: Browser, mine: Audit) -> None:
    write_whole_audit(month, mine.public_id, by="nora")
    nora.submit(nora.get(place(mine, "D10")), answers(value_D10_grade="inadequate"))
    page = nora.get(place(mine, "overall"))
    words = "Inadequate because Safeguarding and immediate safety is Inadequate, and that domain limits."
    assert f"Indicative grade I {words}" in indicated(page), "every domain is graded: this is no grade so far"
    marked = [
        said.split(".")[0] for said in grades(page) if said.endswith("Inadequate here makes the whole Inadequate")
    ]
    assert marked == ["G 3", "G 8", "I 10"]


def test_a_grade_of_ones_own_that_differs_asks_for_the_reason(month: Council, nora: Browser, mine: Audit) -> None:
    write_whole_audit(month, mine.public_id, by="nora")
    nora.submit(nora.get(place(mine, "overall")), {f"text-{OVERALL_REASON}": ""})
    answer = nora.submit(nora.get(place(mine, "overall")), answers(value_overall_grade="outstanding"), status=422)
    assert summary(answer) == ["#text-overall-reason"]
    page = shown(answer)
    assert page.title.startswith("Error: Overall grade")
    assert page.texts("#item-overall-reason .govuk-error-message") == [
        "Error: Enter why your overall grade is not the indicative grade, Good."
    ]
    assert "Needed only" not in page.texts("main form")[0]
    assert said(month, mine)["overall.grade"] == Answer("outstanding")
    warned = nora.get(place(mine, "overall"))
    assert not warned.all(".govuk-error-summary")
    assert "It differs from the indicative grade: enter the reason." in warned.texts("#item-overall-reason")[0]
    assert nora.submit(warned, {"then": "list"}).location == place(mine), "one may leave it for later"
    answer = nora.submit(page, answers(text_overall_reason="The plan changed the child's life."))
    assert answer.location == f"{place(mine, 'actions')}/"
    assert not nora.get(place(mine, "overall")).all(".govuk-warning-text")


def test_no_reason_is_asked_where_both_agree(nora: Browser, mine: Audit) -> None:
    nora.submit(nora.get(place(mine, "D1")), answers(value_D1_grade="good"))
    page = nora.get(place(mine, "overall"))
    assert not page.all("#item-overall-reason")
    answer = nora.submit(page, answers(value_overall_grade="good"))
    assert answer.location == f"{place(mine, 'actions')}/"
    assert not nora.get(place(mine, "overall")).all("#item-overall-reason")


@pytest.mark.parametrize(("pauses", "suggested"), [((5, 5, 4), 20), ((5, 45), 15)])
def test_minutes_are_suggested_by_when_one_saved(
    nora: Browser, mine: Audit, clock: Clock, pauses: tuple[int, ...], suggested: int
) -> None:
    page = nora.get(place(mine, "D1"))
    for n, minutes in enumerate((0, *pauses), start=1):
        clock.at += timedelta(minutes=minutes)
        assert autosave(nora, page, f"1.{n}", value="yes").status_code == 200
    page = nora.get(place(mine, "overall"))
    assert f"about {suggested} minutes so far" in page.texts("main form")[0]
    nora.submit(page, answers(value_overall_minutes="60"))
    assert "minutes so far" not in nora.get(place(mine, "overall")).texts("main form")[0]


def test_a_script_finds_what_to_ask_where_the_grades_differ(nora: Browser, mine: Audit) -> None:
    nora.submit(nora.get(place(mine, "D1")), answers(value_D1_grade="good"))
    sent = nora.client.get(place(mine, "overall")).get_data(as_text=True)
    template = sent.partition('<template id="where-grades-differ" data-indicative="good">')[2].partition("</template>")[
        0
    ]
    assert 'id="item-overall-reason"' in template
    assert "enter the reason." in template
