"""Writing in an audit: every answer stored, none lost, none overwritten unseen."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.items import OVERALL_MINUTES, Answer
from auditapp.domain.vocabulary import AuditState
from auditapp.persistence.answers import stored_answers
from auditapp.persistence.audits import Audit, AuditAnswer
from auditapp.persistence.trail import TrailEvent
from auditapp.services import answers
from auditapp.services.answers import Saved, Typed
from tests.council import Council, audits_of, submitted_audit
from tests.faults import every_statement_fails

PAGE, OTHER_PAGE = "sitting-one", "sitting-two"


def save(council: Council, public_id: str, typed: dict[str, Typed], *, by: str = "nora", page: str = PAGE) -> Saved:
    with council.database.transaction() as session:
        audit = answers.audit_to_write(session, public_id, by=council.viewer(by))
        return answers.save(session, audit, typed=typed, sitting=page, by=council.viewer(by), at=council.at)


def stored(council: Council, public_id: str) -> dict[str, Answer]:
    with council.database.reading() as session:
        audit_id = session.scalars(select(Audit.id).where(Audit.public_id == public_id)).one()
        return {item: kept.answer for item, kept in stored_answers(session, audit_id).items()}


@pytest.fixture
def mine(month: Council) -> str:
    return audits_of(month, "nora")[0].public_id


def test_a_section_is_stored_whole_or_not_at_all(month: Council, mine: str) -> None:
    def use_case(session: Session) -> None:
        audit = answers.audit_to_write(session, mine, by=month.viewer("nora"))
        typed = {"1.1": Typed("yes", "On the front sheet.", 0), "1.2": Typed("no", "", 0)}
        answers.save(session, audit, typed=typed, sitting=PAGE, by=month.viewer("nora"), at=month.at)

    every_statement_fails(month.database, use_case)
    assert stored(month, mine) == {"1.1": Answer("yes", "On the front sheet."), "1.2": Answer("no", "")}


def test_the_first_answer_begins_the_audit(month: Council, mine: str) -> None:
    save(month, mine, {"1.1": Typed("yes", "", 0)})
    begun = audits_of(month, "nora")[0]
    assert (begun.state, begun.begun_at) == (AuditState.BEGUN, month.at)


def test_the_next_save_of_a_page_never_conflicts_with_its_last(month: Council, mine: str) -> None:
    save(month, mine, {"1.1": Typed("yes", "First", 0)})
    again = save(month, mine, {"1.1": Typed("yes", "First and second", 0)})  # its answer was lost on the way
    assert again.versions == {"1.1": 2}
    assert stored(month, mine)["1.1"].text == "First and second"


def test_an_older_answer_of_another_page_is_refused_with_both_texts_kept(month: Council, mine: str) -> None:
    save(month, mine, {"1.1": Typed("yes", "What stands", 0), "1.2": Typed("no", "", 0)})
    late = save(month, mine, {"1.1": Typed("no", "What came late", 0), "1.3": Typed("yes", "", 0)}, page=OTHER_PAGE)
    assert late.conflicts["1.1"].answer == Answer("yes", "What stands")
    assert late.conflicts["1.1"].saved_by == "Nora"
    assert late.versions == {"1.3": 1}, "what does not conflict is stored"
    chosen = save(month, mine, {"1.1": Typed("no", "What came late", 1)}, page=OTHER_PAGE)
    assert chosen.versions == {"1.1": 2}


def test_what_is_wrong_is_stored_and_then_said(month: Council, mine: str) -> None:
    saved = save(month, mine, {OVERALL_MINUTES: Typed("an hour", "", 0), "1.1": Typed("perhaps", "Typed words", 0)})
    assert set(saved.problems) == {OVERALL_MINUTES, "1.1"}
    kept = stored(month, mine)
    assert kept[OVERALL_MINUTES] == Answer(None, "an hour")
    assert kept["1.1"] == Answer(None, "perhaps\nTyped words")


def test_a_text_that_is_far_too_long_is_kept_until_it_is_shortened(month: Council, mine: str) -> None:
    long = "word " * 5000
    saved = save(month, mine, {"D1.strength": Typed("", long, 0)})
    assert "Shorten it" in saved.problems["D1.strength"]
    assert stored(month, mine)["D1.strength"].text == long


def test_what_no_database_holds_is_marked_and_the_rest_kept(month: Council, mine: str) -> None:
    save(month, mine, {"D1.strength": Typed("", "before\x00after \ud800 end", 0)})
    assert stored(month, mine)["D1.strength"].text == "before\N{REPLACEMENT CHARACTER}after ? end"


def test_a_question_that_is_not_asked_is_refused(month: Council, mine: str) -> None:
    with pytest.raises(Refused, match="Reload the page"):
        save(month, mine, {"99.9": Typed("yes", "", 0)})


@pytest.mark.parametrize("name", ["sol", "quinn", "adam"])
def test_nobody_else_writes_in_an_audit(month: Council, mine: str, name: str) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        save(month, mine, {"1.1": Typed("yes", "", 0)}, by=name)
    assert stored(month, mine) == {}


def test_a_submitted_audit_is_read_only(month: Council, mine: str) -> None:
    submitted_audit(month, mine, by="nora")
    with pytest.raises(NotNow, match="Submitted"):
        save(month, mine, {"1.1": Typed("no", "", 1)})


def test_autosaves_are_one_event_for_a_section_and_sitting(month: Council, mine: str) -> None:
    for text in ("a", "ab", "abc"):
        save(month, mine, {"1.1": Typed("yes", text, 0)})
    save(month, mine, {"2.1": Typed("yes", "", 0)})
    save(month, mine, {"1.1": Typed("yes", "abcd", 3)}, page=OTHER_PAGE)
    with month.database.reading() as session:
        events = session.scalars(
            select(TrailEvent.details).where(TrailEvent.name == "audit.written").order_by(TrailEvent.position)
        ).all()
    assert [event["section"] for event in events] == ["D1", "D2", "D1"]


def test_fifty_saves_at_once_lose_nothing_and_double_nothing(month: Council, mine: str) -> None:
    def one(number: int) -> Saved:
        return save(month, mine, {"1.1": Typed("yes", f"text {number}", 0)})

    with ThreadPoolExecutor(8) as threads:
        versions = sorted(saved.versions["1.1"] for saved in threads.map(one, range(50)))
    assert versions == list(range(1, 51))
    with month.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditAnswer)) == 1
