"""An answer that was saved elsewhere meanwhile: both texts are shown, and a person chooses."""

import pytest

from auditapp.domain.items import OVERALL_MINUTES, Answer
from auditapp.persistence.audits import Audit
from tests.council import Council
from tests.pages import Document
from tests.web.conftest import Browser, form_fields
from tests.web.writing import answers, autosave, place, said, shown


class TestTwoPagesOfOneAnswer:
    @pytest.fixture
    def stale(self, nora: Browser, mine: Audit) -> Document:
        """A page that was opened before another one saved."""
        page = nora.get(place(mine, "D1"))
        nora.submit(nora.get(place(mine, "D1")), answers(value_1_1="no", text_1_1="What stands."))
        return page

    @pytest.fixture
    def asked(self, nora: Browser, stale: Document) -> Document:
        typed = answers(value_1_1="yes", text_1_1="What came late.", value_1_2="no")
        return shown(nora.submit(stale, typed, status=409))

    def test_both_are_shown_and_the_rest_is_stored(
        self, month: Council, nora: Browser, mine: Audit, asked: Document
    ) -> None:
        assert asked.heading == "Which answer shall stay?"
        assert asked.texts(".govuk-inset-text") == ["No What stands."]
        assert "Stored on 15 October 2026, 10:30 by Nora" in asked.texts("h3")
        fields = form_fields(Document(asked.one("main form")))
        assert (fields["value-1.1"], fields["text-1.1"]) == ("yes", "What came late.")
        assert said(month, mine) == {"1.1": Answer("no", "What stands."), "1.2": Answer("no")}

    def test_mine_is_stored_where_i_choose_it(
        self, month: Council, nora: Browser, mine: Audit, asked: Document
    ) -> None:
        assert nora.submit(asked).location == place(mine, "D2")
        assert said(month, mine)["1.1"] == Answer("yes", "What came late.")

    def test_what_is_stored_is_kept_where_i_choose_it(
        self, month: Council, nora: Browser, mine: Audit, asked: Document
    ) -> None:
        (link,) = [link for link in asked.all("main form a") if "Keep" in "".join(link.itertext())]
        page = nora.get(str(link.get("href")))
        assert form_fields(Document(page.one("form.app-answers")))["text-1.1"] == "What stands."
        nora.submit(page)
        assert said(month, mine)["1.1"] == Answer("no", "What stands.")

    def test_it_asks_again_where_it_was_saved_again_meanwhile(
        self, month: Council, nora: Browser, mine: Audit, asked: Document
    ) -> None:
        nora.submit(nora.get(place(mine, "D1")), answers(text_1_1="Newer still."))
        again = shown(nora.submit(asked, status=409))
        assert again.texts(".govuk-inset-text") == ["No Newer still."]
        assert form_fields(Document(again.one("main form")))["text-1.1"] == "What came late."

    def test_a_number_is_asked_about_too(self, month: Council, nora: Browser, mine: Audit) -> None:
        stale = nora.get(place(mine, "overall"))
        nora.submit(nora.get(place(mine, "overall")), answers(value_overall_minutes="30"))
        asked = shown(nora.submit(stale, answers(value_overall_minutes="45"), status=409))
        assert asked.texts(".govuk-inset-text") == ["30"]
        nora.submit(asked)
        assert said(month, mine)[OVERALL_MINUTES] == Answer("45")

    def test_the_script_is_told_whose_answer_stands(self, month: Council, nora: Browser, stale: Document) -> None:
        answer = autosave(nora, stale, "1.1", value="yes", text="What came late.")
        assert answer.status_code == 409
        told = answer.get_json()
        assert told["conflict"] is True
        assert "Nora saved another answer on 15 October 2026, 10:30" in told["problem"]
