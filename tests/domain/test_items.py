"""The form as a list of items, and what may be answered to each."""

import pytest

from auditapp.documents.definitions import shipped_scales, shipped_tools
from auditapp.domain.errors import Refused
from auditapp.domain.items import TEXT_LIMIT, Answer, Item, check_answer, items, sections
from auditapp.domain.vocabulary import CaseType, Compliance, ItemKind, Party, QuestionKind, Standard, TakingPart

ILACS = shipped_scales()["ofsted-ilacs"]
QOP, SUPERVISION = shipped_tools()
FORM = {item.code: item for item in items(QOP, case_type=CaseType.CP, scale=ILACS)}
FILE_FORM = {item.code: item for item in items(SUPERVISION, case_type=None, scale=ILACS)}

GRADES = ("outstanding", "good", "requires_improvement_to_be_good", "inadequate")


def values(item: Item) -> tuple[str, ...]:
    return tuple(value for value, _ in item.choices)


def refusal(item: Item, value: str | None = None, text: str = "") -> str:
    with pytest.raises(Refused) as refused:
        check_answer(item, value=value, text=text)
    return refused.value.message


@pytest.mark.parametrize("case_type", CaseType)
def test_every_item_has_a_code_of_its_own_and_stands_in_a_section_of_the_form(case_type: CaseType) -> None:
    form = items(QOP, case_type=case_type, scale=ILACS)
    order = [section.code for section in sections(QOP)]
    assert len({item.code for item in form}) == len(form)
    assert [item.section for item in form] == sorted((item.section for item in form), key=order.index)


def test_the_form_holds_the_questions_that_apply_three_items_a_domain_and_the_rest() -> None:
    assert len(FORM) == 57 + 12 * 3 + 3 + 3 + 3
    assert len(FILE_FORM) == 29 + 8 * 3 + 3 + 1 + 3
    assert "2.5" in FORM
    assert "7.5" not in FORM


def test_the_sections_are_the_domains_between_what_every_form_has() -> None:
    assert [s.code for s in sections(QOP)] == ["about", *(d.code for d in QOP.domains), "part", "overall"]
    assert [s.name for s in sections(SUPERVISION)][-2:] == ["Who took part", "Overall grade"]


def test_a_tool_that_asks_nobody_has_no_page_for_who_took_part() -> None:
    quiet = QOP.model_copy(update={"parties": ()})
    assert "part" not in [section.code for section in sections(quiet)]
    assert not [item for item in items(quiet, case_type=CaseType.CP, scale=ILACS) if item.section == "part"]


def test_every_kind_of_question_is_a_kind_of_item_and_every_kind_of_item_is_used() -> None:
    assert {kind.value for kind in QuestionKind} < {kind.value for kind in ItemKind}
    assert {item.kind for item in FORM.values()} == set(ItemKind)


def test_a_compliance_question_takes_a_choice_and_evidence() -> None:
    item = FORM["1.1"]
    assert (item.section, item.kind, item.required) == ("D1", ItemKind.COMPLIANCE, True)
    assert item.choices == tuple((word.value, word.label) for word in Compliance)
    assert (item.takes_value, item.takes_text, item.text_label) == (True, True, "Evidence")
    assert item.standards == (Standard.PS7, Standard.PS6)
    assert item.guidance.startswith("Name, date of birth")


def test_a_graded_question_takes_the_grades_of_the_scale_or_not_applicable() -> None:
    assert values(FORM["3.3"]) == (*GRADES, "not_applicable")
    assert (FORM["3.3"].kind, FORM["3.3"].text_label) == (ItemKind.GRADED, "Comment")


def test_a_domain_grade_can_also_be_not_judged_and_shows_what_the_grades_mean() -> None:
    item = FORM["D1.grade"]
    assert values(item) == (*GRADES, "not_applicable", "not_judged")
    assert item.descriptors == tuple((grade.label, grade.descriptor) for grade in ILACS.grades)
    assert item.standards == (Standard.PS7,)


def test_the_overall_grade_cannot_be_left_unjudged() -> None:
    assert values(FORM["overall.grade"]) == GRADES


def test_a_supervision_file_has_its_own_meaning_of_the_grades() -> None:
    meanings = dict(FILE_FORM["overall.grade"].descriptors)
    assert meanings["Good"].startswith("Supervision is regular")
    assert dict(FILE_FORM["S1.grade"].descriptors) == meanings


def test_a_strength_and_a_learning_point_are_words_only() -> None:
    for code in ("D1.strength", "D1.learning", "about.look_back", "about.sources", "overall.reason"):
        assert (FORM[code].takes_value, FORM[code].takes_text) == (False, True), code


@pytest.mark.parametrize("party", Party)
def test_each_party_is_asked_for(party: Party) -> None:
    item = FORM[f"part.{party}"]
    assert values(item) == tuple(TakingPart)
    assert dict(item.words_needed).keys() == set(TakingPart)


def test_an_answer_is_stored_as_given() -> None:
    assert check_answer(FORM["1.1"], value="partly", text="No GP.") == Answer("partly", "No GP.")
    assert check_answer(FORM["D1.strength"], text=" Clear. \r\nCurrent.") == Answer(None, " Clear. \nCurrent.")
    assert check_answer(FORM["1.1"], value="", text="Evidence first") == Answer(None, "Evidence first")


def test_every_choice_of_every_item_is_accepted() -> None:
    for item in FORM.values():
        for value, _ in item.choices:
            assert check_answer(item, value=value).value == value


def test_a_value_that_is_no_choice_is_refused_with_the_choices() -> None:
    assert refusal(FORM["1.1"], "good") == (
        'Select one of the answers to "Are the child\'s core details complete and current?": '
        "Yes, Partly, No, Not applicable."
    )
    assert "Select one of" in refusal(FORM["overall.grade"], "not_applicable")


def test_words_are_no_choice_and_a_number_takes_no_words() -> None:
    assert refusal(FORM["D1.strength"], "good") == '"A strength" is answered in words.'
    assert refusal(FORM["overall.minutes"], "45", "about") == '"Minutes spent" takes no words.'


@pytest.mark.parametrize(("typed", "stored"), [("1", "1"), ("2000", "2000"), (" 45 ", "45"), ("0045", "45")])
def test_minutes_are_a_whole_number(typed: str, stored: str) -> None:
    assert check_answer(FORM["overall.minutes"], value=typed) == Answer(stored)


@pytest.mark.parametrize("typed", ["0", "2001", "-5", "4.5", "forty", "٤٥", "1e3", "9" * 5000, "1_0"])
def test_bad_minutes_are_refused(typed: str) -> None:
    assert refusal(FORM["overall.minutes"], typed) == "Enter the minutes as a whole number from 1 to 2,000."


def test_text_has_a_limit_counted_with_single_line_ends() -> None:
    assert check_answer(FORM["1.1"], text="\r\n" * TEXT_LIMIT).text == "\n" * TEXT_LIMIT
    assert refusal(FORM["1.1"], text="a" * 20_001) == "The text is 20,001 characters long. Shorten it to 20,000."


@pytest.mark.parametrize("character", ["\x00", "\ud83d"])
def test_text_that_no_database_can_hold_is_refused(character: str) -> None:
    assert "cannot be stored" in refusal(FORM["1.1"], text=f"before{character}after")
