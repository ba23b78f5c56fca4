"""The page of the settings: shown, changed, refused with what was typed kept."""

import pytest

from auditapp.domain.vocabulary import Role
from tests import factories
from tests.pages import parse, words
from tests.web.conftest import Browser

PATH = "/settings/"


@pytest.fixture
def administrator(browser: Browser) -> Browser:
    return browser.sign_in(factories.people(browser.database)[Role.ADMINISTRATOR])


def test_the_guides_numbers_stand_there_and_saving_them_changes_nothing(administrator: Browser) -> None:
    page = administrator.get(PATH)
    assert "20 audits a month, as the improvement plan asks" in words(page.root)
    told = administrator.submit(administrator.get(PATH))
    assert "Nothing was changed." in words(administrator.follow(told).root)


def test_a_change_is_saved_shown_and_in_the_trail(administrator: Browser) -> None:
    page = administrator.follow(administrator.submit(administrator.get(PATH), {"quota": "18", "due_days": " 8 "}))
    assert "2 settings changed." in words(page.root)
    assert "18 audits a month from" in words(page.root)
    trail = words(administrator.get("/trail/").root)
    assert "Changed the quota from 20 to 18 audits a month" in trail
    assert "Changed the setting ‘An audit is due after’ from 10 to 8." in trail


def test_what_else_counts_is_chosen_shown_and_taken_back(administrator: Browser) -> None:
    page = administrator.follow(administrator.submit(administrator.get(PATH), {"counted": ["thematic"]}))
    assert "1 setting changed." in words(page.root)
    assert "Audits of themes from" in words(page.root)
    assert [box.get("value") for box in page.all("input[checked]")] == ["thematic"]
    assert "Nothing was changed." in words(administrator.follow(administrator.submit(page)).root)
    page = administrator.follow(administrator.submit(administrator.get(PATH), {"counted": []}))
    assert not page.all("input[checked]")
    assert "What counts besides" not in page.texts("h2"), "it never began to count"
    administrator.submit(administrator.get(PATH), {"counted": ["earlier"]}, status=422)
    administrator.submit(administrator.get(PATH), {"counted": ["nonsense"]}, status=422)


@pytest.mark.parametrize("typed", ["", "ten", "-1", "0", "61", "9" * 400, "1e1", "１０"])
def test_what_is_no_number_within_bounds_is_named_and_shown_again(administrator: Browser, typed: str) -> None:
    answer = administrator.submit(administrator.get(PATH), {"due_days": typed, "quota": "18"}, status=422)
    page = parse(answer.text)
    assert "‘An audit is due after’ must be a whole number from 1 to 60." in words(page.root)
    assert [field.get("value") for field in page.all("input") if field.get("name") == "quota"] == ["18"]


def test_a_page_that_somebody_overtook_is_refused_and_keeps_what_was_typed(administrator: Browser) -> None:
    administrator.submit(administrator.get(PATH), {"due_days": "8"})
    answer = administrator.submit(administrator.get(PATH), {"due_days": "9", "version": "0"}, status=422)
    assert "Somebody else changed the settings" in words(parse(answer.text).root)
