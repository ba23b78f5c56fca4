"""One's own account: what it shows, and when one is written to."""

import pytest

from auditapp.domain.vocabulary import Role
from tests import factories
from tests.pages import words
from tests.web.conftest import Browser


@pytest.fixture
def auditor(browser: Browser) -> Browser:
    return browser.sign_in(factories.people(browser.database)[Role.AUDITOR])


def test_post_comes_at_eight_until_one_chooses_otherwise(auditor: Browser) -> None:
    assert "08:00 on working days, with reminders" in words(auditor.get("/account/").root)
    answer = auditor.submit(auditor.get("/account/post"), {"hour": "16", "reminders": "no"})
    assert "16:00 on working days, without reminders" in words(auditor.follow(answer).root)


@pytest.mark.parametrize("typed", [{"hour": "3"}, {"hour": "x"}, {"reminders": "perhaps"}])
def test_what_cannot_be_chosen_is_refused(auditor: Browser, typed: dict[str, str]) -> None:
    auditor.submit(auditor.get("/account/post"), typed, status=422)
    assert "08:00 on working days, with reminders" in words(auditor.get("/account/").root)
