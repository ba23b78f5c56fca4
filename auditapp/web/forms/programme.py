"""Forms of the programme: one for each sort of entry, for moving and cancelling, for what a preview showed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from auditapp.domain.calendar import Month
from auditapp.domain.programme import LONGEST_LINE, LONGEST_TEXT, LONGEST_TITLE, MONTHLY, SIZE_AT_MOST, Plan
from auditapp.domain.programme_settings import QUOTA_AT_MOST
from auditapp.domain.programme_steps import STEPPED
from auditapp.domain.vocabulary import CaseType, ProgrammeKind
from auditapp.services.programme import LONGEST_REASON
from auditapp.services.programme_years import Approval
from auditapp.web.forms.fields import DateField, NumberField, WrittenField, read_count

ONCE, REPEATED = "once", "repeated"
ALONE, LATER = "alone", "later"
WHICH = [(ALONE, "Only this one"), (LATER, "This one and all later ones of its series")]
HOW_OFTEN = InputRequired("Choose how often.")


def _at_most(n: int) -> Length:
    return Length(max=n, message=f"Write this in {n:,} characters or fewer.")


def read_version(field: HiddenField) -> int:
    """Return the version that a page showed; one that nothing has where somebody tampered with it."""
    version = read_count(field.data)
    return -1 if version is None else version


class PlanForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What every entry has: how many audits, a note, and which version of it the page showed."""

    version = HiddenField()
    size = NumberField("How many audits?", called="The number of audits", least=1, most=SIZE_AT_MOST)
    note = WrittenField("Note", description="You may leave this empty", validators=[_at_most(LONGEST_TEXT)])

    def plan(self, kind: ProgrammeKind, before: Plan | None) -> Plan:
        """What was planned with the form; `before` is the plan that it changes, if there is one."""
        raise NotImplementedError

    @property
    def is_repeated(self) -> bool:
        """Whether it is planned for the rest of the year as well."""
        return "repeats" in self and self.repeats.data == REPEATED


class MonthForm(PlanForm):
    """What a month has once."""

    month = SelectField("Month", validators=[InputRequired("Choose the month.")])
    repeats = RadioField(
        "How often?", choices=[(ONCE, "Only this month"), (REPEATED, "Every month up to March")], validators=[HOW_OFTEN]
    )

    def plan(self, kind: ProgrammeKind, before: Plan | None) -> Plan:
        """A month is whole, and is moved on a page of its own."""
        month = before.month if before else Month.parse(self.month.data or "")
        plan = before or Plan(kind=kind, starts_on=month.first_day, ends_on=month.last_day)
        return replace(plan, size=self.size.number, note=self.note.data or "")


class RoundForm(PlanForm):
    """A round of several agencies: its steps are dated from its start."""

    title = StringField(
        "Theme",
        description="You may leave this empty until it is agreed in the first week",
        validators=[_at_most(LONGEST_TITLE)],
    )
    starts_on = DateField(
        "When does it start?",
        called="The start",
        description="Its steps, its report and its end are dated from here",
        validators=[InputRequired("Enter the day on which it starts.")],
    )
    practice_area = StringField("Practice area", validators=[_at_most(LONGEST_LINE)])
    key_lines = WrittenField("Key lines of enquiry", validators=[_at_most(LONGEST_TEXT)])
    repeats = RadioField(
        "How often?",
        choices=[(ONCE, "Only this once"), (REPEATED, "Every quarter up to March")],
        validators=[HOW_OFTEN],
    )

    def plan(self, kind: ProgrammeKind, before: Plan | None) -> Plan:
        """What was written; the end follows from the start."""
        start = self.starts_on.data or date.min
        return replace(
            before or Plan(kind=kind, starts_on=start, ends_on=start),
            starts_on=start,
            ends_on=start,
            title=self.title.data or "",
            size=self.size.number,
            practice_area=self.practice_area.data or "",
            key_lines=self.key_lines.data or "",
            note=self.note.data or "",
        )


