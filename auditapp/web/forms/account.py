"""Forms about one's own account."""

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from auditapp.services.digests import HOURS


class PostForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """When one is written to, and what about."""

    hour = SelectField(
        "When your message of the day comes",
        choices=[(str(hour), f"{hour:02}:00") for hour in HOURS],
        description="On working days on which something waits for you. Urgent things come at once.",
    )
    reminders = RadioField(
        "Remind me of my audits",
        choices=[("yes", "Yes: given to me, due soon, due today"), ("no", "No: they stand on my home page")],
        description="When an audit is late, you and those above you are told whatever you choose here.",
        validators=[InputRequired("Choose whether you want reminders.")],
    )
