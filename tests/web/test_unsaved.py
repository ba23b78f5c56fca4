"""What was typed into a form that is not taken comes back in the answer, and the answer says that it is not stored."""

from collections.abc import Callable
from unittest.mock import patch

import pytest
from sqlalchemy import select

from auditapp.domain.errors import NotFound
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import AuditState, Role
from auditapp.persistence.audits import Audit, Concern
from auditapp.persistence.cases import ListTeam
from auditapp.services import accounts, audits, replacements
from auditapp.web import form_words
from auditapp.web.rules import RULES
from tests.council import Council, audits_of, submitted_audit
from tests.pages import Document
from tests.web.conftest import Browser
from tests.web.test_concerns import WHOLE
from tests.web.writing import SEEN, AtDesk, answers, autosave, place, said, shown

ACTION = {"action": "Visit the child weekly.", "success_measure": "Four visits in four weeks", "owner": "Ada Example"}
REASON = "I was the social worker of the family until May."


@pytest.fixture
def moving(month: Council) -> Audit:
    """Return an audit of Nora's whose case is of nobody's team, so that it can go to Sol."""
    with month.database.reading() as session:
        elsewhere = session.scalars(select(ListTeam.id).where(ListTeam.name == "Team Elsewhere")).one()
    return next(audit for audit in audits_of(month, "nora") if audit.list_team_id == elsewhere)


def hand_on(council: Council, audit: Audit) -> None:
    with council.database.transaction() as session:
        to, by = council.people["sol"].public_id, council.viewer("quinn")
        audits.reassign(session, audit.public_id, to=to, by=by, at=council.at)


def replace(council: Council, audit: Audit) -> None:
    with council.database.transaction() as session:
        by = council.viewer("quinn")
        replacements.replace_case(session, audit.public_id, reason="It has closed.", by=by, at=council.at)


def submit(council: Council, audit: Audit) -> None:
    submitted_audit(council, audit.public_id, by="nora")


Meanwhile = tuple[Callable[[Council, Audit], None], int]
MEANWHILE = ((hand_on, 404), (replace, 409), (submit, 409))
FORMS = (
    ("actions/new", ACTION),
    ("refuse", {"refusal": "knows_family", "reason": REASON}),
)


def given_back(page: Document) -> dict[str, str]:
    """Return what an answer shows of the form, by what was asked."""
    found: dict[str, str] = {}
    for part in page.one("main").iter():
        words = "".join(part.itertext())
        if part.tag == "h3":
            found[words] = ""
        elif "app-written" in part.get("class", ""):
            found[list(found)[-1]] = words
    return found


@pytest.mark.parametrize("meanwhile", MEANWHILE)
class TestWhatBecameOfTheAuditMeanwhile:
    def test_answers_come_back_beside_their_questions(
        self, month: Council, nora: Browser, moving: Audit, meanwhile: Meanwhile
    ) -> None:
        becomes, status = meanwhile
        page = nora.get(place(moving, "D1"))
        becomes(month, moving)
        before = said(month, moving)
        typed = answers(value_1_1="yes", text_1_1=f"{SEEN}\nAnd at home.", text_D1_strength="Known well.")
        told = shown(nora.submit(page, typed, status=status))
        assert told.heading == "What you typed was not stored"
        assert "Check the address" not in told.texts("main")[0]
        back = given_back(told)
        assert list(back.values()) == [f"Yes\n{SEEN}\nAnd at home.", "Known well."]
        assert next(iter(back)).startswith("1.1 ")
        assert list(back)[1] == "A strength"
        assert "My audits" in told.texts("main")[0]
        assert said(month, moving) == before

    @pytest.mark.parametrize("form", FORMS)
    def test_every_other_form_of_an_audit_gives_its_text_back(
        self, month: Council, nora: Browser, moving: Audit, meanwhile: Meanwhile, form: tuple[str, dict[str, str]]
    ) -> None:
        (becomes, status), (where, typed) = meanwhile, form
        page = nora.get(place(moving, where))
        becomes(month, moving)
        told = shown(nora.submit(page, typed, to=place(moving, where), status=status))
        shown_again = "\n".join(given_back(told).values())
        assert all(words in shown_again for words in typed.values() if " " in words)

    def test_the_script_is_told_that_it_is_not_stored(
        self, month: Council, nora: Browser, moving: Audit, meanwhile: Meanwhile
    ) -> None:
        becomes, status = meanwhile
        page = nora.get(place(moving, "D1"))
        becomes(month, moving)
        told = autosave(nora, page, "1.1", value="yes", text=SEEN)
        assert told.status_code == status
        assert told.get_json()["problem"].startswith("Not stored: ")

    def test_a_concern_is_raised_all_the_same(
        self, month: Council, nora: Browser, moving: Audit, meanwhile: Meanwhile
    ) -> None:
        becomes, status = meanwhile
        page = nora.get(place(moving, "concern"))
        becomes(month, moving)
        answer = nora.submit(page, WHOLE, to=place(moving, "concern"))
        assert answer.location == (place(moving) if becomes is submit else "/audits/"), status
        assert "The concern is raised." in nora.get("/audits/").texts(".govuk-notification-banner")[0]
        with month.database.reading() as session:
            concern = session.scalars(select(Concern)).one()
            assert session.get_one(Audit, concern.audit_id).public_id == moving.public_id
            assert concern.raised_by_id == month.people["nora"].id


