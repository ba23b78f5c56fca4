"""An answer that was saved elsewhere meanwhile: both texts are shown, and a person chooses."""

import pytest

from auditapp.domain.items import OVERALL_MINUTES, Answer
from auditapp.persistence.audits import Audit
from tests.council import Council
from tests.pages import Document
from tests.web.conftest import Browser, form_fields
from tests.web.writing import answers, autosave, place, said, shown, summary


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
        assert asked.heading == "Select which answer to keep"
        assert asked.texts("legend") == ["1.1 Are the child's core details complete and current?"]
        assert asked.texts(".govuk-inset-text") == ["No What stands.", "Yes What came late."]
        assert "Saved on 15 October 2026, 10:30 by you, in another window:" in asked.texts("main p")
        assert asked.texts(".govuk-radios__item") == ["Keep the saved answer", "Use mine"]
        fields = form_fields(Document(asked.one("main form")))
        assert (fields["value-1.1"], fields["text-1.1"]) == ("yes", "What came late.")
        assert said(month, mine) == {"1.1": Answer("no", "What stands."), "1.2": Answer("no")}

    def test_mine_is_stored_where_i_choose_it(
        self, month: Council, nora: Browser, mine: Audit, asked: Document
    ) -> None:
        assert nora.submit(asked, {"keep-1.1": "mine"}).location == place(mine, "D2")
        assert said(month, mine)["1.1"] == Answer("yes", "What came late.")

    def test_what_is_stored_is_kept_where_i_choose_it(
        self, month: Council, nora: Browser, mine: Audit, asked: Document
    ) -> None:
        assert nora.submit(asked, {"keep-1.1": "saved"}).location == place(mine, "D2")
        assert said(month, mine)["1.1"] == Answer("no", "What stands.")

    def test_it_asks_again_where_none_is_chosen_and_both_texts_are_still_there(
        self, month: Council, nora: Browser, mine: Audit, asked: Document
    ) -> None:
        answer = nora.submit(asked, status=422)
        assert summary(answer) == ["#keep-1-1"]
        assert shown(answer).texts(".govuk-inset-text") == ["No What stands.", "Yes What came late."]
        assert said(month, mine)["1.1"] == Answer("no", "What stands.")
        nora.submit(shown(answer), {"keep-1.1": "mine"})
        assert said(month, mine)["1.1"] == Answer("yes", "What came late.")

    def test_each_of_several_is_chosen_on_its_own_and_it_goes_on_where_the_button_led(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        stale = nora.get(place(mine, "D1"))
        nora.submit(nora.get(place(mine, "D1")), answers(text_1_1="A", text_1_2="B", text_1_3="C"))
        late = {**answers(text_1_1="My A", text_1_2="My B", text_1_3="My\nC"), "then": "page D4"}
        asked = shown(nora.submit(stale, late, status=409))
        assert asked.heading == "Select which answers to keep"
        half = shown(nora.submit(asked, {"keep-1.1": "saved", "keep-1.3": "mine"}, status=422))
        assert [words.split()[0] for words in half.texts("legend")] == ["1.2"], "what was decided is not asked again"
        assert said(month, mine)["1.3"] == Answer(None, "My\nC")
        assert nora.submit(half, {"keep-1.2": "mine"}).location == place(mine, "D4")
        assert {item: answer.text for item, answer in said(month, mine).items()} == {
            "1.1": "A",
            "1.2": "My B",
            "1.3": "My\nC",
        }

    def test_it_asks_again_where_it_was_saved_again_meanwhile(
        self, month: Council, nora: Browser, mine: Audit, asked: Document
    ) -> None:
        nora.submit(nora.get(place(mine, "D1")), answers(text_1_1="Newer still."))
        again = shown(nora.submit(asked, {"keep-1.1": "mine"}, status=409))
        assert again.texts(".govuk-inset-text") == ["No Newer still.", "Yes What came late."]
        assert form_fields(Document(again.one("main form")))["text-1.1"] == "What came late."

    def test_a_number_is_asked_about_too(self, month: Council, nora: Browser, mine: Audit) -> None:
        stale = nora.get(place(mine, "overall"))
        nora.submit(nora.get(place(mine, "overall")), answers(value_overall_minutes="30"))
        asked = shown(nora.submit(stale, answers(value_overall_minutes="45"), status=409))
        assert asked.texts(".govuk-inset-text") == ["30", "45"]
        nora.submit(asked, {"keep-overall.minutes": "mine"})
        assert said(month, mine)[OVERALL_MINUTES] == Answer("45")

    def test_the_script_is_told_whose_answer_stands(self, month: Council, nora: Browser, stale: Document) -> None:
        answer = autosave(nora, stale, "1.1", value="yes", text="What came late.")
        assert answer.status_code == 409
        told = answer.get_json()
        assert told["conflict"] is True
        assert told["problem"] == "you saved another answer in another window on 15 October 2026, 10:30."
