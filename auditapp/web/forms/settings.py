"""The form of the programme's settings: a number for each, with its bounds from where it is declared."""

from functools import cache
from itertools import groupby

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField

from auditapp.domain.calendar import Month
from auditapp.domain.programme_settings import BESIDE, QUOTA_AT_MOST, About, settings
from auditapp.domain.vocabulary import CycleKind
from auditapp.domain.wording import begin
from auditapp.services.programme_settings import SettingsInForce
from auditapp.web.forms.fields import NumberField

QUOTA_GROUP = "The quota"


class SettingsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The quota, what counts besides, and which version of the settings was shown; `settings_form` adds the numbers."""

    version = HiddenField()
    quota = NumberField("Audits a month", called="The quota", least=1, most=QUOTA_AT_MOST)
    counted = SelectMultipleField("What counts to the average besides", coerce=CycleKind.of)

    @property
    def groups(self) -> list[tuple[str, list[NumberField]]]:
        """The fields under their headings, the quota first."""
        by_group = groupby(settings(), key=lambda setting: setting[1].group)
        groups = [(group, [self[name] for name, _ in members]) for group, members in by_group]
        return [(group, [self.quota, *members] if group == QUOTA_GROUP else members) for group, members in groups]

    @property
    def kinds(self) -> list[CycleKind]:
        """What counts to the average beside Quality of Practice audits."""
        return list(self.counted.data or [])

    @property
    def numbers(self) -> dict[str, int]:
        """Every setting that is one number."""
        return {name: self[name].number for name, _ in settings()}


def settings_form(shown: SettingsInForce, *, quota_from: Month) -> SettingsForm:
    """Return the form, filled in with the settings in force and the quota from a month on."""
    told = {name: str(getattr(shown.settings, name)) for name, _ in settings()}
    quota = str(shown.settings.quota_of(quota_from))
    counted = sorted(shown.settings.counted_in(quota_from))
    form = _form_class()(version=str(shown.version), quota=quota, counted=counted, **told)
    form.counted.choices = [(kind, begin(words)) for kind, words in BESIDE.items()]
    form.counted.description = (
        f"A change counts from {quota_from.label} on. A month draws as many cases as before: plan smaller months in "
        "the programme where others make up for them."
    )
    form.quota.description = (
        f"Agreed with the Board. Another number counts from {quota_from.label} on. Months that are planned keep the "
        "number that the programme has for them."
    )
    return form


@cache
def _form_class() -> type[SettingsForm]:
    return type("AllSettingsForm", (SettingsForm,), {name: _field(about) for name, about in settings()})


def _field(about: About) -> NumberField:
    called = f"‘{about.label}’"
    return NumberField(about.label, called=called, least=about.least, most=about.most, description=about.hint)