class ThemeForm(PlanForm):
    """A thematic audit or a deep dive: all that can be planned."""

    title = StringField("Title", validators=[InputRequired("Write what it is called."), _at_most(LONGEST_TITLE)])
    practice_area = StringField("Practice area", validators=[_at_most(LONGEST_LINE)])
    key_lines = WrittenField(
        "Key lines of enquiry", description="What the audits are to find out", validators=[_at_most(LONGEST_TEXT)]
    )
    tool = SelectField("Audit tool")
    strata = SelectMultipleField("Case types", description="Choose none for all of them")
    chosen = SelectMultipleField("Auditors", description="Choose nobody to share the audits among all of them")
    starts_on = DateField(
        "When do the audits start?", called="The start", validators=[InputRequired("Enter the day of the start.")]
    )
    ends_on = DateField(
        "By when are they done?", called="The end", validators=[InputRequired("Enter the day of the end.")]
    )
    report_due_on = DateField("When is the report due?", called="The day of the report")

    def offer(self, *, tools: Mapping[str, str], auditors: Mapping[str, str]) -> None:
        """Say which tools and auditors there are; those of before stay where they are not offered any more."""
        self.tool.choices = [("", "Not chosen yet"), *tools.items()]
        if self.tool.data and self.tool.data not in tools and self.tool.data == self.tool.object_data:
            self.tool.choices.append((self.tool.data, f"{self.tool.data} (not published)"))
        self.strata.choices = [(each.value, each.label) for each in CaseType]
        self.chosen.choices = list(auditors.items())

    def validate_ends_on(self, field: DateField) -> None:
        """Ask for an end that is not before the start."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError("The end must not be before the start.")

    def plan(self, kind: ProgrammeKind, before: Plan | None) -> Plan:
        """What was written."""
        starts_on, ends_on = self.starts_on.data or date.min, self.ends_on.data or date.min
        return replace(
            before or Plan(kind=kind, starts_on=starts_on, ends_on=ends_on),
            starts_on=starts_on,
            ends_on=ends_on,
            report_due_on=self.report_due_on.data,
            title=self.title.data or "",
            size=self.size.number,
            practice_area=self.practice_area.data or "",
            key_lines=self.key_lines.data or "",
            tool=self.tool.data or "",
            case_types=tuple(CaseType.of(word) for word in self.strata.data or ()),
            auditors=tuple(self.chosen.data or ()),
            note=self.note.data or "",
        )


class StartedForm(PlanForm):
    """What can still be changed once audits were started from an entry."""

    report_due_on = DateField("When is the report due?", called="The day of the report")

    def plan(self, kind: ProgrammeKind, before: Plan | None) -> Plan:
        """What was written; everything else stays."""
        assert before
        report_due_on = self.report_due_on.data if "report_due_on" in self else before.report_due_on
        return replace(before, kind=kind, report_due_on=report_due_on, note=self.note.data or "")


def started_form(kind: ProgrammeKind, *, shown: Mapping[str, object]) -> StartedForm:
    """Return the form for an entry that audits were started from."""
    form = StartedForm(data=dict(shown))
    del form.size
    if kind in MONTHLY:
        del form.report_due_on
    return form


def plan_form(kind: ProgrammeKind, *, months: Iterable[Month] = (), shown: Mapping[str, object]) -> PlanForm:
    """Return the form for a kind of entry, filled in. `months` are those that may be chosen; none to change an entry.

    What repeats by itself, or is changed, is not asked how often.
    """
    offered = list(months)
    if kind in MONTHLY:
        form: PlanForm = MonthForm(data={"repeats": ONCE, **shown})
        form.month.choices = [(str(month), month.label) for month in offered]
    elif kind in STEPPED:
        form = RoundForm(data={"repeats": ONCE, **shown})
        form.size.label.text = "How many children?"
    else:
        form = ThemeForm(data=dict(shown))
    if kind in MONTHLY and not offered:
        del form.month
    if "repeats" in form and (not offered or kind is ProgrammeKind.INSPECTION):
        del form.repeats
    return form


def shown_of(plan: Plan, *, version: int) -> Mapping[str, object]:
    """Return what a form shows of a plan."""
    return {
        "version": str(version),
        "size": str(plan.size),
        "note": plan.note,
        "title": plan.title,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "report_due_on": plan.report_due_on,
        "practice_area": plan.practice_area,
        "key_lines": plan.key_lines,
        "tool": plan.tool,
        "strata": [each.value for each in plan.case_types],
        "chosen": list(plan.auditors),
    }


class WhereToForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Where an entry goes: read from an address, for a preview that changes nothing."""

    month = SelectField("To which month?")
    on = DateField("To which day?", called="The day", validators=[InputRequired("Enter the day.")])
    which = RadioField("What moves?", choices=WHICH, validators=[InputRequired("Choose what moves.")])

    @property
    def to(self) -> date:
        """The day it goes to, of a month its first."""
        if "month" in self:
            return Month.parse(self.month.data or "").first_day
        return self.on.data or date.min

    @property
    def later(self) -> bool:
        """Whether the later ones go along."""
        return "which" in self and self.which.data == LATER


class MoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What was seen of a move, and where it goes."""

    seen, to, which = HiddenField(), HiddenField(), HiddenField()


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What was seen of what would be added."""

    seen = HiddenField()


class CancelForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why an entry is cancelled, and whether the later ones of its series are too."""

    version = HiddenField()
    reason = WrittenField("Why?", validators=[InputRequired("Write the reason."), _at_most(LONGEST_REASON)])
    which = RadioField("What is cancelled?", choices=WHICH, validators=[InputRequired("Choose what is cancelled.")])


class ApprovalForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The Board's approval of the frequency and of the year's plan."""

    version = HiddenField()
    board = StringField(
        "Which board?",
        description="Such as the Improvement Board",
        validators=[InputRequired("Write which board approved."), _at_most(LONGEST_LINE)],
    )
    approved_on = DateField(
        "When did it approve?", called="The day", validators=[InputRequired("Enter the day of the meeting.")]
    )
    minute = StringField(
        "Where is it minuted?",
        description="The reference of the minute, such as 26/14",
        validators=[InputRequired("Write the reference of the minute."), _at_most(LONGEST_LINE)],
    )
    audits_a_month = NumberField(
        "How many audits a month did it agree to?", called="The number of audits a month", least=1, most=QUOTA_AT_MOST
    )

    @property
    def approval(self) -> Approval:
        """What was written."""
        return Approval(
            self.approved_on.data or date.min,
            self.board.data or "",
            self.minute.data or "",
            self.audits_a_month.number,
        )
