"""The pages of an audit, sent as forms: everything is stored, then judged, and nothing typed is lost."""

from sqlalchemy import func, select

from auditapp.domain.items import OVERALL_MINUTES, TEXT_LIMIT, Answer
from auditapp.domain.vocabulary import AuditState
from auditapp.persistence.audits import Audit
from auditapp.persistence.trail import TrailEvent
from auditapp.services.answers import MOST_KEPT
from tests.council import Council
from tests.faults import contents
from tests.pages import Document
from tests.web.conftest import Browser, form_fields
from tests.web.writing import LATER, SEEN, answers, autosave, kept, now_is, place, said, shown, summary


def written_events(council: Council) -> int:
    with council.database.reading() as session:
        return session.scalars(select(func.count()).where(TrailEvent.name == "audit.written")).one()


class TestAPageIsSent:
    def test_it_is_stored_and_leads_to_the_next(self, month: Council, nora: Browser, mine: Audit) -> None:
        typed = answers(value_1_1="yes", text_1_1=SEEN, value_1_2="no", value_D1_grade="good", text_D1_grade="Current.")
        answer = nora.submit(nora.get(place(mine, "D1")), typed)
        assert answer.location == place(mine, "D2")
        assert said(month, mine) == {
            "1.1": Answer("yes", SEEN),
            "1.2": Answer("no"),
            "D1.grade": Answer("good", "Current."),
        }
        assert now_is(month, mine).state is AuditState.BEGUN
        again = nora.get(place(mine, "D1"))
        assert form_fields(Document(again.one("form.app-answers"))).items() >= typed.items()
        assert again.texts("#saved") == ["Saved 10:30"]

    def test_save_and_go_back_leads_to_all_pages(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        back = page.all("button[name=then]")[0]
        answer = nora.submit(page, {**answers(value_1_1="yes"), "then": str(back.get("value"))})
        assert answer.location == place(mine)
        assert said(month, mine) == {"1.1": Answer("yes")}

    def test_the_way_to_the_previous_page_stores_what_was_typed_too(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        page = nora.get(place(mine, "D2"))
        assert page.texts("button[value=previous]") == ["Previous: 1. Identity, record and chronology"]
        answer = nora.submit(page, {**answers(text_2_1=SEEN), "then": "previous"})
        assert answer.location == place(mine, "D1")
        assert said(month, mine) == {"2.1": Answer(None, SEEN)}

    def test_there_is_nothing_before_the_first_page(self, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "about"))
        assert not page.all("button[value=previous]")
        assert nora.submit(page, {"then": "previous"}).location == place(mine, "D1")

    def test_the_button_names_the_page_that_follows(self, nora: Browser, mine: Audit) -> None:
        for section, following in (("D1", "2. Referral, threshold and response"), ("overall", "Actions")):
            buttons = nora.get(place(mine, section)).texts("main form button")
            assert buttons[0] == f"Save and continue to {following}"

    def test_saving_leads_through_every_page_to_the_actions(self, month: Council, nora: Browser, mine: Audit) -> None:
        visited, where = [], place(mine, "about")
        while "/actions" not in where:
            visited.append(where.rpartition("/")[2])
            where = nora.submit(nora.get(where)).location
        assert visited == ["about", *(f"D{n}" for n in range(1, 13)), "part", "overall"]
        assert said(month, mine) == {}, "nothing was typed"

    def test_it_is_written_once_in_the_history(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        for words in ("a", "ab", "abc"):
            nora.submit(page, answers(text_1_1=words))
        assert written_events(month) == 1

    def test_a_page_that_is_none_is_not_there(self, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        nora.get(place(mine, "D13"), status=404)
        nora.submit(page, answers(value_1_1="yes"), to=place(mine, "D13"), status=404)

    def test_an_answer_of_another_page_or_type_is_not_taken(self, month: Council, nora: Browser, mine: Audit) -> None:
        other_page = {"base-2.1": "0", "was-2.1": "", "value-2.1": "yes"}
        other_type = {"base-7.5": "0", "was-7.5": "", "value-7.5": "yes"}  # a child protection case is not asked this
        nora.submit(nora.get(place(mine, "D1")), other_page)
        nora.submit(nora.get(place(mine, "D7")), other_type)
        assert said(month, mine) == {}

    def test_a_page_without_its_sitting_was_not_made_by_us(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        for sitting in ("", "short", "<script>", "x" * 41):
            nora.submit(page, {**answers(value_1_1="yes"), "sitting": sitting}, to=place(mine, "D1"), status=400)
        assert said(month, mine) == {}

    def test_a_version_that_is_none_loses_no_text(self, month: Council, nora: Browser, mine: Audit) -> None:
        bases = ("", "-1", "1e3", "٣", "9" * 30)
        sent = {f"base-1.{n}": base for n, base in enumerate(bases, start=1)}
        typed = {f"text-1.{n}": SEEN for n in range(1, 6)}
        nora.submit(nora.get(place(mine, "D1")), {**sent, **typed})
        assert [answer.text for answer in said(month, mine).values()] == [SEEN] * 5


class TestAnErrorOfForm:
    """It is shown after everything was stored."""

    def test_minutes_that_are_no_number(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "overall"))
        answer = nora.submit(page, answers(value_overall_minutes="abc", value_overall_grade="good"), status=422)
        assert shown(answer).title.startswith("Error: Overall grade")
        assert summary(answer) == ["#value-overall-minutes"]
        assert shown(answer).one("#value-overall-minutes").get("value") == "abc"
        assert said(month, mine) == {OVERALL_MINUTES: Answer(None, "abc"), "overall.grade": Answer("good")}
        assert nora.get(place(mine, "overall")).one("#value-overall-minutes").get("value") == "abc"
        assert nora.submit(shown(answer), answers(value_overall_minutes=" 45 ")).location.startswith(place(mine))
        assert said(month, mine)[OVERALL_MINUTES] == Answer("45")

    def test_a_text_that_is_too_long(self, month: Council, nora: Browser, mine: Audit) -> None:
        long = "word " * (TEXT_LIMIT // 5 + 1)
        answer = nora.submit(nora.get(place(mine, "D1")), answers(text_D1_strength=long, value_1_1="yes"), status=422)
        assert "Shorten it to 20,000" in shown(answer).texts(".govuk-error-summary")[0]
        assert form_fields(Document(shown(answer).one("form.app-answers")))["text-D1.strength"] == long
        assert said(month, mine) == {"D1.strength": Answer(None, long), "1.1": Answer("yes")}
        nora.submit(shown(answer), answers(text_D1_strength="Short."))
        assert said(month, mine)["D1.strength"] == Answer(None, "Short.")

    def test_it_is_shown_again_until_it_is_mended(self, nora: Browser, mine: Audit) -> None:
        first = nora.submit(nora.get(place(mine, "overall")), answers(value_overall_minutes="abc"), status=422)
        second = nora.submit(shown(first), status=422)
        third = nora.submit(nora.get(place(mine, "overall")), status=422)
        assert summary(first) == summary(second) == summary(third) == ["#value-overall-minutes"]

    def test_what_the_script_saved_wrong_is_shown_when_the_page_is_sent(self, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "overall"))
        told = autosave(nora, page, OVERALL_MINUTES, value="abc").get_json()
        assert "whole number" in told["problem"]
        assert told["saved"] == "Saved 10:30"
        sent = {**answers(value_overall_minutes="abc"), f"base-{OVERALL_MINUTES}": told["version"]}
        answer = nora.submit(page, {**sent, f"was-{OVERALL_MINUTES}": told["was"]}, status=422)
        assert summary(answer) == ["#value-overall-minutes"]

    def test_a_choice_that_is_none_is_kept_as_words(self, month: Council, nora: Browser, mine: Audit) -> None:
        answer = nora.submit(nora.get(place(mine, "D1")), answers(value_1_1="perhaps", text_1_1=SEEN), status=422)
        assert summary(answer) == ["#value-1-1"]
        assert said(month, mine)["1.1"] == Answer(None, f"perhaps\n{SEEN}")

    def test_a_body_that_is_far_too_large_is_told(self, month: Council, nora: Browser, mine: Audit) -> None:
        before = contents(month.database)
        nora.submit(nora.get(place(mine, "D1")), answers(text_1_1="x" * (2 * 1024 * 1024)), status=413)
        assert contents(month.database) == before


class TestTheSamePageTwice:
    def test_the_back_button_never_conflicts(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        for words in (SEEN, LATER):
            assert nora.submit(page, answers(text_1_1=words)).location == place(mine, "D2")
        assert said(month, mine)["1.1"].text == LATER

    def test_what_the_page_saved_can_be_taken_back_on_it(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        nora.submit(page, answers(text_1_1=SEEN, value_1_2="yes"))
        nora.submit(page, answers(value_1_2="yes"))
        assert said(month, mine) == {"1.1": Answer(), "1.2": Answer("yes")}

    def test_a_double_click_stores_once(self, month: Council, nora: Browser, mine: Audit) -> None:
        page = nora.get(place(mine, "D1"))
        first, second = (nora.submit(page, answers(text_1_1=SEEN)) for _ in range(2))
        assert first.location == second.location
        assert kept(month, mine)["1.1"].version == 1

    def test_an_answer_that_nobody_touched_never_overwrites_a_newer_one(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        nora.submit(nora.get(place(mine, "D1")), answers(text_1_1="As it was."))
        stale, other = nora.get(place(mine, "D1")), nora.get(place(mine, "D1"))
        nora.submit(other, answers(text_1_1=LATER))
        nora.submit(stale, answers(value_1_2="yes"))
        assert said(month, mine) == {"1.1": Answer(None, LATER), "1.2": Answer("yes")}


class TestATextBeyondAllMeasure:
    LONG = "word " * 50_000

    def test_it_stands_on_the_page_whole_which_says_how_much_of_it_is_stored(
        self, month: Council, nora: Browser, mine: Audit
    ) -> None:
        page = nora.get(place(mine, "D1"))
        answer = nora.submit(page, answers(value_1_1="yes", text_1_1=self.LONG), status=422)
        back = shown(answer)
        assert form_fields(Document(back.one("form.app-answers")))["text-1.1"] == self.LONG
        assert "Its first 200,000 characters are stored." in back.texts("#error-1-1")[0]
        assert said(month, mine) == {"1.1": Answer("yes", self.LONG[:MOST_KEPT])}
        shorter = nora.submit(back, answers(text_1_1="Seen alone."))
        assert shorter.location
        assert said(month, mine) == {"1.1": Answer("yes", "Seen alone.")}

    def test_the_script_is_told_too(self, nora: Browser, mine: Audit) -> None:
        told = autosave(nora, nora.get(place(mine, "D1")), "1.1", value="yes", text=self.LONG)
        assert told.status_code == 200
        assert "The rest is on this page alone" in told.get_json()["problem"]
