"""Forms around an audit: actions, concerns, submitting, sending back, handing on, giving back a case."""

import re
from datetime import datetime, time

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from auditapp.domain.calendar import LONDON, was_on_clocks
from auditapp.domain.vocabulary import Refusal
from auditapp.services.actions import Planned
from auditapp.services.audits import LONGEST_REASON
from auditapp.services.concerns import Raised
from auditapp.web.forms.fields import DateField, WrittenField

_HOURS_AND_MINUTES = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
_NOT_TOO_LONG = Length(max=LONGEST_REASON, message=f"Enter the reason in {LONGEST_REASON:,} characters or fewer.")


class ActionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """An action: judged by the use case, after it is kept."""

    action = WrittenField("What is to be done?")
    success_measure = WrittenField(
        "How will you see that it worked?", description="Something that can be counted or seen"
    )
    owner = StringField("Who will do it?", description="A role or a name")
    due_on = DateField("By when?", called="The due date")

    def planned(self) -> Planned:
        """What was typed."""
        return Planned(self.action.data or "", self.success_measure.data or "", self.owner.data or "", self.due_on.data)


class ConcernForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """An immediate concern."""

    what = WrittenField("What makes you think that the child may not be safe?")
    told_whom = StringField("Who was told?", description="Their name and role")
    told_on = DateField("On which day were they told?", called="The day")
    told_time = StringField("At what time?", description="For example 14:30")
    told_how = StringField("How were they told?", description="For example by telephone")

    def validate_told_time(self, field: StringField) -> None:
        """Refuse what is no time, and one that no clock showed on that day."""
        if _time(field.data) is None:
            raise ValidationError("Enter the time with hours and minutes, such as 14:30.")
        at, day = _time(field.data), self.told_on.data
        if at and day and not was_on_clocks(day, at):
            raise ValidationError(
                "There was no such time on that day: the clocks went forward. Enter the time they showed."
            )

    def raised(self) -> Raised:
        """What was typed."""
        at, day = _time(self.told_time.data), self.told_on.data
        told_at = datetime.combine(day, at, tzinfo=LONDON) if at and day else None
        return Raised(self.what.data or "", self.told_whom.data or "", told_at, self.told_how.data or "")


class SubmitForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The declaration under which an audit is submitted."""

    declared = BooleanField(
        "I read the record myself, I am independent of this case, and what I wrote is my own judgement.",
        validators=[DataRequired("Tick the box to confirm the declaration.")],
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A written reason."""

    reason = WrittenField(
        "Reason", validators=[DataRequired("Enter the reason. It is kept with the audit."), _NOT_TOO_LONG]
    )


class RefusalForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why an auditor cannot take a case."""

    refusal = RadioField(
        "Why can you not audit this case?",
        choices=[(refusal.value, refusal.label) for refusal in Refusal],
        validators=[InputRequired("Select the reason.")],
    )
    reason = WrittenField(
        "Anything the quality assurance team should know",
        description="You may leave this empty",
        validators=[_NOT_TOO_LONG],
    )

    def ask_of_file(self) -> None:
        """Ask why somebody cannot audit a supervision file: there is no family in it."""
        self.refusal.label.text = "Why can you not audit this file?"
        self.refusal.choices = [
            (Refusal.SUPERVISED.value, "I supervise this worker, or did"),
            (Refusal.NO_ACCESS.value, Refusal.NO_ACCESS.label),
        ]


class ReassignForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """To whom an audit goes."""

    to = SelectField("New auditor", validators=[InputRequired("Select the new auditor.")])


def _time(text: str | None) -> time | None:
    """Read hours and minutes and nothing more: a zone that is silently dropped would say another moment."""
    written = _HOURS_AND_MINUTES.fullmatch((text or "").strip())
    try:
        return time(int(written[1]), int(written[2])) if written else None
    except ValueError:
        return None