class TestNothingElseIsShown:
    def test_an_answer_that_was_stored_before_does_not_come_back(
        self, month: Council, nora: Browser, moving: Audit
    ) -> None:
        page = nora.get(place(moving, "D1"))
        nora.submit(page, answers(value_1_1="yes", text_1_1=SEEN))
        page = nora.get(place(moving, "D1"))
        hand_on(month, moving)
        told = shown(nora.submit(page, answers(text_D1_strength="Known well."), status=404))
        assert given_back(told) == {"A strength": "Known well."}

    def test_an_audit_that_was_never_theirs_looks_like_one_that_does_not_exist(
        self, month: Council, nora: Browser, at_desk: AtDesk, moving: Audit
    ) -> None:
        page = nora.get(place(moving, "concern"))
        of_sol = audits_of(month, "sol")[0]
        paths = (place(of_sol, "concern"), "/audits/nothing/concern")
        told = [shown(nora.submit(page, WHOLE, to=path, status=404)) for path in paths]
        first, second = (page.texts("main")[0].partition("Request number")[0] for page in told)
        assert first == second
        assert list(given_back(told[0]).values()) == [
            WHOLE["what"],
            WHOLE["told_whom"],
            "15 10 2026",
            WHOLE["told_time"],
            WHOLE["told_how"],
        ]
        assert "The concern is not raised. If a child may not be safe, tell the team manager" in first

    def test_what_somebody_else_makes_one_send_is_not_shown(self, nora: Browser, moving: Audit) -> None:
        page = nora.get(place(moving, "concern"))
        fields = {**WHOLE, "once": "made up"}
        answer = nora.submit(page, fields, to="/audits/nothing/concern", status=409)
        assert "What you typed was not stored" not in answer.text

    def test_no_mark_of_it_becomes_part_of_the_page(self, nora: Browser, moving: Audit) -> None:
        hostile = "<script>alert(1)</script> {{ 7*7 }} \" ' &amp;"
        page = nora.get(place(moving, "D1"))
        typed = {"text-1.1": hostile, "label-1.1": hostile}
        told = shown(nora.submit(page, typed, to="/audits/nothing/D1", status=404))
        assert given_back(told) == {hostile: hostile}


def test_what_was_stored_before_something_went_wrong_is_said_to_be_stored(
    month: Council, nora: Browser, moving: Audit
) -> None:
    page = nora.get(place(moving, "about"))
    with patch("auditapp.web.audits.find_audit", side_effect=NotFound):
        answer = nora.submit(page, {"value-about.worker_spoken_to": "maybe so"}, status=404)
    assert "What you typed is stored." in answer.text
    assert "was not stored" not in answer.text
    with patch("auditapp.web.audits.find_audit", side_effect=ZeroDivisionError):
        answer = nora.submit(page, {"value-about.worker_spoken_to": "maybe not"}, status=500)
    assert "What you typed is stored" in answer.text
    assert "Nothing was changed" not in answer.text


class TestAConcernAfterSubmitting:
    def test_its_auditor_finds_the_way_on_the_record(self, month: Council, nora: Browser, mine: Audit) -> None:
        submit(month, mine)
        record = nora.get(place(mine, "record"))
        (link,) = record.all(f"main a[href={place(mine, 'concern')}]")
        page = nora.get(link.attrib["href"])
        assert nora.submit(page, WHOLE).location == place(mine)
        with month.database.reading() as session:
            assert session.scalars(select(Concern)).one().audit_id == mine.id
            assert session.get_one(Audit, mine.id).state is AuditState.SUBMITTED

    def test_another_reader_does_not(self, month: Council, at_desk: AtDesk, mine: Audit) -> None:
        submit(month, mine)
        with month.database.transaction() as session:
            person = accounts.find_person(session, month.people["quinn"].public_id)
            grant = Grant(Role.AUDITOR, team="South")
            accounts.give_role(session, person, grant, by=COMMAND_LINE, at=month.at)
        quinn = at_desk("quinn")
        assert not quinn.get(place(mine, "record")).all(f"main a[href={place(mine, 'concern')}]")
        quinn.get(place(mine, "concern"), status=403)


def test_every_form_named_is_one_that_is_sent() -> None:
    assert form_words.FORMS.keys() <= RULES.keys()
