"""Answers that outlive their session: kept in the reply alone, and given back to who wrote them."""

from datetime import timedelta

import pytest

from auditapp.domain.items import Answer
from auditapp.domain.passwords import IDLE
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.persistence.audits import Audit
from auditapp.services import accounts
from auditapp.web import keys
from tests.council import Council
from tests.pages import Document
from tests.web.conftest import Browser, Clock, form_fields
from tests.web.writing import SEEN, answers, place, said, shown


class TestASessionThatEnded:
    PASSWORD = "correct horse battery"

    @pytest.fixture
    def asked(self, month: Council, nora: Browser, mine: Audit, clock: Clock) -> Document:
        """Sol and Nora chose their passwords by their links; Nora wrote too long, and is asked for hers."""
        for name in ("sol", "nora"):
            nora.submit(nora.get(self.link(month, name, clock)), {"password": self.PASSWORD})
        page = nora.get(place(mine, "D1"))
        clock.at += IDLE + timedelta(minutes=1)
        answer = nora.submit(page, {**answers(value_1_1="yes", text_1_1=SEEN), "then": "list"}, status=401)
        return shown(answer)

    def link(self, council: Council, name: str, clock: Clock) -> str:
        with council.database.transaction() as session:
            person = accounts.find_person(session, council.people[name].public_id)
            return f"/invitation/{accounts.invite(session, person, by=COMMAND_LINE, at=clock())}"

    def sign_in(self, browser: Browser, asked: Document, name: str) -> Document:
        fields = {"email": f"{name}@demo.example", "password": self.PASSWORD}
        return shown(browser.submit(asked, fields, to="/sign-in", status=200))

    def test_it_asks_for_the_password_and_gives_the_text_back(
        self, month: Council, nora: Browser, mine: Audit, asked: Document
    ) -> None:
        assert asked.heading == "You were signed out: sign in again"
        assert "not saved yet. Sign in to the same account" in asked.texts(".govuk-notification-banner")[0]
        assert SEEN not in " ".join(asked.root.itertext())
        resumed = self.sign_in(nora, asked, "nora")
        assert resumed.texts("main dt") == ["1.1 Are the child's core details complete and current?"]
        assert resumed.texts("main dd") == [f"Yes {SEEN}"], "what was chosen too, and nothing else of the page"
        assert said(month, mine) == {}
        assert nora.submit(resumed).location == place(mine), "it goes on where the button led"
        assert said(month, mine) == {"1.1": Answer("yes", SEEN)}

    def test_another_account_does_not_get_it(self, month: Council, nora: Browser, mine: Audit, asked: Document) -> None:
        resumed = self.sign_in(nora, asked, "sol")
        assert resumed.heading == "Your text was not kept"
        assert SEEN not in " ".join(resumed.root.itertext())
        assert not resumed.all("main form")
        assert said(month, mine) == {}

    def test_a_text_that_comes_back_late_overwrites_nothing_unseen(
        self, month: Council, nora: Browser, mine: Audit, asked: Document
    ) -> None:
        resumed = self.sign_in(nora, asked, "nora")
        nora.submit(nora.get(place(mine, "D1")), answers(text_1_1="Written elsewhere meanwhile."))
        conflict = shown(nora.submit(resumed, status=409))
        assert conflict.texts(".govuk-inset-text") == ["Written elsewhere meanwhile.", f"Yes {SEEN}"]
        assert form_fields(Document(conflict.one("main form")))["text-1.1"] == SEEN


def test_a_form_whose_key_is_too_old_is_shown_again_and_taken_with_a_new_one(
    month: Council, nora: Browser, mine: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = nora.get(place(mine, "D1"))
    with monkeypatch.context() as later:
        later.setattr(keys, "MOST_SECONDS", -1)
        answer = nora.submit(page, {**answers(value_1_1="yes", text_1_1=SEEN), "then": "list"}, status=409)
    resumed = shown(answer)
    assert resumed.heading == "Your text is kept"
    assert said(month, mine) == {}
    assert nora.submit(resumed).location == place(mine)
    assert said(month, mine) == {"1.1": Answer("yes", SEEN)}


def test_every_form_of_an_audit_is_told_in_its_own_words(
    month: Council, nora: Browser, mine: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {
        "actions/new": (
            {"action": "See her", "owner": "Team manager", "due_on-day": "3", "due_on-month": "12"},
            {"What is to be done?": "See her", "Who will do it?": "Team manager", "By when?": "3 12"},
        ),
        "refuse": (
            {"refusal": "supervised", "reason": "Since May"},
            {
                "Why can you not audit this case?": "I supervised this case",
                "Anything the quality assurance team should know": "Since May",
            },
        ),
        "overall": (
            answers(value_overall_grade="good", value_overall_minutes="45"),
            {"Your overall grade": "Good", "Minutes spent": "45"},
        ),
    }
    pages = {path: nora.get(place(mine, path)) for path in told}
    monkeypatch.setattr(keys, "MOST_SECONDS", -1)
    for path, (fields, wanted) in told.items():
        resumed = shown(nora.submit(pages[path], fields, to=place(mine, path), status=409))
        assert dict(zip(resumed.texts("main dt"), resumed.texts("main dd"), strict=True)) == wanted
