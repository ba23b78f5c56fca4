"""Moving an entry of the programme: one or all later ones, shown first."""

import pytest

from auditapp.domain.vocabulary import Role
from tests import factories
from tests.pages import parse, words
from tests.web.conftest import Browser
from tests.web.planning import YEAR, add_theme, begin, shown


@pytest.fixture
def qa(browser: Browser) -> Browser:
    return browser.sign_in(factories.people(browser.database)[Role.QA])


def test_a_move_is_shown_first_then_done(qa: Browser) -> None:
    place = add_theme(qa)
    preview = qa.get(f"{place}/move?on-day=10&on-month=10&on-year=2026")
    assert "7 September to 30 October 2026" in shown(preview)
    assert "12 October to 4 December 2026" in shown(preview), "the 10th is a Saturday"
    page = qa.follow(qa.submit(preview, form="main form[method=post]"))
    assert "1 entry moved." in shown(page)
    assert "12 October to 4 December 2026" in shown(page)


def test_all_later_ones_of_a_series_move_along(qa: Browser) -> None:
    begin(qa)
    page = qa.get(YEAR)
    place = next(
        link.get("href", "") for link in page.all("main a[href]") if words(link).endswith("July to September 2026")
    )
    form = qa.get(f"{place}/move")
    assert "This one and all later ones of its series" in shown(form)
    preview = qa.get(f"{place}/move?on-day=8&on-month=7&on-year=2026&which=later")
    assert "Move these 3" in shown(preview)
    rows = preview.texts("tbody tr")
    assert rows[0].startswith("Multi-agency round, July to September 2026 ")
    assert rows[1].startswith("Multi-agency round, October to December 2026 "), "what it is called now"
    assert "3 entries moved." in shown(qa.follow(qa.submit(preview, form="main form[method=post]")))


def test_a_month_that_is_taken_is_named(qa: Browser) -> None:
    begin(qa)
    page = qa.get(YEAR)
    place = next(link.get("href", "") for link in page.all("main a") if words(link) == "Quality of Practice, May 2026")
    answer = qa.get(f"{place}/move?month=2026-06&which=alone", status=422)
    assert "June 2026 has its Quality of Practice month already." in shown(answer)
    taken = qa.get(f"{place}/move?month=2027-05&which=alone")
    assert "Quality of Practice, May 2027" in shown(taken)


@pytest.mark.parametrize("query", ["on-day=31&on-month=2&on-year=2026", "on-day=1", "month=2026-13"])
def test_a_day_that_is_none_is_named(qa: Browser, query: str) -> None:
    place = add_theme(qa)
    assert qa.get(f"{place}/move?{query}", status=422).all(".govuk-error-summary")


def test_what_somebody_changed_meanwhile_is_shown_anew(qa: Browser) -> None:
    place = add_theme(qa)
    preview = qa.get(f"{place}/move?on-day=12&on-month=10&on-year=2026")
    qa.submit(qa.get(f"{place}/change"), {"size": "3"}, to=f"{place}/change")
    page = parse(qa.submit(preview, form="main form[method=post]", status=422).text)
    assert "The programme was changed since this was shown." in shown(page)
    assert "What would move" in shown(page)
    assert "1 entry moved." in shown(qa.follow(qa.submit(page, form="main form[method=post]")))


@pytest.mark.parametrize("to", ["", "soon", "1066-01-01", "2026-02-31"])
def test_a_forged_day_moves_nothing(qa: Browser, to: str) -> None:
    place = add_theme(qa)
    preview = qa.get(f"{place}/move?on-day=12&on-month=10&on-year=2026")
    qa.submit(preview, {"to": to}, form="main form[method=post]", status=422)
    assert "7 September to 30 October 2026" in shown(qa.get(place))
