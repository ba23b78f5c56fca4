"""A specimen page: the frame and every form macro on one page, rendered without an application."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired

from auditapp.documents.definitions import shipped_scales
from auditapp.web.forms.fields import DateField, WrittenField

ROOT = Path(__file__).resolve().parents[1]
STANDARDS = [("PS1", "Best interest"), ("PS2", "Partnership with the child")]

PAGE = """
{% extends "layout.html" %}
{% from "macros/forms.html" import
  checkbox_field, checkboxes_field, date_field, file_field, hidden_fields, password_field, radios_field, select_field,
  submit_button, text_field, textarea_field %}
{% from "macros/grades.html" import grade_chip, strip_entry %}
{% block title %}Assessment and planning{% endblock %}
{% block body %}
<div class="app-in-sight"><p class="app-saved app-saved--saved">Saved 10:42</p></div>
<div class="app-beside">
  <form method="post" enctype="multipart/form-data" novalidate>
    {{ hidden_fields(form) }}
    {{ text_field(form.reference, width=10, autocomplete="off", spellcheck=false) }}
    {{ password_field(form.password) }}
    <div class="app-question">
      {{ radios_field(form.answer, inline=true, hints={"yes": "Seen within ten working days"}) }}
      {{ textarea_field(form.evidence) }}
    </div>
    {{ checkboxes_field(form.standards) }}
    {{ select_field(form.team) }}
    {{ date_field(form.due) }}
    {% for action in form.actions %}{{ date_field(action.form.by) }}{% endfor %}
    {{ file_field(form.workbook, accept=".xlsx") }}
    {{ checkbox_field(form.declaration) }}
    <div class="govuk-button-group">
      {{ submit_button("Save and continue") }}
      {{ submit_button("Save and come back later", kind="secondary", name="then", value="later") }}
    </div>
  </form>
  <aside class="app-beside__aside" aria-labelledby="sections">
    <h2 class="app-beside__heading" id="sections">Sections</h2>
    <ul class="app-sections">
      <li class="app-sections__item app-sections__item--current" aria-current="true">
        Assessment <span class="app-sections__state">3 of 5</span>
      </li>
      <li class="app-sections__item">
        <a class="govuk-link" href="/next">Child's voice</a> <span class="app-sections__state">Not started</span>
      </li>
    </ul>
  </aside>
</div>
<h2 class="govuk-heading-m">Grades</h2>
<ul class="app-grade-strip">
  {% for label in grades %}{{ strip_entry(loop.index, "A domain", label, scale, "/domain", note="A note") }}{% endfor %}
</ul>
{% for label in grades %}<p class="govuk-body">{{ grade_chip(label, scale) }}</p>{% endfor %}
<ul class="app-figures">
  <li class="app-figure"><span class="app-figure__number">62 %</span>
    <span class="app-figure__label">good or better</span><span class="app-figure__note">36 of 58 audits</span></li>
  <li class="app-figure"><span class="app-figure__number">13 of 20</span>
    <span class="app-figure__label">done this month</span><span class="app-figure__note">forecast 18 to 21</span></li>
</ul>
<div class="app-table-region" role="region" aria-labelledby="by-team" tabindex="0">
  <table class="govuk-table app-table--dense">
    <caption class="govuk-table__caption govuk-table__caption--s" id="by-team">By team</caption>
    <thead class="govuk-table__head"><tr class="govuk-table__row">
      {% for column in columns %}<th scope="col" class="govuk-table__header">{{ column }}</th>{% endfor %}
    </tr></thead>
    <tbody class="govuk-table__body"><tr class="govuk-table__row">
      {% for column in columns %}<td class="govuk-table__cell">{{ column }} of a team</td>{% endfor %}
    </tr></tbody>
  </table>
</div>
<p class="app-empty">No audits are waiting for you. The next are shared out on 1 December 2026.</p>
{% endblock %}
"""

SCALE = shipped_scales()["ofsted-ilacs"]
GRADES = [*(grade.label for grade in SCALE.grades), "Not judged", ""]


class ActionForm(Form):
    """One action of several."""

    by = DateField("By when", called="The date of the action")


class SpecimenForm(Form):
    """A field of every kind."""

    kept = HiddenField(default="kept text")
    reference = StringField(
        "Case reference", [InputRequired("Enter a case reference.")], description="Up to 20 letters"
    )
    password = PasswordField("Password")
    answer = RadioField(
        "Was the child seen alone?", [InputRequired("Select an answer.")], choices=[("yes", "Yes"), ("no", "No")]
    )
    evidence = WrittenField("Evidence")
    standards = SelectMultipleField("Practice standards", choices=STANDARDS)
    team = SelectField("Team", choices=[("1", "Assessment North"), ("2", "Care leavers")])
    due = DateField("When is it due?", [InputRequired("Enter the date when it is due.")], called="The due date")
    actions = FieldList(FormField(ActionForm), min_entries=1)
    workbook = FileField("Case list")
    declaration = BooleanField("I have read the whole file")


def specimen_form(sent: Mapping[str, str] | None = None) -> SpecimenForm:
    """Return the form as shown at first, or as it comes back after this was sent."""
    if sent is None:
        return SpecimenForm()
    form = SpecimenForm(MultiDict(sent))
    form.validate()
    return form


def specimen_page(form: SpecimenForm, *, assets: str = "/static/") -> str:
    """Render the page as the application would, with its assets under an address."""
    loader = ChoiceLoader(
        [
            FileSystemLoader(ROOT / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            DictLoader({"specimen.html": PAGE}),
        ]
    )
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(
        asset=lambda name: assets + name,
        url_for=lambda endpoint, **_: "/" + endpoint.replace(".", "/"),
        get_flashed_messages=lambda **_: [("message", "You have 2 audits to finish.")],
        csrf_token=lambda: "token",
        form_key=lambda: "key",
        service_name="Case-file audits",
        council_name="Exampleshire County Council",
        product_version="0.1.0",
    )
    entries = ("Home", "My audits", "Case lists", "Months", "Findings", "People")
    return environment.get_template("specimen.html").render(
        form=form,
        grades=GRADES,
        scale=SCALE,
        columns=("Team", "Done", "Quota", "Outstanding", "Good", "Requires improvement", "Inadequate", "Not judged"),
        me=SimpleNamespace(name="Amira Khan"),
        is_demonstration=True,
        navigation=[
            SimpleNamespace(text=text, href=f"/{text.lower()}", active=text == "My audits") for text in entries
        ],
    )
