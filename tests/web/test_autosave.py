"""Single answers as the page's own script saves them, and what every save costs."""

from datetime import timedelta

from auditapp.domain.items import Answer
from auditapp.domain.passwords import IDLE
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence.audits import Audit
from tests.council import Council, submitted_audit
from tests.statements import counted
from tests.web.conftest import Browser, Clock, form_fields
from tests.web.writing import LATER, SEEN, answers, audit_of, autosave, kept, place, said

NONSENSE: tuple[dict[str, object], ...] = (
    {"base": "0"},
    {"base": -1},
    {"base": 10**12},
    {"base": True},
    {"base": None},
    {"value": None},
    {"value": ["yes"]},
    {"text": 7},
    {"item": None},
    {"sitting": None},
    {"sitting": "short"},
)


class TestTheScript:
    def test_an_answer_is_stored_as_it_is_given(self, month: Council, nora: Browser, mine: Audit, clock: Clock) -> None:
        page = nora.get(place(mine, "D1"))
        for version, words in enumerate((SEEN, LATER), start=1):
            clock.at += timedelta(seconds=59)
            answer = autosave(nora, page, "1.1", value="yes", text=words)
            assert (answer.status_code, answer.mimetype) == (200, "application/json")
            assert answer.get_json()["version"] == version
        assert answer.get_json()["saved"] == "Saved 10:31"
        assert said(month, mine) == {"1.1": Answer("yes", LATER)}

    def test_the_page_that_is_sent_afterwards_has_nothing_left_to_store(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        page = nora.get(place(mine, "D1"))
        told = autosave(nora, page, "1.1", value="yes", text="Two\r\nlines").get_json()
        typed = answers(value_1_1="yes", text_1_1="Two\r\nlines")
        nora.submit(page, {**typed, "base-1.1": told["version"], "was-1.1": told["was"]})
        nora.submit(page, typed)  # the answer to the script was lost on the way
        stored = kept(month, mine)["1.1"]
        assert (stored.version, stored.answer) == (1, Answer("yes", "Two\nlines"))

    def test_nonsense_is_refused(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        for wrong in NONSENSE:
            answer = autosave(nora, page, "1.1", value="yes", but=wrong)
            assert (answer.status_code, answer.mimetype) == (400, "application/json"), wrong
        assert said(month, mine) == {}

    def test_a_body_that_is_none_is_refused(self, nora: Browser, mine: Audit) -> None:
        headers = {"X-CSRFToken": form_fields(nora.get(place(mine, "D1")))["csrf_token"]}
        for body in (b"", b"[]", b"7", b"{", b'"x"', b"[" * 100_000, b"\xff"):
            answer = nora.client.post(
                place(mine, "answers"), data=body, content_type="application/json", headers=headers
            )
            assert answer.status_code == 400, body[:10]

    def test_a_question_that_is_not_asked_is_refused(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D7"))
        answer = autosave(nora, page, "7.1", value="yes", but={"item": "7.5"})
        assert answer.status_code == 422
        assert "Reload the page" in answer.get_json()["problem"]
        assert said(month, mine) == {}

    def test_nothing_is_taken_without_the_token_of_the_session(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        sent = {"item": "1.1", "sitting": "sitting-one", "base": 0, "value": "yes", "text": ""}
        for headers in ({}, {"X-CSRFToken": ""}, {"X-CSRFToken": "made up"}):
            answer = nora.client.post(place(mine, "answers"), json=sent, headers=headers)
            assert answer.status_code == 401
            assert "Your text is still on this page." in answer.get_json()["problem"]
        assert said(month, mine) == {}

    def test_a_session_that_ended_is_told_and_nothing_stored(
        self, month: Council, nora: Browser, mine: Audit, clock: Clock
    ) -> None:
        page = nora.get(place(mine, "D1"))
        clock.at += IDLE + timedelta(minutes=1)
        answer = autosave(nora, page, "1.1", value="yes", text=SEEN)
        assert answer.status_code == 401
        assert answer.get_json()["problem"] == "You are signed out. Your text is still on this page."
        assert said(month, mine) == {}

    def test_the_audit_of_somebody_else_is_not_there(self, month: Council, nora: Browser, mine: Audit) -> None:
        other = audit_of(month, "sol", CaseType.LAC)
        page = nora.get(place(mine, "D1"))
        page.one("form.app-answers").set("data-saves-to", place(other, "answers"))
        assert autosave(nora, page, "1.1", value="yes").status_code == 404
        assert said(month, other) == {}

    def test_an_audit_that_was_submitted_is_told(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        submitted_audit(month, mine.public_id, by="nora")
        answer = autosave(nora, page, "1.1", value="no")
        assert answer.status_code == 409
        assert "can no longer be changed" in answer.get_json()["problem"]
        assert "conflict" not in answer.get_json()


class TestStatements:
    """What a page costs, whatever an audit holds; signing in is one of them."""

    def test_an_answer_that_is_saved_by_the_script(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        with counted(month.database) as first:
            assert autosave(nora, page, "1.1", value="yes").status_code == 200
        with counted(month.database) as next_one:
            assert autosave(nora, page, "1.2", value="yes").status_code == 200
        assert (len(first), len(next_one)) == (8, 4)

    def test_a_page_that_is_sent(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        typed = answers(value_1_1="yes", value_1_2="no", value_1_3="partly", text_1_1=SEEN)
        with counted(month.database) as first:
            nora.submit(page, typed)
        with counted(month.database) as next_one:
            nora.submit(page, {**typed, **answers(value_1_4="yes")})
        assert (len(first), len(next_one)) == (9, 5)

    def test_a_page_that_is_opened(self, month: Council, nora: Browser, mine: Audit) -> None:
        with counted(month.database) as statements:
            nora.get(place(mine, "D1"))
        assert len(statements) <= 6
