"""The fields of our own, and every form macro, on the specimen page."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import DataRequired, InputRequired, Optional

from auditapp.web.forms.fields import DateField, WrittenField
from tests.pages import check_page, parse
from tests.specimen import SpecimenForm, specimen_form, specimen_page

ANYTHING = st.one_of(st.text(max_size=6), st.integers(-1, 10_000).map(str))


class DueForm(Form):
    due = DateField("When is it due?", [InputRequired("Enter the date when it is due.")], called="The due date")


class OptionalForm(Form):
    due = DateField("When was it done?", [Optional()], called="The date")


class OtherForm(Form):
    due = DateField("When?", [DataRequired("Enter the date.")], called="The date")


def sent(day: str, month: str, year: str) -> MultiDict[str, str]:
    return MultiDict({"due-day": day, "due-month": month, "due-year": year})


@pytest.mark.parametrize("parts", [("3", "12", "2026"), ("03", "12", "2026"), (" 3 ", "12 ", "2026")])
def test_a_date_is_read_from_its_three_parts(parts: tuple[str, str, str]) -> None:
    form = DueForm(sent(*parts))
    assert form.validate()
    assert form.due.data == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("parts", "message", "wrong", "goes_to"),
    [
        (("", "12", "2026"), "The due date must include a day.", {"day"}, "due-day"),
        (("3", "", "2026"), "The due date must include a month.", {"month"}, "due-month"),
        (("3", "", ""), "The due date must include a month and a year.", {"month", "year"}, "due-month"),
        (("3", "12", "26"), "The due date must have a year of 4 digits.", {"year"}, "due-year"),
        (("3", "12", "0206"), "The due date must have a year from 2000 to 2099.", {"year"}, "due-year"),
        (("3", "12", "9999"), "The due date must have a year from 2000 to 2099.", {"year"}, "due-year"),
        (("31", "2", "2026"), "The due date must be a real date, such as 27 3 2026.", set(), "due-day"),
        (("3", "December", "2026"), "The due date must be a real date, such as 27 3 2026.", {"month"}, "due-month"),
        (("³", "12", "2026"), "The due date must be a real date, such as 27 3 2026.", {"day"}, "due-day"),
        (("-3", "12", "2026"), "The due date must be a real date, such as 27 3 2026.", {"day"}, "due-day"),
        (("1", "1", "0000"), "The due date must have a year from 2000 to 2099.", {"year"}, "due-year"),
        (("", "", ""), "Enter the date when it is due.", set(), "due-day"),
        ((" ", "", " "), "Enter the date when it is due.", set(), "due-day"),
    ],
)
def test_a_date_that_cannot_be_read_says_why_and_keeps_what_was_typed(
    parts: tuple[str, str, str], message: str, wrong: set[str], goes_to: str
) -> None:
    form = DueForm(sent(*parts))
    assert not form.validate()
    assert form.due.errors == [message]
    assert form.due.wrong == wrong
    assert form.due.error_id == goes_to
    assert [part.typed for part in form.due.parts] == [part.strip() for part in parts]


def test_a_post_without_the_inputs_of_a_date_is_answered_not_broken() -> None:
    form = DueForm(MultiDict({"other": "x"}))
    assert not form.validate()
    assert form.due.errors == ["Enter the date when it is due."]


def test_a_date_that_may_be_left_out_is_none_but_half_of_one_is_an_error() -> None:
    empty, half = OptionalForm(sent("", "", "")), OptionalForm(sent("", "12", ""))
    assert empty.validate()
    assert empty.due.data is None
    assert not half.validate()
    assert half.due.errors == ["The date must include a day and a year."]


def test_half_a_date_is_not_called_missing_whatever_validator_is_used() -> None:
    form = OtherForm(sent("3", "", "2026"))
    form.validate()
    assert form.due.errors == ["The date must include a month."]


def test_a_stored_date_is_shown_in_its_parts() -> None:
    assert [part.typed for part in DueForm(data={"due": date(2026, 12, 3)}).due.parts] == ["3", "12", "2026"]


@given(ANYTHING, ANYTHING, ANYTHING)
def test_whatever_is_typed_gives_a_date_or_a_message(day: str, month: str, year: str) -> None:
    form = DueForm(sent(day, month, year))
    assert form.validate() == (form.due.data is not None) == (not form.due.errors)


def test_written_text_is_the_same_however_its_lines_end() -> None:
    class TextForm(Form):
        evidence = WrittenField("Evidence")

    assert TextForm(MultiDict({"evidence": "one\r\ntwo\n"})).evidence.data == "one\ntwo\n"


WRONG = {
    "answer": "perhaps",
    "due-day": "3",
    "due-month": "",
    "due-year": "2026",
    "actions-0-by-day": "31",
    "actions-0-by-month": "2",
    "actions-0-by-year": "2026",
    "evidence": "Seen <b>twice</b>",
}


def wrong_form() -> SpecimenForm:
    form = specimen_form(WRONG)
    form.form_errors.append("Somebody else submitted this.")
    return form


def test_the_page_as_shown_at_first_keeps_every_rule_of_a_page() -> None:
    document = parse(specimen_page(specimen_form()))
    check_page(document)
    assert document.title == "Assessment and planning - Case-file audits"
    assert document.heading == "Assessment and planning"
    assert document.all(".govuk-error-summary") == []


def test_every_error_of_a_form_is_listed_and_leads_to_its_input() -> None:
    document = parse(specimen_page(wrong_form()))
    check_page(document)
    assert document.title.startswith("Error: Assessment and planning")
    assert document.texts(".govuk-error-summary li") == [
        "Enter a case reference.",
        "Not a valid choice.",
        "Not a valid choice.",
        "The due date must include a month.",
        "The date of the action must be a real date, such as 27 3 2026.",
        "Somebody else submitted this.",
    ]
    inputs = {element.get("id") for tag in ("input", "select") for element in document.all(f"main {tag}")}
    links = [link.get("href", "")[1:] for link in document.all(".govuk-error-summary a")]
    assert links == ["reference", "answer", "team", "due-month", "actions-0-by-day"]
    assert inputs.issuperset(links)


def test_what_was_typed_is_shown_again_and_never_as_markup() -> None:
    document = parse(specimen_page(wrong_form()))
    assert document.texts("textarea#evidence") == ["Seen <b>twice</b>"]
    assert [document.one(f"#due-{part}").get("value") for part in ("day", "month", "year")] == ["3", "", "2026"]


def test_a_password_is_never_sent_back() -> None:
    form = specimen_form({"password": "correct horse"})
    assert "correct horse" not in specimen_page(form)


def test_every_form_carries_its_token_and_its_key() -> None:
    document = parse(specimen_page(specimen_form()))
    assert [element.get("value") for element in document.all("input[name=csrf_token]")] == ["token", "token"]
    assert [element.get("value") for element in document.all("input[name=once]")] == ["key", "key"]
    assert document.one("input[name=kept]").get("value") == "kept text"
